"""What programs read: one object of JSON a line on stdout, each with the name of its event."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping


def print_line(name: str, fields: Mapping[str, object]) -> None:
    """Print one event."""
    try:
        sys.stdout.write(json.dumps({"event": name, **fields}) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the lines has gone; the picture is wanted all the same.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
