"""What a file is, by its first bytes: its name may say anything."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import BinaryIO

from brushwork.images.refusals import SAVE_FIRST
from brushwork.images.sensor_data import holds_sensor_data

#: As many bytes of a file as are looked at: a web page may begin with comments.
_START = 1024


class Reader(Enum):
    """Who reads a kind of file."""

    PILLOW = auto()
    HEIF = auto()
    JPEG_XL = auto()
    RAW = auto()
    #: It is an image, or holds one, and nobody reads it.
    NOBODY = auto()
    #: It is no image.
    FOREIGN = auto()


@dataclass(frozen=True)
class FileKind:
    """A kind of file.

    Attributes
    ----------
    reader
        Who reads it.
    what
        What it is, with its article, in the words of a person.
    encoding
        Pillow's name of the format, where Pillow reads it.
    advice
        What to do with it, where nobody reads it.
    """

    reader: Reader
    what: str
    encoding: str = ""
    advice: str = SAVE_FIRST


def _make_known(encoding: str, article: str = "a") -> FileKind:
    return FileKind(Reader.PILLOW, f"{article} {encoding} file", encoding)


def _make_raw(maker: str) -> FileKind:
    return FileKind(Reader.RAW, f"a raw photo ({maker})")


def _make_unread(what: str, advice: str = SAVE_FIRST) -> FileKind:
    return FileKind(Reader.NOBODY, what, advice=advice)


def _make_foreign(what: str) -> FileKind:
    return FileKind(Reader.FOREIGN, what)


_PNG, _TIFF, _AVIF = _make_known("PNG"), _make_known("TIFF"), _make_known("AVIF", "an")
_BMP = _make_known("BMP")
#: How long the second header of a BMP can be: its two letters alone begin many a text.
_BMP_HEADERS = (12, 16, 40, 52, 56, 64, 108, 124)
_JPEG_2000 = FileKind(Reader.PILLOW, "a JPEG 2000 file", "JPEG2000")
_JPEG_XL = FileKind(Reader.JPEG_XL, "a JPEG XL file")
_HEIF = FileKind(Reader.HEIF, "a HEIC photo")
_LAYERS = "export it as PNG from the program that made it"
_PAGE = "save the page that is meant as PNG first"
_FRAME = "save one of its frames as PNG first"
_VIDEO = _make_unread("a video", _FRAME)
_SVG = _make_unread("a vector drawing (SVG)", "export it as PNG, in the size that is needed")
_POSTSCRIPT = _make_unread("a PostScript file (EPS)", _PAGE)
_PAGE_OF_THE_WEB = _make_foreign("a web page (HTML)")

#: Begins of files. Of two that fit the first counts.
_SIGNATURES: tuple[tuple[bytes, FileKind], ...] = (
    (b"\x89PNG\r\n\x1a\n", _PNG),
    (b"\xff\xd8\xff", _make_known("JPEG")),
    (b"GIF87a", _make_known("GIF")),
    (b"GIF89a", _make_known("GIF")),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", _JPEG_2000),
    (b"\xff\x4f\xff\x51", _JPEG_2000),
    (b"qoif", _make_known("QOI")),
    (b"\xff\x0a", _JPEG_XL),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", _JPEG_XL),
    (b"II\x2a\x00\x10\x00\x00\x00CR", _make_raw("Canon CR2")),
    (b"II\x1a\x00\x00\x00HEAPCCDR", _make_raw("Canon CRW")),
    (b"FUJIFILMCCD-RAW", _make_raw("Fujifilm RAF")),
    (b"IIRO", _make_raw("Olympus ORF")),
    (b"IIRS", _make_raw("Olympus ORF")),
    (b"MMOR", _make_raw("Olympus ORF")),
    (b"IIU\x00", _make_raw("Panasonic RW2")),
    (b"\x00MRM", _make_raw("Minolta MRW")),
    (b"FOVb", _make_raw("Sigma X3F")),
    (b"II\xbc\x01", _make_unread("a JPEG XR file")),
    (b"II\x2a\x00", _TIFF),
    (b"MM\x00\x2a", _TIFF),
    (b"II\x2b\x00", _TIFF),
    (b"MM\x00\x2b", _TIFF),
    (b"8BPS", _make_unread("a Photoshop document (PSD)", _LAYERS)),
    (b"gimp xcf", _make_unread("a GIMP document (XCF)", _LAYERS)),
    (b"%PDF-", _make_unread("a PDF document", _PAGE)),
    (b"%!PS", _POSTSCRIPT),
    (b"\xc5\xd0\xd3\xc6", _POSTSCRIPT),
    (b"\x76\x2f\x31\x01", _make_unread("an OpenEXR file")),
    (b"#?RADIANCE", _make_unread("a Radiance HDR file")),
    (b"#?RGBE", _make_unread("a Radiance HDR file")),
    (b"DDS ", _make_unread("a DirectDraw texture (DDS)")),
    (b"icns", _make_unread("an icon of macOS (ICNS)")),
    (b"BPG\xfb", _make_unread("a BPG file")),
    (b"FLIF", _make_unread("a FLIF file")),
    (b"AT&TFORM", _make_unread("a DjVu document", _PAGE)),
    (b"SIMPLE  =", _make_unread("a FITS file")),
    (b"\x1a\x45\xdf\xa3", _VIDEO),
    (b"\x00\x00\x01\xba", _VIDEO),
    (b"\x00\x00\x01\xb3", _VIDEO),
    (b"PK\x03\x04", _make_foreign("a ZIP archive or a document of that form")),
    (b"\x1f\x8b", _make_foreign("a compressed file (gzip)")),
    (b"Rar!\x1a\x07", _make_foreign("a RAR archive")),
    (b"7z\xbc\xaf\x27\x1c", _make_foreign("a 7z archive")),
    (b"version https://git-lfs", _make_foreign("a Git LFS pointer (git lfs pull)")),
    (b"\x00\x05\x16\x07", _make_foreign("the file that macOS puts beside another")),
)
#: What a container of the kind RIFF holds, at bytes 8 to 12.
_RIFF = {b"WEBP": FileKind(Reader.PILLOW, "a WebP file", "WEBP"), b"AVI ": _VIDEO}
#: Brands of the ISO base media file format, of which a file may name several; the first that fits.
_BRANDS: tuple[tuple[tuple[bytes, ...], FileKind], ...] = (
    ((b"crx ",), _make_raw("Canon CR3")),
    ((b"avif", b"avis"), _AVIF),
    (
        (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"),
        _HEIF,
    ),
    ((b"jp2 ",), _JPEG_2000),
    ((b"qt  ", b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1"), _VIDEO),
    ((b"M4V ", b"3gp4", b"3gp5", b"3g2a", b"MSNV", b"dash"), _VIDEO),
)
_MARKUP = re.compile(rb"\s*(?:<\?xml.*?\?>|<!--.*?-->|<!doctype[^>]*>|\s)*<(svg|html|head|body)\b")
_DOCTYPE = re.compile(rb"\s*(?:<!--.*?-->|\s)*<!doctype\s+html\b")


def recognise(file: BinaryIO) -> FileKind | None:
    """Tell what an open file is by its first bytes, and leave it at its beginning.

    Returns
    -------
    FileKind
        None where no known signature fits: PPM, ICO and TGA are left to Pillow.
    """
    start = file.read(_START)
    file.seek(0)
    kind = _match(start)
    if kind is _TIFF and holds_sensor_data(file):
        kind = _make_raw("DNG, NEF, ARW or the like")
    file.seek(0)
    return kind


def _match(start: bytes) -> FileKind | None:
    if start[4:8] == b"ftyp":
        return _match_brands(start)
    if start[:4] == b"RIFF":
        return _RIFF.get(start[8:12])
    if start[:2] == b"BM" and int.from_bytes(start[14:18], "little") in _BMP_HEADERS:
        return _BMP
    for signature, kind in _SIGNATURES:
        if start.startswith(signature):
            return kind
    return _match_markup(start)


def _match_brands(start: bytes) -> FileKind | None:
    """Look through the main brand and those that the file says to be compatible with."""
    end = min(int.from_bytes(start[:4], "big"), len(start))
    named = {start[8:12], *(start[place : place + 4] for place in range(16, end, 4))}
    for brands, kind in _BRANDS:
        if named.intersection(brands):
            return kind
    return None


def _match_markup(start: bytes) -> FileKind | None:
    plain = start.removeprefix(b"\xef\xbb\xbf").lower()
    if _DOCTYPE.match(plain):
        return _PAGE_OF_THE_WEB
    found = _MARKUP.match(plain)
    if found is None:
        return None
    return _SVG if found[1] == b"svg" else _PAGE_OF_THE_WEB
