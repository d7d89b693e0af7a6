"""Run a batch for a command: where its jobs come from, who paints them, and how it ends."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from brushwork.batch import (
    Alone,
    Crew,
    Job,
    Listed,
    Processes,
    Saving,
    Source,
    Watched,
    hands_for,
    jobs_in,
    jobs_of,
    paint_all,
)
from brushwork.cli import pipes
from brushwork.cli.overall import Bar, Lines
from brushwork.cli.process import prepare
from brushwork.errors import OptionError, OutputError
from brushwork.files import make_folder
from brushwork.options import Options

#: Some pictures could not be painted; all others are there.
INCOMPLETE = 1
#: The most pictures at once that can be asked for.
MOST_HANDS = 256


@dataclass(frozen=True)
class Batch:
    """What was asked for on the command line."""

    photos: tuple[str, ...]
    styles: tuple[str, ...]
    manifest: Path | None
    folder: Path
    extension: str
    json: bool
    quiet: bool


@dataclass(frozen=True)
class Hands:
    """Who shall paint it."""

    jobs: Literal["auto"] | int
    watch: bool
    cluster: str | None
    saving: Saving


def run_batch(batch: Batch, hands: Hands, options: Options) -> None:
    """Paint everything; exit with 1 if a picture failed."""
    if pipes.goes_out(batch.folder):
        raise OutputError("a batch makes several pictures; name a folder for them (--output).")
    source, jobs = _source(batch, options, watch=hands.watch)
    crew = _crew(hands, jobs, options)
    make_folder(batch.folder)
    show = Lines() if batch.json else Bar(quiet=batch.quiet)
    if show.watched(paint_all(source, crew)):
        sys.exit(INCOMPLETE)


def _source(batch: Batch, options: Options, *, watch: bool) -> tuple[Source, list[Job]]:
    """Give where jobs come from, and those that are known."""
    if batch.manifest is not None:
        if batch.photos or batch.styles:
            raise OptionError("a manifest says what to paint; leave photos and --style out.")
        if watch:
            raise OptionError("folders are watched, and a manifest is none; leave --watch out.")
        jobs = jobs_in(batch.manifest, options, batch.folder, batch.extension)
        return Listed(jobs), jobs
    named = (batch.styles, options, batch.folder, batch.extension)
    if watch:
        return Watched(batch.photos, *named), []
    jobs = jobs_of(batch.photos, *named)
    return Listed(jobs), jobs


def _crew(hands: Hands, jobs: list[Job], options: Options) -> Crew:
    if hands.cluster is not None:
        if hands.jobs != "auto":
            raise OptionError("a cluster knows how much it can paint at once; leave --jobs out.")
        from brushwork.batch.cluster import Cluster  # Ray is an extra

        return Cluster(hands.cluster, hands.saving)
    count = hands_for(jobs, options) if hands.jobs == "auto" else hands.jobs
    if not 1 <= count <= MOST_HANDS:
        raise OptionError(f"jobs was given as {count}, but must lie between 1 and {MOST_HANDS}.")
    if count == 1:
        return Alone(hands.saving)
    return Processes(count, hands.saving, prepare=prepare)
