"""Read by every Python that a test starts: it may stylize with the tiny network, in few steps.

Python imports a module of this name at its start, before the program that it shall run. What it
changes is changed when the program imports `brushwork.engine.run`, not before: a command that needs
no torch shall not be given any.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Sequence
from types import ModuleType

CHANGED = "brushwork.engine.run"


class Changer(importlib.abc.MetaPathFinder):
    """Finds one module as Python does, and changes it once it is loaded."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != CHANGED:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        assert spec is not None and spec.loader is not None
        load = spec.loader.exec_module

        def load_and_change(module: ModuleType) -> None:
            load(module)
            from tests.tiny import take_few_steps, take_tiny_network

            take_tiny_network(module)
            if steps := os.environ.get("BRUSHWORK_TEST_STEPS"):
                take_few_steps(int(steps))

        spec.loader.exec_module = load_and_change  # type: ignore[method-assign]
        return spec


if os.environ.get("BRUSHWORK_TEST_NETWORK") == "tiny":
    sys.meta_path.insert(0, Changer())
