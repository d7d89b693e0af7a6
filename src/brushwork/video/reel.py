"""The frames of a film as they lie in its folder, each with what of it is painted, and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from brushwork.features import get_choices
from brushwork.video.clip import Pixels
from brushwork.video.folder import FilmFolder
from brushwork.video.levels import Levels, Plane
from brushwork.video.masking import FrameMasks
from brushwork.video.painted import Painted
from brushwork.video.shots import Frame

#: How far back it is looked for what the frame before did not see, in frames.
EARLIER = (5, 15, 40)
#: Pixels at the edge of the first frame of a shot that do not move with the camera.
FIRST_RIM = 3


@dataclass(frozen=True)
class SourceFrame:
    """A frame of the clip.

    Attributes
    ----------
    pixels
        What it shows, at the size of the film.
    inside
        ``(H, W)`` in [0, 1], what of it is painted; None for all.
    seconds
        When it is shown.
    """

    pixels: Pixels
    inside: Plane | None
    seconds: Fraction


class Reel:
    """Reads the frames of a film, and keeps those that are painted.

    Parameters
    ----------
    folder
        Where they lie.
    masks
        What of each is painted.
    times
        When each is shown.
    """

    def __init__(self, folder: FilmFolder, masks: FrameMasks, times: Sequence[Fraction]) -> None:
        self.folder = folder
        self._masks = masks
        self._times = times
        self._kernels: dict[str, str] = folder.read_request().get("kernels") or {}

    def read_source(self, number: int) -> SourceFrame:
        """Give a frame of the clip."""
        pixels = self.folder.read_source(number)
        return SourceFrame(pixels, self._masks.read(number, pixels), self._times[number])

    def read_painted(self, number: int, turn: int = 1, rim: int = 0) -> Painted:
        """Give a frame as a pass has left it."""
        source = self.read_source(number)
        levels = self.folder.read_passed(turn, number)
        return Painted(levels, source.pixels, source.inside, rim=rim)

    def read_to_move(self, number: int, frame: Frame) -> Painted:
        """Give a painted frame; the first of a shot without the line of strokes at its edge."""
        return self.read_painted(number, rim=FIRST_RIM if number == frame.shot else 0)

    def list_earlier(self, frame: Frame, last: int) -> Iterator[Painted]:
        """Give painted frames of its shot up to one, the nearest first."""
        for back in EARLIER:
            if frame.shot <= frame.number - back <= last:
                yield self.read_painted(frame.number - back)

    def keep(self, number: int, levels: Levels, anchor: Pixels) -> None:
        """Keep a painted frame, and what the clip showed at each pixel when that was painted."""
        self._note_kernels()
        self.folder.write_painted(number, levels, anchor)

    def keep_ahead(self, base: int, levels: Levels) -> None:
        """Keep what was painted ahead from a frame."""
        self._note_kernels()
        self.folder.write_ahead(base, levels)

    def _note_kernels(self) -> None:
        """Write down how it is computed before what was computed so counts as done."""
        kernels = {**self._kernels, **get_choices()}
        if kernels != self._kernels:
            self.folder.update_request(kernels=kernels)
            self._kernels = kernels
