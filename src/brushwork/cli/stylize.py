"""``brushwork stylize``: paint one photo."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from brushwork.cli.how import OPTIONS_GROUP, OptionsFile, merge_options
from brushwork.cli.keep import Checkpointing
from brushwork.cli.output import Output
from brushwork.options import Options
from brushwork.system.process import prepare


def stylize(
    content: Annotated[str, Parameter(name="PHOTO")],
    /,
    *styles: Annotated[str, Parameter(name="PAINTING")],
    output: Output | None = None,
    keep: Checkpointing | None = None,
    options_file: OptionsFile = None,
    options: Annotated[Options, Parameter(name="*", group=OPTIONS_GROUP)] = Options(),  # noqa: B008
) -> None:
    """Repaint PHOTO in the style of one or more PAINTINGs.

    Parameters
    ----------
    content
        A picture file, or the name of a built-in picture.
    styles
        The same; PAINTING:2 gives one twice the weight of the others, PAINTING@red the red part of
        the map of regions. More about one: PAINTING,scale=2,layers=conv1_1+conv2_1,part=mask.png.
    """
    prepare()
    from brushwork.cli.run import (
        run_stylize,  # loads torch: too slow for --help, too early before prepare
    )

    run_stylize(
        content,
        styles,
        merge_options(options, options_file),
        output or Output(),
        keep or Checkpointing(),
    )
