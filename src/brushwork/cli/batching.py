"""Run a batch for a command: where its jobs come from, who paints them, and how it ends."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from brushwork.batch import (
    Executor,
    InProcess,
    Job,
    JobList,
    JobSource,
    ProcessPool,
    SaveOptions,
    WatchedFolders,
    count_workers,
    make_jobs,
    paint_all,
    read_manifest,
)
from brushwork.cli import pipes
from brushwork.cli.overall import BatchBar, BatchLines
from brushwork.errors import OptionError, OutputError
from brushwork.options import Options
from brushwork.system.files import create_folder
from brushwork.system.process import prepare

#: Some pictures could not be painted; all others are there.
INCOMPLETE_CODE = 1
#: The most pictures at once that can be asked for.
MAX_WORKERS = 256


@dataclass(frozen=True)
class BatchRequest:
    """What was asked for on the command line."""

    photos: tuple[str, ...]
    styles: tuple[str, ...]
    manifest: Path | None
    folder: Path
    extension: str
    json: bool
    quiet: bool


@dataclass(frozen=True)
class Workers:
    """Who shall paint it."""

    jobs: Literal["auto"] | int
    watch: bool
    cluster: str | None
    saving: SaveOptions


def run_batch(batch: BatchRequest, hands: Workers, options: Options) -> None:
    """Paint everything; exit with 1 if a picture failed."""
    if pipes.is_pipe(batch.folder):
        raise OutputError("a batch makes several pictures; name a folder for them (--output).")
    source, jobs = _make_source(batch, options, watch=hands.watch)
    crew = _make_executor(hands, jobs, options)
    create_folder(batch.folder)
    show = BatchLines() if batch.json else BatchBar(quiet=batch.quiet)
    if show.watch(paint_all(source, crew)):
        sys.exit(INCOMPLETE_CODE)


def _make_source(
    batch: BatchRequest, options: Options, *, watch: bool
) -> tuple[JobSource, list[Job]]:
    """Give where jobs come from, and those that are known."""
    if batch.manifest is not None:
        if batch.photos or batch.styles:
            raise OptionError("a manifest says what to paint; leave photos and --style out.")
        if watch:
            raise OptionError("folders are watched, and a manifest is none; leave --watch out.")
        jobs = read_manifest(batch.manifest, options, batch.folder, batch.extension)
        return JobList(jobs), jobs
    named = (batch.styles, options, batch.folder, batch.extension)
    if watch:
        return WatchedFolders(batch.photos, *named), []
    jobs = make_jobs(batch.photos, *named)
    return JobList(jobs), jobs


def _make_executor(hands: Workers, jobs: list[Job], options: Options) -> Executor:
    if hands.cluster is not None:
        if hands.jobs != "auto":
            raise OptionError("a cluster knows how much it can paint at once; leave --jobs out.")
        from brushwork.batch.ray_cluster import RayCluster  # Ray is an extra

        return RayCluster(hands.cluster, hands.saving)
    count = count_workers(jobs, options) if hands.jobs == "auto" else hands.jobs
    if not 1 <= count <= MAX_WORKERS:
        raise OptionError(f"jobs was given as {count}, but must lie between 1 and {MAX_WORKERS}.")
    if count == 1:
        return InProcess(hands.saving)
    return ProcessPool(count, hands.saving, prepare=prepare)
