"""The studio under load.

``python -m benchmarks.studio`` measures how long answers take, what the page weighs, how it bears a
gallery of 2,000 paintings, and how soon a draft is there; ``answers [SECONDS]``, ``page`` and
``drafts`` measure one of them.
``load [PAGES] [JOBS]`` lets many pages watch many small jobs (50 and 200). The exit code is 1 if a
target was missed, an event was lost or a request failed.
"""

from __future__ import annotations

import asyncio
import io
import sys

import PIL.Image

from benchmarks.studio import answers, choosing, load, page
from benchmarks.studio.server import run_studio
from brushwork import assets


def main(what: str = "all", *numbers: str) -> int:
    """Measure, and give the exit code."""
    given = [int(text) for text in numbers]
    if what == "load":
        pages, jobs = (*given, *(50, 200)[len(given) :])
        with run_studio() as (address, folder):
            return asyncio.run(load.load(address, folder, pages, jobs))
    met = []
    if what in ("all", "page"):
        with run_studio(answers.PAINTINGS) as (address, _):
            met.append(page.measure(address, answers.PAINTINGS))
    if what in ("all", "drafts"):
        with run_studio() as (address, _):
            met.append(choosing.measure(address))
    if what in ("all", "answers"):
        seconds = given[0] if given else 60
        with run_studio(answers.PAINTINGS) as (address, _):
            met.append(asyncio.run(answers.measure(address, _make_photo(), seconds)))
    return 0 if met and all(met) else 1


def _make_photo() -> bytes:
    """Give a photo that is small as files of phones are not: decoding is no answer's time."""
    cat = assets.find("cat")
    assert cat is not None
    buffer = io.BytesIO()
    with PIL.Image.open(cat.path) as image:
        image.thumbnail((answers.UPLOAD_SIZE,) * 2)
        image.convert("RGB").save(buffer, "PNG")
    return buffer.getvalue()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
