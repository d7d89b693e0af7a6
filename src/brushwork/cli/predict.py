"""How a plan is shown: as a table, as one line, as JSON."""

from __future__ import annotations

import dataclasses
import json
import sys
from datetime import timedelta

from rich.console import Console
from rich.table import Table

from brushwork.memory import written
from brushwork.planning import Plan, Stage


def table(plan: Plan) -> None:
    """Print a row for each scale and the sums below."""
    rows = Table(box=None)
    for column in ("size", "steps", "tiles", "memory"):
        rows.add_column(column, justify="right")
    for stage in plan.stages:
        scale = stage.scale
        size = f"{scale.width}×{scale.height}"
        rows.add_row(size, str(scale.steps), _cut(stage), written(stage.memory))
    console = Console()
    console.print(rows)
    console.print(sentence(plan), highlight=False)


def sentence(plan: Plan) -> str:
    """Say time and memory in one line."""
    scale = plan.stages[-1].scale
    took = "" if plan.seconds is None else f"about {timedelta(seconds=round(plan.seconds))} and "
    memory = f"{written(plan.memory)} of memory (allowed: {written(plan.budget)})"
    return f"{scale.width}×{scale.height} will take {took}{memory}."


def as_json(plan: Plan) -> None:
    """Print everything about the plan."""
    fields = {**dataclasses.asdict(plan), "memory": plan.memory}
    sys.stdout.write(json.dumps(fields) + "\n")


def _cut(stage: Stage) -> str:
    if stage.tile_side is None:
        return "whole"
    return f"{stage.tiles} of {stage.tile_side}"
