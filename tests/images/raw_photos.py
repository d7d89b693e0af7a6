"""Raw photos that no camera took: DNG files, written tag by tag."""

from __future__ import annotations

import io

import numpy as np
import tifffile
from numpy.typing import NDArray

#: From XYZ to a camera whose channels are linear sRGB, with a white of D65 (IEC 61966-2-1).
_FROM_XYZ = ((3.2404542, -1.5371385, -0.4985314), (-0.969266, 1.8760108, 0.041556))
_FROM_XYZ_BLUE = (0.0556434, -0.2040259, 1.0572252)
WHITE = 16383


def make_dng(
    light: NDArray[np.float64],
    preview: NDArray[np.uint8] | None = None,
    *,
    says_dng: bool = True,
    order: str = "<",
) -> bytes:
    """Write light (H, W, 3) in [0, 1] as an RGGB mosaic.

    With a preview, (h, w, 3), that is the first image of the file, as cameras and converters have
    it, and the mosaic is below it. Without the tags of DNG it is as other raw files in the form of
    TIFF are.
    """
    height, width = light.shape[:2]
    rows, columns = np.mgrid[:height, :width] % 2
    mosaic = np.take_along_axis(light, (rows + columns)[..., None], axis=2)[..., 0]
    levels = np.rint(mosaic * WHITE).astype(np.uint16)
    matrix = [(round(x * 10000), 10000) for row in (*_FROM_XYZ, _FROM_XYZ_BLUE) for x in row]
    camera = [
        (50706, "B", 4, (1, 4, 0, 0), True),
        (50707, "B", 4, (1, 1, 0, 0), True),
        (50708, "s", 0, "Invented camera", True),
        (50721, "2i", 9, [number for pair in matrix for number in pair], True),
        (50728, "2I", 3, [1, 1, 1, 1, 1, 1], True),
        (50778, "H", 1, 21, True),
    ]
    camera = camera if says_dng else []
    sensor = [
        (33421, "H", 2, (2, 2), True),
        (33422, "B", 4, (0, 1, 1, 2), True),
        (50717, "I", 1, WHITE, True),
    ]
    buffer = io.BytesIO()
    with tifffile.TiffWriter(buffer, byteorder=order) as writer:
        if preview is None:
            writer.write(levels, photometric=32803, extratags=[*camera, *sensor], metadata=None)
        else:
            writer.write(
                preview,
                photometric="rgb",
                subfiletype=1,
                subifds=1,
                extratags=camera,
                metadata=None,
            )
            writer.write(levels, photometric=32803, subfiletype=0, extratags=sensor, metadata=None)
    return buffer.getvalue()
