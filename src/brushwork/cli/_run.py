"""Run what a command asks for: check first, show the events, write the result, lose nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import suppress
from pathlib import Path

import PIL.Image

from brushwork import images
from brushwork.checkpoints.store import add_label
from brushwork.cli._flags import STDIO, Checkpointing, Output, is_stdout
from brushwork.cli._progress import make_display
from brushwork.engine.autosave import Autosave
from brushwork.engine.events import CheckpointSaved, Event, Finished, StepTaken
from brushwork.engine.result import Result
from brushwork.errors import BrushworkError, OutputError
from brushwork.system.files import check_place, hash_file, write_atomically
from brushwork.system.process import INTERRUPTED, TERMINATED, Terminated

#: A photo is not longer than this; what never ends is none.
MAX_BYTES = 2**30


def read_content(name: str, long_side: int | None = None) -> images.Image:
    """Read the content image by its name, or from standard input, as large as is enough.

    Raises
    ------
    ImageError
        If it cannot be read.
    """
    if name != STDIO:
        return images.read(name, long_side=long_side)
    content = sys.stdin.buffer.read(MAX_BYTES)
    return images.read_bytes(content, "standard input", STDIO, long_side=long_side)


def check_result(path: Path, output: Output, *, transparent: bool = False) -> None:
    """Refuse a result that could not be written, before any work is done for it.

    Raises
    ------
    OutputError
        If the file cannot be written so, or standard output is asked to take more than the image.
    """
    if not is_stdout(path):
        images.check_output(
            path, overwrite=output.overwrite, transparent=transparent, depth=output.depth
        )
    elif output.json or output.sidecar:
        raise OutputError(
            "standard output takes the picture alone; leave --json and --sidecar out, or name a "
            "file (--output)."
        )


def make_autosave(checkpointing: Checkpointing, path: Path, output: Output) -> Autosave | None:
    """Say how the state of the run is kept, and what ``brushwork resume`` has to know."""
    if checkpointing.no_checkpoint:
        return None
    label = {
        "output": None if is_stdout(path) else str(path.absolute()),
        "depth": output.depth,
        "overwrite": output.overwrite,
        "no_recipe": output.no_recipe,
        "sidecar": output.sidecar,
    }
    return Autosave(checkpointing.checkpoint, label, checkpointing.checkpoint_every)


def run_and_save(begin: Callable[[], Generator[Event]], path: Path, output: Output) -> None:
    """Show the events of a run and write its result.

    Ctrl-C writes the best image so far and exits with 130, SIGTERM with 143.
    """
    latest: StepTaken | None = None
    folder: Path | None = None
    events: Generator[Event] | None = None
    sidecar = output.choose_sidecar(path)
    if sidecar is not None:
        check_place(sidecar, overwrite=output.overwrite)
    with make_display(output) as display:
        try:
            events = begin()
            for event in events:
                display.show(event)
                if isinstance(event, StepTaken):
                    latest = event
                if isinstance(event, CheckpointSaved):
                    folder = event.folder
                if isinstance(event, Finished):
                    _save_result(event.result, path, sidecar, output)
                    display.finish(event.result, path)
        except KeyboardInterrupt as stop:
            if events is not None:
                events.close()  # the run saves where it stands, if it does not already
            written = _save_preview(latest, path, output)
            if written is not None and folder is not None and written.is_file():
                _label_partial(written, folder)
            display.interrupt(written, latest, folder)
            sys.exit(TERMINATED if isinstance(stop, Terminated) else INTERRUPTED)


def _save_result(result: Result, path: Path, sidecar: Path | None, output: Output) -> None:
    if is_stdout(path):
        text = None if output.no_recipe or result.recipe is None else result.recipe.to_json()
        _write_stdout(result.at_depth(output.depth), text)
        return
    recipe = not output.no_recipe
    result.save(path, overwrite=output.overwrite, recipe=recipe, depth=output.depth)
    if sidecar is not None and result.recipe is not None:
        write_atomically(result.recipe.to_json().encode(), sidecar, overwrite=output.overwrite)


def _save_preview(latest: StepTaken | None, path: Path, output: Output) -> Path | None:
    """Write the best image so far, if there is one."""
    if latest is None:
        return None
    if is_stdout(path):
        _write_stdout(latest.preview(), None)
        return path
    return images.write(latest.preview(), path, overwrite=output.overwrite)


def _write_stdout(image: PIL.Image.Image | images.Levels, text: str | None) -> None:
    """Write an image to standard output, as PNG."""
    sys.stdout.buffer.write(images.encode(image, Path("image.png"), text))
    sys.stdout.buffer.flush()


def _label_partial(partial: Path, folder: Path) -> None:
    """Tell the checkpoint which unfinished image the finished one may replace."""
    with suppress(BrushworkError, OSError):
        add_label(folder, partial=hash_file(partial))
