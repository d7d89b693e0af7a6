"""Files that are whole or not there, and never cost an old one."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from brushwork.errors import OutputError

_TEMPORARY = ".brushwork-"
_SAY_OVERWRITE = "use --overwrite / overwrite=True or another name"


def check_place(path: Path, *, overwrite: bool = False) -> None:
    """Refuse a path where nothing could be written, before any work is done for it.

    Raises
    ------
    OutputError
        If the path is a folder, a file is there and ``overwrite`` is false, or its folder is
        missing or may not be written to.
    """
    try:
        if path.is_dir():
            raise OutputError(f"{quote(path)} is a folder; name a file in it.")
        _check_folder(path.parent)
        _check_old(path, overwrite=overwrite)
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        raise _make_save_error(path, error) from error


def write_atomically(
    content: bytes, path: Path, *, overwrite: bool = False, durable: bool = True
) -> None:
    """Write a file, all of it or nothing.

    It is written to a temporary file in the same folder and takes its name only when it is on the
    disk; whatever fails on the way, Ctrl-C included, leaves an old file as it was and no litter. A
    file that appears meanwhile is not replaced either, unless ``overwrite`` is true. A symbolic
    link is followed. A new file has the permissions that the umask gives, a replaced one keeps its
    own. One that is not ``durable`` is not waited for until it is on the disk: after a power cut
    it may be missing, or empty.

    Raises
    ------
    OutputError
        If `check_place` refuses the path, or it cannot be written.
    """
    write_atomically_with(
        lambda temporary: _write_new(content, temporary),
        path,
        overwrite=overwrite,
        durable=durable,
    )


def write_atomically_with(
    write: Callable[[Path], object], path: Path, *, overwrite: bool = False, durable: bool = True
) -> None:
    """Do what `write_atomically` does with a file that ``write`` makes under the name given to it.

    Raises
    ------
    OutputError
        As `write_atomically`.
    """
    check_place(path, overwrite=overwrite)
    try:
        target = path.resolve() if path.is_symlink() else path
        temporary = target.parent / f"{_TEMPORARY}{secrets.token_hex(8)}.tmp"
        try:
            write(temporary)
            if durable:
                _flush(temporary)
            _move_into_place(temporary, target, overwrite=overwrite)
            if durable:
                _sync_folder(target.parent)
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink()
    except (OSError, ValueError) as error:
        raise _make_save_error(path, error) from error


def hash_file(path: Path) -> str:
    """Give the hash of what a file holds, without holding it.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def create_folder(folder: Path) -> None:
    """Make a folder, and those that it is in, where they are not there yet.

    Raises
    ------
    OutputError
        If it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"the folder {quote(folder)} cannot be made ({error.strerror}); name another."
        ) from error


def name_output(*names: str) -> str:
    """Name what is made of several files after them, without folders and endings: ``a-b``."""
    return "-".join(Path(name).stem for name in names)


def list_leftovers(folder: Path) -> list[Path]:
    """List what a process that was killed while it wrote has left in a folder.

    Nobody else may be writing to it now.
    """
    return list(folder.glob(f"{_TEMPORARY}*.tmp"))


def quote(path: Path) -> str:
    """Write a path so that odd signs in it are seen."""
    return repr(str(path))


def _check_folder(folder: Path) -> None:
    if not folder.exists():
        raise OutputError(f"the folder {quote(folder)} does not exist; create it first.")
    if not folder.is_dir():
        raise OutputError(f"{quote(folder)} is a file, not a folder; give another path.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError(
            f"the folder {quote(folder)} may not be written to; choose another or change its "
            "permissions."
        )


def _check_old(path: Path, *, overwrite: bool) -> None:
    if not overwrite and (path.exists() or path.is_symlink()):
        raise _make_exists_error(path)
    if path.exists() and not path.is_file():
        raise OutputError(f"{quote(path)} is a device or a pipe; give another path.")
    if path.exists() and not os.access(path, os.W_OK):
        raise OutputError(f"{quote(path)} is write-protected; choose another name.")


def _write_new(encoded: bytes, temporary: Path) -> None:
    # Opened, and not made by `tempfile`, so that the system applies the umask to it.
    with temporary.open("xb") as file:
        file.write(encoded)


def _flush(temporary: Path) -> None:
    """Put the content on the disk: a power cut must not leave the name without it."""
    with temporary.open("rb+") as file:
        os.fsync(file.fileno())


def _move_into_place(temporary: Path, target: Path, *, overwrite: bool) -> None:
    """Give the finished file its name, in one step."""
    if overwrite:
        if target.exists():
            temporary.chmod(target.stat().st_mode & 0o777)
        temporary.replace(target)
    else:
        _link_into_place(temporary, target)


def _link_into_place(temporary: Path, target: Path) -> None:
    """Make a hard link: unlike a rename it never takes the place of a file."""
    try:
        target.hardlink_to(temporary)
    except (OSError, NotImplementedError):
        # There is a file by now, or these folders (FAT, many network shares) know no hard links.
        if target.exists() or target.is_symlink():
            raise _make_exists_error(target) from None
        temporary.replace(target)


def _sync_folder(folder: Path) -> None:
    """Put the new name on the disk too, where the system lets a folder be opened for that."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _make_exists_error(path: Path) -> OutputError:
    return OutputError(f"{quote(path)} exists; {_SAY_OVERWRITE}.")


def _make_save_error(path: Path, error: OSError | ValueError) -> OutputError:
    reason = getattr(error, "strerror", None) or error
    return OutputError(
        f"{quote(path)} cannot be saved ({reason}); check the name, the space "
        "left and the permissions, or choose another folder."
    )
