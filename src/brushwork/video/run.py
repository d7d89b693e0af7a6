"""From a clip and paintings to a film, event by event; stopped anywhere, it goes on from there."""

from __future__ import annotations

import itertools
import shutil
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from brushwork import images
from brushwork.engine.loop import plan_run
from brushwork.engine.request import Request
from brushwork.engine.run import build_networks
from brushwork.errors import CheckpointError, OptionError, OutputError, VideoError
from brushwork.features import adopt_choices, pick_device
from brushwork.options import Options, Settings, Sources, parse_style
from brushwork.planning.pyramid import fit_size
from brushwork.recipe import hash_image
from brushwork.system.files import hash_file, quote
from brushwork.system.memory import format_bytes
from brushwork.video.checking import check_film
from brushwork.video.clip import Clip, ClipFrame, Pixels, measure_rate
from brushwork.video.estimate import estimate_seconds
from brushwork.video.folder import FilmFolder
from brushwork.video.keying import ColorKey, read_key
from brushwork.video.levels import to_pixels
from brushwork.video.masking import FrameMasks
from brushwork.video.moments import Moments
from brushwork.video.painter import Painter
from brushwork.video.passes import order_pass, steady
from brushwork.video.reading import open_clip
from brushwork.video.reel import Reel
from brushwork.video.selection import Selection, parse_seconds
from brushwork.video.sequences import find_sequence
from brushwork.video.settings import FilmOptions
from brushwork.video.shot_task import ShotCrew, ShotTask
from brushwork.video.shots import Frame, find_shots
from brushwork.video.timeline import parse_fade, parse_strength
from brushwork.video.writing import FilmFormat, write_film

#: Long side of the quick film.
PREVIEW_SIZE = 192
#: Bytes a pixel that a frame needs in the folder, as read, and after each pass.
SOURCE_BYTES, PASS_BYTES = 3, 6
#: The part of a painted frame's time that a further pass takes for it, before that is known.
PASS_SHARE = 0.15


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
    """

    clip: str
    styles: tuple[str, ...]
    settings: Settings
    film: FilmOptions
    output: Path
    folder: Path
    strength: str | None = None
    overwrite: bool = False

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
        )

    @property
    def format(self) -> FilmFormat:
        """How it is written."""
        return FilmFormat(self.output, self.film.codec, self.film.quality, self.overwrite)

    @property
    def selection(self) -> Selection:
        """Which frames of the clip it has."""
        film = self.film
        end = None if film.end is None else parse_seconds(film.end, "end")
        rate = None if film.fps is None else Fraction(film.fps).limit_denominator(1001)
        if find_sequence(Path(self.clip).expanduser()) is not None:
            rate = None  # it says how fast the pictures follow each other
        start = parse_seconds(film.start, "start")
        if end is not None and end <= start:
            raise OptionError(f"the film would end at {film.end}, before it starts; give another.")
        return Selection(start, end, rate, film.every)


@dataclass(frozen=True)
class FilmPlanned:
    """What the film will need: bytes of memory and of disk, while it is painted, and the time.

    ``seconds`` is about how long what is left of it will take; None where the pace is not known, as
    where others paint.
    """

    frames: int
    width: int
    height: int
    memory: int
    disk: int
    seconds: float | None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class FrameFinished:
    """A frame is painted and kept; ``remaining`` is the seconds that the rest will take.

    ``turn`` is the pass: 1 as it is painted, and 2 and more as later passes go over it. ``done``
    counts the frames that it has been over; shots that are painted elsewhere come in any order.
    """

    number: int
    count: int
    seconds: float
    remaining: float
    begins_shot: bool
    is_preview: bool = False
    turn: int = 1
    done: int = 0


@dataclass(frozen=True)
class FilmFinished:
    """The film is written."""

    path: Path
    frames: int
    seconds: float
    notes: tuple[str, ...] = ()
    is_preview: bool = False


FilmEvent = FilmPlanned | FrameFinished | FilmFinished


#: Calls whoever paints shots, which may take a while.
CallCrew = Callable[[], ShotCrew]


def make_film(request: FilmRequest, call_crew: CallCrew | None = None) -> Generator[FilmEvent]:
    """Make a film, event by event.

    Parameters
    ----------
    request
        What is asked for.
    call_crew
        Calls who paints the shots, several at once, as soon as nothing that was given is amiss;
        this process paints, one frame after the other, if None.

    Raises
    ------
    BrushworkError
        If the clip, a style image, an option or the place of the film will not do, or nobody
        answers who was called.
    """
    request.format.check()
    FilmFolder.check_free(request.folder)
    _check_options(request)
    clip = open_clip(request.clip, _get_rate(request.film))
    first, frames = _begin_reading(request, clip)
    prepared = _prepare(request, clip, first)
    crew = None if call_crew is None else call_crew()
    if request.film.preview:
        yield from make_film(_make_preview(request))
    hashes = {role: hash_image(image) for role, image in prepared.list_images().items()}
    hashes.pop("photo", None)
    asked = {**request.to_json(), "hashes": hashes, "size": list(prepared.content.size)}  # type: ignore[union-attr]
    folder = FilmFolder.create(request.folder, {**asked, "kernels": {}, "partial": None})
    yield from _Film(request, clip, prepared, folder, frames, crew).make()


def resume_film(path: Path, call_crew: CallCrew | None = None) -> Generator[FilmEvent]:
    """Go on with a film that was stopped; it ends in the same bits.

    Parameters
    ----------
    path
        Its folder.
    call_crew
        As in `make_film`, for the shots of which nothing is painted.

    Raises
    ------
    BrushworkError
        If the clip or a style image is missing or not what it was, or nobody answers who was
        called.
    """
    folder = FilmFolder.open(path)
    try:
        given = folder.read_request()
        request = FilmRequest.from_json(given, path)
        request = _replace_partial(request, given.get("partial"))
        request.format.check()
        adopt_choices(given.get("kernels") or {})
        clip = open_clip(request.clip, _get_rate(request.film))
        frames: Iterator[ClipFrame] = iter(())
        if folder.read_times() is None:
            first, frames = _begin_reading(request, clip)
        else:
            first = folder.read_source(0)
        prepared = _prepare(request, clip, first)
        for role, image in prepared.list_images().items():
            if role in given["hashes"] and hash_image(image) != given["hashes"][role]:
                raise CheckpointError(
                    f"{image.name} ({role}) has changed since the film was begun; put back what it "
                    "was, or begin the film anew."
                )
        crew = None if call_crew is None else call_crew()
    except BaseException:
        folder.release()
        raise
    yield from _Film(request, clip, prepared, folder, frames, crew).make()


def write_partial(path: Path) -> tuple[Path, int] | None:
    """Write a film of the frames that are painted; give where it is and how many they are.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    folder = FilmFolder.open(path)
    try:
        given = folder.read_request()
        request = FilmRequest.from_json(given, path)
        times, count = folder.read_times(), folder.find_unpainted()
        if not times or not count:
            return None
        request = _replace_partial(request, given.get("partial"))
        output = request.output
        clip = open_clip(request.clip, _get_rate(request.film))
        end = times[count] if count < len(times) else None
        selection = request.selection
        if end is not None:
            selection = replace(selection, end=selection.start + end)
        frames = _show_frames(folder, times[:count])
        rate = measure_rate(times, clip.info.rate)
        write_film(frames, request.format, rate=rate, source=clip, selection=selection)
        if output.is_file():
            folder.update_request(partial=hash_file(output))
        return output, count
    finally:
        folder.release()


