"""What is set for a film besides what is set for a picture; nothing here loads torch or ffmpeg."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from brushwork.errors import OptionError
from brushwork.options import Options, explain_error
from brushwork.options.options import Affect, describe


def _describe(default: Any, description: str, affects: Sequence[Affect] = (), **more: Any) -> Any:
    return describe(default, description, "Film", affects, **more)


class FilmOptions(BaseModel):
    """How a clip becomes a film: numbers and choices; immutable, and checked when created.

    A title is what a form calls an option; what affects the machine, and with it its files, is no
    form's to set.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: str = _describe("0", "Where to begin, as in 12.5 or 1:02.", ["reading"])
    end: str | None = _describe(None, "Where to end; the end of the clip by default.", ["reading"])
    fps: float | None = _describe(
        None,
        "At most so many frames a second; how many pictures make a second, where the clip is a "
        "folder of pictures.",
        title="Frames a second, at most",
        gt=0,
        le=240,
    )
    every: int = _describe(1, "Paint one frame of so many.", title="One frame of", ge=1, le=1000)
    codec: Literal["auto", "h264", "vp9", "prores"] = _describe(
        "auto", "What codes the frames; auto is the usual one of the file's kind.", ["machine"]
    )
    quality: int = _describe(
        18, "Constant rate factor: less is better and larger.", ["machine"], ge=0, le=51
    )
    steps: int = _describe(
        5,
        "Steps for a frame that follows another of its shot.",
        title="Steps for each frame",
        ge=2,
        le=200,
    )
    steadiness: float = _describe(
        20.0,
        "Weight of the temporal loss: how firmly a frame is held to the one before.",
        ge=0,
        le=10_000,
    )
    passes: int = _describe(
        1,
        "Passes over the film: the first paints, each further one goes the other way "
        "and lets every frame take from its neighbour what both see.",
        ge=1,
        le=9,
    )
    one_shot: bool = _describe(False, "Look for no cuts: the clip is one shot.", title="One shot")
    fade: str | None = _describe(
        None,
        "With several paintings: when each is the only one, as in 0s,4s,9s; between "
        "two times one fades into the next.",
        title="One painting after another",
    )
    keep_color: str | None = _describe(
        None,
        "What has about this colour in the clip stays as it is: lime, '#00ff00', or "
        "with another tolerance than 0.1 in OKLab, where black is 1 from white, as in lime:0.2.",
        title="A colour that stays",
    )
    preview: bool = _describe(
        False, "First write a small quick film, OUTPUT.preview, to see what comes.", ["machine"]
    )
    keep_frames: bool = _describe(
        False, "Keep the folder of painted frames at the end.", ["machine"]
    )

    @classmethod
    def create(cls, **values: Any) -> Self:
        """Create options by name.

        Raises
        ------
        OptionError
            If a name is unknown or a value is out of bounds; the message says what is allowed.
        """
        try:
            return cls(**values)
        except ValidationError as error:
            raise OptionError(explain_error(error, cls.model_fields)) from None


def refuse_recoloring(options: Options) -> None:
    """Refuse what paints nothing.

    Raises
    ------
    OptionError
        If the colour is ``only``.
    """
    if options.color == "only":
        raise OptionError("color=only paints nothing; use color=match for a film.")
