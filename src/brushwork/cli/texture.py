"""``brushwork texture``: what a style remembers, without a photo."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from brushwork.cli.how import OPTIONS_GROUP, OptionsFile, merge_options
from brushwork.cli.keep import Checkpointing
from brushwork.cli.output import Output
from brushwork.options import Options
from brushwork.system.process import prepare


def texture(
    *styles: Annotated[str, Parameter(name="PAINTING")],
    aspect: float = 1.0,
    output: Output | None = None,
    keep: Checkpointing | None = None,
    options_file: OptionsFile = None,
    options: Annotated[Options, Parameter(name="*", group=OPTIONS_GROUP)] = Options(),  # noqa: B008
) -> None:
    """Paint the texture of one or more PAINTINGs; --seamless makes a tile.

    Parameters
    ----------
    styles
        Picture files, or names of built-in pictures; more about each as for stylize.
    aspect
        Width over height.
    """
    prepare()
    from brushwork.cli.run import run_texture  # loads torch: too slow for --help, too early before

    run_texture(
        styles,
        merge_options(options, options_file),
        aspect,
        output or Output(),
        keep or Checkpointing(),
    )