def _replace_partial(request: FilmRequest, partial: str | None) -> FilmRequest:
    """Let a film be written over what an earlier stop left, if nobody has changed it since."""
    output = request.output
    is_ours = partial and output.is_file() and hash_file(output) == partial
    return replace(request, overwrite=True) if is_ours else request


@dataclass
class _Film:
    """A film that is being made."""

    request: FilmRequest
    clip: Clip
    prepared: Request
    folder: FilmFolder
    frames: Iterator[ClipFrame]
    crew: ShotCrew | None = None
    notes: list[str] = field(default_factory=list)
    is_preview: bool = False
    shots: list[range] = field(default_factory=list)

    def make(self) -> Generator[FilmEvent]:
        """Read, paint and write; the folder is released whatever happens."""
        self.is_preview = self.request.output.stem.endswith(".preview")
        started = time.perf_counter()
        try:
            times = self._read_frames()
            self.shots = self._find_shots(len(times))
            yield self._plan(times)
            if self.crew is not None:
                yield from self._paint_elsewhere(self.crew, times)
            yield from self._paint(times)
            passes = self.request.film.passes
            for turn in range(2, passes + 1):
                yield from self._pass_again(turn, times)
            frames = _show_frames(self.folder, times, passes)
            self.notes += write_film(
                frames,
                self.request.format,
                rate=measure_rate(times, self.clip.info.rate),
                source=self.clip,
                selection=self.request.selection,
            )
        finally:
            self.folder.release()
        if not self.request.film.keep_frames:
            self.folder.remove()
        notes = tuple(dict.fromkeys([*self.clip.info.notes, *self.clip.notes, *self.notes]))
        seconds = time.perf_counter() - started
        yield FilmFinished(self.request.output, len(times), seconds, notes, self.is_preview)

    def _read_frames(self) -> list[Fraction]:
        """Keep the frames of the clip that are wanted, at the size of the film."""
        times = self.folder.read_times()
        if times is not None:
            return times
        size = _choose_size(self.clip, self.request.settings.options.size)
        times = []
        for frame in self.frames:
            self.folder.write_source(len(times), _fit(frame.pixels, size))
            times.append(frame.seconds)
        self.folder.write_times(times)
        return times

    def _plan(self, times: Sequence[Fraction]) -> FilmPlanned:
        """Say what it will need, and refuse what the disk cannot hold."""
        options = self.prepared.options
        height, width = _choose_size(self.clip, self.request.settings.options.size)
        left = len(times) - sum(map(self._count_painted, self.shots))
        further = len(times) * (self.request.film.passes - 1)
        needed = left * (SOURCE_BYTES + PASS_BYTES) + further * PASS_BYTES
        disk = needed * height * width
        free = shutil.disk_usage(self.folder.path).free
        if disk > free:
            raise OutputError(
                f"{len(times)} frames need {format_bytes(disk)} in {quote(self.folder.path)}, but "
                f"{format_bytes(free)} are free; make room there, or choose a folder on another "
                "disk."
            )
        inputs = self.prepared.prepare(pick_device(options.device))
        networks = build_networks(options, inputs.device)
        plan = plan_run(inputs, networks, options)
        seconds = None
        if self.crew is None:
            first = sum(not self._count_painted(shot) for shot in self.shots)
            seconds = estimate_seconds(
                plan,
                networks,
                options,
                inputs.device,
                steps=self.request.film.steps,
                first=first,
                following=left - first + self._weigh_passes(len(times)),
            )
        notes = tuple(self.clip.notes)
        return FilmPlanned(len(times), width, height, plan.memory, disk, seconds, notes)

    def _paint(self, times: list[Fraction]) -> Generator[FilmEvent]:
        painter = Painter(
            self.folder,
            self.prepared,
            self.request.film,
            _read_moments(self.request),
            _choose_masks(self.request, len(times)),
            times,
        )
        count, begun = len(times), sum(map(self._count_painted, self.shots))
        took: list[float] = []
        for shot in self.shots:
            for number in shot[self._count_painted(shot) :]:
                started = time.perf_counter()
                painter.paint(Frame(number, shot.start, shot.stop - 1))
                took.append(time.perf_counter() - started)
                usual = sum(took[1:]) / len(took[1:]) if len(took) > 1 else took[0]
                done, begins = begun + len(took), number == shot.start
                remaining = usual * (count - done + self._weigh_passes(count))
                yield FrameFinished(
                    number + 1, count, took[-1], remaining, begins, self.is_preview, done=done
                )

    def _paint_elsewhere(self, crew: ShotCrew, times: list[Fraction]) -> Generator[FilmEvent]:
        """Send out each shot that is not begun, and keep it when it comes back, whole."""
        count, begun = len(times), sum(map(self._count_painted, self.shots))
        shots = [shot for shot in self.shots if not self._count_painted(shot)]
        began, done = time.perf_counter(), begun
        for task, painted in crew.paint(self._make_tasks(shots, times)):
            # The first comes last: a shot that begins with a frame that is painted is whole.
            for place in reversed(range(len(painted))):
                self.folder.write_file("painted", task.first + place, painted[place])
            for place in range(len(painted)):
                done += 1
                each = (time.perf_counter() - began) / (done - begun)
                remaining = each * (count - done + self._weigh_passes(count))
                number = task.first + place + 1
                yield FrameFinished(
                    number, count, each, remaining, place == 0, self.is_preview, done=done
                )

    def _make_tasks(self, shots: Sequence[range], times: Sequence[Fraction]) -> Iterator[ShotTask]:
        """Make a task of each shot, when it is asked for: frames take memory."""
        size = _choose_size(self.clip, self.request.settings.options.size)
        moments, masks = _read_moments(self.request), _choose_masks(self.request, len(times))
        for shot in shots:
            yield ShotTask(
                shot.start,
                [self.folder.read_file("source", number) for number in shot],
                times[shot.start : shot.stop],
                self.prepared,
                self.request.film,
                moments,
                masks.hold(shot.start, len(shot), size),
            )

    def _weigh_passes(self, count: int) -> float:
        """Say how many painted frames the further passes over so many take as long as."""
        return PASS_SHARE * count * (self.request.film.passes - 1)

    def _pass_again(self, turn: int, times: list[Fraction]) -> Generator[FilmEvent]:
        """Go over all frames once more, each from what lies in the folder alone."""
        count, starts = len(times), {shot.start for shot in self.shots}
        reel = Reel(self.folder, _choose_masks(self.request, count), times)
        started, done = time.perf_counter(), 0
        for place, (number, next_to) in enumerate(order_pass(turn, count), start=1):
            if self.folder.has_passed(turn, number):
                continue
            levels = self.folder.read_passed(turn - 1, number)
            if 0 <= next_to < count and max(number, next_to) not in starts:
                before = self.folder.read_passed(turn - 1, next_to)
                own = reel.read_painted(number, turn - 1)
                levels = steady(own, reel.read_painted(next_to, turn), before)
            self.folder.write_passed(turn, number, levels)
            done += 1
            each = (time.perf_counter() - started) / done
            left = count - place + count * (self.request.film.passes - turn)
            begins = number in starts
            yield FrameFinished(
                place, count, each, each * left, begins, self.is_preview, turn, done=place
            )

    def _find_shots(self, count: int) -> list[range]:
        if self.request.film.one_shot:
            return [range(count)]
        return find_shots(map(self.folder.read_source, range(count)))

    def _count_painted(self, shot: range) -> int:
        """Count the frames of a shot up to the first that is not painted."""
        return min(self.folder.find_unpainted(shot.start), shot.stop) - shot.start


