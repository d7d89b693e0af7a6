"""The shots of a film on a Ray cluster, here one of this machine alone."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from brushwork.cli import main
from brushwork.errors import OptionError
from brushwork.video.run import make_film
from tests.video.test_films import list_painted
from tests.video.test_shot_tasks import ask

ray = pytest.importorskip("ray", reason="Ray is an extra: pip install 'brushwork[cluster]'")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("tiny_network"),
    pytest.mark.filterwarnings("ignore"),  # Ray's own warnings
]


def test_a_film_of_a_cluster_is_that_of_this_machine_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    alone, apart = ask(tmp_path, "alone"), ask(tmp_path, "apart")
    list(make_film(alone))
    flags = ["--size", "48", "--effort", "0.25", "--steps", "3", "--keep-frames"]
    place = ["--output", str(apart.output), "--folder", str(apart.folder)]
    with pytest.raises(SystemExit) as ended:
        main(["video", apart.clip, "great-wave", *flags, *place, "--cluster", "local"])
    assert ended.value.code == 0, capsys.readouterr().err
    assert list_painted(apart.folder) == list_painted(alone.folder)
    assert not ray.is_initialized()


def test_another_version_is_refused() -> None:
    from brushwork.batch import ray_shots

    with pytest.raises(OptionError, match=r"this comes from 0\.0\.1; install the same version"):
        ray_shots._paint_task(None, "0.0.1")  # type: ignore[arg-type]


def test_without_ray_the_film_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    request = ask(tmp_path, "apart")
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(SystemExit) as ended:
        main(["video", request.clip, "great-wave", "-o", str(request.output), "--cluster", "local"])
    assert ended.value.code == 2
    assert "brushwork[cluster]" in capsys.readouterr().err
    assert not (tmp_path / "apart" / "film.mkv.frames").exists()
