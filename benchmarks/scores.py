"""How good a picture is: its distances, and brushwork's own objective, at one size for all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch

from brushwork import images
from brushwork.engine.inputs import ScaleInputs, StyleImage
from brushwork.engine.run import build_networks
from brushwork.engine.targets import make_objective
from brushwork.metrics import Metrics
from brushwork.options import Options
from brushwork.planning.pyramid import Scale, fit_size, style_size


@dataclass(frozen=True)
class Score:
    """Distances by layers that no contender optimises, and the loss that brushwork optimises."""

    style: float
    content: float
    objective: float

    def no_worse_than(self, other: Score) -> bool:
        """Whether both distances are as small as the other's, or smaller."""
        return self.style <= other.style and self.content <= other.content


class Scorer:
    """Scores pictures made of one photo and one painting, all at one size, in float32."""

    def __init__(self, photo: Path, painting: Path, size: int) -> None:
        content, style = images.read(photo).pixels, images.read(painting).pixels
        self._size = fit_size(content.shape[2], content.shape[3], size)
        options = Options(size=size, precision="float32")
        scale = Scale(*self._size, steps=1)
        painted = style_size(scale, (style.shape[2], style.shape[3]), options.style_scale)
        self._metrics = Metrics(content, style, size)
        inputs = ScaleInputs(
            [StyleImage(images.resize(style, painted))],
            self._size,
            content=images.resize(content, self._size),
        )
        network = build_networks(options, torch.device("cpu"))["large"]
        self._objective = make_objective(network, inputs, options)

    def __call__(self, picture: Path) -> Score:
        """Score a picture file, resized if need be."""
        pixels = images.resize(images.read(picture).pixels, self._size)
        style, content = self._metrics(pixels)
        return Score(style, content, self._objective.losses(pixels)["total"])
