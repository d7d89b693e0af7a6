"""The README says what is true: its options, its commands, its Python."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from brushwork import assets
from brushwork.cli import COMMANDS, app
from brushwork.options import Settings
from brushwork.planning import pyramid

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def shown(default):
    if isinstance(default, tuple):
        return " ".join(default)
    return "none" if default is None else str(default)


def test_the_table_of_options_is_the_options_model():
    fields = {name: Settings.get_field(name) for name in Settings.names()}
    rows = [
        f"| `--{name.replace('_', '-')}` | `{shown(field.default)}` | {field.description} |"
        for name, field in fields.items()
    ]
    assert re.findall(r"^\| `--.*$", README, re.MULTILINE) == rows


def test_every_command_line_is_understood():
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    commands = [line for line in lines if line.startswith(("brushwork", ".venv/bin/brushwork"))]
    assert len(commands) >= 5
    for command in commands:
        app.parse_args(shlex.split(command)[1:], exit_on_error=False, print_error=False)


def test_every_command_is_explained():
    """The table and the sentence below it name each command, and no other."""
    section = README.partition("## On the command line")[2].partition("\n## ")[0]
    table = re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)
    rest = re.search(r"There are also (.*?) and `(\w+)`;", section)
    assert rest
    others = [*re.findall(r"`(\w+)`", rest[1]), rest[2]]
    assert sorted([*table, *others]) == sorted(COMMANDS)


def test_the_commands_of_make_are_targets_of_the_makefile():
    makefile = (ROOT / "Makefile").read_text()
    named = [*re.findall(r"\bmake (\w+)", "\n".join(blocks("sh"))), "docs", "cost", "gallery"]
    for target in named:
        assert f"\n{target}: $(VENV)/installed\n" in makefile


@pytest.mark.parametrize("snippet", blocks("python"), ids=lambda code: code.splitlines()[-1][:30])
def test_the_python_runs(snippet, tiny_network, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for file, name in (("photo.jpg", "cat"), ("painting.jpg", "great-wave")):
        (tmp_path / file).write_bytes(assets.find(name).path.read_bytes())
    # As it stands it would take minutes; the size and the steps are all that is changed.
    monkeypatch.setattr(pyramid, "count_steps", lambda *_: 3)
    code = snippet.replace("size=512", "size=64")
    code = code.replace("strength=0.6", "strength=0.6, size=64")
    exec(compile("import brushwork\n" + code, "README.md", "exec"), {})
