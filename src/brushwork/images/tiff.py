"""TIFF: which of its pages is the image, and what the numbers of that page mean.

A TIFF says all of it in tags, and nearly nothing is left out by somebody: previews before the
image, white at 0, planes apart, numbers of 12 bits or floats. Pillow believes some of these tags
and overlooks others, so that only pages that hold the data of an image codec (JPEG, fax, WebP) are
left to it. What cannot be read rightly is refused.
"""

from __future__ import annotations

import contextlib
import io
import logging
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

import numpy as np
import PIL.Image
import tifffile
from numpy.typing import NDArray

from brushwork.images.decoding import check_size, copy_image
from brushwork.images.modes import ColorAndAlpha, separate_alpha
from brushwork.images.needed_size import choose_size
from brushwork.images.profiles import convert_deep, convert_to_srgb
from brushwork.images.ranges import Range, find_range
from brushwork.images.reducing import is_mixable, reduce_numbers, thin
from brushwork.images.refusals import make_layout_error, make_raw_error
from brushwork.images.tiff_samples import is_readable, read_samples

# The bytes after the header of a raw file by Canon, whose pages carry no mark of what they are.
_CANON_RAW = b"CR\2"
_REDUCED, _MASK = 1, 4  # NewSubfileType
# PhotometricInterpretation: a camera's mosaic of colours, the same with all colours everywhere;
# and those of images.
_CAMERA_DATA = (32803, 34892)
_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _PALETTE, _INK, _YCBCR, _LAB = 0, 1, 2, 3, 5, 6, 8
# How many channels are colour, and the mode of Pillow in which its profile is applied.
_CHANNELS = {
    _WHITE_IS_ZERO: 1,
    _BLACK_IS_ZERO: 1,
    _RGB: 3,
    _PALETTE: 1,
    _INK: 4,
    _LAB: 3,
    _YCBCR: 3,
}
_MODES = {1: "L", 3: "RGB", 4: "CMYK"}
_SWAPPING = (5, 6, 7, 8)  # Orientation
_PREMULTIPLIED, _STRAIGHT = 1, 2  # ExtraSamples
_UNNAMED = "its fourth channel has no name in the file and was taken for opacity"
# Data of image codecs that Pillow hands to libtiff whole: CCITT and JPEG.
_PILLOW_READS = (2, 3, 4, 7)
_FULL_SWING = (0, 1, 255, 1, 128, 1, 255, 1, 128, 1, 255, 1)  # ReferenceBlackWhite, as fractions
_BT_601 = (299, 1000, 587, 1000, 114, 1000)  # YCbCrCoefficients, as fractions
_TAGS = {
    **{"orientation": 274, "largest": 281, "ink": 332, "largest by format": 341},
    **{"luma": 529, "swing": 532, "profile": 34675},
}
# tifffile tells of every oddity; where nobody listens, Python would print it.
logging.getLogger("tifffile").addHandler(logging.NullHandler())


def separate_tiff(
    file: BinaryIO, shown: str, long_side: int | None = None, *, flat: bool = False
) -> ColorAndAlpha:
    """Read colour and alpha, upright, of the image in a TIFF; call it within `explain_errors`.

    A large image is reduced to ``long_side`` before it becomes colours: numbers that may be mixed
    are, and of flat colours some are left out.

    Raises
    ------
    ImageError
        If it is too small, raw data of a camera, or of a kind that is not supported.
    """
    with _open(file, shown) as tiff:
        page, notes = _choose_page(tiff, shown)
        parts = _read_page(page, file, shown, long_side, flat=flat)
    return replace(parts, notes=(*notes, *parts.notes))


def read_tiff_size(file: BinaryIO, shown: str) -> tuple[int, int]:
    """Give height and width as stored; call it within `explain_errors`.

    Raises
    ------
    ImageError
        If it is raw data of a camera.
    """
    with _open(file, shown) as tiff:
        page, _ = _choose_page(tiff, shown)
        return page.imagelength, page.imagewidth


