"""Fixtures that several folders share: a tiny network, its NumPy twin, random pictures."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from brushwork.engine import run
from brushwork.features import VGGFeatures, Weights
from tests.reference import vgg

# What is measured on the way stays out of the cache folder of whoever runs the tests.
os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp(prefix="brushwork-tests-")
# Maps this small are computed faster by one thread than by several that wait for each other, in the
# processes that tests start, too.
os.environ["OMP_NUM_THREADS"] = "1"
# Which kernel is fastest depends on the moment where nothing is remembered yet, and each rounds
# another way. The tests of the kernels choose theirs; all others shall not depend on it.
os.environ["BRUSHWORK_KERNELS"] = "plain"

torch.set_num_threads(1)

TINY_CHANNELS = (4, 6, 8, 8, 8)
CONVOLUTIONS = (2, 2, 4, 4, 4)


def make_tiny_weights() -> Weights:
    """Make the sixteen layers of VGG-19 with few channels.

    The kernels are drawn as He et al. (2015) propose, so that activations keep their size, and
    their mean is taken away, so that few maps are silent everywhere.
    """
    generator = torch.Generator().manual_seed(0)
    convolutions = {}
    channels = 3
    for stack, outputs in enumerate(TINY_CHANNELS, start=1):
        for position in range(1, CONVOLUTIONS[stack - 1] + 1):
            kernel = torch.randn(outputs, channels, 3, 3, generator=generator)
            kernel -= kernel.mean(dim=(1, 2, 3), keepdim=True)
            kernel *= (2 / (9 * channels)) ** 0.5
            bias = 0.2 * torch.rand(outputs, generator=generator)
            convolutions[f"conv{stack}_{position}"] = (kernel, bias)
            channels = outputs
    return Weights(
        convolutions,
        scale=torch.tensor([4.0, 4.25, 3.75]),
        offset=torch.tensor([-2.0, -1.75, -1.5]),
    )


@pytest.fixture(scope="session")
def tiny_weights() -> Weights:
    return make_tiny_weights()


@pytest.fixture
def tiny_network(tiny_weights: Weights, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every run take the tiny weights, where it does not matter what a result looks like."""
    monkeypatch.setattr(run, "load_weights", lambda _: tiny_weights)


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
