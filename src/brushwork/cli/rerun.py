"""``brushwork rerun``: paint a picture again, larger or otherwise."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from brushwork.cli.how import OPTIONS_GROUP, OptionsFile, merge_options
from brushwork.cli.keep import Checkpointing
from brushwork.cli.output import Output
from brushwork.options import Options
from brushwork.system.process import prepare


def rerun(
    picture: Annotated[str, Parameter(name="PICTURE")],
    /,
    *,
    output: Output | None = None,
    keep: Checkpointing | None = None,
    options_file: OptionsFile = None,
    options: Annotated[Options, Parameter(name="*", group=OPTIONS_GROUP)] = Options(),  # noqa: B008
) -> None:
    """Paint PICTURE again by the recipe that it carries; what is given here changes it.

    Parameters
    ----------
    picture
        A picture that brushwork painted, or the JSON file beside one.
    """
    prepare()
    from brushwork.cli.run import run_rerun  # loads torch: too slow for --help, too early before

    run_rerun(
        picture, merge_options(options, options_file), output or Output(), keep or Checkpointing()
    )
