"""The flags and arguments that several commands share; nothing here loads torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import cyclopts
from cyclopts import Group, Parameter
from cyclopts.validators import Number

from brushwork.errors import OutputError
from brushwork.options import Options, Settings, Sources
from brushwork.system.files import name_output

RESULT_GROUP = Group("Result", sort_key=1)
OPTIONS_GROUP = Group("How to paint", sort_key=2)
CHECKPOINT_GROUP = Group("If it is stopped", sort_key=3)
#: Standard input where an image is read, standard output where one is written.
STDIO = "-"


def _refuse_flag(_type: object, name: str) -> None:
    """Refuse a misspelt flag that stands where an image is expected.

    `cyclopts.types.StdioPath` would take it for a file; besides, it needs Python 3.12.
    """
    if name.startswith("-") and name != STDIO and not Path(name).exists():
        nothing = cyclopts.ArgumentCollection()  # type: ignore[no-untyped-call]
        # Which flags may have been meant is added by ``main``.
        raise cyclopts.UnknownOptionError(
            token=cyclopts.Token(value=name, source="cli"), argument_collection=nothing
        )


def _refuse_flag_as_file(_type: object, path: Path | None) -> None:
    """Refuse to write a file that is named like a flag: its name was forgotten."""
    if path is not None and str(path).startswith("-") and str(path) != STDIO:
        raise ValueError(f"It looks like an option; to write a file of that name say ./{path}.")


#: The photo of a command.
ContentImage = Annotated[
    str,
    Parameter(
        name="PHOTO",
        allow_leading_hyphen=True,  # a lone one is standard input
        validator=_refuse_flag,
        help="A picture file, the name of a built-in picture, or - for standard input.",
    ),
]
StyleImages = Annotated[
    str,
    Parameter(
        name="PAINTING",
        help="The same; PAINTING:2 gives one twice the weight of the others, PAINTING@red the red "
        "part of the map of regions. More about one: "
        "PAINTING,scale=2,layers=conv1_1+conv2_1,part=mask.png.",
    ),
]
ResultImage = Annotated[
    str,
    Parameter(
        name="PICTURE", help="A picture that brushwork painted, or the JSON file beside one."
    ),
]
#: Where an image goes; None stands for a name made of the images that it is made of.
OutputPath = Annotated[
    Path | None,
    Parameter(
        name=("--output", "-o"),
        group=RESULT_GROUP,
        allow_leading_hyphen=True,
        validator=_refuse_flag_as_file,
    ),
]


@Parameter(name="*", group=RESULT_GROUP)
@dataclass(frozen=True)
class OutputFile:
    """Where a file goes that is made of images."""

    output: OutputPath = None
    """File to write; by default it is named after the pictures that it is made of, here."""

    overwrite: bool = False
    """Replace the file if it exists."""

    quiet: Annotated[bool, Parameter(name=("--quiet", "-q"))] = False
    """Print nothing unless something goes wrong."""

    def choose_path(self, images: Sequence[object]) -> Path:
        """Give the file to write: as asked for, or named after the images that it is made of."""
        return self.output or Path(f"{join_names(images)}.png")


@Parameter(name="*", group=RESULT_GROUP)
@dataclass(frozen=True)
class Output(OutputFile):
    """Where the result goes, and what is said on the way."""

    output: OutputPath = None
    """File to write: .png, .jpg, .webp, .tiff; - for stdout. By default PHOTO-PAINTING.png here."""

    depth: Literal[8, 16] = 8
    """Bits a channel: 16 goes into .png and .tiff, for print and for further work."""

    no_recipe: bool = False
    """Leave the recipe out of the file: nothing tells how it was made, or from what."""

    sidecar: bool = False
    """Write the recipe beside the picture too, as PICTURE.json."""

    json: bool = False
    """Print every event as a line of JSON instead of showing a progress bar."""

    def choose_sidecar(self, path: Path) -> Path | None:
        """Give the file of the recipe beside an image, where one is wanted."""
        return path.with_name(path.name + ".json") if self.sidecar else None


@Parameter(name="*", group=CHECKPOINT_GROUP)
@dataclass(frozen=True)
class Checkpointing:
    """Where the state of a run is kept while it lasts, for ``brushwork resume``."""

    checkpoint: Path | None = None
    """Folder for the state of the run; by default one in the cache if it takes over two minutes."""

    checkpoint_every: Annotated[float, Parameter(validator=Number(gte=0))] = 30.0
    """Seconds from one save to the next."""

    no_checkpoint: bool = False
    """Keep nothing: a run that is stopped is lost."""


_NO_OPTIONS, _NO_SOURCES = Options(), Sources()


@Parameter(name="*", group=OPTIONS_GROUP)
@dataclass(frozen=True)
class SettingsFlags:
    """Options and sources, as their models list them: from a file, and over them as flags."""

    options_file: Annotated[Path | None, Parameter(name="--options")] = None
    """TOML file of options, a line each as in strength = 0.7; what is given besides wins."""

    options: Annotated[Options, Parameter(name="*")] = _NO_OPTIONS
    sources: Annotated[Sources, Parameter(name="*")] = _NO_SOURCES

    def merge(self) -> Settings:
        """Give the settings of the file with those of the command line over them.

        Raises
        ------
        OptionError
            If the file cannot be read, or what it says is not allowed.
        """
        file = None if self.options_file is None else Settings.from_toml(self.options_file)
        given = Settings(self.options, self.sources).list_given()
        return Settings.create(file, **given)


DEFAULT_OUTPUT = Output()
DEFAULT_OUTPUT_FILE = OutputFile()
DEFAULT_CHECKPOINTING = Checkpointing()
DEFAULT_SETTINGS = SettingsFlags()


def join_names(images: Sequence[object]) -> str:
    """Join the names of images to one for what is made of them, as in ``cat-great-wave``."""
    return name_output(*("stdin" if image == STDIO else str(image) for image in images))


def refuse_stdout(path: Path) -> None:
    """Refuse standard output for a command that writes files alone.

    Raises
    ------
    OutputError
        If ``path`` is a lone hyphen.
    """
    if is_stdout(path):
        raise OutputError("this command does not write to standard output ('-'); name a file.")


def is_stdout(path: Path | None) -> bool:
    """Tell whether an image goes to standard output."""
    return path == Path(STDIO)
