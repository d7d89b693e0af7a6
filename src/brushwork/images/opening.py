"""From an open file to an image of Pillow's that is not decoded yet, whoever reads its kind."""

from __future__ import annotations

import importlib.util
import io
from dataclasses import dataclass
from types import ModuleType
from typing import BinaryIO

import PIL.Image

from brushwork.images.bmp_palette import limit_palette
from brushwork.images.declared_colors import find_container_profile, find_png_profile, find_profile
from brushwork.images.file_kinds import FileKind, Reader, recognise
from brushwork.images.heic import open_heic
from brushwork.images.jpeg_kinds import find_rare_kind
from brushwork.images.png_chunks import tidy
from brushwork.images.refusals import (
    make_empty_error,
    make_foreign_error,
    make_missing_reader_error,
    make_unsupported_error,
)
from brushwork.images.tga import unroll

# Formats without a signature that could be trusted: Pillow tries them by turns. It knows forty
# more: some start other programs (EPS runs Ghostscript), some take almost any text for an image,
# most are decoders nobody tends.
_UNSIGNED = ("DIB", "PPM", "ICO", "TGA")
#: Where AVIF and HEIC describe what is in them: in their first bytes.
_DESCRIPTIONS = 2**16
_INSTALL = "pip install 'brushwork[formats]'"
#: A raw photo of LibRaw's is developed as the camera saw it.
_DEVELOPED = "a raw photo: it was developed with the white balance of the camera"


@dataclass(frozen=True)
class OpenedImage:
    """An image, of which the notes tell what was ignored or done on the way."""

    image: PIL.Image.Image
    notes: tuple[str, ...] = ()


def open_image(file: BinaryIO, shown: str) -> OpenedImage:
    """Open what a file holds, by its first bytes; within ``explain_errors``.

    Its ``info`` has an ``icc_profile`` where the file says, in any way, what its colours mean.

    Raises
    ------
    ImageError
        If the file is empty, no image, or of a kind that is not read.
    """
    PIL.Image.init()
    if not file.read(1):
        raise make_empty_error(shown)
    file.seek(0)
    kind = recognise(file)
    if kind is None:
        return _open_unsigned(file, shown)
    match kind.reader:
        case Reader.FOREIGN:
            raise make_foreign_error(shown, kind.what)
        case Reader.NOBODY:
            raise make_unsupported_error(shown, kind.what, kind.advice)
        case Reader.RAW:
            opened = _develop(file, shown, kind)
        case Reader.JPEG_XL:
            opened = _open_jpeg_xl(file, shown, kind)
        case Reader.HEIF:
            opened = _open_heif(file, shown, kind)
        case Reader.PILLOW:
            opened = _open_known(file, shown, kind)
    _check_bomb(opened.image)
    return opened


def _open_unsigned(file: BinaryIO, shown: str) -> OpenedImage:
    try:
        image = PIL.Image.open(file, formats=_UNSIGNED)
        if image.format != "TGA":
            return OpenedImage(image)
        _check_bomb(image)
        file.seek(0)
        return OpenedImage(PIL.Image.open(io.BytesIO(unroll(file.read())), formats=["TGA"]))
    except PIL.UnidentifiedImageError as error:
        raise make_foreign_error(shown) from error


def _open_known(file: BinaryIO, shown: str, kind: FileKind) -> OpenedImage:
    if kind.encoding not in PIL.Image.OPEN:
        raise make_unsupported_error(shown, kind.what, kind.advice)
    if kind.encoding == "PNG":
        return _open_png(file)
    if kind.encoding == "BMP":
        file = limit_palette(file)
    if kind.encoding == "JPEG" and (rare := find_rare_kind(file)) is not None:
        raise make_unsupported_error(shown, rare, kind.advice)
    # Not by PIL.Image.open, which keeps to itself what is wrong.
    image = _call_opener(kind.encoding, file)
    image.info.pop("xmp", None)  # by the orientation in it Pillow would turn a TIFF
    if kind.encoding == "AVIF":
        _declare_container(image, file)
    return OpenedImage(image)


def _open_png(file: BinaryIO) -> OpenedImage:
    """Open a PNG without what is in its way, and with what its chunks say of its colours."""
    found = tidy(file.read())
    image = _call_opener("PNG", io.BytesIO(found.content))
    profile = find_png_profile(found.cicp, found.peak, image.mode) or found.profile
    if profile is not None:
        image.info["icc_profile"] = profile
    return OpenedImage(image, tuple(found.notes))


def declare_profile(image: PIL.Image.Image) -> None:
    """Put a profile of gamma and primaries into the ``info`` of an image that has none."""
    profile = find_profile(image.info, image.mode)
    if profile is not None:
        image.info["icc_profile"] = profile


def _call_opener(encoding: str, file: BinaryIO) -> PIL.Image.Image:
    file.seek(0)
    opener, _ = PIL.Image.OPEN[encoding]
    return opener(file, "")


def _open_heif(file: BinaryIO, shown: str, kind: FileKind) -> OpenedImage:
    if importlib.util.find_spec("pi_heif") is None:
        raise make_missing_reader_error(shown, kind.what, "pip install pi-heif")
    # Not registered with Pillow: that would be for all programs in the process.
    image = open_heic(file)
    _declare_container(image, file)
    return OpenedImage(image)


def _open_jpeg_xl(file: BinaryIO, shown: str, kind: FileKind) -> OpenedImage:
    library = _import_reader("pillow_jxl.JpegXLImagePlugin", shown, kind, _INSTALL)
    image: PIL.Image.Image = library.JXLImageFile(file)
    if not getattr(image, "jpeg", False):
        image.info.pop("exif", None)  # it lies upright already, whatever that says
    return OpenedImage(image)


def _develop(file: BinaryIO, shown: str, kind: FileKind) -> OpenedImage:
    """Develop a raw photo as sRGB."""
    library = _import_reader("rawpy", shown, kind, _INSTALL)
    try:
        with library.imread(file) as raw:
            levels = raw.postprocess(use_camera_wb=True, output_bps=8, gamma=(2.4, 12.92))
    except library.LibRawFileUnsupportedError as error:
        raise make_unsupported_error(
            shown, f"{kind.what} of an unknown camera", kind.advice
        ) from error
    return OpenedImage(PIL.Image.fromarray(levels), (_DEVELOPED,))


def _import_reader(name: str, shown: str, kind: FileKind, install: str) -> ModuleType:
    """Import who reads a kind, when there is such a file and not before."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise make_missing_reader_error(shown, kind.what, install) from error


def _declare_container(image: PIL.Image.Image, file: BinaryIO) -> None:
    if image.info.get("icc_profile") or file.closed:
        return
    file.seek(0)
    profile = find_container_profile(file.read(_DESCRIPTIONS))
    if profile is not None:
        image.info["icc_profile"] = profile


def _check_bomb(image: PIL.Image.Image) -> None:
    """Refuse what unfolds to more pixels than Pillow allows, which its openers leave to it."""
    most = PIL.Image.MAX_IMAGE_PIXELS
    if most is not None and image.width * image.height > 2 * most:
        raise PIL.Image.DecompressionBombError
