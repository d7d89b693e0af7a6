"""Pictures of one photo and one painting, judged beside the two trivial answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import PIL.Image

from brushwork import images
from brushwork.images import Image, Source, check_aspect
from brushwork.metrics import Distances, Metrics
from brushwork.report.charts import Dot, draw_chart
from brushwork.report.contact_sheet import GAP, MARGIN, PAPER, Cell, draw_sheet, wrap_cells

#: Cells in a row of the sheet.
COLUMNS = 4
#: Height of the chart over its width.
CHART_RATIO = 0.5


@dataclass(frozen=True)
class MeasuredImage:
    """A picture and its judgement; an anchor is the photo or the painting itself."""

    name: str
    picture: Image
    judgement: Distances
    anchor: bool = False


def measure_images(
    photo: Source, painting: Source, pictures: Sequence[Source], size: int
) -> list[MeasuredImage]:
    """Judge the photo itself, the painting itself, and every picture.

    Raises
    ------
    ImageError
        If a picture cannot be read, or has another aspect ratio than the photo.
    """
    content, style = images.read(photo), images.read(painting)
    others = [images.read(source) for source in pictures]
    for other in others:
        check_aspect(other.name, _get_size(other), _get_size(content))
    judge = Metrics(content.pixels, style.pixels, size)
    anchors = [MeasuredImage("the photo itself", content, judge(content.pixels), anchor=True)]
    anchors.append(MeasuredImage("the painting itself", style, judge(style.pixels), anchor=True))
    return anchors + [MeasuredImage(other.name, other, judge(other.pixels)) for other in others]


def draw_comparison(found: Sequence[MeasuredImage]) -> PIL.Image.Image:
    """Draw all pictures with their distances, and a chart of them below."""
    above = draw_sheet(wrap_cells([_make_cell(one) for one in found], COLUMNS))
    width = max(above.width - 2 * MARGIN, 640)
    dots = [Dot(*one.judgement, one.name, one.anchor) for one in found]
    size = (width, round(CHART_RATIO * width))
    below = draw_chart(dots, "distance from the painting", "distance from the photo", size)
    page_size = (max(above.width, width + 2 * MARGIN), above.height + GAP + below.height + MARGIN)
    page = PIL.Image.new("RGB", page_size, PAPER)
    page.paste(above, ((page.width - above.width) // 2, 0))
    page.paste(below, ((page.width - below.width) // 2, above.height + GAP))
    return page


def _make_cell(one: MeasuredImage) -> Cell:
    figures = f"style {one.judgement.style:.4f}   content {one.judgement.content:.4f}"
    return Cell(images.to_pil(one.picture.pixels), f"{one.name}\n{figures}")


def _get_size(image: Image) -> tuple[int, int]:
    return image.pixels.shape[2], image.pixels.shape[3]
