"""The nodes: images B×H×W×C come in and go out as tensors, and no file is written."""

from __future__ import annotations

import hashlib
from collections.abc import Generator
from typing import Any, Literal, get_args, get_origin

import comfy.model_management
import comfy.utils
import torch
from comfy_api.latest import ComfyExtension, io
from torch import Tensor

import brushwork
from brushwork import images
from brushwork.masks import segmentation, shapes
from brushwork.options import Options

CATEGORY = "image/brushwork"
#: Options that these nodes offer; each input is made of its field in the options model.
COMMON = ("size", "effort", "draft")
STYLIZE = ("strength", "statistics", "color", "style_scale", *COMMON)

PHOTO, PAINTING = "The photo, or a batch of them.", "The painting, or one for each photo."


def make_inputs(names: tuple[str, ...]) -> list[io.Input]:
    """Make one input for each option: its default, bounds, choices and help are the model's."""
    return [_make_input(name) for name in names]


def _make_input(name: str) -> io.Input:
    field = Options.model_fields[name]
    about: dict[str, Any] = {"default": field.default, "tooltip": field.description}
    bounds = {
        key: getattr(part, limit)
        for part in field.metadata
        for key, limit in (("min", "ge"), ("max", "le"))
        if hasattr(part, limit)
    }
    if get_origin(field.annotation) is Literal:
        return io.Combo.Input(name, options=list(get_args(field.annotation)), **about)
    if field.annotation is bool:
        return io.Boolean.Input(name, **about)
    if field.annotation is int:
        return io.Int.Input(name, **about, **bounds)
    return io.Float.Input(name, step=0.05, **about, **bounds)


def run(events: Generator[brushwork.Event], part: int, parts: int) -> Tensor:
    """Run to the end with progress and previews, and give H×W×3; an interrupt ends it."""
    bar = comfy.utils.ProgressBar(1000 * parts)
    try:
        for event in events:
            comfy.model_management.throw_exception_if_processing_interrupted()
            if isinstance(event, brushwork.StepTaken):
                preview = ("JPEG", event.preview(), 512) if event.step % 5 == 0 else None
                bar.update_absolute(int(1000 * (part + event.progress)), preview=preview)
            elif isinstance(event, brushwork.Finished):
                return torch.from_numpy(event.result.array()[:, :, :3])
    finally:
        events.close()
    raise brushwork.BrushworkError("the run ended without an image.")


def take(batch: Tensor | None, index: int) -> Tensor | None:
    """Take one image of a batch for `brushwork`; the last one again where it is shorter."""
    return None if batch is None else images.from_channels_last(batch[min(index, len(batch) - 1)])


def hash_inputs(**given: Any) -> str:
    """Hash inputs: every number of every tensor, and all else by value."""
    found = hashlib.sha256(brushwork.__version__.encode())
    for name, value in sorted(given.items()):
        found.update(name.encode())
        if isinstance(value, Tensor):
            found.update(repr(tuple(value.shape)).encode())
            found.update(value.detach().cpu().contiguous().numpy().tobytes())
        else:
            found.update(repr(value).encode())
    return found.hexdigest()


class Stylize(io.ComfyNode):
    """Paints each image of a batch; where paintings or masks are fewer, the last serves again.

    While it paints, the node shows the image; an interrupt ends it. What is known is not painted
    again.
    """

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="BrushworkStylize",
            display_name="Stylize",
            category=CATEGORY,
            description="Give an image the style of one or two paintings (Gatys et al., 2016).",
            inputs=[
                io.Image.Input("image", tooltip=PHOTO),
                io.Image.Input("style", tooltip=PAINTING),
                io.Image.Input("second_style", optional=True, tooltip="A painting to mix in."),
                io.Float.Input(
                    "second_weight",
                    default=1.0,
                    min=0.01,
                    max=100.0,
                    tooltip="How much of the second painting, against 1 of the first.",
                ),
                io.Mask.Input("mask", optional=True, tooltip="White is painted, black stays."),
                *make_inputs(STYLIZE),
            ],
            outputs=[io.Image.Output()],
        )

    @classmethod
    def execute(
        cls,
        image: Tensor,
        style: Tensor,
        second_weight: float = 1.0,
        second_style: Tensor | None = None,
        mask: Tensor | None = None,
        **options: Any,
    ) -> io.NodeOutput:
        stylizer = brushwork.Stylizer(**options)
        done = []
        for index in range(len(image)):
            styles: list[Any] = [take(style, index)]
            if second_style is not None:
                styles.append((take(second_style, index), second_weight))
            sources = {} if mask is None else {"mask": mask[min(index, len(mask) - 1)][None]}
            events = stylizer.iter_stylize(take(image, index), styles, **sources)
            done.append(run(events, index, len(image)))
        return io.NodeOutput(torch.stack(done))

    @classmethod
    def fingerprint_inputs(cls, **given: Any) -> str:
        return hash_inputs(**given)


