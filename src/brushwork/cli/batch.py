"""``brushwork batch``: many content images by many style images."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Group, Parameter

from brushwork.cli._flags import (
    DEFAULT_SETTINGS,
    RESULT_GROUP,
    SettingsFlags,
    is_stdout,
)
from brushwork.errors import OptionError, OutputError
from brushwork.system.files import create_folder
from brushwork.system.process import prepare

if TYPE_CHECKING:
    from brushwork.batch import Executor, Job, JobSource
    from brushwork.options import Settings

SOURCES_GROUP = Group("What to paint", sort_key=0)
WORKERS_GROUP = Group("Who paints, and for how long", sort_key=1)
#: Some images failed; all others are there.
INCOMPLETE_CODE = 1
#: The most images at once that can be asked for.
MAX_WORKERS = 256


@Parameter(name="*", group=SOURCES_GROUP)
@dataclass(frozen=True)
class BatchSources:
    """The style images, or a list of everything."""

    style: Annotated[tuple[str, ...], Parameter(show_default=False)] = ()
    """A painting, as for stylize; several give several pictures, great-wave+ejiri mixes two."""

    manifest: Path | None = None
    """File that lists what to paint instead: CSV or JSON lines of content, styles, and options."""


@Parameter(name="*", group=WORKERS_GROUP)
@dataclass(frozen=True)
class Workers:
    """Who makes the images, and until when."""

    jobs: Literal["auto"] | int = "auto"
    """How many pictures to paint at once; auto is one for every core, if memory allows."""

    watch: bool = False
    """Go on waiting for new photos in the folders until Ctrl-C."""

    cluster: str | None = None
    """Paint on a Ray cluster: ray://HOST:PORT, or local for one that is started here."""


@Parameter(name="*", group=RESULT_GROUP)
@dataclass(frozen=True)
class BatchOutput:
    """Where the images go, and what is said on the way."""

    output: Annotated[Path, Parameter(name=("--output", "-o"), allow_leading_hyphen=True)]
    """Folder for the pictures; it is made if it is not there."""

    type_: Annotated[Literal["png", "jpg", "webp", "tiff"], Parameter(name="--type")] = "png"
    """Format of the pictures."""

    depth: Literal[8, 16] = 8
    """Bits a channel: 16 goes into png and tiff."""

    overwrite: bool = False
    """Replace other pictures that have the same names."""

    json: bool = False
    """Print what happens to each picture as a line of JSON instead of showing a progress bar."""

    quiet: Annotated[bool, Parameter(name=("--quiet", "-q"))] = False
    """Print nothing unless something goes wrong."""


DEFAULT_SOURCES = BatchSources()
DEFAULT_WORKERS = Workers()


def batch(
    photos: Annotated[tuple[str, ...], Parameter(name="PHOTO", show_default=False)] = (),
    /,
    *,
    sources: BatchSources = DEFAULT_SOURCES,
    output: BatchOutput,
    workers: Workers = DEFAULT_WORKERS,
    settings: SettingsFlags = DEFAULT_SETTINGS,
) -> None:
    """Run every job; exit with 1 if one failed.

    Parameters
    ----------
    photos
        Picture files, or folders of them.
    """
    from brushwork.batch import run_jobs
    from brushwork.cli._progress import BatchBar, BatchLines

    if is_stdout(output.output):
        raise OutputError("a batch makes several pictures; name a folder for them (--output).")
    merged = settings.merge()
    source, jobs = _make_source(photos, sources, output, merged, watch=workers.watch)
    executor = _make_executor(workers, output, jobs, merged)
    create_folder(output.output)
    display = BatchLines() if output.json else BatchBar(quiet=output.quiet)
    if display.show(run_jobs(source, executor)):
        sys.exit(INCOMPLETE_CODE)


def _make_source(
    photos: tuple[str, ...],
    sources: BatchSources,
    output: BatchOutput,
    settings: Settings,
    *,
    watch: bool,
) -> tuple[JobSource, list[Job]]:
    """Give where jobs come from, and those that are known."""
    from brushwork.batch import JobList, WatchedFolders, list_left_out, make_jobs, read_manifest

    if sources.manifest is not None:
        if photos or sources.style:
            raise OptionError("a manifest says what to paint; leave photos and --style out.")
        if watch:
            raise OptionError("folders are watched, and a manifest is none; leave --watch out.")
        jobs = read_manifest(sources.manifest, settings, output.output, output.type_)
        return JobList(jobs), jobs
    how = (sources.style, settings, output.output, output.type_)
    if watch:
        return WatchedFolders(photos, *how), []
    jobs = make_jobs(photos, *how)
    return JobList(jobs, list_left_out(photos)), jobs


def _make_executor(
    workers: Workers, output: BatchOutput, jobs: list[Job], settings: Settings
) -> Executor:
    from brushwork.batch import InProcess, ProcessPool, SaveOptions, count_workers

    saving = SaveOptions(output.overwrite, output.depth)
    if workers.cluster is not None:
        if workers.jobs != "auto":
            raise OptionError("a cluster knows how much it can paint at once; leave --jobs out.")
        from brushwork.batch.ray_cluster import RayCluster  # Ray is an extra

        return RayCluster(workers.cluster, saving)
    count = count_workers(jobs, settings) if workers.jobs == "auto" else workers.jobs
    if not 1 <= count <= MAX_WORKERS:
        raise OptionError(f"jobs was given as {count}, but must lie between 1 and {MAX_WORKERS}.")
    if count == 1:
        return InProcess(saving)
    return ProcessPool(count, saving, prepare=prepare)
