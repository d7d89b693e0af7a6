"""``brushwork explain``: the method, shown on two pictures, on one page."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from brushwork.cli.how import OPTIONS_GROUP, OptionsFile, merge_options
from brushwork.cli.output import Output
from brushwork.options import Options
from brushwork.system.process import prepare


def explain(
    content: Annotated[str, Parameter(name="PHOTO")],
    painting: Annotated[str, Parameter(name="PAINTING")],
    /,
    *,
    output: Output | None = None,
    options_file: OptionsFile = None,
    options: Annotated[Options, Parameter(name="*", group=OPTIONS_GROUP)] = Options(),  # noqa: B008
) -> None:
    """Show on one page how PHOTO is painted in the style of PAINTING, step by step.

    Parameters
    ----------
    content
        A picture file, or the name of a built-in picture.
    painting
        The same.
    """
    prepare()
    from brushwork.cli.lecture import (
        write_page,  # loads torch: too slow for --help, too early before
    )

    write_page(content, painting, merge_options(options, options_file), output or Output())
