"""Pictures of how an image is stylized: its scales, the strength dial, mixtures, layer weights."""

from __future__ import annotations

import PIL.Image
import torch

from brushwork import Options, Result, StepTaken, images, iter_stylize, stylize
from brushwork.engine.inputs import ScaleInputs, StyleImage
from brushwork.engine.run import build_networks
from brushwork.engine.targets import make_objective
from brushwork.metrics import Metrics
from brushwork.planning import pyramid
from tools.docs.drawing import add_label, join, resize, stack
from tools.docs.representations import STYLE_LAYERS, minimize, read


def draw_scales() -> PIL.Image.Image:
    """Show the kitten in the Great Wave on its way, and what one scale makes of as much work."""
    shown = {(96, 1), (96, 5), (96, 20), (96, 60), (192, 1), (192, 20), (384, 1)}
    metrics = _make_metrics("cat", "great-wave", 384)
    strip, ends = [], []
    for event in iter_stylize("cat", "great-wave", size=384):
        if not isinstance(event, StepTaken):
            continue
        width, label = event.scale.width, f"{event.scale.width} px, step {event.step}"
        if (width, event.step) in shown:
            strip.append(add_label(resize(event.preview(), 117), label))
        if event.step == event.steps:
            image = event.preview()
            total = event.losses["total"]
            print(f"{label}: total loss {total:.4f}, {_format_distances(metrics, image)}")
            ends.append(_label_end(image, f"the end at {width} px"))
    alone, loss, steps = _run_one_scale("cat", "great-wave", 384)
    print(f"384 px alone, step {steps}: total loss {loss:.4f}, {_format_distances(metrics, alone)}")
    ends.append(_label_end(alone, "384 px alone, as many pixels times steps"))
    return stack([join(strip), join([stack(ends[:2]), *ends[2:]])])


def _label_end(image: PIL.Image.Image, label: str) -> PIL.Image.Image:
    return add_label(resize(image, max(130, min(image.width, 330))), label)


def _run_one_scale(photo: str, style: str, size: int) -> tuple[PIL.Image.Image, float, int]:
    """Paint at the final size only, with as many pixels times steps as all scales have."""
    options = Options(size=size)
    content, painting = read(photo, size), read(style, size)
    height, width = content.shape[2:]
    plan = pyramid.plan_scales(height, width, size=size)
    steps = round(sum(scale.work for scale in plan) / (height * width))
    inputs = ScaleInputs([StyleImage(painting)], (height, width), content=content)
    objective = make_objective(
        build_networks(options, torch.device("cpu"))["large"], inputs, options
    )
    pixels, loss = minimize(objective.evaluate, content, steps)
    return images.to_pil(pixels), loss, steps


def draw_strength() -> PIL.Image.Image:
    """Paint one pair at three places of the strength dial."""
    tiles = []
    for value in (0.2, 0.5, 0.8):
        result = stylize("cat", "great-wave", size=256, strength=value)
        tiles.append(add_label(result.image, f"strength {value}"))
        weight = result.options.content_weight
        print(f"strength {value}: content weight {weight:.4f}, {_format_losses(result)}")
    return join(tiles)


def draw_blend() -> PIL.Image.Image:
    """Paint one photo in two paintings, and in the mixture of both."""
    mixtures = {
        "great-wave": ["great-wave"],
        "half of each": ["great-wave", "composition-viii"],
        "composition-viii": ["composition-viii"],
    }
    return join(
        [
            add_label(stylize("cat", paintings, size=256).image, label)
            for label, paintings in mixtures.items()
        ]
    )


def draw_weights() -> PIL.Image.Image:
    """Paint a face with the shallow style layers alone, the default weights, and equal ones."""
    photo, style = "astronaut", "church-at-auvers"
    metrics = _make_metrics(photo, style, 256)
    choices = {
        "conv1_1 to conv3_1 alone": STYLE_LAYERS[:3],
        "the default weights": Options().style_layers,
        "all five alike": STYLE_LAYERS,
    }
    tiles = []
    for label, layers in choices.items():
        image = stylize(photo, style, size=256, style_layers=layers).image
        print(f"{label}: {_format_distances(metrics, image)}")
        tiles.append(add_label(image, label))
    return join(tiles)


def _format_losses(result: Result) -> str:
    return ", ".join(f"{name} {result.losses[name]:.3f}" for name in ("content", "style"))


def _make_metrics(photo: str, style: str, size: int) -> Metrics:
    return Metrics(images.read(photo).pixels, images.read(style).pixels, size)


def _format_distances(metrics: Metrics, image: PIL.Image.Image) -> str:
    style, content = metrics(images.read(image).pixels)
    return f"style distance {style:.3f}, content distance {content:.3f}"
