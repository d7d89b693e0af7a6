"""Colour profiles: from what a file's numbers mean to sRGB."""

from __future__ import annotations

import io

import numpy as np
import PIL.Image
from numpy.typing import NDArray
from PIL import ImageCms

from brushwork.images.code_points import UNKNOWN, CodePoints, make_code_points
from brushwork.images.curves_and_matrix import CurvesAndMatrix
from brushwork.images.hdr import convert_deep_light, convert_light
from brushwork.images.profile_making import find_code_points, find_peak, make_code_profile

# Which mode an image must be in for a profile of this colour space, for the modes it may come in.
_FITTING = {
    ("L", "GRAY"): "L",
    ("I;16", "GRAY"): "I;16",
    ("RGB", "RGB"): "RGB",
    ("L", "RGB"): "RGB",
    ("CMYK", "CMYK"): "CMYK",
    ("LAB", "Lab"): "LAB",
}
# Little CMS speeds a conversion up with small tables. For RGB and CMYK they are about a level off;
# but deep shadows of grey came out ten levels wrong, Lab colours outside of sRGB fifty.
_FAST = ("RGB", "CMYK")
#: Modes whose numbers can be PQ or HLG.
_OF_LIGHT = ("L", "RGB")
_BENT = "high dynamic range: what is brighter than white was drawn below it"
# Little CMS would make white of the brightest that a table gives.
_LITERAL = ImageCms.Flags.NOWHITEONWHITEFIXUP
_VERSION_2 = b"\x02\x40\x00\x00"
_PLAIN_CMYK = "CMYK without a colour profile: its colours are approximate"


def convert_to_srgb(
    image: PIL.Image.Image, embedded: bytes | None
) -> tuple[PIL.Image.Image, tuple[str, ...]]:
    """Convert an image of mode L, I;16, RGB, CMYK or LAB to sRGB by its embedded profile.

    Relative colorimetric with black point compensation, as printers and photo editors do it: white
    stays white, black becomes black, colours that both can show keep their look. Tables of a
    profile of version 4 are followed to the letter, by their perceptual intent, as browsers do it:
    that one says itself what becomes of black. Code points in a profile go before its curves, for
    high dynamic range has none. A profile that is broken or of another colour space is ignored,
    with a note.

    Returns
    -------
    tuple
        The RGB image and the notes; of mode I;16 the image itself where no profile applies.
    """
    if not embedded:
        return _convert_plain(image), ((_PLAIN_CMYK,) if image.mode == "CMYK" else ())
    points = _find_points(embedded)
    if points is not None and points.is_high_dynamic_range and image.mode in _OF_LIGHT:
        return convert_light(image, points, find_peak(embedded)), (_BENT,)
    if points is not None:
        embedded = make_code_profile(points) or embedded
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(embedded))
        space = profile.profile.xcolor_space.strip()
        mode = _FITTING.get((image.mode, space))
        if mode is None:
            return _convert_plain(image), (f"its colour profile is for {space} and was ignored",)
        return _apply_profile(image.convert(mode), profile), ()
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return _convert_plain(image), ("its colour profile is broken and was ignored",)


def convert_deep(
    planes: NDArray[np.float32], embedded: bytes | None
) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """Convert numbers of more than eight bits as `convert_to_srgb` does, and keep their bits.

    Where a profile has tables Little CMS follows them, which Pillow gives it eight bits for.

    Parameters
    ----------
    planes
        (1, H, W) or (3, H, W) in [0, 1].
    embedded
        The profile, or None.

    Returns
    -------
    tuple
        (3, H, W) and the notes.
    """
    if not embedded:
        return _repeat(planes), ()
    points = _find_points(embedded)
    if points is not None and points.is_high_dynamic_range:
        return convert_deep_light(planes, points, find_peak(embedded)), (_BENT,)
    if points is not None:
        embedded = make_code_profile(points) or embedded
    profile = CurvesAndMatrix.read(embedded)
    if profile is not None and len(profile.curves) == len(planes):
        return profile.to_srgb(planes), ()
    rgb, notes = convert_to_srgb(_make_image(planes), embedded)
    if rgb.mode == "I;16":
        return _repeat(planes), notes
    return np.divide(np.asarray(rgb).transpose(2, 0, 1), 255, dtype=np.float32, order="C"), notes


def _repeat(planes: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.repeat(planes, 3, axis=0) if len(planes) == 1 else planes


def _make_image(planes: NDArray[np.float32]) -> PIL.Image.Image:
    """Make the deepest image of Pillow's of planes."""
    if len(planes) == 1:
        return PIL.Image.fromarray(np.rint(planes[0] * 65535).astype(np.uint16))
    levels = np.rint(planes.transpose(1, 2, 0) * 255).astype(np.uint8)
    return PIL.Image.fromarray(np.ascontiguousarray(levels))


def _find_points(profile: bytes) -> CodePoints | None:
    return make_code_points(*(find_code_points(profile) or (UNKNOWN, UNKNOWN)))


def _apply_profile(image: PIL.Image.Image, profile: ImageCms.ImageCmsProfile) -> PIL.Image.Image:
    speed = ImageCms.Flags.NONE if image.mode in _FAST else ImageCms.Flags.NOOPTIMIZE
    literal = profile.profile.version >= 4 and not profile.profile.is_matrix_shaper
    transform = ImageCms.buildTransform(
        profile,
        _make_srgb(version_2=literal),
        image.mode,
        "RGB",
        ImageCms.Intent.PERCEPTUAL if literal else ImageCms.Intent.RELATIVE_COLORIMETRIC,
        speed | (_LITERAL if literal else ImageCms.Flags.BLACKPOINTCOMPENSATION),
    )
    return transform.apply(image)


def _make_srgb(*, version_2: bool) -> ImageCms.ImageCmsProfile:
    """Give sRGB; towards one of version 4 Little CMS compensates black whether asked or not."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    if not version_2:
        return profile
    content = bytearray(profile.tobytes())
    content[8:12] = _VERSION_2
    return ImageCms.ImageCmsProfile(io.BytesIO(content))


def _convert_plain(image: PIL.Image.Image) -> PIL.Image.Image:
    """Convert without a profile; Pillow would clip 16 bits, so those are left to the caller."""
    if image.mode == "I;16":
        return image
    if image.mode == "LAB":
        return _apply_profile(image, ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")))
    return image.convert("RGB")
