"""``brushwork plan``: what a picture will need, and a clear no where it cannot be had."""

from __future__ import annotations

import json


def test_a_table_of_scales_and_a_sentence(brushwork):
    outcome = brushwork("plan", "cat", "great-wave", "--size", "256", "--effort", "0.25")
    assert outcome.code == 0
    assert "128×96" in outcome.out
    assert "256×192" in outcome.out
    assert "256×192 will take about 0:" in outcome.out
    assert "of memory (allowed: " in outcome.out


def test_everything_as_json(brushwork):
    outcome = brushwork("plan", "cat", "great-wave", "--size", "128", "--json")
    plan = json.loads(outcome.out)
    assert plan["stages"][0]["scale"] == {"height": 96, "width": 128, "steps": 112}
    assert 0 < plan["memory"] < plan["budget"]
    assert plan["seconds"] > 0


def test_nothing_is_written(brushwork, folder):
    before = set(folder.iterdir())
    brushwork("plan", "cat", "great-wave", "--size", "64")
    assert set(folder.iterdir()) == before


def test_too_little_memory_is_an_error_that_names_the_largest_size(brushwork):
    outcome = brushwork("plan", "cat", "great-wave", "--size", "8192", "--memory", "2.5GB")
    assert outcome.code == 2
    assert "a size of 8192 needs" in outcome.err
    assert "use a size of at most" in outcome.err


def test_a_run_that_cannot_fit_fails_at_once_and_writes_nothing(brushwork, folder):
    before = set(folder.iterdir())
    flags = ("--size", "8192", "--memory", "2.5GB", "--output", "poster.png")
    outcome = brushwork("stylize", "cat", "great-wave", *flags)
    assert outcome.code == 2
    assert "may be used" in outcome.err
    assert set(folder.iterdir()) == before


def test_an_amount_that_is_none_is_refused(brushwork):
    outcome = brushwork("plan", "cat", "great-wave", "--memory", "lots")
    assert outcome.code == 2
    assert "write it as in 4GB" in outcome.err