def _check_options(request: FilmRequest) -> None:
    """Refuse options that will not do, before a long clip is read as far as its first frame."""
    check_film(
        request.settings.options,
        request.film,
        request.strength,
        len(request.styles),
        masked=request.settings.sources.mask is not None,
    )


def _begin_reading(request: FilmRequest, clip: Clip) -> tuple[Pixels, Iterator[ClipFrame]]:
    """Give the first frame of the film, as it is in the clip, and all of them, that one too."""
    frames = request.selection.pick(clip.read_frames(request.selection.start))
    first = next(frames, None)
    if first is None:
        raise VideoError(f"no frame of {quote(clip.path)} lies between start and end; give others.")
    return first.pixels, itertools.chain([first], frames)


def _prepare(request: FilmRequest, clip: Clip, first: Pixels) -> Request:
    """Read the style images and the sources, with a frame of the clip as the content image."""
    settings = request.settings
    size = _choose_size(clip, settings.options.size)
    sources = settings.sources
    if isinstance(sources.mask, str) and find_sequence(Path(sources.mask)) is not None:
        first_mask = _choose_masks(request, 1).files[0]
        sources = Sources.create(**{**dict(sources), "mask": first_mask})
    frame = _fit(first, size)
    if (key := _read_key(request)) is not None:
        key.check(frame)
    content = images.read(frame)
    styles = [parse_style(style) for style in request.styles]
    options = Options.create(settings.options, size=max(size))
    return Request.read(content, styles, Settings(options, sources))


