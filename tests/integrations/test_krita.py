"""The docker for Krita: its pixels and its painting by themselves, and all of it inside Krita."""

from __future__ import annotations

import ast
import importlib
import io
import json
import os
import runpy
import shutil
import subprocess
import sys
import types
import zipfile
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import png
import pytest

pytest.importorskip("fastapi", reason="the studio is an extra: pip install 'brushwork[studio]'")

from brushwork import assets
from tests.studio.conftest import Running, make_image

FOLDER = Path(__file__).parents[2] / "integrations" / "krita"


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give the folder in which the docker is as Krita unpacks it; what needs no Krita imports."""
    folder = tmp_path / "plugin"
    runpy.run_path(str(FOLDER / "pack.py"))["pack"](tmp_path / "packed.zip")
    with zipfile.ZipFile(tmp_path / "packed.zip") as packed:
        packed.extractall(folder)
    package = types.ModuleType("brushwork_docker")
    package.__path__ = [str(folder / "brushwork_docker")]
    monkeypatch.setitem(sys.modules, "brushwork_docker", package)
    yield folder
    for name in [name for name in sys.modules if name.startswith("brushwork_docker.")]:
        del sys.modules[name]


@pytest.fixture
def pixels(plugin: Path) -> Any:
    return importlib.import_module("brushwork_docker.pixels")


@pytest.fixture
def painting(plugin: Path) -> Any:
    return importlib.import_module("brushwork_docker.painting")


@pytest.mark.parametrize("depth", [8, 16])
def test_a_png_has_every_bit_in_its_place(pixels, depth: int) -> None:
    random = np.random.default_rng(depth)
    levels = random.integers(0, 2**depth, (5, 7, 4), dtype=f"uint{depth}")  # B, G, R, opacity
    file = pixels.encode(pixels.Pixels(7, 5, depth, levels.tobytes()))
    width, height, rows, about = png.Reader(bytes=file).asDirect()
    assert (width, height, about["bitdepth"], about["alpha"]) == (7, 5, depth, True)
    read = np.array([list(row) for row in rows]).reshape(5, 7, 4)
    assert (read == levels[:, :, [2, 1, 0, 3]]).all()


def test_a_selection_is_a_grey_png(pixels) -> None:
    file = pixels.encode_levels(3, 2, 8, pixels.GREY, bytes([0, 1, 2, 3, 4, 255]))
    with PIL.Image.open(io.BytesIO(file)) as read:
        assert (read.mode, read.tobytes()) == ("L", bytes([0, 1, 2, 3, 4, 255]))


@pytest.mark.parametrize("depth", [8, 16])
def test_what_is_not_selected_is_hidden_and_what_is_stays(pixels, depth: int) -> None:
    kind, full = ("B", 255) if depth == 8 else ("H", 65535)
    before = array(kind, [1, 2, 3, full, 4, 5, 6, full, 7, 8, 9, 77])
    hidden = pixels.hide_outside(pixels.Pixels(3, 1, depth, before.tobytes()), bytes([0, 1, 255]))
    after = array(kind, hidden.levels)
    assert list(after) == [1, 2, 3, 0, 4, 5, 6, full, 7, 8, 9, 77]


def test_the_paintings_offered_are_those_that_there_are() -> None:
    tree = ast.parse((FOLDER / "brushwork_docker" / "docker.py").read_text("utf-8"))
    (offered,) = (
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "BUILT_IN"
    )
    assert list(offered) == [one.name for one in assets.catalog() if one.role == "style"]


def follow(painting: Any) -> list[Any]:
    """Give all the news of a painting."""
    found = [painting.news.get(timeout=120)]
    while found[-1].state == "running":
        found.append(painting.news.get(timeout=120))
    return found


@pytest.mark.slow
def test_a_painting_grows_is_steered_and_cancelled(painting, tmp_path: Path) -> None:
    running = Running(tmp_path / "studio")
    try:
        options = {"size": 48, "effort": 0.25}
        order = painting.Order("photo", make_image(), "own.png", make_image(), None, options)
        first = painting.Painting(order, "brushwork", str(running.folder))
        first.start()
        *before, last = follow(first)
        (result,) = running.client.get("/api/v1/results").json()["results"]
        assert last.state == "finished" and last.image.startswith(b"\x89PNG")
        assert last.text == f"brushwork: own.png, size 48, effort 0.25 [{result['id']}]"
        assert any(news.image for news in before)
        assert [news.progress for news in before] == sorted(news.progress for news in before)

        long = {"size": 256, "effort": 4.0, "strength": 0.5}
        second = painting.Painting(
            painting.Order("photo", make_image(), "ejiri", options=long), "", str(running.folder)
        )
        second.start()
        while not second.news.get(timeout=120).image:
            pass
        second.change(strength=0.9)
        (job,) = (
            one for one in running.client.get("/api/v1/jobs").json()["jobs"] if not one["result"]
        )
        while running.job(job["id"])["settings"]["options"]["strength"] != 0.9:
            assert second.is_alive()
        second.cancel()
        assert follow(second)[-1] == painting.News("cancelled")
        assert running.job(job["id"])["state"] == "cancelled"
    finally:
        running.stop()


def test_what_goes_wrong_is_told(painting, tmp_path: Path) -> None:
    order = painting.Order("photo", make_image(), "ejiri")
    for command, sentence in (
        ("no-such-brushwork", "'no-such-brushwork' was not found; install it"),
        (shutil.which("false"), "the studio ended at once: 1"),
    ):
        failing = painting.Painting(order, command, str(tmp_path))
        failing.start()
        last = follow(failing)[-1]
        assert last.state == "failed" and sentence in last.text


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Give what the docker made inside Krita."""
    if shutil.which("kritarunner") is None:
        pytest.skip("Krita is not installed: apt install krita python3-pyqt5")
    folder = tmp_path_factory.mktemp("krita")
    runpy.run_path(str(FOLDER / "pack.py"))["pack"](folder / "packed.zip")
    with zipfile.ZipFile(folder / "packed.zip") as packed:
        packed.extractall(folder / "plugin")
    (folder / "style.png").write_bytes(make_image())
    command = folder / "brushwork"
    command.write_text(
        f"#!/bin/sh\nPYTHONPATH='{os.environ['PYTHONPATH']}' exec '{sys.executable}' -m brushwork "
        '"$@"\n'
    )
    command.chmod(0o755)
    places = {
        name: str(folder / name)
        for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR")
    }
    kept = {"OMP_NUM_THREADS", "BRUSHWORK_KERNELS", "XDG_CACHE_HOME"} & set(os.environ)
    subprocess.run(
        ["kritarunner", "-s", "krita_session"],
        env={
            **{name: os.environ[name] for name in kept},
            **places,
            "PATH": "/usr/bin:/bin",  # the Python that Krita was built with, and no other
            "PYTHONPATH": os.pathsep.join((str(folder / "plugin"), str(Path(__file__).parent))),
            "QT_QPA_PLATFORM": "offscreen",
            "BRUSHWORK_TEST_NETWORK": "tiny",
            "BRUSHWORK_TEST_FOLDER": str(folder),
        },
        check=False,
        timeout=900,
        capture_output=True,
    )
    found: dict[str, Any] = json.loads((folder / "found.json").read_text("utf-8"))
    found["folder"] = folder
    assert "error" not in found, found["error"]
    return found


