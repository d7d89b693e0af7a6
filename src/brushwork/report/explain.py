"""A page about one photo and one painting: every step of the method, in the run's own pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import PIL.Image
from torch import Tensor

from brushwork import __version__, images
from brushwork.api import iter_stylize
from brushwork.events import Finished, StepTaken
from brushwork.images import Picture
from brushwork.losses import gram_matrix
from brushwork.options import Options, layer_weights
from brushwork.painting import Painting
from brushwork.pyramid import fitted
from brushwork.report import page, prose
from brushwork.report.curves import curves
from brushwork.report.drawing import grey, heat
from brushwork.report.representations import (
    enlarged,
    exciting,
    features,
    from_content,
    from_style,
    strongest_pairs,
    unlike,
)

#: Long side of the pictures that are looked at, and of those that are painted from noise.
SEEN, SMALL = 256, 144
#: Steps of a reconstruction.
STEPS = 80
LAYERS = ("conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv5_1")
CONTENT = ("conv1_2", "conv2_2", "conv3_2", "conv4_2", "conv5_2")
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
    """What is kept of the painting of the picture."""

    frames: list[tuple[int, PIL.Image.Image]] = field(default_factory=list)
    losses: dict[str, list[float]] = field(default_factory=dict)
    marks: dict[int, str] = field(default_factory=dict)
    painting: Painting | None = None


def explained(photo: Picture, painting: Picture, options: Options) -> Iterator[Chapter]:
    """Give the chapters of the page one after the other, as they are made.

    Raises
    ------
    BrushworkError
        As `stylize`.
    """
    run = _Run()
    yield from _watched(run, photo, painting, options)
    assert run.painting is not None  # every run ends with its painting
    yield Chapter(_opening(photo, painting, run.painting), 0.5, "looking at feature maps")
    yield Chapter(_network(_sized(photo, SEEN)), 0.52, "remembering the photo")
    yield from _content(_sized(photo, SMALL))
    yield Chapter(_grams(_sized(painting, SEEN)), 0.76, "remembering the painting")
    yield from _styles(_sized(painting, SMALL))
    yield Chapter(_film(run), 0.98, "drawing curves")
    yield Chapter(_curves(run), 0.99, "writing")
    yield Chapter(_facts(run.painting, photo, painting), 1.0, "done")


def title(photo: Picture, painting: Picture) -> str:
    """Name the page."""
    return f"{photo.name} in the style of {painting.name}"


def _watched(run: _Run, photo: Picture, painting: Picture, options: Options) -> Iterator[Chapter]:
    """Paint, and keep frames and losses on the way."""
    step = 0
    for event in iter_stylize(photo, painting, options):
        if isinstance(event, StepTaken):
            if event.step == 1:
                run.marks[step] = f"{event.scale.width} px"
            if event.progress * FRAMES >= len(run.frames) or not run.frames:
                run.frames.append((step + 1, event.preview()))
            for name in ("total", "content", "style", *_parts(options)):
                run.losses.setdefault(name, []).append(event.losses[name])
            step += 1
            yield Chapter("", 0.5 * event.progress, "painting")
        elif isinstance(event, Finished):
            run.painting = event.painting
            run.frames.append((step, event.painting.image))


def _parts(options: Options) -> list[str]:
    return [f"style.{layer}" for layer in layer_weights(options.style_layers)]


def _opening(photo: Picture, painting: Picture, made: Painting) -> str:
    shown = [
        page.figure(_picture(photo), f"the photo: {photo.name}"),
        page.figure(_picture(painting), f"the painting: {painting.name}"),
        page.figure(made.image, "what brushwork painted"),
    ]
    return page.headline(title(photo, painting)) + page.paragraph(prose.OPENING) + page.row(shown)


def _network(photo: Tensor) -> str:
    """Show feature maps of each layer."""
    layers = (*LAYERS[:4], "conv4_2", "conv5_1")
    parts = [
        page.heading("1. What the network sees"),
        page.paragraph(prose.NETWORK),
    ]
    for layer, maps in features(photo, layers).items():
        _, count, height, width = maps.shape
        size = (132, round(132 * height / width))
        shown = [
            page.figure(grey(maps[0, index], size), f"map {index}") for index in unlike(maps, MAPS)
        ]
        parts.append(page.paragraph(f"{layer}: {count} maps of {width} × {height} places"))
        parts.append(page.row(shown, "small"))
    return "".join(parts)


def _content(photo: Tensor) -> Iterator[Chapter]:
    """Paint the photo from noise by each depth alone."""
    shown = [page.figure(images.to_pil(photo), "the photo")]
    for index, layer in enumerate(CONTENT, start=1):
        found = from_content(photo, layer, STEPS)
        caption = f"from {layer}: content loss {found.loss:.2g}"
        shown.append(page.figure(images.to_pil(found.pixels), caption))
        yield Chapter("", 0.52 + 0.24 * index / len(CONTENT), "remembering the photo")
    html = (
        page.heading("2. What a content layer remembers")
        + page.paragraph(prose.CONTENT_LAYERS)
        + page.row(shown, "small")
    )
    yield Chapter(html, 0.76, "Gram matrices")


def _grams(painting: Tensor) -> str:
    """Show the Gram matrices, their strongest pairs, and what excites these."""
    parts = [
        page.heading("3. Style: which maps fire together"),
        page.paragraph(prose.GRAMS),
    ]
    for layer, maps in features(painting, LAYERS).items():
        gram = gram_matrix(maps)[0]
        shown = [page.figure(_matrix(gram), f"{layer}: {len(gram)} × {len(gram)} numbers")]
        for first, second in strongest_pairs(gram, PAIRS):
            patches = exciting(painting, maps[0, first] * maps[0, second], layer, PATCHES)
            cut = tuple(images.to_pil(enlarged(patch, 64)) for patch in patches)
            caption = f"maps {first} and {second}: G = {float(gram[first, second]):.3g}"
            shown.append(page.Figure(cut, caption))
        parts.append(page.row(shown, "patches"))
    return "".join(parts)


def _matrix(gram: Tensor) -> PIL.Image.Image:
    strongest = gram.diagonal().argsort(descending=True)[:DRAWN]
    part = gram[strongest][:, strongest]
    side = 6 * len(part)
    return heat(part, (side, side), float(part.flatten().quantile(0.99)))


def _styles(painting: Tensor) -> Iterator[Chapter]:
    """Paint textures from noise by one layer, two, … five."""
    shown = [page.figure(images.to_pil(painting), "the painting")]
    for count in range(1, len(LAYERS) + 1):
        found = from_style(painting, LAYERS[:count], STEPS)
        name = LAYERS[0] if count == 1 else f"{LAYERS[0]} to {LAYERS[count - 1]}"
        caption = f"{name}: style loss {found.loss:.2g}"
        shown.append(page.figure(images.to_pil(found.pixels), caption))
        yield Chapter("", 0.76 + 0.21 * count / len(LAYERS), "remembering the painting")
    html = (
        page.heading("4. What the style layers remember")
        + page.paragraph(prose.STYLE_LAYERS)
        + page.row(shown, "small")
    )
    yield Chapter(html, 0.97, "the film")


def _film(run: _Run) -> str:
    width, height = run.frames[-1][1].size
    shown = [
        page.figure(frame.resize((width, height), PIL.Image.Resampling.BICUBIC), f"step {step}")
        for step, frame in run.frames
    ]
    return (
        page.heading("5. The picture is changed, step by step")
        + page.paragraph(prose.FILM)
        + page.row(shown, "film")
    )


def _curves(run: _Run) -> str:
    return (
        page.heading("6. The losses") + page.paragraph(prose.LOSSES) + curves(run.losses, run.marks)
    )


def _facts(made: Painting, photo: Picture, painting: Picture) -> str:
    options = {
        name: " ".join(value) if isinstance(value, tuple) else str(value)
        for name, value in made.options.model_dump().items()
        if value != Options.model_fields[name].default
    }
    losses = {name: f"{value:.5f}" for name, value in made.losses.items()}
    facts = {"photo": photo.name, "painting": painting.name, "seconds": f"{made.seconds:.0f}"}
    facts |= {"network": made.options.weights or "VGG-19, embedded", "brushwork": __version__}
    notes = "".join(page.paragraph(note) for note in made.notes)
    return (
        page.heading("7. How it was made")
        + page.paragraph("Options that are not named have their defaults.")
        + page.table(facts | options)
        + page.paragraph("The losses of the finished picture:")
        + page.table(losses, numbers=True)
        + notes
    )


def _sized(picture: Picture, long_side: int) -> Tensor:
    height, width = picture.pixels.shape[2:]
    return images.resize(picture.pixels, fitted(height, width, long_side))


def _picture(picture: Picture) -> PIL.Image.Image:
    return images.to_pil(_sized(picture, 2 * SEEN))


def whole(name: str, chapters: Sequence[Chapter]) -> str:
    """Give the page of all chapters."""
    return page.page(name, [chapter.html for chapter in chapters])
