"""``brushwork studio``: the page in the browser."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from brushwork.errors import OptionError


def studio(
    *,
    host: str = "127.0.0.1",
    port: Annotated[int, Parameter(show_default=True)] = 7860,
    data: Path | None = None,
    token: str | None = None,
    no_open: bool = False,
    device: tuple[str, ...] = (),
) -> None:
    """Serve the studio until Ctrl-C, and open a browser.

    Parameters
    ----------
    host
        Address to listen at; any but this machine's own needs a token, which is printed.
    port
        Port to listen at; 0 takes any that is free.
    data
        Folder for pictures, jobs and paintings; by default where programs keep a user's data.
    token
        The token, if it shall not be made up; at least 16 characters.
    no_open
        Do not open a browser.
    device
        What to paint on, ``cpu`` or ``cuda:N``; given several times, as many pictures are painted
        at a time. By default each graphics card for CUDA, or the one device that there is.
    """
    try:
        from brushwork.studio.folder import get_default_folder
        from brushwork.studio.server import ServerOptions, serve
    except ImportError as error:
        raise OptionError(
            f"the studio needs {error.name}, which is not installed; "
            "pip install 'brushwork[studio]'."
        ) from None
    if not 0 <= port <= 65535:
        raise OptionError(f"port was given as {port}, but must lie between 0 and 65535.")
    if token is not None and len(token) < 16:
        raise OptionError("the token is shorter than 16 characters; leave it out to have one made.")
    folder = (data or get_default_folder()).absolute()
    server = ServerOptions(host, port, folder, token, device)
    serve(server, opens=not no_open, told=_print_address)


def _print_address(address: str) -> None:
    sys.stdout.write(f"brushwork studio: {address}\n")
    sys.stdout.flush()
