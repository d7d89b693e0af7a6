"""What can go wrong for a user, each error one sentence that says what to do next.

Every message says what was given, what is allowed and what to do. Only the doors (the command
line, a web server) turn an error into an exit code or a status; nothing below them prints or exits.
"""

from __future__ import annotations


class BrushworkError(Exception):
    """Anything brushwork refuses to do, with a message meant for the person who asked."""

    exit_code = 2


class OptionError(BrushworkError):
    """An option, or a combination of options, that is not allowed."""


class ImageError(BrushworkError):
    """An image that cannot be read, or that is unfit as content or as style."""


class VideoError(BrushworkError):
    """A film that cannot be read, or that is none."""


class StillImageError(VideoError):
    """A picture that stands still, where a film is wanted."""


class RecipeError(BrushworkError):
    """A recipe is missing, damaged, or cannot be followed."""


class CheckpointError(BrushworkError):
    """A checkpoint that is missing, damaged, in use, or not of this run."""


class OutputError(BrushworkError):
    """A result that cannot be saved where, or in the format that, it was asked for."""


class WeightsError(BrushworkError):
    """A weights file that is missing, damaged, or not a VGG network."""


class DeviceError(BrushworkError):
    """A device that this machine or this build of torch does not have."""


class MemoryBudgetError(BrushworkError):
    """An image that cannot be computed in the memory that may be used."""
