"""``brushwork explain``: one page with all steps, or a clear no."""

from __future__ import annotations

import re

import pytest

from brushwork.report import explain

pytestmark = pytest.mark.slow


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(explain, "SEEN", 64)
    monkeypatch.setattr(explain, "SMALL", 48)
    monkeypatch.setattr(explain, "STEPS", 2)


def test_the_page_has_every_step(brushwork, tmp_path, monkeypatch, quick):
    monkeypatch.chdir(tmp_path)
    outcome = brushwork("explain", "cat", "great-wave", "--size", "64", "--effort", "0.25")
    assert outcome.code == 0, outcome.err
    page = (tmp_path / "cat-great-wave.html").read_text("utf-8")
    assert len(re.findall("<h2>", page)) == 7
    assert page.count("data:image/") > 80
    for layer in ("conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv4_2", "conv5_1"):
        assert layer in page
    assert "<svg" in page and "style.conv5_1" in page and "effort" in page


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["cat", "great-wave", "-o", "page.png"], ".html"),
        (["cat", "great-wave", "-o", "nowhere/page.html"], "nowhere"),
        (["cat", "great-wave", "--color", "only"], "paints nothing"),
        (["cat", "missing.png"], "missing.png"),
        (["cat"], "PAINTING"),
    ],
)
def test_bad_requests_exit_with_2_and_leave_no_page(
    brushwork, tmp_path, monkeypatch, arguments, message
):
    monkeypatch.chdir(tmp_path)
    outcome = brushwork("explain", *arguments)
    assert outcome.code == 2
    assert message in outcome.err
    assert not list(tmp_path.glob("*.html"))


def test_a_page_is_only_replaced_when_asked(brushwork, tmp_path, monkeypatch, quick):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cat-great-wave.html").write_text("mine")
    outcome = brushwork("explain", "cat", "great-wave", "--size", "64", "--effort", "0.25")
    assert outcome.code == 2
    assert "--overwrite" in outcome.err
    assert (tmp_path / "cat-great-wave.html").read_text() == "mine"
