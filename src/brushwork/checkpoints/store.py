"""The state of a run in a folder: all of it, or all of what was there before, and no other run's.

A folder holds ``checkpoint.json``, one ``.safetensors`` file for each tensor, and a lock. The JSON
names the tensors that belong to it by their hashes and takes the place of the old one in one step,
after they are on the disk. What changes from step to step is written anew; the pairs of L-BFGS,
which are most of a state, are each written once.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self

import filelock
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from brushwork.checkpoints.manifest import (
    FILE,
    EmbeddedImage,
    Manifest,
    Position,
    Snapshot,
    TensorFile,
    list_tensor_files,
    make_unusable_error,
    read_manifest,
    seal,
)
from brushwork.errors import CheckpointError, OutputError
from brushwork.features import describe_machine, get_choices
from brushwork.images import Image
from brushwork.optimizers.base import State
from brushwork.system.files import (
    create_folder,
    hash_file,
    list_leftovers,
    quote,
    write_atomically,
    write_atomically_with,
)

LOCK = "lock"


class Checkpoint:
    """A folder that this process alone may write to, until it is released.

    Use `create` for a new run and `open` for one that shall go on.
    """

    def __init__(self, folder: Path, lock: filelock.BaseFileLock, run: Manifest) -> None:
        self.folder = folder
        self.run = run
        self._lock = lock

    @classmethod
    def create(cls, folder: Path, run: Manifest, images: Mapping[str, Image] | None = None) -> Self:
        """Save a new run in a folder, which is created if it is not there.

        Parameters
        ----------
        folder
            An empty one, or one that is not there yet.
        run
            What the run makes.
        images
            The images that have no file, by their roles; they are written into the folder.

        Raises
        ------
        CheckpointError
            If the folder holds something.
        OutputError
            If it cannot be written to.
        """
        create_folder(folder)
        lock = _lock_folder(folder)
        try:
            if any(path.name != LOCK for path in folder.iterdir()):
                raise CheckpointError(
                    f"the folder {quote(folder)} is not empty; go on with the run in it (brushwork "
                    "resume), or name another folder for this one."
                )
            checkpoint = cls(folder, lock, run)
            embedded = {role: checkpoint._embed(image) for role, image in (images or {}).items()}
            checkpoint.write(run.model_copy(update={"embedded": embedded}))
        except BaseException:
            lock.release()
            raise
        return checkpoint

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the folder of a run that was stopped.

        Raises
        ------
        CheckpointError
            If there is no checkpoint in it, it is torn, was changed, is of another version of
            brushwork, or belongs to a run that is still going on.
        """
        if not (folder / FILE).is_file():
            raise CheckpointError(
                f"{quote(folder)} holds no checkpoint of brushwork's; name the folder that was "
                "given as --checkpoint."
            )
        lock = _lock_folder(folder)
        try:
            run = read_manifest(folder)
            for file in list_tensor_files(run):
                _verify(folder, file)
        except BaseException:
            lock.release()
            raise
        return cls(folder, lock, run)

    def save(self, snapshot: Snapshot) -> None:
        """Replace what was saved before by where the run stands now.

        Raises
        ------
        OutputError
            If it cannot be written. What was saved before is then still there.
        """
        last = self.run.position
        # A run that was steered counts its images and pairs from the beginning again.
        known = {} if last is None or last.steered else last.tensors
        tensors = {}
        for name, tensor in snapshot.state.tensors.items():
            full = f"{snapshot.index} {name}"
            tensors[full] = known.get(full) or self._write_tensor(tensor)
        position = Position(
            index=snapshot.index,
            step=snapshot.step,
            seconds=snapshot.seconds,
            notes=snapshot.notes,
            steered=snapshot.steered,
            numbers=dict(snapshot.state.numbers),
            tensors=tensors,
            kernels=get_choices(),
        )
        self.write(self.run.model_copy(update={"position": position}))

    def snapshot(self, device: torch.device) -> Snapshot | None:
        """Give what was saved last; its tensors are read when they are asked for."""
        position = self.run.position
        if position is None:
            return None
        files = {
            name.partition(" ")[2]: self.folder / entry.file
            for name, entry in position.tensors.items()
        }
        return Snapshot(
            index=position.index,
            step=position.step,
            seconds=position.seconds,
            notes=position.notes,
            state=State(_LazyTensors(files, device), position.numbers),
            steered=position.steered,
        )

    def read_images(self) -> dict[str, Image]:
        """Give the images that have no file, by their roles."""
        return {
            role: Image(
                pixels=_load_tensor(self.folder / entry.pixels.file),
                alpha=None if entry.alpha is None else _load_tensor(self.folder / entry.alpha.file),
                name=entry.name,
                notes=entry.notes,
            )
            for role, entry in self.run.embedded.items()
        }

    @property
    def is_same_machine(self) -> bool:
        """Whether sums are rounded here as where the run began."""
        return self.run.machine == describe_machine()

    def write(self, run: Manifest) -> None:
        """Replace everything that the JSON file says, and forget the tensors that it does not name.

        Raises
        ------
        OutputError
            If it cannot be written. What was saved before is then still there.
        """
        write_atomically(seal(run), self.folder / FILE, overwrite=True)
        self.run = run
        used = {file.file for file in list_tensor_files(run)}
        unused = [path for path in self.folder.glob("*.safetensors") if path.name not in used]
        for path in (*unused, *list_leftovers(self.folder)):
            path.unlink(missing_ok=True)

    def remove(self) -> None:
        """Take everything of the run away, and the folder with it if nothing else is in it."""
        tensors = self.folder.glob("*.safetensors")
        for path in (self.folder / FILE, *tensors, *list_leftovers(self.folder)):
            path.unlink(missing_ok=True)
        self.release()
        (self.folder / LOCK).unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # something of the person's is in it
            self.folder.rmdir()

    def release(self) -> None:
        """Let another process have it."""
        self._lock.release()

    def _embed(self, image: Image) -> EmbeddedImage:
        alpha = None if image.alpha is None else self._write_tensor(image.alpha)
        return EmbeddedImage(
            pixels=self._write_tensor(image.pixels),
            alpha=alpha,
            name=image.name,
            notes=image.notes,
        )

    def _write_tensor(self, tensor: Tensor) -> TensorFile:
        """Write a tensor to a file of its own."""
        path = self.folder / f"{secrets.token_hex(8)}.safetensors"
        whole = tensor.detach().cpu().contiguous()
        write_atomically_with(lambda temporary: _save_tensor(whole, temporary), path)
        return TensorFile(file=path.name, sha256=hash_file(path))


