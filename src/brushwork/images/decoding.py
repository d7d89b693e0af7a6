"""The boundary to Pillow's decoders: what they accept, and every way in which they fail."""

from __future__ import annotations

import contextlib
import re
import struct
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

import PIL.Image
from PIL import ExifTags, ImageOps

from brushwork.errors import ImageError
from brushwork.images.frames import Frame, clear_outside, find_frame
from brushwork.images.needed_size import choose_size
from brushwork.images.opening import declare_profile, open_image
from brushwork.images.refusals import (
    SAVE_FIRST,
    make_closed_error,
    make_cut_error,
    make_damaged_error,
    make_memory_error,
    make_unsupported_error,
)
from brushwork.images.tga import correct_alpha, read_header
from brushwork.images.upright import UNHEARD, get_orientation, is_as_stored

SHORTEST_SIDE = 16
#: Endings of files that are taken for images where a whole folder is named.
EXTENSIONS = (
    *(".png", ".apng", ".jpg", ".jpeg", ".jpe", ".webp", ".tif", ".tiff", ".gif", ".bmp", ".dib"),
    *(".avif", ".heic", ".heif", ".hif", ".jxl", ".jfif", ".jif"),
    *(".jp2", ".j2k", ".ppm", ".pgm", ".pbm", ".pnm", ".qoi", ".ico", ".tga"),
)
#: Endings of raw photos, which are read where they are named: in a folder the camera's own JPEG
#: lies beside each.
RAW_EXTENSIONS = (
    *(".dng", ".cr2", ".cr3", ".crw", ".nef", ".nrw", ".arw", ".srf", ".sr2", ".raf", ".orf"),
    *(".rw2", ".rwl", ".pef", ".srw", ".x3f", ".3fr", ".fff", ".iiq", ".mrw", ".erf", ".kdc"),
)
#: Endings of files that hold images as well; what is not among `EXTENSIONS` is left out.
IMAGE_EXTENSIONS = (
    *EXTENSIONS,
    *(".jpf", ".jpx", ".jxr", ".psd", ".psb", ".xcf", ".kra"),
    *(".svg", ".svgz", ".eps", ".ai", ".cdr", ".exr", ".hdr", ".dds", ".pcx", ".wdp", ".pict"),
    *RAW_EXTENSIONS,
)
# What the pixels mean; the rest of Pillow's ``info`` is left behind.
_USED_INFO = ("icc_profile", "transparency")
# A transparent colour is stated in the file's own bits, the pixels come with eight: the factor.
_KEY_STEPS = {"L;2": 85.0, "L;4": 17.0, "RGB;16B": 1 / 256}
_TAKEN_AS_IT_IS = (
    "its EXIF data say that it is to be turned, but it was changed after it was opened, and was "
    "taken as it is; PIL.ImageOps.exif_transpose turns it"
)
# Pillow has no colours of 16 bits: of each number it keeps the upper eight.
_HALVED = ("RGB;16B", "RGBA;16B", "LA;16B")
_IN_EIGHT = "its 16 bits a channel were read as 8, as Pillow does it; give the file to keep them"
# What decoders say of a file that is whole, and that they have not learned to read.
_UNSUPPORTED = re.compile(
    r"unsupported|not supported|cannot handle|unknown (pixel mode|data organization|TGA)"
    r"|not available|not implemented",
    re.IGNORECASE,
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

    ``key_step`` scales its transparent colour; ``range_known`` says that its format fixes white;
    ``full_size`` is its height and width, upright, where it was decoded in fewer pixels.
    """

    image: PIL.Image.Image
    key_step: float
    notes: tuple[str, ...]
    range_known: bool = False
    full_size: tuple[int, int] | None = None


def decode_stream(
    file: BinaryIO, shown: str, long_side: int | None = None, *, raw_mode: str | None = None
) -> DecodedImage:
    """Decode the first frame of what an open file holds; call it within `explain_errors`.

    A large JPEG is decoded in no more pixels than ``long_side`` asks for, to a factor of two. Bytes
    are taken for numbers of ``raw_mode``, a name of Pillow's, in place of what the file says.
    """
    opened = open_image(file, shown)
    with opened.image as image:
        width, height = image.size
        _ask_for_fewer_pixels(image, long_side)
        if raw_mode is not None:
            _set_raw_mode(image, raw_mode)
        result = _copy_upright(image, shown)
        notes = (*opened.notes, *_describe_frames(image), *result.notes)
        if image.size == (width, height):
            return replace(result, notes=notes)
        turned = result.image.size != image.size
        full_size = (width, height) if turned else (height, width)
        return replace(result, notes=notes, full_size=full_size)


def _ask_for_fewer_pixels(image: PIL.Image.Image, long_side: int | None) -> None:
    """Let a JPEG be decoded at a half, a quarter or an eighth, where that is enough."""
    size = choose_size((image.height, image.width), long_side)
    if size is not None and image.format in ("JPEG", "MPO"):
        image.draft(None, (size[1], size[0]))


def read_stream_size(file: BinaryIO, shown: str) -> tuple[int, int]:
    """Give height and width of what an open file holds; call it within `explain_errors`."""
    with open_image(file, shown).image as image:
        return image.height, image.width


def copy_image(image: PIL.Image.Image, shown: str) -> DecodedImage:
    """Take an upright copy of an open image, which stays as it was, within `explain_errors`."""
    halved = _find_raw_mode(image) in _HALVED
    found = _copy_upright(image, shown)
    return replace(found, notes=(*found.notes, _IN_EIGHT)) if halved else found


def _copy_upright(image: PIL.Image.Image, shown: str) -> DecodedImage:
    check_size(*image.size, shown)
    key_step = _find_key_step(image)
    frame, header = find_frame(image), read_header(image)
    copy, notes = correct_alpha(_copy_pixels(image, frame, shown), header)
    declare_profile(copy)
    notes = (*notes, *_orient(copy, image))
    return DecodedImage(copy, key_step, notes, _is_range_known(image))


def _is_range_known(image: PIL.Image.Image) -> bool:
    """Tell grey whose white is 65535 from numbers in a container that is too large, maybe.

    The standards of PNG and JPEG 2000 have it so, of PPM Pillow makes it so, and an image in memory
    is taken like an array of its type. A TIFF's numbers may have fewer bits than their container.
    """
    return image.format == "PPM" or (image.mode.startswith("I;16") and image.format != "TIFF")


def _copy_pixels(image: PIL.Image.Image, frame: Frame | None, shown: str) -> PIL.Image.Image:
    """Decode an image, where that is not done, into a copy that is transparent outside its frame.

    Raises
    ------
    ImageError
        If its owner closed it, or the file that its pixels would come from.
    """
    try:
        return image.copy() if frame is None else clear_outside(image, frame)
    except (AssertionError, AttributeError, ValueError) as error:
        if _is_closed(image):
            raise make_closed_error(shown) from error
        raise


def _is_closed(image: PIL.Image.Image) -> bool:
    """Tell why an image could not be decoded; of one that could, nothing is asked of its file."""
    with contextlib.suppress(AssertionError):  # there were no pixels yet
        try:
            image.im  # noqa: B018 - it raises where the pixels were given back
        except ValueError:
            return True
    file = getattr(image, "fp", None)
    waits = bool(getattr(image, "tile", None))
    return waits and (file is None or bool(getattr(file, "closed", False)))


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
def explain_errors(shown: str) -> Iterator[None]:
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
        raise _explain(error, shown) from error


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


def _explain(error: Exception, shown: str) -> ImageError:
    """Say what an exception means for the person who gave the image."""
    match error:
        case PIL.Image.DecompressionBombError():
            limit = 2 * (PIL.Image.MAX_IMAGE_PIXELS or 0)
            return ImageError(
                f"{shown} has more pixels than the {limit} that are allowed; scale it down first."
            )
        case MemoryError():
            return make_memory_error(shown)
        case OSError(errno=int()):
            return ImageError(
                f"{shown} cannot be read ({error.strerror}); check the file and your access to it."
            )
    reason = " ".join(str(error).split()).rstrip(".") or type(error).__name__
    if _is_truncation(error):
        return make_cut_error(shown, reason)
    if isinstance(error, NotImplementedError) or _UNSUPPORTED.search(reason):
        return make_unsupported_error(shown, f"a file of a rare kind ({reason})", SAVE_FIRST)
    return make_damaged_error(shown, reason)


def _is_truncation(error: BaseException | None) -> bool:
    """Look at what a decoder raised, and at what Pillow wrapped in a SyntaxError."""
    if isinstance(error, EOFError | struct.error) or "truncated" in str(error).lower():
        return True
    return isinstance(error, SyntaxError) and _is_truncation(error.__cause__)


def _find_key_step(image: PIL.Image.Image) -> float:
    """Find the factor of the transparent colour; it is known only before the pixels are loaded."""
    return _KEY_STEPS.get(_find_raw_mode(image), 1.0)


def _find_raw_mode(image: PIL.Image.Image) -> str:
    """Give Pillow's name of how the pixels lie in the file, if there is one yet."""
    tiles = getattr(image, "tile", None)
    arguments = tiles[0][3] if tiles else None
    return arguments if isinstance(arguments, str) else ""


def _set_raw_mode(image: PIL.Image.Image, raw_mode: str) -> None:
    """Say how the bytes of its only part are to be read, before they are."""
    part = image.tile[0]  # type: ignore[attr-defined]
    image.tile = [part._replace(args=raw_mode)]  # type: ignore[attr-defined]


def _orient(copy: PIL.Image.Image, image: PIL.Image.Image) -> tuple[str, ...]:
    """Apply the EXIF orientation in place; a block that cannot be read must not cost the image.

    One that stands in XMP or in a text of a PNG alone is not applied: neither browsers nor libvips
    do, and cameras write both. It is left there by programs that have turned the pixels.
    """
    for name in UNHEARD:
        copy.info.pop(name, None)
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
    if image.format == "HEIF":
        return (f"several images: the main one of {count} is used",)
    if image.format == "TIFF":
        return (f"several pages: the first of {count} is used",)
    return (f"animated: the first of {count} frames is used",)
