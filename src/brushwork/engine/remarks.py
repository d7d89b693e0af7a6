"""What a person should know of the images, seen at the size of the result."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from brushwork.images.borders import Border
from brushwork.planning.pyramid import fit_size

#: A result that is longer than the photo by more than this factor is an enlargement.
ENLARGED = 1.1
#: A style image that is enlarged by more than this factor has no fine strokes left.
BLURRED = 2.0


@dataclass(frozen=True)
class StyleFacts:
    """What is said about a style image depends on these.

    Attributes
    ----------
    name
        As the person called it.
    size
        Height and width, without the border where that is trimmed.
    scale
        How large its strokes are drawn, 1 for as large as they are.
    border
        The border of the scan, if there is one.
    """

    name: str
    size: tuple[int, int]
    scale: float
    border: Border | None


def list_remarks(
    content: tuple[int, int] | None, styles: Sequence[StyleFacts], size: int, *, trimmed: bool
) -> Iterator[str]:
    """Say what is enlarged, and which style images have a border.

    Parameters
    ----------
    content
        Height and width of the content image; None for a texture.
    styles
        The style images.
    size
        Long side of the result.
    trimmed
        Whether borders are left out.
    """
    if content is not None and size > ENLARGED * max(content):
        height, width = fit_size(*content, size)
        yield (
            f"the result, {width}×{height}, is larger than the photo, {content[1]}×{content[0]}: "
            "its strokes are finer, the details of the photo are not"
        )
    for style in styles:
        if size * style.scale > BLURRED * max(style.size):
            yield (
                f"{style.name}: {style.size[1]}×{style.size[0]} pixels are few for a result of "
                f"{size}, so that its strokes are blurred; give a larger scan, or a smaller size "
                "or style scale"
            )
        if style.border is not None and trimmed:
            yield f"{style.name}: {style.border.describe()} was left out"
        elif style.border is not None:
            yield (
                f"{style.name}: {style.border.describe()} is taken for a part of the painting; "
                "--trim-style / trim_style=True leaves it out"
            )
