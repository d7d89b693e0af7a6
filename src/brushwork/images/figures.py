"""Figures of matplotlib, drawn as they would be saved."""

from __future__ import annotations

import io
from typing import Any, Protocol, runtime_checkable

import PIL.Image


@runtime_checkable
class Figure(Protocol):
    """A figure, by what it can do: matplotlib is not needed to know one."""

    def savefig(self, target: Any, **options: Any) -> None:
        """Write it."""

    def get_size_inches(self) -> Any:
        """Give its width and height."""


def draw_figure(figure: Figure) -> PIL.Image.Image:
    """Draw a figure of the size, resolution and background that it has itself."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi="figure", facecolor="auto")
    buffer.seek(0)
    return PIL.Image.open(buffer)
