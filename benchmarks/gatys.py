"""Style transfer as textbooks have it: one scale, plain layers, L-BFGS as torch ships it.

``python -m benchmarks.gatys PHOTO PAINTING -o OUT`` is what `benchmarks.stylize` compares with. It
follows the paper (Gatys, Ecker and Bethge 2016): losses of equations 1 to 7 in their normalisation,
average pooling, weights 1/5, α/β = 1e-3, the photo as the start. Only `torch.nn` computes; the
numbers of the trained network are those that brushwork embeds.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from torch import Tensor, nn

from brushwork import images
from brushwork.features import load_weights

CONTENT_LAYER = "conv4_2"
STYLE_LAYERS = ("conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv5_1")
CONTENT_WEIGHT, STYLE_WEIGHT = 1e-3, 1.0


class PlainVGG(nn.Module):
    """VGG-19 up to ``conv5_1``, of the layers that every textbook uses."""

    def __init__(self) -> None:
        super().__init__()
        weights = load_weights()
        self.register_buffer("scale", weights.scale.reshape(1, 3, 1, 1))
        self.register_buffer("offset", weights.offset.reshape(1, 3, 1, 1))
        self.layers = nn.ModuleDict()
        for name, (kernel, bias) in weights.convolutions.items():
            if name.endswith("_1") and name != "conv1_1":
                self.layers[f"pool before {name}"] = nn.AvgPool2d(2)
            convolution = nn.Conv2d(kernel.shape[1], kernel.shape[0], 3, padding=1)
            convolution.weight = nn.Parameter(kernel, requires_grad=False)
            convolution.bias = nn.Parameter(bias, requires_grad=False)
            self.layers[name] = nn.Sequential(convolution, nn.ReLU())
            if name == STYLE_LAYERS[-1]:
                break

    def forward(self, image: Tensor) -> dict[str, Tensor]:
        """Give the feature maps of every layer."""
        maps, found = image * self.scale + self.offset, {}
        for name, layer in self.layers.items():
            found[name] = maps = layer(maps)
        return found


def gram(maps: Tensor) -> Tensor:
    """Equation 3: the products of the flattened maps, not normalised."""
    rows = maps[0].flatten(1)
    return rows @ rows.T


def loss(network: PlainVGG, image: Tensor, content: Tensor, grams: dict[str, Tensor]) -> Tensor:
    """Equation 7, of equations 1 and 4."""
    maps = network(image)
    total = CONTENT_WEIGHT * 0.5 * (maps[CONTENT_LAYER] - content).square().sum()
    for layer, target in grams.items():
        channels, positions = maps[layer].shape[1], maps[layer][0, 0].numel()
        distance = (gram(maps[layer]) - target).square().sum() / (4 * channels**2 * positions**2)
        total = total + STYLE_WEIGHT * distance / len(grams)
    return total


def main() -> None:
    """Paint one picture, and keep it every so many steps."""
    parser = argparse.ArgumentParser(description="Style transfer as textbooks have it.")
    parser.add_argument("photo")
    parser.add_argument("painting")
    parser.add_argument("--output", "-o", type=Path, required=True)
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--record", type=Path, help="Folder for a picture every 50 steps.")
    parser.add_argument("--every", type=int, default=50)
    arguments = parser.parse_args()

    photo, painting = (
        images.resize(pixels, _fitted(pixels, arguments.size))
        for pixels in (images.read(p).pixels for p in (arguments.photo, arguments.result))
    )
    network = PlainVGG()
    with torch.no_grad():
        content = network(photo)[CONTENT_LAYER]
        maps, shape = network(painting), network(photo)
        # The paper has pictures of one size; Gram matrices of others are brought to it.
        grams = {
            layer: gram(maps[layer]) * (shape[layer][0, 0].numel() / maps[layer][0, 0].numel())
            for layer in STYLE_LAYERS
        }
    image = photo.clone().requires_grad_()
    optimizer = torch.optim.LBFGS([image], max_iter=1)

    def closure() -> Tensor:
        optimizer.zero_grad()
        total = loss(network, image, content, grams)
        total.backward()
        return total

    for step in range(1, arguments.steps + 1):
        optimizer.step(closure)
        if arguments.record and step % arguments.every == 0:
            arguments.record.mkdir(parents=True, exist_ok=True)
            images.to_pil(image.detach().clamp(0, 1)).save(arguments.record / f"{step:05}.png")
    images.to_pil(image.detach().clamp(0, 1)).save(arguments.output)


def _fitted(pixels: Tensor, size: int) -> tuple[int, int]:
    height, width = pixels.shape[2:]
    return round(height * size / max(height, width)), round(width * size / max(height, width))


if __name__ == "__main__":
    main()
