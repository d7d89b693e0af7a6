"""A text that travels inside an image file: as iTXt, as an Exif comment, as a description."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import PIL.Image
from PIL import ExifTags
from PIL.PngImagePlugin import PngInfo

from brushwork.images.decoding import explain_errors
from brushwork.images.opening import open_image
from brushwork.images.png_chunks import SIGNATURE, find_text

#: The keyword of the text in PNG, and what it begins with elsewhere, where others write too.
KEYWORD = "brushwork"
_MARK = "brushwork:"
#: Exif says of a comment in eight bytes how it is written.
_ASCII = b"ASCII\x00\x00\x00"


def make_text_parameters(text: str, encoding: str) -> dict[str, Any]:
    """Give Pillow's parameters for writing a text into an image.

    Parameters
    ----------
    text
        In ASCII.
    encoding
        Pillow's name of the format.
    """
    if encoding == "PNG":
        information = PngInfo()
        information.add_itxt(KEYWORD, text, zip=True)
        return {"pnginfo": information}
    if encoding == "TIFF":  # Pillow writes no Exif of its own into it
        return {"tiffinfo": {ExifTags.Base.ImageDescription: format_description(text)}}
    exif = PIL.Image.Exif()
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment] = _ASCII + (_MARK + text).encode()
    return {"exif": exif}


def format_description(text: str) -> str:
    """Give what stands as the description of a TIFF."""
    return _MARK + text


def read_text(source: Path | bytes) -> str | None:
    """Give the text that `make_text_parameters` put into an image file; None if there is none.

    Parameters
    ----------
    source
        The file, or what is in it.

    Raises
    ------
    ImageError
        If the file cannot be read as an image.
    """
    shown = repr(str(source)) if isinstance(source, Path) else "the image"
    with explain_errors(shown):
        content = source.read_bytes() if isinstance(source, Path) else source
        if content.startswith(SIGNATURE):
            return find_text(content, KEYWORD)
        return _read_exif(content, shown)


def _read_exif(content: bytes, shown: str) -> str | None:
    with open_image(io.BytesIO(content), shown).image as image:
        exif = image.getexif()
        comment = exif.get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.UserComment, b"")
        comment = comment or exif.get(ExifTags.Base.ImageDescription, b"")
    plain = comment if isinstance(comment, bytes) else str(comment).encode()
    text = plain.removeprefix(_ASCII).decode("ascii", errors="replace")
    return text.removeprefix(_MARK) if text.startswith(_MARK) else None
