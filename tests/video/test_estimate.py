"""How long a film will take is told before its first frame, where the pace is known."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from brushwork.cli import main
from brushwork.engine import timing
from brushwork.engine.timing import OVERHEAD_FACTOR, StepTimer
from brushwork.layers import NetworkName
from brushwork.options import Options
from brushwork.planning.layers import choose_layers
from brushwork.planning.plan import Plan, Stage
from brushwork.planning.pyramid import Scale
from brushwork.video.estimate import BESIDES, estimate_seconds
from brushwork.video.events import FilmPlanned, FrameFinished
from brushwork.video.run import make_film, resume_film
from brushwork.video.settings import FilmOptions
from tests.video.clips import make_frames, write_clip
from tests.video.test_films import make_request
from tests.video.test_shot_tasks import Backwards


def make_stage(network: NetworkName, side: int, steps: int) -> Stage:
    layers = choose_layers(Options(), in_full=True)
    scale, seen = Scale(side, side, steps), side * side
    return Stage(scale, layers, network, "float32", 10, None, 1, seen, memory=1)


@pytest.fixture
def known_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a step take a second for a thousand pixels."""
    monkeypatch.setattr(timing, "recall_timer", lambda *_: StepTimer(0.0, 1e-3, 0.0))


def estimate(plan: Plan) -> float | None:
    cpu = torch.device("cpu")
    return estimate_seconds(plan, {}, Options(), cpu, steps=5, first=2, following=20)


@pytest.mark.usefixtures("known_pace")
def test_a_film_takes_its_first_frames_and_few_steps_of_the_small_network_for_the_others() -> None:
    stages = [("small", 100, 20), ("large", 100, 8), ("small", 200, 10), ("large", 200, 4)]
    plan = Plan(tuple(make_stage(*stage) for stage in stages), 1)  # type: ignore[arg-type]
    # A step takes 10 s at 100 pixels and 40 s at 200; with every tenth frame, 24 and 8 are ahead,
    # and six of the large network.
    first = 28 * 10 + 14 * 40
    following = (5 + BESIDES) * 40 + (24 * 10 + (8 + 6) * 40) / 10
    assert estimate(plan) == pytest.approx(OVERHEAD_FACTOR * (2 * first + 20 * following))


@pytest.mark.usefixtures("known_pace")
def test_where_there_is_one_scale_nothing_is_painted_coarsely() -> None:
    plan = Plan((make_stage("small", 100, 20),), 1)
    following = (5 + BESIDES) * 10 + 8 * 10 / 10
    assert estimate(plan) == pytest.approx(OVERHEAD_FACTOR * (2 * 200 + 20 * following))


@pytest.mark.usefixtures("tiny_network", "known_pace")
def test_what_is_painted_already_takes_no_time(tmp_path: Path) -> None:
    request = make_request(tmp_path)
    events = make_film(request)
    whole = next(events)
    next(event for event in events if isinstance(event, FrameFinished) and event.number == 2)
    events.close()
    left = next(resume_film(request.folder))
    assert isinstance(whole, FilmPlanned) and isinstance(left, FilmPlanned)
    assert whole.seconds is not None and left.seconds is not None
    # Four frames are 48 by 48; of those that follow two are left.
    following = (3 + BESIDES + (8 + 6) / 10) * 48 * 48 / 1000
    assert left.seconds == pytest.approx(OVERHEAD_FACTOR * 2 * following)
    assert whole.seconds > left.seconds + OVERHEAD_FACTOR * following


@pytest.mark.usefixtures("tiny_network", "known_pace")
def test_what_a_later_pass_has_been_over_takes_neither_time_nor_disk(tmp_path: Path) -> None:
    film = FilmOptions(steps=3, passes=3, keep_frames=True)
    request = make_request(tmp_path, film=film)
    events = make_film(request)
    next(e for e in events if isinstance(e, FrameFinished) and (e.turn, e.done) == (2, 3))
    events.close()
    left = next(resume_film(request.folder))
    assert isinstance(left, FilmPlanned) and left.seconds is not None
    # Of four frames the second pass is to go over one, and the third one over all of them; each
    # takes a fifth of what a frame that follows does, and six bytes a pixel.
    following = (3 + BESIDES + (8 + 6) / 10) * 48 * 48 / 1000
    assert left.seconds == pytest.approx(OVERHEAD_FACTOR * (1 + 4) * 0.2 * following)
    assert left.disk == (1 + 4) * 6 * 48 * 48
    assert list(resume_film(request.folder))
    request.output.unlink()
    done = next(resume_film(request.folder))
    assert isinstance(done, FilmPlanned)
    assert (done.seconds, done.disk) == (0, 0)


@pytest.mark.usefixtures("tiny_network")
def test_no_time_is_told_where_the_pace_is_unknown_or_another_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda _: str(tmp_path / "cache"))
    events = make_film(make_request(tmp_path))
    assert next(events).seconds is None  # type: ignore[union-attr]
    events.close()


@pytest.mark.usefixtures("tiny_network", "known_pace")
def test_no_time_is_told_where_others_paint(tmp_path: Path) -> None:
    events = make_film(make_request(tmp_path), Backwards)
    assert next(events).seconds is None  # type: ignore[union-attr]
    events.close()


@pytest.mark.usefixtures("tiny_network", "known_pace")
def test_the_command_tells_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clip = write_clip(tmp_path / "clip.mp4", make_frames(2))
    given = ["video", str(clip), "great-wave", "--size", "48", "--effort", "0.25", "--steps", "3"]
    told = []
    for more in (["-o", str(tmp_path / "a.mp4")], ["-o", str(tmp_path / "b.mp4"), "--json"]):
        with pytest.raises(SystemExit) as stop:
            main([*given, *more])
        assert stop.value.code == 0
        told.append(capsys.readouterr())
    planned = json.loads(told[1].out.splitlines()[0])
    assert planned["event"] == "planned"
    minutes, seconds = divmod(round(planned["seconds"]), 60)
    assert f"2 frames of 48×48 will take about 0:{minutes:02}:{seconds:02}, " in told[0].err
