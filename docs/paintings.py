"""Pictures of how a picture is painted: its scales, the strength dial, mixtures, layer weights."""

from __future__ import annotations

import PIL.Image

from brushwork import Painting, StepTaken, iter_stylize, stylize
from docs.drawing import below, beside, labelled, resized


def scales() -> PIL.Image.Image:
    """Show the kitten in the Great Wave on its way."""
    shown = {(96, 1), (96, 5), (96, 20), (96, 60), (192, 1), (192, 20), (384, 1)}
    strip, ends = [], []
    for event in iter_stylize("cat", "great-wave", size=384):
        if not isinstance(event, StepTaken):
            continue
        width, label = event.scale.width, f"{event.scale.width} px, step {event.step}"
        if (width, event.step) in shown:
            strip.append(labelled(resized(event.preview(), 117), label))
        if event.step == event.steps:
            print(f"{label}: total loss {event.losses['total']:.4f}")
            end = f"the end at {width} px"
            ends.append(labelled(resized(event.preview(), max(130, min(width, 330))), end))
    return below([beside(strip), beside([below(ends[:2]), ends[2]])])


def strength() -> PIL.Image.Image:
    """Paint one pair at three places of the strength dial."""
    tiles = []
    for value in (0.2, 0.5, 0.8):
        painting = stylize("cat", "great-wave", size=256, strength=value)
        tiles.append(labelled(painting.image, f"strength {value}"))
        weight = painting.options.content_weight
        print(f"strength {value}: content weight {weight:.4f}, {_losses(painting)}")
    return beside(tiles)


def blend() -> PIL.Image.Image:
    """Paint one photo in two paintings, and in the mixture of both."""
    mixtures = {
        "great-wave": ["great-wave"],
        "half of each": ["great-wave", "composition-viii"],
        "composition-viii": ["composition-viii"],
    }
    return beside(
        [
            labelled(stylize("cat", paintings, size=256).image, label)
            for label, paintings in mixtures.items()
        ]
    )


def _losses(painting: Painting) -> str:
    return ", ".join(f"{name} {painting.losses[name]:.3f}" for name in ("content", "style"))
