"""Adam with an averaged iterate: slower than L-BFGS, and hard to upset."""

from __future__ import annotations

import math
from typing import Self

import torch
from torch import Tensor

from brushwork.images import resize, wrap_round
from brushwork.optimizers.base import Evaluate, Evaluation, Optimizer, State

LEARNING_RATE = 0.05
#: Decay of the two moments, and of the average of the iterates.
DECAY, SQUARE_DECAY, AVERAGE_DECAY = 0.9, 0.99, 0.9
#: A loss this many times the best one means that the image is being lost.
DIVERGENCE_FACTOR = 3.0
#: What a state is made of, besides the image and the best one.
_TENSORS = ("_moment", "_square", "_average")
_NUMBERS = ("_steps", "_averaged", "_rate", "_turns", "_turn_of_lowest", "stalled")


class Adam(Optimizer):
    """Adam (Kingma and Ba 2015, algorithm 1), projected onto [0, 1], with an averaged iterate.

    The image it gives is the exponentially decaying mean of the iterates (their section 7.2),
    which has less noise than any of them. Both moments go along to the next scale: enlarged, and
    divided by the growth in pixels, because the gradient of a mean spreads over all pixels. A loss
    that is not finite, or three times the best one, is rolled back to the best image, and the
    learning rate is halved.
    """

    def __init__(self, evaluate: Evaluate, image: Tensor, pairs: int = 0) -> None:
        super().__init__(evaluate, image, pairs)
        self._moment = torch.zeros_like(image)
        self._square = torch.zeros_like(image)
        self._average = torch.zeros_like(image)
        self._steps = 0
        self._averaged = 0
        self._rate = LEARNING_RATE
        self._lowest: tuple[Evaluation, Tensor] | None = None
        self._turns = 0
        self._turn_of_lowest = 0

    @property
    def best(self) -> Tensor:
        """The averaged iterate; the start itself before the first step."""
        if not self._averaged:
            return self.image
        return self._average / (1 - AVERAGE_DECAY**self._averaged)

    def enlarge(
        self, evaluate: Evaluate, size: tuple[int, int], pairs: int = 0, *, wraps: bool = False
    ) -> Self:
        """Go on at another size from the averaged iterate, with both moments."""
        larger = type(self)(evaluate, wrap_round(resize, wraps)(self.best, size), pairs)
        bring_moment = wrap_round(_enlarge_moment, wraps)
        growth = larger.image.numel() / self.image.numel()
        larger._moment = bring_moment(self._moment, size) / growth
        larger._square = bring_moment(self._square, size) / growth**2
        larger._steps = self._steps
        larger._rate = self._rate
        return larger

    def state(self) -> State:
        """Give image, moments, average and the best image."""
        tensors = {f"{name[1:]} {self._turns}": getattr(self, name) for name in _TENSORS}
        tensors[f"image {self._turns}"] = self.image
        if self._lowest is not None:
            evaluation, image = self._lowest
            tensors[f"lowest image {self._turn_of_lowest}"] = image
            tensors[f"lowest gradient {self._turn_of_lowest}"] = evaluation.gradient
        numbers = {name: getattr(self, name) for name in _NUMBERS}
        numbers["notes"] = list(self.notes)
        numbers["losses"] = self._lowest[0].losses if self._lowest else None
        return State(tensors, numbers)

    @classmethod
    def from_state(cls, evaluate: Evaluate, state: State, pairs: int = 0) -> Self:
        """Go on from a state."""
        turns = state.numbers["_turns"]
        restored = cls(evaluate, state.tensors[f"image {turns}"], pairs)
        for name in _TENSORS:
            setattr(restored, name, state.tensors[f"{name[1:]} {turns}"])
        for name in _NUMBERS:
            setattr(restored, name, state.numbers[name])
        restored.notes = list(state.numbers["notes"])
        if state.numbers["losses"] is not None:
            turn = restored._turn_of_lowest
            gradient = state.tensors[f"lowest gradient {turn}"]
            best = Evaluation(dict(state.numbers["losses"]), gradient)
            restored._lowest = best, state.tensors[f"lowest image {turn}"]
        return restored

    def step(self) -> Evaluation:
        """Evaluate the iterate and move it, or roll back if it is being lost."""
        here = self.evaluate(self.image)
        self._turns += 1
        if self._lowest and not here.total <= DIVERGENCE_FACTOR * self._lowest[0].total:
            return self._roll_back(here)
        if self._lowest is None or here.total < self._lowest[0].total:
            self._lowest, self._turn_of_lowest = (here, self.image), self._turns
        self._move(here.gradient)
        return here

    def _move(self, gradient: Tensor) -> None:
        self._steps += 1
        self._moment = self._moment.lerp(gradient, 1 - DECAY)
        self._square = self._square.lerp(gradient.square(), 1 - SQUARE_DECAY)
        mean = self._moment / (1 - DECAY**self._steps)
        deviation = (self._square / (1 - SQUARE_DECAY**self._steps)).sqrt()
        tiny = torch.finfo(deviation.dtype).tiny ** 0.5  # what is smaller has no square
        self.image = (self.image - self._rate * mean / deviation.clamp_min(tiny)).clamp(0, 1)
        self._average = self._average.lerp(self.image, 1 - AVERAGE_DECAY)
        self._averaged += 1

    def _roll_back(self, here: Evaluation) -> Evaluation:
        assert self._lowest is not None
        best, self.image = self._lowest
        self._rate /= 2
        self._moment = torch.zeros_like(self._moment)
        self._square = torch.zeros_like(self._square)
        self._average = torch.zeros_like(self._average)
        self._steps = self._averaged = 0
        lost = f"{here.total:.4g}" if math.isfinite(here.total) else "a value that is not finite"
        self.notes.append(
            f"the loss rose from {best.total:.4g} to {lost}; "
            "the best picture was restored and the learning rate halved."
        )
        return best


def _enlarge_moment(moment: Tensor, size: tuple[int, int]) -> Tensor:
    """Enlarge a moment bilinearly: unlike bicubic, it makes no negative squares."""
    return torch.nn.functional.interpolate(moment, size, mode="bilinear")
