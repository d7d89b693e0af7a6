"""The command line: it parses, calls the library, shows its events, and gives an exit code.

0 is a finished image, 1 a batch of which some images failed, 2 a request that could not be met
(with one sentence on stderr), 130 a run that was stopped by Ctrl-C, 143 one that the system ended.

A command is loaded when it is asked for, and torch when it runs: ``--help`` needs neither.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NoReturn

import cyclopts

from brushwork.cli._console import accept_every_sign
from brushwork.errors import BrushworkError
from brushwork.system import memory
from brushwork.system.process import (
    INTERRUPTED,
    TERMINATED,
    Terminated,
    prepare,
    wait_awake_while_alone,
)
from brushwork.version import __version__

app = cyclopts.App(
    name="brushwork",
    help="Repaint a photo in the style of any painting.",
    version=f"brushwork {__version__}",
    result_action="return_value",
    default_parameter=cyclopts.Parameter(negative=()),
    suppress_keyboard_interrupt=False,  # main tells Ctrl-C from being ended by the system
)

#: Each command, in a module of the same name, and what it says of itself.
COMMANDS = {
    "stylize": "Repaint PHOTO in the style of one or more PAINTINGs.",
    "texture": "Paint the texture of one or more PAINTINGs; --seamless makes a tile.",
    "batch": "Paint every PHOTO by every painting; what is done is skipped, what fails is listed.",
    "video": "Repaint CLIP, a film or a folder of frames, in the style of one or more PAINTINGs.",
    "grid": "Paint PHOTO small, on one sheet, by different values of one option or two.",
    "compare": "Judge PICTUREs made of PHOTO and PAINTING by layers that no run optimises.",
    "explain": "Show on one page how PHOTO is painted in the style of PAINTING, step by step.",
    "recipe": "Show how PICTURE was made: photo, paintings, options, losses.",
    "rerun": "Paint PICTURE again by the recipe that it carries; what is given here changes it.",
    "resume": "Go on with a run that was stopped; the picture is the one it would have been.",
    "demo": "Paint the built-in kitten in the manner of Hokusai's Great Wave.",
    "plan": "Tell the memory and time that PHOTO in the style of PAINTINGs will need.",
    "pictures": "List the built-in pictures, with artist, source and licence.",
    "mask": "Make a mask for PHOTO: white is what will be painted, black what stays as it is.",
    "studio": "Open the studio: paint in the browser, on this machine, until Ctrl-C.",
}
#: Commands that go on for long, while other programs come and go; `resume` may, and knows itself.
_LONG = {"batch", "video", "studio", "resume"}
#: What is said wherever memory runs out and nobody below knew more of it.
_OUT_OF_MEMORY = (
    "memory ran out; close other programs, use smaller pictures, or a smaller size (--size)."
)
for _name, _help in COMMANDS.items():
    app.command(f"brushwork.cli.{_name}:{_name}", help=_help)
app.register_install_completion_command(
    help="Let this shell (bash, zsh, fish) complete commands and flags, from its next start on."
)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command and exit with its code."""
    accept_every_sign()
    prepare()  # for every command, before torch is loaded
    try:
        given = sys.argv[1:] if arguments is None else list(arguments)
        if not _LONG.intersection(given[:1]):
            wait_awake_while_alone()
        app(given, exit_on_error=False, print_error=False)
    except cyclopts.CycloptsError as error:
        _fail(_describe(error), BrushworkError.exit_code)
    except BrushworkError as error:
        _fail(str(error), error.exit_code)
    except KeyboardInterrupt as stop:
        _fail("stopped.", TERMINATED if isinstance(stop, Terminated) else INTERRUPTED)
    except Exception as error:
        if not memory.is_out_of_memory(error):
            raise
        _fail(_OUT_OF_MEMORY, BrushworkError.exit_code)
    sys.exit(0)


def _describe(error: cyclopts.CycloptsError) -> str:
    """Write an error of the command line as one sentence."""
    from pydantic import ValidationError  # no more than an error needs it

    from brushwork.options import Settings, explain_error

    if isinstance(error.__cause__, ValidationError):
        return explain_error(error.__cause__, Settings.names())
    if isinstance(error, cyclopts.UnknownOptionError) and error.app is not None:
        # It knows the flags that may have been meant.
        error.argument_collection = error.app.assemble_argument_collection()
    return str(error)


def _fail(message: str, code: int) -> NoReturn:
    print(f"brushwork: {message}", file=sys.stderr)  # noqa: T201 - the door is where printing is done
    sys.exit(code)
