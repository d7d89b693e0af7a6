"""From a path, a built-in name or a PIL image to an upright sRGB tensor."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import PIL.Image
import torch
from numpy.typing import NDArray
from torch import Tensor

from brushwork import assets
from brushwork.errors import PictureError
from brushwork.images.decoding import Decoded, copied, decoded, decoded_stream, refusals
from brushwork.images.modes import separate

# How a PIL image is called in messages; it need not have a name of its own.
_IN_MEMORY = "the given PIL image"


@dataclass(frozen=True)
class Picture:
    """A picture ready for the engine.

    Attributes
    ----------
    pixels
        ``(1, 3, H, W)`` float32 sRGB in [0, 1], contiguous, on the CPU.
    alpha
        ``(1, 1, H, W)`` float32 in [0, 1]; None where every pixel is opaque.
    name
        A stem for file names: ``"cat"``, or ``"picture"`` for a PIL image that has no file.
    notes
        What the person should know, such as ``"animated: the first of 12 frames is used"``.
    origin
        What it was called by whoever gave it: a path, a built-in name, or ``"picture"``.
    path
        The file it was read from; None for a PIL image.
    """

    pixels: Tensor
    alpha: Tensor | None
    name: str
    notes: tuple[str, ...]
    origin: str = "picture"
    path: Path | None = None


#: What a picture can be given as: a path, a built-in name, a PIL image, or one that was read.
Source = str | os.PathLike[str] | PIL.Image.Image | Picture


def read(source: Source) -> Picture:
    """Read a picture as upright sRGB, whatever its format, mode, profile and orientation.

    An existing file goes before a built-in picture of the same name. EXIF orientation and an
    embedded colour profile are applied. Of a file with several frames the first is taken; of a PIL
    image the frame it stands at, and the image is left as it was. Where the picture is fully
    transparent its hidden colour is replaced by the mean colour of what is visible.

    Whole numbers of 16 bits are divided by 65535, floats in [0, 1] are kept; floats outside have
    no agreed white, so their own range is stretched to [0, 1], which a note tells.

    Parameters
    ----------
    source
        A path, the name of a built-in picture, or a PIL image; a `Picture` is given back as it is.

    Returns
    -------
    Picture
        At least 16 pixels high and wide.

    Raises
    ------
    PictureError
        If there is no such picture, or it cannot be read, or is too small, too large, damaged,
        invisible, or holds numbers that are no picture's.
    """
    if isinstance(source, Picture):
        return source
    if isinstance(source, PIL.Image.Image):
        with refusals(_IN_MEMORY):
            return _picture(copied(source, _IN_MEMORY), _IN_MEMORY, _stem(source))
    path = _located(source)
    shown = repr(str(path))
    with refusals(shown, path):
        found = _picture(decoded(path, shown), shown, path.stem)
    return replace(found, origin=os.fspath(source), path=path)


def read_bytes(content: bytes, name: str, origin: str) -> Picture:
    """Read a picture that came as bytes, and not from a file; otherwise as `read`.

    Parameters
    ----------
    content
        What a file would hold.
    name
        A stem for file names.
    origin
        What it is called where it is said how a picture was made.

    Raises
    ------
    PictureError
        As `read`.
    """
    with refusals(name):
        found = _picture(decoded_stream(io.BytesIO(content), name), name, name)
    return replace(found, origin=origin)


def _located(source: str | os.PathLike[str]) -> Path:
    """Find the file that is meant, or say what is wrong with the name."""
    if not isinstance(source, str | os.PathLike):
        raise PictureError(
            f"a picture cannot be read from a {type(source).__name__}. Give a path, the name of a "
            "built-in picture, or a PIL image (PIL.Image.fromarray makes one from an array)."
        )
    given = os.fspath(source)
    if not isinstance(given, str) or not given:
        raise PictureError(f"{given!r} is not a file name; give the path of a picture as text.")
    path = Path(given)
    try:
        if path.is_file():
            return path
        built_in = assets.find(given) if isinstance(source, str) else None
        if built_in is not None:
            return built_in.path
        raise _not_a_file(path, given, named=isinstance(source, str))
    except OSError as error:
        raise PictureError(
            f"{given!r} cannot be looked up ({error.strerror}). Check the name and your access to "
            "its folders."
        ) from error


def _not_a_file(path: Path, given: str, *, named: bool) -> PictureError:
    if path.is_dir():
        return PictureError(f"{given!r} is a folder; give the path of one picture in it.")
    if path.exists():
        return PictureError(
            f"{given!r} is not a regular file but a pipe or a device; give the path of a picture."
        )
    if named and path.name == given and not path.suffix:
        return assets.unknown(given)
    return PictureError(
        f"there is no file {given!r}. Check the spelling and the folder (the current one is "
        f"{str(Path.cwd())!r}), or give the name of a built-in picture."
    )


def _stem(image: PIL.Image.Image) -> str:
    """Give the stem of the file a PIL image was opened from, if it was."""
    filename = getattr(image, "filename", "")
    return Path(os.fsdecode(filename)).stem if filename else "picture"


def _picture(found: Decoded, shown: str, name: str) -> Picture:
    parts = separate(found.image, shown, key_step=found.key_step)
    colour, alpha = parts.colour, parts.alpha
    if alpha is not None and alpha.min() == 1:
        alpha = None
    if alpha is not None:
        _paint_over_hidden(colour, alpha, shown)
    return Picture(
        pixels=torch.from_numpy(colour)[None],
        alpha=None if alpha is None else torch.from_numpy(alpha)[None, None],
        name=name,
        notes=(*found.notes, *parts.notes),
    )


def _paint_over_hidden(colour: NDArray[np.float32], alpha: NDArray[np.float32], shown: str) -> None:
    """Replace, in place, colour that nobody can see: it would be painted, and shine through."""
    visible = alpha > 0
    if not visible.any():
        raise PictureError(
            f"{shown} is transparent everywhere; give a picture with something to see."
        )
    colour[:, ~visible] = colour[:, visible].mean(axis=1, keepdims=True, dtype=np.float64)
