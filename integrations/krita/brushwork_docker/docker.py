"""The docker: what is painted from what, how strongly, and how far it is."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from krita import DockWidget, Document, Krita, Node
from PyQt5 import QtWidgets
from PyQt5.QtCore import Qt, QTimer

from . import canvas
from .brushwork_client import PAINTINGS, BackgroundJob, Job, Studio, end_started

#: How the names of results begin.
RESULT = "brushwork:"
#: Longest side of a style image that is sent, in pixels.
STYLE_SIZE = 2048
#: Milliseconds from one look at a painting to the next; showing it takes a quarter of the time.
LOOK, SHARE = 200, 4


@dataclass(frozen=True)
class Order:
    """The content of files, and how each is called; without a file, the style is built in."""

    name: str
    content: bytes
    style: str
    style_file: bytes | None
    mask: bytes | None
    options: dict[str, Any]

    def start(self, studio: Studio) -> Job:
        """Start the job at a studio."""
        content = studio.add_image(self.content, name=f"{self.name}.png", role="content")
        style = self.style
        if self.style_file is not None:
            style = studio.add_image(self.style_file, name=style, role="style").id
        mask = self.mask and studio.add_image(self.mask, name="selection.png", role="mask")
        return studio.start(content, style, mask=mask, **self.options)

    def describe(self, job: Job) -> str:
        """Say in a line how its result was made, and which it is in the studio's gallery."""
        given = job.settings.options.items()
        options = [f"{name} {value}" for name, value in given if value is not False]
        return f"{RESULT} {', '.join([self.style, *options])} [{job.result}]"


class Styles(QtWidgets.QComboBox):
    """Built-in paintings, layers of the open document, and a file."""

    def __init__(self) -> None:
        super().__init__()
        self.file = ""
        self.fill(None)
        self.activated.connect(self._choose)

    def showPopup(self) -> None:  # noqa: N802
        """Open the list, with the layers that there are now."""
        self.fill(Krita.instance().activeDocument())
        super().showPopup()

    def fill(self, document: Document | None) -> None:
        """Offer what there is; what was chosen stays so."""
        chosen = self.currentData()
        self.clear()
        for name in PAINTINGS:
            self.addItem(name.replace("-", " ").capitalize(), ("name", name))
        for layer in canvas.iter_layers(document.rootNode()) if document else ():
            self.addItem(f"Layer: {layer.name()}", ("layer", layer.uniqueId().toString()))
        self.addItem(f"File: {Path(self.file).name}" if self.file else "File …", ("file", ""))
        offered = [self.itemData(index) for index in range(self.count())]
        self.setCurrentIndex(offered.index(chosen) if chosen in offered else 0)

    def _choose(self) -> None:
        if self.currentData()[0] == "file":
            self.file = QtWidgets.QFileDialog.getOpenFileName(self, "Painting")[0]
            self.fill(Krita.instance().activeDocument())

    def read(self, document: Document) -> tuple[str, bytes | None]:
        """Give what is chosen: its name, and the file of what is not built in."""
        kind, what = self.currentData()
        if kind == "name":
            return what, None
        if kind == "file":
            return Path(self.file).name, Path(self.file).read_bytes()
        layer = canvas.find_layer(document, what)
        if layer is None or layer.bounds().isEmpty():
            raise ValueError("the layer that was chosen as style is empty, or gone.")
        return layer.name(), canvas.read(layer, layer.bounds(), STYLE_SIZE)


