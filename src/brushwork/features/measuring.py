"""How long a whole evaluation with its gradient takes, by precision and kernel.

A kernel is measured where it will be used: in the midst of a network whose maps all lie as it likes
them, after the layer before has just written them. Contenders take turns, so that other programs
disturb all of them alike, and the best of several turns is the least disturbed one.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor

from brushwork.features.choices import force, name_dtype, select_layout
from brushwork.features.figures import Figures
from brushwork.features.kernels import CHANNELS_LAST, WINOGRAD, Kernel, Work, list_candidates
from brushwork.features.vgg import Precision, VGGFeatures
from brushwork.features.weights import Weights
from brushwork.layers import VGG19_LAYERS, count_channels

#: Sides of the images that are evaluated.
SIDES = (64, 192)
#: Turns after which a difference that is clear is believed.
LEAST_TURNS = 2
#: A precision whose single convolution takes so much longer than the other's is not measured.
HOPELESS = 3.0
#: float32 is not measured any further where it takes so much longer at the smallest side already:
#: its large evaluations, and Winograd's transform, take longest of all, and gain less than this.
OUTDONE = 1.6
DEPTH = "conv5_1"
#: The seconds of each convolution of one evaluation, in the order in which they were computed.
Record = list[tuple[Work, torch.dtype, float]]


def measure(known: Figures, budget: float, only: Precision | None = None) -> Figures:
    """Measure everything in turns, until a choice is clear or the budget is spent.

    Parameters
    ----------
    known
        What was measured before; the better of both counts.
    budget
        Seconds; one turn is always made.
    only
        The one precision to measure, all of it; both, as far as they compete, if None.
    """
    started = time.perf_counter()
    weights = _make_weights()
    networks = {
        precision: VGGFeatures([DEPTH], weights=weights, precision=precision)
        for precision in ([only] if only else _list_precisions())
    }
    contenders = _list_contenders(networks)
    images = [torch.rand(1, 3, side, side) for side in SIDES]
    figures = known.model_copy(deep=True)
    quick = [contender for contender in contenders if contender[1] is not WINOGRAD]
    for precision, kernel in quick:  # the first one lays out weights
        _evaluate(networks[precision], kernel, images[0])
    for precision, kernel in quick:
        _note(figures, precision, kernel, images[0], networks[precision])
    if not only and (figures.speedup or 0.0) > OUTDONE:
        contenders = [contender for contender in contenders if contender[0] == "bfloat16"]
    turns, spent = 0, 0.0
    # Another turn, if it is needed and will probably be over in time.
    while turns < LEAST_TURNS or figures.is_close:
        if turns and time.perf_counter() - started + spent > budget:
            break
        began = time.perf_counter()
        for image in images:
            for precision, kernel in contenders:
                _note(figures, precision, kernel, image, networks[precision])
        turns, spent = turns + 1, time.perf_counter() - began
    figures.turns += 0 if only else turns
    return figures


def _list_contenders(precisions: Iterable[Precision]) -> list[tuple[Precision, Kernel]]:
    return [(name, kernel) for name in precisions for kernel in list_candidates(_get_dtype(name))]


def is_known(figures: Figures, precision: str) -> bool:
    """Whether a precision was measured at every size, and not left out as outdone."""
    evaluations = figures.evaluations.get(precision, {})
    return any(str(max(SIDES) ** 2) in sizes for sizes in evaluations.values())


def _note(
    figures: Figures, precision: Precision, kernel: Kernel, image: Tensor, network: VGGFeatures
) -> None:
    """Evaluate once, and keep what was faster than ever before, in place."""
    record, seconds = _evaluate(network, kernel, image)
    spent: dict[tuple[str, str], float] = {}
    for work, dtype, taken in record:
        names = f"{name_dtype(dtype)} {work.inputs}x{work.outputs}", str(work.pixels)
        spent[names] = min(spent.get(names, math.inf), taken)
    for (channels, size), taken in spent.items():
        kernels = figures.convolutions.setdefault(channels, {}).setdefault(size, {})
        kernels[kernel.name] = min(kernels.get(kernel.name, math.inf), taken)
    pixels = str(image.shape[2] * image.shape[3])
    rest = seconds - sum(taken for _, _, taken in record)
    rests = figures.rests.setdefault(precision, {}).setdefault(kernel.layout, {})
    rests[pixels] = min(rests.get(pixels, math.inf), max(0.0, rest))
    convolutions = sum(
        min(select_layout(figures.find_kernels(work, name_dtype(dtype)), kernel.layout).values())
        for work, dtype, _ in record
    )
    evaluations = figures.evaluations.setdefault(precision, {}).setdefault(kernel.layout, {})
    evaluations[pixels] = rests[pixels] + convolutions


def _evaluate(network: VGGFeatures, kernel: Kernel, image: Tensor) -> tuple[Record, float]:
    """Evaluate with one kernel for all convolutions; give their seconds and those of the whole."""
    record: Record = []

    def choose(work: Work, dtype: torch.dtype) -> Kernel:
        chosen = kernel if kernel in list_candidates(dtype) else CHANNELS_LAST

        def convolve(*arguments: Any) -> Tensor:
            began = time.perf_counter()
            output = chosen.convolve(*arguments)
            record.append((work, dtype, time.perf_counter() - began))
            return output

        return Kernel(chosen.name, chosen.layout, convolve)

    leaf = image.clone().requires_grad_()
    began = time.perf_counter()
    with force(choose), torch.enable_grad():  # whoever asks may be in the midst of a forward pass
        maps = network(leaf)[DEPTH]
        torch.autograd.grad(maps.float().sum(), leaf)
    return record, time.perf_counter() - began


def _list_precisions() -> list[Precision]:
    """Leave bfloat16 out where one small convolution tells that it is emulated."""
    if _time_small(torch.bfloat16) > HOPELESS * _time_small(torch.float32):
        return ["float32"]
    return ["float32", "bfloat16"]


def _time_small(dtype: torch.dtype) -> float:
    maps, weights = torch.ones(1, 64, 24, 24, dtype=dtype), torch.ones(64, 64, 3, 3, dtype=dtype)
    order = CHANNELS_LAST.memory_format
    maps, weights = maps.contiguous(memory_format=order), CHANNELS_LAST.lay_out(weights)
    best = math.inf
    for _ in range(3):
        began = time.perf_counter()
        CHANNELS_LAST.convolve(maps, weights, None, 1, False)
        best = min(best, time.perf_counter() - began)
    return best


def _get_dtype(precision: str) -> torch.dtype:
    return torch.bfloat16 if precision == "bfloat16" else torch.float32


def _make_weights() -> Weights:
    """Make weights as large as VGG-19's; what they are does not change how long it takes."""
    generator = torch.Generator().manual_seed(0)
    convolutions, channels = {}, 3
    for layer in VGG19_LAYERS[: VGG19_LAYERS.index(DEPTH) + 1]:
        outputs = count_channels(layer)
        # The same for all inputs: to throw thirteen million dice takes as long as an evaluation.
        kernel = torch.randn(outputs, 1, 3, 3, generator=generator) / (3 * channels)
        convolutions[layer] = (kernel.repeat(1, channels, 1, 1), torch.zeros(outputs))
        channels = outputs
    return Weights(convolutions, torch.ones(3), torch.zeros(3))