def read_tiff_bits(file: BinaryIO, shown: str) -> int:
    """Give the bits a channel, as `read_tiff_size` gives the size."""
    with _open(file, shown) as tiff:
        page, _ = _choose_page(tiff, shown)
        return int(page.bitspersample)


@contextlib.contextmanager
def _open(file: BinaryIO, shown: str) -> Iterator[tifffile.TiffFile]:
    file.seek(0)
    if file.read(12)[8:11] == _CANON_RAW:
        raise make_raw_error(shown)
    file.seek(0)
    with tifffile.TiffFile(file) as tiff:
        yield tiff


def _choose_page(tiff: tifffile.TiffFile, shown: str) -> tuple[tifffile.TiffPage, tuple[str, ...]]:
    """Choose the first page that is an image at full size, and say what else is there."""
    chain = _list_chain(tiff)
    images = [page for page in chain if not page.subfiletype & (_REDUCED | _MASK)]
    if not images:
        below = [sub for page in chain for sub in _list_below(page)]
        images = [page for page in below if not page.subfiletype & (_REDUCED | _MASK)]
    if not images:
        # Someone cut the preview out of a larger file, or marked it wrongly.
        largest = max(chain, key=lambda page: page.imagelength * page.imagewidth)
        return largest, ("it is marked as the preview of an image that is not in the file",)
    images = [page for page in images if int(page.photometric) not in _CAMERA_DATA]
    if not images:
        raise make_raw_error(shown)
    count = len(images)
    notes = (f"several pages: the first of {count} is used",) if count > 1 else ()
    return images[0], notes


def _list_chain(tiff: tifffile.TiffFile) -> list[tifffile.TiffPage]:
    """List the pages; damage in a later one is no reason to refuse the first."""
    pages = [tiff.pages.first]
    with contextlib.suppress(Exception):
        tiff.pages.useframes = False
        pages += [page for page in tiff.pages[1:] if isinstance(page, tifffile.TiffPage)]
    return pages


def _list_below(page: tifffile.TiffPage) -> list[tifffile.TiffPage]:
    """List the pages that hang below one: raw files keep the image there, and its previews."""
    below = page.pages
    return [] if below is None else [sub for sub in below if isinstance(sub, tifffile.TiffPage)]


def _read_page(
    page: tifffile.TiffPage, file: BinaryIO, shown: str, long_side: int | None, *, flat: bool
) -> ColorAndAlpha:
    if min(page.imagewidth, page.imagelength) < 1:
        raise ValueError("it has no width or no height")
    check_size(page.imagewidth, page.imagelength, shown)
    _check_pixel_count(page)
    if not is_readable(page) or _needs_pillow(page):
        return _leave_to_pillow(page, file, shown)
    _check_meaning(page, shown)
    numbers = np.moveaxis(read_samples(page, file, shown), 2, 0)
    parts = _Meaning.read(page, shown).separate(numbers, long_side, flat=flat)
    turn = _get_tag(page, "orientation", 1)
    full_size = numbers.shape[1:] if turn not in _SWAPPING else numbers.shape[:0:-1]
    reduced = parts.colour.shape[1:] != numbers.shape[1:]
    return ColorAndAlpha(
        _orient(parts.colour, turn),
        None if parts.alpha is None else _orient(parts.alpha, turn),
        parts.notes,
        (full_size[0], full_size[1]) if reduced else None,
    )


def _needs_pillow(page: tifffile.TiffPage) -> bool:
    """Tell YCbCr that libtiff converts, or nobody, from what is read here.

    Pillow does not ask libtiff where nothing is compressed, and takes all for that of BT.601.
    """
    if int(page.photometric) != _YCBCR:
        return False
    swing = tuple(page.tags.valueof(_TAGS["swing"], default=_FULL_SWING))
    plain = int(page.compression) == 1 and page.bitspersample == 8
    return not (plain and tuple(page.subsampling or (2, 2)) == (1, 1) and swing == _FULL_SWING)


