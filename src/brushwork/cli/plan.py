"""``brushwork plan``: what a run will need, without running it."""

from __future__ import annotations

import dataclasses
import json as json_format
import sys
from typing import TYPE_CHECKING

from rich.table import Table

import brushwork
from brushwork.cli._console import make_console
from brushwork.cli._flags import DEFAULT_SETTINGS, ContentImage, SettingsFlags, StyleImages
from brushwork.system.memory import format_bytes

if TYPE_CHECKING:
    from brushwork.options import Options
    from brushwork.planning.plan import Plan, Stage


def plan(
    content: ContentImage,
    /,
    *styles: StyleImages,
    json: bool = False,
    verbose: bool = False,
    settings: SettingsFlags = DEFAULT_SETTINGS,
) -> None:
    """Print the memory and time of a run, in all and by scale.

    Parameters
    ----------
    json
        Print the plan as one line of JSON.
    verbose
        Print the layers of each scale, and what was chosen for this machine and why.
    """
    from brushwork.cli import _progress, _run
    from brushwork.engine.request import measure_need

    merged = settings.merge()
    image = _run.read_content(content, measure_need(merged.options))
    found = brushwork.plan(image, styles, merged)
    if json:
        fields = {**dataclasses.asdict(found), "memory": found.memory}
        sys.stdout.write(json_format.dumps(fields) + "\n")
        return
    console = make_console()
    console.print(_make_table(found, verbose=verbose))
    console.print(_progress.describe_plan(found))
    if verbose:
        console.print(_describe_precision(settings.merge().options))


def _describe_precision(options: Options) -> str:
    from brushwork.features import describe_choice, pick_device, pick_precision

    device = pick_device(options.device)
    precision = pick_precision(options.precision, device, options.networks)
    return f"computed on {device.type} in {describe_choice(precision)}"


def _make_table(plan: Plan, *, verbose: bool) -> Table:
    """Set a row for each scale."""
    table = Table(box=None)
    for column in ("size", "network", "steps", "tiles", "memory", *(["layers"] if verbose else [])):
        table.add_column(column, justify="left" if column == "layers" else "right")
    for stage in plan.stages:
        scale = stage.scale
        size = f"{scale.width}×{scale.height}"
        row = [
            size,
            stage.network,
            str(scale.steps),
            _describe_tiles(stage),
            format_bytes(stage.memory),
        ]
        table.add_row(*row, *([_describe_layers(stage)] if verbose else []))
    return table


def _describe_layers(stage: Stage) -> str:
    return f"style {' '.join(stage.layers.style)}, content {' '.join(stage.layers.content)}"


def _describe_tiles(stage: Stage) -> str:
    if stage.tile_side is None:
        return "whole"
    return f"{stage.tiles} of {stage.tile_side}"
