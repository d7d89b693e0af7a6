"""Whether a TIFF file is a raw photo: DNG, NEF, ARW and many others have the form of TIFF."""

from __future__ import annotations

import struct
from typing import BinaryIO

_DNG_VERSION, _PHOTOMETRIC, _SUB_IMAGES = 50706, 262, 330
#: Photometric interpretations for what a sensor saw: its mosaic, and linear light.
_SENSOR = (32803, 34892)
_SHORT, _LONG, _OFFSET = 3, 4, 13
_LENGTHS = {_SHORT: 2, _LONG: 4, _OFFSET: 4}
#: More entries than this no directory has, and more sub-images no photo.
_MOST_ENTRIES, _MOST_SUB_IMAGES = 1000, 8


def holds_sensor_data(file: BinaryIO) -> bool:
    """Tell whether a TIFF, in its first directory or right below, holds what a sensor saw.

    The first directory itself is often a small preview, which must not be taken for the photo.
    Damage is no raw photo: whoever decodes the file tells of it.

    Parameters
    ----------
    file
        Which begins as TIFF does, not BigTIFF; it is left anywhere.
    """
    try:
        file.seek(0)
        order = "<" if file.read(2) == b"II" else ">"
        (offset,) = _unpack(file, 4, f"{order}I")
        first = _read_numbers(file, offset, order)
        below = [
            _read_numbers(file, place, order)
            for place in first.get(_SUB_IMAGES, [])[:_MOST_SUB_IMAGES]
        ]
    except (struct.error, OSError, ValueError, OverflowError):
        return False
    return _DNG_VERSION in first or any(
        found.get(_PHOTOMETRIC, [0])[:1] in ([kind] for kind in _SENSOR)
        for found in (first, *below)
    )


def _read_numbers(file: BinaryIO, offset: int, order: str) -> dict[int, list[int]]:
    """Give the numbers of the tags of a directory that are of interest; no others."""
    (count,) = _unpack(file, offset, f"{order}H")
    found = {}
    for index in range(min(count, _MOST_ENTRIES)):
        place = offset + 2 + 12 * index
        tag, kind, length = _unpack(file, place, f"{order}HHI")
        if tag == _DNG_VERSION:
            found[tag] = [1]
        elif tag in (_PHOTOMETRIC, _SUB_IMAGES) and kind in _LENGTHS:
            length = min(length, _MOST_SUB_IMAGES)
            letter = "H" if kind == _SHORT else "I"
            if length * _LENGTHS[kind] > 4:
                (start,) = _unpack(file, place + 8, f"{order}I")
            else:
                start = place + 8
            found[tag] = list(_unpack(file, start, f"{order}{length}{letter}"))
    return found


def _unpack(file: BinaryIO, place: int, form: str) -> tuple[int, ...]:
    file.seek(place)
    return struct.unpack(form, file.read(struct.calcsize(form)))
