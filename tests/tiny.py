"""A network with the layers of VGG-19 and few channels: quick, and made anew from a seed."""

from __future__ import annotations

from types import ModuleType

import torch

from brushwork.features import Weights

CHANNELS = (4, 6, 8, 8, 8)
CONVOLUTIONS = (2, 2, 4, 4, 4)


def make_tiny_weights() -> Weights:
    """Make the sixteen layers of VGG-19 with few channels.

    The kernels are drawn as He et al. (2015) propose, so that activations keep their size, and
    their mean is taken away, so that few maps are silent everywhere.
    """
    generator = torch.Generator().manual_seed(0)
    convolutions = {}
    channels = 3
    for stack, outputs in enumerate(CHANNELS, start=1):
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


def take_tiny_network(run: ModuleType) -> None:
    """Let `brushwork.engine.run` take the tiny weights for both embedded networks from now on."""
    weights, load = make_tiny_weights(), run.load_weights
    run.load_weights = lambda path: load(path) if path else weights  # type: ignore[attr-defined]
    run.load_small_weights = lambda: weights  # type: ignore[attr-defined]


def take_few_steps(steps: int) -> None:
    """Let every scale of a run from now on take so many steps, as far as the networks allow."""
    from brushwork.planning import pyramid

    pyramid.count_steps = lambda *_: steps
