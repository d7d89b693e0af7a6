"""The page needs nothing but itself, and nothing that is written on it is a tag."""

from __future__ import annotations

import base64
import io

import PIL.Image
import pytest

from brushwork.report import html as page

NASTY = "<script>alert('x')</script> & \"more\""


def test_whatever_is_said_is_escaped() -> None:
    picture = PIL.Image.new("RGB", (4, 4))
    parts = [
        page.headline(NASTY),
        page.heading(NASTY),
        page.paragraph(NASTY),
        page.row([page.figure(picture, NASTY)]),
        page.table({NASTY: NASTY}),
    ]
    made = page.page(NASTY, parts)
    assert made.count("<script>") == 1  # our own, for the film
    assert "alert('x')" not in made
    assert made.count("&lt;script&gt;") >= 7


@pytest.mark.parametrize(("mode", "kind"), [("flat", "png"), ("noise", "jpeg")])
def test_pictures_travel_inside(mode: str, kind: str) -> None:
    noise = PIL.Image.merge("RGB", [PIL.Image.effect_noise((64, 64), 90) for _ in range(3)])
    picture = PIL.Image.new("RGB", (64, 64), "red") if mode == "flat" else noise
    head, _, body = page.encode_data_uri(picture).partition(",")
    assert head == f"data:image/{kind};base64"
    with PIL.Image.open(io.BytesIO(base64.b64decode(body))) as decoded:
        assert decoded.size == (64, 64)


def test_the_page_asks_nobody_for_anything() -> None:
    made = page.page("title", [page.row([page.figure(PIL.Image.new("RGB", (4, 4)), "one")])])
    for sign in ("http", 'src="/', "url(", "@import", "<link"):
        assert sign not in made
