"""A photo of very many pixels costs little more than a small one; what cannot fit is refused."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from brushwork.errors import MemoryBudgetError
from brushwork.planning.recoloring import check_recolor_memory
from brushwork.system.memory import tell_out_of_memory

#: Prints by how many MB the peak of a process rises when a photo is large.
MEASURED = """
import json, resource, sys
import brushwork, torch
torch.set_num_threads(1)
small, large, color = sys.argv[1:]
peaks = []
for photo in (small, large):
    request = brushwork.engine.request.Request.read(
        photo, large if color == "palette" else "great-wave",
        brushwork.Settings.create(None, size=128, color=color))
    if color == "only":
        *_, last = brushwork.engine.run.start_run(request)
    else:
        request.prepare(torch.device("cpu"))
    peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)
print(json.dumps(peaks))
"""


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts in other units")
@pytest.mark.parametrize("color", ["only", "match", "palette", "content"])
def test_the_peak_of_a_large_photo_is_little_more_than_that_of_a_small_one(
    color: str, tmp_path: Path
) -> None:
    # 12 megapixels: decoded they hold 36 MB, in float32 144, and 3.8 GB while their colours move.
    generator = np.random.default_rng(0)
    coarse = PIL.Image.fromarray(generator.integers(0, 256, (30, 40, 3), dtype=np.uint8))
    paths = [tmp_path / "small.jpg", tmp_path / "large.jpg"]
    for path, size in zip(paths, [(1152, 864), (4000, 3000)], strict=True):
        coarse.resize(size).save(path)
    code = "import brushwork.engine.request, brushwork.engine.run\n" + MEASURED
    command = [sys.executable, "-c", code, *map(str, paths), color]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    small, large = json.loads(found.stdout)
    assert large - small < 175


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
