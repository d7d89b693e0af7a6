"""What a film needs besides the package itself, asked for before anything is begun."""

from __future__ import annotations

import importlib.util

from brushwork.errors import OptionError

#: The modules of the extra: PyAV reads and writes films, OpenCV finds what moved where.
NEEDED = ("av", "cv2")


def require_packages() -> None:
    """Refuse a film where the extra is not installed.

    Raises
    ------
    OptionError
        If PyAV or OpenCV is missing; the message says how to install them.
    """
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise OptionError(
            f"films need {' and '.join(missing)}, which is not installed; run "
            "pip install 'brushwork[video]'."
        )
