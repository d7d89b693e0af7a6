"""What headless Chromium shows of an image file: the numbers of a canvas."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from benchmarks.studio.browser import find_browser

CHROMIUM = find_browser()
_SCRIPT = """async (source) => {
    const image = new Image();
    image.src = source;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const {width, height, data} = context.getImageData(0, 0, canvas.width, canvas.height);
    return {width, height, levels: Array.from(data)};
}"""

#: From a file's content and its type, such as image/gif, to (H, W, 4) of 0 to 255.
Show = Callable[[bytes, str], NDArray[np.uint8]]


@contextmanager
def open_canvas() -> Iterator[Show]:
    """Give a function that shows files."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = chromium.new_page()

        def show(content: bytes, kind: str) -> NDArray[np.uint8]:
            source = f"data:{kind};base64,{base64.b64encode(content).decode()}"
            found = page.evaluate(_SCRIPT, source)
            shape = (found["height"], found["width"], 4)
            return np.array(found["levels"], np.uint8).reshape(shape)

        yield show
        chromium.close()
