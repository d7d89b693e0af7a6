"""A page about one run: every step of the method, shown by its own images and numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import PIL.Image
from torch import Tensor

from brushwork import images
from brushwork.api import iter_stylize
from brushwork.engine.events import Finished, StepTaken
from brushwork.engine.result import Result
from brushwork.images import Image
from brushwork.layers import NetworkName
from brushwork.losses import gram_matrix
from brushwork.options import Options, Settings
from brushwork.planning.pyramid import fit_size
from brushwork.report import html as page
from brushwork.report.charts import draw_curves, draw_grey, draw_heat
from brushwork.report.reconstructions import (
    choose_unlike,
    cut_exciting_patches,
    enlarge_patch,
    extract_features,
    find_strongest_pairs,
    reconstruct_content,
    reconstruct_style,
)
from brushwork.version import __version__

#: Long side of the images that the network is shown, and of those reconstructed from noise.
SEEN, SMALL = 256, 144
#: Long side of the images of which the page shows the most.
LEAST_SIDE = 2 * SEEN
#: Steps of a reconstruction.
STEPS = 80
LAYERS = ("conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv5_1")
CONTENT = ("conv1_1", "conv2_1", "conv3_1", "conv4_2", "conv5_1")
#: The losses that are drawn besides those of the style layers.
LOSSES = ("total", "content", "style")
#: Maps shown a layer, maps of a drawn Gram matrix, pairs a layer, patches a pair, frames.
MAPS, DRAWN, PAIRS, PATCHES, FRAMES = 6, 32, 4, 5, 16


@dataclass(frozen=True)
class Chapter:
    """A part of the page, and how much of the work is done with it, from 0 to 1."""

    html: str
    done: float
    doing: str


@dataclass
class _Run:
    """What is recorded of a run."""

    frames: list[tuple[int, PIL.Image.Image]] = field(default_factory=list)
    losses: dict[str, list[float]] = field(default_factory=dict)
    marks: dict[int, str] = field(default_factory=dict)
    result: Result | None = None

    def record(self, losses: Mapping[str, float], step: int) -> None:
        """Write the losses of a step down; those of layers that it does not compare are missing."""
        shown = {name for name in losses if name in LOSSES or name.startswith("style.")}
        for name in dict.fromkeys((*self.losses, *sorted(shown))):
            series = self.losses.setdefault(name, [math.nan] * step)
            series.append(losses.get(name, math.nan))


def iter_chapters(content: Image, style: Image, settings: Settings) -> Iterator[Chapter]:
    """Give the chapters of the page one after the other, as they are made.

    Raises
    ------
    BrushworkError
        As `stylize`.
    """
    run = _Run()
    yield from _stylize(run, content, style, settings)
    assert run.result is not None  # every run ends with its result
    yield Chapter(_make_opening(content, style, run.result), 0.5, "looking at feature maps")
    yield Chapter(_make_network_chapter(_resize(content, SEEN)), 0.52, "reconstructing the content")
    networks = settings.options.networks
    yield from _make_content_chapter(_resize(content, SMALL), networks)
    yield Chapter(_make_gram_chapter(_resize(style, SEEN)), 0.76, "reconstructing the style")
    yield from _make_style_chapter(_resize(style, SMALL), networks)
    yield Chapter(_make_film(run), 0.98, "drawing curves")
    yield Chapter(_make_curves(run), 0.99, "writing")
    yield Chapter(_make_facts(run.result, content, style), 1.0, "done")


def make_title(content: Image, style: Image) -> str:
    """Name the page."""
    return f"{content.name} in the style of {style.name}"


def _stylize(run: _Run, content: Image, style: Image, settings: Settings) -> Iterator[Chapter]:
    """Stylize, and record frames and losses on the way."""
    step = 0
    for event in iter_stylize(content, style, settings):
        if isinstance(event, StepTaken):
            if event.step == 1:
                network = ", VGG-19" if event.scale.network == "large" else ""
                run.marks[step] = f"{event.scale.width} px{network}"
            if event.progress * FRAMES >= len(run.frames) or not run.frames:
                run.frames.append((step + 1, event.preview()))
            run.record(event.losses, step)
            step += 1
            yield Chapter("", 0.5 * event.progress, "painting")
        elif isinstance(event, Finished):
            run.result = event.result
            run.frames.append((step, event.result.image))


def _make_opening(content: Image, style: Image, result: Result) -> str:
    shown = [
        page.figure(_make_thumbnail(content), f"the photo: {content.name}"),
        page.figure(_make_thumbnail(style), f"the painting: {style.name}"),
        page.figure(result.image, "what brushwork painted"),
    ]
    return (
        page.headline(make_title(content, style)) + page.paragraph(OPENING_TEXT) + page.row(shown)
    )


def _make_network_chapter(content: Tensor) -> str:
    """Show feature maps of each layer."""
    layers = (*LAYERS[:4], "conv4_2", "conv5_1")
    parts = [
        page.heading("1. What the network sees"),
        page.paragraph(NETWORK_TEXT),
    ]
    for layer, maps in extract_features(content, layers).items():
        _, count, height, width = maps.shape
        size = (132, round(132 * height / width))
        shown = [
            page.figure(draw_grey(maps[0, index], size), f"map {index}")
            for index in choose_unlike(maps, MAPS)
        ]
        parts.append(page.paragraph(f"{layer}: {count} maps of {width} × {height} places"))
        parts.append(page.row(shown, "small"))
    return "".join(parts)


def _make_content_chapter(content: Tensor, networks: Sequence[NetworkName]) -> Iterator[Chapter]:
    """Reconstruct the content image from noise by each depth alone."""
    shown = [page.figure(images.to_pil(content), "the photo")]
    for index, layer in enumerate(CONTENT, start=1):
        found = reconstruct_content(content, layer, STEPS, networks)
        caption = f"from {layer}: content loss {found.loss:.2g}"
        shown.append(page.figure(images.to_pil(found.pixels), caption))
        yield Chapter("", 0.52 + 0.24 * index / len(CONTENT), "reconstructing the content")
    html = (
        page.heading("2. The content representation: images from one layer alone")
        + page.paragraph(CONTENT_TEXT)
        + page.row(shown, "small")
    )
    yield Chapter(html, 0.76, "Gram matrices")


def _make_gram_chapter(style: Tensor) -> str:
    """Show the Gram matrices, their strongest pairs, and what excites these."""
    parts = [
        page.heading("3. Style: which maps fire together"),
        page.paragraph(GRAM_TEXT),
    ]
    for layer, maps in extract_features(style, LAYERS).items():
        gram = gram_matrix(maps)[0]
        shown = [page.figure(_draw_matrix(gram), f"{layer}: {len(gram)} × {len(gram)} numbers")]
        for first, second in find_strongest_pairs(gram, PAIRS):
            patches = cut_exciting_patches(style, maps[0, first] * maps[0, second], layer, PATCHES)
            cut = tuple(images.to_pil(enlarge_patch(patch, 64)) for patch in patches)
            caption = f"maps {first} and {second}: G = {float(gram[first, second]):.3g}"
            shown.append(page.Figure(cut, caption))
        parts.append(page.row(shown, "patches"))
    return "".join(parts)


def _draw_matrix(gram: Tensor) -> PIL.Image.Image:
    strongest = gram.diagonal().argsort(descending=True)[:DRAWN]
    part = gram[strongest][:, strongest]
    side = 6 * len(part)
    return draw_heat(part, (side, side), float(part.flatten().quantile(0.99)))


def _make_style_chapter(style: Tensor, networks: Sequence[NetworkName]) -> Iterator[Chapter]:
    """Reconstruct textures from noise by one layer, two, … five."""
    shown = [page.figure(images.to_pil(style), "the painting")]
    for count in range(1, len(LAYERS) + 1):
        found = reconstruct_style(style, LAYERS[:count], STEPS, networks)
        name = LAYERS[0] if count == 1 else f"{LAYERS[0]} to {LAYERS[count - 1]}"
        caption = f"{name}: style loss {found.loss:.2g}"
        shown.append(page.figure(images.to_pil(found.pixels), caption))
        yield Chapter("", 0.76 + 0.21 * count / len(LAYERS), "reconstructing the style")
    html = (
        page.heading("4. The style representation: textures from one layer, two, … five")
        + page.paragraph(STYLE_TEXT)
        + page.row(shown, "small")
    )
    yield Chapter(html, 0.97, "the film")


def _make_film(run: _Run) -> str:
    width, height = run.frames[-1][1].size
    shown = [
        page.figure(images.stretch(frame, (width, height)), f"step {step}")
        for step, frame in run.frames
    ]
    return (
        page.heading("5. The target image, step by step")
        + page.paragraph(FILM_TEXT)
        + page.row(shown, "film")
    )


def _make_curves(run: _Run) -> str:
    return (
        page.heading("6. The losses")
        + page.paragraph(LOSSES_TEXT)
        + draw_curves(run.losses, run.marks)
    )


def _make_facts(result: Result, content: Image, style: Image) -> str:
    options = {
        name: " ".join(value) if isinstance(value, tuple) else str(value)
        for name, value in result.options.model_dump().items()
        if value != Options.model_fields[name].default
    }
    losses = {name: f"{value:.5f}" for name, value in result.losses.items()}
    facts = {"photo": content.name, "painting": style.name, "seconds": f"{result.seconds:.0f}"}
    facts |= {"network": _name_networks(result.options), "brushwork": __version__}
    notes = "".join(page.paragraph(note) for note in result.notes)
    return (
        page.heading("7. How it was made")
        + page.paragraph("Options that are not named have their defaults.")
        + page.table(facts | options)
        + page.paragraph("The losses of the result:")
        + page.table(losses, numbers=True)
        + notes
    )


def _name_networks(options: Options) -> str:
    names = {"small": "a small network distilled from VGG-19", "large": "VGG-19"}
    return options.weights or ", then ".join(names[name] for name in options.networks)


def _resize(image: Image, long_side: int) -> Tensor:
    height, width = image.pixels.shape[2:]
    return images.resize(image.pixels, fit_size(height, width, long_side), image.alpha)


def _make_thumbnail(image: Image) -> PIL.Image.Image:
    return images.to_pil(_resize(image, LEAST_SIDE))


def assemble_page(name: str, chapters: Sequence[Chapter]) -> str:
    """Give the page of all chapters."""
    return page.page(name, [chapter.html for chapter in chapters])


OPENING_TEXT = """
How a photo is repainted in the style of a painting, step by step, after Gatys, Ecker and Bethge
(2016). Every picture and every number on this page comes from these two pictures and from the run
that made the third.
"""
NETWORK_TEXT = """
VGG-19 was trained to name a thousand things in photos. Its answer is not wanted here, only what
it notices on the way: at each layer, a stack of feature maps, each bright where its filter found
what it looks for. Near the picture that is edges and colours; deeper, with fewer and fewer
places, textures and parts of things. A draft is painted by a small network that was taught to
notice the same; these maps are those of VGG-19 itself.
"""
CONTENT_TEXT = """
Take noise and change it until its feature maps at one layer are those of the photo. What comes
back is what the layer holds; what does not, it has lost. The deeper the layer, the less it cares
for exact colours and textures, and the more freedom it leaves to a painter. brushwork compares
photo and target at conv4_2.
"""
GRAM_TEXT = """
Multiply two feature maps place by place and take the mean: that is one entry of the Gram matrix.
It says how much the two fire together, and nothing about where. Each matrix shows the strongest
maps of the painting at one layer, dark for much. Beside it the pairs of different maps that fire
together most, and the patches of the painting that excite both: that is what an entry of a Gram
matrix means.
"""
STYLE_TEXT = """
Take noise again, and change it until its Gram matrices are those of the painting. With the first
layer alone only colours come back; with each deeper one larger strokes, and in the end whole
forms, all in other places than in the painting.
"""
FILM_TEXT = """
Nothing is trained. The picture begins as the photo, small, and is changed so that the content
loss and the style loss become smaller together; then it is enlarged and changed again. Coarse
scales settle the composition, fine ones the strokes. Unless it is a draft, a small network takes
the early steps of each size, and VGG-19 the last.
"""
LOSSES_TEXT = """
Each loss is a part of the energy of its own target: 0 is equal, 1 is as far as nothing at all.
Where a dashed line stands the picture was enlarged, or VGG-19 took over from the small network. The
content loss begins at 0, because the photo has all the photo's content, and is what the style is
paid with.
"""
