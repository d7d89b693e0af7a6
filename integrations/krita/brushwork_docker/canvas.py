"""Pixels out of a document and into its layers, whatever its colours and its depth.

Krita itself converts and scales: pixels go through a sheet, a document that nobody sees.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from krita import Document, Krita, Node
from PyQt5.QtCore import QByteArray, QRect, QSize, Qt
from PyQt5.QtGui import QImage

from .pixels import Pixels, hide_outside

SRGB = "sRGB-elle-V2-srgbtrc.icc"
RESOLUTION = 72


def iter_layers(parent: Node) -> Iterator[Node]:
    """Give all layers below one, the uppermost first."""
    for node in reversed(parent.childNodes()):
        if node.type().endswith("layer"):
            yield node
        yield from iter_layers(node)


def find_layer(document: Document, identity: str) -> Node | None:
    """Give a layer by its identity, if it and its document are still there."""
    if document not in Krita.instance().documents():
        return None
    layers = iter_layers(document.rootNode())
    return next((node for node in layers if node.uniqueId().toString() == identity), None)


def add_layer(document: Document, name: str) -> Node:
    """Put an empty layer on top; it is locked until it is done."""
    layer = document.createNode(name, "paintlayer")
    layer.setLocked(True)
    document.rootNode().addChildNode(layer, None)
    return layer


@contextlib.contextmanager
def hide(document: Document, beginning: str) -> Iterator[None]:
    """Hide the layers whose names begin so, for as long as it lasts."""
    seen = [node for node in iter_layers(document.rootNode()) if node.visible()]
    hidden = [node for node in seen if node.name().startswith(beginning)]
    try:
        _show(document, hidden, False)
        yield
    finally:
        _show(document, hidden, True)


def find_selected(document: Document) -> QRect | None:
    """Give the rectangle round what is selected within the picture."""
    selection = document.selection()
    if selection is None:
        return None
    box = QRect(selection.x(), selection.y(), selection.width(), selection.height())
    box &= document.bounds()
    return None if box.isEmpty() else box


def read(source: Document | Node, box: QRect, limit: int) -> Pixels:
    """Give what is seen in a rectangle, shrunk where it is longer than ``limit`` pixels."""
    get = source.pixelData if isinstance(source, Document) else source.projectionPixelData
    space = source.colorModel(), source.colorDepth(), source.colorProfile()
    with _open_sheet(box.size(), space, get(*box.getRect())) as sheet:
        depth = _get_depth(source)
        sheet.setColorSpace("RGBA", f"U{depth}", SRGB)
        if max(box.width(), box.height()) > limit:
            small = box.size().scaled(limit, limit, Qt.KeepAspectRatio)
            _scale(sheet, small.expandedTo(QSize(1, 1)))
        return _get_pixels(sheet, depth)


def write(layer: Node, image: Pixels, box: QRect, mask: bytes | None) -> None:
    """Put an image into a rectangle of a layer, in the layer's own colours and depth."""
    space, size = ("RGBA", f"U{image.depth}", SRGB), QSize(image.width, image.height)
    with _open_sheet(size, space, QByteArray(image.levels)) as sheet:
        node, depth = sheet.topLevelNodes()[0], _get_depth(layer)
        sheet.setColorSpace("RGBA", f"U{depth}", SRGB)
        if size != box.size():
            _scale(sheet, box.size())
        if mask is not None:
            levels = hide_outside(_get_pixels(sheet, depth), mask).levels
            node.setPixelData(QByteArray(levels), 0, 0, box.width(), box.height())
        sheet.setColorSpace(layer.colorModel(), layer.colorDepth(), layer.colorProfile())
        layer.setPixelData(node.pixelData(0, 0, box.width(), box.height()), *box.getRect())


def decode(file: bytes) -> Pixels:
    """Read a PNG or JPEG file."""
    image = QImage.fromData(file)
    if image.isNull():
        raise ValueError("what the studio gave is not an image.")
    deep = image.depth() > 32
    image = image.convertToFormat(QImage.Format_RGBA64 if deep else QImage.Format_ARGB32)
    image = image.rgbSwapped() if deep else image
    bits = image.constBits()
    bits.setsize(image.sizeInBytes())
    return Pixels(image.width(), image.height(), 16 if deep else 8, bytes(bits))


@contextlib.contextmanager
def _open_sheet(
    size: QSize, space: tuple[str, str, str], content: QByteArray
) -> Iterator[Document]:
    width, height = size.width(), size.height()
    sheet = Krita.instance().createDocument(width, height, "brushwork", *space, RESOLUTION)
    try:
        sheet.topLevelNodes()[0].setPixelData(content, 0, 0, width, height)
        yield sheet
    finally:
        sheet.close()


def _show(document: Document, layers: list[Node], visible: bool) -> None:
    for layer in layers:
        layer.setVisible(visible)
    if layers:
        document.refreshProjection()


def _scale(sheet: Document, size: QSize) -> None:
    sheet.scaleImage(size.width(), size.height(), RESOLUTION, RESOLUTION, "Bicubic")


def _get_depth(source: Document | Node) -> int:
    return 8 if source.colorDepth() == "U8" else 16


def _get_pixels(sheet: Document, depth: int) -> Pixels:
    width, height = sheet.width(), sheet.height()
    levels = bytes(sheet.topLevelNodes()[0].pixelData(0, 0, width, height))
    return Pixels(width, height, depth, levels)
