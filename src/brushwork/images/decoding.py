"""The boundary to Pillow's decoders: what they accept, and every way in which they fail."""

from __future__ import annotations

import contextlib
import re
import struct
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import PIL.Image
from PIL import ExifTags, ImageOps

from brushwork.errors import ImageError
from brushwork.images.frames import clear_outside, find_frame
from brushwork.images.tga import correct_alpha, read_header
from brushwork.images.upright import get_orientation, is_as_stored

SHORTEST_SIDE = 16
# Formats that people keep images in. Pillow knows forty more: some start other programs (EPS
# runs Ghostscript), some take almost any text for an image, most are decoders nobody tends.
_FORMATS = (
    *("PNG", "JPEG", "WEBP", "TIFF", "GIF", "BMP", "DIB", "AVIF"),
    *("JPEG2000", "PPM", "QOI", "ICO", "TGA"),
)
#: Endings of files that are taken for images where a whole folder is named.
EXTENSIONS = (
    *(".png", ".apng", ".jpg", ".jpeg", ".jpe", ".webp", ".tif", ".tiff", ".gif", ".bmp", ".dib"),
    *(".avif", ".jp2", ".j2k", ".ppm", ".pgm", ".pbm", ".pnm", ".qoi", ".ico", ".tga"),
    *(".jfif", ".jif"),
)
#: Endings of files that hold images as well; what is not among `EXTENSIONS` is not read.
IMAGE_EXTENSIONS = (
    *EXTENSIONS,
    *(".heic", ".heif", ".hif", ".jxl", ".jpf", ".jpx", ".jxr", ".psd", ".psb", ".xcf", ".kra"),
    *(".svg", ".svgz", ".eps", ".ai", ".cdr", ".exr", ".hdr", ".dds", ".pcx", ".wdp", ".pict"),
    *(".dng", ".cr2", ".cr3", ".crw", ".nef", ".nrw", ".arw", ".srf", ".sr2", ".raf", ".orf"),
    *(".rw2", ".rwl", ".pef", ".srw", ".x3f", ".3fr", ".fff", ".iiq", ".mrw", ".erf", ".kdc"),
)
_ADVICE = "give a PNG, JPEG, WebP, TIFF, GIF, BMP or AVIF file"
# Brands of the container that phones put HEIC images in, at bytes 8 to 12 after "ftyp".
_HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
# What the pixels mean; the rest of Pillow's ``info`` is left behind.
_USED_INFO = ("icc_profile", "transparency")
# A transparent colour is stated in the file's own bits, the pixels come with eight: the factor.
_KEY_STEPS = {"L;2": 85.0, "L;4": 17.0, "RGB;16B": 1 / 256}
_TAKEN_AS_IT_IS = (
    "its EXIF data say that it is to be turned, but it was changed after it was opened, and was "
    "taken as it is; PIL.ImageOps.exif_transpose turns it"
)
# The filter that keeps Pillow's warnings quiet, in the form that `warnings.filters` has, and how
# many threads want it now. Filters belong to the whole process: it stands there once, as long as
# anyone decodes, and is taken out by itself, so that nobody puts back what another has changed.
_PILLOW_QUIET = ("ignore", None, Warning, re.compile(r"PIL\."), 0)
_quiet_lock = threading.Lock()
_quiet_count = 0


@dataclass(frozen=True)
class DecodedImage:
    """A private, loaded, upright copy of an image.

    ``key_step`` scales its transparent colour; ``range_known`` says that its format fixes white.
    """

    image: PIL.Image.Image
    key_step: float
    notes: tuple[str, ...]
    range_known: bool = False


def decode_stream(file: BinaryIO, shown: str) -> DecodedImage:
    """Decode the first frame of what an open file holds; call it within `explain_errors`."""
    PIL.Image.init()
    if not file.read(1):
        raise _make_empty_error(shown)
    with PIL.Image.open(file, formats=_list_formats()) as image:
        result = copy_image(image, shown)
        return replace(result, notes=(*_describe_frames(image), *result.notes))


def read_stream_size(file: BinaryIO, shown: str) -> tuple[int, int]:
    """Give height and width of what an open file holds; call it within `explain_errors`."""
    PIL.Image.init()
    if not file.read(1):
        raise _make_empty_error(shown)
    with PIL.Image.open(file, formats=_list_formats()) as image:
        return image.height, image.width


def _make_empty_error(shown: str) -> ImageError:
    return ImageError(f"{shown} is empty (0 bytes); copy or download the image again.")


def _list_formats() -> list[str]:
    """Give the formats that this Pillow can read."""
    return [name for name in _FORMATS if name in PIL.Image.OPEN]


def copy_image(image: PIL.Image.Image, shown: str) -> DecodedImage:
    """Take an upright copy of an open image, which stays as it was, within `explain_errors`."""
    check_size(*image.size, shown)
    key_step = _find_key_step(image)
    frame, header = find_frame(image), read_header(image)
    copy = image.copy() if frame is None else clear_outside(image, frame)
    copy, notes = correct_alpha(copy, header)
    notes = (*notes, *_orient(copy, image))
    return DecodedImage(copy, key_step, notes, _is_range_known(image))


