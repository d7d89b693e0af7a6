"""Make every picture of docs/method.md from the built-in pictures.

``python -m docs.make_pictures`` in the root of the repository makes all of them (ten minutes or so
on two cores); ``python -m docs.make_pictures features gram`` makes only those that are named. They
go to ``docs/pictures/method``, and the figures that the page quotes are printed on the way.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import PIL.Image
import torch
from torch import Tensor

from brushwork import VGG, Options, content_loss, gram_matrix, images, iter_stylize, style_loss
from brushwork.events import Finished, StepTaken
from brushwork.objective import Evaluation
from brushwork.optimizers import LBFGS
from brushwork.options import layer_weights
from brushwork.painting import Painting
from brushwork.pyramid import fitted
from docs.drawing import below, beside, grey, heat, labelled, picture, resized

FOLDER = Path(__file__).parent / "pictures" / "method"
STYLE_LAYERS = ("conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv5_1")
Maps = Mapping[str, Tensor]


def features() -> PIL.Image.Image:
    """Show six feature maps of the kitten at each of four depths."""
    layers = ("conv1_1", "conv2_1", "conv3_1", "conv4_2")
    photo = _read("cat", 256)
    maps = _maps(photo, layers)
    rows = []
    for layer in layers:
        _, channels, height, width = maps[layer].shape
        tiles = [grey(maps[layer][0, index], (128, 96)) for index in _unlike(maps[layer])]
        rows.append(labelled(beside(tiles), f"{layer}: 6 of {channels} maps, {width} x {height}"))
    return below(rows)


def content() -> PIL.Image.Image:
    """Paint the photo from noise, with the content loss of one layer as the only guide."""
    photo = _read("cat", 192)
    tiles = [labelled(picture(photo, 256), "the photo")]
    for layer in ("conv2_1", "conv4_2", "conv5_1"):
        target = _maps(photo, [layer])[layer]
        painted, loss = _painted_from_noise(
            [layer],
            lambda maps, layer=layer, target=target: content_loss(maps[layer], target).sum(),
            photo.shape[2:],
        )
        print(f"content from {layer}: relative loss {loss:.1e}")
        tiles.append(labelled(picture(painted, 256), f"from {layer} alone"))
    return below([beside(tiles[:2]), beside(tiles[2:])])


def gram() -> PIL.Image.Image:
    """Show Gram matrices of two paintings, and of one whose feature maps were shuffled."""
    names, layer = ("great-wave", "composition-viii"), "conv1_1"
    photos = [_read(name, 256) for name in names]
    wave, composition = (_maps(photo, [layer])[layer] for photo in photos)
    shuffled = _shuffled(wave)
    moved = (gram_matrix(shuffled) - gram_matrix(wave)).abs().max() / gram_matrix(wave).max()
    print(f"shuffled: no entry of G moves by more than {float(moved):.0e} of the largest")
    empty = torch.ones_like(photos[0])
    return below(
        [
            _gram_row(names[0], photos[0], wave, wave),
            _gram_row("the same maps, shuffled", empty, shuffled, wave),
            _gram_row(names[1], photos[1], composition, wave),
        ]
    )


def style() -> PIL.Image.Image:
    """Paint textures from noise, with the style loss of the first one, two, ... five layers."""
    painting = _read("great-wave", 256)
    tiles = [labelled(picture(painting), "the painting")]
    for count in range(1, len(STYLE_LAYERS) + 1):
        layers = STYLE_LAYERS[:count]
        targets = {layer: gram_matrix(maps) for layer, maps in _maps(painting, layers).items()}

        def distance(maps: Maps, targets: Maps = targets) -> Tensor:
            losses = [style_loss(gram_matrix(maps[layer]), targets[layer]) for layer in targets]
            return torch.cat(losses).mean()

        painted, loss = _painted_from_noise(layers, distance, painting.shape[2:])
        print(f"style up to {layers[-1]}: mean relative loss {loss:.1e}")
        label = f"{layers[0]} alone" if count == 1 else f"{layers[0]} to {layers[-1]}"
        tiles.append(labelled(picture(painted), label))
    return below([beside(tiles[:3]), beside(tiles[3:])])


def scales() -> PIL.Image.Image:
    """Show the kitten in the Great Wave on its way: some steps, and the end of each scale."""
    shown = {(96, 1), (96, 5), (96, 20), (96, 60), (192, 1), (384, 1)}
    strip, ends = [], []
    for event in iter_stylize("cat", "great-wave", size=384):
        if isinstance(event, StepTaken):
            width = event.scale.width
            if (width, event.step) in shown:
                strip.append(_caption(event, 120))
            if event.step == event.steps:
                print(f"{width} px, step {event.step}: total {event.losses['total']:.3f}")
                ends.append(_caption(event, width))
    return below([beside(strip), beside(ends)])


def strength() -> PIL.Image.Image:
    """Paint one pair at three places of the strength dial."""
    tiles = []
    for value in (0.2, 0.5, 0.8):
        painting = _stylized("cat", "great-wave", size=256, strength=value)
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
        [labelled(_stylized("cat", s, size=256).image, label) for label, s in mixtures.items()]
    )


def weights() -> PIL.Image.Image:
    """Paint a face with equal layer weights and with the default ones."""
    tiles = [labelled(picture(_read("astronaut", 256)), "the photo")]
    choices = {"all five alike": STYLE_LAYERS, "the default weights": Options().style_layers}
    for label, layers in choices.items():
        painting = _stylized("astronaut", "church-at-auvers", size=256, style_layers=layers)
        tiles.append(labelled(painting.image, label))
        print(f"{label}: {layer_weights(layers)}")
    return beside(tiles)


PICTURES: dict[str, tuple[Callable[[], PIL.Image.Image], str]] = {
    "features": (features, "png"),
    "content": (content, "jpg"),
    "gram": (gram, "jpg"),
    "style": (style, "jpg"),
    "scales": (scales, "jpg"),
    "strength": (strength, "jpg"),
    "blend": (blend, "jpg"),
    "weights": (weights, "jpg"),
}


def _read(name: str, long_side: int) -> Tensor:
    pixels = images.read(name).pixels
    return images.resize(pixels, fitted(pixels.shape[2], pixels.shape[3], long_side))


def _maps(image: Tensor, layers: tuple[str, ...] | list[str]) -> dict[str, Tensor]:
    with torch.no_grad():
        return VGG(layers)(image)


def _painted_from_noise(
    layers: tuple[str, ...] | list[str],
    distance: Callable[[Maps], Tensor],
    size: tuple[int, int],
    steps: int = 200,
) -> tuple[Tensor, float]:
    """Start from grey with a little noise, and lower ``distance`` of the feature maps."""
    network = VGG(layers)

    def evaluate(image: Tensor) -> Evaluation:
        leaf = image.detach().requires_grad_()
        loss = distance(network(leaf))
        (gradient,) = torch.autograd.grad(loss, leaf)
        return Evaluation({"total": loss.item()}, gradient)

    noise = torch.rand(1, 3, *size, generator=torch.Generator().manual_seed(0))
    optimizer = LBFGS(evaluate, 0.45 + 0.1 * noise)
    for _ in range(steps):
        evaluation = optimizer.step()
    return optimizer.best, evaluation.total


def _unlike(maps: Tensor, count: int = 6) -> list[int]:
    """Choose feature maps that fire strongly, yet each elsewhere than those chosen before it.

    How alike two maps are is what their Gram matrix says: G[i, j] over the root of G[i, i] G[j, j].
    """
    matrix = gram_matrix(maps)[0]
    energy = matrix.diagonal()
    cosine = matrix / (energy.outer(energy).sqrt() + 1e-12)
    cosine[:, energy < energy.median()] = 2.0
    chosen = [int(energy.argmax())]
    while len(chosen) < count:
        chosen.append(int(cosine[chosen].amax(dim=0).argmin()))
    return chosen


def _shuffled(maps: Tensor) -> Tensor:
    """Move every pixel elsewhere, all feature maps in the same way."""
    order = torch.randperm(
        maps.shape[2] * maps.shape[3], generator=torch.Generator().manual_seed(0)
    )
    return maps.flatten(2)[:, :, order].reshape(maps.shape)


def _gram_row(label: str, image: Tensor, maps: Tensor, reference: Tensor) -> PIL.Image.Image:
    """Draw a picture, two maps and G of 24 maps; choice and colours are those of ``reference``."""
    width = 236
    height = round(width * maps.shape[2] / maps.shape[3])
    known = gram_matrix(reference)[0]
    strongest = known.diagonal().argsort(descending=True)[:24]
    darkest = float(known[strongest][:, strongest].flatten().quantile(0.99))
    matrix = gram_matrix(maps)[0][strongest][:, strongest]
    tiles = [
        labelled(grey(maps[0, index], (width, height)), f"feature map {index}")
        for index in _unlike(reference, 3)[1:]
    ]
    drawn = labelled(heat(matrix, (height, height), darkest), "Gram matrix")
    return beside([labelled(picture(image, width), label), *tiles, drawn])


def _stylized(photo: str, paintings: str | list[str], **options: object) -> Painting:
    *_, last = iter_stylize(photo, paintings, **options)
    assert isinstance(last, Finished)
    return last.painting


def _caption(event: StepTaken, width: int) -> PIL.Image.Image:
    label = f"{event.scale.width} px, step {event.step}"
    return labelled(resized(event.preview(), width), label)


def _losses(painting: Painting) -> str:
    return ", ".join(f"{name} {painting.losses[name]:.3f}" for name in ("content", "style"))


def main(names: list[str]) -> None:
    """Make the pictures that are named, or all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in names or PICTURES:
        make, extension = PICTURES[name]
        path = FOLDER / f"{name}.{extension}"
        make().save(path, quality=88, optimize=True)
        print(
            f"{path.relative_to(FOLDER.parents[2])}: {path.stat().st_size // 1024} KiB", flush=True
        )


if __name__ == "__main__":
    main(sys.argv[1:])
