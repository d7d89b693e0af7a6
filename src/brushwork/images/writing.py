"""Saving a picture so that the file is whole or not there, and an old one is never lost."""

from __future__ import annotations

import contextlib
import io
import os
import secrets
from pathlib import Path
from typing import Any

import PIL.Image

from brushwork.errors import OutputError

# What Pillow is told for an extension: the format and how to encode it.
_JPEG: tuple[str, dict[str, Any]] = ("JPEG", {"quality": 95, "subsampling": "4:4:4"})
_TIFF: tuple[str, dict[str, Any]] = ("TIFF", {"compression": "tiff_adobe_deflate"})
_FORMATS: dict[str, tuple[str, dict[str, Any]]] = {
    ".png": ("PNG", {}),
    ".jpg": _JPEG,
    ".jpeg": _JPEG,
    # Lossless, because lossy WebP always halves the resolution of colour, which smears the small
    # strokes of pure colour that a painting is made of. It is still smaller than PNG.
    ".webp": ("WEBP", {"lossless": True}),
    ".tif": _TIFF,
    ".tiff": _TIFF,
}

_SAY_OVERWRITE = "use --overwrite / overwrite=True or another name"


def check_output(
    path: str | os.PathLike[str], *, overwrite: bool = False, transparent: bool = False
) -> Path:
    """Refuse an output that could not be saved, before any work is done for it.

    Parameters
    ----------
    path
        Where the picture will go; the extension says the format.
    overwrite
        Whether a file that is there may be replaced.
    transparent
        Whether the picture will have transparency.

    Returns
    -------
    Path
        ``path``.

    Raises
    ------
    OutputError
        If the format is unknown or cannot keep transparency, the path is a folder, a file is there
        and ``overwrite`` is false, or its folder is missing or may not be written to.
    """
    path = Path(path)
    try:
        if path.is_dir():
            raise OutputError(f"{_shown(path)} is a folder; name a file in it.")
        _check_format(path, transparent=transparent)
        _check_folder(path.parent)
        _check_old(path, overwrite=overwrite)
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        raise _failed(path, error) from error
    return path


def write(image: PIL.Image.Image, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
    """Save a picture in the format that the extension says, all of it or nothing.

    It is written to a temporary file in the same folder and takes its name only when it is on the
    disk; whatever fails on the way, Ctrl-C included, leaves an old file as it was and no litter. A
    file that appears meanwhile is not replaced either, unless ``overwrite`` is true. A symbolic
    link is followed. A new file has the permissions that the umask gives, a replaced one keeps its
    own.

    Returns
    -------
    Path
        ``path``.

    Raises
    ------
    OutputError
        If `check_output` refuses the path, or the picture cannot be encoded or saved.
    """
    path = check_output(path, overwrite=overwrite, transparent=image.has_transparency_data)
    encoded = _encoded(image, path)
    try:
        target = path.resolve() if path.is_symlink() else path
        temporary = target.parent / f".brushwork-{secrets.token_hex(8)}.tmp"
        try:
            _save(encoded, temporary)
            _publish(temporary, target, overwrite=overwrite)
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink()
    except (OSError, ValueError) as error:
        raise _failed(path, error) from error
    return path


def _check_format(path: Path, *, transparent: bool) -> None:
    allowed = " ".join(_FORMATS)
    extension = path.suffix.lower()
    if extension not in _FORMATS:
        given = f"has the extension {path.suffix}" if extension else "has no extension"
        raise OutputError(f"{_shown(path)} {given}; the allowed ones are {allowed}.")
    if transparent and _FORMATS[extension] is _JPEG:
        raise OutputError(
            f"{_shown(path)} would be a JPEG, which cannot keep the picture's transparency; use "
            f"{_shown(path.with_suffix('.png'))}."
        )


def _check_folder(folder: Path) -> None:
    if not folder.exists():
        raise OutputError(f"the folder {_shown(folder)} does not exist; create it first.")
    if not folder.is_dir():
        raise OutputError(f"{_shown(folder)} is a file, not a folder; give another path.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(
            f"the folder {_shown(folder)} may not be written to; choose another or change its "
            "permissions."
        )


def _check_old(path: Path, *, overwrite: bool) -> None:
    if not overwrite and (path.exists() or path.is_symlink()):
        raise _exists(path)
    if path.exists() and not path.is_file():
        raise OutputError(f"{_shown(path)} is a device or a pipe; give another path.")
    if path.exists() and not os.access(path, os.W_OK):
        raise OutputError(f"{_shown(path)} is write-protected; choose another name.")


def _encoded(image: PIL.Image.Image, path: Path) -> bytes:
    """Encode in memory: what cannot be encoded has then not touched the disk."""
    name, parameters = _FORMATS[path.suffix.lower()]
    buffer = io.BytesIO()
    try:
        image.save(buffer, format=name, **parameters)
    except (OSError, ValueError, KeyError) as error:
        raise OutputError(
            f"{_shown(path)} cannot be saved: a picture of {image.width} x {image.height} pixels, "
            f"mode {image.mode}, does not go into {name} ({error}); use .png."
        ) from error
    return buffer.getvalue()


def _save(encoded: bytes, temporary: Path) -> None:
    # Opened, and not made by `tempfile`, so that the system applies the umask to it.
    with temporary.open("xb") as file:
        file.write(encoded)
        file.flush()
        os.fsync(file.fileno())


def _publish(temporary: Path, target: Path, *, overwrite: bool) -> None:
    """Give the finished file its name, in one step."""
    if overwrite:
        if target.exists():
            temporary.chmod(target.stat().st_mode & 0o777)
        temporary.replace(target)
    else:
        _publish_new(temporary, target)
    _sync_folder(target.parent)


def _publish_new(temporary: Path, target: Path) -> None:
    """Make a hard link: unlike a rename it never takes the place of a file."""
    try:
        target.hardlink_to(temporary)
    except (OSError, NotImplementedError):
        # There is a file by now, or these folders (FAT, many network shares) know no hard links.
        if target.exists() or target.is_symlink():
            raise _exists(target) from None
        temporary.replace(target)


def _sync_folder(folder: Path) -> None:
    """Put the new name on the disk too, where the system lets a folder be opened for that."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _exists(path: Path) -> OutputError:
    return OutputError(f"{_shown(path)} exists; {_SAY_OVERWRITE}.")


def _failed(path: Path, error: OSError | ValueError) -> OutputError:
    reason = getattr(error, "strerror", None) or error
    return OutputError(
        f"{_shown(path)} cannot be saved ({reason}); check the name, the space "
        "left and the permissions, or choose another folder."
    )


def _shown(path: Path) -> str:
    return repr(str(path))
