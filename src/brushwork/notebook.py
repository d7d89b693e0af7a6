"""A run in a notebook: its growing image, the curves of its losses, and a button that stops it.

>>> from brushwork.notebook import LiveRun
>>> run = LiveRun(brushwork.iter_stylize("cat", "great-wave"))
>>> run
>>> run.wait().save("cat-great-wave.png")

It needs ``pip install 'brushwork[notebook]'``. The run takes a thread of its own: while a cell
runs, a notebook hears of no button.
"""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Generator
from typing import Any

import anywidget
import traitlets

from brushwork.engine.events import Event, Finished, ScaleStarted, StepTaken
from brushwork.engine.result import Result

#: Seconds from one image that is shown to the next.
SHOW_SECONDS = 0.5
_PAGE = """
const CURVES = [["total", "currentColor"], ["content", "#27a"], ["style", "#c52"]];
function render({ model, el }) {
  el.innerHTML = `<div style="display:flex;gap:16px;align-items:flex-start">
    <img alt="the image so far" style="width:min(60%, 512px)">
    <div><svg viewBox="0 0 200 100" width="300" role="img" aria-label="losses"></svg>
    <div>${CURVES.map(([name, color]) => `<b style="color:${color}">${name}</b>`).join(" ")}</div>
    <progress max="1"></progress> <button>Stop</button><p></p></div></div>`;
  const [image, svg, bar, button, text] =
    ["img", "svg", "progress", "button", "p"].map((name) => el.querySelector(name));
  let address = null;
  const draw = () => {
    const bytes = model.get("image");
    if (bytes && bytes.byteLength) {
      if (address) URL.revokeObjectURL(address);
      address = URL.createObjectURL(new Blob([bytes], { type: "image/png" }));
      image.src = address;
    }
    const losses = model.get("losses");
    const all = CURVES.flatMap(([name]) => losses[name] || []).filter((value) => value > 0);
    const low = Math.log(Math.min(...all)), high = Math.log(Math.max(...all));
    svg.innerHTML = CURVES.map(([name, color]) => {
      const values = losses[name] || [];
      const points = values.map((value, step) => {
        const across = (200 * step) / Math.max(values.length - 1, 1);
        const down = 100 * (high - Math.log(Math.max(value, 1e-12))) / (high - low || 1);
        return `${across},${Math.min(Math.max(down, 0), 100)}`;
      });
      return `<polyline fill="none" stroke="${color}" points="${points.join(" ")}"/>`;
    }).join("");
    bar.value = model.get("progress");
    text.textContent = model.get("message");
    button.disabled = model.get("stopping") || model.get("over");
  };
  button.addEventListener("click", () => { model.set("stopping", true); model.save_changes(); });
  model.on("change", draw);
  draw();
}
export default { render };
"""


class LiveRun(anywidget.AnyWidget):
    """Shows a run while it lasts; it starts at once.

    Parameters
    ----------
    events
        What `iter_stylize`, `iter_texture`, `iter_rerun` or `iter_resume` gave.
    """

    _esm = _PAGE
    image = traitlets.Bytes().tag(sync=True)
    losses = traitlets.Dict().tag(sync=True)
    progress = traitlets.Float().tag(sync=True)
    message = traitlets.Unicode().tag(sync=True)
    stopping = traitlets.Bool().tag(sync=True)
    over = traitlets.Bool().tag(sync=True)

    def __init__(self, events: Generator[Event]) -> None:
        super().__init__()
        self._events = events
        self._result: Result | None = None
        self._error: Exception | None = None
        self._shown = 0.0
        self._curves: dict[str, list[float]] = {"total": [], "content": [], "style": []}
        self._thread = threading.Thread(target=self._run, name="brushwork run", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ask the run to end after the step that it is at; the image so far stays in ``image``."""
        self.stopping = True

    def wait(self) -> Result | None:
        """Wait for the result; None if the run was stopped before.

        Raises
        ------
        BrushworkError
            Whatever the run raised.
        """
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._result

    def _run(self) -> None:
        try:
            for event in self._events:
                self._show(event)
                if self.stopping:
                    break
            if self._result is None:
                self.message = "stopped"
        except Exception as error:  # it is raised where somebody waits
            self._error, self.message = error, str(error)
        finally:
            self._events.close()
            self.over = True

    def _show(self, event: Event) -> None:
        if isinstance(event, ScaleStarted):
            self.message = f"{event.width} × {event.height}"
        elif isinstance(event, StepTaken):
            self._show_step(event)
        elif isinstance(event, Finished):
            self._result = event.result
            self.image = encode_png(event.result.image)
            self.progress, self.message = 1.0, f"{event.result.seconds:.0f} s"

    def _show_step(self, event: StepTaken) -> None:
        for name, values in self._curves.items():
            values.append(float(event.losses.get(name, 0.0)))
        now = time.monotonic()
        if now - self._shown >= SHOW_SECONDS or event.step == event.steps or self.stopping:
            self._shown = now
            self.image = encode_png(event.preview())
            self.losses = {name: list(values) for name, values in self._curves.items()}
            self.progress = event.progress


def encode_png(image: Any) -> bytes:
    """Write a PIL image as PNG."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()
