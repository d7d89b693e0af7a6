"""PNG files of a document, and image files into its layers, whatever its colours and its depth.

Krita itself converts and scales: pixels go through a sheet, a document that nobody sees.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from krita import Document, Krita, Node
from PyQt5.QtCore import QBuffer, QByteArray, QIODevice, QRect, QSize, Qt
from PyQt5.QtGui import QImage

SRGB = "sRGB-elle-V2-srgbtrc.icc"
RESOLUTION = 72
#: How Qt calls the pixels of a sheet, by their bits a channel.
FORMATS = {8: QImage.Format_ARGB32, 16: QImage.Format_RGBA64}


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


@contextlib.contextmanager
def copy_without(document: Document, beginning: str) -> Iterator[Document]:
    """Give a copy of a document without the layers whose names begin so, as long as it lasts."""
    copy = document.clone()
    try:
        for node in list(iter_layers(copy.rootNode())):
            if node.name().startswith(beginning):
                node.remove()
        copy.refreshProjection()
        yield copy
    finally:
        copy.close()


def find_selected(document: Document) -> QRect | None:
    """Give the rectangle round what is selected within the picture."""
    selection = document.selection()
    if selection is None:
        return None
    selected = QRect(selection.x(), selection.y(), selection.width(), selection.height())
    box = selected & document.bounds()
    return None if box.isEmpty() else box


def get_depth(source: Document | Node) -> int:
    """Give the bits a channel in which it is exchanged: 8 or 16."""
    return 8 if source.colorDepth() == "U8" else 16


def read(source: Document | Node, box: QRect, limit: int) -> bytes:
    """Give what is seen in a rectangle, shrunk where it is longer than ``limit`` pixels, as PNG."""
    get = source.pixelData if isinstance(source, Document) else source.projectionPixelData
    space = source.colorModel(), source.colorDepth(), source.colorProfile()
    depth, size = get_depth(source), box.size()
    if max(box.width(), box.height()) > limit:
        size = size.scaled(limit, limit, Qt.KeepAspectRatio).expandedTo(QSize(1, 1))
    with _open_sheet(box.size(), space, get(*box.getRect())) as sheet:
        _convert(sheet, depth, size)
        levels = bytes(sheet.topLevelNodes()[0].pixelData(*sheet.bounds().getRect()))
    return _encode(QImage(levels, size.width(), size.height(), FORMATS[depth]))


def read_selection(document: Document, box: QRect) -> tuple[bytes, bytes]:
    """Give how much each pixel of a rectangle is selected, as bytes and as grey PNG."""
    levels, width = bytes(document.selection().pixelData(*box.getRect())), box.width()
    return levels, _encode(QImage(levels, width, box.height(), width, QImage.Format_Grayscale8))


def write(layer: Node, file: bytes, box: QRect, selected: bytes | None) -> None:
    """Put an image file into a rectangle of a layer, in the layer's own colours and depth."""
    image = QImage.fromData(file)
    if image.isNull():
        raise ValueError("what the studio gave is not an image.")
    depth = 8 if image.depth() <= 32 else 16
    image = _order_channels(image.convertToFormat(FORMATS[depth]))
    levels = QByteArray(image.constBits().asstring(image.sizeInBytes()))
    with _open_sheet(image.size(), ("RGBA", f"U{depth}", SRGB), levels) as sheet:
        _convert(sheet, get_depth(layer), box.size())
        sheet.setColorSpace(layer.colorModel(), layer.colorDepth(), layer.colorProfile())
        pixels = bytes(sheet.topLevelNodes()[0].pixelData(*sheet.bounds().getRect()))
    shown = pixels if selected is None else _hide_outside(pixels, selected)
    layer.setPixelData(QByteArray(shown), *box.getRect())


def _hide_outside(pixels: bytes, selected: bytes) -> bytes:
    """Make transparent what is not selected at all; what is, even by half, stays as it is.

    Below the half of a soft edge there is the photo already; it would come twice otherwise.
    """
    levels, size = bytearray(pixels), len(pixels) // len(selected)
    kept = int.from_bytes(selected.translate(b"\0" + b"\xff" * 255), "big")
    for place in range(size):
        plane = int.from_bytes(levels[place::size], "big") & kept
        levels[place::size] = plane.to_bytes(len(selected), "big")
    return bytes(levels)


def _encode(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.WriteOnly)
    _order_channels(image).save(buffer, "PNG", 90)
    return bytes(buffer.data())


def _order_channels(image: QImage) -> QImage:
    """Go from Krita's order of channels to Qt's, or back: of 16 bits Qt has red first."""
    return image.rgbSwapped() if image.depth() == 64 else image


@contextlib.contextmanager
def _open_sheet(size: QSize, space: tuple[str, ...], content: QByteArray) -> Iterator[Document]:
    width, height = size.width(), size.height()
    sheet = Krita.instance().createDocument(width, height, "brushwork", *space, RESOLUTION)
    try:
        sheet.topLevelNodes()[0].setPixelData(content, 0, 0, width, height)
        yield sheet
    finally:
        sheet.close()


def _convert(sheet: Document, depth: int, size: QSize) -> None:
    """Bring a sheet to sRGB of a depth, and to a size."""
    sheet.setColorSpace("RGBA", f"U{depth}", SRGB)
    if size != sheet.bounds().size():
        sheet.scaleImage(size.width(), size.height(), RESOLUTION, RESOLUTION, "Bicubic")
