"""Colour profiles: from what a file's numbers mean to sRGB."""

from __future__ import annotations

import io

import PIL.Image
from PIL import ImageCms

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
_PLAIN_CMYK = "CMYK without a colour profile: its colours are approximate"


def convert_to_srgb(
    image: PIL.Image.Image, embedded: bytes | None
) -> tuple[PIL.Image.Image, tuple[str, ...]]:
    """Convert an image of mode L, I;16, RGB, CMYK or LAB to sRGB by its embedded profile.

    Relative colorimetric with black point compensation, as printers and photo editors do it: white
    stays white, black becomes black, colours that both can show keep their look. A profile that is
    broken or of another colour space is ignored, with a note.

    Returns
    -------
    tuple
        The RGB image and the notes; of mode I;16 the image itself where no profile applies.
    """
    if not embedded:
        return _convert_plain(image), ((_PLAIN_CMYK,) if image.mode == "CMYK" else ())
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(embedded))
        space = profile.profile.xcolor_space.strip()
        mode = _FITTING.get((image.mode, space))
        if mode is None:
            return _convert_plain(image), (f"its colour profile is for {space} and was ignored",)
        return _apply_profile(image.convert(mode), profile), ()
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return _convert_plain(image), ("its colour profile is broken and was ignored",)


def _apply_profile(image: PIL.Image.Image, profile: ImageCms.ImageCmsProfile) -> PIL.Image.Image:
    speed = ImageCms.Flags.NONE if image.mode in _FAST else ImageCms.Flags.NOOPTIMIZE
    transform = ImageCms.buildTransform(
        profile,
        ImageCms.createProfile("sRGB"),
        image.mode,
        "RGB",
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        ImageCms.Flags.BLACKPOINTCOMPENSATION | speed,
    )
    return transform.apply(image)


def _convert_plain(image: PIL.Image.Image) -> PIL.Image.Image:
    """Convert without a profile; Pillow would clip 16 bits, so those are left to the caller."""
    if image.mode == "I;16":
        return image
    if image.mode == "LAB":
        return _apply_profile(image, ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")))
    return image.convert("RGB")
