"""Batches that were shown before, with what the large network said of them."""

from __future__ import annotations

import random
from collections import deque

from torch import Tensor


class Replay:
    """Keeps the last batches, to be learnt from again.

    The large network's answer takes three times as long as a step of the small one that learns
    from it, so each answer is used several times. They are kept in half precision.

    Parameters
    ----------
    size
        How many batches are kept.
    generator
        Where chance comes from.
    """

    def __init__(self, size: int, generator: random.Random) -> None:
        self._batches: deque[tuple[Tensor, dict[str, Tensor]]] = deque(maxlen=size)
        self._random = generator

    def keep(self, batch: Tensor, wanted: dict[str, Tensor]) -> None:
        """Keep a batch and its answer; the oldest makes room."""
        halves = {tap: maps.half() for tap, maps in wanted.items()}
        self._batches.append((batch.half(), halves))

    def draw(self) -> tuple[Tensor, dict[str, Tensor]]:
        """Give any of those that are kept."""
        batch, wanted = self._random.choice(self._batches)
        return batch.float(), {tap: maps.float() for tap, maps in wanted.items()}
