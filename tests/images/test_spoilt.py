"""Spoilt files: a picture comes out, or a refusal; no other error, and no number that is none."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brushwork import images
from brushwork.errors import BrushworkError, ImageError
from tests.corpus import Case, cases
from tests.spoiling import spoilt

WHOLE = [case for case in cases() if case.expected is not None and len(case.content) < 20_000]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spoilt") / "picture"


@settings(max_examples=800, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=st.sampled_from(WHOLE), seed=st.integers(0, 2**32))
def test_a_spoilt_picture_is_read_or_refused(path: Path, case: Case, seed: int) -> None:
    path.write_bytes(spoilt(case.content, seed))
    try:
        found = images.read(path)
    except ImageError as error:
        assert len(str(error).splitlines()) == 1
        return
    assert bool(torch.isfinite(found.pixels).all())
    assert found.pixels.min() >= 0 and found.pixels.max() <= 1


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(content=st.binary(max_size=200), case=st.sampled_from(WHOLE), cut=st.integers(2, 40))
def test_any_bytes_behind_a_header_are_read_or_refused(
    path: Path, content: bytes, case: Case, cut: int
) -> None:
    path.write_bytes(case.content[:cut] + content)
    try:
        images.read(path)
    except ImageError:
        return


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(case=st.sampled_from(WHOLE), seed=st.integers(0, 2**32))
def test_the_text_of_a_spoilt_picture_is_read_or_refused(path: Path, case: Case, seed: int) -> None:
    path.write_bytes(spoilt(case.content, seed))
    try:
        assert isinstance(images.read_text(path), str | None)
    except BrushworkError:
        return
