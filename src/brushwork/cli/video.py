"""``brushwork video``: a clip in the style of paintings, frame by frame, with its sound."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Group, Parameter
from pydantic import Field

from brushwork.cli._flags import OPTIONS_GROUP, RESULT_GROUP, Output, StyleImages, join_names
from brushwork.errors import BrushworkError, OutputError
from brushwork.options import Options, Settings, Sources
from brushwork.system.memory import format_bytes
from brushwork.system.process import INTERRUPTED, TERMINATED, Terminated
from brushwork.video.settings import FilmOptions

if TYPE_CHECKING:
    from brushwork.video.events import FilmEvent, FilmPlanned
    from brushwork.video.request import FilmRequest
    from brushwork.video.shot_task import CallCrew

FILM_GROUP = Group("The film", sort_key=1)
CREW_GROUP = Group("Who paints", sort_key=2)
#: What a folder of a film has; see `brushwork.video.folder`.
FILM_FILE = "film.json"


class OptionsOverTime(Options):
    """The options of a picture, of which the strength may change while the film runs."""

    strength: Annotated[float, Field(ge=0, le=1)] | str = Field(  # type: ignore[assignment]
        0.5,
        description="How much painting and how little clip, from 0 to 1; over time, as in "
        "0.2@0s,0.8@3s.",
    )


_NO_OPTIONS, _NO_SOURCES, _NO_FILM = OptionsOverTime(), Sources(), FilmOptions()


@Parameter(name="*", group=RESULT_GROUP)
@dataclass(frozen=True)
class FilmOutput:
    """Where the film goes, and what is said on the way."""

    output: Annotated[Path | None, Parameter(name=("--output", "-o"))] = None
    """File to write: .mp4, .mov, .mkv, .webm, .gif; a folder, or frames/%05d.png, for pictures."""

    folder: Path | None = None
    """Where painted frames are kept while the film is made; OUTPUT.frames by default."""

    overwrite: bool = False
    """Replace the film if it exists."""

    json: bool = False
    """Print every event as a line of JSON instead of showing a progress bar."""

    quiet: Annotated[bool, Parameter(name=("--quiet", "-q"))] = False
    """Print nothing unless something goes wrong."""


@Parameter(name="*", group=OPTIONS_GROUP)
@dataclass(frozen=True)
class FilmSettings:
    """Options and sources, as their models list them."""

    options_file: Annotated[Path | None, Parameter(name="--options")] = None
    """TOML file of options, a line each as in strength = 0.7; what is given besides wins."""

    options: Annotated[OptionsOverTime, Parameter(name="*")] = _NO_OPTIONS
    sources: Annotated[Sources, Parameter(name="*")] = _NO_SOURCES

    def merge(self) -> tuple[Settings, str | None]:
        """Give the settings, and the strength over time where there is one."""
        file = None if self.options_file is None else Settings.from_toml(self.options_file)
        given: dict[str, Any] = Settings(self.options, self.sources).list_given()
        strength = given.get("strength")
        over_time = given.pop("strength") if isinstance(strength, str) else None
        return Settings.create(file, **given), over_time


@Parameter(name="*", group=CREW_GROUP)
@dataclass(frozen=True)
class FilmCrew:
    """Who makes the film."""

    cluster: str | None = None
    """Paint the film's shots on a Ray cluster: ray://HOST:PORT, or local for one started here."""

    def find_caller(self) -> CallCrew | None:
        """Give what connects to the cluster; None where there is none."""
        if self.cluster is None:
            return None
        from brushwork.batch.ray_shots import RayShots

        return partial(RayShots, self.cluster)


DEFAULT_OUTPUT = FilmOutput()
DEFAULT_CREW = FilmCrew()
DEFAULT_SETTINGS = FilmSettings()


def video(
    clip: Annotated[str, Parameter(name="CLIP")],
    /,
    *styles: StyleImages,
    output: FilmOutput = DEFAULT_OUTPUT,
    film: Annotated[FilmOptions, Parameter(name="*", group=FILM_GROUP)] = _NO_FILM,
    crew: FilmCrew = DEFAULT_CREW,
    settings: FilmSettings = DEFAULT_SETTINGS,
) -> None:
    """Make the film.

    Parameters
    ----------
    clip
        A film, a folder of pictures, or a numbered sequence as frames/%05d.png.
    """
    from brushwork.video.packages import require_packages

    require_packages()
    from brushwork.video.request import FilmRequest
    from brushwork.video.run import make_film

    merged, strength = settings.merge()
    path = output.output or _name_film(clip, styles)
    if str(path) == "-":
        raise OutputError("a film is not written to standard output ('-'); name a file.")
    path = path.expanduser()
    folder = output.folder or path.parent / f"{path.name.replace('%', '')}.frames"
    request = FilmRequest(
        clip, styles, merged, film, path, folder, strength, overwrite=output.overwrite
    )
    _show(lambda: make_film(request, crew.find_caller()), request, output)


