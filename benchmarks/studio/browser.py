"""Which Chromium looks at pages."""

from __future__ import annotations

import shutil

#: The one that has no windows to draw takes half of the time for a page.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def find_browser() -> str | None:
    """Give the Chromium of this machine; None, which is playwright's own, if there is none."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)
