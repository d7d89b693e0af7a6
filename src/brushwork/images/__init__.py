"""The only door for still pictures: from a file to a tensor, and from a tensor to a file.

``read`` takes whatever people have (a phone photo, a scan, a palette GIF, a print-ready CMYK file)
and gives one thing: upright float32 sRGB. ``write`` gives a file that is whole or not there.
"""

from __future__ import annotations

from brushwork.images.decoding import EXTENSIONS, extent
from brushwork.images.deep import Levels, depth, to_levels
from brushwork.images.notebook import read_text
from brushwork.images.reading import Picture, Source, read, read_bytes
from brushwork.images.tensors import resize, to_pil
from brushwork.images.writing import Depth, check_output, encoded, write

__all__ = [
    "EXTENSIONS",
    "Depth",
    "Levels",
    "Picture",
    "Source",
    "check_output",
    "depth",
    "encoded",
    "extent",
    "read",
    "read_bytes",
    "read_text",
    "resize",
    "to_levels",
    "to_pil",
    "write",
]
