"""One HTML page that needs nothing but itself: images inside, no request to anywhere."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources

import PIL.Image

#: JPEG quality of photographs; what has few colours stays exact.
QUALITY = 84
#: Images of fewer colours than this are kept exactly.
FEW_COLORS = 600
#: Moves the film; without it the frames stand side by side.
FILM_SCRIPT = """
for (const film of document.querySelectorAll(".film")) {
  const frames = [...film.querySelectorAll("figure")];
  const slider = document.createElement("input");
  Object.assign(slider, {type: "range", min: 0, max: frames.length - 1, value: frames.length - 1});
  slider.setAttribute("aria-label", "Step");
  const show = () => frames.forEach((frame, index) => frame.hidden = index != slider.value);
  slider.addEventListener("input", show);
  film.append(slider);
  film.style.display = "block";
  show();
}
"""


@dataclass(frozen=True)
class Figure:
    """One image or several in a row, and what is said below."""

    images: tuple[PIL.Image.Image, ...]
    caption: str


def figure(image: PIL.Image.Image, caption: str) -> Figure:
    """Make a figure of one image."""
    return Figure((image,), caption)


def page(title: str, parts: Sequence[str]) -> str:
    """Put a page together of its parts, which are HTML."""
    style = resources.files("brushwork.report").joinpath("page.css").read_text("utf-8")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{style}</style></head>"
        f"<body><main>{''.join(parts)}</main><script>{FILM_SCRIPT}</script></body></html>\n"
    )


def headline(text: str) -> str:
    """Begin the page."""
    return f"<h1>{escape(text)}</h1>"


def heading(text: str) -> str:
    """Begin a section."""
    return f"<h2>{escape(text)}</h2>"


def paragraph(text: str) -> str:
    """Say something."""
    return f"<p>{escape(' '.join(text.split()))}</p>"


def row(figures: Sequence[Figure], kind: str = "") -> str:
    """Set figures side by side; ``kind`` is a class of the style sheet."""
    return f'<div class="row {kind}">{"".join(_render_figure(one) for one in figures)}</div>'


def table(rows: Mapping[str, str], *, numbers: bool = False) -> str:
    """Set names beside values."""
    kind = ' class="number"' if numbers else ""
    cells = (
        f"<tr><th>{escape(name)}</th><td{kind}>{escape(value)}</td></tr>"
        for name, value in rows.items()
    )
    return f"<table>{''.join(cells)}</table>"


def encode_data_uri(image: PIL.Image.Image) -> str:
    """Give an image as a data URI: JPEG for photographs, PNG for few colours."""
    buffer = io.BytesIO()
    plain = image.convert("RGB")
    if plain.getcolors(FEW_COLORS) is not None:
        plain.save(buffer, "PNG", optimize=True)
        kind = "png"
    else:
        plain.save(buffer, "JPEG", quality=QUALITY)
        kind = "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(buffer.getvalue()).decode('ascii')}"


def _render_figure(one: Figure) -> str:
    caption = escape(one.caption)
    tags = "".join(
        f'<img src="{encode_data_uri(image)}" alt="{caption}" width="{image.width}" '
        f'height="{image.height}">'
        for image in one.images
    )
    return f"<figure>{tags}<figcaption>{caption}</figcaption></figure>"
