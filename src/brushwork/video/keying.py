"""A colour that stays as it is in the clip; nothing here needs OpenCV."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from brushwork.errors import OptionError
from brushwork.masks.shapes import TOLERANCE, check_tolerance, match_color, parse_color
from brushwork.video.clip import Pixels
from brushwork.video.levels import Plane, mask_to_plane, to_tensor

#: A part of a frame that is smaller than this one counts for nothing.
NOTHING = 1e-4


@dataclass(frozen=True)
class ColorKey:
    """A colour that stays as it is in the clip.

    Attributes
    ----------
    text
        As it was given.
    color
        sRGB in [0, 1].
    tolerance
        How far from it a colour may be, in OKLab: black is 1 from white.
    """

    text: str
    color: tuple[float, float, float]
    tolerance: float

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``lime``, ``#00ff00`` or ``lime:0.2``.

        Raises
        ------
        OptionError
            If there is no such colour, or the tolerance is not above 0 and at most 1.
        """
        name, _, wide = text.partition(":")
        try:
            tolerance = float(wide) if wide else TOLERANCE
        except ValueError:
            raise OptionError(
                f"keep_color was given as {text!r}, but is a colour, or one with a tolerance as in "
                "lime:0.2."
            ) from None
        check_tolerance(tolerance)
        return cls(text, parse_color(name), tolerance)

    def read(self, pixels: Pixels) -> Plane:
        """Say what of a frame is painted, ``(H, W)`` in [0, 1]: all that has another colour."""
        image = to_tensor(np.asarray(pixels / 255, np.float32))
        return mask_to_plane(1 - match_color(image, self.color, self.tolerance))

    def check(self, first: Pixels) -> None:
        """Refuse a colour that the first frame has nowhere, or everywhere.

        Raises
        ------
        OptionError
            The message says how much of the frame has it.
        """
        inside = self.read(first)
        if 1 - inside.mean() < NOTHING:
            raise OptionError(
                f"keep_color was given as {self.text!r}, but nothing of the first frame has that "
                f"colour within {self.tolerance:g}; give another, or one with a tolerance that is "
                "larger, as in lime:0.2."
            )
        if inside.mean() < NOTHING:
            raise OptionError(
                f"keep_color was given as {self.text!r}, but all of the first frame has that "
                f"colour within {self.tolerance:g}, so that nothing would be painted; give "
                "another, or one with a tolerance that is smaller, as in lime:0.05."
            )


def read_key(text: str | None, masked: bool) -> ColorKey | None:
    """Read the colour that stays, where one is given; ``masked`` says whether a mask is, too.

    Raises
    ------
    OptionError
        If both are given, or it is no colour.
    """
    if text is not None and masked:
        raise OptionError("mask and keep_color both say what is painted; leave one of them out.")
    return None if text is None else ColorKey.parse(text)
