"""Notebooks: those of the examples run, a result shows itself, a run shows its growth and stops."""

from __future__ import annotations

import ast
import io
import json
import threading
from pathlib import Path
from typing import Any

import PIL.Image
import pytest

import brushwork
from brushwork.notebook import LiveRun
from brushwork.planning import pyramid

ROOT = Path(__file__).parent.parent
NOTEBOOKS = sorted((ROOT / "examples").glob("*.ipynb"))


def read_cells(notebook: Path) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads(notebook.read_text("utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


@pytest.fixture
def quick(tiny_network: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyramid, "count_steps", lambda *_: 3)


def run_cell(source: str, namespace: dict[str, object]) -> object:
    """Run a cell as a notebook does, and give the value of its last expression."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), namespace)
    if not isinstance(last, ast.Expr):
        return None
    return eval(compile(ast.Expression(last.value), "cell", "eval"), namespace)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_and_is_stored_without_outputs(
    notebook: Path, quick: None, capsys: pytest.CaptureFixture[str]
) -> None:
    namespace: dict[str, object] = {}
    values = []
    for cell in read_cells(notebook):
        assert not cell["outputs"] and cell["execution_count"] is None
        source = "".join(cell["source"]).replace("SIZE = 256", "SIZE = 64")
        values.append(run_cell(source.replace("STEPS = 20", "STEPS = 3"), namespace))
    assert any(isinstance(value, brushwork.Result) for value in values)
    printed = capsys.readouterr().out
    if notebook.stem == "gram_matrix":
        assert "symmetric: True" in printed
        assert "shuffling all places: True" in printed
        assert "as brushwork's: True" in printed
        history = namespace["history"]
        assert isinstance(history, list) and history[-1] < history[0]


def test_every_notebook_is_in_the_readme() -> None:
    assert len(NOTEBOOKS) == 3
    for notebook in NOTEBOOKS:
        assert f"(examples/{notebook.name})" in (ROOT / "README.md").read_text("utf-8")


def test_a_result_shows_itself(quick: None) -> None:
    result = brushwork.stylize("cat", "great-wave", size=48)
    with PIL.Image.open(io.BytesIO(result._repr_png_())) as shown:
        assert shown.format == "PNG"
        assert shown.tobytes() == result.image.tobytes()


def test_a_run_shows_its_image_and_curves_and_gives_the_result(quick: None) -> None:
    run = LiveRun(brushwork.iter_stylize("cat", "great-wave", size=48))
    result = run.wait()
    assert result is not None and run.over and run.progress == 1
    with PIL.Image.open(io.BytesIO(run.image)) as shown:
        assert shown.size == result.image.size
    assert len(run.losses["total"]) >= 3
    assert run.losses["style"][-1] > 0


def test_a_run_that_is_stopped_keeps_its_image_and_gives_no_result(quick: None) -> None:
    events = brushwork.iter_stylize("cat", "great-wave", size=48)
    begun, created = [], threading.Event()

    def stop_at_the_first_step():  # as the button does
        created.wait()
        for event in events:
            if isinstance(event, brushwork.StepTaken):
                begun.append(event)
                run.stopping = True
            yield event

    run = LiveRun(stop_at_the_first_step())
    created.set()
    assert run.wait() is None
    assert (len(begun), run.message, run.over) == (1, "stopped", True)
    assert run.image.startswith(b"\x89PNG")


def test_an_error_of_a_run_is_raised_where_somebody_waits(quick: None) -> None:
    def fail():
        raise brushwork.BrushworkError("no.")
        yield

    with pytest.raises(brushwork.BrushworkError, match="no"):
        LiveRun(fail()).wait()
