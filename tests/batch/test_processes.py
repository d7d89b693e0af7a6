"""Pictures painted at once: the same bits, no picture lost to a process that dies."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import PIL.Image
import psutil
import pytest

import brushwork
from brushwork.batch import (
    Job,
    JobFailed,
    JobFinished,
    JobProgressed,
    JobSkipped,
    JobStarted,
    ProcessPool,
    count_workers,
    make_jobs,
    processes,
    run_jobs,
)
from brushwork.batch import executor as room
from brushwork.options import Settings
from brushwork.system import memory
from tests.batch.conftest import FAST

pytestmark = pytest.mark.usefixtures("tiny_network")


def painters() -> list[psutil.Process]:
    """Give the processes that paint for this one."""
    return [
        child for child in psutil.Process().children() if "spawn_main" in " ".join(child.cmdline())
    ]


def kill() -> None:
    for process in painters():
        process.send_signal(signal.SIGKILL)


@pytest.mark.slow
def test_pictures_are_painted_at_once_and_end_in_the_same_bits(folder: Path) -> None:
    (folder / "photos" / "broken.png").write_bytes(b"not a picture")
    jobs = make_jobs(["photos"], ["ejiri"], FAST, Path("out"), "png")
    events = list(run_jobs(jobs, ProcessPool(2)))
    assert [type(event) for event in events[:2]] == [JobStarted, JobStarted]
    over = {
        event.job: type(event)
        for event in events
        if not isinstance(event, JobStarted | JobProgressed)
    }
    assert [over[job] for job in jobs] == [JobFinished, JobFinished, JobFailed]
    assert {event.job for event in events if isinstance(event, JobProgressed)} == set(jobs[:2])
    alone = brushwork.stylize("photos/a.png", "ejiri", FAST)
    with PIL.Image.open("out/a-ejiri.png") as made:
        assert made.tobytes() == alone.image.tobytes()
    assert painters() == []


@pytest.mark.slow
def test_a_process_that_dies_costs_no_picture(folder: Path) -> None:
    jobs = make_jobs(["photos/a.png"], ["ejiri"], FAST, Path("out"), "png")
    killed = False
    for event in run_jobs(jobs, ProcessPool(1)):
        if isinstance(event, JobProgressed) and not killed:
            killed = True
            kill()
    assert killed and isinstance(event, JobFinished)
    alone = brushwork.stylize("photos/a.png", "ejiri", FAST)
    with PIL.Image.open("out/a-ejiri.png") as made:
        assert made.tobytes() == alone.image.tobytes()


@pytest.mark.slow
def test_a_picture_that_kills_its_process_again_is_a_failure(folder: Path) -> None:
    jobs = make_jobs(["photos"], ["ejiri"], FAST, Path("out"), "png")
    found = []
    for event in run_jobs(jobs, ProcessPool(1)):
        if isinstance(event, JobProgressed) and event.job is not jobs[1] and event.job != jobs[1]:
            kill()
        if not isinstance(event, JobStarted | JobProgressed):
            found.append(event)
    failed, painted = found
    assert isinstance(failed, JobFailed)
    assert "ended 2 times (signal 9); paint fewer at once" in failed.reason
    assert isinstance(painted, JobFinished) and painted.job == jobs[1]


@pytest.mark.slow
def test_who_stops_leaves_states_behind_and_no_process(folder: Path) -> None:
    longer = Settings.create(FAST, effort=0.5)
    jobs = make_jobs(["photos"], ["ejiri"], longer, Path("out"), "png")
    events = run_jobs(jobs, ProcessPool(2))
    seen: set[Job] = set()
    while len(seen) < 2:
        event = next(events)
        if isinstance(event, JobProgressed):
            seen.add(event.job)
    events.close()  # type: ignore[attr-defined]
    assert painters() == []
    left = sorted(path.name for path in Path("out").iterdir())
    assert left == [".a-ejiri.png.checkpoint", ".b-ejiri.png.checkpoint"]
    assert all((Path("out") / name / "checkpoint.json").is_file() for name in left)
    over = [
        e for e in run_jobs(jobs, ProcessPool(1)) if not isinstance(e, JobStarted | JobProgressed)
    ]
    assert [type(event) for event in over] == [JobFinished, JobFinished]
    again = [e for e in run_jobs(jobs, ProcessPool(1)) if not isinstance(e, JobStarted)]
    assert [type(event) for event in again] == [JobSkipped, JobSkipped]


@pytest.mark.slow
def test_processes_end_when_the_one_that_gave_them_work_is_gone(folder: Path) -> None:
    jobs = make_jobs(["photos/a.png"], ["ejiri"], FAST, Path("out"), "png")
    crew = ProcessPool(1)
    crew.submit(jobs[0])
    (painter,) = painters()
    crew._workers[0].line.close()  # as the system does when a process is killed
    assert psutil.wait_procs([painter], timeout=240)[1] == []
    assert (Path("out") / ".a-ejiri.png.checkpoint" / "checkpoint.json").is_file()


@pytest.mark.slow
def test_each_process_has_its_part_of_the_memory(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes.memory, "measure_available", lambda: 10**9)
    jobs = make_jobs(
        ["photos/a.png"], ["ejiri"], Settings.create(size=1024, seamless=True), Path("out"), "png"
    )
    *_, last = run_jobs(jobs, ProcessPool(4))
    assert isinstance(last, JobFailed)
    assert "250 MB may be used" in last.reason


def test_a_limit_is_kept_to() -> None:
    free = memory.measure_available()
    try:
        memory.set_limit(10**8)
        assert memory.measure_available() == 10**8
        memory.set_limit(free * 10)
        assert memory.measure_available() < free * 2
    finally:
        memory.set_limit(None)


@pytest.mark.parametrize(
    ("cores", "free", "count", "settings", "expected"),
    [
        (8, 10**12, 100, FAST, 8),
        (8, 10**12, 3, FAST, 3),
        (8, 10**12, 0, FAST, 8),
        (8, 3 * 10**9, 100, FAST, 4),
        (8, 3 * 10**9, 100, Settings.create(size=512), 1),
        (8, 3 * 10**9, 100, Settings.create(size=512, memory="1GB"), 3),
        (8, 10**8, 100, FAST, 1),
        (1, 10**12, 100, FAST, 1),
    ],
)
def test_as_many_at_once_as_cores_and_memory_allow(
    monkeypatch: pytest.MonkeyPatch,
    cores: int,
    free: int,
    count: int,
    settings: Settings,
    expected: int,
) -> None:
    monkeypatch.setattr(room.torch, "get_num_threads", lambda: cores)
    monkeypatch.setattr(room.memory, "measure_available", lambda: free)
    jobs = make_jobs(["cat"], ["ejiri"], settings, Path("out"), "png") * count
    assert count_workers(jobs, settings) == expected


@pytest.mark.slow
def test_a_process_asked_to_end_while_it_waits_ends(folder: Path) -> None:
    crew = ProcessPool(1)
    crew.submit(make_jobs(["photos/missing.png"], ["ejiri"], FAST, Path("out"), "png")[0])
    while not crew.is_idle:
        list(crew.poll())
    (painter,) = painters()
    os.kill(painter.pid, signal.SIGTERM)
    deadline = time.monotonic() + 30
    while painter.is_running() and painter.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    crew.shut_down()
