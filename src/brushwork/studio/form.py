"""What the page's form is drawn from: the options model, and nothing that is written twice."""

from __future__ import annotations

from typing import Any

from brushwork.options import Options
from brushwork.studio.settings import NOT_OFFERED

#: What stands open; everything else is folded.
FRONT = ("strength", "size", "color", "preset")
#: Options that belong together, each under a heading.
GROUPS = (
    ("Brush", ("style_scale", "statistics", "seamless")),
    ("Care", ("effort", "optimizer", "seed", "total_variation")),
    ("Network", ("content_layers", "style_layers", "pooling", "precision")),
)


def form() -> dict[str, Any]:
    """Give the JSON schema of all options that a page may set, in groups, with their defaults."""
    whole = Options.model_json_schema()
    offered = {
        name: field for name, field in whole["properties"].items() if name not in NOT_OFFERED
    }
    grouped = {name for _, names in GROUPS for name in names} | set(FRONT)
    rest = [name for name in offered if name not in grouped]
    groups = [*GROUPS, ("More", tuple(rest))] if rest else GROUPS
    return {
        "schema": {"type": "object", "properties": offered, "$defs": whole.get("$defs", {})},
        "front": list(FRONT),
        "groups": [
            {"title": title, "options": [name for name in names if name in offered]}
            for title, names in groups
        ],
        "defaults": {
            name: value
            for name, value in Options().model_dump(mode="json").items()
            if name in offered
        },
    }