def _check_pixel_count(page: tifffile.TiffPage) -> None:
    """Refuse what Pillow would, before memory is asked for."""
    limit = PIL.Image.MAX_IMAGE_PIXELS
    if limit is not None and page.imagewidth * page.imagelength > 2 * limit:
        raise PIL.Image.DecompressionBombError


def _check_meaning(page: tifffile.TiffPage, shown: str) -> None:
    photometric = int(page.photometric)
    if photometric not in _CHANNELS:
        raise make_layout_error(shown, f"the colour model {photometric}")
    if page.samplesperpixel < _CHANNELS[photometric]:
        raise ValueError(f"it has {page.samplesperpixel} channels, too few for its colour model")
    if photometric == _INK and _get_tag(page, "ink", 1) != 1:
        raise make_layout_error(shown, "inks that are not CMYK")
    if photometric in (_PALETTE, _LAB) and int(page.sampleformat) == 3:
        raise make_layout_error(shown, "floating-point numbers that are no brightness")
    if photometric == _LAB and page.bitspersample not in (8, 16):
        raise make_layout_error(shown, f"Lab colours of {page.bitspersample} bits")
    if photometric == _PALETTE and (page.colormap is None or page.bitspersample > 16):
        raise ValueError("it has no colour table")


def _leave_to_pillow(page: tifffile.TiffPage, file: BinaryIO, shown: str) -> ColorAndAlpha:
    """Let Pillow read a page, as the first of the file."""
    _check_codec(page, shown)
    file.seek(0)
    content = bytearray(file.read())
    place, form = (8, "Q") if page.parent.is_bigtiff else (4, "I")
    struct.pack_into(page.parent.byteorder + form, content, place, page.offset)
    with PIL.Image.open(io.BytesIO(content), formats=["TIFF"]) as image:
        image.info.pop("xmp", None)  # by the orientation in it Pillow would turn it
        found = copy_image(image, shown)
    parts = separate_alpha(found.image, shown)
    return replace(parts, notes=(*found.notes, *parts.notes))


def _check_codec(page: tifffile.TiffPage, shown: str) -> None:
    """Refuse what Pillow's libtiff does not know, or does not tell the truth about."""
    compression = int(page.compression)
    name = getattr(page.compression, "name", compression)
    if not is_readable(page) and compression not in _PILLOW_READS:
        raise make_layout_error(shown, f"the compression {name}")
    if page.bitspersample not in (1, 8):
        bits = page.bitspersample
        raise make_layout_error(shown, f"{bits} bits in the compression {name}")
    # Pillow does not ask libtiff where nothing is compressed.
    swing = page.tags.valueof(_TAGS["swing"], default=_FULL_SWING)
    if compression == 1 and (tuple(page.subsampling or (2, 2)) != (1, 1) or swing != _FULL_SWING):
        raise make_layout_error(shown, "uncompressed YCbCr that is subsampled or of less range")


def _get_tag(page: tifffile.TiffPage, name: str, default: Any = None) -> Any:
    """Give the value of a tag, the first one where a channel has each its own."""
    tag = page.tags.get(_TAGS[name])
    if tag is None:
        return default
    return tag.value[0] if isinstance(tag.value, tuple) and tag.value else tag.value


def _has_unnamed(page: tifffile.TiffPage) -> bool:
    """Tell RGB with a fourth channel that no tag names, as some programs write opacity."""
    return int(page.photometric) == _RGB and page.samplesperpixel == 4 and not page.extrasamples


def _read_extra(page: tifffile.TiffPage) -> tuple[int, ...]:
    if _has_unnamed(page):
        return (_STRAIGHT,)
    return tuple(int(kind) for kind in page.extrasamples)


