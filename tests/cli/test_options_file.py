"""``--options my.to_toml``: under what is given on the command line."""

from __future__ import annotations

import json


def options_of(outcome):
    assert outcome.code == 0, outcome.err
    return json.loads(outcome.out.splitlines()[-1])["options"]


def test_a_file_lies_under_the_command_line(brushwork, folder):
    (folder / "my.to_toml").write_text(
        'size = 64\neffort = 0.25\nstrength = 0.8\npreset = "tint"\n'
    )
    found = options_of(brushwork("demo", "--options", "my.to_toml", "--json", "--size", "48"))
    assert (found["size"], found["effort"], found["strength"]) == (48, 0.25, 0.8)
    assert found["color"] == "content"


def test_a_recipe_gives_a_file_of_options(brushwork, folder):
    assert brushwork("demo", "--size", "48", "--effort", "0.25", "-o", "out.png").code == 0
    written = brushwork("recipe", "out.png", "--toml").out
    assert written.split() == ["size", "=", "48", "effort", "=", "0.25"]


def test_a_file_that_is_missing_exits_with_2(brushwork, folder):
    outcome = brushwork("demo", "--options", "missing.to_toml")
    assert outcome.code == 2
    assert "'missing.to_toml' cannot be read" in outcome.err
