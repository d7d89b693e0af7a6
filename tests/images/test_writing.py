"""A saved picture is whole or not there, and what was there before is never lost."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import PIL.Image
import PIL.JpegImagePlugin
import pytest

from brushwork import images
from brushwork.errors import OutputError

EXTENSIONS = [".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff"]
OLD = b"the old file"


def noise(channels: int = 3) -> PIL.Image.Image:
    levels = np.random.default_rng(0).integers(0, 256, (40, 50, channels), dtype=np.uint8)
    return PIL.Image.fromarray(levels)


def refusal(path: Path | str, **choices: bool) -> str:
    with pytest.raises(OutputError) as caught:
        images.check_output(path, **choices)
    return str(caught.value)


@pytest.fixture
def umask() -> Iterator[Callable[[int], int]]:
    before = os.umask(0o022)
    yield os.umask
    os.umask(before)


@pytest.mark.parametrize("extension", [*EXTENSIONS, ".PNG", ".Jpg"])
def test_every_allowed_extension_is_written(extension: str, tmp_path: Path) -> None:
    path = tmp_path / f"painting{extension}"
    assert images.check_output(path) == path
    assert images.write(noise(), path) == path
    formats = {".jpg": "JPEG", ".jpeg": "JPEG", ".tif": "TIFF", ".tiff": "TIFF"}
    with PIL.Image.open(path) as image:
        expected = formats.get(extension.lower(), extension[1:].upper())
        assert (image.format, image.mode, image.size) == (expected, "RGB", (50, 40))
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("extension", [".png", ".webp", ".tif", ".tiff"])
@pytest.mark.parametrize("channels", [3, 4])
def test_every_pixel_is_kept(channels: int, extension: str, tmp_path: Path) -> None:
    painting = noise(channels)
    if channels == 4:
        painting.putalpha(painting.getchannel("A").point(lambda level: level | 1))
    path = images.write(painting, tmp_path / f"painting{extension}")
    with PIL.Image.open(path) as image:
        np.testing.assert_array_equal(np.asarray(image), np.asarray(painting))


def test_a_jpeg_keeps_the_resolution_of_its_colours(tmp_path: Path) -> None:
    checkers = np.zeros((32, 32, 3), np.uint8)
    checkers[::2, ::2] = checkers[1::2, 1::2] = (200, 40, 40)
    path = images.write(PIL.Image.fromarray(checkers), tmp_path / "painting.jpg")
    with PIL.Image.open(path) as image:
        assert PIL.JpegImagePlugin.get_sampling(image) == 0
        assert np.abs(np.asarray(image).astype(int) - checkers).mean() < 3


def test_a_tiff_is_compressed(tmp_path: Path) -> None:
    path = images.write(PIL.Image.new("RGB", (300, 300)), tmp_path / "painting.tif")
    with PIL.Image.open(path) as image:
        assert image.info["compression"] == "tiff_adobe_deflate"
    assert path.stat().st_size < 10_000


def test_a_relative_path_and_text_are_fine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert images.write(noise(), "painting.png") == Path("painting.png")
    assert (tmp_path / "painting.png").is_file()


@pytest.mark.parametrize("name", ["painting", "painting.gif", "painting.png.bak", "painting."])
def test_another_extension_is_refused(name: str, tmp_path: Path) -> None:
    message = refusal(tmp_path / name)
    for extension in EXTENSIONS:
        assert extension in message


def test_an_existing_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "painting.png"
    path.write_bytes(OLD)
    message = refusal(path)
    assert "exists; use --overwrite / overwrite=True or another name" in message
    assert images.check_output(path, overwrite=True) == path
    with pytest.raises(OutputError, match="exists"):
        images.write(noise(), path)
    assert path.read_bytes() == OLD
    assert list(tmp_path.iterdir()) == [path]


def test_an_existing_file_is_replaced_on_demand(tmp_path: Path) -> None:
    path = tmp_path / "painting.png"
    path.write_bytes(OLD)
    images.write(noise(), path, overwrite=True)
    with PIL.Image.open(path) as image:
        np.testing.assert_array_equal(np.asarray(image), np.asarray(noise()))
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.png").mkdir()
    assert "is a folder" in refusal(tmp_path)
    assert "is a folder" in refusal(tmp_path / "folder.png", overwrite=True)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    message = refusal(tmp_path / "missing" / "painting.png")
    assert f"the folder {str(tmp_path / 'missing')!r} does not exist" in message


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(OLD)
    assert "is a file, not a folder" in refusal(tmp_path / "file" / "painting.png")


def test_a_folder_that_may_not_be_written_to_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The administrator may write anywhere, so the answer of the system is played here.
    monkeypatch.setattr(os, "access", lambda path, _: Path(path) != tmp_path)
    assert "may not be written to" in refusal(tmp_path / "painting.png")


def test_a_protected_file_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "painting.png"
    path.write_bytes(OLD)
    monkeypatch.setattr(os, "access", lambda asked, _: Path(asked) != path)
    assert "write-protected" in refusal(path, overwrite=True)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in this system's folders")
def test_a_pipe_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    assert "is a device or a pipe" in refusal(tmp_path / "pipe.png", overwrite=True)


@pytest.mark.parametrize("extension", [".jpg", ".JPEG"])
def test_jpeg_cannot_keep_transparency(extension: str, tmp_path: Path) -> None:
    path = tmp_path / f"painting{extension}"
    message = refusal(path, transparent=True)
    assert "transparency" in message
    assert repr(str(tmp_path / "painting.png")) in message
    with pytest.raises(OutputError, match="transparency"):
        images.write(noise(4), path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("extension", [".png", ".webp", ".tif"])
def test_the_other_formats_keep_transparency(extension: str, tmp_path: Path) -> None:
    assert images.check_output(tmp_path / f"painting{extension}", transparent=True)


@pytest.mark.parametrize("name", ["a" * 5000 + ".png", "a\0b.png"])
def test_an_impossible_name_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        images.write(noise(), tmp_path / name)


def test_a_picture_too_large_for_a_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"66000 x 1 pixels.* use \.png"):
        images.write(PIL.Image.new("RGB", (66000, 1)), tmp_path / "painting.jpg")
    with pytest.raises(OutputError, match=r"17000 x 1 pixels.* use \.png"):
        images.write(PIL.Image.new("RGB", (17000, 1)), tmp_path / "painting.webp")
    assert list(tmp_path.iterdir()) == []


def full_disk(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def interrupt(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


FAILURES = [(full_disk, OutputError), (interrupt, KeyboardInterrupt)]


@pytest.mark.parametrize(("failure", "error"), FAILURES, ids=["disk full", "Ctrl-C"])
@pytest.mark.parametrize("where", ["save", "fsync", "replace"])
def test_a_failed_save_leaves_the_old_file_and_nothing_else(
    where: str,
    failure: Callable[..., None],
    error: type[BaseException],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "painting.png"
    path.write_bytes(OLD)
    if where == "save":
        monkeypatch.setattr(PIL.Image.Image, "save", failure)
    else:
        monkeypatch.setattr(os, where, failure)
    with pytest.raises(error):
        images.write(noise(), path, overwrite=True)
    assert path.read_bytes() == OLD
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(("failure", "error"), FAILURES, ids=["disk full", "Ctrl-C"])
@pytest.mark.parametrize("where", ["save", "fsync", "link and replace"])
def test_a_failed_save_of_a_new_file_leaves_nothing(
    where: str,
    failure: Callable[..., None],
    error: type[BaseException],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if where == "save":
        monkeypatch.setattr(PIL.Image.Image, "save", failure)
    else:
        for name in where.split(" and "):
            monkeypatch.setattr(os, name, failure)
    with pytest.raises(error):
        images.write(noise(), tmp_path / "painting.png")
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OutputError, match="No space left on device"):
        images.write(noise(), tmp_path / "painting.png")


def test_a_real_limit_of_the_file_size_leaves_nothing(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    path = tmp_path / "painting.png"
    path.write_bytes(OLD)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(OutputError, match="cannot be saved"):
            images.write(noise(), path, overwrite=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_bytes() == OLD
    assert list(tmp_path.iterdir()) == [path]


@pytest.fixture
def meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let somebody else make the file after the check and before it is given its name."""
    path = tmp_path / "painting.png"
    sync = os.fsync

    def appear(descriptor: int) -> None:
        sync(descriptor)
        path.write_bytes(OLD)

    monkeypatch.setattr(os, "fsync", appear)
    return path


