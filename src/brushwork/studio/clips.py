"""Clips that people bring, each with a contact sheet; films are made of them.

A clip stays on the disk as it came, and is never sent to anybody: it is read by a process of its
own, and by the worker. What a page sees of it are stills, and films that were written here.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from fractions import Fraction
from pathlib import Path

from brushwork.errors import OptionError
from brushwork.studio.errors import ConflictError, NotFoundError, TooLargeError
from brushwork.studio.folder import StudioFolder
from brushwork.studio.library import Library, clean_name
from brushwork.studio.reader_process import ReaderProcess
from brushwork.studio.schemas import ClipInfo, ClipList, FilmUse, ImageInfo, JobSettings
from brushwork.studio.settings import check_film_options, read_film_options
from brushwork.studio.store import ClipColumns, ClipRow, Store, new_identity
from brushwork.video.packages import require_packages
from brushwork.video.selection import Selection

#: The most bytes of a clip.
MAX_CLIP_BYTES = 2**30
#: The most frames of one film: an hour or two on two cores.
MAX_FILM_FRAMES = 3000
#: Seconds that it may take to read a whole clip, and to find one frame.
DESCRIBE_SECONDS, STILL_SECONDS = 900.0, 120.0


class Clips:
    """Clips by their identities.

    Parameters
    ----------
    store, folder, library
        Where they are kept, and where their stills go.
    """

    def __init__(self, store: Store, folder: StudioFolder, library: Library) -> None:
        self._store = store
        self._folder = folder
        self._library = library
        self._reader = ReaderProcess(STILL_SECONDS)

    def list_clips(self, deleted: bool = False) -> ClipList:
        """Give all clips, or those in the trash, the newest first."""
        return ClipList(clips=[_describe(row) for row in self._store.clips.list_all(deleted)])

    def get(self, identity: str) -> ClipInfo:
        """Give one clip.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        row = self._store.clips.find(identity)
        if row is None or row.deleted is not None:
            raise NotFoundError("there is no such clip any more; bring it again.")
        return _describe(row)

    def make_room(self) -> Path:
        """Give the name of a file that a clip is to be written to, in a folder of its own.

        Raises
        ------
        OptionError
            If what reads films is not installed.
        """
        require_packages()
        self._reader.start()  # it is wanted soon
        folder = self._folder.clips / new_identity()
        folder.mkdir()
        return folder / "clip"

    def leave(self, file: Path) -> None:
        """Take away what has not become a clip."""
        shutil.rmtree(file.parent, ignore_errors=True)

    def add(self, file: Path, sha256: str, name: str) -> ClipInfo:
        """Take in a clip that was written to its place; one that is known is given again.

        Raises
        ------
        VideoError
            If it is damaged, too long, or has no moving pictures in it.
        """
        known = self._find_again(sha256)
        if known is not None:
            self.leave(file)
            return known
        shown = clean_name(name)
        reader = ReaderProcess(DESCRIBE_SECONDS)  # who looks for a frame need not wait for it
        try:
            request = {"file": str(file.resolve()), "name": shown, "folder": str(file.parent)}
            told = reader.ask(request)
        except BaseException:
            self.leave(file)
            raise
        finally:
            reader.close()
        now = time.time()
        row = ClipRow(id=file.parent.name, name=shown, sha256=sha256, created=now, used=now, **told)
        with self._store.transaction():
            if self._store.clips.add(row):
                self._record(row.id)
                return self.get(row.id)
        self.leave(file)  # the same came twice at the same time
        return self._find_again(sha256) or _describe(row)

    def rename(self, identity: str, name: str) -> ClipInfo:
        """Give a clip another name.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        self.get(identity)
        return self._change(identity, {"name": clean_name(name)})

    def trash(self, identity: str) -> None:
        """Put a clip into the trash.

        Raises
        ------
        NotFoundError
            If there is none.
        ConflictError
            If a job needs it.
        """
        self.get(identity)
        with self._store.transaction():
            if self._store.uses.is_needed(identity):
                raise ConflictError("a job still needs this clip; cancel that first.")
            self._change(identity, {"deleted": time.time()})

    def restore(self, identity: str) -> ClipInfo:
        """Take a clip out of the trash.

        Raises
        ------
        NotFoundError
            If it is not there any more.
        """
        if self._store.clips.find(identity) is None:
            raise NotFoundError("this clip is not in the trash any more; bring it again.")
        return self._change(identity, {"deleted": None, "used": time.time()})

    def empty_trash(self) -> None:
        """Forget what has been in the trash for long, and is needed by no job."""
        for identity in self._store.clips.list_expired():
            if not self._store.uses.is_needed(identity):
                self._store.clips.remove(identity)
                self.leave(self.get_file(identity))

    def forget_unknown(self) -> None:
        """Take away uploads that were broken off, as a server does when it starts."""
        for folder in self._folder.clips.iterdir():
            if self._store.clips.find(folder.name) is None:
                self.leave(folder / "clip")

    def close(self) -> None:
        """End the process that reads."""
        self._reader.close()

    def get_file(self, identity: str) -> Path:
        """Name the file of a clip."""
        return self._folder.clips / identity / "clip"

    def get_still_file(self, identity: str, number: int) -> Path:
        """Name a still of the contact sheet.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        if number >= len(self.get(identity).stills):
            raise NotFoundError("the contact sheet of this clip has no such still.")
        return self._folder.clips / identity / f"{number:03}.jpg"

    def make_still(self, identity: str, seconds: float) -> ImageInfo:
        """Take the frame that is shown at a time, as an image that drafts are made of.

        Raises
        ------
        BrushworkError
            If there is no such clip, or it cannot be read.
        """
        clip = self.get(identity)
        require_packages()
        with tempfile.TemporaryDirectory(dir=self.get_file(identity).parent) as place:
            target = Path(place) / "still.png"
            request = {"file": str(self.get_file(identity).resolve()), "name": clip.name}
            # A millisecond more, so that a time that was rounded down names the same frame.
            told = self._reader.ask(
                {**request, "seconds": round(seconds + 0.001, 4), "target": str(target.resolve())}
            )
            name = f"{Path(clip.name).stem}, {_format_clock(told['seconds'])}.png"
            image = self._library.add(target.read_bytes(), name, "still")
        self._store.clips.change(identity, used=time.time())
        return image

    def check_use(self, job: JobSettings) -> JobSettings:
        """Refuse a film that cannot be made, or takes too long; give its settings, with a still.

        Raises
        ------
        BrushworkError
            If something is wrong with it.
        """
        if job.film is None:
            return job
        require_packages()
        self.check_part(job.film)
        check_film_options(job)
        if job.content is None:
            still = self.make_still(job.film.clip, job.film.start)
            return job.model_copy(update={"content": still.id})
        return job

    def check_part(self, film: FilmUse) -> int:
        """Refuse a part of a clip that is empty or too long; give how many frames it has.

        Raises
        ------
        BrushworkError
            If it is, or there is no such clip.
        """
        clip = self.get(film.clip)
        start, end = film.start, get_end(film, clip)
        if start >= end:
            raise OptionError(
                f"the film would end at {end:g} s, before it starts at {start:g} s; the clip has "
                f"{clip.seconds:g} s."
            )
        frames = _count_frames(film, clip)
        if frames > MAX_FILM_FRAMES:
            raise TooLargeError(
                f"the film would have {frames} frames, and at most {MAX_FILM_FRAMES} are painted "
                "at a time; choose a shorter part, paint fewer of its frames (every), or use the "
                "command line: brushwork video."
            )
        return frames

    def _find_again(self, sha256: str) -> ClipInfo | None:
        """Give a clip that is known; who brings it again wants it, whatever was thrown away."""
        known = self._store.clips.find_by_content(sha256)
        return None if known is None else self.restore(known.id)

    def _change(self, identity: str, change: ClipColumns) -> ClipInfo:
        with self._store.transaction():
            self._store.clips.change(identity, **change)
            return self._record(identity)

    def _record(self, identity: str) -> ClipInfo:
        row = self._store.clips.find(identity)
        assert row is not None
        self._store.events.add("clip", None, _describe(row))
        return _describe(row)


def get_end(film: FilmUse, clip: ClipInfo) -> float:
    """Give where a film ends, in seconds of its clip."""
    return clip.seconds if film.end is None else min(film.end, clip.seconds)


def _count_frames(film: FilmUse, clip: ClipInfo) -> int:
    options = read_film_options(film)
    fps = None if options.fps is None else Fraction(options.fps).limit_denominator(1001)
    part = Fraction(get_end(film, clip) - film.start)
    return Selection(rate=fps, every=options.every).count(part, Fraction(clip.rate))


def _describe(row: ClipRow) -> ClipInfo:
    stored = row.model_dump(exclude={"sha256", "used", "deleted"})
    return ClipInfo(**stored, deleted=row.deleted is not None)


def _format_clock(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes)}:{rest:05.2f}"
