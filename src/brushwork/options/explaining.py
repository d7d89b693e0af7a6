"""What a refused option is told as: what was given, and what is allowed.

A file of its own, because options, style options and sources all refuse in the same words.
"""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import ValidationError
from pydantic_core import ErrorDetails


def explain_error(error: ValidationError, known: Iterable[str]) -> str:
    """Say in one sentence an option what was given and what is allowed.

    Parameters
    ----------
    error
        What pydantic found.
    known
        The names that there are.
    """
    return "; ".join(_explain_detail(details, known) for details in error.errors())


def _explain_detail(details: ErrorDetails, known: Iterable[str]) -> str:
    name = ".".join(str(part) for part in details["loc"][:1])
    if details["type"] == "extra_forbidden":
        return f"there is no option {name!r}; the options are {', '.join(known)}"
    reason = details["msg"].removeprefix("Value error, ").removeprefix("Input ")
    if not details["loc"]:  # options that do not go together
        return reason
    return f"{name} was given as {details['input']!r}, but {reason}"