def test_a_file_that_appears_meanwhile_is_not_replaced(meanwhile: Path) -> None:
    with pytest.raises(OutputError, match="exists"):
        images.write(noise(), meanwhile)
    assert meanwhile.read_bytes() == OLD
    assert list(meanwhile.parent.iterdir()) == [meanwhile]


def test_nor_where_there_are_no_hard_links(
    meanwhile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", no_hard_links)
    with pytest.raises(OutputError, match="exists"):
        images.write(noise(), meanwhile)
    assert meanwhile.read_bytes() == OLD
    assert list(meanwhile.parent.iterdir()) == [meanwhile]


def no_hard_links(*_: object, **__: object) -> None:
    raise OSError(errno.EPERM, "Operation not permitted")


def test_file_and_folder_are_put_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = []
    monkeypatch.setattr(os, "fsync", lambda file: synced.append(os.fstat(file).st_mode))
    images.write(noise(), tmp_path / "painting.png")
    assert [stat.S_ISDIR(mode) for mode in synced] == (
        [False] if os.name == "nt" else [False, True]
    )


def test_a_file_system_without_hard_links_is_fine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", no_hard_links)
    path = images.write(noise(), tmp_path / "painting.png")
    with PIL.Image.open(path) as image:
        assert image.size == (50, 40)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no umask")
@pytest.mark.parametrize("mask", [0o000, 0o022, 0o027, 0o077])
@pytest.mark.parametrize("overwrite", [False, True])
def test_a_new_file_follows_the_umask(
    overwrite: bool, mask: int, umask: Callable[[int], int], tmp_path: Path
) -> None:
    umask(mask)
    path = images.write(noise(), tmp_path / "painting.png", overwrite=overwrite)
    assert path.stat().st_mode & 0o777 == 0o666 & ~mask
    assert path.stat().st_nlink == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows has no umask")
def test_a_replaced_file_keeps_its_permissions(umask: Callable[[int], int], tmp_path: Path) -> None:
    umask(0o022)
    path = tmp_path / "painting.png"
    path.write_bytes(OLD)
    path.chmod(0o600)
    images.write(noise(), path, overwrite=True)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_symbolic_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "album").mkdir()
    target, link = tmp_path / "album" / "one.png", tmp_path / "latest.png"
    target.write_bytes(OLD)
    link.symlink_to(target)
    assert "exists" in refusal(link)
    images.write(noise(), link, overwrite=True)
    assert link.is_symlink()
    assert target.read_bytes() != OLD
    assert list((tmp_path / "album").iterdir()) == [target]


def test_a_link_to_nowhere_is_an_existing_file(tmp_path: Path) -> None:
    link = tmp_path / "latest.png"
    link.symlink_to(tmp_path / "gone.png")
    assert "exists" in refusal(link)
    images.write(noise(), link, overwrite=True)
    assert (tmp_path / "gone.png").is_file()


def test_what_is_seen_under_the_name_is_old_or_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "painting.png"
    path.write_bytes(OLD)
    seen = []
    sync = os.fsync

    def look(descriptor: int) -> None:
        seen.append(path.read_bytes())
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", look)
    images.write(noise(), path, overwrite=True)
    assert seen[0] == OLD
    assert set(seen[1:]) <= {path.read_bytes()}
