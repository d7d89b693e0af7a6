"""``brushwork mask``: select the part of a content image that is to be stylized."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Group, Parameter

from brushwork.cli._console import make_console
from brushwork.cli._flags import (
    RESULT_GROUP,
    ContentImage,
    OutputPath,
    join_names,
    refuse_stdout,
)
from brushwork.errors import OptionError

if TYPE_CHECKING:
    from torch import Tensor

    from brushwork.images import Image

_Texts = tuple[str, ...]


@Parameter(name="*", group=Group("What to select (several add up)", sort_key=2))
@dataclass(frozen=True)
class MaskParts:
    """The selected parts, each flag as often as need be, and what becomes of their union."""

    box: Annotated[_Texts, Parameter(show_default=False)] = ()
    """A rectangle X,Y,W,H: its upper left corner, its width and height, in pixels of the upright
    photo as in 100,50,300,200, or in percent of it as in 10%,20%,50%,60%."""

    ellipse: Annotated[_Texts, Parameter(show_default=False)] = ()
    """The ellipse that fits into such a rectangle."""

    color: Annotated[_Texts, Parameter(show_default=False)] = ()
    """Everything that has about this colour: skyblue, or '#87ceeb'."""

    subject: Annotated[_Texts, Parameter(show_default=False)] = ()
    """The thing in a rectangle that is drawn round it, found by its colours."""

    tolerance: float = 0.1
    """How far from --color a colour may be, in OKLab: black is 1 from white."""

    feather: float = 0
    """Soften the border so many pixels to both sides."""

    invert: bool = False
    """Select everything else."""


def mask(
    content: ContentImage,
    /,
    *,
    parts: MaskParts = MaskParts(),
    output: OutputPath = None,
    overwrite: Annotated[bool, Parameter(group=RESULT_GROUP)] = False,
) -> None:
    """Select parts of the content image, and write them as a mask: white inside, black outside.

    Parameters
    ----------
    output
        File to write: .png, .jpg, .webp or .tiff. By default PHOTO-mask.png, here.
    overwrite
        Replace the file if it exists.
    """
    if not (parts.box or parts.ellipse or parts.color or parts.subject):
        raise OptionError(
            "nothing was selected; give at least one of --box X,Y,W,H, --ellipse X,Y,W,H, "
            "--color NAME and --subject X,Y,W,H, as in --subject 10%,10%,80%,80%."
        )
    from brushwork import images
    from brushwork.cli import _run

    path = output or Path(f"{join_names([content, 'mask'])}.png")
    refuse_stdout(path)
    images.check_output(path, overwrite=overwrite)
    image = _run.read_content(content)
    selected = _select(image, parts)
    # Of three equal planes one is enough.
    grey = images.to_pil(selected.expand(-1, 3, -1, -1)).getchannel("R")
    images.write(grey, path, overwrite=overwrite)
    _report(path, selected, image.notes)


def _select(image: Image, parts: MaskParts) -> Tensor:
    """Give the mask ``(1, 1, H, W)`` of a content image: nothing that is invisible is in it."""
    from brushwork.images import INVISIBLE
    from brushwork.masks import segmentation, shapes

    pixels, alpha = image.pixels, image.alpha
    size = (pixels.shape[2], pixels.shape[3])
    # Everything is read before anything is computed: a slip of the pen is told at once.
    boxes, ellipses, subjects = (
        [shapes.parse_box(text, size) for text in texts]
        for texts in (parts.box, parts.ellipse, parts.subject)
    )
    colors = [shapes.parse_color(text) for text in parts.color]
    shapes.check_feather(parts.feather, size)
    masks = [shapes.draw_rectangle(size, box) for box in boxes]
    masks += [shapes.draw_ellipse(size, box) for box in ellipses]
    masks += [shapes.select_color(pixels, color, parts.tolerance) for color in colors]
    masks += [segmentation.find_subject(pixels, box, alpha) for box in subjects]
    united = shapes.feather(shapes.unite(masks), parts.feather)
    chosen = 1 - united if parts.invert else united
    return shapes.check_selected(chosen if alpha is None else chosen * (alpha > INVISIBLE))


def _report(path: Path, selected: Tensor, notes: tuple[str, ...]) -> None:
    """Say in one line what was selected, and on stderr what was noticed in the image."""
    for note in notes:
        make_console(stderr=True).print(f"note: {note}")
    height, width = selected.shape[2:]
    part = 100 * float(selected.mean())
    make_console().print(f"{path}  {width}×{height}, {part:.1f} % selected", soft_wrap=True)
