"""From a path, a built-in name, a PIL image, an array or a tensor to an upright sRGB tensor."""

from __future__ import annotations

import hashlib
import io
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import torch
from numpy.typing import NDArray
from torch import Tensor

from brushwork import assets
from brushwork.errors import ImageError
from brushwork.images.arrays import ARRAY, TENSOR, separate_array, separate_tensor
from brushwork.images.decoding import copy_image, explain_errors
from brushwork.images.figures import Figure, draw_figure
from brushwork.images.modes import ColorAndAlpha
from brushwork.images.needed_size import choose_size
from brushwork.images.reducing import thin
from brushwork.images.streams import separate_decoded, separate_stream
from brushwork.images.transforms import resize
from brushwork.system.names import expand_home, explain_address, is_address

# How a PIL image is called in messages; it need not have a name of its own.
_IN_MEMORY = "the given PIL image"
# The name and the origin of what came without any.
_UNNAMED = "picture"


@dataclass(frozen=True)
class Image:
    """An image ready for the engine.

    Attributes
    ----------
    pixels
        ``(1, 3, H, W)`` float32 sRGB in [0, 1], contiguous, on the CPU.
    alpha
        ``(1, 1, H, W)`` float32 in [0, 1]; None where every pixel is opaque.
    name
        A stem for file names: ``"cat"``, or ``"picture"`` for an image that has no file.
    notes
        What the person should know, such as ``"animated: the first of 12 frames is used"``.
    origin
        What it was called by whoever gave it: a path, a built-in name, or ``"picture"``.
    path
        The file it was read from; None for what was in memory.
    sha256
        Hash of the file that a person brought, where ``path`` holds it in another form; of the
        pixels that were given, where these are fewer.
    full_size
        Height and width as it was given, where ``pixels`` has less; None where it has all.
    """

    pixels: Tensor
    alpha: Tensor | None
    name: str
    notes: tuple[str, ...]
    origin: str = _UNNAMED
    path: Path | None = None
    sha256: str | None = None
    full_size: tuple[int, int] | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Height and width as it was given."""
        return self.full_size or (self.pixels.shape[2], self.pixels.shape[3])

    def hash_pixels(self) -> str:
        """Hash its pixels, by which an image is known that has no file."""
        return hashlib.sha256(self.pixels.contiguous().numpy().data).hexdigest()

    def with_origin(self, origin: str, sha256: str) -> Image:
        """Give the same image under the name and the file hash by which a person knows it."""
        return replace(self, origin=origin, sha256=sha256)


#: What an image can be given as: a path, a built-in name, a PIL image, a NumPy array, a torch
#: tensor, a figure of matplotlib, or one that was read.
Source = str | os.PathLike[str] | PIL.Image.Image | NDArray[Any] | Tensor | Figure | Image


def read(source: Source, *, long_side: int | None = None, flat: bool = False) -> Image:
    """Read an image as upright sRGB, whatever its format, mode, profile and orientation.

    An existing file goes before a built-in image of the same name. EXIF orientation and an
    embedded colour profile are applied; the orientation not to a PIL image that was turned after it
    was opened. Of a file with several frames the first is taken, of a TIFF the first page that is
    no preview, of a PIL image the frame it stands at. What is given is left as it was, and shares
    no memory with the result. Where the image is fully transparent its hidden colour is replaced
    by the mean colour of what is visible.

    Whole numbers are divided by the largest that their bits can hold: 255, 65535 and so on; floats
    in [0, 1] are kept. A file, or a PIL image of mode I, may have another white than its numbers
    could have. Then it is what the file says, or is taken from the numbers themselves, as a note
    tells: those of 12 bits in 16 are divided by 4095, negative ones and floats beyond [0, 1] are
    stretched to [0, 1]. In an array or a tensor such floats are refused.

    Parameters
    ----------
    source
        One of these; an `Image` is given back as it is.

        - a path, as text or path-like; ``~`` is the home folder;
        - the name of a built-in image;
        - a PIL image of any mode;
        - a NumPy array H×W, H×W×3 or H×W×4 of bool, uint8, uint16 or floats in [0, 1];
        - a torch tensor C×H×W or 1×C×H×W with 1, 3 or 4 channels, of the same types, on any device,
          with or without gradient. `from_channels_last` makes one of B×H×W×C;
        - a figure of matplotlib, which is drawn at its own size and resolution.
    long_side
        What is enough: an image of more than four million pixels is made no smaller than this, and
        so costs little memory and time. All of it is kept if None.
    flat
        Whether it is of flat colours, as a map is: where it is reduced, pixels are left out, and
        none are mixed.

    Returns
    -------
    Image
        Of an image that is at least 16 pixels high and wide.

    Raises
    ------
    ImageError
        If there is no such image, or it cannot be read, or is too small, too large, damaged,
        invisible, or holds numbers that are no image's.
    """
    if isinstance(source, Image):
        return _reduce(source, long_side, flat)
    if isinstance(source, Figure):
        source = draw_figure(source)
    if isinstance(source, PIL.Image.Image):
        with explain_errors(_IN_MEMORY):
            parts = separate_decoded(copy_image(source, _IN_MEMORY), _IN_MEMORY)
            whole = _join_parts(parts, _IN_MEMORY, _get_stem(source))
        return _reduce(whole, long_side, flat)
    if isinstance(source, np.ndarray):
        return _reduce(_join_parts(separate_array(source), ARRAY, _UNNAMED), long_side, flat)
    if isinstance(source, Tensor):
        return _reduce(_join_parts(separate_tensor(source), TENSOR, _UNNAMED), long_side, flat)
    path = _locate(source)
    shown = repr(str(path))
    with explain_errors(shown), path.open("rb") as file:
        found = _join_parts(separate_stream(file, shown, long_side, flat=flat), shown, path.stem)
    return _reduce(replace(found, origin=os.fspath(source), path=path), long_side, flat)


def _reduce(image: Image, long_side: int | None, flat: bool = False) -> Image:
    """Leave as much of an image as is enough."""
    size = choose_size((image.pixels.shape[2], image.pixels.shape[3]), long_side)
    if size is None:
        return image
    sha256 = image.sha256
    if sha256 is None and image.path is None:  # it is known by the pixels that were given
        sha256 = image.hash_pixels()
    if flat:
        pixels, alpha = _thin(image.pixels, size), image.alpha
        alpha = None if alpha is None else _thin(alpha, size)
    else:
        pixels = resize(image.pixels, size, image.alpha)
        alpha = None if image.alpha is None else resize(image.alpha, size)
    return replace(
        image,
        pixels=pixels,
        alpha=alpha,
        sha256=sha256,
        full_size=image.size,
    )


def _thin(planes: Tensor, size: tuple[int, int]) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(thin(planes.numpy(), size)))


def read_bytes(content: bytes, name: str, origin: str, *, long_side: int | None = None) -> Image:
    """Read an image that came as bytes, and not from a file; otherwise as `read`.

    Parameters
    ----------
    content
        What a file would hold.
    name
        A stem for file names.
    origin
        What it is called where it is said how an image was made.
    long_side
        As for `read`.

    Raises
    ------
    ImageError
        As `read`.
    """
    with explain_errors(name):
        parts = separate_stream(io.BytesIO(content), name, long_side)
        found = _join_parts(parts, name, name)
    return _reduce(replace(found, origin=origin), long_side)


def _locate(source: str | os.PathLike[str]) -> Path:
    """Find the file that is meant, or say what is wrong with the name."""
    if not isinstance(source, str | os.PathLike):
        raise ImageError(
            f"an image cannot be read from a {type(source).__name__}. Give a path, the name of a "
            "built-in picture, a PIL image, a NumPy array, a torch tensor, or a matplotlib figure."
        )
    given = os.fspath(source)
    if not isinstance(given, str) or not given:
        raise ImageError(f"{given!r} is not a file name; give the path of an image as text.")
    path = expand_home(Path(given))
    try:
        if path.is_file():
            return path
        built_in = assets.find(given) if isinstance(source, str) else None
        if built_in is not None:
            return built_in.path
        raise _make_missing_error(path, given, named=isinstance(source, str))
    except OSError as error:
        raise ImageError(
            f"{given!r} cannot be looked up ({error.strerror}). Check the name and your access to "
            "its folders."
        ) from error


def _make_missing_error(path: Path, given: str, *, named: bool) -> ImageError:
    if is_address(given):
        return ImageError(explain_address(given))
    if path.is_dir():
        return ImageError(f"{given!r} is a folder; give the path of one image in it.")
    if path.exists():
        return ImageError(
            f"{given!r} is not a regular file but a pipe or a device; give the path of an image."
        )
    if named and path.name == given and not path.suffix:
        return assets.make_unknown_error(given)
    return ImageError(
        f"there is no file {given!r}. Check the spelling and the folder (the current one is "
        f"{str(Path.cwd())!r}), or give the name of a built-in picture."
    )


def _get_stem(image: PIL.Image.Image) -> str:
    """Give the stem of the file a PIL image was opened from, if it was."""
    filename = getattr(image, "filename", "")
    return Path(os.fsdecode(filename)).stem if filename else _UNNAMED


def _join_parts(parts: ColorAndAlpha, shown: str, name: str) -> Image:
    colour, alpha = parts.colour, parts.alpha
    if alpha is not None and alpha.min() == 1:
        alpha = None
    if alpha is not None:
        _fill_hidden(colour, alpha, shown)
    return Image(
        pixels=torch.from_numpy(colour)[None],
        alpha=None if alpha is None else torch.from_numpy(alpha)[None, None],
        name=name,
        notes=parts.notes,
        full_size=parts.full_size,
    )


def _fill_hidden(colour: NDArray[np.float32], alpha: NDArray[np.float32], shown: str) -> None:
    """Replace, in place, colour that nobody can see: it would be painted, and shine through."""
    visible = alpha > 0
    if not visible.any():
        raise ImageError(f"{shown} is transparent everywhere; give an image with something to see.")
    colour[:, ~visible] = colour[:, visible].mean(axis=1, keepdims=True, dtype=np.float64)
