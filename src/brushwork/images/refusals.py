"""What is said of a file that is not read: damaged, not supported, and not an image differ."""

from __future__ import annotations

from brushwork.errors import ImageError

_AGAIN = "copy, download or export it again"
#: What to do with an image that is not read.
SAVE_FIRST = "save it as PNG or JPEG first"
#: What to bring instead.
ADVICE = "give a PNG, JPEG, WebP, TIFF, GIF, BMP, AVIF or HEIC file"


def make_empty_error(shown: str) -> ImageError:
    """Say that there is nothing in a file."""
    return ImageError(f"{shown} is empty (0 bytes); copy or download the image again.")


def make_damaged_error(shown: str, reason: str) -> ImageError:
    """Say that an image is of a kind that is read, but is broken."""
    return ImageError(f"{shown} is damaged ({reason}); {_AGAIN}.")


def make_cut_error(shown: str, reason: str) -> ImageError:
    """Say that the end of an image is missing."""
    return ImageError(f"{shown} is cut short ({reason}); {_AGAIN}.")


def make_unsupported_error(shown: str, what: str, advice: str) -> ImageError:
    """Say that an image is whole, but of a kind that is not read.

    Parameters
    ----------
    shown
        How the image is called.
    what
        What it is, with its article.
    advice
        What to do, as a command.
    """
    return ImageError(f"{shown} is {what}, which is not supported; {advice}.")


def make_layout_error(shown: str, what: str) -> ImageError:
    """Say that a TIFF is sound, but that what it has is not read."""
    advice = "export it as a TIFF, PNG or JPEG with 8 or 16 bits"
    return make_unsupported_error(shown, f"a TIFF with {what}", advice)


def make_raw_error(shown: str) -> ImageError:
    """Say that a TIFF has no image but what the sensor of a camera saw."""
    return ImageError(
        f"{shown} holds the raw data of a camera (as DNG, NEF, CR2 or ARW do), which are not read "
        "here. Develop it in a raw converter or with the camera's program, and give the JPEG or "
        "TIFF."
    )


def make_missing_reader_error(shown: str, what: str, install: str) -> ImageError:
    """Say that an image is of a kind that a library reads which is not installed."""
    return make_unsupported_error(shown, what, f"{install} reads it; or {SAVE_FIRST}")


def make_foreign_error(shown: str, what: str | None = None) -> ImageError:
    """Say that there is no image in a file, and what there is, with its article, if that is known.

    Without one it may be an image whose first bytes are damaged: nothing else tells what it is.
    """
    if what is None:
        return ImageError(f"{shown} is not a picture, or its first bytes are damaged; {ADVICE}.")
    return ImageError(f"{shown} is not a picture but {what}; {ADVICE}.")


def make_closed_error(shown: str) -> ImageError:
    """Say that an image in memory was closed before it was given."""
    return ImageError(
        f"{shown} is closed; give it within its `with` block, or call its load() in there first."
    )


def make_memory_error(shown: str) -> ImageError:
    """Say that an image does not fit into memory."""
    return ImageError(
        f"{shown} does not fit into memory; scale it down first or, if it is small, {_AGAIN}."
    )
