"""What a painting will take, asked for while a person moves sliders."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict

import brushwork
from brushwork.planning import Plan
from brushwork.studio.folder import Folder
from brushwork.studio.library import Library
from brushwork.studio.models import Settings
from brushwork.studio.settings import absolute, check, options_of, styles_of

#: Plans that are remembered.
REMEMBERED = 64


class Planner:
    """Plans one at a time; what was planned before is known.

    Parameters
    ----------
    library, folder
        The studio's pictures.
    """

    def __init__(self, library: Library, folder: Folder) -> None:
        self._library = library
        self._folder = folder
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Plan] = OrderedDict()

    def plan(self, settings: Settings) -> Plan:
        """Say what settings will take.

        Raises
        ------
        BrushworkError
            If they will not do.
        """
        check(settings, self._library)
        key = json.dumps(settings.model_dump(), sort_keys=True)
        with self._lock:
            if key not in self._known:
                self._known[key] = self._made(settings)
                while len(self._known) > REMEMBERED:
                    self._known.popitem(last=False)
            return self._known[key]

    def _made(self, settings: Settings) -> Plan:
        options = options_of(settings, self._library)
        files = {
            name: absolute(str(getattr(options, name)), self._folder.pictures)
            for name in ("mask", "regions")
            if getattr(options, name) is not None
        }
        options = options.model_copy(update=files)
        styles = [
            (absolute(name, self._folder.pictures), how)
            for name, how in styles_of(settings.styles, self._library)
        ]
        # A texture takes what a photo of its shape would.
        photo = str(self._library.file(settings.content or settings.styles[0].picture))
        return brushwork.plan(photo, styles, options)
