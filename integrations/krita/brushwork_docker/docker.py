"""The docker: what is painted from what, how strongly, and how far it is."""

from __future__ import annotations

import contextlib
import queue
import time
from pathlib import Path

from krita import DockWidget, Document, Krita, Node
from PyQt5 import QtWidgets
from PyQt5.QtCore import Qt, QTimer

from . import canvas
from .brushwork_client import end_started
from .painting import RESULT, News, Order, Painting
from .pixels import GREY, encode, encode_levels

BUILT_IN = (
    "great-wave",
    "ejiri",
    "composition-viii",
    "cafe-terrace",
    "church-at-auvers",
    "painter-on-his-way",
    "langlois-bridge",
    "summertime",
)
#: Longest side of a style image that is sent, in pixels.
STYLE_SIZE = 2048
#: Milliseconds from one look at a painting to the next; showing it takes a quarter of the time.
LOOK, SHARE = 200, 4


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
        for name in BUILT_IN:
            self.addItem(name.replace("-", " ").capitalize(), ("name", name))
        for layer in canvas.iter_layers(document.rootNode()) if document else ():
            self.addItem(f"Layer: {layer.name()}", ("layer", layer.uniqueId().toString()))
        self.addItem(f"File: {Path(self.file).name}" if self.file else "File …", ("file", ""))
        offered = [self.itemData(index) for index in range(self.count())]
        self.setCurrentIndex(offered.index(chosen) if chosen in offered else 0)

    def _choose(self) -> None:
        if self.currentData()[0] == "file":
            self.file = QtWidgets.QFileDialog.getOpenFileName(self, "Painting")[0]
            self.setItemText(self.currentIndex(), f"File: {Path(self.file).name}")

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
        return layer.name(), encode(canvas.read(layer, layer.bounds(), STYLE_SIZE))


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
        self.painting: Painting | None = None
        self.rest = 0.0
        QtWidgets.QApplication.instance().aboutToQuit.connect(end_started)
        body = QtWidgets.QWidget()
        form = QtWidgets.QFormLayout(body)
        for name, widget in (
            ("Paint", self.content),
            ("like", self.style),
            ("", self.masked),
            ("Strength", self.strength),
            ("Size", self.size),
            ("", self.draft),
            (self.where, self.button),
            ("", self.bar),
        ):
            form.addRow(name, widget)
        form.addRow(self.text)
        self.setWidget(body)

    def canvasChanged(self, _canvas: object) -> None:  # noqa: N802
        """Offer the layers of the document that is open now."""
        self.style.fill(Krita.instance().activeDocument())

    def press(self) -> None:
        """Paint, or cancel what is painted."""
        document = Krita.instance().activeDocument()
        if self.painting is not None:
            self.painting.cancel()
        elif document is None:
            self.text.setText("Open a picture first.")
        else:
            self.paint(document)

    def paint(self, document: Document) -> None:
        """Paint a document as is chosen; the result will be its uppermost layer."""
        try:
            order = self.read(document)
        except (OSError, ValueError) as error:
            self.text.setText(str(error))
            return
        layer = canvas.add_layer(document, f"{RESULT} …")
        self.document, self.layer = document, layer.uniqueId().toString()
        command = Krita.instance().readSetting("brushwork", "command", "brushwork")
        self.painting = Painting(order, command, self.folder)
        self.painting.start()
        self.button.setText("Cancel")
        self.timer.start()

    def read(self, document: Document) -> Order:
        """Read all that is chosen, and note where the result shall be."""
        selected = canvas.find_selected(document)
        framed = self.content.currentIndex() == 1
        if framed and selected is None:
            raise ValueError("nothing is selected; select something, or paint the visible picture.")
        self.box = box = selected if framed else document.bounds()
        self.mask, mask = None, None
        if selected is not None and self.masked.isChecked():
            self.mask = bytes(document.selection().pixelData(*box.getRect()))
            mask = encode_levels(box.width(), box.height(), 8, GREY, self.mask)
        size = min(self.size.value(), max(box.width(), box.height()))
        options = {"strength": self.strength.value() / 100, "size": size}
        if self.draft.isChecked():
            options["draft"] = True
        with canvas.hide(document, RESULT):
            content = encode(canvas.read(document, box, size))
        name = document.name() or "picture"
        return Order(name, content, *self.style.read(document), mask, options)

    def change(self) -> None:
        """Go on with another strength."""
        if self.painting is not None:
            self.painting.change(strength=self.strength.value() / 100)

    def look(self) -> None:
        """Show what has come since the last look."""
        image, news = None, None
        with contextlib.suppress(queue.Empty):
            while True:
                news = self.painting.news.get_nowait()
                image = news.image or image
        if news is None:
            return
        self.text.setText(news.text)
        self.bar.setValue(round(1000 * news.progress))
        layer = canvas.find_layer(self.document, self.layer)
        try:
            if layer is None:
                self.painting.cancel()
            elif image is not None and (news.state == "finished" or time.monotonic() > self.rest):
                self.show_image(layer, image)
        finally:
            if news.state != "running":
                self.end(news, layer)

    def show_image(self, layer: Node, file: bytes) -> None:
        """Put an image into the layer; a large one takes a while, so the next has to wait."""
        begun = time.monotonic()
        canvas.write(layer, canvas.decode(file), self.box, self.mask)
        self.document.refreshProjection()
        self.rest = time.monotonic() + (SHARE - 1) * (time.monotonic() - begun)

    def end(self, news: News, layer: Node | None) -> None:
        """Give the layer its name, or take it away."""
        self.timer.stop()
        self.painting = None
        self.button.setText("Paint")
        if layer is not None:
            layer.setLocked(False)
            layer.setName(news.text)
            if news.state != "finished":
                layer.remove()
                self.document.refreshProjection()
        self.text.setText(news.text or "Cancelled.")

    def locate(self) -> None:
        """Ask where brushwork is, and remember it."""
        command = QtWidgets.QFileDialog.getOpenFileName(self, "Where is brushwork?")[0]
        if command:
            Krita.instance().writeSetting("brushwork", "command", command)
