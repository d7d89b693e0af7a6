"""``brushwork demo``: the picture everybody knows the method by."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from brushwork.cli.how import OPTIONS_GROUP, OptionsFile, merge_options
from brushwork.cli.keep import Checkpointing
from brushwork.cli.output import Output
from brushwork.cli.stylize import stylize
from brushwork.options import Options


def demo(
    *,
    output: Output | None = None,
    keep: Checkpointing | None = None,
    options_file: OptionsFile = None,
    options: Annotated[Options, Parameter(name="*", group=OPTIONS_GROUP)] = Options(),  # noqa: B008
) -> None:
    """Paint the built-in kitten in the manner of Hokusai's Great Wave."""
    stylize(
        "cat", "great-wave", output=output, keep=keep, options=merge_options(options, options_file)
    )
