"""The docker for Krita, inside Krita."""

from __future__ import annotations

import contextlib
import json
import os
import runpy
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import png
import psutil
import pytest
import tifffile

pytest.importorskip("fastapi", reason="the studio is an extra: pip install 'brushwork[studio]'")

from tests.studio.conftest import make_image

FOLDER = Path(__file__).parents[2] / "integrations" / "krita"


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
    krita = subprocess.Popen(
        ["kritarunner", "-s", "krita_session"],
        env={
            **{name: os.environ[name] for name in kept},
            **places,
            "PATH": "/usr/bin:/bin",  # the Python that Krita was built with, and no other
            "PYTHONPATH": os.pathsep.join((str(folder / "plugin"), str(Path(__file__).parent))),
            "QT_QPA_PLATFORM": "offscreen",
            "BRUSHWORK_TEST_NETWORK": "tiny",
            "BRUSHWORK_TEST_STEPS": "24",  # in place of 150 and more
            "BRUSHWORK_TEST_FOLDER": str(folder),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        krita.wait(900)
    finally:
        end_group(krita)
    found: dict[str, Any] = json.loads((folder / "found.json").read_text("utf-8"))
    found["folder"] = folder
    assert "error" not in found, found["error"]
    return found


def end_group(leader: subprocess.Popen[bytes]) -> None:
    """End a program with all that it has started: Krita that hangs ends no studio."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader.pid, signal.SIGKILL)
    leader.wait()


def test_a_program_that_hangs_leaves_nothing_behind() -> None:
    hanging = ["sh", "-c", "sleep 600 & echo $!; wait"]
    leader = subprocess.Popen(hanging, stdout=subprocess.PIPE, start_new_session=True)
    with leader:
        child = psutil.Process(int(leader.stdout.readline()))
        end_group(leader)
        gone, _ = psutil.wait_procs([child], 10)
    assert gone


def get_pixels(found: dict[str, Any]) -> np.ndarray:
    """Give red, green, blue and opacity from 0 to 255, H×W×4."""
    return np.array(found["pixels"]).reshape(64, 96, 4)[:, :, [2, 1, 0, 3]] / 257


def read(file: Path) -> np.ndarray:
    """Give red, green and blue of a file from 0 to 255, H×W×3, with all the bits that it has."""
    if file.suffix == ".tiff":
        return tifffile.imread(file)[:, :, :3] / 257
    width, height, rows, about = png.Reader(bytes=file.read_bytes()).asDirect()
    levels = np.array([list(row) for row in rows]).reshape(height, width, about["planes"])
    return levels[:, :, :3] * 255 / (2 ** about["bitdepth"] - 1)


def read_given(session: dict[str, Any], found: dict[str, Any], kind: str) -> np.ndarray:
    """Give what the studio keeps of what it was given."""
    return read(session["folder"] / "studio" / "pictures" / f"{found['content']}.{kind}")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "space", "kind", "tolerance"),
    [
        ("8 bits", ["RGBA", "U8", "sRGB-elle-V2-srgbtrc.icc"], "png", 0.5),
        ("16 bits", ["RGBA", "U16", "sRGB-elle-V2-srgbtrc.icc"], "tiff", 1e-9),
        ("16 bits, wide", ["RGBA", "U16", "Rec2020-elle-V4-g10.icc"], "tiff", 1 / 8),
        ("floats", ["RGBA", "F32", "Rec2020-elle-V4-g10.icc"], "tiff", 1 / 8),
    ],
)
def test_a_document_is_repainted_in_its_own_colours_and_bits(
    session, name: str, space: list[str], kind: str, tolerance: float
) -> None:
    found = session[name]
    assert found["layers"] == ["Background", found["says"]]
    assert found["says"].startswith("brushwork: great-wave, ")
    assert "size 96" in found["says"] and "strength 0.7" in found["says"]
    assert found["space"] == space and not found["locked"]
    given = read_given(session, found, kind)
    for side, levels in (
        (given[:, :48], (9000, 12000, 20000)),
        (given[:, 48:], (50000, 52000, 60000)),
    ):
        assert np.abs(side - np.array(levels) / 257).max() <= tolerance
    result, pixels = read(session["folder"] / f"{name}.png"), get_pixels(found)
    assert (pixels[:, :, 3] == 255).all() and result.std() > 10
    assert np.abs(pixels[:, :, :3] - result).max() <= tolerance + 0.01


@pytest.mark.slow
def test_a_grey_document_gets_a_grey_layer(session) -> None:
    found = session["grey"]
    assert found["space"] == ["GRAYA", "U8", "Gray-D50-elle-V2-srgbtrc.icc"]
    result, pixels = read(session["folder"] / "grey.png"), get_pixels(found)[:, :, :3]
    assert np.ptp(pixels, axis=2).max() < 0.5 < np.ptp(result, axis=2).max()
    assert np.corrcoef(pixels.mean(axis=2).ravel(), result.mean(axis=2).ravel())[0, 1] > 0.95


@pytest.mark.slow
def test_the_layer_shows_how_the_painting_grows(session) -> None:
    assert set(session["shown"]) == {"brushwork: …"}
    assert len(session["shown"]) > 5  # the results, and something before one of them


@pytest.mark.slow
def test_a_selection_is_painted_alone_or_framed(session) -> None:
    inside = np.zeros((64, 96), bool)
    inside[16:48, 24:72] = True
    for name in ("selected", "framed"):
        assert (get_pixels(session[name])[:, :, 3] == np.where(inside, 255, 0)).all()
    assert "size 64" in session["selected"]["says"] and "size 48" in session["framed"]["says"]


@pytest.mark.slow
def test_a_soft_selection_is_the_mask_and_hides_only_what_is_not_selected(session) -> None:
    found = session["soft"]
    softly = np.broadcast_to(np.arange(96) * 255 // 95, (64, 96))
    mask = session["folder"] / "studio" / "pictures" / f"{found['mask']}.png"
    with PIL.Image.open(mask) as image:
        assert (np.array(image.convert("L")) == softly).all()
    assert (get_pixels(found)[:, :, 3] == np.where(softly > 0, 255, 0)).all()


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
    assert session["no picture"] == "open a picture first."
    assert "nothing is selected" in session["nothing selected"]["says"]
    assert "'no-such-brushwork' was not found" in session["not installed"]["says"]
    assert session["not installed"]["layers"] == ["Background"]
