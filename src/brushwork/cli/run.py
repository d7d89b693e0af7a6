"""Paint one picture for a command: check first, show the events, write the result, lose nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from brushwork import images
from brushwork.api import iter_rerun, iter_stylize, iter_texture
from brushwork.checkpoints.store import add_label
from brushwork.cli import pipes
from brushwork.cli.keep import Checkpointing
from brushwork.cli.output import PIPE, Output
from brushwork.cli.show import Display, JsonLines, ProgressBar, SilentDisplay
from brushwork.engine.autosave import Autosave
from brushwork.engine.events import CheckpointSaved, Event, Finished, StepTaken
from brushwork.engine.result import Result
from brushwork.errors import BrushworkError
from brushwork.options import Options, parse_style
from brushwork.system.files import check_place, hash_file, write_atomically
from brushwork.system.process import INTERRUPTED, TERMINATED, Terminated


def run_stylize(
    content: str, styles: Sequence[str], options: Options, output: Output, keep: Checkpointing
) -> None:
    """Paint and write; Ctrl-C writes the best picture so far and exits with 130."""
    paintings = [parse_style(style) for style in styles]
    name = "stdin" if content == PIPE else content
    path = output.path([name, *(str(source) for source, _ in paintings)])
    check_result(path, output)
    photo = pipes.read_content(content)
    check_result(path, output, transparent=photo.alpha is not None)
    keeping = make_autosave(keep, path, output)
    run_and_save(lambda: iter_stylize(photo, paintings, options, checkpoint=keeping), path, output)


def run_texture(
    styles: Sequence[str], options: Options, aspect: float, output: Output, keep: Checkpointing
) -> None:
    """Paint a texture and write it, as `run_stylize` does."""
    paintings = [parse_style(style) for style in styles]
    path = output.path([*(str(source) for source, _ in paintings), "texture"])
    check_result(path, output)
    keeping = make_autosave(keep, path, output)
    run_and_save(
        lambda: iter_texture(paintings, options, aspect=aspect, checkpoint=keeping), path, output
    )


def run_rerun(picture: str, changes: Options, output: Output, keep: Checkpointing) -> None:
    """Paint a picture again by its recipe and write it, as `run_stylize` does."""
    path = output.path([f"{Path(picture).stem}-again"])
    check_result(path, output)
    given = {name: getattr(changes, name) for name in changes.model_fields_set}
    keeping = make_autosave(keep, path, output)
    run_and_save(lambda: iter_rerun(picture, checkpoint=keeping, **given), path, output)


def make_autosave(keep: Checkpointing, path: Path, output: Output) -> Autosave | None:
    """Say how the state of the run is kept, and what ``brushwork resume`` has to know."""
    if keep.no_checkpoint:
        return None
    label = {
        "output": None if pipes.is_pipe(path) else str(path.absolute()),
        "depth": output.depth,
        "overwrite": output.overwrite,
        "no_recipe": output.no_recipe,
        "sidecar": output.sidecar,
    }
    return Autosave(keep.checkpoint, label, keep.checkpoint_every)


def run_and_save(begin: Callable[[], Iterator[Event]], path: Path, output: Output) -> None:
    """Show the events of a run and write its picture."""
    latest: StepTaken | None = None
    folder: Path | None = None
    events: Iterator[Event] = iter(())
    sidecar = output.beside(path)
    if sidecar is not None:
        check_place(sidecar, overwrite=output.overwrite)
    with _make_display(output) as show:
        try:
            events = begin()
            for event in events:
                show.event(event)
                if isinstance(event, StepTaken):
                    latest = event
                if isinstance(event, CheckpointSaved):
                    folder = event.folder
                if isinstance(event, Finished):
                    _save_result(event.result, path, sidecar, output)
                    show.finished(event.result, pipes.show_path(path))
        except KeyboardInterrupt as stop:
            _close(events)
            rescued = _save_preview(latest, path, output)
            if rescued is not None and folder is not None and rescued.is_file():
                _label_partial(rescued, folder)
            show.interrupted(rescued, latest, folder)
            sys.exit(TERMINATED if isinstance(stop, Terminated) else INTERRUPTED)


def check_result(path: Path, output: Output, *, transparent: bool = False) -> None:
    """Refuse an output that could not be written, before any work is done for it."""
    pipes.check_pipe(output)
    if not pipes.is_pipe(path):
        images.check_output(
            path, overwrite=output.overwrite, transparent=transparent, depth=output.depth
        )


def _save_result(painting: Result, path: Path, sidecar: Path | None, output: Output) -> None:
    if pipes.is_pipe(path):
        text = None if output.no_recipe or painting.recipe is None else painting.recipe.to_json()
        pipes.write_pipe(painting.at_depth(output.depth), text)
        return
    recipe = not output.no_recipe
    painting.save(path, overwrite=output.overwrite, recipe=recipe, depth=output.depth)
    if sidecar is not None and painting.recipe is not None:
        write_atomically(painting.recipe.to_json().encode(), sidecar, overwrite=output.overwrite)


def _save_preview(latest: StepTaken | None, path: Path, output: Output) -> Path | None:
    """Write the best picture so far, if there is one."""
    if latest is None:
        return None
    if pipes.is_pipe(path):
        pipes.write_pipe(latest.preview(), None)
        return pipes.show_path(path)
    return images.write(latest.preview(), path, overwrite=output.overwrite)


def _close(events: Iterator[Event]) -> None:
    """Let the run save where it stands, if it does not already."""
    if isinstance(events, Generator):
        events.close()


def _label_partial(rescued: Path, folder: Path) -> None:
    """Tell the checkpoint which unfinished picture the finished one may replace."""
    with suppress(BrushworkError, OSError):
        add_label(folder, partial=hash_file(rescued))


def _make_display(output: Output) -> Display:
    if output.json:
        return JsonLines()
    return (
        SilentDisplay()
        if output.quiet
        else ProgressBar(sums_up_on_stderr=pipes.is_pipe(output.output))
    )