def _name_film(clip: str, styles: tuple[str, ...]) -> Path:
    """Name a film after what it is made from; a place for a number would be that of a picture."""
    name = join_names([clip, *(style.split(",")[0] for style in styles)])
    return Path(f"{name.replace('%', '')}.mp4")


def is_film(folder: Path) -> bool:
    """Tell the folder of a film from the checkpoint of a picture."""
    return (folder / FILM_FILE).is_file()


def go_on(folder: Path, output: Output, crew: FilmCrew) -> None:
    """Go on with the film of a folder, for ``brushwork resume``."""
    from brushwork.video.packages import require_packages

    require_packages()
    from brushwork.video.folder import FilmFolder
    from brushwork.video.request import FilmRequest
    from brushwork.video.run import resume_film

    if output.output is not None:
        raise OutputError("a film goes on to where it was meant to go; leave --output out.")
    opened = FilmFolder.open(folder)
    try:
        request = FilmRequest.from_json(opened.read_request(), folder)
    finally:
        opened.release()
    shown = replace(DEFAULT_OUTPUT, json=output.json, quiet=output.quiet)
    _show(lambda: resume_film(folder, crew.find_caller()), request, shown)


def _show(
    begin: Callable[[], Generator[FilmEvent]], request: FilmRequest, output: FilmOutput
) -> None:
    """Show the events; Ctrl-C writes a film of what is painted and exits with 130."""
    from brushwork.cli._console import make_console

    console = make_console(stderr=True)
    events = begin()
    try:
        _show_events(events, output)
    except KeyboardInterrupt as stop:
        events.close()
        written = None
        with suppress(BrushworkError):
            from brushwork.video.finishing import write_partial

            written = write_partial(request.folder)
        if not output.quiet:
            done = "nothing was written" if written is None else _describe_partial(*written)
            console.print(f"stopped; {done}.", soft_wrap=True)
            console.print(f"to go on: brushwork resume {request.folder}", soft_wrap=True)
        sys.exit(TERMINATED if isinstance(stop, Terminated) else INTERRUPTED)


def _describe_partial(path: Path, count: int) -> str:
    return f"the first {count} frames are in {path}"


def _show_events(events: Generator[FilmEvent], output: FilmOutput) -> None:
    from brushwork.cli._console import make_bar, make_console
    from brushwork.cli._progress import print_line
    from brushwork.video.events import ClipRead, FilmFinished, FilmPlanned, FrameFinished

    names = {
        ClipRead: "reading",
        FilmPlanned: "planned",
        FrameFinished: "frame",
        FilmFinished: "finished",
    }
    console = make_console(stderr=True, quiet=output.quiet or output.json)
    results = make_console(quiet=output.quiet or output.json)
    with make_bar(quiet=output.quiet or output.json) as bar:
        task = bar.add_task("reading the clip", total=None)
        for event in events:
            if output.json:
                fields = {n: str(v) if isinstance(v, Path) else v for n, v in asdict(event).items()}
                print_line(names[type(event)], fields)
            elif isinstance(event, ClipRead):
                of = "" if event.count is None else f" of about {event.count}"
                bar.update(task, description=f"reading the clip, frame {event.done}{of}")
            elif isinstance(event, FilmPlanned):
                _print_notes(console, event.notes)
                console.print(_describe_plan(event), soft_wrap=True)
                bar.update(task, description="first frame", total=1.0, completed=0)
            elif isinstance(event, FrameFinished):
                left = timedelta(seconds=round(event.remaining))
                kind = "preview, " if event.is_preview else ""
                kind += f"pass {event.turn}, " if event.turn > 1 else ""
                text = f"{kind}frame {event.number} of {event.count}, {event.seconds:.1f} s each"
                bar.update(task, description=f"{text}, {left} left", completed=event.progress)
            else:
                _print_notes(console, event.notes)
                seconds = timedelta(seconds=round(event.seconds))
                results.print(f"{event.path}  {event.frames} frames, {seconds}", soft_wrap=True)


def _describe_plan(event: FilmPlanned) -> str:
    """Say time, memory and disk in one line; the time is an estimate."""
    took = "" if event.seconds is None else f"about {timedelta(seconds=round(event.seconds))}, "
    return (
        f"{event.frames} frames of {event.width}×{event.height} will take {took}"
        f"{format_bytes(event.memory)} of memory and {format_bytes(event.disk)} of disk"
    )


def _print_notes(console: Any, notes: tuple[str, ...]) -> None:
    for note in notes:
        console.print(f"note: {note}", soft_wrap=True)