def get_pixels(found: dict[str, Any]) -> np.ndarray:
    """Give red, green, blue and opacity from 0 to 255, H×W×4."""
    return np.array(found["pixels"]).reshape(64, 96, 4)[:, :, [2, 1, 0, 3]] / 257


def read(file: Path) -> np.ndarray:
    with PIL.Image.open(file) as image:
        return np.array(image.convert("RGB"), float)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "space", "steps"),
    [
        ("8 bits", ["RGBA", "U8", "sRGB-elle-V2-srgbtrc.icc"], 0),
        ("16 bits, wide", ["RGBA", "U16", "Rec2020-elle-V4-g10.icc"], 1 / 8),
        ("floats", ["RGBA", "F32", "Rec2020-elle-V4-g10.icc"], 1 / 8),
    ],
)
def test_a_document_is_repainted_in_its_own_colours(
    session, name: str, space: list[str], steps: float
) -> None:
    found = session[name]
    assert found["layers"] == ["Background", found["says"]]
    assert found["says"].startswith("brushwork: great-wave, ")
    assert "size 96" in found["says"] and "strength 0.7" in found["says"]
    assert found["space"] == space and not found["locked"]
    given = read(session["folder"] / f"{name} in.png")
    for side, levels in (
        (given[:, :48], (9000, 12000, 20000)),
        (given[:, 48:], (50000, 52000, 60000)),
    ):
        # Of 16 bits in a PNG the studio reads the upper eight.
        assert np.abs(side - np.array(levels) / 257).max() <= (1 if steps else 0.5)
    result, pixels = read(session["folder"] / f"{name} out.png"), get_pixels(found)
    assert (pixels[:, :, 3] == 255).all() and result.std() > 10
    assert np.abs(pixels[:, :, :3] - result).max() <= steps


@pytest.mark.slow
def test_a_grey_document_gets_a_grey_layer(session) -> None:
    found = session["grey"]
    assert found["space"] == ["GRAYA", "U8", "Gray-D50-elle-V2-srgbtrc.icc"]
    result, pixels = read(session["folder"] / "grey out.png"), get_pixels(found)[:, :, :3]
    assert np.ptp(pixels, axis=2).max() < 0.5 < np.ptp(result, axis=2).max()
    assert np.corrcoef(pixels.mean(axis=2).ravel(), result.mean(axis=2).ravel())[0, 1] > 0.95


@pytest.mark.slow
def test_the_layer_shows_how_the_painting_grows(session) -> None:
    assert set(session["shown"]) == {"brushwork: …"}
    assert len(session["shown"]) > 4  # the results, and something before one of them


@pytest.mark.slow
def test_a_selection_is_painted_alone_or_framed(session) -> None:
    inside = np.zeros((64, 96), bool)
    inside[16:48, 24:72] = True
    for name in ("selected", "framed"):
        assert (get_pixels(session[name])[:, :, 3] == np.where(inside, 255, 0)).all()
    assert "size 64" in session["selected"]["says"] and "size 48" in session["framed"]["says"]


@pytest.mark.slow
def test_layers_and_files_are_styles(session) -> None:
    assert session["layer"]["says"].startswith("brushwork: stripes, ")
    assert session["file"]["says"].startswith("brushwork: style.png, ")


@pytest.mark.slow
def test_a_result_is_not_painted_upon_by_the_next(session) -> None:
    first, second = session["contents"]
    assert first == second


@pytest.mark.slow
def test_whoever_gives_up_finds_the_document_as_it_was(session) -> None:
    assert session["cancelled"]["layers"] == session["removed"]["layers"] == ["Background"]
    assert session["cancelled"]["says"] == session["closed"] == "Cancelled."


@pytest.mark.slow
def test_what_cannot_be_is_said_in_the_docker(session) -> None:
    assert "nothing is selected" in session["nothing selected"]["says"]
    assert "'no-such-brushwork' was not found" in session["not installed"]["says"]
    assert session["not installed"]["layers"] == ["Background"]
