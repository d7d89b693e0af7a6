"""The comparison for people: a table in Markdown, and a contact sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import PIL.Image
import PIL.ImageDraw
import PIL.ImageFont

from benchmarks.scores import Score

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
    """Say for each contender when it was first as good as brushwork in both distances."""
    if "brushwork" not in rows:
        return []
    ours = rows["brushwork"]
    return [
        f"- {name}: {_ratio(row, ours)}"
        for name, row in rows.items()
        if "wall" in row and name != "brushwork"
    ]


def _ratio(row: dict[str, Any], ours: dict[str, Any]) -> str:
    goal = Score(**ours["score"])
    reached = [kept for kept in row["recorded"] if Score(**kept["score"]).no_worse_than(goal)]
    if reached:
        first = reached[0]
        times = first["wall"] / ours["wall"]
        return (
            f"as good as brushwork after step {first['step']}, {times:.1f} times brushwork's time"
        )
    times = row["wall"] / ours["wall"]
    if goal.no_worse_than(Score(**row["score"])):
        return f"behind brushwork in both distances after {times:.1f} times its time"
    return f"never as good in both distances; its whole run took {times:.1f} times brushwork's time"


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
