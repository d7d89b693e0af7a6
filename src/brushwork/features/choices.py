"""What is computed how on this machine: chosen by figures, remembered, and told on request."""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar

import torch

from brushwork.features.figures import LEAST_SPEEDUP, Figures
from brushwork.features.kernels import (
    CHANNELS_LAST,
    KERNELS,
    Kernel,
    Layout,
    Work,
    list_candidates,
)
from brushwork.features.machine import describe_machine
from brushwork.system.remembered import read_remembered, write_remembered

#: Chooses for some work, and the dtype of its maps.
Chooser = Callable[[Work, torch.dtype], Kernel]

#: The file of the figures in the cache folder.
TOPIC = "figures"
#: Seconds that measuring may take, once, and again where it stayed close.
BUDGET_SECONDS = 3.0
#: After so many turns the figures are as good as they get.
ENOUGH_TURNS = 6
#: A run that takes this much longer than another precision promised has chosen wrongly.
BROKEN_PROMISE = 1.2
#: What statistics and optimiser add to the evaluation of the network.
STEP_FACTOR = 1.3

#: What was chosen in this process, and what it was told to choose.
_choices: dict[str, str] = {}
_adopted_choices: dict[str, str] = {}
#: Chooses in place of the figures while these are being measured, in the thread that measures.
_forced: ContextVar[Chooser | None] = ContextVar("forced", default=None)


def get_choices() -> dict[str, str]:
    """Give every choice of this process so far, for a run that shall round as this one does."""
    return dict(_choices)


def adopt_choices(choices: Mapping[str, str]) -> None:
    """Choose as another process on the same `describe_machine` did."""
    _adopted_choices.update(choices)
    forget_figures()


def forget_figures() -> None:
    """Look the figures up anew when they are needed again."""
    for function in (get_figures, _get_figures_of, _choose, _is_bfloat16_faster):
        function.cache_clear()


@contextlib.contextmanager
def force(chooser: Chooser) -> Iterator[None]:
    """Let ``chooser`` choose every kernel for a while."""
    before = _forced.set(chooser)
    try:
        yield
    finally:
        _forced.reset(before)


def choose_kernel(work: Work, dtype: torch.dtype) -> Kernel:
    """Give the fastest kernel for some work on this CPU, in the layout of the network's maps."""
    return (_forced.get() or _choose)(work, dtype)


@functools.cache
def _choose(work: Work, dtype: torch.dtype) -> Kernel:
    candidates = {kernel.name: kernel for kernel in list_candidates(dtype)}
    key = f"{work.inputs}x{work.outputs}x{work.pixels} {name_dtype(dtype)}"
    name = _adopted_choices.get(key) or _find_fastest(work, dtype)
    _choices[key] = name if name in candidates else CHANNELS_LAST.name
    return KERNELS[_choices[key]]


def _find_fastest(work: Work, dtype: torch.dtype) -> str:
    """Give the fastest kernel by name; the one that is mostly good where nothing is known."""
    precision = name_dtype(dtype)
    figures = _get_figures_of(precision)
    layout = figures.find_layout(precision) or CHANNELS_LAST.layout
    seconds = select_layout(figures.find_kernels(work, precision), layout)
    return min(seconds, key=seconds.__getitem__, default=CHANNELS_LAST.name)


def select_layout(seconds: Mapping[str, float], layout: Layout) -> dict[str, float]:
    """Give the figures of those kernels that work in a layout."""
    return {name: s for name, s in seconds.items() if KERNELS[name].layout == layout}


def is_plain() -> bool:
    """Whether all choices are left to torch: ``BRUSHWORK_KERNELS=plain``."""
    return os.environ.get("BRUSHWORK_KERNELS") == "plain"


def is_bfloat16_faster() -> bool:
    """Whether this CPU evaluates the network enough faster in bfloat16 than in float32."""
    return not is_plain() and _is_bfloat16_faster()


@functools.cache
def _is_bfloat16_faster() -> bool:
    chosen = _adopted_choices.get("bfloat16 pays")
    if chosen is None:
        speedup = get_figures().speedup
        chosen = "yes" if speedup is not None and speedup > LEAST_SPEEDUP else "no"
    _choices["bfloat16 pays"] = chosen
    return chosen == "yes"


def recall_bfloat16() -> bool | None:
    """Tell `is_bfloat16_faster` without measuring anything; None where nothing was measured."""
    if is_plain():
        return False
    known = Figures.read(read_remembered(TOPIC, describe_machine()))
    return None if known.turns == 0 else (known.speedup or 0.0) > LEAST_SPEEDUP


@functools.cache
def get_figures() -> Figures:
    """Give what was measured on this machine; measure what is not known, or not for certain."""
    # Measuring computes convolutions, and these choose their kernels here.
    from brushwork.features.measuring import measure

    machine = describe_machine()
    known = Figures.read(read_remembered(TOPIC, machine))
    if known.turns == 0 or (known.is_close and known.turns < ENOUGH_TURNS):
        known = measure(known, BUDGET_SECONDS)
        write_remembered(TOPIC, machine, known.model_dump())
    return known


@functools.cache
def _get_figures_of(precision: str) -> Figures:
    """Give the figures with all of float32, if it is that; it may have been left out as outdone."""
    from brushwork.features.measuring import is_known, measure

    figures = get_figures()
    if precision != "float32" or is_known(figures, precision):
        return figures
    figures = measure(figures, BUDGET_SECONDS, only="float32")
    write_remembered(TOPIC, describe_machine(), figures.model_dump())
    return figures


def describe_choice(precision: str) -> str:
    """Say in a sentence in which precision is computed here, and why."""
    if "bfloat16 pays" not in _choices:
        return precision
    figures = get_figures()
    if figures.speedup is None:
        return f"{precision}: this processor is not made for bfloat16"
    return (
        f"{precision}, maps {figures.find_layout(precision)}: in bfloat16 an evaluation takes "
        f"{1 / figures.speedup:.2f} times as long as in float32, the best of {figures.turns}"
    )


def question_choice(precision: str, pixels: int, cost: float, seconds: float) -> str | None:
    """Compare the steps of a run with what the other precision promised.

    Parameters
    ----------
    precision
        What the run was computed in.
    pixels, cost
        What the network was shown, and what a pixel cost, as a part of what it costs up to
        ``conv5_1``.
    seconds
        What a step took.

    Returns
    -------
    str
        What to tell the person; what was measured is then forgotten, and the next run measures
        anew. None if the choice was right, as far as can be seen.
    """
    if _choices.get("bfloat16 pays") is None:
        return None
    other = "float32" if precision == "bfloat16" else "bfloat16"
    promised = get_figures().predict(other, pixels)
    if promised is None or seconds <= BROKEN_PROMISE * STEP_FACTOR * cost * promised:
        return None
    write_remembered(TOPIC, describe_machine(), {})
    forget_figures()
    return (
        f"a step took {seconds:.2g} s in {precision}, although {other} had been measured to be "
        f"faster than that; the next run will measure both again."
    )


def name_dtype(dtype: torch.dtype) -> str:
    """Give the name without torch's."""
    return str(dtype).removeprefix("torch.")
