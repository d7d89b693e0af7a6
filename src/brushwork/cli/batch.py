"""``brushwork batch``: many photos by many paintings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from brushwork.cli.how import HOW, OptionsFile, chosen
from brushwork.cli.output import GROUP
from brushwork.cli.process import prepare
from brushwork.options import Options


def batch(
    photos: Annotated[tuple[str, ...], Parameter(name="PHOTO", show_default=False)] = (),
    /,
    *,
    style: Annotated[tuple[str, ...], Parameter(show_default=False)] = (),
    manifest: Path | None = None,
    output: Annotated[Path, Parameter(name=("--output", "-o"), group=GROUP)],
    type_: Annotated[
        Literal["png", "jpg", "webp", "tiff"], Parameter(name="--type", group=GROUP)
    ] = "png",
    overwrite: Annotated[bool, Parameter(group=GROUP)] = False,
    json: Annotated[bool, Parameter(group=GROUP)] = False,
    quiet: Annotated[bool, Parameter(name=("--quiet", "-q"), group=GROUP)] = False,
    options_file: OptionsFile = None,
    options: Annotated[Options, Parameter(name="*", group=HOW)] = Options(),  # noqa: B008
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
    overwrite
        Replace other pictures that have the same names.
    json
        Print what happens to each picture as a line of JSON instead of showing a progress bar.
    quiet
        Print nothing unless something goes wrong.
    """
    prepare()
    from brushwork.cli.batching import Batch, run_batch  # loads torch: too slow for --help

    run_batch(
        Batch(photos, style, manifest, output, type_, overwrite, json, quiet),
        chosen(options, options_file),
    )
