"""``brushwork mask``: say which part of a photo is to be painted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Group, Parameter

from brushwork.cli.output import GROUP
from brushwork.cli.process import prepare
from brushwork.errors import OptionError

if TYPE_CHECKING:
    from torch import Tensor

WHAT = Group("What to select", help="Several selections add up.", sort_key=2)
EDGE = Group("What becomes of it", sort_key=3)

_Several = tuple[str, ...]


def mask(
    content: Annotated[str, Parameter(name="PHOTO")],
    /,
    *,
    box: Annotated[_Several, Parameter(group=WHAT)] = (),
    ellipse: Annotated[_Several, Parameter(group=WHAT)] = (),
    color: Annotated[_Several, Parameter(group=WHAT)] = (),
    subject: Annotated[_Several, Parameter(group=WHAT)] = (),
    tolerance: Annotated[float, Parameter(group=WHAT)] = 0.1,
    feather: Annotated[float, Parameter(group=EDGE)] = 0,
    invert: Annotated[bool, Parameter(group=EDGE)] = False,
    output: Annotated[Path | None, Parameter(name=("--output", "-o"), group=GROUP)] = None,
    overwrite: Annotated[bool, Parameter(group=GROUP)] = False,
) -> None:
    """Make a mask for PHOTO: white is painted, black stays as it is.

    Parameters
    ----------
    content
        A picture file, or the name of a built-in picture.
    box
        A rectangle X,Y,W,H: its upper left corner, width and height, in pixels of the upright
        photo as in 100,50,300,200, or in percent as in 10%,20%,50%,60%.
    ellipse
        The ellipse that fits into such a rectangle.
    color
        Everything of about this colour, as skyblue or '#87ceeb'.
    subject
        The thing in a rectangle drawn round it, found by its colours.
    tolerance
        How far a colour may be from --color: the distance in OKLab, where black is 1 from white.
    feather
        Soften the border this many pixels to both sides.
    invert
        Select everything else.
    output
        File to write: .png, .jpg, .webp or .tiff. By default PHOTO-mask.png, here.
    overwrite
        Replace the file if it exists.
    """
    if not (box or ellipse or color or subject):
        raise OptionError(
            "nothing was selected; give at least one of --box X,Y,W,H, --ellipse X,Y,W,H, "
            "--color NAME and --subject X,Y,W,H, as in --subject 10%,10%,80%,80%."
        )
    prepare()
    from brushwork import images  # loads torch: too slow for --help, too early before prepare
    from brushwork.segmentation import subject as thing
    from brushwork.selection import (
        check_selected,
        ellipse as round_part,
        feathered,
        like_color,
        parsed_box,
        parsed_color,
        rectangle,
        union,
    )

    path = images.check_output(
        output or Path(f"{Path(content).stem}-mask.png"), overwrite=overwrite
    )
    colors = [parsed_color(text) for text in color]
    pixels = images.read(content).pixels
    size = (pixels.shape[2], pixels.shape[3])
    boxes, ellipses, subjects = (
        [parsed_box(text, size) for text in texts] for texts in (box, ellipse, subject)
    )
    selected = union(
        [
            *(rectangle(size, part) for part in boxes),
            *(round_part(size, part) for part in ellipses),
            *(like_color(pixels, wanted, tolerance) for wanted in colors),
            *(thing(pixels, part) for part in subjects),
        ]
    )
    soft = feathered(selected, feather)
    result = check_selected(1 - soft if invert else soft)
    images.write(_grey(result), path, overwrite=overwrite)
    _tell(path, result)
