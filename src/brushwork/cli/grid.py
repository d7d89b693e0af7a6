"""``brushwork grid``: choose by looking, before painting large."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from brushwork.cli.how import OPTIONS_GROUP, OptionsFile, merge_options
from brushwork.cli.output import Output
from brushwork.options import Options
from brushwork.system.process import prepare


def grid(
    content: Annotated[str, Parameter(name="PHOTO")],
    /,
    *styles: Annotated[str, Parameter(name="PAINTING")],
    vary: Annotated[tuple[str, ...], Parameter(show_default=False)],
    output: Output | None = None,
    options_file: OptionsFile = None,
    options: Annotated[Options, Parameter(name="*", group=OPTIONS_GROUP)] = Options(),  # noqa: B008
) -> None:
    """Paint PHOTO many times, small, by different values of one option or two, on one sheet.

    Parameters
    ----------
    content
        A picture file, or the name of a built-in picture.
    styles
        The same; more about each as for stylize.
    vary
        An option and its values, as in strength=0.3,0.5,0.7; twice for rows and columns.
    """
    prepare()
    from brushwork.cli.explore import run_grid  # loads torch: too slow for --help, too early before

    run_grid(content, styles, vary, merge_options(options, options_file), output or Output())
