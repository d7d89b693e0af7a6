"""Links of the documentation that Sphinx cannot follow by itself.

- A name in a docstring means what it means in that file: ``gram_matrix`` is found through the
  file's own imports, ``brushwork.stylize`` where it is defined.
- What another library defines is shown without a link; nothing is downloaded to find it.
- A link to a file of the repository, right where one reads the repository, goes to the page that
  includes it, or to what the linked text names in that file.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import inspect
import re
import sys
from pathlib import PurePosixPath
from types import ModuleType
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.domains.python import PythonDomain
from sphinx.environment import BuildEnvironment
from sphinx.transforms import SphinxTransform
from sphinx.util.nodes import make_refnode

PACKAGE = "brushwork"
#: Files of the repository, and the page that includes each.
PAGES = {
    "CHANGELOG.md": "changelog",
    "CONTRIBUTING.md": "contributing",
    "LICENSE": "licenses",
    "NOTES.md": "experiments",
    "NOTICE.md": "licenses",
    "README.md": "index",
}


class RepositoryLinks(SphinxTransform):
    """Leads links to files of the repository to the pages, or the objects, that they are about."""

    default_priority = 400

    def apply(self, **_: Any) -> None:
        """Change the targets of Markdown's links, before anything is downloaded or looked up."""
        kinds = (addnodes.download_reference, addnodes.pending_xref)
        for node in list(self.document.findall(lambda node: isinstance(node, kinds))):
            if node.get("reftype") == "myst" and not self._is_a_page(node):
                target = redirect(node["reftarget"], node.astext())
                if target:
                    _replace(node, *target)

    def _is_a_page(self, node: nodes.Element) -> bool:
        return node.get("refdomain") == "doc" and node["reftarget"] in self.env.found_docs


def redirect(link: str, text: str) -> tuple[str | None, str, str | None] | None:
    """Give the domain, target and anchor for a link into the repository, or None for any other.

    ``text`` is what is linked: where it is a name in a file of the package, the link leads to that.
    """
    path, _, anchor = link.partition("#")
    if path.startswith(f"{PACKAGE}."):
        return None, find_definition(path) or path, None
    parts = PurePosixPath(path).with_suffix("").parts
    if path.endswith(".py") and PACKAGE in parts:
        module = ".".join(parts[parts.index(PACKAGE) :])
        is_name = re.fullmatch(r"[A-Za-z_][\w.]*", text) and text not in (module, parts[-1] + ".py")
        return None, f"{module}.{text}" if is_name else module, None
    if path.endswith(".ipynb"):
        return "doc", "examples", "notebooks"
    if "examples" in parts:
        return "doc", "examples", parts[-1].replace("_", "-")
    name = PurePosixPath(path).name
    page = PAGES.get(name) or PAGES.get(f"{name}.md")  # MyST takes .md off
    return ("doc", page, anchor or None) if page else None


def _replace(node: nodes.Element, domain: str | None, target: str, anchor: str | None) -> None:
    attributes = node.attributes | {
        "refdomain": domain,
        "reftarget": target,
        "reftargetid": node.get("reftargetid") or anchor,
    }
    node.replace_self(addnodes.pending_xref("", *node.children, **attributes))


def resolve_name(
    app: Sphinx, env: BuildEnvironment, node: addnodes.pending_xref, content: nodes.TextElement
) -> nodes.Element | None:
    """Resolve a name of Python that Sphinx did not find under that name."""
    if node.get("refdomain") != "py":
        return None
    domain = env.domains.python_domain
    target = node["reftarget"].removeprefix("python:")  # as numpydoc writes it
    module = node.get("py:module")
    name = find_definition(target, module)
    if name and name.partition(".")[0] != PACKAGE:
        return content
    found = _find_object(domain, env, name or target, module, node.get("py:class"))
    if found is None:
        return None
    full_name, entry = found
    return make_refnode(
        app.builder, node["refdoc"], entry.docname, entry.node_id, content, full_name
    )


def find_definition(name: str, module: str | None = None) -> str | None:
    """Give the full name under which something is defined, or None if no such thing is found.

    ``name`` is looked up in ``module``, in its package, among Python's own names, in the root
    package, and as a loaded module's path.
    """
    first, *rest = name.split(".")
    packages = [module, module.rpartition(".")[0]] if module else []
    scopes = [loaded for name in packages if name and (loaded := _load(name))]
    for scope in (*scopes, builtins, sys.modules[PACKAGE]):
        found = _follow(scope, [first, *rest])
        if found:
            return found
    if first in sys.modules:
        return _follow(sys.modules[first], rest)
    return _find_for_checkers(name, module) if module else None


def _load(module: str) -> ModuleType | None:
    """Load a module: one whose page stands from an earlier build was not loaded for this one."""
    try:
        return importlib.import_module(module)
    except ImportError:
        return None


def _follow(scope: Any, parts: list[str]) -> str | None:
    """Follow attributes as far as they go; what a class says in annotations alone is kept as is."""
    for index, part in enumerate(parts):
        try:
            scope = getattr(scope, part)
        except AttributeError:
            if isinstance(scope, type):
                return ".".join([_name(scope), *parts[index:]])
            return None
    return _name(scope)


def _find_for_checkers(name: str, module: str) -> str | None:
    """Find what a module imports, or defines, only ``if TYPE_CHECKING``."""
    loaded = _load(module)
    for block in ast.parse(inspect.getsource(loaded)).body if loaded else ():
        if not isinstance(block, ast.If) or ast.unparse(block.test) != "TYPE_CHECKING":
            continue
        for node in block.body:
            if isinstance(node, ast.ImportFrom) and name in {alias.name for alias in node.names}:
                return find_definition(name, node.module) or f"{node.module}.{name}"
            if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == name:
                return f"typing.{name}"  # a type for checkers alone has no page
    return None


def _name(value: Any) -> str:
    if isinstance(value, ModuleType):
        return value.__name__
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    return f"{module}.{name}" if module and name else ""


def _find_object(
    domain: PythonDomain,
    env: BuildEnvironment,
    name: str,
    module: str | None,
    class_name: str | None,
) -> tuple[str, Any] | None:
    """Find what the pages describe: by its full name, or as the only one with that ending."""
    if name in domain.objects:
        return name, domain.objects[name]
    found = domain.find_obj(env, module or "", class_name or "", name, None, 1)
    return found[0] if len(found) == 1 else None


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect both to Sphinx."""
    app.add_transform(RepositoryLinks)
    app.connect("missing-reference", resolve_name)
    return {"parallel_read_safe": True}
