"""A film that is being made: what it is made of, and how far it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from brushwork.engine.request import Request
from brushwork.video.clip import Clip
from brushwork.video.events import FrameFinished
from brushwork.video.folder import FilmFolder
from brushwork.video.footage import choose_size
from brushwork.video.masking import FrameMasks
from brushwork.video.moments import Moments
from brushwork.video.preparing import choose_masks, read_moments
from brushwork.video.request import FilmRequest
from brushwork.video.shots import Frame, list_shots
from brushwork.video.workload import Workload


@dataclass(frozen=True)
class Production:
    """A film that is being made.

    Attributes
    ----------
    request
        What is asked for.
    prepared
        The same, as of a picture; its content image is that of any frame.
    clip
        What it is made from.
    folder
        Where its frames are; what is known of them is there as soon as all of the clip is.
    """

    request: FilmRequest
    prepared: Request
    clip: Clip
    folder: FilmFolder

    @property
    def size(self) -> tuple[int, int]:
        """Height and width."""
        return choose_size(self.clip.info.size, self.request.settings.options.size)

    @cached_property
    def times(self) -> list[Fraction]:
        """When each frame is shown."""
        times = self.folder.read_times()
        assert times is not None  # all frames of the clip are kept before anything else is done
        return times

    @cached_property
    def shots(self) -> list[range]:
        """The numbers of the frames of each shot."""
        starts = [0] if self.request.film.one_shot else self.folder.read_starts()
        return list_shots(starts, len(self.times))

    @cached_property
    def starts(self) -> set[int]:
        """The numbers of the frames that begin a shot."""
        return {shot.start for shot in self.shots}

    @cached_property
    def masks(self) -> FrameMasks:
        """What of each frame is painted."""
        return choose_masks(self.request, len(self.times))

    @cached_property
    def moments(self) -> Moments:
        """What changes on the way."""
        return read_moments(self.request)

    @cached_property
    def workload(self) -> Workload:
        """How much work it is."""
        return Workload(len(self.times), self.request.film.passes)

    def count_painted(self) -> int:
        """Count the frames that need not be painted any more."""
        return sum(map(self._count_painted, self.shots))

    def count_passed(self, turn: int) -> int:
        """Count the frames that a pass has been over; the first is that which paints."""
        if turn == 1:
            return self.count_painted()
        return sum(self.folder.has_passed(turn, number) for number in range(len(self.times)))

    def measure_left(self) -> float:
        """Say how many frames, as they are painted, what is left takes as long as."""
        last = self.request.film.passes
        done = {turn: self.count_passed(turn) for turn in range(1, last + 1)}
        turn = next((turn for turn in done if done[turn] < len(self.times)), last)
        return self.workload.measure_painting(turn, done[turn])

    def list_unbegun(self) -> list[range]:
        """Give the shots of which nothing is painted."""
        return [shot for shot in self.shots if not self._count_painted(shot)]

    def list_unpainted(self) -> Iterator[Frame]:
        """Give the frames that are to be painted, shot by shot, in their order."""
        for shot in self.shots:
            for number in shot[self._count_painted(shot) :]:
                yield Frame(number, shot.start, shot.stop - 1)

    def remove_parts(self) -> None:
        """Take away the last frames of shots whose first ones did not come back from elsewhere.

        They would count as painted as soon as those before them are painted here, from which they
        do not follow.
        """
        for frame in self.list_unpainted():
            self.folder.remove_painted(frame.number)

    def report(
        self, frame: int, done: int, *, seconds: float, usual: float, turn: int = 1
    ) -> FrameFinished:
        """Say that a pass has been over a frame.

        Parameters
        ----------
        frame
            Its number, from 0.
        done
            How many frames the pass has been over.
        seconds, usual
            How long it took, and how long a frame of this pass does.
        turn
            The pass.
        """
        return FrameFinished(
            number=frame + 1 if turn == 1 else done,
            count=len(self.times),
            seconds=seconds,
            remaining=usual * self.workload.measure_left(turn, done),
            begins_shot=frame in self.starts,
            is_preview=self.request.is_preview,
            turn=turn,
            done=done,
            progress=self.workload.measure_progress(turn, done),
        )

    def _count_painted(self, shot: range) -> int:
        """Count the frames of a shot up to the first that is not painted."""
        return min(self.folder.find_unpainted(shot.start), shot.stop) - shot.start
