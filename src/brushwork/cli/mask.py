"""``brushwork mask``: say which part of a photo is to be painted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Group, Parameter
from rich.console import Console

from brushwork.cli.output import RESULT_GROUP
from brushwork.errors import OptionError
from brushwork.system.process import prepare

if TYPE_CHECKING:
    from torch import Tensor


_Texts = tuple[str, ...]


@Parameter(name="*", group=Group("What to select (several add up)", sort_key=2))
@dataclass(frozen=True)
class MaskParts:
    """The parts of the photo, each flag as often as need be, and what becomes of their sum."""

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
    content: Annotated[str, Parameter(name="PHOTO")],
    /,
    *,
    what: MaskParts = MaskParts(),
    output: Annotated[Path | None, Parameter(name=("--output", "-o"), group=RESULT_GROUP)] = None,
    overwrite: Annotated[bool, Parameter(group=RESULT_GROUP)] = False,
) -> None:
    """Make a mask for PHOTO: white is what will be painted, black what stays as it is.

    Parameters
    ----------
    content
        A picture file, or the name of a built-in picture.
    output
        File to write: .png, .jpg, .webp or .tiff. By default PHOTO-mask.png, here.
    overwrite
        Replace the file if it exists.
    """
    if not (what.box or what.ellipse or what.color or what.subject):
        raise OptionError(
            "nothing was selected; give at least one of --box X,Y,W,H, --ellipse X,Y,W,H, "
            "--color NAME and --subject X,Y,W,H, as in --subject 10%,10%,80%,80%."
        )
    prepare()
    from brushwork import images  # loads torch: too slow for --help, too early before prepare

    path = output or Path(f"{Path(content).stem}-mask.png")
    images.check_output(path, overwrite=overwrite)
    photo = images.read(content)
    selected = _select(photo.pixels, what)
    _write(selected, path, overwrite=overwrite)
    _report(path, selected, photo.notes)


def _select(photo: Tensor, what: MaskParts) -> Tensor:
    """Give the mask ``(1, 1, H, W)`` of a photo ``(1, 3, H, W)``."""
    from brushwork import segmentation
    from brushwork.masks import shapes as selection

    size = (photo.shape[2], photo.shape[3])
    # Everything is read before anything is computed: a slip of the pen is told at once.
    boxes, ellipses, subjects = (
        [selection.parse_box(text, size) for text in texts]
        for texts in (what.box, what.ellipse, what.subject)
    )
    colors = [selection.parsed_color(text) for text in what.color]
    selection.check_feather(what.feather, size)
    masks = [selection.draw_rectangle(size, box) for box in boxes]
    masks += [selection.draw_ellipse(size, box) for box in ellipses]
    masks += [selection.select_color(photo, color, what.tolerance) for color in colors]
    masks += [segmentation.find_subject(photo, box) for box in subjects]
    united = selection.feather(selection.unite(masks), what.feather)
    return selection.check_selected(1 - united if what.invert else united)


def _write(selected: Tensor, path: Path, *, overwrite: bool) -> None:
    """Save a mask as grey of eight bits."""
    from brushwork import images

    # Of three equal planes one is enough.
    grey = images.to_pil(selected.expand(-1, 3, -1, -1)).getchannel("R")
    images.write(grey, path, overwrite=overwrite)


def _report(path: Path, selected: Tensor, notes: tuple[str, ...]) -> None:
    """Say in one line what was selected, and on stderr what was noticed in the photo."""
    for note in notes:
        Console(stderr=True).print(f"note: {note}", highlight=False)
    height, width = selected.shape[2:]
    part = 100 * float(selected.mean())
    Console().print(
        f"{path}  {width}×{height}, {part:.1f} % selected", highlight=False, soft_wrap=True
    )