def _is_range_known(image: PIL.Image.Image) -> bool:
    """Tell grey whose white is 65535 from numbers in a container that is too large, maybe.

    The standards of PNG and JPEG 2000 have it so, of PPM Pillow makes it so, and an image in memory
    is taken like an array of its type. A TIFF's numbers may have fewer bits than their container.
    """
    return image.format == "PPM" or (image.mode.startswith("I;16") and image.format != "TIFF")


def check_size(width: int, height: int, shown: str) -> None:
    """Refuse an image that is too small for the deep layers of the network to see anything.

    Raises
    ------
    ImageError
        If a side is shorter than `SHORTEST_SIDE`.
    """
    if min(width, height) < SHORTEST_SIDE:
        raise ImageError(
            f"{shown} is {width} x {height} pixels; allowed is at least {SHORTEST_SIDE} pixels on "
            "both sides. Give a larger image."
        )


@contextlib.contextmanager
def explain_errors(shown: str, path: Path | None = None) -> Iterator[None]:
    """Turn whatever goes wrong with an image in the block into an `ImageError` about ``shown``.

    Pillow's warnings (a large image, odd metadata) are not let through: they are for its
    programmer, and would be raised in the middle of decoding where warnings are errors.
    """
    try:
        with _silence_pillow():
            yield
    except ImageError:
        raise
    # Damaged data make the decoders raise whatever the bad number leads to: SyntaxError,
    # ValueError, OverflowError, IndexError, struct.error, EOFError and more.
    except Exception as error:
        raise ImageError(f"{shown} {_explain(error, path)}") from error


@contextlib.contextmanager
def _silence_pillow() -> Iterator[None]:
    """Ignore the warnings of Pillow's modules for as long as any thread is in such a block."""
    global _quiet_count
    with _quiet_lock:
        _quiet_count += 1
        if _quiet_count == 1:
            warnings.filterwarnings("ignore", module=_PILLOW_QUIET[3].pattern)
    try:
        yield
    finally:
        with _quiet_lock:
            _quiet_count -= 1
            if _quiet_count == 0:
                with contextlib.suppress(ValueError):  # reset by someone meanwhile
                    warnings.filters.remove(_PILLOW_QUIET)  # type: ignore[attr-defined]


def _explain(error: Exception, path: Path | None) -> str:
    """Say what an exception means for the person who gave the image."""
    again = "copy, download or export it again."
    match error:
        case PIL.Image.DecompressionBombError():
            limit = 2 * (PIL.Image.MAX_IMAGE_PIXELS or 0)
            return f"has more pixels than the {limit} that are allowed; scale it down first."
        case PIL.UnidentifiedImageError() if path is not None and _is_heic(path):
            return "is a HEIC photo, which is not read here; save it as JPEG or PNG first."
        case PIL.UnidentifiedImageError():
            return f"is not a picture, or its first bytes are damaged; {_ADVICE}."
        case MemoryError():
            return f"does not fit into memory; scale it down first or, if it is small, {again}"
        case OSError(errno=int()):
            return f"cannot be read ({error.strerror}); check the file and your access to it."
        case _ if _is_truncation(error):
            return f"is cut short ({_format_reason(error)}); {again}"
    return f"is damaged ({_format_reason(error)}); {again}"


def _is_truncation(error: Exception) -> bool:
    return isinstance(error, EOFError | struct.error) or "truncated" in str(error).lower()


def _format_reason(error: Exception) -> str:
    return str(error).rstrip(".") or type(error).__name__


def _is_heic(path: Path) -> bool:
    with contextlib.suppress(OSError), path.open("rb") as file:
        start = file.read(12)
        return start[4:8] == b"ftyp" and start[8:12] in _HEIC
    return False


def _find_key_step(image: PIL.Image.Image) -> float:
    """Find the factor of the transparent colour; it is known only before the pixels are loaded."""
    tiles = getattr(image, "tile", None)
    arguments = tiles[0][3] if tiles else None
    return _KEY_STEPS.get(arguments, 1.0) if isinstance(arguments, str) else 1.0


def _orient(copy: PIL.Image.Image, image: PIL.Image.Image) -> tuple[str, ...]:
    """Apply the EXIF orientation in place; a block that cannot be read must not cost the image."""
    try:
        orientation = get_orientation(image)
        as_stored = is_as_stored(image)
        copy.getexif().get(ExifTags.Base.Orientation)  # which it then keeps
    except Exception:
        return ("its EXIF data are damaged and were ignored",)
    # Pillow writes metadata anew without the orientation, which fails where they are damaged
    # further on. What is not there is not written, and nobody needs it.
    copy.info = {key: copy.info[key] for key in _USED_INFO if key in copy.info}
    if not as_stored:
        return (_TAKEN_AS_IT_IS,)
    if orientation != 1:
        ImageOps.exif_transpose(copy, in_place=True)
    return ()


def _describe_frames(image: PIL.Image.Image) -> tuple[str, ...]:
    """Tell that there are more frames or pages than the one that is used."""
    count = 1
    # Counting walks through the later frames; damage there is no reason to refuse the first.
    with contextlib.suppress(Exception):
        count = getattr(image, "n_frames", 1)
    # Cameras hang a preview or a depth map behind a JPEG (MPO), and an icon is one image in
    # several sizes, of which Pillow gives the largest: nothing is lost, nothing to tell.
    if count < 2 or image.format in ("MPO", "ICO"):
        return ()
    if image.format == "TIFF":
        return (f"several pages: the first of {count} is used",)
    return (f"animated: the first of {count} frames is used",)
