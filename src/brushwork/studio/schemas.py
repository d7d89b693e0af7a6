"""What goes over the wire, and what is allowed in it. The page and every other client use these."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, computed_field

from brushwork.studio.option_values import FilmValues, OptionValues

#: Where the API lives; a version that older clients would not understand gets another one.
PREFIX = "/api/v1"
#: An identity: of the studio's making, or the name of a built-in image.
Identity = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
State = Literal["queued", "running", "paused", "finished", "stopped", "failed", "cancelled"]
SubjectState = Literal["waiting", "running", "finished", "failed"]
DraftState = Literal["waiting", "running", "finished", "aborted", "failed"]
#: A still is a frame of a clip.
Role = Literal["content", "style", "mask", "still"]
Color = Literal["red", "green", "blue", "yellow", "magenta", "cyan", "black", "white"]
_Part = Annotated[float, Field(ge=0, le=1)]
#: Left, top, width and height.
_Box = Annotated[list[_Part], Field(min_length=4, max_length=4)]


def _check_extent(box: list[float]) -> list[float]:
    if not (box[2] > 0 and box[3] > 0):
        raise ValueError("width and height must be greater than 0")
    return box


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class StyleUse(_Closed):
    """One style image, and how it is used."""

    image: Identity
    weight: float = Field(1.0, gt=0, le=1000)
    region: Color | None = Field(None, description="The colour of the map where it is painted.")
    scale: float = Field(1.0, ge=0.1, le=4, description="Size of its brush strokes.")


class FilmUse(_Closed):
    """The part of a clip that becomes a film, frame by frame."""

    clip: Identity
    start: float = Field(0.0, ge=0, le=1e6, description="Seconds after the clip's first frame.")
    end: float | None = Field(
        None, gt=0, le=1e6, description="Where it ends, before what is shown then; null at the end."
    )
    options: FilmValues = Field({}, description="Options of the film by name; see /api/v1/options.")
    strength: str | None = Field(
        None,
        max_length=1000,
        description="Strength over time, as in 0.2@0s,0.8@3s, in seconds of the film; the option's "
        "at every moment if null.",
    )


class JobSettings(_Closed):
    """All that decides a result."""

    content: Identity | None = Field(None, description="The photo; none for a texture.")
    styles: list[StyleUse] = Field(min_length=1, max_length=6)
    options: OptionValues = Field({}, description="Options by name; see /api/v1/options.")
    mask: Identity | None = Field(None, description="Paint only where this image is white.")
    regions: Identity | None = Field(None, description="A map of colours, for styles' regions.")
    aspect: float = Field(1.0, ge=0.1, le=10, description="Width over height of a texture.")
    film: FilmUse | None = Field(
        None,
        description="Paint this clip; the photo is a still of it, which drafts, grids and plans "
        "are of. A mask or map holds for all frames.",
    )


class ImageInfo(BaseModel):
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
    depth: int = Field(8, description="Bits a channel that are kept: 8 or 16.")


class RestoredSettings(BaseModel):
    """What a recipe tells, as far as its images are known here."""

    content: str | None
    styles: list[StyleUse]
    options: OptionValues
    mask: str | None
    regions: str | None
    aspect: float


class ImageUpload(ImageInfo):
    """An image that has just come; if brushwork made it, with the settings of its recipe."""

    settings: RestoredSettings | None = None
    missing: list[str] = []


class ImageList(BaseModel):
    """All images, the built-in ones first."""

    images: list[ImageInfo]


class JobScale(BaseModel):
    """The size that is painted now."""

    index: int
    count: int
    width: int
    height: int


class Cell(BaseModel):
    """The place of a job in its grid."""

    row: int
    column: int


class Job(BaseModel):
    """A result that is asked for, and how far it is."""

    id: str
    state: State
    settings: JobSettings
    created: float
    started: float | None
    finished: float | None
    position: int | None = Field(None, description="How many are painted before it, in the queue.")
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
    preview: int = Field(description="Grows with every new preview; 0 before the first.")
    grid: str | None
    cell: Cell | None
    device: str | None = Field(
        None, description="What paints it, or has painted it last, where there are several devices."
    )


class QueuedJob(Job):
    """The job that was asked for."""

    joined: bool = Field(False, description="It was there already: the same settings, not done.")


class JobList(BaseModel):
    """All jobs: what is painted, the queue in order, then what is over, the newest first."""

    jobs: list[Job]


class LossStep(BaseModel):
    """The losses of one step."""

    scale: int
    step: int
    losses: dict[str, float]


class LossHistory(BaseModel):
    """The losses of every step."""

    steps: list[LossStep]


class SteerRequest(_Closed):
    """What is to be different from this step on."""

    options: OptionValues = {}
    styles: list[StyleUse] | None = Field(None, min_length=1, max_length=6)
    mask: Identity | None = None


class MoveRequest(_Closed):
    """A place in the queue."""

    position: int = Field(ge=0)


class Draft(BaseModel):
    """A small picture of a choice, painted at once; it is gone soon, unless it is kept."""

    id: str
    client: str
    state: DraftState
    settings: JobSettings
    created: float
    progress: float
    width: int | None
    height: int | None
    seconds: float
    preview: int = Field(description="Grows with every new picture; 0 before the first.")
    error: str | None
    note: str | None = Field(description="Why it waits.")
    result: str | None = Field(description="What it became in the gallery, if it was kept.")

    @computed_field(description="Where its newest picture is.")  # type: ignore[prop-decorator]
    @property
    def image(self) -> str | None:
        """Give the address of its newest picture; None before the first."""
        address = f"{PREFIX}/drafts/{self.id}/image?v={self.preview}"
        return address if self.preview else None


class SubjectRequest(_Closed):
    """A photo, and a box round the thing in it, with some background outside the box."""

    image: Identity
    box: Annotated[_Box, AfterValidator(_check_extent)] = Field(
        [0.1, 0.1, 0.8, 0.8], description="Left, top, width, height, as parts of the photo's."
    )


class Subject(BaseModel):
    """The thing in a box of a photo, as far as it is found."""

    id: str
    image: str
    box: _Box
    state: SubjectState
    error: str | None


class FilmInfo(BaseModel):
    """How long a film is."""

    frames: int
    seconds: float


class Result(BaseModel):
    """A result in the gallery."""

    id: str
    name: str
    width: int
    height: int
    created: float
    seconds: float
    losses: dict[str, float]
    starred: bool = False
    settings: JobSettings
    notes: list[str]
    job: str | None
    deleted: bool = False
    tags: list[str] = []
    depth: int = Field(8, description="Bits a channel that are kept: 8 or 16.")
    film: FilmInfo | None = Field(None, description="Of a film; its image is the first frame.")


class ResultList(BaseModel):
    """Results, or a page of them."""

    results: list[Result]
    total: int = Field(description="How many there are on all pages.")
    next: str | None = Field(description="What to ask the next page ``after``; null at the end.")


class ResultNames(_Closed):
    """Several results."""

    results: list[Identity] = Field(min_length=1, max_length=500)


class ResultChange(_Closed):
    """What is to be different about a result."""

    starred: bool | None = None
    name: str | None = Field(None, min_length=1, max_length=200)
    tags: list[Annotated[str, Field(min_length=1, max_length=40)]] | None = Field(
        None, max_length=20
    )


class RerunRequest(_Closed):
    """Options that are to be different."""

    options: OptionValues = {}


class GridAxis(_Closed):
    """An option, and the values that it takes."""

    option: str
    values: list[JsonValue] = Field(min_length=1, max_length=8)


class GridRequest(_Closed):
    """Small results by every combination of one option's values, or two's."""

    settings: JobSettings
    axes: list[GridAxis] = Field(min_length=1, max_length=2)


class GridInfo(BaseModel):
    """A grid in the gallery."""

    id: str
    name: str
    axes: list[GridAxis]
    created: float
    deleted: bool
    count: int = Field(description="How many cells it has.")
    done: int = Field(description="How many of them are finished.")
    waiting: int = Field(description="How many wait, or are painted.")
    cover: list[str] = Field([], description="Results of its first cells, four at most.")


class Grid(GridInfo):
    """A grid with its jobs by row and column."""

    jobs: list[list[Job]]


class GridList(BaseModel):
    """All grids, the newest first."""

    grids: list[GridInfo]


class GridPlan(BaseModel):
    """What a grid will take."""

    count: int = Field(description="How many cells it will have.")
    width: int = Field(description="Of the largest cell.")
    height: int
    seconds: float | None = Field(
        description="For all cells, one after the other; null as long as this was not measured."
    )


class GridChange(_Closed):
    """What is to be different about a grid."""

    name: str = Field(min_length=1, max_length=200)


class Shot(BaseModel):
    """What lies between two cuts of a clip."""

    start: float = Field(description="Seconds after the first frame.")
    end: float = Field(description="Where the next one begins.")


class ClipStill(BaseModel):
    """A frame on the contact sheet of a clip."""

    seconds: float
    shot: int


class ClipInfo(BaseModel):
    """A clip that films can be made of."""

    id: str
    name: str
    width: int
    height: int
    rate: float = Field(description="Frames a second, on average.")
    seconds: float
    frames: int
    sound: bool
    shots: list[Shot]
    stills: list[ClipStill] = Field(description="Its contact sheet, in the order of time.")
    notes: list[str]
    created: float
    deleted: bool = False


class ClipList(BaseModel):
    """All clips, the newest first."""

    clips: list[ClipInfo]


class ClipChange(_Closed):
    """What is to be different about a clip."""

    name: str = Field(min_length=1, max_length=200)


class StillRequest(_Closed):
    """A moment of a clip."""

    seconds: float = Field(ge=0, le=1e6)


class ScalePlan(BaseModel):
    """One scale of a plan."""

    width: int
    height: int
    steps: int


class FilmPlan(BaseModel):
    """What a film will take."""

    frames: int
    width: int
    height: int
    seconds: float | None = Field(description="Null as long as this machine was not measured.")
    disk: int = Field(description="Bytes that its frames need while it is made, at most.")


class Plan(BaseModel):
    """What a result will take; of a film, what one frame painted as a picture does."""

    seconds: float | None = Field(description="Null as long as this machine was not measured.")
    memory: int
    width: int
    height: int
    scales: list[ScalePlan]
    film: FilmPlan | None = None


class Status(BaseModel):
    """How the studio is."""

    version: str
    device: str
    memory: int
    queue: int
    limit: int


class ErrorDetail(BaseModel):
    """What went wrong."""

    code: str
    message: str = Field(description="One sentence: what was given, what is allowed, what to do.")


class ErrorBody(BaseModel):
    """Every error has this shape."""

    error: ErrorDetail
