"""L-BFGS inside the box [0, 1]: the fewest steps to a good image, with a net under it."""

from __future__ import annotations

import math
from typing import Self

import torch
from torch import Tensor

from brushwork.images import resize, wrap_round
from brushwork.optimizers.base import Evaluate, Evaluation, Optimizer, State
from brushwork.optimizers.inverse_hessian import InverseHessian

#: The first step knows no curvature; it moves pixels by this much, root mean square.
FIRST_MOVE = 0.02
#: Armijo's condition: a step must gain at least this part of what the slope promises.
SUFFICIENT_DECREASE = 1e-4
#: A refused step is tried again at a fraction within these bounds.
SHORTENING_BOUNDS = (0.1, 0.5)
#: After this many refusals in a row the curvature is not trusted any more, …
REFUSALS_BEFORE_RESTART = 3
#: … and after this many along the plain gradient there is nothing left to gain.
REFUSALS_BEFORE_STALL = 8
#: A loss that would have risen by no more than this part of itself is nothing to tell about.
NEGLIGIBLE = 0.01


class LBFGS(Optimizer):
    """Limited-memory BFGS, projected onto [0, 1], that never keeps a step which raises the loss.

    The direction is ``-H g`` with H from the last pairs (Nocedal and Wright 2006, section 7.2);
    pixels that stand at 0 or 1 and would leave the box are held there (Bertsekas 1982). A full
    step nearly always passes Armijo's condition. One that does not, or whose loss is not finite,
    is refused: the image stays what it was, and the next step is a shorter one; when that
    happens three times running, the pairs are forgotten and it goes on down the plain gradient.
    """

    def __init__(self, evaluate: Evaluate, image: Tensor, pairs: int = 50) -> None:
        super().__init__(evaluate, image, pairs)
        self._curvature = InverseHessian(pairs)
        self._here: Evaluation | None = None
        self._length = 1.0
        self._refusals = 0
        self._accepted = 0

    @property
    def best(self) -> Tensor:
        """The best image so far; every accepted step is better than all before it."""
        return self.image

    @property
    def losses(self) -> dict[str, float] | None:
        """The losses of the best image; None before the first step."""
        return None if self._here is None else dict(self._here.losses)

    def enlarge(
        self, evaluate: Evaluate, size: tuple[int, int], pairs: int = 50, *, wraps: bool = False
    ) -> Self:
        """Start afresh at another size: curvature does not survive the change of pixels.

        At the same size another objective follows, such as the large network's after the small
        one's, that curves much alike: curvature is kept.
        """
        if tuple(self.image.shape[2:]) == size:
            enlarged = type(self)(evaluate, self.image, pairs)
            enlarged._curvature = self._curvature.with_room(pairs)
            return enlarged
        return type(self)(evaluate, wrap_round(resize, wraps)(self.image, size), pairs)

    def state(self) -> State:
        """Give image, gradient, pairs, and how the last trials went."""
        curvature = self._curvature.state()
        tensors = {f"image {self._accepted}": self.image, **curvature.tensors}
        if self._here is not None:
            tensors[f"gradient {self._accepted}"] = self._here.gradient
        numbers = {
            "curvature": dict(curvature.numbers),
            "losses": None if self._here is None else self._here.losses,
            "length": self._length,
            "refusals": self._refusals,
            "accepted": self._accepted,
            "notes": list(self.notes),
            "stalled": self.stalled,
        }
        return State(tensors, numbers)

    @classmethod
    def from_state(cls, evaluate: Evaluate, state: State, pairs: int = 50) -> Self:
        """Go on from a state."""
        numbers, tensors = state.numbers, state.tensors
        accepted = numbers["accepted"]
        restored = cls(evaluate, tensors[f"image {accepted}"], pairs)
        curvature = numbers["curvature"]
        room = len(curvature["numbers"])  # a run that was steered may plan for others
        restored._curvature = InverseHessian.from_state(State(tensors, curvature), room)
        if numbers["losses"] is not None:
            restored._here = Evaluation(dict(numbers["losses"]), tensors[f"gradient {accepted}"])
        restored._length = numbers["length"]
        restored._refusals = numbers["refusals"]
        restored._accepted = accepted
        restored.notes = list(numbers["notes"])
        restored.stalled = numbers["stalled"]
        return restored

    def start_from(self, here: Evaluation) -> None:
        """Keep the evaluation of the image: the first step moves at once."""
        self._here = here

    def step(self) -> Evaluation:
        """Try one step; give the evaluation of the image that is kept."""
        here = self._here
        if here is None:
            self._here = self.evaluate(self.image)
            return self._here
        # The direction is not kept for a shorter trial, which is rare: an image less to hold.
        trial = self._descent(here.gradient).mul_(self._length).add_(self.image).clamp_(0, 1)
        there = self.evaluate(trial)
        promised = _dot(here.gradient, trial - self.image)
        enough = here.total + SUFFICIENT_DECREASE * min(promised, 0.0)
        if math.isfinite(there.total) and there.total <= enough and there.total < here.total:
            self._accept(trial, here, there)
            return there
        self._refuse(promised, here, there)
        return here

    def _descent(self, gradient: Tensor) -> Tensor:
        """Give ``-H g`` on the free pixels, and 0 on those that the box holds."""
        held = ((self.image <= 0) & (gradient > 0)) | ((self.image >= 1) & (gradient < 0))
        free = gradient.masked_fill(held, 0)
        direction = self._times_inverse_hessian(free).neg_().masked_fill_(held, 0)
        if len(self._curvature) and _dot(direction, free) >= 0:  # rounding has spoilt it
            self._curvature.clear()
            direction = self._times_inverse_hessian(free).neg_()
        return direction

    def _times_inverse_hessian(self, vector: Tensor) -> Tensor:
        """Apply the curvature; as long as none is known, scale to a first move of modest size."""
        if len(self._curvature):
            return self._curvature.multiply(vector)
        norm = float(vector.square().mean().sqrt())
        return vector * (FIRST_MOVE / norm if norm > 0 else 0.0)

    def _accept(self, trial: Tensor, here: Evaluation, there: Evaluation) -> None:
        move, change = trial - self.image, there.gradient - here.gradient
        curvature = _dot(move, change)
        if curvature > 1e-8 * math.sqrt(_dot(move, move) * _dot(change, change)):
            self._curvature.add(move, change)
        self.image, self._here = trial, there
        self._accepted += 1
        self._length = 1.0
        self._refusals = 0

    def _refuse(self, promised: float, here: Evaluation, there: Evaluation) -> None:
        self._refusals += 1
        self._length *= _choose_shortening(promised, there.total - here.total)
        if len(self._curvature) and self._refusals >= REFUSALS_BEFORE_RESTART:
            self._restart(here, there)
        elif self._refusals >= REFUSALS_BEFORE_STALL:
            self.stalled = True

    def _restart(self, here: Evaluation, there: Evaluation) -> None:
        self._curvature.clear()
        self._length = 1.0
        self._refusals = 0
        if abs(there.total - here.total) <= NEGLIGIBLE * abs(here.total):
            return  # nothing was about to be lost: this is the bottom, or near it
        self.notes.append(
            f"a step would have taken the loss from {here.total:.4g} to {there.total:.4g}; "
            "it was rolled back and the optimiser started afresh from the picture it had."
        )


def _choose_shortening(promised: float, risen: float) -> float:
    """Where the parabola through both losses and the slope is lowest, as a part of the step."""
    excess = risen - promised
    if not math.isfinite(excess) or excess <= 0:
        return SHORTENING_BOUNDS[0]
    return min(max(-promised / (2 * excess), SHORTENING_BOUNDS[0]), SHORTENING_BOUNDS[1])


def _dot(left: Tensor, right: Tensor) -> float:
    return float(torch.dot(left.flatten(), right.flatten()))
