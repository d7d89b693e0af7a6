"""Saving an image so that the file is whole or not there, and an old one is never lost."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import PIL.Image

from brushwork.errors import OutputError
from brushwork.images.metadata import make_text_parameters
from brushwork.images.output_colors import Profile, convert_from_srgb, make_profile
from brushwork.images.sixteen_bit import Levels, encode_png, encode_tiff
from brushwork.system.files import check_place, quote, write_atomically

#: How good a JPEG is, of 100, where nobody says it; beyond 95 files grow and nobody sees why.
QUALITY = 95
# What Pillow is told for an extension: the format and how to encode it.
_JPEG: tuple[str, dict[str, Any]] = ("JPEG", {"subsampling": "4:4:4"})
_TIFF: tuple[str, dict[str, Any]] = ("TIFF", {"compression": "tiff_adobe_deflate"})
_FORMATS: dict[str, tuple[str, dict[str, Any]]] = {
    ".png": ("PNG", {}),
    ".jpg": _JPEG,
    ".jpeg": _JPEG,
    # Lossless, because lossy WebP always halves the resolution of colour, which smears the small
    # strokes of pure colour that a result is made of. It is still smaller than PNG.
    ".webp": ("WEBP", {"lossless": True}),
    ".tif": _TIFF,
    ".tiff": _TIFF,
}
#: Formats that hold 16 bits a channel, and who writes them.
_DEEP: dict[str, Callable[[Levels, str | None, bytes | None], bytes]] = {
    ".png": encode_png,
    ".tif": encode_tiff,
    ".tiff": encode_tiff,
}
#: Bits a channel of a file.
Depth = Literal[8, 16]


def check_output(
    path: str | os.PathLike[str],
    *,
    overwrite: bool = False,
    transparent: bool = False,
    depth: Depth = 8,
) -> Path:
    """Refuse an output that could not be saved, before any work is done for it.

    Parameters
    ----------
    path
        Where the image will go; the extension says the format.
    overwrite
        Whether a file that is there may be replaced.
    transparent
        Whether the image will have transparency.
    depth
        Bits a channel that the file shall have.

    Returns
    -------
    Path
        ``path``.

    Raises
    ------
    OutputError
        If the format is unknown, or cannot keep transparency or the depth, the path is a folder, a
        file is there and ``overwrite`` is false, or its folder is missing or may not be written to.
    """
    path = Path(path)
    check_place(path, overwrite=overwrite)
    _check_format(path, transparent=transparent)
    _check_depth(path, depth)
    return path


def write(
    image: PIL.Image.Image | Levels,
    path: str | os.PathLike[str],
    *,
    overwrite: bool = False,
    text: str | None = None,
) -> Path:
    """Save an image in the format that the extension says, all of it or nothing.

    It is written to a temporary file in the same folder and takes its name only when it is on the
    disk; whatever fails on the way, Ctrl-C included, leaves an old file as it was and no litter. A
    file that appears meanwhile is not replaced either, unless ``overwrite`` is true. A symbolic
    link is followed. A new file has the permissions that the umask gives, a replaced one keeps its
    own. Levels of 16 bits become a file of that depth. ``text``, in ASCII, travels inside the file;
    `read_text` finds it.

    Returns
    -------
    Path
        ``path``.

    Raises
    ------
    OutputError
        If `check_output` refuses the path, or the image cannot be encoded or saved.
    """
    if isinstance(image, PIL.Image.Image):
        path = check_output(path, overwrite=overwrite, transparent=image.has_transparency_data)
    else:
        path = check_output(path, overwrite=overwrite, depth=16)
    write_atomically(encode(image, path, text), path, overwrite=overwrite)
    return path


def _is_transparent(image: PIL.Image.Image | Levels) -> bool:
    if isinstance(image, PIL.Image.Image):
        return bool(image.has_transparency_data)
    return bool(image.shape[2] == 4)


def _check_format(path: Path, *, transparent: bool) -> None:
    allowed = " ".join(_FORMATS)
    extension = path.suffix.lower()
    if extension not in _FORMATS:
        given = f"has the extension {path.suffix}" if extension else "has no extension"
        raise OutputError(f"{quote(path)} {given}; the allowed ones are {allowed}.")
    if transparent and _FORMATS[extension] is _JPEG:
        raise OutputError(
            f"{quote(path)} would be a JPEG, which cannot keep the image's transparency; use "
            f"{quote(path.with_suffix('.png'))}."
        )


def _check_depth(path: Path, depth: Depth) -> None:
    if depth == 16 and path.suffix.lower() not in _DEEP:
        raise OutputError(
            f"{quote(path)} cannot hold 16 bits a channel; only {' '.join(_DEEP)} can. Use "
            f"{quote(path.with_suffix('.tiff'))}, or a depth of 8."
        )


def encode(
    image: PIL.Image.Image | Levels,
    path: Path,
    text: str | None = None,
    *,
    quality: int = QUALITY,
    profile: Profile = "none",
) -> bytes:
    """Give what `write` writes: what cannot be encoded has then not touched the disk.

    Parameters
    ----------
    image, path, text
        As for `write`; of the path only the extension counts.
    quality
        Of a JPEG, 1 to 100; other formats lose nothing.
    profile
        The ICC profile to embed, to which the colours are converted.

    Raises
    ------
    OutputError
        If the format is unknown, or cannot hold the image or its depth.
    """
    _check_format(path, transparent=_is_transparent(image))
    embedded = make_profile(profile)
    if not isinstance(image, PIL.Image.Image):
        _check_depth(path, 16)
        return _DEEP[path.suffix.lower()](convert_from_srgb(image, profile), text, embedded)
    name, how = _FORMATS[path.suffix.lower()]
    travelling = {} if text is None else make_text_parameters(text, name)
    if embedded is not None:
        travelling["icc_profile"] = embedded
    if name == "JPEG":
        travelling["quality"] = quality
    buffer = io.BytesIO()
    try:
        convert_from_srgb(image, profile).save(buffer, format=name, **how, **travelling)
    except (OSError, ValueError, KeyError) as error:
        raise OutputError(
            f"{quote(path)} cannot be saved: an image of {image.width} x {image.height} pixels, "
            f"mode {image.mode}, does not go into {name} ({error}); use .png."
        ) from error
    return buffer.getvalue()
