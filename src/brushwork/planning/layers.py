"""What each scale is asked: the layers of its losses, in one place."""

from __future__ import annotations

from dataclasses import dataclass

from brushwork.layers import count_multiplications
from brushwork.options import Options

#: The content loss of fine layers weighs this part of what that of the coarse ones weighs: by then
#: the composition stands, and content has only to keep what is small, such as eyes.
FINE_CONTENT = 0.11
#: Finer scales take this part of the steps of `count_steps`: there is less that is left to settle.
FINE_STEPS = 0.75


@dataclass(frozen=True)
class ScaleLayers:
    """The layers that a scale compares.

    Attributes
    ----------
    style, content
        The part of each layer in its loss; each sums to 1.
    content_factor, step_factor
        What the weight of the content loss is multiplied by, and the number of steps.
    """

    style: dict[str, float]
    content: dict[str, float]
    content_factor: float = 1.0
    step_factor: float = 1.0

    @property
    def names(self) -> tuple[str, ...]:
        """All layers of both losses."""
        return (*self.content, *self.style)

    @property
    def cost(self) -> float:
        """Multiplications a pixel of the convolutions up to the deepest layer."""
        return count_multiplications(self.names)


def choose_layers(options: Options, *, in_full: bool) -> ScaleLayers:
    """Choose the layers of a scale: all of them, or those that a finer one is about.

    The coarsest scale settles where things lie and compares all layers, as Gatys, Ecker and Bethge
    (2016) do. Finer scales begin from it enlarged: what deep layers see of it is settled, and only
    strokes and edges are not, which shallow layers see. They cost a third, and do not undo in the
    small what the deep ones would have pulled about.
    """
    if in_full:
        return ScaleLayers(options.style_shares, options.content_shares)
    style, content = options.fine_style_shares, options.fine_content_shares
    return ScaleLayers(
        style,
        content,
        content_factor=1.0 if content == options.content_shares else FINE_CONTENT,
        step_factor=1.0 if style == options.style_shares else FINE_STEPS,
    )
