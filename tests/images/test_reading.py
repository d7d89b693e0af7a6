"""What `read` takes, how it calls a picture, and what it says when it refuses."""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
import torch

from brushwork import assets, images
from brushwork.errors import ImageError


@pytest.fixture
def levels() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (18, 21, 3), dtype=np.uint8)


def refusal(source: object) -> str:
    with pytest.raises(ImageError) as caught:
        images.read(source)  # type: ignore[arg-type]
    return str(caught.value)


def test_a_picture_is_what_the_engine_needs(levels: np.ndarray, tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    PIL.Image.fromarray(levels).save(path)
    picture = images.read(path)
    assert picture.pixels.shape == (1, 3, 18, 21)
    assert picture.pixels.dtype == torch.float32
    assert picture.pixels.device.type == "cpu"
    assert picture.pixels.is_contiguous()
    expected = levels.transpose(2, 0, 1)[None].astype(np.float32) / np.float32(255)
    np.testing.assert_array_equal(picture.pixels.numpy(), expected)
    assert (picture.alpha, picture.name, picture.notes) == (None, "photo", ())


def test_a_path_may_be_text_or_path_like(levels: np.ndarray, tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    PIL.Image.fromarray(levels).save(path)
    assert torch.equal(images.read(str(path)).pixels, images.read(path).pixels)


@pytest.mark.parametrize("built_in", assets.catalog(), ids=lambda picture: picture.name)
def test_built_in_pictures_are_known_by_name(built_in: assets.BuiltIn) -> None:
    picture = images.read(built_in.name)
    assert picture.name == built_in.name
    assert picture.pixels.shape == (1, 3, built_in.height, built_in.width)
    assert picture.alpha is None
    assert picture.notes == ()


def test_an_existing_file_goes_before_a_built_in_name(
    levels: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    PIL.Image.fromarray(levels).save("cat", format="PNG")
    assert images.read("cat").pixels.shape == (1, 3, 18, 21)


def test_a_built_in_name_goes_before_a_folder_of_that_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("cat").mkdir()
    assert images.read("cat").pixels.shape == (1, 3, 768, 1024)


def test_only_text_is_a_built_in_name() -> None:
    assert "there is no file 'cat'" in refusal(Path("cat"))


@pytest.mark.parametrize("name", ["Bäume im März", "日本", "snow ☃ man", "a.b.c", " spaces "])
def test_any_file_name_works(levels: np.ndarray, tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.png"
    PIL.Image.fromarray(levels).save(path)
    assert images.read(path).name == name


def test_the_extension_does_not_matter(levels: np.ndarray, tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    PIL.Image.fromarray(levels).save(path, format="PNG")
    assert images.read(path).name == "photo"


def test_a_pil_image_is_named_after_its_file_or_picture(levels: np.ndarray, tmp_path: Path) -> None:
    image = PIL.Image.fromarray(levels)
    image.save(tmp_path / "sunset.png")
    assert images.read(image).name == "picture"
    with PIL.Image.open(tmp_path / "sunset.png") as opened:
        assert images.read(opened).name == "sunset"


def test_a_pil_image_is_left_as_it_was(levels: np.ndarray) -> None:
    image = PIL.Image.fromarray(np.dstack([levels, levels[..., :1]]))
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    image.info.update(exif=exif.tobytes(), icc_profile=b"broken", transparency=3)
    info, before = dict(image.info), image.tobytes()
    images.read(image)
    assert (image.mode, image.size, image.info) == ("RGBA", (21, 18), info)
    assert image.tobytes() == before


def test_a_pil_animation_stays_at_its_frame(tmp_path: Path) -> None:
    path = tmp_path / "loop.gif"
    frames = [PIL.Image.new("L", (16, 16), level) for level in (0, 100, 200)]
    frames[0].save(path, save_all=True, append_images=frames[1:])
    with PIL.Image.open(path) as image:
        image.seek(1)
        picture = images.read(image)
        assert image.tell() == 1
    assert np.unique(picture.pixels.mul(255).round().numpy()).tolist() == [100]
    assert picture.notes == ()


def test_an_image_known_by_another_name_is_the_same_image(levels: np.ndarray) -> None:
    image = images.read(PIL.Image.fromarray(levels))
    known = image.with_origin("holiday.heic", "abc")
    assert (known.origin, known.sha256) == ("holiday.heic", "abc")
    assert (image.origin, image.sha256) == ("picture", None)
    assert known.pixels is image.pixels
    assert (known.name, known.alpha, known.path) == (image.name, image.alpha, image.path)


def test_a_change_of_the_picture_does_not_reach_the_pil_image(levels: np.ndarray) -> None:
    image = PIL.Image.fromarray(levels)
    images.read(image).pixels.zero_()
    assert image.tobytes() == levels.tobytes()


def test_what_is_hidden_takes_the_mean_colour_of_what_is_seen(tmp_path: Path) -> None:
    rgba = np.zeros((16, 16, 4), np.uint8)
    rgba[:] = (255, 0, 255, 0)
    rgba[:4] = (10, 20, 30, 255)
    rgba[4:8] = (30, 60, 90, 128)
    path = tmp_path / "cut-out.png"
    PIL.Image.fromarray(rgba).save(path)
    picture = images.read(path)
    assert picture.alpha is not None
    assert picture.alpha.shape == (1, 1, 16, 16)
    assert picture.alpha.dtype == torch.float32
    assert picture.alpha[0, 0, :, 0].mul(255).round().tolist() == [255] * 4 + [128] * 4 + [0] * 8
    seen, hidden = picture.pixels[0, :, :8], picture.pixels[0, :, 8:]
    assert seen[:, 0, 0].mul(255).tolist() == pytest.approx([10, 20, 30])
    assert seen[:, 7, 0].mul(255).tolist() == pytest.approx([30, 60, 90])
    for channel, mean in zip(hidden, (20, 40, 60), strict=True):
        assert np.unique(channel.mul(255).numpy()).tolist() == pytest.approx([mean], abs=1e-4)


def test_full_opacity_is_no_alpha() -> None:
    assert images.read(PIL.Image.new("RGBA", (16, 16), (1, 2, 3, 255))).alpha is None
    assert images.read(PIL.Image.new("RGBA", (16, 16), (1, 2, 3, 254))).alpha is not None


def test_an_invisible_picture_is_refused() -> None:
    message = refusal(PIL.Image.new("RGBA", (16, 16), (1, 2, 3, 0)))
    assert "the given PIL image is transparent everywhere" in message


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "missing.jpg"
    assert f"there is no file {str(path)!r}" in refusal(path)
    assert f"there is no file {str(path)!r}" in refusal(str(path))
    assert "there is no file 'missing.jpg'" in refusal("missing.jpg")
    assert "there is no file 'folder/missing'" in refusal("folder/missing")


def test_a_misspelt_name_is_answered_with_a_close_one() -> None:
    assert "did you mean 'great-wave'?" in refusal("graet-wave")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert "is a folder" in refusal(tmp_path)
    assert "is a folder" in refusal(str(tmp_path))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in this system's folders")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    assert "is not a regular file" in refusal(tmp_path / "pipe.png")


@pytest.mark.parametrize("name", ["a" * 5000, "a\0b.png"])
def test_a_name_that_cannot_be_a_file_is_refused(name: str) -> None:
    assert repr(name) in refusal(name)


def test_no_name_is_not_taken_for_the_current_folder() -> None:
    assert "'' is not a file name" in refusal("")


@pytest.mark.parametrize(
    "source",
    [None, 3, b"cat.png", {"content": "cat"}, ["cat"], ("cat",), (n for n in "cat"), io.BytesIO()],
    ids=lambda source: type(source).__name__,
)
def test_another_type_is_refused_in_one_sentence_that_says_what_is_taken(source: object) -> None:
    assert refusal(source) == (
        f"an image cannot be read from a {type(source).__name__}. Give a path, the name of a "
        "built-in picture, a PIL image, a NumPy array, a torch tensor, or a matplotlib figure."
    )


def test_a_tilde_is_the_home_folder(
    levels: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    PIL.Image.fromarray(levels).save(tmp_path / "photo.png")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    for source in ("~/photo.png", Path("~/photo.png")):
        image = images.read(source)
        assert (image.path, image.origin) == (tmp_path / "photo.png", "~/photo.png")
    assert "there is no file '~/other.png'" in refusal("~/other.png")


def test_a_tilde_may_be_a_letter_of_a_name(
    levels: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    PIL.Image.fromarray(levels).save("~draft.png")
    assert images.read("~draft.png").name == "~draft"


def test_a_path_like_of_bytes_is_refused() -> None:
    class Bytes:
        def __fspath__(self) -> bytes:
            return b"cat.png"

    assert "b'cat.png'" in refusal(Bytes())


@pytest.mark.parametrize("content", [b"", b"Dear diary,\n" * 50, bytes(300)])
def test_what_is_no_picture_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(content)
    expected = "is not a picture" if content else "is empty (0 bytes)"
    assert f"{str(path)!r} {expected}" in refusal(path)


@pytest.mark.parametrize("size", [(1, 1), (1, 400), (400, 1), (15, 16), (16, 15)])
def test_a_picture_too_small_is_refused(tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "dot.png"
    PIL.Image.new("RGB", size).save(path)
    message = refusal(path)
    assert message.startswith(
        f"{str(path)!r} is {size[0]} x {size[1]} pixels; allowed is at least 16"
    )
    assert f"{size[0]} x {size[1]} pixels" in refusal(PIL.Image.new("RGB", size))


def test_sixteen_pixels_are_enough() -> None:
    assert images.read(PIL.Image.new("RGB", (16, 16))).pixels.shape == (1, 3, 16, 16)


def test_a_file_without_permission_is_refused(
    levels: np.ndarray, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "secret.png"
    PIL.Image.fromarray(levels).save(path)
    path.chmod(0)
    if os.access(path, os.R_OK):  # the administrator reads everything

        def denied(self: Path, *_: object) -> None:
            raise PermissionError(13, "Permission denied", str(self))

        monkeypatch.setattr(Path, "open", denied)
    assert "cannot be read (Permission denied)" in refusal(path)


def test_a_folder_without_permission_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(self: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "is_file", denied)
    assert "cannot be looked up (Permission denied)" in refusal("secret/photo.png")


def test_a_closed_pil_image_is_refused(levels: np.ndarray, tmp_path: Path) -> None:
    PIL.Image.fromarray(levels).save(tmp_path / "photo.png")
    with PIL.Image.open(tmp_path / "photo.png") as image:
        pass
    assert "the given PIL image" in refusal(image)
