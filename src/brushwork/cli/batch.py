"""``brushwork batch``: many photos by many paintings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Group, Parameter

from brushwork.cli.how import OPTIONS_GROUP, OptionsFile, merge_options
from brushwork.cli.output import RESULT_GROUP
from brushwork.options import Options
from brushwork.system.process import prepare

CREW = Group("Who paints, and for how long", sort_key=1)


def batch(
    photos: Annotated[tuple[str, ...], Parameter(name="PHOTO", show_default=False)] = (),
    /,
    *,
    style: Annotated[tuple[str, ...], Parameter(show_default=False)] = (),
    manifest: Path | None = None,
    output: Annotated[Path, Parameter(name=("--output", "-o"), group=RESULT_GROUP)],
    type_: Annotated[
        Literal["png", "jpg", "webp", "tiff"], Parameter(name="--type", group=RESULT_GROUP)
    ] = "png",
    jobs: Annotated[Literal["auto"] | int, Parameter(group=CREW)] = "auto",
    watch: Annotated[bool, Parameter(group=CREW)] = False,
    cluster: Annotated[str | None, Parameter(group=CREW)] = None,
    depth: Annotated[Literal[8, 16], Parameter(group=RESULT_GROUP)] = 8,
    overwrite: Annotated[bool, Parameter(group=RESULT_GROUP)] = False,
    json: Annotated[bool, Parameter(group=RESULT_GROUP)] = False,
    quiet: Annotated[bool, Parameter(name=("--quiet", "-q"), group=RESULT_GROUP)] = False,
    options_file: OptionsFile = None,
    options: Annotated[Options, Parameter(name="*", group=OPTIONS_GROUP)] = Options(),  # noqa: B008
) -> None:
    """Paint every PHOTO by every painting; what is done is skipped, what fails is listed.

    Parameters
    ----------
    photos
        Picture files, or folders of them.
    style
        A painting, as for stylize; several give several pictures, great-wave+ejiri mixes two.
    manifest
        File that lists what to paint instead: CSV or JSON lines of content, styles, and options.
    output
        Folder for the pictures; it is made if it is not there.
    type_
        Format of the pictures.
    jobs
        How many pictures to paint at once; auto is one for every core, if memory allows.
    watch
        Go on waiting for new photos in the folders until Ctrl-C.
    cluster
        Paint on a Ray cluster: ray://HOST:PORT, or local for one that is started here.
    depth
        Bits a channel: 16 goes into png and tiff.
    overwrite
        Replace other pictures that have the same names.
    json
        Print what happens to each picture as a line of JSON instead of showing a progress bar.
    quiet
        Print nothing unless something goes wrong.
    """
    prepare()
    # They load torch: too slow for --help.
    from brushwork.batch import SaveOptions
    from brushwork.cli.batching import BatchRequest, Workers, run_batch

    run_batch(
        BatchRequest(photos, style, manifest, output, type_, json, quiet),
        Workers(jobs, watch, cluster, SaveOptions(overwrite, depth)),
        merge_options(options, options_file),
    )
