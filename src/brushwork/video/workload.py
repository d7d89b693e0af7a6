"""How much work a film is, counted in frames: a further pass takes a part of painting's time."""

from __future__ import annotations

from dataclasses import dataclass

#: The part of a painted frame's time that a further pass takes for it, before that is known.
PASS_SHARE = 0.2


@dataclass(frozen=True)
class Workload:
    """The work of a film.

    Attributes
    ----------
    count
        How many frames it has.
    passes
        How many passes go over them; the first one paints.
    """

    count: int
    passes: int

    def measure_left(self, turn: int, done: int) -> float:
        """Say how many frames of a pass, the first being 1, what is left takes as long as.

        Parameters
        ----------
        turn, done
            The pass, and how many frames it has been over.
        """
        further = self.count * (self.passes - turn)
        return self.count - done + (PASS_SHARE if turn == 1 else 1) * further

    def measure_painting(self, turn: int, done: int) -> float:
        """Say how many frames, as they are painted, what is left takes as long as."""
        return self.measure_left(turn, done) * (PASS_SHARE if turn > 1 else 1)

    def measure_progress(self, turn: int, done: int) -> float:
        """Give the part of all work that is done, 0 to 1; what is given is as for what is left."""
        return 1 - self.measure_painting(turn, done) / self.measure_painting(1, 0)
