"""What somebody asks for: every image that it names, read once, and the options.

From a path, a name or an array to tensors on a device in two steps: `Request.read` reads the
images, `Request.prepare` makes of them the `Inputs` that a run starts from.
"""

from __future__ import annotations

import functools
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import torch
from torch import Tensor

from brushwork import images
from brushwork.engine.flat_styles import start_from_flat_styles
from brushwork.engine.inputs import Inputs, StyleImage
from brushwork.engine.recolor import apply_color
from brushwork.engine.remarks import StyleFacts, list_remarks
from brushwork.engine.targets import Extra
from brushwork.errors import OptionError
from brushwork.images import Image, Source
from brushwork.images.borders import Border
from brushwork.masks.grey import check_marked, describe_mask, read_mask
from brushwork.masks.regions import detect_detail, read_regions
from brushwork.options import (
    Options,
    Settings,
    Sources,
    StyleOptions,
    get_role,
    list_styles,
    options_that_affect,
)
from brushwork.recipe import Found, Recipe, StyleEntry, make_recipe
from brushwork.system import memory

if TYPE_CHECKING:
    from brushwork.options.styles import StyleSource

#: Height that stands for the extent of a texture, which has a shape but no size of its own.
EXTENT = 1000
#: A texture is not narrower than this, width over height or height over width.
LEAST_ASPECT = 0.1
#: What is said of an image that is not opaque.
_LEFT_OUT = "its transparent parts were left out: every pixel counts by its opacity"
#: What a source may say in place of an image.
WORDS = {"preserve": ("none", "detail"), "init": ("content", "noise")}


@dataclass(frozen=True)
class StyleRequest:
    """One style image, and how it is used.

    Attributes
    ----------
    image
        The style image.
    options
        Its weight, scale and layers; ``part`` and ``region`` are names here.
    part
        The part of it to take the style from, in white; None for all.
    region
        Where it is used, in white; None where ``options.region`` is a colour of the map, or None.
    """

    image: Image
    options: StyleOptions
    part: Image | None = None
    region: Image | None = None

    @classmethod
    def read(cls, source: Source, options: StyleOptions, of: Options | None = None) -> Self:
        """Read a style image and the images that its options name, as large as a run needs them."""
        enough = None if of is None else measure_need(of)
        wanted = None if of is None else measure_need(of, options.scale)
        part = None if options.part is None else images.read(options.part, long_side=wanted)
        region = (
            images.read(options.region, long_side=enough) if _is_image(options.region) else None
        )
        names = {
            name: found.origin for name, found in (("part", part), ("region", region)) if found
        }
        image = images.read(source, long_side=wanted)
        return cls(image, options.model_copy(update=names), part, region)

    @functools.cached_property
    def border(self) -> Border | None:
        """The border of the scan round the style image, if there is one."""
        return Border.find(self.image.pixels, self.image.alpha)

    def trim(self, image: Tensor, *, trims: bool) -> Tensor:
        """Give the style image, or what lies upon it, without its border if that is left out."""
        return self.border.crop(image) if trims and self.border is not None else image

    def describe(self, options: Options) -> StyleFacts:
        """Give what is said about it in a run by some options."""
        pixels = self.trim(self.image.pixels, trims=options.trim_style)
        scale = options.style_scale * self.options.scale
        return StyleFacts(self.image.name, _get_size(pixels), scale, self.border)


def measure_need(options: Options, style_scale: float | None = None) -> int:
    """Give the long side that is enough of an image for a run: the filter still has a choice.

    Twice what the network is shown of it at most: the result's size, of a style image that with its
    scale.

    Parameters
    ----------
    options
        How to stylize.
    style_scale
        A style image's own scale, which those options multiply; None for any other image.
    """
    scale = 1.0 if style_scale is None else options.style_scale * style_scale
    return math.ceil(2 * options.size * max(1.0, scale))


