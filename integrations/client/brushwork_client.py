"""Paints with a brushwork studio that runs: one file, Python 3.10 or newer, nothing to install.

The classes and methods between the two marked lines are made from the studio's description of its
API by ``python -m tools.make_client``; all else is written by hand.
"""

from __future__ import annotations

import atexit
import contextlib
import dataclasses
import http.client
import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import types
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Literal, Union, get_args, get_origin, get_type_hints
from urllib.parse import quote, urlencode

#: Seconds that an answer may take.
TIMEOUT = 60.0
#: Seconds before a studio that did not answer is asked again how a job is, and how often.
RETRY_SECONDS, RETRIES = 1.0, 5
#: Seconds that a studio may take until it answers, and from one look at it to the next.
START_SECONDS, LOOK_SECONDS = 120.0, 0.2


class StudioError(Exception):
    """What went wrong, in the studio's own sentence.

    Attributes
    ----------
    status
        The status of the answer; 0 where there was none.
    code
        The studio's word for it: not_found, conflict, option, image, busy, …; unreachable where it
        did not answer.
    """

    def __init__(self, message: str, status: int = 0, code: str = "unreachable") -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class Connection:
    """Asks one studio, at the address that it has printed; a token in that is taken as one."""

    def __init__(self, address: str, token: str | None = None) -> None:
        where, _, given = address.partition("?token=")
        self.address = where.rstrip("/")
        self._headers = {"content-type": "application/json"}
        if token or given:
            self._headers["authorization"] = f"Bearer {token or given}"
        # A token is not for a proxy, and none leads to this machine.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def open(self, method: str, path: str, query: Any = None, body: Any = None) -> Any:
        """Send a request; give the answer, which is to be read and closed."""
        asked = {key: _to_query(one) for key, one in (query or {}).items() if one is not None}
        text = urlencode(asked, doseq=True)
        data = body
        if body is not None and not isinstance(body, bytes):
            data = json.dumps(body, default=dataclasses.asdict).encode()
        request = urllib.request.Request(
            f"{self.address}{path}" + (f"?{text}" if text else ""),
            data,
            self._headers,
            method=method,
        )
        try:
            return self._opener.open(request, timeout=TIMEOUT)
        except urllib.error.HTTPError as error:
            raise _read_error(error) from None
        except OSError as error:
            reason = getattr(error, "reason", error)
            raise StudioError(
                f"no studio answers at {self.address} ({reason}); start it: brushwork studio"
            ) from None

    def read(self, method: str, path: str, query: Any = None, body: Any = None) -> bytes:
        """Send a request and read the whole answer."""
        try:
            with self.open(method, path, query, body) as answer:
                content: bytes = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise StudioError(f"the answer of {self.address} broke off ({error}).") from None
        return content

    def ask(self, kind: Any, method: str, path: str, query: Any = None, body: Any = None) -> Any:
        """Send a request and give the answer as this kind."""
        return build(kind, json.loads(self.read(method, path, query, body)))


