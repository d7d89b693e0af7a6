"""What of a film's options does not go together is told by who has no OpenCV, too: the studio."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
sys.modules["cv2"] = None
from brushwork.options import Options
from brushwork.video.checking import check_film
from brushwork.video.settings import FilmOptions
check_film(Options(), FilmOptions(keep_color="lime"), "0.2@0s,0.8@3s", 1, masked=True)
"""


def test_a_mask_and_a_colour_are_refused_without_opencv() -> None:
    ended = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True)
    assert "mask and keep_color both say what is painted" in ended.stderr.splitlines()[-1]
