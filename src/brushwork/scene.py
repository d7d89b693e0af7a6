"""What one scale is painted from, everything at its size: photo, paintings, regions, masks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from torch import Tensor

from brushwork.errors import PictureError
from brushwork.tiles import stride

#: A region that holds less than this part of the picture says nothing about a style.
SMALLEST_AREA = 1e-4


@dataclass(frozen=True)
class Style:
    """One painting of the mixture.

    Attributes
    ----------
    pixels
        ``(1, 3, H, W)`` in [0, 1].
    weight
        Its weight in the mixture of its region.
    region
        The name of the region that it is for; None for all that no other region takes.
    part
        ``(1, 1, H, W)`` in [0, 1], the part of the painting to take the style from; None for all.
    scale
        Size of its strokes, beside ``style_scale``.
    layers
        The style layers that it is for; None for all.
    """

    pixels: Tensor
    weight: float = 1.0
    region: str | None = None
    part: Tensor | None = None
    scale: float = 1.0
    layers: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Scene:
    """What a loss is made from.

    Attributes
    ----------
    content
        The photo, ``(1, 3, H, W)`` in [0, 1]; None for a texture, which has none.
    styles
        The paintings, each looked at once, in turn.
    size
        Height and width of the picture.
    regions
        By name, ``(1, 1, H, W)`` in [0, 1]: where the paintings of a region count.
    mask
        ``(1, 1, H, W)`` in [0, 1]: 1 where the picture is painted, 0 where the photo stays.
    preserve
        ``(1, 1, H, W)``, at least 0: how many times the content loss counts, for each place.
    unpainted
        ``(1, 3, H, W)`` in [0, 1], what is shown outside the mask; the photo if None.
    """

    styles: Iterable[Style]
    size: tuple[int, int]
    content: Tensor | None = None
    regions: Mapping[str, Tensor] = field(default_factory=dict)
    mask: Tensor | None = None
    preserve: Tensor | None = None
    unpainted: Tensor | None = None

    @property
    def frame(self) -> Frame | None:
        """What is shown where not all of the photo is painted."""
        if self.mask is None or self.content is None:
            return None
        return Frame(self.content if self.unpainted is None else self.unpainted, self.mask)


@dataclass(frozen=True)
class Frame:
    """Shows the painted picture inside a mask and the photo outside, blended at soft edges.

    The network is shown the blend, so what is painted goes over into what is kept.
    """

    photo: Tensor
    mask: Tensor

    def shown(self, image: Tensor) -> Tensor:
        """Give ``photo + mask · (image - photo)``."""
        return self.photo + self.mask * (image - self.photo)

    def felt(self, gradient: Tensor) -> Tensor:
        """Give the gradient of the image from that of what is shown."""
        return self.mask * gradient


def weights_at(mask: Tensor, layer: str) -> Tensor:
    """Average a mask ``(1, 1, H, W)`` over the pixels that each position of a layer stands for."""
    return F.avg_pool2d(mask, stride(layer))


def places(scene: Scene, names: Iterable[str | None]) -> dict[str | None, Tensor | None]:
    """Say for each region where it is, the masked parts left out; None where it is everywhere.

    Regions that overlap share their places: all are divided by their sum where it is above 1.
    Paintings without a region take what is left.

    Raises
    ------
    PictureError
        If a region is empty.
    """
    names = list(dict.fromkeys(names))
    named: dict[str | None, Tensor] = {n: scene.regions[n] for n in names if n is not None}
    if named:
        together = torch.stack(list(named.values())).sum(dim=0)
        named = {name: mask / together.clamp_min(1) for name, mask in named.items()}
        if None in names:
            named[None] = (1 - together).clamp_min(0)
    found: dict[str | None, Tensor | None] = dict(named) or {None: None}
    if scene.mask is not None:
        found = {n: scene.mask if m is None else scene.mask * m for n, m in found.items()}
    for name, mask in found.items():
        if mask is not None and float(mask.mean()) < SMALLEST_AREA:
            called = "what the other regions leave over" if name is None else f"the region {name!r}"
            raise PictureError(
                f"{called} is empty, so that nothing could be painted there; check masks and "
                "regions, or leave out its painting."
            )
    return found
