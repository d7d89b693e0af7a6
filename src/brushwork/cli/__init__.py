"""The command line: it parses, calls the library, shows its events, and gives an exit code.

0 is a finished picture, 1 a batch of which some pictures failed, 2 a request that could not be met
(with one sentence on stderr), 130 a run that was stopped by Ctrl-C, 143 one that the system ended.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NoReturn

import cyclopts
import pydantic

from brushwork.cli.batch import batch
from brushwork.cli.compare import compare
from brushwork.cli.demo import demo
from brushwork.cli.explain import explain
from brushwork.cli.grid import grid
from brushwork.cli.mask import mask
from brushwork.cli.output import PIPE
from brushwork.cli.pictures import pictures
from brushwork.cli.plan import plan
from brushwork.cli.recipe import recipe
from brushwork.cli.rerun import rerun
from brushwork.cli.resume import resume
from brushwork.cli.studio import studio
from brushwork.cli.stylize import stylize
from brushwork.cli.texture import texture
from brushwork.errors import BrushworkError
from brushwork.options import explain_error as why
from brushwork.system.process import INTERRUPTED, TERMINATED, Terminated
from brushwork.version import __version__

app = cyclopts.App(
    name="brushwork",
    help="Repaint a photo in the style of any painting.",
    version=f"brushwork {__version__}",
    result_action="return_value",
    default_parameter=cyclopts.Parameter(negative=()),
    suppress_keyboard_interrupt=False,  # main tells Ctrl-C from being ended by the system
)
app.command(stylize)
app.command(texture)
app.command(batch)
app.command(grid)
app.command(compare)
app.command(explain)
app.command(recipe)
app.command(rerun)
app.command(resume)
app.command(demo)
app.command(plan)
app.command(pictures)
app.command(mask)
app.command(studio)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command and exit with its code."""
    try:
        given = sys.argv[1:] if arguments is None else arguments
        named = [PIPE if argument == "-" else argument for argument in given]
        app(named, exit_on_error=False, print_error=False)
    except cyclopts.CycloptsError as error:
        _fail(_sentence(error), BrushworkError.exit_code)
    except BrushworkError as error:
        _fail(str(error), error.exit_code)
    except KeyboardInterrupt as stop:
        _fail("stopped.", TERMINATED if isinstance(stop, Terminated) else INTERRUPTED)
    sys.exit(0)


def _sentence(error: cyclopts.CycloptsError) -> str:
    cause = error.__cause__
    if isinstance(cause, pydantic.ValidationError):
        return why(cause)
    return str(error)


def _fail(message: str, code: int) -> NoReturn:
    told = message.replace(PIPE, "-")
    print(f"brushwork: {told}", file=sys.stderr)  # noqa: T201 - the door is where printing is done
    sys.exit(code)
