"""What the studio refuses besides what the library does, each with the code that clients see."""

from __future__ import annotations

from brushwork.errors import (
    BrushworkError,
    CheckpointError,
    DeviceError,
    ImageError,
    MemoryBudgetError,
    OptionError,
    OutputError,
    RecipeError,
    VideoError,
    WeightsError,
)


class NotFoundError(BrushworkError):
    """An image, job or result that is not there, or not any more."""


class ConflictError(BrushworkError):
    """Something that cannot be done with a job or image as it is now."""


class TooLargeError(BrushworkError):
    """An upload, or a job, that is larger than the studio takes."""


class BusyError(BrushworkError):
    """The queue is full."""


#: Status and code of each error, the first that fits.
CODES: tuple[tuple[type[BrushworkError], int, str], ...] = (
    (NotFoundError, 404, "not_found"),
    (ConflictError, 409, "conflict"),
    (TooLargeError, 413, "too_large"),
    (BusyError, 429, "busy"),
    (ImageError, 422, "image"),
    (VideoError, 422, "video"),
    (RecipeError, 422, "image"),
    (MemoryBudgetError, 422, "memory"),
    (OptionError, 422, "option"),
    (DeviceError, 422, "option"),
    (WeightsError, 422, "option"),
    (CheckpointError, 409, "conflict"),
    (OutputError, 500, "internal"),
    (BrushworkError, 422, "option"),
)


def get_code(error: BrushworkError) -> tuple[int, str]:
    """Give the status and the code of an error."""
    return next((status, code) for kind, status, code in CODES if isinstance(error, kind))
