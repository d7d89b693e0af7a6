"""``brushwork resume``: go on with a run that was stopped, killed, or out of disk."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from rich.table import Table

import brushwork
from brushwork.cli._console import make_console
from brushwork.cli._flags import DEFAULT_OUTPUT, Output, join_names
from brushwork.cli.video import DEFAULT_CREW, FilmCrew, go_on, is_film
from brushwork.errors import CheckpointError, OptionError
from brushwork.system.files import hash_file
from brushwork.system.process import wait_awake_while_alone

if TYPE_CHECKING:
    from brushwork.checkpoints.manifest import Manifest


def resume(
    folder: Annotated[Path | None, Parameter(name="DIR")] = None,
    /,
    *,
    list_: Annotated[bool, Parameter(name="--list")] = False,
    output: Output = DEFAULT_OUTPUT,
    crew: FilmCrew = DEFAULT_CREW,
) -> None:
    """Resume a run and write its result to where it was meant to go.

    Parameters
    ----------
    folder
        The folder that was given as --checkpoint, or that of a film; the newest unfinished run if
        left out.
    list_
        Show the unfinished runs instead.
    """
    if folder is not None and is_film(folder):
        go_on(folder, output, crew)
        return
    if crew.cluster is not None:
        raise OptionError(
            "a picture is painted by one machine, a film alone by several; leave --cluster out."
        )
    wait_awake_while_alone()  # a picture, other than a film, is soon painted
    from brushwork.checkpoints.cache import open_newest
    from brushwork.checkpoints.store import Checkpoint
    from brushwork.cli import _run

    if list_:
        _list_unfinished()
        return
    checkpoint = open_newest() if folder is None else Checkpoint.open(folder)
    try:
        wanted = _complete_output(checkpoint.run, output)
        path = wanted.output
        if path is None:
            raise CheckpointError(
                "the run was begun by a program, not by a command; say where its picture shall go "
                "(--output)."
            )
        _run.check_result(path, wanted)
        if not output.quiet and not output.json:
            make_console(stderr=True).print(_describe_position(checkpoint.run))
        _run.run_and_save(lambda: brushwork.iter_resume(checkpoint), path, wanted)
    finally:
        checkpoint.release()


def _list_unfinished() -> None:
    """Print the runs that can be resumed."""
    from brushwork.checkpoints.cache import list_unfinished

    table = Table("begun", "picture", "stands at", "folder", box=None)
    for folder, run in list_unfinished():
        table.add_row(run.started, _name_run(run), _format_position(run), str(folder))
    console = make_console()
    console.print(table if table.row_count else "no unfinished run is kept.", soft_wrap=True)


def _complete_output(run: Manifest, output: Output) -> Output:
    """Take what was asked for when the run began, and what is asked for now over it."""
    label = run.label
    path = output.output or (Path(label["output"]) if label.get("output") else None)
    ours = path is not None and path.is_file() and hash_file(path) == label.get("partial")
    return dataclasses.replace(
        output,
        output=path,
        depth=output.depth if output.depth != 8 else label.get("depth", 8),
        overwrite=output.overwrite or ours or bool(label.get("overwrite")),
        no_recipe=output.no_recipe or bool(label.get("no_recipe")),
        sidecar=output.sidecar or bool(label.get("sidecar")),
    )


def _describe_position(run: Manifest) -> str:
    return f"going on with {_name_run(run)}, begun {run.started}, {_format_position(run)}"


def _name_run(run: Manifest) -> str:
    names = [run.recipe.content, *(style.name for style in run.recipe.styles)]
    return join_names([name for name in names if name is not None])


def _format_position(run: Manifest) -> str:
    if run.position is None:
        return "at the start"
    scale = run.plan.stages[run.position.index - 1].scale
    return f"at {scale.width}×{scale.height}, step {run.position.step} of {scale.steps}"
