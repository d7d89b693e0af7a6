"""What somebody asks of a film: a clip, paintings, options, and where it goes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from brushwork.errors import OptionError
from brushwork.options import Settings
from brushwork.video.selection import Selection, parse_seconds
from brushwork.video.sequences import find_sequence
from brushwork.video.settings import FilmOptions
from brushwork.video.writing import FilmFormat

#: Long side of the quick film.
PREVIEW_SIZE = 192


@dataclass(frozen=True)
class FilmRequest:
    """What somebody asks for.

    Attributes
    ----------
    clip
        A film, a folder of pictures, or a sequence as ``frames/%05d.png``.
    styles
        Style images, as text.
    settings
        Options and sources, as of a picture; a folder or a sequence is a mask for each frame.
    film
        Options of the film.
    output
        Where it is written.
    folder
        Where its frames are kept while it is made.
    strength
        Strength over time, as in ``0.2@0s,0.8@3s``; that of the options if None.
    overwrite
        Whether a film of that name is replaced.
    is_preview
        Whether it is what `make_preview` asks for.
    """

    clip: str
    styles: tuple[str, ...]
    settings: Settings
    film: FilmOptions
    output: Path
    folder: Path
    strength: str | None = None
    overwrite: bool = False
    is_preview: bool = False

    def to_json(self) -> dict[str, Any]:
        """Write it down, with places that hold from any folder."""
        return {
            "clip": str(Path(self.clip).expanduser().absolute()),
            "styles": list(self.styles),
            "settings": self.settings.dump(),
            "film": self.film.model_dump(),
            "output": str(self.output.absolute()),
            "strength": self.strength,
            "overwrite": self.overwrite,
            "is_preview": self.is_preview,
            "here": str(Path.cwd()),
        }

    @classmethod
    def from_json(cls, given: dict[str, Any], folder: Path) -> FilmRequest:
        """Read what was written down."""
        return cls(
            clip=given["clip"],
            styles=tuple(given["styles"]),
            settings=Settings.create(None, **given["settings"]),
            film=FilmOptions(**given["film"]),
            output=Path(given["output"]),
            folder=folder,
            strength=given["strength"],
            overwrite=given["overwrite"],
            is_preview=given.get("is_preview", False),
        )

    @property
    def format(self) -> FilmFormat:
        """How it is written."""
        return FilmFormat(self.output, self.film.codec, self.film.quality, self.overwrite)

    @property
    def rate(self) -> Fraction | None:
        """At most so many frames a second, or so many pictures; as the clip has them if None."""
        return None if self.film.fps is None else Fraction(self.film.fps).limit_denominator(1001)

    @property
    def selection(self) -> Selection:
        """Which frames of the clip it has."""
        film = self.film
        end = None if film.end is None else parse_seconds(film.end, "end")
        is_sequence = find_sequence(Path(self.clip).expanduser()) is not None
        rate = None if is_sequence else self.rate  # it says how fast pictures follow each other
        start = parse_seconds(film.start, "start")
        if end is not None and end <= start:
            raise OptionError(f"the film would end at {film.end}, before it starts; give another.")
        return Selection(start, end, rate, film.every)

    def make_preview(self) -> FilmRequest:
        """Ask for the same, small and quick."""
        size = min(PREVIEW_SIZE, self.settings.options.size)
        return replace(
            self,
            settings=Settings.create(self.settings, size=size).prefer_draft(),
            film=self.film.model_copy(update={"preview": False, "keep_frames": False}),
            output=self.output.with_name(f"{self.output.stem}.preview{self.output.suffix}"),
            folder=self.folder.with_name(self.folder.name + ".preview"),
            is_preview=True,
        )
