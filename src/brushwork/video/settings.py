"""What is set for a film besides what is set for a picture; nothing here loads torch or ffmpeg."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from brushwork.errors import OptionError
from brushwork.options import Options


class FilmOptions(BaseModel):
    """How a clip becomes a film: numbers and choices; immutable, and checked when created."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: str = Field("0", description="Where to begin, as in 12.5 or 1:02.")
    end: str | None = Field(None, description="Where to end; the end of the clip by default.")
    fps: float | None = Field(
        None,
        gt=0,
        le=240,
        description="At most so many frames a second; how many pictures make a second, where the "
        "clip is a folder of pictures.",
    )
    every: int = Field(1, ge=1, le=1000, description="Paint one frame of so many.")
    codec: Literal["auto", "h264", "vp9", "prores"] = Field(
        "auto", description="What codes the frames; auto is the usual one of the file's kind."
    )
    quality: int = Field(
        18, ge=0, le=51, description="Constant rate factor: less is better and larger."
    )
    steps: int = Field(
        5, ge=2, le=200, description="Steps for a frame that follows another of its shot."
    )
    steadiness: float = Field(
        20.0,
        ge=0,
        le=10_000,
        description="Weight of the temporal loss: how firmly a frame is held to the one before.",
    )
    passes: int = Field(
        1,
        ge=1,
        le=9,
        description="Passes over the film: the first paints, each further one goes the other way "
        "and lets every frame take from its neighbour what both see.",
    )
    one_shot: bool = Field(False, description="Look for no cuts: the clip is one shot.")
    fade: str | None = Field(
        None,
        description="With several paintings: when each is the only one, as in 0s,4s,9s; between "
        "two times one fades into the next.",
    )
    keep_color: str | None = Field(
        None,
        description="What has about this colour in the clip stays as it is: lime, '#00ff00', or "
        "with another tolerance than 0.1 in OKLab, where black is 1 from white, as in lime:0.2.",
    )
    preview: bool = Field(
        False, description="First write a small quick film, OUTPUT.preview, to see what comes."
    )
    keep_frames: bool = Field(False, description="Keep the folder of painted frames at the end.")


def refuse_recoloring(options: Options) -> None:
    """Refuse what paints nothing.

    Raises
    ------
    OptionError
        If the colour is ``only``.
    """
    if options.color == "only":
        raise OptionError("color=only paints nothing; use color=match for a film.")
