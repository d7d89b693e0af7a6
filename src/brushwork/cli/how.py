"""Options from a file, under those on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Group, Parameter

from brushwork.options import Options

OPTIONS_GROUP = Group("How to paint", sort_key=2)
#: The flag that names the file.
OptionsFile = Annotated[
    Path | None,
    Parameter(
        name="--options",
        group=OPTIONS_GROUP,
        help="TOML file of options, a line each as in strength = 0.7; what is given besides wins.",
    ),
]


def merge_options(options: Options, file: Path | None) -> Options:
    """Give the options of the file with those that were given on the command line over them.

    Raises
    ------
    OptionError
        If the file cannot be read, or what it says will not do.
    """
    if file is None:
        return options
    given = {name: getattr(options, name) for name in options.model_fields_set}
    return Options.create(Options.from_toml(file), **given)
