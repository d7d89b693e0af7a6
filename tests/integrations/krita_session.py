"""Runs inside Krita: the docker repaints documents; what is in them then goes into a file.

``kritarunner -s krita_session``; BRUSHWORK_TEST_FOLDER is where ``brushwork``, the studio's folder
and that file are.
"""

from __future__ import annotations

import json
import os
import struct
import sys
import time
import traceback
from array import array
from pathlib import Path
from typing import Any

from brushwork_docker import docker as code
from brushwork_docker.brushwork_client import Studio, end_started
from krita import Krita, Selection
from PyQt5.QtCore import QByteArray, QEventLoop, QTimer

FOLDER = Path(os.environ["BRUSHWORK_TEST_FOLDER"])
SIZE = WIDTH, HEIGHT = 96, 64
SRGB, WIDE = "sRGB-elle-V2-srgbtrc.icc", "Rec2020-elle-V4-g10.icc"
SPACES = {
    "8 bits": ("RGBA", "U8", SRGB),
    "16 bits": ("RGBA", "U16", SRGB),
    "16 bits, wide": ("RGBA", "U16", WIDE),
    "floats": ("RGBA", "F32", WIDE),
    "grey": ("GRAYA", "U8", "Gray-D50-elle-V2-srgbtrc.icc"),
}


