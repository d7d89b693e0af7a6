"""A painting in 8 and in 16 bits is one picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import PIL.Image
import pytest

import brushwork
from brushwork import images

FAST = {"size": 48, "effort": 0.25}
pytestmark = pytest.mark.usefixtures("tiny_network")


@pytest.mark.parametrize("color", ["style", "content", "only"])
def test_both_depths_are_roundings_of_the_same_numbers(color: str, tmp_path: Path) -> None:
    painting = brushwork.stylize("cat", "ejiri", color=color, **FAST)
    plain, deep = np.asarray(painting.image).astype(float), painting.levels.astype(float)
    assert np.abs(plain / 255 - deep / 65535).max() <= 0.5 / 255 + 0.5 / 65535
    assert len(np.unique(painting.levels)) > 2000  # 8 bits would give 256
    path = painting.save(tmp_path / "deep.tif", depth=16)
    assert images.read_depth(path) == 16
    assert brushwork.read_recipe(path) == painting.recipe


def test_transparency_is_kept_in_16_bits(tmp_path: Path) -> None:
    photo = images.to_pil(images.read("cat").pixels).resize((64, 48))
    photo.putalpha(PIL.Image.linear_gradient("L").resize((64, 48)))
    painting = brushwork.stylize(photo, "ejiri", **FAST)
    assert painting.levels.shape == (36, 48, 4)
    assert np.abs(painting.levels[..., 3] / 257 - np.asarray(painting.image)[..., 3]).max() <= 0.5