class Docker(DockWidget):
    """Repaints the open document, through a studio that it finds or starts."""

    #: The studio's, if it is not the usual one.
    folder: str | None = None

    def __init__(self) -> None:
        super().__init__()
        self.setWindowTitle("Brushwork")
        self.content = QtWidgets.QComboBox()
        self.content.addItems(["Visible picture", "What the selection frames"])
        self.style = Styles()
        self.masked = QtWidgets.QCheckBox("Paint only what is selected", checked=True)
        self.strength = QtWidgets.QSlider(Qt.Horizontal, maximum=100, value=50)
        self.strength.setToolTip("Photo ← → painting; may be moved while it is painted")
        self.strength.sliderReleased.connect(self.change)
        self.size = QtWidgets.QSpinBox(minimum=64, maximum=8192, value=512, suffix=" px")
        self.size.setToolTip("The longer side that is painted; the layer has the picture's size")
        self.draft = QtWidgets.QCheckBox("Draft, in seconds")
        self.button = QtWidgets.QPushButton("Paint", clicked=self.press)
        self.where = QtWidgets.QPushButton("…", clicked=self.locate, toolTip="Where brushwork is")
        self.bar = QtWidgets.QProgressBar(maximum=1000)
        self.text = QtWidgets.QLabel(wordWrap=True)
        self.timer = QTimer(self, interval=LOOK, timeout=self.look)
        self.painting: BackgroundJob | None = None
        QtWidgets.QApplication.instance().aboutToQuit.connect(end_started)
        body = QtWidgets.QWidget()
        form = QtWidgets.QFormLayout(body)
        form.addRow("Paint", self.content)
        form.addRow("like", self.style)
        form.addRow("", self.masked)
        form.addRow("Strength", self.strength)
        form.addRow("Size", self.size)
        form.addRow("", self.draft)
        form.addRow(self.where, self.button)
        form.addRow("", self.bar)
        form.addRow(self.text)
        self.setWidget(body)

    def canvasChanged(self, _canvas: object) -> None:  # noqa: N802
        """Offer the layers of the document that is open now."""
        self.style.fill(Krita.instance().activeDocument())

    def press(self) -> None:
        """Paint, or cancel what is painted."""
        if self.painting is not None:
            self.painting.cancel()
        else:
            self.paint(Krita.instance().activeDocument())

    def paint(self, document: Document | None) -> None:
        """Paint a document as is chosen; the result will be its uppermost layer."""
        try:
            self.order = self.read(document)
        except (OSError, ValueError) as error:
            self.text.setText(str(error))
            return
        layer = document.createNode(f"{RESULT} …", "paintlayer")
        layer.setLocked(True)  # until it is done
        document.rootNode().addChildNode(layer, None)
        self.document, self.layer = document, layer.uniqueId().toString()
        command = Krita.instance().readSetting("brushwork", "command", "brushwork")
        self.painting = BackgroundJob(
            self.order.start, depth=canvas.get_depth(layer), folder=self.folder, command=command
        )
        self.shown, self.rest = None, 0.0
        self.painting.start()
        self.button.setText("Cancel")
        self.timer.start()

    def read(self, document: Document | None) -> Order:
        """Read all that is chosen, and note where the result shall be."""
        if document is None:
            raise ValueError("open a picture first.")
        selected = canvas.find_selected(document)
        framed = self.content.currentIndex() == 1
        if framed and selected is None:
            raise ValueError("nothing is selected; select something, or paint the visible picture.")
        self.box = box = selected if framed else document.bounds()
        self.selected, mask = None, None
        if selected is not None and self.masked.isChecked():
            self.selected, mask = canvas.read_selection(document, box)
        size = min(self.size.value(), max(box.width(), box.height()))
        options = {"strength": self.strength.value() / 100, "size": size}
        options["draft"] = self.draft.isChecked()
        with canvas.copy_without(document, RESULT) as copy:
            content = canvas.read(copy, box, size)
        name = document.name() or "picture"
        return Order(name, content, *self.style.read(document), mask, options)

    def change(self) -> None:
        """Go on with another strength."""
        if self.painting is not None:
            self.painting.change(strength=self.strength.value() / 100)

    def look(self) -> None:
        """Show what has come since the last look."""
        now, layer = self.painting, canvas.find_layer(self.document, self.layer)
        is_over = now.state != "running"
        self.text.setText(now.text)
        self.bar.setValue(round(1000 * now.job.progress) if now.job else 0)
        try:
            if layer is None:
                now.cancel()
            elif now.image is not self.shown and (is_over or time.monotonic() > self.rest):
                self.show_image(layer, now.image)
        finally:
            if is_over:
                self.end(layer)

    def show_image(self, layer: Node, file: bytes) -> None:
        """Put an image into the layer; a large one takes a while, so the next has to wait."""
        self.shown, begun = file, time.monotonic()
        canvas.write(layer, file, self.box, self.selected)
        self.document.refreshProjection()
        self.rest = time.monotonic() + (SHARE - 1) * (time.monotonic() - begun)

    def end(self, layer: Node | None) -> None:
        """Give the layer its name, or take it away."""
        self.timer.stop()
        done, self.painting = self.painting, None
        self.button.setText("Paint")
        text = {"finished": "", "cancelled": "Cancelled."}.get(done.state, done.text)
        self.text.setText(text or self.order.describe(done.job))
        if layer is not None:
            layer.setLocked(False)
            layer.setName(self.text.text())
            if done.state != "finished":
                layer.remove()
                self.document.refreshProjection()

    def locate(self) -> None:
        """Ask where brushwork is, and remember it."""
        command = QtWidgets.QFileDialog.getOpenFileName(self, "Where is brushwork?")[0]
        if command:
            Krita.instance().writeSetting("brushwork", "command", command)
