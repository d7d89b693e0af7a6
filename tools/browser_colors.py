"""Print what Chromium shows of the files of `tests.images.colour_files`.

`python -m tools.browser_colors` in the root of the repository; it needs playwright and a Chromium.
Each file is drawn on a canvas of sRGB, of which a pixel in the middle is read. The numbers stand in
tests/images/test_browser_colors.py.
"""

from __future__ import annotations

import base64

from playwright.sync_api import sync_playwright

from benchmarks.studio.browser import find_browser
from tests.images.colour_files import make_cases

_DRAW = """async (address) => {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    const context = canvas.getContext("2d", {colorSpace: "srgb"});
    context.drawImage(image, 0, 0);
    return [...context.getImageData(8, 8, 1, 1).data].slice(0, 3);
}"""
_TYPES = {b"GIF": "image/gif", b"RIF": "image/webp", b"\x89PN": "image/png"}


def main() -> None:
    """Print a line of Python for each file."""
    arguments = ["--no-sandbox", "--force-color-profile=srgb"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=arguments)
        page = browser.new_page()
        print(f"# Chromium {browser.version}")
        for name, content in make_cases().items():
            kind = _TYPES.get(content[:3], "image/avif")
            address = f"data:{kind};base64," + base64.b64encode(content).decode()
            print(f'    "{name}": {tuple(page.evaluate(_DRAW, address))},')
        browser.close()


if __name__ == "__main__":
    main()