def _to_query(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _read_error(error: urllib.error.HTTPError) -> StudioError:
    with error:
        try:
            told = json.loads(error.read())["error"]
            return StudioError(told["message"], error.code, told["code"])
        except (ValueError, KeyError, TypeError):
            return StudioError(f"{error.url} answered {error.code}; is it a studio?", error.code)


def build(kind: Any, value: Any) -> Any:
    """Make what an annotation says of JSON; what a newer studio tells besides is left out."""
    if value is None or kind is Any:
        return value
    inner = get_args(kind)
    if get_origin(kind) in (Union, types.UnionType):
        return build(next(one for one in inner if one is not type(None)), value)
    if get_origin(kind) is list:
        return [build(inner[0], one) for one in value]
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        made: Any = kind
        return made(**{name: build(hints[name], value[name]) for name in hints if name in value})
    return value


def left(values: dict[str, Any]) -> dict[str, Any]:
    """Give what is not None."""
    return {name: value for name, value in values.items() if value is not None}


def name_of(thing: Any) -> str:
    """Give the identity of an image, job or result."""
    return str(getattr(thing, "id", thing))


def place_of(thing: Any) -> str:
    """Give the identity of an image, job or result, quoted for an address."""
    return quote(name_of(thing), safe="")


# ---- made by tools/make_client.py: begin ----
PREFIX = "/api/v1"
#: The built-in paintings.
PAINTINGS = (
    "great-wave",
    "ejiri",
    "composition-viii",
    "cafe-terrace",
    "church-at-auvers",
    "painter-on-his-way",
    "langlois-bridge",
    "summertime",
)


@dataclass(frozen=True)
class Cell:
    """The place of a job in its grid."""

    row: int
    column: int


@dataclass(frozen=True)
class ClipStill:
    """A frame on the contact sheet of a clip."""

    seconds: float
    shot: int


@dataclass(frozen=True)
class FilmInfo:
    """How long a film is."""

    frames: int
    seconds: float


@dataclass(frozen=True)
class FilmPlan:
    """What a film will take."""

    frames: int
    width: int
    height: int
    #: Null as long as this machine was not measured.
    seconds: float | None
    #: Bytes that its frames need while it is made, at most.
    disk: int


@dataclass(frozen=True)
class FilmUse:
    """The part of a clip that becomes a film, frame by frame."""

    clip: str
    #: Seconds after the clip's first frame.
    start: float = 0.0
    #: Where it ends, before what is shown then; null at the end.
    end: float | None = None
    #: Options of the film by name; see /api/v1/options.
    options: dict[str, Any] = field(default_factory=dict)
    #: Strength over time, as in 0.2@0s,0.8@3s, in seconds of the film; the option's at
    #: every moment if null.
    strength: str | None = None


@dataclass(frozen=True)
class GridAxis:
    """An option, and the values that it takes."""

    option: str
    values: list[Any]


@dataclass(frozen=True)
class GridInfo:
    """A grid in the gallery."""

    id: str
    name: str
    axes: list[GridAxis]
    created: float
    deleted: bool
    #: How many cells it has.
    count: int
    #: How many of them are finished.
    done: int
    #: How many wait, or are painted.
    waiting: int
    #: Results of its first cells, four at most.
    cover: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class GridList:
    """All grids, the newest first."""

    grids: list[GridInfo]


@dataclass(frozen=True)
class GridPlan:
    """What a grid will take."""

    #: How many cells it will have.
    count: int
    #: Of the largest cell.
    width: int
    height: int
    #: For all cells, one after the other; null as long as this was not measured.
    seconds: float | None


@dataclass(frozen=True)
class ImageInfo:
    """A content image, style image or mask that jobs can use."""

    id: str
    name: str
    role: str
    title: str
    artist: str
    year: str | None
    width: int
    height: int
    builtin: bool
    created: float
    notes: list[str]
    #: Bits a channel that are kept: 8 or 16.
    depth: int = 8


@dataclass(frozen=True)
class ImageList:
    """All images, the built-in ones first."""

    images: list[ImageInfo]


@dataclass(frozen=True)
class JobScale:
    """The size that is painted now."""

    index: int
    count: int
    width: int
    height: int


@dataclass(frozen=True)
class LossStep:
    """The losses of one step."""

    scale: int
    step: int
    losses: dict[str, float]


@dataclass(frozen=True)
class ScalePlan:
    """One scale of a plan."""

    width: int
    height: int
    steps: int


@dataclass(frozen=True)
class Shot:
    """What lies between two cuts of a clip."""

    #: Seconds after the first frame.
    start: float
    #: Where the next one begins.
    end: float


@dataclass(frozen=True)
class Status:
    """How the studio is."""

    version: str
    device: str
    memory: int
    queue: int
    limit: int


@dataclass(frozen=True)
class StyleUse:
    """One style image, and how it is used."""

    image: str
    weight: float = 1.0
    #: The colour of the map where it is painted.
    region: (
        Literal["red", "green", "blue", "yellow", "magenta", "cyan", "black", "white"] | None
    ) = None
    #: Size of its brush strokes.
    scale: float = 1.0


@dataclass(frozen=True)
class Subject:
    """The thing in a box of a photo, as far as it is found."""

    id: str
    image: str
    box: list[float]
    state: Literal["waiting", "running", "finished", "failed"]
    error: str | None


@dataclass(frozen=True)
class ClipInfo:
    """A clip that films can be made of."""

    id: str
    name: str
    width: int
    height: int
    #: Frames a second, on average.
    rate: float
    seconds: float
    frames: int
    sound: bool
    shots: list[Shot]
    #: Its contact sheet, in the order of time.
    stills: list[ClipStill]
    notes: list[str]
    created: float
    deleted: bool = False


@dataclass(frozen=True)
class ClipList:
    """All clips, the newest first."""

    clips: list[ClipInfo]


@dataclass(frozen=True)
class JobSettings:
    """All that decides a result."""

    styles: list[StyleUse]
    #: The photo; none for a texture.
    content: str | None = None
    #: Options by name; see /api/v1/options.
    options: dict[str, Any] = field(default_factory=dict)
    #: Paint only where this image is white.
    mask: str | None = None
    #: A map of colours, for styles' regions.
    regions: str | None = None
    #: Width over height of a texture.
    aspect: float = 1.0
    #: Paint this clip; the photo is a still of it, which drafts, grids and plans are of. A
    #: mask or map holds for all frames.
    film: FilmUse | None = None


@dataclass(frozen=True)
class LossHistory:
    """The losses of every step."""

    steps: list[LossStep]


@dataclass(frozen=True)
class Plan:
    """What a result will take; of a film, what one frame painted as a picture does."""

    #: Null as long as this machine was not measured.
    seconds: float | None
    memory: int
    width: int
    height: int
    scales: list[ScalePlan]
    film: FilmPlan | None = None


@dataclass(frozen=True)
class RestoredSettings:
    """What a recipe tells, as far as its images are known here."""

    content: str | None
    styles: list[StyleUse]
    options: dict[str, Any]
    mask: str | None
    regions: str | None
    aspect: float


@dataclass(frozen=True)
class Result:
    """A result in the gallery."""

    id: str
    name: str
    width: int
    height: int
    created: float
    seconds: float
    losses: dict[str, float]
    settings: JobSettings
    notes: list[str]
    job: str | None
    starred: bool = False
    deleted: bool = False
    tags: list[str] = field(default_factory=list)
    #: Bits a channel that are kept: 8 or 16.
    depth: int = 8
    #: Of a film; its image is the first frame.
    film: FilmInfo | None = None


@dataclass(frozen=True)
class ResultList:
    """Results, or a page of them."""

    results: list[Result]
    #: How many there are on all pages.
    total: int
    #: What to ask the next page ``after``; null at the end.
    next: str | None


@dataclass(frozen=True)
class Draft:
    """A small picture of a choice, painted at once; it is gone soon, unless it is kept."""

    id: str
    client: str
    state: Literal["waiting", "running", "finished", "aborted", "failed"]
    settings: JobSettings
    created: float
    progress: float
    width: int | None
    height: int | None
    seconds: float
    #: Grows with every new picture; 0 before the first.
    preview: int
    error: str | None
    #: Why it waits.
    note: str | None
    #: What it became in the gallery, if it was kept.
    result: str | None
    #: Where its newest picture is.
    image: str | None


@dataclass(frozen=True, kw_only=True)
class ImageUpload(ImageInfo):
    """An image that has just come; if brushwork made it, with the settings of its recipe."""

    settings: RestoredSettings | None = None
    missing: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Job:
    """A result that is asked for, and how far it is."""

    id: str
    state: Literal["queued", "running", "paused", "finished", "stopped", "failed", "cancelled"]
    settings: JobSettings
    created: float
    started: float | None
    finished: float | None
    progress: float
    step: int
    steps: int
    scale: JobScale | None
    losses: dict[str, float]
    seconds: float
    remaining: float | None
    error: str | None
    note: str | None
    result: str | None
    #: Grows with every new preview; 0 before the first.
    preview: int
    grid: str | None
    cell: Cell | None
    #: How many are painted before it, in the queue.
    position: int | None = None
    #: What paints it, or has painted it last, where there are several devices.
    device: str | None = None


@dataclass(frozen=True)
class JobList:
    """All jobs: what is painted, the queue in order, then what is over, the newest first."""

    jobs: list[Job]


@dataclass(frozen=True, kw_only=True)
class QueuedJob(Job):
    """The job that was asked for."""

    #: It was there already: the same settings, not done.
    joined: bool = False


@dataclass(frozen=True, kw_only=True)
class Grid(GridInfo):
    """A grid with its jobs by row and column."""

    jobs: list[list[Job]]


class Routes(Connection):
    """One method for each route of the API."""

    def start(
        self,
        content: ImageInfo | str | None,
        *styles: StyleUse | ImageInfo | str,
        mask: ImageInfo | str | None = None,
        regions: ImageInfo | str | None = None,
        aspect: float = 1.0,
        size: int | None = None,
        strength: float | None = None,
        draft: bool | None = None,
        preset: Literal["paper", "portrait", "oil", "fine", "poster", "tint", "loose"]
        | None = None,
        statistics: Literal["gram", "covariance", "wasserstein", "histogram", "nearest_neighbor"]
        | None = None,
        color: Literal["style", "content", "palette", "match", "only"] | None = None,
        preserve_weight: float | None = None,
        seamless: bool | None = None,
        style_scale: float | None = None,
        trim_style: bool | None = None,
        effort: float | None = None,
        seed: int | None = None,
        optimizer: Literal["lbfgs", "adam"] | None = None,
        content_layers: list[str] | None = None,
        style_layers: list[str] | None = None,
        fine_content_layers: list[str] | None = None,
        fine_style_layers: list[str] | None = None,
        early_network: Literal["small", "large"] | None = None,
        pooling: Literal["average", "max"] | None = None,
        total_variation: float | None = None,
        precision: Literal["auto", "float32", "bfloat16"] | None = None,
        preserve: str | None = None,
        init: Literal["content", "noise"] | None = None,
    ) -> QueuedJob:
        """Start a job; one of the same settings that waits or is painted is joined.

        What is None is left to the studio.

        Parameters
        ----------
        content
            The photo, or the name of a built-in one; None for a texture.
        styles
            The painting, or several, each with how it is used.
        mask
            Paint only where this image is white.
        regions
            A map of colours, for styles' regions.
        aspect
            Width over height of a texture.
        size
            Long side of the result in pixels; the photo's aspect ratio is kept. (default 512; 32 to
            16384)
        strength
            How much painting and how little photo: 0 lends the photo its colours and grain, 1 lets
            go of the photo. (default 0.5; 0 to 1)
        draft
            A quick draft, painted by the small network alone: seconds, a little grain. (default
            false)
        preset
            A set of options to start from; what is given besides it wins. (default none)
        statistics
            What is compared with the painting: gram is the paper's; see docs/control.md. (default
            gram)
        color
            Whose colours: style, content (the photo's in their places), palette (the photo's
            anywhere), match (the photo is recoloured first), only (recoloured, not painted).
            (default style)
        preserve_weight
            How many times more the content loss counts where --preserve says so. (default 8.0; 0 to
            1000)
        seamless
            Opposite edges fit together, for tiles that are laid side by side. (default false)
        style_scale
            Size of the brush strokes: above 1 larger, below 1 finer. (default 1.0; 0.1 to 4)
        trim_style
            Leave out the black border or white frame that a scan has round a painting. (default
            false)
        effort
            Multiplies the steps of every scale: less is faster, more is finer. (default 1.0; 0.25
            to 4)
        seed
            Seed of the noise that init=noise uses. (default 0; 0 to 9.22337e+18)
        optimizer
            How the image is changed: lbfgs is faster, adam is steadier. (default lbfgs)
        content_layers
            Layers of the content loss, each LAYER or LAYER:WEIGHT. (default conv4_2)
        style_layers
            Layers of the style loss, each LAYER or LAYER:WEIGHT. (default conv1_1 conv2_1 conv3_1
            conv4_1:0.6 conv5_1:0.2)
        fine_content_layers
            Layers of the content loss at all scales but the coarsest; those of --content-layers if
            these are given. (default conv3_1)
        fine_style_layers
            Layers of the style loss at all scales but the coarsest; those of --style-layers if
            these are given. (default conv1_1 conv2_1 conv3_1)
        early_network
            What takes the early steps of each scale: the small network, which was distilled from
            the large one, or the large one itself; the last steps are always the large one's.
            (default small)
        pooling
            How the network halves its feature maps between two stacks. (default max)
        total_variation
            Weight of the total variation loss; above 0 smooths the result. (default 0.0; 0 to 1000)
        precision
            Floating-point precision of the feature maps; auto takes bfloat16 on a CPU made for it.
            (default auto)
        preserve
            Keep more of the photo: none, detail (eyes, letters), or a grey image; :8. (default
            none)
        init
            Image to start from: content, noise, or an image file. (default content)

        Raises
        ------
        StudioError
            If the studio refuses it; the sentence says why.
        """
        options = {
            "size": size,
            "strength": strength,
            "draft": draft,
            "preset": preset,
            "statistics": statistics,
            "color": color,
            "preserve_weight": preserve_weight,
            "seamless": seamless,
            "style_scale": style_scale,
            "trim_style": trim_style,
            "effort": effort,
            "seed": seed,
            "optimizer": optimizer,
            "content_layers": content_layers,
            "style_layers": style_layers,
            "fine_content_layers": fine_content_layers,
            "fine_style_layers": fine_style_layers,
            "early_network": early_network,
            "pooling": pooling,
            "total_variation": total_variation,
            "precision": precision,
            "preserve": preserve,
            "init": init,
        }
        uses = [one if isinstance(one, StyleUse) else StyleUse(name_of(one)) for one in styles]
        places = [None if one is None else name_of(one) for one in (content, mask, regions)]
        settings = JobSettings(
            content=places[0],
            styles=uses,
            options=left(options),
            mask=places[1],
            regions=places[2],
            aspect=aspect,
        )
        return self.add_job(settings)

    def list_images(self) -> ImageList:
        """List all images, the built-in ones first."""
        answer: ImageList = self.ask(ImageList, "GET", f"{PREFIX}/images", None, None)
        return answer

    def add_image(
        self,
        content: bytes,
        *,
        name: str = "picture",
        role: Literal["content", "style", "mask", "still"] = "content",
    ) -> ImageUpload:
        """Take in the image that is the body of the request, in any format, up to 64 MB.

        It is stored anew as PNG, and in full where a PNG or TIFF has 16 bits a channel; the same file
        again is the same image. If brushwork made it, the answer has the settings of its recipe.
        """
        answer: ImageUpload = self.ask(
            ImageUpload, "POST", f"{PREFIX}/images", {"name": name, "role": role}, content
        )
        return answer

    def add_pixels(
        self,
        content: bytes,
        width: int,
        height: int,
        *,
        channels: int = 3,
        depth: Literal[8, 16] = 8,
        name: str = "picture",
        role: Literal["content", "style", "mask", "still"] = "content",
    ) -> ImageInfo:
        """Take in the plain sRGB pixels that are the body of the request, row by row, up to 64 MB.

        One channel is grey, a fourth is opacity. Of 16 bits the lower byte comes first; all of them are
        kept.
        """
        answer: ImageInfo = self.ask(
            ImageInfo,
            "POST",
            f"{PREFIX}/images/pixels",
            {
                "width": width,
                "height": height,
                "channels": channels,
                "depth": depth,
                "name": name,
                "role": role,
            },
            content,
        )
        return answer

    def get_image(self, identity: ImageInfo | str) -> ImageInfo:
        """Describe an image."""
        answer: ImageInfo = self.ask(
            ImageInfo, "GET", f"{PREFIX}/images/{place_of(identity)}", None, None
        )
        return answer

    def remove_image(self, identity: ImageInfo | str) -> None:
        """Put an image that was uploaded into the trash for thirty days, unless a job needs it."""
        self.read("DELETE", f"{PREFIX}/images/{place_of(identity)}", None, None)

    def get_image_file(self, identity: ImageInfo | str) -> bytes:
        """Give an image at its full size."""
        return self.read("GET", f"{PREFIX}/images/{place_of(identity)}/file", None, None)

    def get_image_thumb(self, identity: ImageInfo | str) -> bytes:
        """Give a small image, as WebP."""
        return self.read("GET", f"{PREFIX}/images/{place_of(identity)}/thumb", None, None)

    def restore_image(self, identity: ImageInfo | str) -> ImageInfo:
        """Take an image out of the trash."""
        answer: ImageInfo = self.ask(
            ImageInfo, "POST", f"{PREFIX}/images/{place_of(identity)}/restore", None, None
        )
        return answer

    def list_clips(self, *, deleted: bool = False) -> ClipList:
        """List all clips, or those in the trash, the newest first."""
        answer: ClipList = self.ask(ClipList, "GET", f"{PREFIX}/clips", {"deleted": deleted}, None)
        return answer

    def add_clip(self, content: bytes, *, name: str = "clip") -> ClipInfo:
        """Take in the film that is the body of the request, whatever ffmpeg reads, up to 1 GB.

        It is read once as a whole: the answer tells its length, its shots, and the stills of its
        contact sheet. The same file again is the same clip.
        """
        answer: ClipInfo = self.ask(ClipInfo, "POST", f"{PREFIX}/clips", {"name": name}, content)
        return answer

    def get_clip(self, identity: ClipInfo | str) -> ClipInfo:
        """Describe a clip."""
        answer: ClipInfo = self.ask(
            ClipInfo, "GET", f"{PREFIX}/clips/{place_of(identity)}", None, None
        )
        return answer

    def change_clip(self, identity: ClipInfo | str, name: str) -> ClipInfo:
        """Give a clip another name."""
        answer: ClipInfo = self.ask(
            ClipInfo, "PATCH", f"{PREFIX}/clips/{place_of(identity)}", None, left({"name": name})
        )
        return answer

    def remove_clip(self, identity: ClipInfo | str) -> None:
        """Put a clip into the trash for thirty days, unless a job needs it."""
        self.read("DELETE", f"{PREFIX}/clips/{place_of(identity)}", None, None)

    def restore_clip(self, identity: ClipInfo | str) -> ClipInfo:
        """Take a clip out of the trash."""
        answer: ClipInfo = self.ask(
            ClipInfo, "POST", f"{PREFIX}/clips/{place_of(identity)}/restore", None, None
        )
        return answer

    def get_clip_sheet(self, identity: ClipInfo | str, *, number: int = 0) -> bytes:
        """Give a still of the contact sheet by its number, as JPEG."""
        return self.read(
            "GET", f"{PREFIX}/clips/{place_of(identity)}/sheet", {"number": number}, None
        )

    def make_still(self, identity: ClipInfo | str, seconds: float) -> ImageInfo:
        """Take the frame that is shown at a time as an image, to draft and to paint."""
        answer: ImageInfo = self.ask(
            ImageInfo,
            "POST",
            f"{PREFIX}/clips/{place_of(identity)}/still",
            None,
            left({"seconds": seconds}),
        )
        return answer

    def add_draft(self, settings: JobSettings, *, client: str = "page") -> Draft:
        """Draft what a job would become, at 224 pixels; what this client had drafted before is aborted.

        Its pictures come with the ``draft`` events; or ask for the draft again. A draft of the same
        settings that is there already is the answer. A painting that waits or is painted goes first.
        """
        answer: Draft = self.ask(Draft, "POST", f"{PREFIX}/drafts", {"client": client}, settings)
        return answer

    def get_draft(self, identity: Draft | str) -> Draft:
        """Tell how far a draft is."""
        answer: Draft = self.ask(Draft, "GET", f"{PREFIX}/drafts/{place_of(identity)}", None, None)
        return answer

    def get_draft_image(self, identity: Draft | str) -> bytes:
        """Give a draft as it is now, as JPEG."""
        return self.read("GET", f"{PREFIX}/drafts/{place_of(identity)}/image", None, None)

    def abort_draft(self, identity: Draft | str) -> Draft:
        """End a draft that is not done."""
        answer: Draft = self.ask(
            Draft, "POST", f"{PREFIX}/drafts/{place_of(identity)}/abort", None, None
        )
        return answer

    def keep_draft(self, identity: Draft | str) -> Result:
        """Put a draft that is done into the gallery."""
        answer: Result = self.ask(
            Result, "POST", f"{PREFIX}/drafts/{place_of(identity)}/keep", None, None
        )
        return answer

    def add_subject(self, image: str, *, box: list[float] | None = None) -> Subject:
        """Look for the thing in a box of a photo; ask again until it is finished, or has failed."""
        answer: Subject = self.ask(
            Subject, "POST", f"{PREFIX}/subjects", None, left({"image": image, "box": box})
        )
        return answer

    def get_subject(self, identity: Grid | str) -> Subject:
        """Tell whether a subject is found."""
        answer: Subject = self.ask(
            Subject, "GET", f"{PREFIX}/subjects/{place_of(identity)}", None, None
        )
        return answer

    def get_subject_mask(self, identity: Grid | str) -> bytes:
        """Give the mask of a subject as PNG: white inside, black outside."""
        return self.read("GET", f"{PREFIX}/subjects/{place_of(identity)}/mask", None, None)

    def list_jobs(self) -> JobList:
        """List all jobs: what is painted, the queue in order, then what is over."""
        answer: JobList = self.ask(JobList, "GET", f"{PREFIX}/jobs", None, None)
        return answer

    def add_job(self, settings: JobSettings) -> QueuedJob:
        """Queue a job; one of the same settings that waits or is painted is joined."""
        answer: QueuedJob = self.ask(QueuedJob, "POST", f"{PREFIX}/jobs", None, settings)
        return answer

    def get_job(self, identity: Job | str) -> Job:
        """Tell how far a job is."""
        answer: Job = self.ask(Job, "GET", f"{PREFIX}/jobs/{place_of(identity)}", None, None)
        return answer

    def remove_job(self, identity: Job | str) -> None:
        """Forget a job; one that is painted is cancelled first. Its result stays."""
        self.read("DELETE", f"{PREFIX}/jobs/{place_of(identity)}", None, None)

    def pause_job(self, identity: Job | str) -> Job:
        """Stop a job for now; its state is kept."""
        answer: Job = self.ask(Job, "POST", f"{PREFIX}/jobs/{place_of(identity)}/pause", None, None)
        return answer

    def resume_job(self, identity: Job | str) -> Job:
        """Let a paused job go on, before all that wait."""
        answer: Job = self.ask(
            Job, "POST", f"{PREFIX}/jobs/{place_of(identity)}/resume", None, None
        )
        return answer

    def stop_job(self, identity: Job | str) -> Job:
        """End a job here, and keep its best image so far."""
        answer: Job = self.ask(Job, "POST", f"{PREFIX}/jobs/{place_of(identity)}/stop", None, None)
        return answer

    def cancel_job(self, identity: Job | str) -> Job:
        """End a job and keep nothing."""
        answer: Job = self.ask(
            Job, "POST", f"{PREFIX}/jobs/{place_of(identity)}/cancel", None, None
        )
        return answer

    def steer_job(
        self,
        identity: Job | str,
        *,
        options: dict[str, Any] | None = None,
        styles: list[StyleUse] | None = None,
        mask: str | None = None,
    ) -> Job:
        """Change options, style images or the mask from this step on; a film stays as it is."""
        answer: Job = self.ask(
            Job,
            "POST",
            f"{PREFIX}/jobs/{place_of(identity)}/steer",
            None,
            left({"options": options, "styles": styles, "mask": mask}),
        )
        return answer

    def move_job(self, identity: Job | str, position: int) -> Job:
        """Give a waiting job another place in the queue; 0 is the front."""
        answer: Job = self.ask(
            Job,
            "POST",
            f"{PREFIX}/jobs/{place_of(identity)}/move",
            None,
            left({"position": position}),
        )
        return answer

    def get_job_preview(self, identity: Job | str) -> bytes:
        """Give the image as it is now, as JPEG."""
        return self.read("GET", f"{PREFIX}/jobs/{place_of(identity)}/preview", None, None)

    def list_losses(self, identity: Job | str) -> LossHistory:
        """Give the losses of every step."""
        answer: LossHistory = self.ask(
            LossHistory, "GET", f"{PREFIX}/jobs/{place_of(identity)}/losses", None, None
        )
        return answer

    def list_grids(self, *, deleted: bool = False) -> GridList:
        """List all grids, or those in the trash, the newest first."""
        answer: GridList = self.ask(GridList, "GET", f"{PREFIX}/grids", {"deleted": deleted}, None)
        return answer

    def add_grid(self, settings: JobSettings, axes: list[GridAxis]) -> Grid:
        """Queue small results by every combination of one option's values, or two's."""
        answer: Grid = self.ask(
            Grid, "POST", f"{PREFIX}/grids", None, left({"settings": settings, "axes": axes})
        )
        return answer

    def plan_grid(self, settings: JobSettings, axes: list[GridAxis]) -> GridPlan:
        """Say how many cells a grid will have and how long they will take, without painting it."""
        answer: GridPlan = self.ask(
            GridPlan,
            "POST",
            f"{PREFIX}/grids/plan",
            None,
            left({"settings": settings, "axes": axes}),
        )
        return answer

    def get_grid(self, identity: Grid | str) -> Grid:
        """Give a grid: its jobs by row and column."""
        answer: Grid = self.ask(Grid, "GET", f"{PREFIX}/grids/{place_of(identity)}", None, None)
        return answer

    def change_grid(self, identity: Grid | str, name: str) -> Grid:
        """Give a grid another name."""
        answer: Grid = self.ask(
            Grid, "PATCH", f"{PREFIX}/grids/{place_of(identity)}", None, left({"name": name})
        )
        return answer

    def remove_grid(self, identity: Grid | str) -> None:
        """Put a grid into the trash, which keeps it for thirty days; cells that wait are cancelled."""
        self.read("DELETE", f"{PREFIX}/grids/{place_of(identity)}", None, None)

    def restore_grid(self, identity: Grid | str) -> Grid:
        """Take a grid out of the trash; cells that were cancelled stay so."""
        answer: Grid = self.ask(
            Grid, "POST", f"{PREFIX}/grids/{place_of(identity)}/restore", None, None
        )
        return answer

    def list_results(
        self,
        *,
        deleted: bool = False,
        search: str = "",
        starred: bool = False,
        sort: Literal["newest", "oldest", "name"] = "newest",
        after: str | None = None,
        limit: int | None = None,
    ) -> ResultList:
        """List the results, or those in the trash: all, or a page of ``limit`` at a time.

        Every word of ``search`` is in the name, a tag, or the title or artist of a built-in image.
        """
        answer: ResultList = self.ask(
            ResultList,
            "GET",
            f"{PREFIX}/results",
            {
                "deleted": deleted,
                "search": search,
                "starred": starred,
                "sort": sort,
                "after": after,
                "limit": limit,
            },
            None,
        )
        return answer

    def get_zip(
        self,
        id: list[str],
        *,
        format: Literal["png", "jpg", "webp", "tiff"] = "png",
        depth: Literal[8, 16] = 8,
        quality: int = 95,
        profile: Literal["none", "srgb", "display-p3"] = "none",
    ) -> bytes:
        """Give several results in one ZIP file: ``?id=…&id=…``; the rest as for one file."""
        return self.read(
            "GET",
            f"{PREFIX}/results/zip",
            {"id": id, "format": format, "depth": depth, "quality": quality, "profile": profile},
            None,
        )

    def trash_results(self, results: list[str]) -> None:
        """Put several results into the trash, all of them or none."""
        self.read("POST", f"{PREFIX}/results/trash", None, left({"results": results}))

    def restore_results(self, results: list[str]) -> None:
        """Take several results out of the trash, all of them or none."""
        self.read("POST", f"{PREFIX}/results/restore", None, left({"results": results}))

    def get_result(self, identity: Result | str) -> Result:
        """Describe a result."""
        answer: Result = self.ask(
            Result, "GET", f"{PREFIX}/results/{place_of(identity)}", None, None
        )
        return answer

    def change_result(
        self,
        identity: Result | str,
        *,
        starred: bool | None = None,
        name: str | None = None,
        tags: list[str] | None = None,
    ) -> Result:
        """Star a result, name it, or tag it."""
        answer: Result = self.ask(
            Result,
            "PATCH",
            f"{PREFIX}/results/{place_of(identity)}",
            None,
            left({"starred": starred, "name": name, "tags": tags}),
        )
        return answer

    def remove_result(self, identity: Result | str) -> None:
        """Put a result into the trash, which keeps it for thirty days."""
        self.read("DELETE", f"{PREFIX}/results/{place_of(identity)}", None, None)

    def get_result_file(
        self,
        identity: Result | str,
        *,
        download: bool = False,
        format: Literal["png", "jpg", "webp", "tiff"] = "png",
        depth: Literal[8, 16] = 8,
        quality: int = 95,
        profile: Literal["none", "srgb", "display-p3"] = "none",
    ) -> bytes:
        """Give a result at its full size, with its recipe in it.

        16 bits a channel go into png and tiff, if the result is kept so (its ``depth``); ``quality`` is
        a JPEG's; with ``profile`` an ICC profile is embedded, and the colours are converted to it.
        """
        return self.read(
            "GET",
            f"{PREFIX}/results/{place_of(identity)}/file",
            {
                "download": download,
                "format": format,
                "depth": depth,
                "quality": quality,
                "profile": profile,
            },
            None,
        )

    def get_result_film(self, identity: Result | str, *, download: bool = False) -> bytes:
        """Give a film as MP4, or a range of its bytes: a player asks for what it shows."""
        return self.read(
            "GET", f"{PREFIX}/results/{place_of(identity)}/film", {"download": download}, None
        )

    def get_result_before(self, identity: Result | str) -> bytes:
        """Give the part of the clip that a film was made of, frame by frame as long, without sound."""
        return self.read("GET", f"{PREFIX}/results/{place_of(identity)}/before", None, None)

    def get_result_pixels(self, identity: Result | str, *, depth: Literal[8, 16] = 8) -> bytes:
        """Give the plain pixels of a result, row by row, three or four channels each.

        Of 16 bits the lower byte comes first. The headers ``x-width``, ``x-height``, ``x-channels`` and
        ``x-depth`` say what there is.
        """
        return self.read(
            "GET", f"{PREFIX}/results/{place_of(identity)}/pixels", {"depth": depth}, None
        )

    def get_result_thumb(self, identity: Result | str) -> bytes:
        """Give a small image, as WebP."""
        return self.read("GET", f"{PREFIX}/results/{place_of(identity)}/thumb", None, None)

    def get_recipe(self, identity: Result | str, *, download: bool = False) -> dict[str, Any]:
        """Give the recipe of a result; to be saved as a file with ``download``."""
        answer: dict[str, Any] = self.ask(
            Any,
            "GET",
            f"{PREFIX}/results/{place_of(identity)}/recipe",
            {"download": download},
            None,
        )
        return answer

    def restore_result(self, identity: Result | str) -> Result:
        """Take a result out of the trash."""
        answer: Result = self.ask(
            Result, "POST", f"{PREFIX}/results/{place_of(identity)}/restore", None, None
        )
        return answer

    def rerun_result(
        self, identity: Result | str, *, options: dict[str, Any] | None = None
    ) -> QueuedJob:
        """Queue a result again, with some options changed: larger, for one."""
        answer: QueuedJob = self.ask(
            QueuedJob,
            "POST",
            f"{PREFIX}/results/{place_of(identity)}/rerun",
            None,
            left({"options": options}),
        )
        return answer

    def get_options(self) -> dict[str, Any]:
        """Give the JSON schema of all options, in groups, with their defaults."""
        answer: dict[str, Any] = self.ask(Any, "GET", f"{PREFIX}/options", None, None)
        return answer

    def plan_job(self, settings: JobSettings) -> Plan:
        """Say what a job would take, without painting it."""
        answer: Plan = self.ask(Plan, "POST", f"{PREFIX}/plan", None, settings)
        return answer

    def get_status(self) -> Status:
        """Tell how the studio is."""
        answer: Status = self.ask(Status, "GET", f"{PREFIX}/status", None, None)
        return answer


# ---- made by tools/make_client.py: end ----


def get_default_folder() -> Path:
    """Give the folder in which ``brushwork studio`` keeps its things."""
    if sys.platform == "win32":
        return Path(os.environ["LOCALAPPDATA"]) / "brushwork" / "brushwork" / "studio"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "brushwork" / "studio"
    data = os.environ.get("XDG_DATA_HOME", "").strip()
    return (Path(data) if data else Path.home() / ".local" / "share") / "brushwork" / "studio"


class Studio(Routes):
    """A studio that runs."""

    @classmethod
    def find(cls, folder: str | Path | None = None) -> Studio:
        """Find the studio of this user on this machine, or that of a folder (``--data``).

        Raises
        ------
        StudioError
            If none runs.
        """
        place = Path(folder) if folder is not None else get_default_folder()
        try:
            told = json.loads((place / "address.json").read_text("utf-8"))
        except FileNotFoundError:
            raise StudioError(
                f"no studio runs with the folder {str(place)!r}; start it: brushwork studio"
            ) from None
        # A studio that listens to all networks is asked over this machine's own.
        address = (
            told["address"].replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")
        )
        studio = cls(address, told["token"])
        studio.get_status()  # what a studio that was killed has left may lead nowhere
        return studio

    @classmethod
    def find_or_start(
        cls,
        folder: str | Path | None = None,
        command: str = "brushwork",
        is_wanted: Callable[[], bool] = lambda: True,
    ) -> Studio:
        """Find a studio as `find` does, or start one that ends with this program.

        ``command`` is the name or path of brushwork; ``is_wanted`` tells, now and then, whether to
        wait on.

        Raises
        ------
        StudioError
            If brushwork is not there, or does not start.
        """
        studio = cls._find_running(folder)
        if studio is not None:
            return studio
        with tempfile.TemporaryFile() as said:
            process = _start(command, folder, said)
            deadline = time.monotonic() + START_SECONDS
            while time.monotonic() < deadline and is_wanted():
                code = process.poll()
                studio = cls._find_running(folder)
                if studio is not None:
                    return studio
                if code is not None:
                    said.seek(0)
                    text = said.read().decode(errors="replace").strip()
                    raise StudioError(f"the studio ended at once: {text or code}")
                time.sleep(LOOK_SECONDS)
        process.terminate()
        raise StudioError(f"the studio did not answer within {START_SECONDS:.0f} seconds.")

    @classmethod
    def _find_running(cls, folder: str | Path | None) -> Studio | None:
        try:
            return cls.find(folder)
        except (StudioError, ValueError, KeyError):  # what a dead one left may lead anywhere
            return None

    def upload(
        self, path: str | Path, role: Literal["content", "style", "mask"] = "content"
    ) -> ImageUpload:
        """Upload an image file."""
        file = Path(path)
        return self.add_image(file.read_bytes(), name=file.name, role=role)

    def follow(self, job: Job | str) -> Iterator[Job]:
        """Give a job whenever it has come further, until it is over; a paused one is waited for."""
        yield (last := self.look(job))
        while last.state not in OVER:
            time.sleep(LOOK_SECONDS)
            before, last = last, self.look(job)
            if last != before:
                yield last

    def look(self, job: Job | str) -> Job:
        """Tell how far a job is; a studio that does not answer is asked again for some seconds."""
        for _ in range(RETRIES):
            try:
                return self.get_job(job)
            except StudioError as error:
                if error.status:
                    raise
            time.sleep(RETRY_SECONDS)
        return self.get_job(job)

    def wait(self, job: Job | str) -> Job:
        """Wait until a job is over.

        Raises
        ------
        StudioError
            If it failed, with the reason.
        """
        *_, last = self.follow(job)
        if last.state == "failed":
            raise StudioError(last.error or "the job failed.", code="failed")
        return last

    def download(self, job: Job | Result | str, path: str | Path) -> Path:
        """Write a result, or that of a job, as PNG, JPEG, WebP or TIFF, which the name says.

        Raises
        ------
        StudioError
            If the job has no result.
        """
        if isinstance(job, Job):
            job = self.get_job(job)
            if job.result is None:
                raise StudioError(
                    f"the job {job.id} has no result: it is {job.state}; wait for it first.",
                    code="conflict",
                )
            job = job.result
        file = Path(path)
        ending = file.suffix.lower().lstrip(".") or "png"
        kind: Any = {"jpeg": "jpg", "tif": "tiff"}.get(ending, ending)
        content = self.get_result_file(job, format=kind)
        part = file.with_name(f".{file.name}.part")
        part.write_bytes(content)
        part.replace(file)
        return file


def _start(command: str, folder: str | Path | None, said: BinaryIO) -> subprocess.Popen[bytes]:
    """Start a studio at any free port; what it complains of is said there."""
    # A program that was started by its icon does not know the places that a shell knows.
    places = os.pathsep.join((os.environ.get("PATH", ""), str(Path.home() / ".local" / "bin")))
    program = shutil.which(command, path=places)
    if program is None:
        raise StudioError(
            f"{command!r} was not found; install it (pipx install 'brushwork[studio]'), or say "
            "where it is."
        )
    # What leads the Python inside another program leads this one astray.
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    data = () if folder is None else ("--data", str(folder))
    call = [program, "studio", "--no-open", "--port", "0", *data]
    process = subprocess.Popen(call, env=clean, stdout=subprocess.DEVNULL, stderr=said)
    _started.append(process)
    return process


#: The studios that this program has started.
_started: list[subprocess.Popen[bytes]] = []


@atexit.register
def end_started() -> None:
    """End the studios that this program has started.

    Python does so at its end; a program that never ends its Python calls it when it is closed.
    """
    while _started:
        _started.pop().terminate()


#: The states of a job that change no more.
OVER = ("finished", "stopped", "failed", "cancelled")


class BackgroundJob(threading.Thread):
    """A job for a program that must not wait: a thread asks the studio, and may be looked at.

    ``order`` starts the job at the studio, which is found or started as ``find_or_start`` is told.

    Attributes
    ----------
    state, text
        How it is, and that in words; once it is not ``running``, nothing changes any more.
    job, image
        The job, and the file of its newest preview; in the end that of the result: PNG, of as many
        bits a channel as it has, but at most of ``depth``.
    """

    def __init__(self, order: Callable[[Studio], Job], *, depth: int = 8, **told: Any) -> None:
        super().__init__(name="brushwork", daemon=True)
        self.state: Literal["running", "finished", "cancelled", "failed"] = "running"
        self.text = "looking for the studio …"
        self.job: Job | None = None
        self.image: bytes | None = None
        self._order, self._depth, self._told = order, depth, told
        self._cancelled = threading.Event()
        self._changes: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()

    def cancel(self) -> None:
        """End it, whatever it does now."""
        self._cancelled.set()

    def change(self, **options: Any) -> None:
        """Change options from here on."""
        self._changes.put(options)

    def run(self) -> None:
        """Follow the job to its end; whatever happens is told."""
        try:
            self.image = self._follow()
            self.state = "cancelled" if self._cancelled.is_set() else "finished"
        except Exception as error:
            self.text = str(error) or repr(error)
            self.state = "cancelled" if self._cancelled.is_set() else "failed"

    def _follow(self) -> bytes:
        studio = Studio.find_or_start(**self._told, is_wanted=lambda: not self._cancelled.is_set())
        self.job, shown = self._order(studio), 0
        while self.job.state not in OVER:
            self._pass_on(studio, self.job)
            self.job = studio.look(self.job)
            self.text = self.job.note or f"{self.job.state} …"
            if self.job.preview > shown:
                self.image, shown = studio.get_job_preview(self.job), self.job.preview
            time.sleep(LOOK_SECONDS)
        if self.job.result is None:
            raise StudioError(self.job.error or f"the studio's job is {self.job.state}.")
        result = studio.get_result(self.job.result)
        depth: Any = min(self._depth, result.depth)
        return studio.get_result_file(result, depth=depth)

    def _pass_on(self, studio: Studio, job: Job) -> None:
        """Tell the studio what is wanted by now; what is over already cannot be changed."""
        with contextlib.suppress(StudioError, queue.Empty):
            if self._cancelled.is_set():
                studio.cancel_job(job)
            while True:
                studio.steer_job(job, options=self._changes.get_nowait())
