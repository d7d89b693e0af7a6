"""Results of one content and one style image, measured beside the two trivial answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import PIL.Image

from brushwork import images
from brushwork.images import Image, Source, check_aspect
from brushwork.metrics import Distances, Metrics
from brushwork.report.charts import Dot, draw_chart
from brushwork.report.contact_sheet import CELL, GAP, MARGIN, PAPER, Cell, draw_sheet, wrap_cells

#: Cells in a row of the sheet.
COLUMNS = 4
#: Height of the chart over its width.
CHART_RATIO = 0.5


@dataclass(frozen=True)
class MeasuredImage:
    """An image and its distances; an anchor is the content or the style image itself."""

    name: str
    image: Image
    distances: Distances
    anchor: bool = False


def measure_images(
    content: Source, style: Source, results: Sequence[Source], size: int
) -> list[MeasuredImage]:
    """Measure the content image itself, the style image itself, and every result.

    Raises
    ------
    ImageError
        If an image cannot be read, or has another aspect ratio than the content image.
    """
    enough = max(2 * size, CELL)
    content_image, style_image, *others = (
        images.read(source, long_side=enough) for source in (content, style, *results)
    )
    for other in others:
        check_aspect(other.name, other.size, content_image.size)
    measure = Metrics(
        content_image.pixels,
        style_image.pixels,
        size,
        content_alpha=content_image.alpha,
        style_alpha=style_image.alpha,
    )
    anchors = {"the photo itself": content_image, "the painting itself": style_image}
    return [
        *(
            MeasuredImage(name, image, measure(image.pixels, image.alpha), anchor=True)
            for name, image in anchors.items()
        ),
        *(MeasuredImage(other.name, other, measure(other.pixels, other.alpha)) for other in others),
    ]


def draw_comparison(found: Sequence[MeasuredImage]) -> PIL.Image.Image:
    """Draw all images with their distances, and a chart of them below."""
    above = draw_sheet(wrap_cells([_make_cell(one) for one in found], COLUMNS))
    width = max(above.width - 2 * MARGIN, 640)
    dots = [Dot(*one.distances, one.name, one.anchor) for one in found]
    size = (width, round(CHART_RATIO * width))
    below = draw_chart(dots, "distance from the painting", "distance from the photo", size)
    page_size = (max(above.width, width + 2 * MARGIN), above.height + GAP + below.height + MARGIN)
    page = PIL.Image.new("RGB", page_size, PAPER)
    page.paste(above, ((page.width - above.width) // 2, 0))
    page.paste(below, ((page.width - below.width) // 2, above.height + GAP))
    return page


def _make_cell(one: MeasuredImage) -> Cell:
    figures = f"style {one.distances.style:.4f}   content {one.distances.content:.4f}"
    return Cell(images.to_pil(one.image.pixels, one.image.alpha), f"{one.name}\n{figures}")
