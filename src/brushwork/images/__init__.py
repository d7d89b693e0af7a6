"""The only door for still images: from a file, an array or a tensor to one thing, and to a file.

``read`` takes whatever people have (a phone photo, a scan, a palette GIF, a print-ready CMYK file,
a PIL image, a NumPy array, a torch tensor) and gives upright float32 sRGB. ``write`` gives a file
that is whole or not there.
"""

from __future__ import annotations

from brushwork.images.arrays import from_channels_last
from brushwork.images.decoding import EXTENSIONS, IMAGE_EXTENSIONS, RAW_EXTENSIONS
from brushwork.images.metadata import read_text
from brushwork.images.output_colors import Profile
from brushwork.images.reading import Image, Source, read, read_bytes
from brushwork.images.sixteen_bit import Levels, read_depth, to_levels
from brushwork.images.streams import is_deep, read_size
from brushwork.images.transforms import (
    INVISIBLE,
    check_aspect,
    fill_hidden,
    resize,
    shrink,
    stretch,
    to_pil,
    wrap_round,
)
from brushwork.images.writing import QUALITY, Depth, check_output, encode, write

__all__ = [
    "EXTENSIONS",
    "IMAGE_EXTENSIONS",
    "INVISIBLE",
    "QUALITY",
    "RAW_EXTENSIONS",
    "Depth",
    "Image",
    "Levels",
    "Profile",
    "Source",
    "check_aspect",
    "check_output",
    "encode",
    "fill_hidden",
    "from_channels_last",
    "is_deep",
    "read",
    "read_bytes",
    "read_depth",
    "read_size",
    "read_text",
    "resize",
    "shrink",
    "stretch",
    "to_levels",
    "to_pil",
    "wrap_round",
    "write",
]
