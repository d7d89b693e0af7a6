"""The images that the small network learns from: crops of photos and paintings in many guises."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils.data import IterableDataset, get_worker_info

from brushwork import images
from brushwork.assets import catalog

#: Long sides to which an image is brought before it is cropped: those of the scales of a run.
LONG_SIDES = (96, 128, 192, 256, 384, 512, 768)
#: What is kept in memory of an image.
KEPT_SIDE = 768
SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}


def read_pictures(folder: Path) -> dict[str, Tensor]:
    """Read every picture of a folder and of the package, ``(3, H, W)`` each, by name."""
    files = sorted(file for file in folder.iterdir() if file.suffix.lower() in SUFFIXES)
    sources = [str(file) for file in files] + [picture.name for picture in catalog()]
    return {Path(source).stem: _shrink(images.read(source).pixels[0]) for source in sources}


def split(names: Sequence[str], held_out: int) -> tuple[list[str], list[str]]:
    """Give names to learn from and names to be judged by: every so many-th one is held out."""
    step = max(2, len(names) // held_out)
    judged = list(names[::step])[:held_out]
    return [name for name in names if name not in judged], judged


class Sampler:
    """Draws batches of crops.

    Parameters
    ----------
    pictures
        What to draw from, ``(3, H, W)`` each.
    generator
        Where chance comes from.
    """

    def __init__(self, pictures: Sequence[Tensor], generator: random.Random) -> None:
        self._pictures = pictures
        self._random = generator
        self._resized: dict[tuple[int, tuple[int, int]], Tensor] = {}

    def draw(self, side: int) -> Tensor:
        """Give one crop, ``(1, 3, side, side)``, in other sizes and colours, blended or noisy."""
        crop = self._crop(side)
        chance = self._random.random()
        if chance < 0.12:
            crop = torch.lerp(crop, self._crop(side), self._random.uniform(0.2, 0.8))
        elif chance < 0.24:
            crop = crop + self._random.choice((0.02, 0.05, 0.1, 0.3)) * torch.randn_like(crop)
        elif chance < 0.27:
            crop = torch.rand_like(crop)
        elif chance < 0.32:
            crop = crop.mean(dim=(2, 3), keepdim=True) + 0.3 * (crop - crop.flip(3)) / 2
        return crop.clamp(0, 1)

    def _crop(self, side: int) -> Tensor:
        number = self._random.randrange(len(self._pictures))
        whole = self._bring_to(number, max(side, self._random.choice(LONG_SIDES)), side)
        top = self._random.randint(0, whole.shape[2] - side)
        left = self._random.randint(0, whole.shape[3] - side)
        crop = whole[:, :, top : top + side, left : left + side]
        if self._random.random() < 0.5:
            crop = crop.flip(3)
        return self._recolor(crop) if self._random.random() < 0.5 else crop

    def _bring_to(self, number: int, long_side: int, least: int) -> Tensor:
        """Give a picture at a size, which is kept, since drawing it anew takes longest of all."""
        picture = self._pictures[number]
        height, width = picture.shape[1:]
        ratio = max(long_side / max(height, width), least / min(height, width))
        size = (max(least, round(height * ratio)), max(least, round(width * ratio)))
        if (number, size) not in self._resized:
            resized = images.resize(picture[None], size).clamp(0, 1)
            self._resized[number, size] = (255 * resized).round().byte()
        return self._resized[number, size].float() / 255

    def _recolor(self, crop: Tensor) -> Tensor:
        """Mix the channels a little, and change contrast and lightness."""
        mix = torch.eye(3) + torch.tensor(
            [[self._random.gauss(0, 0.15) for _ in range(3)] for _ in range(3)]
        )
        shift = torch.tensor([self._random.gauss(0, 0.08) for _ in range(3)])
        mean = crop.mean(dim=(2, 3), keepdim=True)
        turned = F.conv2d(crop - mean, mix[:, :, None, None])
        contrast = self._random.uniform(0.6, 1.4)
        return (contrast * turned + mean + shift[:, None, None]).clamp(0, 1)


class Batches(IterableDataset[Tensor]):
    """Batches of crops without end, one after another of each size that is asked for.

    Parameters
    ----------
    pictures
        What to draw from, ``(3, H, W)`` each.
    sizes
        Side of the crops and how many make a batch; each batch has one of them, by chance.
    seed
        Where chance begins; processes that draw side by side begin elsewhere.
    """

    def __init__(
        self, pictures: Sequence[Tensor], sizes: Sequence[tuple[int, int]], seed: int
    ) -> None:
        self._pictures = pictures
        self._sizes = sizes
        self._seed = seed

    def __iter__(self) -> Iterator[Tensor]:
        """Yield ``(B, 3, side, side)`` in [0, 1]."""
        worker = get_worker_info()
        generator = random.Random(f"{self._seed} {0 if worker is None else worker.id}")
        sampler = Sampler(self._pictures, generator)
        while True:
            side, count = generator.choice(self._sizes)
            yield torch.cat([sampler.draw(side) for _ in range(count)])


def _shrink(pixels: Tensor) -> Tensor:
    height, width = pixels.shape[1:]
    ratio = min(1.0, KEPT_SIDE / max(height, width))
    return images.resize(pixels[None], (round(height * ratio), round(width * ratio)))[0].clamp(0, 1)
