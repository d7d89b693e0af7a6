"""The same batch on a Ray cluster, here one of this machine alone."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import PIL.Image
import psutil
import pytest

import brushwork
from brushwork.batch import (
    Job,
    JobFailed,
    JobFinished,
    JobSkipped,
    JobStarted,
    make_jobs,
    run_jobs,
)
from brushwork.batch.ray_cluster import RayCluster
from brushwork.errors import OptionError
from brushwork.options import Settings
from tests.batch.conftest import FAST

ray = pytest.importorskip("ray", reason="Ray is an extra: pip install 'brushwork[cluster]'")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("tiny_network"),
    pytest.mark.filterwarnings("ignore"),  # Ray's own warnings
]


@pytest.fixture
def crew(folder: Path) -> Iterator[RayCluster]:
    made = RayCluster("local")
    yield made
    made.shut_down()


def over(jobs: list[Job], crew: RayCluster) -> dict[Job, object]:
    events = [event for event in run_jobs(jobs, crew) if not isinstance(event, JobStarted)]
    return {event.job: event for event in events}


def test_pictures_and_recipes_are_those_of_this_machine_alone(
    folder: Path, crew: RayCluster
) -> None:
    (folder / "photos" / "broken.png").write_bytes(b"not a picture")
    there = make_jobs(["cat"], ["ejiri"], FAST, Path("out"), "png")
    list(run_jobs(there))
    jobs = [
        *make_jobs(["photos"], ["ejiri"], FAST, Path("out"), "png"),
        *make_jobs(["cat"], ["ejiri"], Settings.create(FAST, color="only"), Path("out"), "jpg"),
        *there,
    ]
    found = over(jobs, crew)
    assert [type(found[job]) for job in jobs] == [
        *(JobFinished, JobFinished, JobFailed, JobFinished, JobSkipped)
    ]
    alone = brushwork.stylize("photos/a.png", "ejiri", FAST)
    with PIL.Image.open("out/a-ejiri.png") as made:
        assert made.tobytes() == alone.image.tobytes()
    here = brushwork.read_recipe("out/a-ejiri.png")
    assert alone.recipe is not None
    assert here == alone.recipe.model_copy(update={"seconds": here.seconds})


def test_a_worker_that_dies_costs_no_picture(folder: Path, crew: RayCluster) -> None:
    jobs = make_jobs(["photos/a.png"], ["ejiri"], Settings.create(size=96), Path("out"), "png")
    crew.submit(jobs[0])
    _kill_the_painter()
    while not (told := list(crew.poll())):
        pass
    assert [type(event) for event in told] == [JobFinished]
    assert brushwork.read_recipe("out/a-ejiri.png").content == "photos/a.png"


def test_another_version_is_refused(
    folder: Path, crew: RayCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("brushwork.batch.ray_cluster.__version__", "0.0.0")
    jobs = make_jobs(["photos/a.png"], ["ejiri"], FAST, Path("out"), "png")
    failed = over(jobs, crew)[jobs[0]]
    assert isinstance(failed, JobFailed)
    assert "this comes from 0.0.0; install the same version" in failed.reason


def test_a_cluster_that_is_not_there_is_told(folder: Path) -> None:
    for address in ("ray://127.0.0.1:1", "127.0.0.1:1"):
        with pytest.raises(OptionError, match=f"'{address}' cannot be reached"):
            RayCluster(address)


def test_without_ray_it_says_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(OptionError, match=r"pip install 'brushwork\[cluster\]'"):
        RayCluster("local")


def _kill_the_painter() -> None:
    """Wait for the process that paints, and kill it."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if "ray::_stylize_task" in " ".join(process.cmdline()):
                    process.kill()
                    return
        time.sleep(0.02)
    raise AssertionError("no task has begun")
