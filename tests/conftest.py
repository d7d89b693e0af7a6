"""Fixtures that several folders share: a tiny network, its NumPy twin, random pictures."""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from brushwork.engine import run
from brushwork.features import VGGFeatures, Weights
from tests.reference import vgg
from tests.tiny import make_tiny_weights, take_tiny_network

# What is measured on the way stays out of the cache folder of whoever runs the tests.
os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp(prefix="brushwork-tests-")
# Maps this small are computed faster by one thread than by several that wait for each other, in the
# processes that tests start, too.
os.environ["OMP_NUM_THREADS"] = "1"
# Which kernel is fastest depends on the moment where nothing is remembered yet, and each rounds
# another way. The tests of the kernels choose theirs; all others shall not depend on it.
os.environ["BRUSHWORK_KERNELS"] = "plain"

# The processes that tests start share what one of them has compiled.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# What the processes of a test import at their start, and the tests themselves.
ROOT = Path(__file__).parent.parent
os.environ["PYTHONPATH"] = os.pathsep.join(
    str(ROOT / folder) for folder in ("src", "", "tests/processes")
)

torch.set_num_threads(1)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let each process begin with what takes long: at the end none waits for another's long test.

    They begin with equal parts of all tests, in this order, and take from each other later.
    """
    count = getattr(config, "workerinput", {}).get("workercount", 1)
    if count > 1:
        borders = [len(items) * number // count for number in range(count + 1)]
        parts = [items[first:last] for first, last in itertools.pairwise(borders)]
        items[:] = [item for part in parts for item in sorted(part, key=is_quick)]


def is_quick(item: pytest.Item) -> bool:
    """Whether a test takes less than a second or two."""
    return item.get_closest_marker("slow") is None


@pytest.fixture(scope="session")
def tiny_weights() -> Weights:
    return make_tiny_weights()


@pytest.fixture
def tiny_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every run take the tiny weights, where it does not matter what a result looks like.

    Runs of processes that the test starts do, too.
    """
    for load in ("load_weights", "load_small_weights"):
        monkeypatch.setattr(run, load, getattr(run, load))  # to be put back
    take_tiny_network(run)
    monkeypatch.setenv("BRUSHWORK_TEST_NETWORK", "tiny")


@pytest.fixture(scope="session")
def tiny_vgg(tiny_weights: Weights) -> Callable[..., VGGFeatures]:
    """Build a network of the tiny weights in float64 (or another dtype)."""

    def build(*taps: str, pooling: str = "max", dtype: torch.dtype = torch.float64) -> VGGFeatures:
        network = VGGFeatures(taps, pooling=pooling, weights=tiny_weights)  # type: ignore[arg-type]
        return network.to(dtype)

    return build


@pytest.fixture(scope="session")
def reference_maps() -> Callable[..., dict[str, np.ndarray]]:
    """Run the NumPy reference with these weights on a picture ``(1, 3, H, W)`` or ``(3, H, W)``."""

    def run(
        weights: Weights, picture: Tensor | np.ndarray, pooling: str = "max"
    ) -> dict[str, np.ndarray]:
        convolutions = {
            layer: (as_float64(kernel), as_float64(bias))
            for layer, (kernel, bias) in weights.convolutions.items()
        }
        scale, offset = as_float64(weights.scale), as_float64(weights.offset)
        pixels = as_float64(picture).reshape(picture.shape[-3:])
        return vgg.forward(pixels, convolutions, scale=scale, offset=offset, pooling=pooling)

    return run


@pytest.fixture(scope="session")
def random_picture() -> Callable[..., Tensor]:
    """Give a picture ``(1, 3, height, width)`` in [0, 1] of independent random pixels."""

    def draw(height: int, width: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> Tensor:
        generator = torch.Generator().manual_seed(seed)
        return torch.rand(1, 3, height, width, generator=generator, dtype=dtype)

    return draw


def as_float64(values: Tensor | np.ndarray) -> np.ndarray:
    """Turn a tensor into an array of float64."""
    return np.asarray(values, dtype=np.float64)
