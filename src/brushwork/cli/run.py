"""Paint one picture for a command: check first, show the events, write the result, lose nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from brushwork import images
from brushwork.api import iter_rerun, iter_stylize, iter_texture
from brushwork.cli.output import Output
from brushwork.cli.show import Bar, Lines, Show, Silence
from brushwork.events import Event, Finished, StepTaken
from brushwork.files import check_place, publish
from brushwork.options import Options
from brushwork.painting import Painting
from brushwork.paintings import parsed

#: The shell's convention for a program ended by SIGINT.
INTERRUPTED = 130


def run(content: str, styles: Sequence[str], options: Options, output: Output) -> None:
    """Paint and write; Ctrl-C writes the best picture so far and exits with 130."""
    paintings = [parsed(style) for style in styles]
    path = output.path([content, *(str(source) for source, _ in paintings)])
    images.check_output(path, overwrite=output.overwrite)
    photo = images.read(content)
    transparent = photo.alpha is not None
    images.check_output(path, overwrite=output.overwrite, transparent=transparent)
    _paint(lambda: iter_stylize(photo, paintings, options), path, output)


def run_texture(styles: Sequence[str], options: Options, aspect: float, output: Output) -> None:
    """Paint a texture and write it, as `run` does."""
    paintings = [parsed(style) for style in styles]
    path = output.path([*(str(source) for source, _ in paintings), "texture"])
    images.check_output(path, overwrite=output.overwrite)
    _paint(lambda: iter_texture(paintings, options, aspect=aspect), path, output)


def run_again(picture: str, changes: Options, output: Output) -> None:
    """Paint a picture again by its recipe and write it, as `run` does."""
    path = output.path([f"{Path(picture).stem}-again"])
    images.check_output(path, overwrite=output.overwrite)
    given = {name: getattr(changes, name) for name in changes.model_fields_set}
    _paint(lambda: iter_rerun(picture, **given), path, output)


def _paint(begin: Callable[[], Iterator[Event]], path: Path, output: Output) -> None:
    """Show the events of a run and write its picture."""
    latest: StepTaken | None = None
    sidecar = output.beside(path)
    if sidecar is not None:
        check_place(sidecar, overwrite=output.overwrite)
    with _show(output) as show:
        try:
            for event in begin():
                show.event(event)
                if isinstance(event, StepTaken):
                    latest = event
                if isinstance(event, Finished):
                    _save(event.painting, path, sidecar, output)
                    show.finished(event.painting, path)
        except KeyboardInterrupt:
            show.interrupted(_rescue(latest, path, output), latest)
            sys.exit(INTERRUPTED)


def _save(painting: Painting, path: Path, sidecar: Path | None, output: Output) -> None:
    painting.save(path, overwrite=output.overwrite, recipe=not output.no_recipe)
    if sidecar is not None and painting.recipe is not None:
        publish(painting.recipe.text().encode(), sidecar, overwrite=output.overwrite)


def _rescue(latest: StepTaken | None, path: Path, output: Output) -> Path | None:
    """Write the best picture so far, if there is one."""
    if latest is None:
        return None
    return images.write(latest.preview(), path, overwrite=output.overwrite)


def _show(output: Output) -> Show:
    if output.json:
        return Lines()
    return Silence() if output.quiet else Bar()
