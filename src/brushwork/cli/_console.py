"""The way of every word to the terminal: what it cannot show is written as well as it can.

Output that goes to a file or a pipe has the encoding of an old code page or of plain ASCII more
often than one thinks; a sign that it lacks must not cost the command whose work is done.
"""

from __future__ import annotations

import codecs
import io
import sys
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

#: How signs that Unicode does not take apart are written in ASCII.
_SUBSTITUTES = {
    **{"×": "x", "·": ".", "–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "µ": "u"},
    **{"ß": "ss", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D"},
}
#: The bytes of a file name that are no text are half signs from here on: U+DC80 is byte 0x80.
_BYTES = range(0xDC80, 0xDD00)
_TRANSLITERATE = "brushwork.transliterate"


def accept_every_sign() -> None:
    """Let standard output and standard error write whatever they are given, in any encoding."""
    codecs.register_error(_TRANSLITERATE, transliterate)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # None where a window has no terminal
            stream.reconfigure(errors=_TRANSLITERATE)


def transliterate(error: UnicodeError) -> tuple[str | bytes, int]:
    """Write the first sign that an encoding lacks by what it has, as an error handler of `codecs`.

    ``×`` becomes ``x``, ``ü`` becomes ``u``, what has no likeness ``?``. A byte of a file name
    that is no text is written as it is, so that the name is the file's.
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    sign, end = error.object[error.start], error.start + 1
    if ord(sign) in _BYTES:
        return bytes([ord(sign) - 0xDC00]), end
    if sign in _SUBSTITUTES:
        return _SUBSTITUTES[sign], end
    parts = unicodedata.normalize("NFKD", sign)
    plain = "".join(part for part in parts if not unicodedata.combining(part))
    return plain if plain.isascii() else "?", end


def make_console(*, stderr: bool = False, quiet: bool = False) -> Console:
    """Make a console that prints names of files as they are: brackets in them are no markup."""
    from rich.console import Console  # no more than what prints needs it

    return Console(stderr=stderr, quiet=quiet, markup=False, emoji=False, highlight=False)


def make_bar(*, quiet: bool) -> Progress:
    """Make a bar on stderr that tells how long the rest will take."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TimeRemainingColumn(compact=True),
    )
    return Progress(*columns, console=make_console(stderr=True, quiet=quiet), transient=True)
