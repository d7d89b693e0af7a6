"""A photo of very many pixels costs little more than a small one; what cannot fit is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Sequence

import numpy as np
import PIL.Image
import pytest
import tifffile

from brushwork.errors import MemoryBudgetError
from brushwork.planning.recoloring import check_recolor_memory
from brushwork.system.memory import tell_out_of_memory
from tests.images.colour_files import make_png

#: Calls ``measure`` with each line of the input, in a process of its own: a copy of one that has
#: loaded torch, which takes longer than most of what is measured.
COPIES = """
import json, os, sys
import torch
import brushwork.engine.request, brushwork.engine.run
from brushwork import images
torch.set_num_threads(1)

def ask(name):
    with open("/proc/self/status") as lines:
        return next(1024 * int(line.split()[1]) for line in lines if line.startswith(name))

def reset_peak():
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")
"""
EACH = """
for line in sys.stdin:
    copy = os.fork()
    if copy == 0:
        print(measure(*json.loads(line)), flush=True)
        os._exit(0)
    assert os.waitpid(copy, 0)[1] == 0
"""
#: Says by how many bytes the peak of a process rises when a photo is large.
RISE = """
def measure(small, large, color):
    peaks = []
    for photo in (small, large):
        reset_peak()
        request = brushwork.engine.request.Request.read(
            photo, large if color == "palette" else "great-wave",
            brushwork.Settings.create(None, size=128, color=color))
        if color == "only":
            *_, last = brushwork.engine.run.start_run(request)
        else:
            request.prepare(torch.device("cpu"))
        peaks.append(ask("VmHWM"))
    return peaks[1] - peaks[0]
"""
#: Says how many bytes a pixel a process takes at most while it reads an image.
READ = """
def measure(how, pixels, small, large):
    images.read(small, long_side=256, flat=how == "flat")
    reset_peak()
    before = ask("VmRSS")
    images.read(large, long_side=256, flat=how == "flat")
    return (ask("VmHWM") - before) / pixels
"""
COLORS = ("only", "match", "palette", "content")

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="there is no /proc")


def measure_each(code: str, arguments: Iterable[Sequence[object]]) -> list[float]:
    """Give what ``measure`` of some code says of each of these arguments."""
    asked = "".join(json.dumps(one) + "\n" for one in arguments)
    command = [sys.executable, "-c", COPIES + code + EACH]
    found = subprocess.run(command, input=asked, stdout=subprocess.PIPE, text=True, check=True)
    return [float(line) for line in found.stdout.splitlines()]


@pytest.fixture(scope="module")
def rises(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    # 12 megapixels: decoded they hold 36 MB, in float32 144, and 3.8 GB while their colours move.
    generator = np.random.default_rng(0)
    coarse = PIL.Image.fromarray(generator.integers(0, 256, (30, 40, 3), dtype=np.uint8))
    paths = [tmp_path_factory.mktemp("photos") / name for name in ("small.jpg", "large.jpg")]
    for path, size in zip(paths, [(1152, 864), (4000, 3000)], strict=True):
        coarse.resize(size).save(path)
    asked = [(*map(str, paths), color) for color in COLORS]
    return dict(zip(COLORS, measure_each(RISE, asked), strict=True))


@pytest.mark.slow
@linux
@pytest.mark.parametrize("color", COLORS)
def test_the_peak_of_a_large_photo_is_little_more_than_that_of_a_small_one(
    color: str, rises: dict[str, float]
) -> None:
    assert rises[color] < 175e6


def test_a_result_that_does_not_fit_is_refused_with_the_size_that_does() -> None:
    extent = (3000, 4000)
    check_recolor_memory(extent, 2000, budget=10**9, held=0)
    with pytest.raises(MemoryBudgetError, match="use a size of at most") as refusal:
        check_recolor_memory(extent, 20000, budget=10**9, held=0)
    largest = int(str(refusal.value).split("at most ")[1].split(",")[0])
    check_recolor_memory(extent, largest, budget=10**9, held=0)
    with pytest.raises(MemoryBudgetError):
        check_recolor_memory(extent, largest + 1, budget=10**9, held=0)
    with pytest.raises(MemoryBudgetError, match="may be used; allow more"):
        check_recolor_memory(extent, 2000, budget=10**9, held=10**9)


@pytest.mark.parametrize(
    "error", [MemoryError(), RuntimeError("DefaultCPUAllocator: can't allocate memory")]
)
def test_the_end_of_memory_is_a_sentence_and_nothing_else_is(error: Exception) -> None:
    told = r"^memory ran out while it rained; close"
    with pytest.raises(MemoryBudgetError, match=told), tell_out_of_memory("it rained"):
        raise error
    with pytest.raises(RuntimeError, match="another"), tell_out_of_memory("it rained"):
        raise RuntimeError("another")


#: Ways in which a mask, a map or a photo that is no JPEG comes, and the bytes of a pixel while it
#: is decoded: all of it in float32 would be 12 more.
KINDS = {
    "grey.png": 3,
    "bits.png": 3,
    "table.png": 7,
    "flat table.png": 3,
    "key.png": 14,
    "deep grey.png": 6,
    "deep.png": 20,
    "deep.tif": 11,
    "flat.tif": 11,
}


def draw_large(name: str, size: tuple[int, int]) -> PIL.Image.Image | np.ndarray:
    """Draw an image of a kind, of stripes that are compressed in no time."""
    width, height = size
    levels = np.tile(np.arange(width) % 251, (height, 1)).astype(np.uint8)
    kind = name.partition(".")[0].removeprefix("flat ")
    if kind in ("deep", "flat"):
        return np.repeat(levels[..., None], 3, axis=2).astype(np.uint16) * 257
    image = PIL.Image.fromarray(levels.astype(np.uint16) * 257 if "deep" in kind else levels)
    match kind:
        case "bits":
            return image.convert("1")
        case "table":
            return image.convert("P")
        case "key":
            image = image.convert("RGB")
            image.info["transparency"] = (1, 2, 3)
    return image


@pytest.fixture(scope="module")
def peaks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    """Give the bytes of a pixel that each kind takes."""
    asked = []
    for name in KINDS:
        folder = tmp_path_factory.mktemp("images")
        paths = [folder / f"small {name}", folder / f"large {name}"]
        for path, size in zip(paths, [(640, 480), (6000, 4000)], strict=True):
            drawn = draw_large(name, size)
            if isinstance(drawn, PIL.Image.Image):
                drawn.save(path, transparency=drawn.info.get("transparency"), compress_level=1)
            elif path.suffix == ".png":
                path.write_bytes(make_png(drawn))
            else:
                tifffile.imwrite(path, drawn, photometric="rgb", compression="zlib")
        how = "flat" if name.startswith("flat") else "mixed"
        asked.append((how, 24_000_000, *map(str, paths)))
    return dict(zip(KINDS, measure_each(READ, asked), strict=True))


@pytest.mark.slow
@linux
@pytest.mark.parametrize("name", KINDS)
def test_no_kind_of_large_image_is_held_in_floats(name: str, peaks: dict[str, float]) -> None:
    assert peaks[name] < KINDS[name]
