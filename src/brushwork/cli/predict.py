"""How a plan is shown: as a table, as one line, as JSON."""

from __future__ import annotations

import dataclasses
import json
import sys
from datetime import timedelta

from rich.console import Console
from rich.table import Table

from brushwork.planning.plan import Plan, Stage
from brushwork.system.memory import format_bytes


def print_plan(plan: Plan) -> None:
    """Print a row for each scale and the sums below."""
    rows = Table(box=None)
    for column in ("size", "steps", "tiles", "memory"):
        rows.add_column(column, justify="right")
    for stage in plan.stages:
        scale = stage.scale
        size = f"{scale.width}×{scale.height}"
        rows.add_row(size, str(scale.steps), _describe_tiles(stage), format_bytes(stage.memory))
    console = Console()
    console.print(rows)
    console.print(describe_plan(plan), highlight=False)


def describe_plan(plan: Plan) -> str:
    """Say time and memory in one line."""
    scale = plan.stages[-1].scale
    took = "" if plan.seconds is None else f"about {timedelta(seconds=round(plan.seconds))} and "
    memory = f"{format_bytes(plan.memory)} of memory (allowed: {format_bytes(plan.budget)})"
    return f"{scale.width}×{scale.height} will take {took}{memory}."


def print_plan_json(plan: Plan) -> None:
    """Print everything about the plan."""
    fields = {**dataclasses.asdict(plan), "memory": plan.memory}
    sys.stdout.write(json.dumps(fields) + "\n")


def _describe_tiles(stage: Stage) -> str:
    if stage.tile_side is None:
        return "whole"
    return f"{stage.tiles} of {stage.tile_side}"
