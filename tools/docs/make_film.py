"""Make the moving picture of docs/video.md: a pan over a built-in photo, and the film made of it.

``python -m tools.docs.make_film`` in the root of the repository writes docs/pictures/video/pan.webp
(some minutes on two cores).
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import PIL.Image

from brushwork import assets
from brushwork.options import Settings
from brushwork.video.reading import open_clip
from brushwork.video.request import FilmRequest
from brushwork.video.run import make_film
from brushwork.video.settings import FilmOptions

PLACE = Path(__file__).parents[2] / "docs" / "pictures" / "video" / "pan.webp"
PHOTO, STYLE = "neuschwanstein", "great-wave"
#: Height and width of a frame, how many there are, and pixels to the right and downwards in each.
HEIGHT, WIDTH, FRAMES, ACROSS, DOWN = 224, 300, 24, 3.4, 0.7
MILLISECONDS = 80


def make_frames() -> list[PIL.Image.Image]:
    """Move a window over the photo, by parts of a pixel."""
    found = assets.find(PHOTO)
    assert found is not None
    with PIL.Image.open(found.path) as photo:
        scale = photo.width / (WIDTH + ACROSS * FRAMES)
        corners = [(ACROSS * n * scale, DOWN * n * scale) for n in range(FRAMES)]
        boxes = [(x, y, x + WIDTH * scale, y + HEIGHT * scale) for x, y in corners]
        kernel = PIL.Image.Resampling.LANCZOS
        return [photo.convert("RGB").resize((WIDTH, HEIGHT), kernel, box) for box in boxes]


def paint(frames: list[PIL.Image.Image]) -> list[PIL.Image.Image]:
    """Make the film, as the command line does."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "clip").mkdir()
        for number, frame in enumerate(frames):
            frame.save(folder / "clip" / f"{number:05d}.png")
        request = FilmRequest(
            str(folder / "clip"),
            (STYLE,),
            Settings.create(None, size=WIDTH),
            FilmOptions(passes=2),
            folder / "film",
            folder / "work",
        )
        for _ in make_film(request):
            pass
        shown = open_clip(str(folder / "film")).read_frames()
        return [PIL.Image.fromarray(one.pixels) for one in shown]


def main() -> None:
    """Write the clip and the film side by side."""
    frames = make_frames()
    pairs = [
        PIL.Image.fromarray(np.concatenate([np.asarray(one) for one in pair], axis=1))
        for pair in zip(frames, paint(frames), strict=True)
    ]
    PLACE.parent.mkdir(parents=True, exist_ok=True)
    pairs[0].save(
        PLACE,
        save_all=True,
        append_images=pairs[1:],
        duration=MILLISECONDS,
        loop=0,
        quality=50,
        method=6,
    )
    print(f"{PLACE.name}: {PLACE.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
