"""The only door for still pictures: from a file to a tensor, and from a tensor to a file.

``read`` takes whatever people have (a phone photo, a scan, a palette GIF, a print-ready CMYK file)
and gives one thing: upright float32 sRGB. ``write`` gives a file that is whole or not there.
"""

from __future__ import annotations

from brushwork.images.decoding import EXTENSIONS, read_size
from brushwork.images.metadata import read_text
from brushwork.images.reading import Image, Source, read, read_bytes
from brushwork.images.sixteen_bit import Levels, read_depth, to_levels
from brushwork.images.transforms import resize, to_pil
from brushwork.images.writing import Depth, check_output, encode, write

__all__ = [
    "EXTENSIONS",
    "Depth",
    "Levels",
    "Image",
    "Source",
    "check_output",
    "read_depth",
    "encode",
    "read_size",
    "read",
    "read_bytes",
    "read_text",
    "resize",
    "to_levels",
    "to_pil",
    "write",
]
