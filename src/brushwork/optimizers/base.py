"""What the engine asks of an optimiser: one evaluation a step, and always a best image."""

from __future__ import annotations

import abc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from torch import Tensor


@dataclass(frozen=True)
class Evaluation:
    """The losses of one image by name, and the gradient of their weighted total.

    ``losses`` holds ``total``; each loss by its name (``content``, ``style``, …) and each of its
    parts as ``style.conv1_1``; all but ``total`` are unweighted.
    """

    losses: dict[str, float]
    gradient: Tensor

    @property
    def total(self) -> float:
        """The weighted sum that is being minimised."""
        return self.losses["total"]


@dataclass(frozen=True)
class State:
    """All that an optimiser knows.

    Attributes
    ----------
    tensors
        Each by a name that stands for the same numbers as long as a scale lasts: what changes
        from step to step has another name after it. Whoever keeps states writes each name once.
    numbers
        The rest, as plain JSON.
    """

    tensors: Mapping[str, Tensor]
    numbers: Mapping[str, Any]


Evaluate = Callable[[Tensor], Evaluation]


class Optimizer(abc.ABC):
    """Changes an image step by step; each step evaluates the objective exactly once.

    Parameters
    ----------
    evaluate
        Gives losses and gradient of an image.
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

    def start_from(self, here: Evaluation) -> None:  # noqa: B027 - Adam has no use for it
        """Be told the evaluation of the image, before the first step; who needs it keeps it."""

    @abc.abstractmethod
    def step(self) -> Evaluation:
        """Evaluate the objective once, move, and give the evaluation of where we stand."""

    @property
    @abc.abstractmethod
    def best(self) -> Tensor:
        """The best image so far, ``(1, 3, H, W)`` in [0, 1]; a later step does not change it."""

    @property
    def losses(self) -> dict[str, float] | None:
        """The losses of the best image; None where that was never evaluated."""
        return None

    @abc.abstractmethod
    def enlarge(
        self, evaluate: Evaluate, size: tuple[int, int], pairs: int = 50, *, wraps: bool = False
    ) -> Self:
        """Go on at another size, from the best image, carrying what is worth carrying.

        ``wraps`` says that the image goes on at its opposite edge.
        """

    @abc.abstractmethod
    def state(self) -> State:
        """Give all that is needed to go on from here; its tensors are not copies."""

    @classmethod
    @abc.abstractmethod
    def from_state(cls, evaluate: Evaluate, state: State, pairs: int = 50) -> Self:
        """Go on from a state: every further step is the one that would have been taken."""
