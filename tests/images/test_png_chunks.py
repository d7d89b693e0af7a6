"""Chunks of PNG that nobody needs cost no image, and the pixels are as they are without them."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest

from brushwork import images
from brushwork.errors import ImageError
from tests.images.colour_files import SIGNATURE, gama, iccp, make_chunk, make_png, make_profile

PIXELS = np.random.default_rng(0).integers(0, 256, (16, 20, 3), np.uint8)
#: What unfolds to more than Pillow lets a text have: it takes the file for an attack.
LONG = zlib.compress(b"x" * 5_000_000)


def read(content: bytes) -> images.Image:
    found = images.read_bytes(content, "it", "it")
    np.testing.assert_array_equal(
        found.pixels[0].permute(1, 2, 0).numpy(), PIXELS / np.float32(255)
    )
    return found


def break_checksum(chunk: bytes) -> bytes:
    return chunk[:-1] + bytes([chunk[-1] ^ 1])


@pytest.mark.parametrize(
    "text",
    [
        make_chunk(b"zTXt", b"Comment\0\0" + LONG),
        make_chunk(b"iTXt", b"Comment\0\1\0\0\0" + LONG),
        make_chunk(b"tEXt", b"Comment\0" + b"x" * 5_000_000),
        make_chunk(b"zTXt", b"Raw profile type exif\0\0" + LONG),
        make_chunk(b"zTXt", b"Comment\0\0no zlib"),
        make_chunk(b"iTXt", b""),
    ],
    ids=["zTXt", "iTXt", "tEXt", "Exif", "broken", "empty"],
)
@pytest.mark.parametrize("where", ["before", "after"])
def test_a_text_of_any_length_costs_nothing(text: bytes, where: str) -> None:
    assert read(make_png(PIXELS, **{where: [text] * 3})).notes == ()


@pytest.mark.parametrize("name", [b"tEXt", b"gAMA", b"pHYs", b"tIME", b"eXIf", b"prVt", b"cICP"])
@pytest.mark.parametrize("where", ["before", "after"])
def test_a_wrong_checksum_in_an_auxiliary_chunk_is_told(name: bytes, where: str) -> None:
    found = read(make_png(PIXELS, **{where: [break_checksum(make_chunk(name, bytes(9)))]}))
    assert found.notes == (f"its {name.decode()} data are damaged and were ignored",)


def test_a_colour_that_is_said_in_a_broken_chunk_is_not_applied() -> None:
    assert read(make_png(PIXELS, [break_checksum(gama(1))])).notes != ()


@pytest.mark.parametrize("name", [b"gAMA", b"cHRM", b"sRGB", b"cICP", b"pHYs"])
def test_a_chunk_of_the_wrong_length_is_told(name: bytes) -> None:
    found = read(make_png(PIXELS, [make_chunk(name, bytes(3))]))
    assert found.notes == (f"its {name.decode()} data are damaged and were ignored",)


def test_a_profile_larger_than_a_text_may_be_is_applied() -> None:
    large = make_profile(1.0) + bytes(3_000_000)
    seen = images.read_bytes(make_png(PIXELS, [iccp(large)]), "it", "it").pixels
    small = images.read_bytes(make_png(PIXELS, [iccp(make_profile(1.0))]), "it", "it").pixels
    np.testing.assert_array_equal(seen.numpy(), small.numpy())
    assert np.abs(seen[0].permute(1, 2, 0).numpy() - PIXELS / 255).max() > 0.1


def test_a_wrong_checksum_in_a_critical_chunk_is_damage() -> None:
    content = bytearray(make_png(PIXELS))
    start = content.index(b"IHDR")
    (length,) = struct.unpack_from(">I", content, start - 4)
    content[start + 4 + length] ^= 1
    with pytest.raises(ImageError, match=r"^it is damaged"):
        images.read_bytes(bytes(content), "it", "it")


def test_a_cut_file_stays_one_that_is_cut() -> None:
    content = make_png(PIXELS, [make_chunk(b"tEXt", b"a\0b")])
    for length in range(len(SIGNATURE), len(content) - 20):
        with pytest.raises(ImageError, match=r"^it is (cut short|damaged)"):
            images.read_bytes(content[:length], "it", "it")


@pytest.mark.parametrize("size", [10, 3_000_000])
def test_a_text_is_found_among_others(size: int, tmp_path: Path) -> None:
    wanted = "recipe " * (size // 7)
    others = [
        make_chunk(b"zTXt", b"Comment\0\0" + LONG),
        break_checksum(make_chunk(b"tEXt", b"brushwork\0broken")),
        make_chunk(b"iTXt", b"brushwork\0\1\0\0\0" + zlib.compress(wanted.encode())),
    ]
    path = tmp_path / "result.png"
    path.write_bytes(make_png(PIXELS, after=others))
    assert images.read_text(path) == wanted
    path.write_bytes(make_png(PIXELS, others[:2]))
    assert images.read_text(path) is None


def test_an_orientation_counts_where_chromium_looks_for_it() -> None:
    """Chromium and libvips take it from eXIf before the pixels alone, and not from a text."""
    exif = struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, 0x0112, 3, 1, 3, 0, 0)
    chunk = make_chunk(b"eXIf", exif)
    turned = images.read_bytes(make_png(PIXELS, [chunk]), "it", "it").pixels[0].permute(1, 2, 0)
    np.testing.assert_array_equal(turned.numpy(), PIXELS[::-1, ::-1] / np.float32(255))
    read(make_png(PIXELS, after=[chunk]))
    text = b"\nexif\n%8d\n%s\n" % (len(exif) + 6, (b"Exif\0\0" + exif).hex().encode())
    read(make_png(PIXELS, [make_chunk(b"tEXt", b"Raw profile type exif\0" + text)]))
