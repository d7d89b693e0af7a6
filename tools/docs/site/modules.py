"""The directives ``room`` and ``front-door``: API pages from the docstrings.

Modules and names are found when the page is built, so that no list of them can go stale.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from types import GenericAlias
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from pydantic import BaseModel
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import brushwork


class Room(SphinxDirective):
    """``.. room:: brushwork.losses``: the package, then a section for each of its modules.

    With ``:flat:`` it is one module, without a section of its own.
    """

    required_arguments = 1
    option_spec: ClassVar[dict[str, Any]] = {"flat": directives.flag}

    def run(self) -> list[nodes.Node]:
        """Write reStructuredText for autodoc, and parse it."""
        name = self.arguments[0]
        lines = [describe_module(name)]
        if "flat" not in self.options:
            for module in list_modules(name):
                lines += [f"{module}\n{'-' * len(module)}", describe_module(module)]
        return self.parse_text_to_nodes("\n\n".join(lines), allow_section_headings=True)


class FrontDoor(SphinxDirective):
    """``.. front-door::``: what the root package gives, each with the first line about it."""

    def run(self) -> list[nodes.Node]:
        """Write a table in reStructuredText, and parse it."""
        lines = [".. py:currentmodule:: brushwork", ""]
        lines += [".. list-table::", "   :widths: 1 3", ""]
        for name in sorted(brushwork.__all__, key=str.lower):
            summary = summarize(getattr(brushwork, name))
            lines += [f"   * - :py:obj:`{name}`", f"     - {summary}"]
        return self.parse_text_to_nodes("\n".join(lines))


def summarize(value: object) -> str:
    """Give the first line of the docstring of a function or class; of other values nothing."""
    is_described = inspect.isroutine(value) or inspect.isclass(value)
    return (inspect.getdoc(value) or "").partition("\n")[0] if is_described else ""


def list_modules(package: str) -> list[str]:
    """List a package's modules by their full names, without private ones."""
    path = importlib.import_module(package).__path__
    return [
        f"{package}.{module.name}"
        for module in pkgutil.iter_modules(path)
        if not module.name.startswith("_")
    ]


def describe_module(name: str) -> str:
    """Write autodoc's directive for what a module defines itself."""
    return f".. automodule:: {name}\n   :ignore-module-all:\n"


def mend_signature(*event: Any) -> tuple[str | None, str] | None:
    """Give another signature where autodoc's and numpydoc's would not do.

    That of a pydantic model repeats every field with its bounds, numpydoc gives a generic type that
    of its origin, and ``<factory>``, as dataclasses have it, is no Python.
    """
    _app, _kind, _name, documented, _options, signature, returns = event
    if isinstance(documented, GenericAlias):
        return (None, "")
    if isinstance(documented, type) and issubclass(documented, BaseModel):
        return ("", "")
    if signature and "<factory>" in signature:
        return (signature.replace("<factory>", "..."), returns)
    return None


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directives."""
    app.add_directive("room", Room)
    app.add_directive("front-door", FrontDoor)
    app.connect("autodoc-process-signature", mend_signature, priority=400)  # before numpydoc
    return {"parallel_read_safe": True}
