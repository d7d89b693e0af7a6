"""What rows, and the files that belong to them, are called."""

from __future__ import annotations

import secrets


def new_identity() -> str:
    """Give a name that says nothing and cannot be guessed."""
    return secrets.token_hex(12)
