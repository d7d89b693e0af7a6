"""Keeping a run safe: its events pass through, and now and then its state goes to the disk."""

from __future__ import annotations

import contextlib
import secrets
import shutil
import time
from pathlib import Path

import platformdirs

from brushwork.checkpoints.manifest import FILE, Manifest, read_manifest
from brushwork.checkpoints.store import Checkpoint
from brushwork.errors import CheckpointError

#: Runs that are expected to take longer than this many seconds are saved without being asked to.
LONG_SECONDS = 120.0
#: What nobody has resumed for so many days is taken away.
FORGOTTEN_DAYS = 30


def name_cache_folder() -> Path:
    """Name a new folder for a run."""
    return _get_cache_folder() / f"{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(3)}"


def list_unfinished() -> list[tuple[Path, Manifest]]:
    """Give every run in the user's cache that can be read, the newest first."""
    found = []
    with contextlib.suppress(OSError):
        for folder in sorted(_get_cache_folder().iterdir(), reverse=True):
            with contextlib.suppress(CheckpointError):
                found.append((folder, read_manifest(folder)))
    return found


def open_newest() -> Checkpoint:
    """Open the newest run in the user's cache that no process holds.

    Raises
    ------
    CheckpointError
        If there is none.
    """
    reasons = []
    for folder, _ in list_unfinished():
        try:
            return Checkpoint.open(folder)
        except CheckpointError as error:
            reasons.append(str(error))
    if reasons:
        raise CheckpointError(reasons[0])
    raise CheckpointError(
        "no unfinished run is kept; name the folder that was given as --checkpoint, if there was "
        f"one (runs that will take less than {LONG_SECONDS / 60:.0f} minutes are not kept by "
        "themselves)."
    )


def remove_forgotten() -> None:
    """Take away what was left in the cache for a month."""
    with contextlib.suppress(OSError):
        for folder in _get_cache_folder().iterdir():
            file = folder / FILE
            # A run that was killed before its first save has left a folder without the file.
            touched = file if file.is_file() else folder
            if time.time() - touched.stat().st_mtime > FORGOTTEN_DAYS * 86_400:
                shutil.rmtree(folder, ignore_errors=True)


def _get_cache_folder() -> Path:
    return Path(platformdirs.user_cache_dir("brushwork")) / "checkpoints"
