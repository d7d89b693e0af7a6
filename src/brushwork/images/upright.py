"""Whether the orientation that an image names is still true of its pixels."""

from __future__ import annotations

import math

import PIL.Image
from PIL import ExifTags

#: Orientations that do something; those from 5 on swap height and width.
ORIENTATIONS = range(2, 9)
_SWAPPING = range(5, 9)
#: Where XMP and old texts of PNG stand in the ``info`` of an image: Pillow looks for an orientation
#: there, too, and browsers do not.
UNHEARD = ("xmp", "XML:com.adobe.xmp", "Raw profile type exif")
#: How far two aspect ratios of the same image may lie apart, as a logarithm: sizes are rounded.
_SAME = 0.02


def get_orientation(image: PIL.Image.Image) -> int:
    """Give the orientation in the EXIF data of an image that is loaded; 1 where it says nothing.

    One that stands in XMP or in a text of a PNG alone says nothing.

    Raises
    ------
    Exception
        Whatever damaged EXIF data make Pillow raise.
    """
    found = image.getexif().get(ExifTags.Base.Orientation, 1)
    return found if found in ORIENTATIONS and not _is_unheard(image) else 1


def _is_unheard(image: PIL.Image.Image) -> bool:
    """Ask an image that has all of this one's ``info`` but those; this one stays as it was."""
    if not any(name in image.info for name in UNHEARD):
        return False
    bare = PIL.Image.new("L", (1, 1))
    bare.info = {name: value for name, value in image.info.items() if name not in UNHEARD}
    return ExifTags.Base.Orientation not in bare.getexif()


def is_as_stored(image: PIL.Image.Image) -> bool:
    """Tell whether the pixels lie as in the file, so that the orientation is still to be applied.

    What Pillow makes of an image that was opened, by ``convert`` or by ``rotate``, keeps the EXIF
    data and no longer knows its format. Cameras write into these how wide and high the pixels lie
    in the file: what still has that shape was not turned. Where the shape cannot tell, the image is
    taken to be as the person who changed it wants it.
    """
    if image.format is not None or get_orientation(image) == 1:
        return True
    stored = _get_stored_aspect(image)
    if stored is None or get_orientation(image) not in _SWAPPING:
        return False
    now = math.log(image.width / image.height)
    return abs(now - stored) < _SAME < abs(now + stored)


def _get_stored_aspect(image: PIL.Image.Image) -> float | None:
    """Give the logarithm of width over height, as the EXIF data have them."""
    exif = image.getexif()
    details = exif.get_ifd(ExifTags.IFD.Exif)
    width = details.get(ExifTags.Base.ExifImageWidth) or exif.get(ExifTags.Base.ImageWidth)
    height = details.get(ExifTags.Base.ExifImageHeight) or exif.get(ExifTags.Base.ImageLength)
    if not isinstance(width, int) or not isinstance(height, int) or min(width, height) < 1:
        return None
    return math.log(width / height)
