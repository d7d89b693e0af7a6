"""What L-BFGS remembers: its last steps, how they changed the gradient, and what follows."""

from __future__ import annotations

from typing import Self

import torch
from torch import Tensor

from brushwork.optimizers.base import State


class InverseHessian:
    """An approximation H of the inverse Hessian from the last pairs of steps and gradient changes.

    With the steps as the columns of S and the changes of the gradient as those of Y, oldest first,
    R the upper triangle of SᵀY, D its diagonal, and γ the scale that the last pair has::

        H g = γ g + S R⁻ᵀ ((D + γ YᵀY) R⁻¹ Sᵀg - γ Yᵀg) - γ Y R⁻¹ Sᵀg

    It is what the two-loop recursion gives, pair by pair; as products with whole matrices it takes
    six passes over the memory, whatever the number of pairs.

    Parameters
    ----------
    pairs
        How many are kept; the oldest makes room for the newest.

    Notes
    -----
    Byrd, Nocedal and Schnabel (1994), theorem 2.2 with equation 3.1. The products of pairs with
    each other are kept in float64, since R⁻¹ may amplify their rounding.
    """

    def __init__(self, pairs: int) -> None:
        self._pairs = pairs
        self._order: list[int] = []
        self._numbers = [0] * pairs
        self._added = 0

    def __len__(self) -> int:
        """How many pairs there are."""
        return len(self._order)

    def clear(self) -> None:
        """Forget all pairs."""
        self._order.clear()

    def add(self, move: Tensor, change: Tensor) -> None:
        """Remember one step and how it changed the gradient; their product must be above 0."""
        if not self._order:
            self._reserve(move)
        row = self._order.pop(0) if len(self) == self._pairs else len(self)
        self._order.append(row)
        self._added += 1
        self._numbers[row] = self._added
        self._moves[row] = move.flatten()
        self._changes[row] = change.flatten()
        used = len(self)
        self._crossed[:used, row] = _to_float64(self._moves[:used] @ self._changes[row])
        squared = _to_float64(self._changes[:used] @ self._changes[row])
        self._squared[:used, row] = self._squared[row, :used] = squared

    def with_room(self, pairs: int) -> Self:
        """Give one that keeps so many pairs, and has the newest of these."""
        if pairs == self._pairs:
            return self
        moved = type(self)(pairs)
        for row in self._order[max(0, len(self) - pairs) :]:
            moved.add(self._moves[row], self._changes[row])
        return moved

    def multiply(self, vector: Tensor) -> Tensor:
        """Give ``H · vector``; there must be a pair."""
        used, order = len(self), torch.tensor(self._order)
        moves, changes = self._moves[:used], self._changes[:used]
        along = _to_float64(moves @ vector.flatten())[order]
        across = _to_float64(changes @ vector.flatten())[order]
        triangle = self._crossed[order][:, order].triu()
        squared = self._squared[order][:, order]
        scale = triangle[-1, -1] / squared[-1, -1]
        inner = torch.linalg.solve_triangular(triangle, along[:, None], upper=True)
        middle = triangle.diagonal()[:, None] * inner + scale * (squared @ inner - across[:, None])
        outer = torch.linalg.solve_triangular(triangle.mT, middle, upper=False)
        result = float(scale) * vector.flatten()
        result.addmv_(moves.mT, _place_rows(outer, order, vector))
        result.addmv_(changes.mT, _place_rows(-scale * inner, order, vector))
        return result.reshape(vector.shape)

    def state(self) -> State:
        """Give all pairs, each by its number, and their products."""
        numbers = {
            "order": list(self._order),
            "numbers": list(self._numbers),
            "added": self._added,
        }
        if not self._order:
            return State({}, numbers)
        tensors = {f"crossed {self._added}": self._crossed, f"squared {self._added}": self._squared}
        for row in self._order:
            tensors[f"move {self._numbers[row]}"] = self._moves[row]
            tensors[f"change {self._numbers[row]}"] = self._changes[row]
        return State(tensors, numbers)

    @classmethod
    def from_state(cls, state: State, pairs: int) -> Self:
        """Remember what `state` gave, each pair where it was kept: sums keep their order."""
        restored = cls(pairs)
        restored._order = list(state.numbers["order"])
        restored._numbers = list(state.numbers["numbers"])
        restored._added = state.numbers["added"]
        if restored._order:
            restored._fill(state)
        return restored

    def _fill(self, state: State) -> None:
        self._reserve(state.tensors[f"move {self._added}"])
        self._crossed.copy_(state.tensors[f"crossed {self._added}"])
        self._squared.copy_(state.tensors[f"squared {self._added}"])
        for row in self._order:
            self._moves[row] = state.tensors[f"move {self._numbers[row]}"]
            self._changes[row] = state.tensors[f"change {self._numbers[row]}"]

    def _reserve(self, move: Tensor) -> None:
        """Make room for all pairs at once, so that memory does not fall into pieces."""
        self._moves = move.new_empty(self._pairs, move.numel())
        self._changes = move.new_empty(self._pairs, move.numel())
        self._crossed = torch.zeros(self._pairs, self._pairs, dtype=torch.float64)
        self._squared = torch.zeros(self._pairs, self._pairs, dtype=torch.float64)


def _to_float64(products: Tensor) -> Tensor:
    """Bring a few numbers home first and make them float64 then: not every GPU knows that type."""
    return products.cpu().double()


def _place_rows(weights: Tensor, order: Tensor, like: Tensor) -> Tensor:
    """Put weights that go from the oldest pair to the newest where the pairs are kept."""
    kept = torch.empty_like(weights[:, 0])
    kept[order] = weights[:, 0]
    return kept.to(like.dtype).to(like.device)
