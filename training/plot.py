"""The log of a distillation as a picture."""

from __future__ import annotations

import csv
from pathlib import Path

from brushwork.report.charts import draw_curves

#: The first columns of a log say when, not how good.
TIMES = ("seconds", "batches")


def draw_log(log: Path) -> None:
    """Draw the errors of a log over its validations, beside it, as SVG; a curve needs two."""
    with log.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    if len(rows) < 2:
        return
    curves = {name: [float(row[name]) for row in rows] for name in rows[0] if name not in TIMES}
    every = max(1, len(rows) // 5)
    marks = {n: f"{float(rows[n]['seconds']) / 3600:.1f} h" for n in range(0, len(rows), every)}
    drawing = draw_curves(curves, marks).replace("<svg ", SVG, 1)
    log.with_suffix(".svg").write_text(drawing, encoding="utf-8")


#: Outside a page a drawing says what it is.
SVG = '<svg xmlns="http://www.w3.org/2000/svg" '