@dataclass(frozen=True)
class Request:
    """Content and style images, or style images alone for a texture, and how to stylize.

    Attributes
    ----------
    content
        The content image; None for a texture.
    styles
        The style images and how each is used.
    options
        How to stylize.
    mask, regions
        As in `Sources`; None where there is none.
    preserve, init
        An image, or one of the words of `Sources`.
    aspect
        Width over height of a texture.
    extra
        Makes losses of the caller's own for each scale.
    notes
        What the person should know besides what is noticed on the way.
    started
        When it all began, by `time.perf_counter`.
    """

    content: Image | None
    styles: Sequence[StyleRequest]
    options: Options
    mask: Image | None = None
    regions: Image | None = None
    preserve: Image | str = "none"
    init: Image | str = "content"
    aspect: float = 1.0
    extra: Extra | None = None
    notes: tuple[str, ...] = ()
    started: float = field(default_factory=time.perf_counter)

    @classmethod
    def read(
        cls,
        content: Source | None,
        styles: StyleSource | Sequence[StyleSource],
        settings: Settings,
        **more: Any,
    ) -> Self:
        """Read every image that is named.

        Parameters
        ----------
        content
            The content image; None for a texture.
        styles
            As `list_styles` takes them.
        settings
            Options, and the sources besides content and styles.
        **more
            ``aspect``, ``extra``, ``notes`` and ``started``, as in `Request`.

        Raises
        ------
        BrushworkError
            If an image cannot be read, there is no style, or the aspect ratio is out of bounds.
        """
        aspect = more.get("aspect", 1.0)
        if not LEAST_ASPECT <= aspect <= 1 / LEAST_ASPECT:
            raise OptionError(f"aspect was given as {aspect}, but must lie between 0.1 and 10.")
        options = settings.options
        enough = measure_need(options)
        with memory.tell_out_of_memory("the images were read"):
            return cls(
                content=None if content is None else images.read(content, long_side=enough),
                styles=[StyleRequest.read(one, how, options) for one, how in list_styles(styles)],
                options=options,
                **{
                    name: _read_source(name, settings.sources, enough)
                    for name in Sources.model_fields
                },
                **more,
            )

    @classmethod
    def follow(
        cls, recipe: Recipe, found: Mapping[str, Found], changes: Mapping[str, Any], **more: Any
    ) -> Self:
        """Read the images of a recipe where they are now.

        Parameters
        ----------
        recipe
            What is made again.
        found
            What each role is now; None for what is built in.
        changes
            Options and sources that shall be others than in the recipe, by name.
        **more
            As for `read`.

        Raises
        ------
        BrushworkError
            As `read`.
        """
        sources = {
            name: place
            for name in Sources.model_fields
            if (place := found.get(get_role(name))) is not None
        }
        settings = Settings.create(recipe.settings(**sources), **changes)
        content = None if recipe.content is None else _place(found.get("photo")) or recipe.content
        styles = [_follow_style(style, n, found) for n, style in enumerate(recipe.styles, start=1)]
        return cls.read(content, styles, settings, aspect=recipe.aspect, **more)

    def without_small_network(self) -> Self:
        """Ask the large network for everything, as losses of the caller's own do."""
        notes = self.notes
        if self.options.draft:
            notes += ("losses of your own look at VGG-19 itself, so that this is no draft",)
        changed = Options.create(self.options, draft=False, early_network="large")
        return replace(self, options=changed, notes=notes)

    def list_images(self) -> dict[str, Image]:
        """Give every image by its role in the recipe."""
        found: dict[str, Any] = {"photo": self.content}
        found |= {f"painting {n}": style.image for n, style in enumerate(self.styles, start=1)}
        found |= {"mask": self.mask, "regions": self.regions}
        found |= {"start": self.init, "preserve": self.preserve}
        for n, style in enumerate(self.styles, start=1):
            found |= {f"part of painting {n}": style.part, f"region of painting {n}": style.region}
        return {role: image for role, image in found.items() if isinstance(image, Image)}

    def recipe(self) -> Recipe:
        """Write down what is asked for."""
        sources = {name: _name_source(getattr(self, name)) for name in Sources.model_fields}
        return make_recipe(
            self.content,
            [(style.image, style.options) for style in self.styles],
            self.options,
            sources,
            self.list_images(),
            self.aspect,
        )

    def prepare(
        self, device: torch.device, recolored: Sequence[StyleImage] | None = None
    ) -> Inputs:
        """Make tensors of all images, recoloured as the options say, on a device.

        Parameters
        ----------
        device
            Where the run is computed.
        recolored
            The style images on the CPU, as they were prepared for another content image, if they
            shall keep the colours that they have there.

        Raises
        ------
        BrushworkError
            If options do not go together, or images do not lie on top of each other.
        """
        self._check_layers()
        self._check_aspects()
        with memory.tell_out_of_memory("the images were prepared"):
            inputs = self._stack() if self.content is None else self._stack_on(self.content)
            inputs.check()
            colored = apply_color(inputs, self.options.color, recolored)
            return start_from_flat_styles(colored, self.options.strength).to_device(device)

    def _check_aspects(self) -> None:
        """Refuse what does not lie on the content image, by the sizes at which it was given."""
        if self.content is None:
            return
        named = {"the mask": self.mask, "the map of what to preserve": self.preserve}
        for called, image in {"the image to start from": self.init, **named}.items():
            if isinstance(image, Image):
                images.check_aspect(called, image.size, self.content.size)

    def _stack_on(self, content: Image) -> Inputs:
        return Inputs(
            content=content.pixels,
            extent=content.size,
            styles=self._make_styles(),
            regions=self._read_regions(),
            mask=None if self.mask is None else _read_mask(self.mask),
            preserve=self._make_preserve(content),
            alpha=content.alpha,
            **self._read_start(),
            notes=self._collect_notes(),
        )

    def _read_start(self) -> dict[str, Any]:
        """Give what the target starts from, by the names of `Inputs`."""
        if isinstance(self.init, Image):
            return {"start": self.init.pixels, "start_alpha": self.init.alpha}
        return {"noise": self.init == "noise"}

    def _stack(self) -> Inputs:
        """Do so for a texture, which has no content image."""
        self._refuse_content_options()
        return Inputs(
            content=None,
            styles=self._make_styles(),
            extent=(EXTENT, max(1, round(EXTENT * self.aspect))),
            regions=self._read_regions(),
            **self._read_start(),
            notes=self._collect_notes(),
        )

    def _make_styles(self) -> list[StyleImage]:
        trims = self.options.trim_style
        return [_make_style(style, n, trims=trims) for n, style in enumerate(self.styles, start=1)]

    def _refuse_content_options(self) -> None:
        given = [
            name for name in options_that_affect("content") if not self.options.is_default(name)
        ]
        given += [
            name
            for name, empty in (("mask", None), ("preserve", "none"))
            if getattr(self, name) is not empty and getattr(self, name) != empty
        ]
        if given:
            raise OptionError(f"{given[0]} needs a photo, and a texture has none; leave it out.")

    def _check_layers(self) -> None:
        known = self.options.style_shares
        for style in self.styles:
            strange = [layer for layer in style.options.layers or () if layer not in known]
            if strange:
                raise OptionError(
                    f"{style.image.name} is for {', '.join(strange)}, not among the style layers "
                    f"{', '.join(known)}; name one of these, or add it to style_layers."
                )

    def _read_regions(self) -> dict[str, Tensor]:
        """Give a mask for every region that a style is for."""
        masks: dict[str, Tensor] = {}
        colors: list[str] = []
        for number, style in enumerate(self.styles, start=1):
            if style.region is not None:
                masks[_name_region(style, number)] = check_marked(
                    read_mask(style.region),
                    f"the region of {style.image.name}",
                    "shall look like it",
                    wholly=True,
                )
            elif style.options.region is not None and style.options.region not in colors:
                colors.append(style.options.region)
        self._check_regions(colors)
        if self.regions is None:
            return masks
        return masks | read_regions(self.regions, colors, long_side=measure_need(self.options))

    def _check_regions(self, colors: Sequence[str]) -> None:
        if self.regions is not None and not colors:
            raise OptionError(
                "a map of regions was given, but no painting is for one of its colours; write "
                "PAINTING@red, or leave the map out."
            )
        if colors and self.regions is None:
            raise OptionError(
                f"a painting is for the region {colors[0]!r}, but there is no map of regions; give "
                "one (--regions), or name the file of a grey mask."
            )

    def _make_preserve(self, content: Image) -> Tensor | None:
        """Say for each pixel how many times the content loss counts."""
        if self.preserve == "none":
            return None
        weight = self.options.preserve_weight
        if isinstance(self.preserve, Image):
            where = check_marked(
                read_mask(self.preserve), "the map of what to preserve", "shall be preserved"
            )
        else:
            where = detect_detail(content.pixels, content.alpha)
        return 1 + (weight - 1) * where if weight > 1 else 1 - (1 - weight) * where

    def _collect_notes(self) -> tuple[str, ...]:
        found = list(self.notes)
        for role, image in self.list_images().items():
            told = list(describe_mask(image) if _is_mask(role) else image.notes)
            if image.alpha is not None and _is_weighed(role):
                told.append(_LEFT_OUT)
            found += [f"{image.name}: {note}" for note in told]
        return (*dict.fromkeys(found), *self._list_remarks())

    def _list_remarks(self) -> Iterator[str]:
        options = self.options
        content = None if self.content is None else _get_size(self.content.pixels)
        facts = [style.describe(options) for style in self.styles]
        return list_remarks(content, facts, options.size, trimmed=options.trim_style)