def _read_moments(request: FilmRequest) -> Moments:
    strength = None if request.strength is None else parse_strength(request.strength)
    fade = request.film.fade
    weights = () if fade is None else tuple(parse_fade(fade, len(request.styles)))
    return Moments(strength, weights)


def _read_key(request: FilmRequest) -> ColorKey | None:
    return read_key(request.film.keep_color, request.settings.sources.mask is not None)


def _choose_masks(request: FilmRequest, count: int) -> FrameMasks:
    """Say what is painted of each of so many frames."""
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


def _make_preview(request: FilmRequest) -> FilmRequest:
    """Ask for the same, small and quick."""
    size = min(PREVIEW_SIZE, request.settings.options.size)
    settings = Settings.create(request.settings, size=size).prefer_draft()
    film = request.film.model_copy(update={"preview": False, "keep_frames": False})
    output = request.output
    named = output.with_name(f"{output.stem}.preview{output.suffix}")
    folder = request.folder.with_name(request.folder.name + ".preview")
    return replace(request, settings=settings, film=film, output=named, folder=folder)


def _choose_size(clip: Clip, long_side: int) -> tuple[int, int]:
    """Give height and width of the film: even, as codecs want it."""
    height, width = fit_size(*clip.info.size, long_side)
    return max(2, 2 * round(height / 2)), max(2, 2 * round(width / 2))


def _fit(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    height, width = size
    if pixels.shape[:2] == size:
        return pixels
    shrinks = pixels.shape[0] * pixels.shape[1] > height * width
    kernel = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=kernel), np.uint8)


def _show_frames(
    folder: FilmFolder, times: Sequence[Fraction], turn: int = 1
) -> Iterator[ClipFrame]:
    """Give the frames after a pass in 8 bits."""
    for number, seconds in enumerate(times):
        yield ClipFrame(seconds, to_pixels(folder.read_passed(turn, number)))


def _get_rate(film: FilmOptions) -> Fraction | None:
    return None if film.fps is None else Fraction(film.fps).limit_denominator(1001)
