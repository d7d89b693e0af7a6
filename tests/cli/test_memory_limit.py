"""Under a limit of memory: the plan keeps to it, and if it is not enough a sentence says so."""

from __future__ import annotations

import sys

import PIL.Image
import pytest

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="has no such limit")

#: Runs the command line with so many more bytes of address space than the loaded program has.
LIMITED = """
import resource, sys
import psutil, torch
from brushwork.cli import main
from brushwork.features import choices
from brushwork.planning import networks, pyramid
import brushwork.cli._run
# Memory is at its most when the first pairs are there.
networks.FEWEST_STEPS = networks.LEAST_LAST_STEPS = 3
pyramid.count_steps = lambda *_: 3
choices._find_fastest = lambda *_: "winograd"  # it takes most, and nothing is measured
torch.set_num_threads(1)
torch.ones(300, 300) @ torch.ones(300, 300)
limit = psutil.Process().memory_info().vms + int(sys.argv.pop(1)) * 10**6
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
main()
"""


@pytest.fixture(autouse=True)
def one_arena(monkeypatch):
    """Let address space stand for memory: glibc reserves 64 MB of it for each thread's arena."""
    monkeypatch.setenv("MALLOC_ARENA_MAX", "1")


def run(process, megabytes, *arguments):
    running = process(str(megabytes), *arguments, interpreter=("-c", LIMITED))
    out, err = running.communicate(timeout=900)
    return running.returncode, out, err


@pytest.mark.slow
@pytest.mark.trained
def test_the_plan_keeps_to_the_limit(process, folder, monkeypatch):
    monkeypatch.delenv("BRUSHWORK_KERNELS")  # the plan reckons with those that users have
    words = ("--size", "384", "--effort", "0.25", "--precision", "float32", "-o", "a.png")
    code, _, err = run(process, 660, "demo", *words)  # the plan needs 639
    assert code == 0, err
    with PIL.Image.open(folder / "a.png") as made:
        assert made.size == (384, 288)


@pytest.mark.trained
def test_what_cannot_fit_is_refused_before_anything_is_painted(process, folder):
    code, out, err = run(process, 500, "demo", "--size", "2048", "-o", "a.png")
    assert (code, out) == (2, "")
    assert "Traceback" not in err and "of memory" in err
    assert not (folder / "a.png").exists()


def test_memory_that_runs_out_after_all_is_told(brushwork, folder, monkeypatch):
    def out_of_memory(*_, **__):
        raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory")

    monkeypatch.setattr("brushwork.engine.loop.make_objective", out_of_memory)
    outcome = brushwork("demo", "--size", "48", "-o", "a.png")
    assert outcome.code == 2
    assert "memory ran out at 48×36" in outcome.err
    assert not (folder / "a.png").exists()


@pytest.mark.parametrize("command", ["mask", "compare", "plan"])
def test_memory_that_runs_out_anywhere_is_one_sentence(brushwork, folder, monkeypatch, command):
    def out_of_memory(*_, **__):
        raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory")

    places = {
        "mask": ("brushwork.masks.shapes.draw_rectangle", ("cat", "--box", "1,1,9,9")),
        "compare": ("brushwork.report.comparison.Metrics", ("cat", "great-wave", "cat")),
        "plan": ("brushwork.engine.run.plan_run", ("cat", "great-wave")),
    }
    place, arguments = places[command]
    monkeypatch.setattr(place, out_of_memory)
    outcome = brushwork(command, *arguments)
    assert outcome.code == 2
    assert outcome.err.startswith("brushwork: memory ran out; close other programs")
    assert outcome.err.count("\n") == 1
    assert list(folder.glob("*mask*")) == []


def test_colours_alone_keep_to_the_memory_that_is_allowed(brushwork, folder):
    words = ("--color", "only", "--memory", "3GB", "-o", "a.png")
    outcome = brushwork("stylize", "cat", "great-wave", "--size", "12000", *words)
    assert outcome.code == 2
    assert "a size of 12000 needs" in outcome.err and "use a size of at most" in outcome.err
    assert not (folder / "a.png").exists()


@pytest.mark.slow
@pytest.mark.parametrize("megabytes", [60, 400])
def test_a_large_photo_under_a_limit_is_painted_or_refused(process, folder, megabytes):
    PIL.Image.new("RGB", (8000, 6000), "teal").save(folder / "large.png")
    words = (
        "stylize",
        "large.png",
        "great-wave",
        "--color",
        "only",
        "--size",
        "128",
        "-o",
        "a.png",
    )
    code, _, err = run(process, megabytes, *words)
    assert "Traceback" not in err
    assert code == 0 or (code == 2 and "memory" in err)