class _LazyTensors(Mapping[str, Tensor]):
    """Tensors that are read one at a time: together they may be more than memory holds twice."""

    def __init__(self, files: Mapping[str, Path], device: torch.device) -> None:
        self._files = files
        self._device = device

    def __getitem__(self, name: str) -> Tensor:
        try:
            return _load_tensor(self._files[name]).to(self._device)
        except KeyError:
            raise CheckpointError(
                f"the checkpoint lacks {name!r}; paint the picture again."
            ) from None

    def __contains__(self, name: object) -> bool:
        return name in self._files

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def add_label(folder: Path, **label: Any) -> None:
    """Add to the label of a checkpoint that nobody is using.

    Raises
    ------
    CheckpointError
        If it cannot be read, or is in use.
    OutputError
        If it cannot be written.
    """
    lock = _lock_folder(folder)
    try:
        run = read_manifest(folder)
        more = run.model_copy(update={"label": {**run.label, **label}})
        Checkpoint(folder, lock, run).write(more)
    finally:
        lock.release()


def _verify(folder: Path, entry: TensorFile) -> None:
    try:
        if hash_file(folder / entry.file) == entry.sha256:
            return
    except OSError as error:
        raise make_unusable_error(folder, f"{entry.file}: {error.strerror}") from None
    raise make_unusable_error(folder, f"{entry.file}: it is not as it was written")


def _save_tensor(tensor: Tensor, path: Path) -> None:
    try:
        save_file({"tensor": tensor}, path)
    except SafetensorError as error:  # it tells a full disk in its own way
        raise OSError(None, str(error)) from error


def _load_tensor(path: Path) -> Tensor:
    # A copy of what the file maps: torch lays it out as it does its own tensors, and it stays when
    # the file goes.
    return load_file(path)["tensor"].clone()


def _lock_folder(folder: Path) -> filelock.BaseFileLock:
    lock = filelock.FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        raise CheckpointError(
            f"the run in {quote(folder)} is being painted by another process; wait for it, or stop "
            "it first."
        ) from None
    except OSError as error:
        raise OutputError(
            f"the folder {quote(folder)} may not be written to ({error.strerror}); name another."
        ) from error
    return lock