def _follow_style(
    style: StyleEntry, number: int, found: Mapping[str, Found]
) -> tuple[Source, StyleOptions]:
    moved = {
        name: place
        for name in ("part", "region")
        if (place := _place(found.get(f"{name} of painting {number}")))
    }
    options = StyleOptions(**style.options).model_copy(update=moved)
    return _place(found.get(f"painting {number}")) or style.name, options


def _place(found: Found) -> Source | None:
    """Give what an image is read from now; None for one that is known by its name."""
    return str(found) if isinstance(found, Path) else found


def _is_weighed(role: str) -> bool:
    """Tell an image whose pixels count by their opacity."""
    return role in ("photo", "start") or role.startswith("painting ")


def _is_mask(role: str) -> bool:
    return role in ("mask", "preserve") or role.startswith(("part of ", "region of "))


def _read_source(name: str, sources: Sources, enough: int) -> Any:
    """Read a source where it is an image; leave a word of its own as it is."""
    given = getattr(sources, name)
    default = Sources.model_fields[name].default
    if given is None:
        return default
    if isinstance(given, str) and given in WORDS.get(name, ()):
        return given
    # Flat colours that are mixed are other colours.
    return images.read(given, long_side=enough, flat=name == "regions")


def _name_source(source: Image | str | None) -> str | None:
    return source.origin if isinstance(source, Image) else source


