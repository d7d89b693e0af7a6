"""What a checkpoint says of its run: JSON that names its tensors and is sealed by a hash."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from brushwork.errors import CheckpointError
from brushwork.optimizers.base import State
from brushwork.planning.plan import Plan
from brushwork.recipe import Recipe
from brushwork.system.files import quote
from brushwork.version import __version__

#: Grows when the folders of older versions could not be read any more.
FORMAT: Literal[1] = 1
FILE = "checkpoint.json"
_TENSOR = r"[0-9a-f]{16}\.safetensors"
#: What the JSON file may weigh; the notes and numbers of a run are far below it.
LONGEST = 10**7


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TensorFile(_Model):
    """Where a tensor is, and what its file holds."""

    file: Annotated[str, Field(pattern=f"^{_TENSOR}$")]
    sha256: str


class Position(_Model):
    """Where a run stands: a `Snapshot` whose tensors are in files."""

    index: Annotated[int, Field(ge=1)]
    step: Annotated[int, Field(ge=0)]
    seconds: float
    notes: tuple[str, ...]
    steered: bool
    numbers: dict[str, Any]
    tensors: dict[str, TensorFile]
    kernels: dict[str, str]


class SourceFile(_Model):
    """Where an image was read from, and what the file held then."""

    path: str
    sha256: str


class EmbeddedImage(_Model):
    """An image that has no file of its own to be read from again."""

    pixels: TensorFile
    alpha: TensorFile | None
    name: str
    notes: tuple[str, ...]


class Manifest(_Model):
    """What a run makes, and how far it is.

    Attributes
    ----------
    folder
        Where the names of the recipe are to be looked up.
    machine
        What decides how sums are rounded: processor, threads, torch.
    started
        When, as an ISO 8601 date and time.
    label
        What whoever saves the run wants to know again, such as where its result goes.
    embedded
        Images that have no file, by their role in the recipe.
    files
        All others.
    position
        None before anything was saved.
    """

    format: Literal[1] = FORMAT
    brushwork: str = __version__
    machine: str
    started: str
    folder: str
    recipe: Recipe
    plan: Plan
    label: dict[str, Any] = {}
    embedded: dict[str, EmbeddedImage] = {}
    files: dict[str, SourceFile] = {}
    position: Position | None = None


def list_tensor_files(run: Manifest) -> list[TensorFile]:
    """List all tensors that a run needs."""
    files = list(run.position.tensors.values()) if run.position else []
    for image in run.embedded.values():
        files += [file for file in (image.pixels, image.alpha) if file is not None]
    return files


def seal(run: Manifest) -> bytes:
    """Write a run so that a change of any of it is noticed."""
    body = json.loads(json.dumps(run.model_dump()))
    return json.dumps({"sha256": _hash_body(body), "body": body}).encode()


def _hash_body(body: Any) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """Read what a folder says, without a lock and without its tensors.

    Raises
    ------
    CheckpointError
        If it is torn, was changed, or is of another version of brushwork.
    """
    try:
        text = (folder / FILE).read_text("utf-8")
        if len(text) > LONGEST:
            raise ValueError(f"it is {len(text)} characters long")
        found = json.loads(text)
        body = found["body"]
        if found["sha256"] != _hash_body(body):
            raise ValueError("it is not as it was written")
        _check_version(folder, body)
        return Manifest.model_validate(body)
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise make_unusable_error(folder, f"{FILE}: {_format_reason(error)}") from None


def _check_version(folder: Path, body: dict[str, Any]) -> None:
    if body.get("format") != FORMAT or body.get("brushwork") != __version__:
        raise CheckpointError(
            f"the checkpoint in {quote(folder)} is of brushwork {body.get('brushwork')}, and this "
            f"is {__version__}; resume it with that version, or paint the picture again."
        )


def make_unusable_error(folder: Path, reason: str) -> CheckpointError:
    """Say why a checkpoint is refused."""
    return CheckpointError(
        f"the checkpoint in {quote(folder)} cannot be used ({reason}); paint the picture again."
    )


def _format_reason(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"it lacks {error}"
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return str(error).splitlines()[0] if str(error) else type(error).__name__


@dataclass(frozen=True)
class Snapshot:
    """A run after one of its steps.

    Attributes
    ----------
    index
        The scale, from 1.
    step
        Steps taken at this scale.
    seconds
        Wall time that the run has taken so far.
    notes
        What earlier scales have left for the person who reads the result.
    state
        The optimiser. There is no other state: nothing random happens after the initial image.
    steered
        Whether the objective is another one from here on, so that only the image counts.
    """

    index: int
    step: int
    seconds: float
    notes: tuple[str, ...]
    state: State
    steered: bool = False