class Texture(io.ComfyNode):
    """Paints a surface as the painting is made, of anything or nothing: its strokes and colours.

    Other seeds give other surfaces. `seamless` makes a tile that continues at its edges.
    """

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="BrushworkTexture",
            display_name="Texture",
            category=CATEGORY,
            description="Make the texture of a painting; seamless makes a tile.",
            inputs=[
                io.Image.Input("style", tooltip=PAINTING),
                io.Float.Input(
                    "aspect", default=1.0, min=0.1, max=10.0, tooltip="Width over height."
                ),
                *make_inputs(("seamless", *COMMON, "seed")),
            ],
            outputs=[io.Image.Output()],
        )

    @classmethod
    def execute(cls, style: Tensor, aspect: float = 1.0, **options: Any) -> io.NodeOutput:
        stylizer = brushwork.Stylizer(**options)
        done = [
            run(stylizer.iter_texture(take(style, index), aspect=aspect), index, len(style))
            for index in range(len(style))
        ]
        return io.NodeOutput(torch.stack(done))


class Recolor(io.ComfyNode):
    """Moves the colours of an image to those of a painting; shapes and strokes stay."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="BrushworkRecolor",
            display_name="Recolor",
            category=CATEGORY,
            description="Give an image the colours of a painting, without painting it.",
            inputs=[
                io.Image.Input("image", tooltip=PHOTO),
                io.Image.Input("style", tooltip=PAINTING),
                *make_inputs(("size",)),
            ],
            outputs=[io.Image.Output()],
        )

    @classmethod
    def execute(cls, image: Tensor, style: Tensor, **options: Any) -> io.NodeOutput:
        stylizer = brushwork.Stylizer(color="only", **options)
        done = [
            run(stylizer.iter_stylize(take(image, one), take(style, one)), one, len(image))
            for one in range(len(image))
        ]
        return io.NodeOutput(torch.stack(done))


class SegmentSubject(io.ComfyNode):
    """Finds the thing in a box: white in the mask, as *Stylize* takes it."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="BrushworkSegmentSubject",
            display_name="Segment subject",
            category=CATEGORY,
            description="Find what stands in a box X,Y,W,H, in pixels or per cent, as a mask.",
            inputs=[
                io.Image.Input("image", tooltip=PHOTO),
                io.String.Input(
                    "box",
                    default="10%,10%,80%,80%",
                    tooltip="Where it is: x, y, width and height, in pixels or per cent.",
                ),
            ],
            outputs=[io.Mask.Output()],
        )

    @classmethod
    def execute(cls, image: Tensor, box: str) -> io.NodeOutput:
        place = shapes.parse_box(box, (image.shape[1], image.shape[2]))
        found = []
        for index in range(len(image)):
            read = images.read(take(image, index))
            found.append(segmentation.find_subject(read.pixels, place, read.alpha)[0, 0])
        return io.NodeOutput(torch.stack(found))


class Compare(io.ComfyNode):
    """Measures with layers of VGG-19 that no style or content loss looks at; lower is nearer.

    *style* is the distance to the painting, *content* that to the photo.
    """

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="BrushworkCompare",
            display_name="Compare",
            category=CATEGORY,
            description="Measure how far a result is from the painting and from the photo.",
            inputs=[
                io.Image.Input("image", tooltip=PHOTO),
                io.Image.Input("style", tooltip=PAINTING),
                io.Image.Input("result", tooltip="What was made of them."),
            ],
            outputs=[
                io.Float.Output(display_name="style"),
                io.Float.Output(display_name="content"),
            ],
        )

    @classmethod
    def execute(cls, image: Tensor, style: Tensor, result: Tensor) -> io.NodeOutput:
        from brushwork.report.comparison import measure_images

        *_, measured = measure_images(take(image, 0), take(style, 0), [take(result, 0)], 512)
        return io.NodeOutput(*(float(distance) for distance in measured.distances))


class BrushworkExtension(ComfyExtension):
    async def get_node_list(self) -> list[type[io.ComfyNode]]:
        return [Stylize, Texture, Recolor, SegmentSubject, Compare]


async def comfy_entrypoint() -> BrushworkExtension:
    return BrushworkExtension()
