"""The README says what is true: its options, its commands, its Python."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from brushwork import assets
from brushwork.cli import app
from brushwork.options import Options

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def shown(default):
    if isinstance(default, tuple):
        return " ".join(default)
    return "none" if default is None else str(default)


def test_the_table_of_options_is_the_options_model():
    rows = [
        f"| `--{name.replace('_', '-')}` | `{shown(field.default)}` | {field.description} |"
        for name, field in Options.model_fields.items()
    ]
    assert re.findall(r"^\| `--.*$", README, re.MULTILINE) == rows


def test_every_command_line_is_understood():
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    commands = [line for line in lines if line.startswith(("brushwork", ".venv/bin/brushwork"))]
    assert len(commands) >= 5
    for command in commands:
        app.parse_args(shlex.split(command)[1:], exit_on_error=False, print_error=False)


def test_the_two_commands_are_targets_of_the_makefile():
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"^make (\w+)", "\n".join(blocks("sh")), re.MULTILINE):
        assert f"\n{target}: $(VENV)/installed\n" in makefile


@pytest.mark.parametrize("snippet", blocks("python"), ids=lambda code: code.splitlines()[-1][:30])
def test_the_python_runs(snippet, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for file, name in (("photo.jpg", "cat"), ("painting.jpg", "great-wave")):
        (tmp_path / file).write_bytes(assets.find(name).path.read_bytes())
    # As it stands it would take a minute; the size and the steps are all that is changed.
    code = snippet.replace("size=512", "size=64, effort=0.25")
    code = code.replace("strength=0.6", "strength=0.6, size=64, effort=0.25")
    exec(compile("import brushwork\n" + code, "README.md", "exec"), {})