@dataclass(frozen=True)
class _Meaning:
    """What the numbers of a page stand for."""

    shown: str
    photometric: int
    bits: int
    declared: int | None
    table: NDArray[Any] | None
    extra: tuple[int, ...]
    unnamed: bool
    luma: tuple[int, ...]
    profile: bytes | None

    @classmethod
    def read(cls, page: tifffile.TiffPage, shown: str) -> _Meaning:
        largest = _get_tag(page, "largest by format", _get_tag(page, "largest"))
        profile = _get_tag(page, "profile")
        return cls(
            shown=shown,
            photometric=int(page.photometric),
            bits=int(page.bitspersample),
            declared=largest if isinstance(largest, int) else None,
            table=page.colormap,
            extra=_read_extra(page),
            unnamed=_has_unnamed(page),
            luma=tuple(page.tags.valueof(_TAGS["luma"], default=_BT_601)),
            profile=profile if isinstance(profile, bytes) else None,
        )

    def separate(
        self, numbers: NDArray[Any], long_side: int | None, *, flat: bool
    ) -> ColorAndAlpha:
        """Give sRGB and alpha of (channels, H, W)."""
        count = _CHANNELS[self.photometric]
        place = self._find_alpha()
        # Alpha tells how far the numbers go, too.
        known = numbers[:count] if place is None else numbers[[*range(count), count + place]]
        scale = self._find_scale(known)
        notes = scale.notes
        colour, opacity = self._reduce(known[:count], known[count:], long_side, flat)
        if self.photometric == _LAB:
            colour, notes = self._read_lab(colour)
        elif self.photometric == _YCBCR:
            colour = _convert_luma(scale.scale(colour), self.luma)
        else:
            colour = self._look_up(colour) if self._is_table else scale.scale(colour)
        alpha = scale.scale(opacity[0]) if len(opacity) else None
        if self.unnamed and alpha is not None:
            alpha, notes = (alpha, (*notes, _UNNAMED)) if alpha.any() else (None, notes)
        if self.photometric == _WHITE_IS_ZERO:
            colour = 1 - colour
        if alpha is not None and self.extra[place or 0] == _PREMULTIPLIED:
            colour = _unpremultiply(colour, alpha)
        colour, more = self._to_srgb(colour)
        return ColorAndAlpha(np.ascontiguousarray(colour), alpha, (*notes, *more))

    def _reduce(
        self, colour: NDArray[Any], alpha: NDArray[Any], long_side: int | None, flat: bool
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """Bring a large image to the size that is enough."""
        size = choose_size((colour.shape[1], colour.shape[2]), long_side)
        if size is None:
            return colour, alpha
        if flat:
            return thin(colour, size), thin(alpha, size)
        if self._is_table or self.photometric == _LAB or not is_mixable(colour):
            return colour, alpha
        kind = None if len(alpha) == 0 else self.extra[self._find_alpha() or 0]
        weights = alpha[0] if kind == _STRAIGHT else None
        planes, fewer = reduce_numbers(list(colour), weights, size)
        if kind == _PREMULTIPLIED:
            (fewer,), _ = reduce_numbers([alpha[0]], None, size)
        return np.stack(planes), alpha if fewer is None else fewer[None]

    @property
    def _is_table(self) -> bool:
        return self.photometric == _PALETTE

    def _find_alpha(self) -> int | None:
        """Find the first of the extra channels that is alpha."""
        kinds = (_PREMULTIPLIED, _STRAIGHT)
        return next((place for place, kind in enumerate(self.extra) if kind in kinds), None)

    def _find_scale(self, numbers: NDArray[Any]) -> Range:
        if self.photometric in (_PALETTE, _LAB, _YCBCR):
            return Range(0, 2**self.bits - 1)
        # Who embeds a profile manages colour, and has white at the upper end.
        known = self.profile is not None
        return find_range(numbers, self.shown, bits=self.bits, declared=self.declared, known=known)

    def _look_up(self, indices: NDArray[Any]) -> NDArray[np.float32]:
        table = np.asarray(self.table)
        highest, count = int(indices.max()), table.shape[1]
        if highest >= count:
            raise ValueError(f"a pixel has the colour {highest} of a table of {count}")
        # The table has 16 bits by the standard, of which writers fill the lower eight with zeros
        # or with the upper eight once more; some have written 8 bits.
        levels = table if table.max() < 256 else table >> 8
        colours: NDArray[np.float32] = np.divide(levels, 255, dtype=np.float32)
        return colours[:, indices[0]]

    def _read_lab(self, numbers: NDArray[Any]) -> tuple[NDArray[np.float32], tuple[str, ...]]:
        """Convert L*, a*, b* by way of Pillow, whose numbers have 8 bits.

        TIFF 6.0, section 23: L* fills the numbers, a* and b* are signed, 256 to a unit of 16 bits.
        """
        if self.bits == 16:
            lightness = np.rint(numbers[:1] / 257).astype(np.uint8)
            signed = np.rint(numbers[1:].view(np.int16) / 256).clip(-128, 127).astype(np.int8)
            numbers = np.concatenate([lightness, signed.view(np.uint8)])
        return _convert(_make_image(numbers, "LAB"), self.profile)

    def _to_srgb(self, colour: NDArray[np.float32]) -> tuple[NDArray[np.float32], tuple[str, ...]]:
        if self.photometric == _LAB:
            return colour, ()
        if len(colour) < 4 and (self.bits > 8 or not self.profile):
            return convert_deep(colour, self.profile)
        image = _make_image(np.rint(colour * 255).astype(np.uint8), _MODES[len(colour)])
        return _convert(image, self.profile)


def _make_image(levels: NDArray[np.uint8], mode: str) -> PIL.Image.Image:
    """Make one of Pillow's of planes (C, H, W)."""
    _, height, width = levels.shape
    content = np.ascontiguousarray(levels.transpose(1, 2, 0)).tobytes()
    return PIL.Image.frombytes(mode, (width, height), content)


def _convert(
    image: PIL.Image.Image, profile: bytes | None
) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    rgb, notes = convert_to_srgb(image, profile)
    return _to_planes(rgb), notes


def _to_planes(rgb: PIL.Image.Image) -> NDArray[np.float32]:
    planes: NDArray[np.float32] = np.divide(
        np.asarray(rgb).transpose(2, 0, 1), 255, dtype=np.float32, order="C"
    )
    return planes


def _convert_luma(planes: NDArray[np.float32], luma: tuple[int, ...]) -> NDArray[np.float32]:
    """Convert Y, Cb and Cr in [0, 1] to RGB: TIFF 6.0, section 21."""
    red, green, blue = (luma[place] / luma[place + 1] for place in (0, 2, 4))
    y, cb, cr = planes[0], planes[1] - np.float32(128 / 255), planes[2] - np.float32(128 / 255)
    r, b = y + (2 - 2 * red) * cr, y + (2 - 2 * blue) * cb
    return np.stack([r, (y - red * r - blue * b) / green, b]).clip(0, 1).astype(np.float32)


def _unpremultiply(colour: NDArray[np.float32], alpha: NDArray[np.float32]) -> NDArray[np.float32]:
    """Divide alpha out of the colour where there is any."""
    return np.divide(colour, alpha, out=np.zeros_like(colour), where=alpha > 0).clip(0, 1)


def _orient(planes: NDArray[np.float32], turn: object) -> NDArray[np.float32]:
    """Turn (…, H, W) upright: EXIF 2.3, tag 0x0112."""
    if turn in _SWAPPING:
        planes = planes.swapaxes(-1, -2)
    if turn in (2, 3, 6, 7):
        planes = planes[..., ::-1]
    if turn in (3, 4, 7, 8):
        planes = planes[..., ::-1, :]
    return np.ascontiguousarray(planes)
