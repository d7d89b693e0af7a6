"""Paint many pictures in one process, and see what it holds of memory and open files.

``python -m benchmarks.soak [200]`` paints small pictures, each with a checkpoint that is saved at
every step, and prints resident memory and open files as it goes. Both should stay level once the
first few pictures have warmed everything up.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import psutil

import brushwork
from brushwork.engine.autosave import Autosave

OPTIONS = {"size": 48, "effort": 0.25}
#: Paintings take turns, so that their sizes and the memory for them differ.
STYLES = ("great-wave", "ejiri", "composition-viii")


def main(count: int) -> None:
    """Paint and print."""
    process = psutil.Process()
    with tempfile.TemporaryDirectory() as folder:
        for number in range(1, count + 1):
            style = STYLES[number % len(STYLES)]
            autosave = Autosave(Path(folder) / "kept", every=0)
            result = brushwork.stylize("cat", style, checkpoint=autosave, **OPTIONS)
            result.save(Path(folder) / "out.png", overwrite=True)
            if number in (1, 5, 10) or number % 25 == 0:
                resident = process.memory_info().rss / 1e6
                files = process.num_fds()
                left = len(list(Path(folder).iterdir()))
                print(f"{number:4} pictures  {resident:6.0f} MB  {files} files open  {left} left")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