def _is_image(region: Any) -> bool:
    """Tell a region that is an image from the name of a colour."""
    if isinstance(region, str):
        return "." in region or "/" in region
    return region is not None


def _name_region(style: StyleRequest, number: int) -> str:
    """Name a region by its file, so that styles of one region share it."""
    assert style.region is not None
    in_memory = style.region.path is None
    return f"of style {number}" if in_memory else str(style.options.region)


def _read_mask(mask: Image) -> Tensor:
    return check_marked(read_mask(mask), "the mask", "shall be painted")


def _make_style(style: StyleRequest, number: int, *, trims: bool) -> StyleImage:
    how = style.options
    part = _read_part(style, trims=trims)
    pixels = style.trim(style.image.pixels, trims=trims)
    pixels = pixels if part is None else images.fill_hidden(pixels, part)
    region = how.region if style.region is None else _name_region(style, number)
    return StyleImage(pixels, how.weight, region, part, how.scale, how.layers)


def _read_part(style: StyleRequest, *, trims: bool) -> Tensor | None:
    """Say how much each pixel of a style image counts: its part, as far as that is opaque."""
    alpha = style.image.alpha
    alpha = None if alpha is None else style.trim(alpha, trims=trims)
    if style.part is None:
        return alpha
    called = f"the part of {style.image.name}"
    part = check_marked(read_mask(style.part), called, "shall be taken of it")
    part = style.trim(images.resize(part, _get_size(style.image.pixels)), trims=trims)
    if float(part.amax()) <= images.INVISIBLE:
        raise OptionError(f"{called} lies in the border that is left out; mark one within it.")
    part = part if alpha is None else part * alpha
    if float(part.amax()) <= images.INVISIBLE:
        raise OptionError(f"{called} is transparent; mark one that is visible.")
    return part


def _get_size(pixels: Tensor) -> tuple[int, int]:
    return pixels.shape[2], pixels.shape[3]
