"""``brushwork resume``: go on with a run that was stopped, killed, or out of disk."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from brushwork.cli.output import Output
from brushwork.system.process import prepare


def resume(
    folder: Annotated[Path | None, Parameter(name="DIR")] = None,
    /,
    *,
    list_: Annotated[bool, Parameter(name="--list")] = False,
    output: Output | None = None,
) -> None:
    """Go on with a run that was stopped; the picture is the one it would have been.

    Parameters
    ----------
    folder
        The folder that was given as --checkpoint; the newest unfinished run if left out.
    list_
        Show the unfinished runs instead.
    """
    prepare()
    from brushwork.cli.continuing import resume_run, show_unfinished  # loads torch

    if list_:
        show_unfinished()
    else:
        resume_run(folder, output or Output())
