"""From what is asked of a film to what is asked of its frames: images, masks, moments."""

from __future__ import annotations

import math
from pathlib import Path

from brushwork import images
from brushwork.engine.request import Request
from brushwork.errors import CheckpointError, OptionError
from brushwork.images import Image
from brushwork.options import Options, Settings, Sources, parse_style
from brushwork.planning.pyramid import SHORTEST_SIDE
from brushwork.recipe import hash_image
from brushwork.system.files import quote
from brushwork.video.clip import Clip, Pixels
from brushwork.video.footage import choose_size, fit
from brushwork.video.keying import ColorKey, read_key
from brushwork.video.masking import FrameMasks
from brushwork.video.moments import Moments
from brushwork.video.request import FilmRequest
from brushwork.video.sequences import find_sequence
from brushwork.video.timeline import parse_fade, parse_strength


def prepare_frame(request: FilmRequest, clip: Clip, first: Pixels) -> Request:
    """Read the style images and the sources, with a frame of the clip as the content image.

    Raises
    ------
    BrushworkError
        If one of them, or the colour that is kept, will not do.
    """
    settings = request.settings
    size = choose_size(clip.info.size, settings.options.size)
    _check_size(clip, size)
    sources = settings.sources
    if isinstance(sources.mask, str) and find_sequence(Path(sources.mask)) is not None:
        first_mask = choose_masks(request, 1).files[0]
        sources = Sources.create(**{**dict(sources), "mask": first_mask})
    frame = fit(first, size)
    if (key := _read_key(request)) is not None:
        key.check(frame)
    content = images.read(frame)
    styles = [parse_style(style) for style in request.styles]
    options = Options.create(settings.options, size=max(size))
    return Request.read(content, styles, Settings(options, sources))


def _check_size(clip: Clip, size: tuple[int, int]) -> None:
    """Refuse a film that is too narrow for the network, before anything is kept of it."""
    if min(size) < SHORTEST_SIDE:
        height, width = clip.info.size
        enough = math.ceil(SHORTEST_SIDE * max(height, width) / min(height, width))
        raise OptionError(
            f"a clip of {width}×{height} pixels becomes a film of {size[1]}×{size[0]}, but both "
            f"sides need {SHORTEST_SIDE}; crop it, or use a size of at least {enough}."
        )


def read_moments(request: FilmRequest) -> Moments:
    """Read what changes while the film runs."""
    strength = None if request.strength is None else parse_strength(request.strength)
    fade = request.film.fade
    weights = () if fade is None else tuple(parse_fade(fade, len(request.styles)))
    return Moments(strength, weights)


def choose_masks(request: FilmRequest, count: int) -> FrameMasks:
    """Say what is painted of each of so many frames.

    Raises
    ------
    OptionError
        If there are fewer masks.
    """
    given = request.settings.sources.mask
    if given is None:
        return FrameMasks(key=_read_key(request))
    found = find_sequence(Path(given)) if isinstance(given, str) else None
    if found is None:
        return FrameMasks([Path(given)])
    if len(found) < count:
        raise OptionError(
            f"{quote(Path(given))} has {len(found)} masks, but the film has {count} frames; give "
            "one for each."
        )
    return FrameMasks(found)


def hash_images(prepared: Request) -> dict[str, str]:
    """Give the hash of every image by its role, but for the content image, which is a frame."""
    return {role: hash_image(image) for role, image in _list_images(prepared).items()}


def check_unchanged(prepared: Request, hashes: dict[str, str]) -> None:
    """Refuse images that are not what they were when the film was begun.

    Raises
    ------
    CheckpointError
        The message says which one has changed.
    """
    for role, image in _list_images(prepared).items():
        if role in hashes and hash_image(image) != hashes[role]:
            raise CheckpointError(
                f"{image.name} ({role}) has changed since the film was begun; put back what it "
                "was, or begin the film anew."
            )


def _list_images(prepared: Request) -> dict[str, Image]:
    found = prepared.list_images()
    found.pop("photo", None)
    return found


def _read_key(request: FilmRequest) -> ColorKey | None:
    return read_key(request.film.keep_color, request.settings.sources.mask is not None)
