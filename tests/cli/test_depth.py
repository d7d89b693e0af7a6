"""``--depth 16`` of every command that paints."""

from __future__ import annotations

import numpy as np
import png
import tifffile

from brushwork import images

SMALL = ["--size", "48", "--effort", "0.25"]


def test_a_painting_of_16_bits(brushwork, folder):
    for command in (["stylize", "cat", "ejiri"], ["texture", "ejiri"]):
        outcome = brushwork(*command, "-o", "deep.tiff", "--depth", "16", "--overwrite", *SMALL)
        assert outcome.code == 0
        assert tifffile.imread("deep.tiff").dtype == np.uint16
        assert len(np.unique(tifffile.imread("deep.tiff"))) > 1000
    assert brushwork("rerun", "deep.tiff", "-o", "again.png", "--depth", "16").code == 0
    assert png.Reader(bytes=(folder / "again.png").read_bytes()).read()[3]["bitdepth"] == 16


def test_formats_of_8_bits_are_refused_before_anything_is_painted(brushwork, folder):
    before = sorted(folder.iterdir())
    outcome = brushwork("stylize", "cat", "ejiri", "-o", "deep.jpg", "--depth", "16")
    assert outcome.code == 2
    assert "'deep.jpg' cannot hold 16 bits a channel" in outcome.err
    assert brushwork("stylize", "cat", "ejiri", "-o", "deep.png", "--depth", "12").code == 2
    assert sorted(folder.iterdir()) == before


def test_a_batch_of_16_bits(brushwork, folder):
    command = ["batch", "cat", "--style", "ejiri", "-o", "out", "--jobs", "1", *SMALL]
    assert brushwork(*command).code == 0
    outcome = brushwork(*command, "--depth", "16")
    assert outcome.code == 1
    assert "exists and is another picture" in outcome.err
    assert brushwork(*command, "--depth", "16", "--overwrite").code == 0
    assert images.read_depth(folder / "out" / "cat-ejiri.png") == 16
    assert brushwork(*command, "--depth", "16").out.startswith("0 painted, 1 were there")
    assert brushwork(*command, "--depth", "16", "--type", "jpg").code == 1
