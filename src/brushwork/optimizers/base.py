"""What the engine asks of an optimiser: one evaluation a step, and always a best picture."""

from __future__ import annotations

import abc
from collections.abc import Callable
from typing import Self

from torch import Tensor

from brushwork.objective import Evaluation
from brushwork.snapshot import State

Evaluate = Callable[[Tensor], Evaluation]


class Optimizer(abc.ABC):
    """Changes a picture step by step; each step evaluates the objective exactly once.

    Parameters
    ----------
    evaluate
        Gives losses and gradient of a picture.
    image
        ``(1, 3, H, W)`` in [0, 1], where to start.
    pairs
        How many steps of its past it may keep, if it keeps any.

    Attributes
    ----------
    notes
        Rescues so far, one sentence each, for the person who reads the result.
    stalled
        True when no step from here lowers the loss any more.
    """

    def __init__(self, evaluate: Evaluate, image: Tensor, pairs: int = 50) -> None:
        self.evaluate = evaluate
        self.image = image
        self.pairs = pairs
        self.notes: list[str] = []
        self.stalled = False

    @abc.abstractmethod
    def step(self) -> Evaluation:
        """Evaluate the objective once, move, and give the evaluation of where we stand."""

    @property
    @abc.abstractmethod
    def best(self) -> Tensor:
        """The best picture so far, ``(1, 3, H, W)`` in [0, 1]; a later step does not change it."""

    @abc.abstractmethod
    def enlarged(self, evaluate: Evaluate, size: tuple[int, int], pairs: int = 50) -> Self:
        """Go on at another size, from the best picture, carrying what is worth carrying."""

    @abc.abstractmethod
    def state(self) -> State:
        """Give all that is needed to go on from here; its tensors are not copies."""

    @classmethod
    @abc.abstractmethod
    def restored(cls, evaluate: Evaluate, state: State, pairs: int = 50) -> Self:
        """Go on from a state: every further step is the one that would have been taken."""
