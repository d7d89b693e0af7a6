"""Pictures of how a picture is painted: its scales, the strength dial, mixtures, layer weights."""

from __future__ import annotations

import PIL.Image

from brushwork import Options, Painting, StepTaken, iter_stylize, pyramid, stylize
from brushwork.api import network_for
from brushwork.objective import Objective
from docs.drawing import below, beside, labelled, picture, resized
from docs.representations import STYLE_LAYERS, lowered, read


def scales() -> PIL.Image.Image:
    """Show the kitten in the Great Wave on its way, and what one scale makes of as much work."""
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
    return below([beside(strip), beside([below(ends[:2]), ends[2], _one_scale_alone(384)])])


def _one_scale_alone(size: int) -> PIL.Image.Image:
    """Paint at the final size only, with as many pixels times steps as all scales have."""
    options = Options(size=size)
    photo, painting = read("cat", size), read("great-wave", size)
    height, width = photo.shape[2:]
    plan = pyramid.scales(height, width, size=size)
    steps = round(sum(scale.work for scale in plan) / (height * width))
    objective = Objective(network_for(options), photo, [painting], [1.0], options)
    painted, loss = lowered(objective.evaluate, photo, steps)
    print(f"{size} px alone, step {steps}: total loss {loss:.4f}")
    return labelled(picture(painted, 330), f"{size} px alone, as many pixels times steps")


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


def weights() -> PIL.Image.Image:
    """Paint a face with equal layer weights and with the default ones; show the head."""
    size = 384
    tiles = [_head(picture(read("astronaut", size)), "the photo")]
    choices = {"all five layers alike": STYLE_LAYERS, "the default weights": Options().style_layers}
    for label, layers in choices.items():
        painting = stylize("astronaut", "church-at-auvers", size=size, style_layers=layers)
        tiles.append(_head(painting.image, label))
        print(f"{label}: {_losses(painting)}")
    return beside(tiles)


def _head(image: PIL.Image.Image, label: str) -> PIL.Image.Image:
    box = [round(image.width * part) for part in (0.22, 0.02, 0.66, 0.46)]
    return labelled(resized(image.crop(box), 256), label)


def _losses(painting: Painting) -> str:
    return ", ".join(f"{name} {painting.losses[name]:.3f}" for name in ("content", "style"))
