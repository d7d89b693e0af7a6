"""Which network takes the steps of frames that follow, and of what is painted ahead."""

from __future__ import annotations

from pathlib import Path

import pytest

from brushwork.engine.loop import Run
from brushwork.planning.plan import Stage
from brushwork.video import few_steps
from brushwork.video.brush import NEW_STEPS
from brushwork.video.few_steps import LAST_STEPS
from brushwork.video.levels import Levels
from brushwork.video.run import make_film
from tests.video.test_films import make_request


@pytest.mark.usefixtures("tiny_network")
def test_the_large_network_has_the_last_word_of_what_is_painted_ahead_and_of_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[tuple[Stage, ...]] = []
    collect = few_steps.collect

    def watch(run: Run) -> Levels:
        taken.append(run.plan.stages)
        return collect(run)

    monkeypatch.setattr(few_steps, "collect", watch)
    for _ in make_film(make_request(tmp_path)):
        pass
    told = [[(stage.network, stage.scale.steps) for stage in stages] for stages in taken]
    assert [("small", NEW_STEPS), ("large", LAST_STEPS)] in told
    others = [stages for stages in told if ("large", LAST_STEPS) not in stages]
    assert len(others) >= 3  # the frames that follow
    assert {network for stages in others for network, _ in stages} == {"small"}
