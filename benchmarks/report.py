"""The comparison for people: a table in Markdown, and a contact sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import PIL.Image
import PIL.ImageDraw
import PIL.ImageFont

from benchmarks.scores import Score

#: What the names of brushwork's own runs begin with.
OURS = "brushwork"
TILE, MARGIN, LINE = 320, 12, 18


def markdown(pair: str, size: int, rows: dict[str, Any]) -> str:
    """Give a table of all contenders, and under it the times to an equal judge."""
    lines = [
        f"### {pair.replace(':', ' × ')}, {size} px",
        "",
        "| | wall s | CPU s | peak MB | style | content | objective |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, row in rows.items():
        took = ["", "", ""]
        if "wall" in row:
            took = [f"{row['wall']:.1f}", f"{row['cpu']:.0f}", f"{row['peak'] / 1e6:.0f}"]
        score = row["score"]
        figures = [f"{score['style']:.4f}", f"{score['content']:.4f}", f"{score['objective']:.4f}"]
        lines.append("| " + " | ".join([name, *took, *figures]) + " |")
    return "\n".join([*lines, "", *_ratios(rows), ""])


def _ratios(rows: dict[str, Any]) -> list[str]:
    """Set every run of brushwork against every other contender."""
    painted = {name: row for name, row in rows.items() if "wall" in row}
    ours = [name for name in painted if name.startswith(OURS)]
    others = [name for name in painted if not name.startswith(OURS)]
    return [
        f"- {mine} and {other}: {_ratio(painted[mine], painted[other])}."
        for other in others
        for mine in ours
    ]


def _ratio(mine: dict[str, Any], other: dict[str, Any]) -> str:
    """Say how much longer the other takes, to the end, and until it is as good in both."""
    goal, end = Score(**mine["score"]), Score(**other["score"])
    times = other["wall"] / mine["wall"]
    if goal.no_worse_than(end):
        final = f"no worse in either distance, and the other took {times:.1f} times as long"
    elif end.no_worse_than(goal):
        final = f"the other is no worse in either distance, in {times:.1f} times the time"
    else:
        final = f"each is ahead in one distance; the other took {times:.1f} times as long"
    reached = [kept for kept in other["recorded"] if Score(**kept["score"]).no_worse_than(goal)]
    if reached:
        times = reached[0]["wall"] / mine["wall"]
        return (
            f"{final}; as good in both after step {reached[0]['step']}, {times:.1f} times as long"
        )
    return f"{final}; on its way it was never as good in both" if other["recorded"] else final


def contact_sheet(
    photo: Path, painting: Path, folder: Path, rows: dict[str, Any]
) -> PIL.Image.Image:
    """Set photo, painting and all results side by side, each with its figures."""
    tiles = [_tile(photo, ["photo"]), _tile(painting, ["painting"])]
    for name, row in rows.items():
        if "wall" in row:
            score = row["score"]
            judged = f"style {score['style']:.4f}  content {score['content']:.4f}"
            label = [f"{name}, {row['wall']:.0f} s, {row['peak'] / 1e6:.0f} MB", judged]
            tiles.append(_tile(folder / name / "picture.png", label))
    columns = min(3, len(tiles))
    height = max(tile.height for tile in tiles) + MARGIN
    count = -(-len(tiles) // columns)
    sheet = PIL.Image.new("RGB", (columns * (TILE + MARGIN), count * height), "white")
    for index, tile in enumerate(tiles):
        sheet.paste(tile, (index % columns * (TILE + MARGIN), index // columns * height))
    return sheet


def _tile(path: Path, label: list[str]) -> PIL.Image.Image:
    picture = PIL.Image.open(path).convert("RGB")
    picture.thumbnail((TILE, TILE))
    tile = PIL.Image.new("RGB", (TILE, picture.height + LINE * len(label) + 4), "white")
    tile.paste(picture, (0, LINE * len(label) + 4))
    draw = PIL.ImageDraw.Draw(tile)
    for line, text in enumerate(label):
        draw.text((2, LINE * line), text, fill="black", font=PIL.ImageFont.load_default(14))
    return tile
