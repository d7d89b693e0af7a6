"""Pictures of what the network sees, and of what content and style representation remember."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import PIL.Image
import torch
import torch.nn.functional as F
from torch import Tensor

from brushwork import VGGFeatures, content_loss, gram_matrix, images, style_loss
from brushwork.optimizers import LBFGS, Evaluate
from brushwork.optimizers.base import Evaluation
from brushwork.planning.pyramid import fit_size
from brushwork.report.charts import draw_grey, draw_heat
from brushwork.report.reconstructions import choose_unlike
from tools.docs.drawing import add_label, join, stack, to_image

STYLE_LAYERS = ("conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv5_1")
Maps = Mapping[str, Tensor]


def draw_features() -> PIL.Image.Image:
    """Show six feature maps of the kitten at each of four depths."""
    layers = ("conv1_1", "conv2_1", "conv3_1", "conv4_2")
    maps = _compute_maps(read("cat", 256), layers)
    rows = []
    for layer in layers:
        _, channels, height, width = maps[layer].shape
        tiles = [
            draw_grey(maps[layer][0, index], (128, 96)) for index in choose_unlike(maps[layer], 6)
        ]
        rows.append(add_label(join(tiles), f"{layer}: 6 of {channels} maps, {width} x {height}"))
    return stack(rows)


def draw_content() -> PIL.Image.Image:
    """Paint the photo from noise, with the content loss of one layer as the only guide."""
    photo = read("cat", 192)
    tiles = [add_label(to_image(photo, 256), "the photo")]
    for layer in ("conv2_1", "conv4_2", "conv5_1"):
        target = _compute_maps(photo, [layer])[layer]

        def distance(maps: Maps, layer: str = layer, target: Tensor = target) -> Tensor:
            return content_loss(maps[layer], target).sum()

        painted, loss = _reconstruct([layer], distance, photo.shape[2:])
        print(f"content from {layer}: loss {loss:.1e}")
        tiles.append(add_label(to_image(painted, 256), f"from {layer} alone"))
    return stack([join(tiles[:2]), join(tiles[2:])])


def draw_gram() -> PIL.Image.Image:
    """Show Gram matrices of two paintings, and of one whose feature maps were shuffled."""
    names, layer = ("great-wave", "composition-viii"), "conv1_1"
    paintings = [read(name, 256) for name in names]
    wave, composition = (_compute_maps(painting, [layer])[layer] for painting in paintings)
    shuffled = _shuffle(wave)
    moved = (gram_matrix(shuffled) - gram_matrix(wave)).abs().max() / gram_matrix(wave).max()
    print(f"shuffled: no entry of G moves by more than {float(moved):.0e} of the largest")
    empty = torch.ones_like(paintings[0])
    return stack(
        [
            _draw_gram_row(names[0], paintings[0], wave, wave),
            _draw_gram_row("the same maps, shuffled", empty, shuffled, wave),
            _draw_gram_row(names[1], paintings[1], composition, wave),
        ]
    )


def draw_style() -> PIL.Image.Image:
    """Paint textures from noise, with the style loss of the first one, two, ... five layers."""
    painting = read("great-wave", 256)
    tiles = [add_label(to_image(painting), "the painting")]
    for count in range(1, len(STYLE_LAYERS) + 1):
        layers = STYLE_LAYERS[:count]
        targets = {
            layer: gram_matrix(maps) for layer, maps in _compute_maps(painting, layers).items()
        }

        def distance(maps: Maps, targets: Maps = targets) -> Tensor:
            losses = [style_loss(gram_matrix(maps[layer]), targets[layer]) for layer in targets]
            return torch.cat(losses).mean()

        painted, loss = _reconstruct(layers, distance, painting.shape[2:])
        print(f"style up to {layers[-1]}: mean loss {loss:.1e}")
        label = f"{layers[0]} alone" if count == 1 else f"{layers[0]} to {layers[-1]}"
        tiles.append(add_label(to_image(painted), label))
    return stack([join(tiles[:3]), join(tiles[3:])])


def draw_border() -> PIL.Image.Image:
    """Show what six layers answer to one flat grey, with zeros round every map and without."""
    layers = ("conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv4_2", "conv5_1")
    flat = torch.full((1, 3, 128, 128), 0.5)
    with torch.no_grad():
        zeros, repeated = _ZeroPadded(layers)(flat), VGGFeatures(layers)(flat)
    rows: list[list[PIL.Image.Image]] = [[], []]
    for layer in layers:
        means = [maps[layer][0].mean(dim=0) for maps in (zeros, repeated)]
        highest = max(float(mean.max()) for mean in means)
        for row, mean in zip(rows, means, strict=True):
            row.append(add_label(draw_heat(mean, (128, 128), highest), layer))
    labels = ("padded with zeros", "padded by repeating the border")
    return stack([add_label(join(row), label) for row, label in zip(rows, labels, strict=True)])


class _ZeroPadded(VGGFeatures):
    """The network as it was trained: zeros round every feature map."""

    def forward(self, image: Tensor) -> dict[str, Tensor]:
        found = {}
        maps = image * self.scale + self.offset
        for layer, convolution in self.convolutions.items():
            if layer.endswith("_1") and layer != "conv1_1":
                maps = F.max_pool2d(maps, 2)
            maps = F.relu(F.conv2d(maps, convolution.kernel, convolution.bias, padding=1))
            found[layer] = maps
        return {layer: found[layer] for layer in self.taps}


def read(name: str, long_side: int) -> Tensor:
    """Give a built-in picture ``(1, 3, H, W)`` whose longer side is ``long_side``."""
    pixels = images.read(name).pixels
    return images.resize(pixels, fit_size(pixels.shape[2], pixels.shape[3], long_side))


def minimize(evaluate: Evaluate, start: Tensor, steps: int) -> tuple[Tensor, float]:
    """Take steps of L-BFGS from ``start``; give the picture and its loss."""
    optimizer = LBFGS(evaluate, start)
    for _ in range(steps):
        evaluation = optimizer.step()
    return optimizer.best, evaluation.total


def _reconstruct(
    layers: Sequence[str],
    distance: Callable[[Maps], Tensor],
    size: tuple[int, int],
    steps: int = 200,
) -> tuple[Tensor, float]:
    """Start from grey with a little noise, and lower ``distance`` of the feature maps."""
    network = VGGFeatures(layers)

    def evaluate(image: Tensor) -> Evaluation:
        leaf = image.detach().requires_grad_()
        loss = distance(network(leaf))
        (gradient,) = torch.autograd.grad(loss, leaf)
        return Evaluation({"total": loss.item()}, gradient)

    noise = torch.rand(1, 3, *size, generator=torch.Generator().manual_seed(0))
    return minimize(evaluate, 0.45 + 0.1 * noise, steps)


def _compute_maps(image: Tensor, layers: Sequence[str]) -> dict[str, Tensor]:
    with torch.no_grad():
        return VGGFeatures(layers)(image)


def _shuffle(maps: Tensor) -> Tensor:
    """Move every position elsewhere, all feature maps in the same way."""
    generator = torch.Generator().manual_seed(0)
    order = torch.randperm(maps.shape[2] * maps.shape[3], generator=generator)
    return maps.flatten(2)[:, :, order].reshape(maps.shape)


def _draw_gram_row(label: str, image: Tensor, maps: Tensor, reference: Tensor) -> PIL.Image.Image:
    """Draw a picture, two maps and G of 24 maps; choice and colours are those of ``reference``."""
    width = 236
    height = round(width * maps.shape[2] / maps.shape[3])
    known = gram_matrix(reference)[0]
    strongest = known.diagonal().argsort(descending=True)[:24]
    darkest = float(known[strongest][:, strongest].flatten().quantile(0.99))
    matrix = gram_matrix(maps)[0][strongest][:, strongest]
    tiles = [
        add_label(draw_grey(maps[0, index], (width, height)), f"feature map {index}")
        for index in choose_unlike(reference, 3)[1:]
    ]
    drawn = add_label(draw_heat(matrix, (height, height), darkest), "Gram matrix")
    return join([add_label(to_image(image, width), label), *tiles, drawn])
