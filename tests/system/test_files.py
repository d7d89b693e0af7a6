"""Names of files; how they are written is tested with the images that are."""

from __future__ import annotations

import pytest

from brushwork.system.files import name_output


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("cat", "great-wave"), "cat-great-wave"),
        (("holiday/me.and.you.jpg", "/a/b/wave.png", "ejiri"), "me.and.you-wave-ejiri"),
        (("stdin",), "stdin"),
    ],
)
def test_a_result_is_named_after_what_it_is_made_of(names: tuple[str, ...], expected: str) -> None:
    assert name_output(*names) == expected
