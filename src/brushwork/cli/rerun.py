"""``brushwork rerun``: paint a picture again, larger or otherwise."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from brushwork.cli.how import HOW, OptionsFile, chosen
from brushwork.cli.keep import Keep
from brushwork.cli.output import Output
from brushwork.cli.process import prepare
from brushwork.options import Options


def rerun(
    picture: Annotated[str, Parameter(name="PICTURE")],
    /,
    *,
    output: Output | None = None,
    keep: Keep | None = None,
    options_file: OptionsFile = None,
    options: Annotated[Options, Parameter(name="*", group=HOW)] = Options(),  # noqa: B008
) -> None:
    """Paint PICTURE again by the recipe that it carries; what is given here changes it.

    Parameters
    ----------
    picture
        A picture that brushwork painted, or the JSON file beside one.
    """
    prepare()
    from brushwork.cli.run import run_again  # loads torch: too slow for --help, too early before

    run_again(picture, chosen(options, options_file), output or Output(), keep or Keep())