def make_document(space: tuple[str, str, str] = SPACES["8 bits"]) -> Any:
    """Make a document whose left half is a dark blue and whose right half is a light one."""
    document = Krita.instance().createDocument(*SIZE, "halves", "RGBA", "U16", SRGB, 72.0)
    row = array("H", [20000, 12000, 9000, 65535] * (WIDTH // 2))
    row.extend([60000, 52000, 50000, 65535] * (WIDTH // 2))
    node = document.topLevelNodes()[0]
    node.setPixelData(QByteArray(row.tobytes() * HEIGHT), 0, 0, *SIZE)
    document.setColorSpace(*space)
    document.refreshProjection()
    return document


def select(document: Any, *box: int) -> None:
    selection = Selection()
    selection.select(*box, 255)
    document.setSelection(selection)


#: What went wrong where Krita called; it would show a window, which nobody closes.
ERRORS: list[str] = []
sys.excepthook = lambda *error: ERRORS.append("".join(traceback.format_exception(*error)))


def wait(is_so: Any) -> None:
    """Let Krita work until something is so."""
    loop, deadline = QEventLoop(), time.monotonic() + 120
    timer = QTimer(interval=50)
    timer.timeout.connect(
        lambda: (is_so() or ERRORS or time.monotonic() > deadline) and loop.quit()
    )
    timer.start()
    loop.exec_()
    timer.stop()
    assert not ERRORS, ERRORS
    assert is_so(), "it takes too long"


def describe(docker: Any, document: Any) -> dict[str, Any]:
    """Tell of a document's layers, and of the uppermost one's pixels in sRGB of 16 bits."""
    layers = document.topLevelNodes()
    top, read = layers[-1], layers[-1].duplicate()
    read.setColorSpace("RGBA", "U16", SRGB)
    content = bytes(read.pixelData(0, 0, *SIZE))
    return {
        "says": docker.text.text(),
        "layers": [layer.name() for layer in layers],
        "locked": top.locked(),
        "space": [top.colorModel(), top.colorDepth(), top.colorProfile()],
        "pixels": [list(pixel) for pixel in struct.iter_unpack("=4H", content)],
    }


def paint(docker: Any, document: Any) -> dict[str, Any]:
    docker.paint(document)
    wait(lambda: docker.painting is None)
    return describe(docker, document)


def make_docker() -> Any:
    docker = code.Docker()
    docker.size.setValue(64)
    docker.strength.setValue(70)
    return docker


def paint_spaces(docker: Any) -> dict[str, Any]:
    shown: list[str] = []
    show = docker.show_image
    docker.show_image = lambda layer, file: (shown.append(layer.name()), show(layer, file))
    docker.size.setValue(WIDTH)
    found: dict[str, Any] = {}
    for name, space in SPACES.items():
        found[name] = paint(docker, make_document(space))
        studio = Studio.find(docker.folder)
        result = studio.list_results().results[0]
        found[name]["content"] = result.settings.content
        depth = 8 if space[1] == "U8" else 16
        (FOLDER / f"{name}.png").write_bytes(studio.get_result_file(result, depth=depth))
    return {**found, "shown": shown}


def paint_selections(docker: Any) -> dict[str, Any]:
    document = make_document()
    select(document, 24, 16, 48, 32)
    found = {"selected": paint(docker, document)}
    softly = Selection()
    levels = bytes(255 * column // (WIDTH - 1) for column in range(WIDTH)) * HEIGHT
    softly.setPixelData(QByteArray(levels), 0, 0, *SIZE)
    document.setSelection(softly)
    docker.size.setValue(WIDTH)
    found["soft"] = paint(docker, document)
    found["soft"]["mask"] = Studio.find(docker.folder).list_results().results[0].settings.mask
    select(document, 24, 16, 48, 32)
    docker.masked.setChecked(False)
    docker.content.setCurrentIndex(1)
    return {**found, "framed": paint(docker, document)}


def paint_like_layer_and_file(docker: Any) -> dict[str, Any]:
    document = make_document()
    layer = document.createNode("stripes", "paintlayer")
    layer.setPixelData(QByteArray(bytes([0, 0, 255, 255, 0, 255, 0, 255] * 512)), 8, 8, 32, 32)
    document.rootNode().addChildNode(layer, None)
    layer.setVisible(False)
    docker.style.fill(document)
    docker.style.setCurrentIndex(docker.style.findText("Layer: stripes"))
    found = {"layer": paint(docker, document)}
    docker.style.fill(document)
    assert docker.style.currentText() == "Layer: stripes"
    docker.style.file = str(FOLDER / "style.png")
    docker.style.setCurrentIndex(docker.style.count() - 1)
    return {**found, "file": paint(docker, document)}


def paint_twice(docker: Any) -> dict[str, Any]:
    """Tell what content the studio was given."""
    document = make_document()
    paint(docker, document)
    docker.strength.setValue(20)
    found = paint(docker, document)
    newest = Studio.find(docker.folder).list_results().results[:2]
    return {**found, "contents": [result.settings.content for result in newest]}


def give_up(docker: Any) -> dict[str, Any]:
    """Cancel; take the layer away; close the document."""
    document = make_document()
    docker.size.setValue(512)  # it is not over before it is given up
    docker.paint(document)
    docker.press()
    wait(lambda: docker.painting is None)
    found = {"cancelled": describe(docker, document)}
    docker.paint(document)
    document.topLevelNodes()[-1].remove()
    wait(lambda: docker.painting is None)
    found["removed"] = describe(docker, document)
    docker.paint(document)
    document.close()
    wait(lambda: docker.painting is None)
    return {**found, "closed": docker.text.text()}


def ask_too_much(docker: Any) -> dict[str, Any]:
    docker.content.setCurrentIndex(1)
    docker.paint(None)
    document, nothing = make_document(), docker.text.text()
    docker.paint(document)
    found = {"no picture": nothing, "nothing selected": describe(docker, document)}
    docker.content.setCurrentIndex(0)
    docker.folder = str(FOLDER / "another")
    Krita.instance().writeSetting("brushwork", "command", "no-such-brushwork")
    return {**found, "not installed": paint(docker, document)}


def __main__(_arguments: object) -> None:  # noqa: N807
    found: dict[str, Any] = {}
    try:
        Krita.instance().writeSetting("brushwork", "command", str(FOLDER / "brushwork"))
        code.Docker.folder = str(FOLDER / "studio")
        for play in (
            paint_spaces,
            paint_selections,
            paint_like_layer_and_file,
            paint_twice,
            give_up,
            ask_too_much,
        ):
            found |= play(make_docker())
    except BaseException:
        found["error"] = traceback.format_exc()
    end_started()
    (FOLDER / "found.json").write_text(json.dumps(found), "utf-8")
