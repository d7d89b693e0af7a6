"""Paint one picture for a command: check first, show the events, write the result, lose nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from brushwork import images
from brushwork.again import iter_rerun
from brushwork.api import iter_stylize, iter_texture
from brushwork.checkpoint import labelled
from brushwork.cli import pipes
from brushwork.cli.keep import Keep
from brushwork.cli.output import PIPE, Output
from brushwork.cli.process import INTERRUPTED, TERMINATED, Terminated
from brushwork.cli.show import Bar, Lines, Show, Silence
from brushwork.errors import BrushworkError
from brushwork.events import Event, Finished, Kept, StepTaken
from brushwork.files import check_place, publish, sha256
from brushwork.keeping import Keeping
from brushwork.options import Options
from brushwork.painting import Painting
from brushwork.paintings import parsed


def run(content: str, styles: Sequence[str], options: Options, output: Output, keep: Keep) -> None:
    """Paint and write; Ctrl-C writes the best picture so far and exits with 130."""
    paintings = [parsed(style) for style in styles]
    name = "stdin" if content == PIPE else content
    path = output.path([name, *(str(source) for source, _ in paintings)])
    check(path, output)
    photo = pipes.read(content)
    check(path, output, transparent=photo.alpha is not None)
    keeping = kept(keep, path, output)
    painted(lambda: iter_stylize(photo, paintings, options, checkpoint=keeping), path, output)


def run_texture(
    styles: Sequence[str], options: Options, aspect: float, output: Output, keep: Keep
) -> None:
    """Paint a texture and write it, as `run` does."""
    paintings = [parsed(style) for style in styles]
    path = output.path([*(str(source) for source, _ in paintings), "texture"])
    check(path, output)
    keeping = kept(keep, path, output)
    painted(
        lambda: iter_texture(paintings, options, aspect=aspect, checkpoint=keeping), path, output
    )


def run_again(picture: str, changes: Options, output: Output, keep: Keep) -> None:
    """Paint a picture again by its recipe and write it, as `run` does."""
    path = output.path([f"{Path(picture).stem}-again"])
    check(path, output)
    given = {name: getattr(changes, name) for name in changes.model_fields_set}
    keeping = kept(keep, path, output)
    painted(lambda: iter_rerun(picture, checkpoint=keeping, **given), path, output)


def kept(keep: Keep, path: Path, output: Output) -> Keeping | None:
    """Say how the state of the run is kept, and what ``brushwork resume`` has to know."""
    if keep.no_checkpoint:
        return None
    label = {
        "output": None if pipes.goes_out(path) else str(path.absolute()),
        "depth": output.depth,
        "overwrite": output.overwrite,
        "no_recipe": output.no_recipe,
        "sidecar": output.sidecar,
    }
    return Keeping(keep.checkpoint, label, keep.checkpoint_every)


def painted(begin: Callable[[], Iterator[Event]], path: Path, output: Output) -> None:
    """Show the events of a run and write its picture."""
    latest: StepTaken | None = None
    folder: Path | None = None
    events: Iterator[Event] = iter(())
    sidecar = output.beside(path)
    if sidecar is not None:
        check_place(sidecar, overwrite=output.overwrite)
    with _show(output) as show:
        try:
            events = begin()
            for event in events:
                show.event(event)
                if isinstance(event, StepTaken):
                    latest = event
                if isinstance(event, Kept):
                    folder = event.folder
                if isinstance(event, Finished):
                    _save(event.painting, path, sidecar, output)
                    show.finished(event.painting, pipes.shown(path))
        except KeyboardInterrupt as stop:
            _close(events)
            rescued = _rescue(latest, path, output)
            if rescued is not None and folder is not None and rescued.is_file():
                _remember(rescued, folder)
            show.interrupted(rescued, latest, folder)
            sys.exit(TERMINATED if isinstance(stop, Terminated) else INTERRUPTED)


def check(path: Path, output: Output, *, transparent: bool = False) -> None:
    """Refuse an output that could not be written, before any work is done for it."""
    pipes.check(output)
    if not pipes.goes_out(path):
        images.check_output(
            path, overwrite=output.overwrite, transparent=transparent, depth=output.depth
        )


def _save(painting: Painting, path: Path, sidecar: Path | None, output: Output) -> None:
    if pipes.goes_out(path):
        text = None if output.no_recipe or painting.recipe is None else painting.recipe.text()
        pipes.write(painting.at(output.depth), text)
        return
    recipe = not output.no_recipe
    painting.save(path, overwrite=output.overwrite, recipe=recipe, depth=output.depth)
    if sidecar is not None and painting.recipe is not None:
        publish(painting.recipe.text().encode(), sidecar, overwrite=output.overwrite)


def _rescue(latest: StepTaken | None, path: Path, output: Output) -> Path | None:
    """Write the best picture so far, if there is one."""
    if latest is None:
        return None
    if pipes.goes_out(path):
        pipes.write(latest.preview(), None)
        return pipes.shown(path)
    return images.write(latest.preview(), path, overwrite=output.overwrite)


def _close(events: Iterator[Event]) -> None:
    """Let the run save where it stands, if it does not already."""
    if isinstance(events, Generator):
        events.close()


def _remember(rescued: Path, folder: Path) -> None:
    """Tell the checkpoint which unfinished picture the finished one may replace."""
    with suppress(BrushworkError, OSError):
        labelled(folder, partial=sha256(rescued))


def _show(output: Output) -> Show:
    if output.json:
        return Lines()
    return Silence() if output.quiet else Bar(sums_up_on_stderr=pipes.goes_out(output.output))
