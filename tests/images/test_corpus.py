"""Files as people have them: each is the right picture, or is refused in a sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from brushwork import assets, images
from brushwork.errors import BrushworkError, ImageError
from tests.corpus import Case, cases, saved

CASES = cases()


def described(case: Case) -> str:
    return case.name.encode("ascii", "ignore").decode()[:24]


@pytest.mark.parametrize("case", CASES, ids=described)
def test_every_file_of_the_corpus(case: Case, tmp_path: Path) -> None:
    path = tmp_path / case.name
    path.write_bytes(case.content)
    if case.expected is None:
        with pytest.raises(ImageError) as refused:
            images.read(path)
        assert case.says in str(refused.value)
        assert len(str(refused.value).splitlines()) == 1
        return
    found = images.read(path)
    seen = found.pixels[0].permute(1, 2, 0).numpy()
    assert seen.shape == case.expected.shape
    # The borders between colours smear where a format is lossy: the middle of each patch is asked.
    assert np.mean(np.abs(seen - case.expected) > case.tolerance) <= 0.1
    assert any(case.says in note for note in found.notes) or not case.says


@pytest.mark.parametrize(
    ("encoding", "how"),
    [
        ("JPEG", {"quality": 80}),
        ("JPEG", {"quality": 80, "progressive": True}),
        ("PNG", {}),
        ("WEBP", {"quality": 90}),
        ("WEBP", {"lossless": True}),
        ("TIFF", {"compression": "tiff_adobe_deflate"}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("GIF", {}),
        ("AVIF", {"quality": 90}),
        ("JPEG2000", {}),
    ],
)
def test_a_file_cut_anywhere_is_refused(
    encoding: str, how: dict[str, object], tmp_path: Path
) -> None:
    with PIL.Image.open(assets.find("cat").path) as cat:  # type: ignore[union-attr]
        whole = saved(cat.resize((200, 150)), encoding, **how)
    path = tmp_path / "cut"
    cuts = [*range(0, len(whole), 1024), len(whole) // 2]
    assert len(cuts) > 5
    accepted = []
    for cut in cuts:
        path.write_bytes(whole[:cut])
        try:
            images.read(path)
        except ImageError:
            continue
        accepted.append(cut / len(whole))
    # Some formats end in what a picture does not need; none may be called whole in its middle.
    assert all(part > 0.9 for part in accepted)


def test_the_page_of_promises_counts_the_corpus() -> None:
    page = Path(__file__).parents[2] / "docs" / "reliability.md"
    assert f"makes {len(CASES)} files as people have them" in page.read_text("utf-8")


def test_no_command_leaves_anything_behind_for_a_file_that_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from brushwork.cli import main

    monkeypatch.chdir(tmp_path)
    for case in CASES:
        if case.expected is None:
            Path(case.name).write_bytes(case.content)
    before = sorted(tmp_path.iterdir())
    for path in before:
        for command in (
            ["stylize", path.name, "ejiri", "-o", "out.png", "--size", "48"],
            ["stylize", "cat", path.name, "-o", "out.png", "--size", "48"],
            ["texture", path.name, "-o", "out.png", "--size", "48"],
            ["plan", path.name, "ejiri"],
            ["recipe", path.name],
            ["grid", path.name, "ejiri", "--vary", "strength=0.1,0.9", "-o", "out.png"],
            ["compare", path.name, "ejiri", path.name],
        ):
            with pytest.raises(SystemExit) as stopped:
                main(command)
            err = capsys.readouterr().err
            assert stopped.value.code == 2, command
            assert err.startswith("brushwork: ") and err.count("\n") == 1, command
    assert sorted(tmp_path.iterdir()) == before


def test_names_of_any_length_and_alphabet_are_written(tmp_path: Path) -> None:
    image = PIL.Image.new("RGB", (16, 16))
    for name in ("x" * 251 + ".png", "猫" * 80 + ".png", "a b\tc\n.png", "--output.png"):
        assert images.write(image, tmp_path / name).is_file()
        assert images.read(tmp_path / name).pixels.shape == (1, 3, 16, 16)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(BrushworkError, match="cannot be saved"):
        images.write(image, tmp_path / ("x" * 252 + ".png"))
    assert sorted(tmp_path.iterdir()) == before
