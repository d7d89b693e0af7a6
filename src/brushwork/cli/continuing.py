"""Go on with a stopped run for a command: where it stood, and where its picture goes."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from rich.console import Console
from rich.table import Table

from brushwork.checkpoints.cache import list_unfinished, open_newest
from brushwork.checkpoints.manifest import Manifest
from brushwork.checkpoints.store import Checkpoint
from brushwork.cli.output import Output
from brushwork.cli.run import check_result, run_and_save
from brushwork.engine.resume import iter_resume
from brushwork.errors import CheckpointError
from brushwork.system.files import hash_file


def resume_run(folder: Path | None, output: Output) -> None:
    """Resume a run and write its picture to where it was meant to go."""
    checkpoint = open_newest() if folder is None else Checkpoint.open(folder)
    try:
        wanted = _make_output(checkpoint.run, output)
        path = wanted.output
        if path is None:
            raise CheckpointError(
                "the run was begun by a program, not by a command; say where its picture shall go "
                "(--output)."
            )
        check_result(path, wanted)
        if not output.quiet and not output.json:
            Console(stderr=True).print(_describe_position(checkpoint.run), highlight=False)
        run_and_save(lambda: iter_resume(checkpoint), path, wanted)
    finally:
        checkpoint.release()


def show_unfinished() -> None:
    """List the runs that can be resumed."""
    table = Table("begun", "picture", "stands at", "folder", box=None)
    for folder, run in list_unfinished():
        table.add_row(run.begun, _name_run(run), _format_place(run), str(folder))
    console = Console()
    console.print(table if table.row_count else "no unfinished run is kept.", soft_wrap=True)


def _make_output(run: Manifest, output: Output) -> Output:
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
    return f"going on with {_name_run(run)}, begun {run.begun}, {_format_place(run)}"


def _name_run(run: Manifest) -> str:
    pictures = [run.recipe.content, *(style.name for style in run.recipe.styles)]
    return "-".join(Path(name).stem for name in pictures if name is not None)


def _format_place(run: Manifest) -> str:
    if run.position is None:
        return "at the start"
    scale = run.plan.stages[run.position.index - 1].scale
    return f"at {scale.width}×{scale.height}, step {run.position.step} of {scale.steps}"
