"""What was measured on this machine, kept in the cache folder for the next process."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import platformdirs

from brushwork.errors import OutputError
from brushwork.system.files import create_folder, write_atomically


def read_remembered(topic: str, machine: str) -> dict[str, Any]:
    """Give what is known about a topic for a machine; a file that is missing or torn knows nothing.

    Parameters
    ----------
    topic
        Names the file.
    machine
        Whose figures, as `describe_machine` names it.
    """
    found = _read(topic).get(machine)
    return found if isinstance(found, dict) else {}


def write_remembered(topic: str, machine: str, known: dict[str, Any]) -> None:
    """Replace what is known; where that is not allowed, each process measures for itself."""
    everything = _read(topic) | {machine: known}
    file = _get_file(topic)
    with contextlib.suppress(OutputError):
        create_folder(file.parent)
        write_atomically(json.dumps(everything, indent=1).encode(), file, overwrite=True)


def _read(topic: str) -> dict[str, Any]:
    try:
        known = json.loads(_get_file(topic).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _get_file(topic: str) -> Path:
    return Path(platformdirs.user_cache_dir("brushwork")) / f"{topic}.json"
