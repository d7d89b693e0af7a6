"""Files of one colour that say, in every way PNG, WebP, GIF and TIFF know, what it means.

Each is written here byte by byte; what must be seen is in `test_browser_colors`.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterable

import numpy as np
import PIL.Image

SIGNATURE = b"\x89PNG\r\n\x1a\n"
SIDE = 16
#: What is stored in most of them.
STORED = (55, 110, 20)

#: x and y of red, green, blue and white: ITU-R BT.709, SMPTE EG 432-1 (P3 under D65), BT.2020,
#: Adobe RGB (1998), and the old NTSC of 1953 with the white of illuminant C.
BT709 = (0.64, 0.33, 0.30, 0.60, 0.15, 0.06, 0.3127, 0.3290)
P3 = (0.680, 0.320, 0.265, 0.690, 0.150, 0.060, 0.3127, 0.3290)
BT2020 = (0.708, 0.292, 0.170, 0.797, 0.131, 0.046, 0.3127, 0.3290)
ADOBE = (0.64, 0.33, 0.21, 0.71, 0.15, 0.06, 0.3127, 0.3290)
NTSC = (0.67, 0.33, 0.21, 0.71, 0.14, 0.08, 0.310, 0.316)
#: Numbers of ITU-T H.273, tables 2 and 3.
CICP_BT709, CICP_BT2020, CICP_P3 = 1, 9, 12
CICP_SRGB, CICP_LINEAR, CICP_PQ, CICP_HLG = 13, 8, 16, 18


def make_chunk(name: bytes, content: bytes) -> bytes:
    """Give a chunk of PNG with its length and its checksum."""
    checksum = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)


def make_png(
    pixels: np.ndarray, before: Iterable[bytes] = (), after: Iterable[bytes] = ()
) -> bytes:
    """Write (H, W), (H, W, 3) or (H, W, 4) of uint8 or uint16, with chunks around the pixels."""
    height, width = pixels.shape[:2]
    kind = {1: 0, 3: 2, 4: 6}[pixels.shape[2] if pixels.ndim == 3 else 1]
    depth = 8 * pixels.dtype.itemsize
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    rows = b"".join(b"\0" + row.astype(pixels.dtype.newbyteorder(">")).tobytes() for row in pixels)
    return b"".join(
        [
            SIGNATURE,
            make_chunk(b"IHDR", header),
            *before,
            make_chunk(b"IDAT", zlib.compress(rows)),
            *after,
            make_chunk(b"IEND", b""),
        ]
    )


def make_flat(stored: tuple[int, ...] = STORED) -> np.ndarray:
    """Give (16, 16, C) of one colour."""
    return np.broadcast_to(np.array(stored, np.uint8), (SIDE, SIDE, len(stored)))


def gama(gamma: float) -> bytes:
    """Give the chunk for ``stored = light ** gamma``."""
    return make_chunk(b"gAMA", struct.pack(">I", round(gamma * 100000)))


def chrm(space: tuple[float, ...]) -> bytes:
    """Give the chunk of the primaries; it begins with white."""
    return make_chunk(
        b"cHRM", struct.pack(">8I", *(round(x * 100000) for x in (*space[6:], *space[:6])))
    )


def cicp(primaries: int, transfer: int, matrix: int = 0, full: int = 1) -> bytes:
    """Give the chunk of the numbers of ITU-T H.273."""
    return make_chunk(b"cICP", bytes([primaries, transfer, matrix, full]))


def srgb() -> bytes:
    """Give the chunk that says sRGB, for photos."""
    return make_chunk(b"sRGB", b"\0")


def iccp(profile: bytes) -> bytes:
    """Give the chunk of an ICC profile."""
    return make_chunk(b"iCCP", b"profile\0\0" + zlib.compress(profile))


def with_gif_profile(gif: bytes, profile: bytes) -> bytes:
    """Put a profile into a GIF, as the application extension that the ICC has registered."""
    size = 13 + 3 * 2 ** ((gif[10] & 7) + 1)
    blocks = [profile[start : start + 255] for start in range(0, len(profile), 255)]
    body = b"".join(bytes([len(block)]) + block for block in blocks)
    return gif[:size] + b"\x21\xff\x0bICCRGBG1012" + body + b"\0" + gif[size:]


def save(image: PIL.Image.Image, encoding: str, **how: object) -> bytes:
    """Give what Pillow writes."""
    buffer = io.BytesIO()
    image.save(buffer, format=encoding, **how)
    return buffer.getvalue()


def make_cases() -> dict[str, bytes]:
    """Give the files by what they say."""
    spaces = {"BT.709": BT709, "P3": P3, "Adobe RGB": ADOBE, "NTSC": NTSC}
    found = {"nothing": make_png(make_flat())}
    for gamma in (0.01, 0.38, 0.43, 0.435, 0.45455, 0.475, 0.48, 1 / 1.8, 1.0, 10.0, 0.0):
        found[f"gAMA {gamma:.5g}"] = _make([gama(gamma)])
    for name, space in spaces.items():
        found[f"cHRM {name}"] = _make([chrm(space)])
        found[f"gAMA 0.45455, cHRM {name}"] = _make([gama(0.45455), chrm(space)])
    found["gAMA 1, cHRM of zeros"] = _make([gama(1), chrm((0.0,) * 8)])
    found |= _make_rivals()
    for primaries in (1, 4, 5, 6, 8, CICP_BT2020, 10, 11, CICP_P3, 22):
        found[f"cICP {primaries} {CICP_SRGB}"] = _make([cicp(primaries, CICP_SRGB)])
    for transfer in (1, 4, 5, 6, 7, CICP_LINEAR, 9, 10, 11, 12, 14, 15, 17):
        found[f"cICP 1 {transfer}"] = _make([cicp(1, transfer)])
    for primaries, transfer in ((CICP_BT2020, CICP_PQ), (CICP_P3, CICP_PQ), (CICP_BT2020, 18)):
        for stored in ((20,), (100,), (148,), (170,), (192,), (230,)):
            found[f"cICP {primaries} {transfer}, {stored[0]}"] = _make(
                [cicp(primaries, transfer)], stored * 3
            )
        for stored in ((120, 80, 40), (40, 120, 80), (140, 60, 130), (200, 150, 100)):
            found[f"cICP {primaries} {transfer}, {stored}"] = _make(
                [cicp(primaries, transfer)], stored
            )
    for peak in (50, 203, 400, 4000):
        level = make_chunk(b"cLLI", struct.pack(">II", peak * 10000, 0))
        found[f"PQ up to {peak}"] = _make([cicp(CICP_BT2020, CICP_PQ), level], (180,) * 3)
    return found | _make_grey() | _make_others()


def _make(before: Iterable[bytes], stored: tuple[int, ...] = STORED) -> bytes:
    return make_png(make_flat(stored), before)


def _make_rivals() -> dict[str, bytes]:
    """Give files that say two things, one of them too late, or in a broken chunk."""
    linear, p3 = gama(1), cicp(CICP_P3, CICP_SRGB)
    return {
        "sRGB, gAMA 1": _make([srgb(), linear]),
        "cICP, gAMA 1, sRGB": _make([p3, linear, srgb()]),
        "cICP of nothing, gAMA 1": _make([cicp(2, 2), linear]),
        "cICP of no primaries, gAMA 1": _make([cicp(200, 200), linear]),
        "cICP of limited range, gAMA 1": _make([cicp(CICP_P3, CICP_SRGB, 0, 0), linear]),
        "cICP, iCCP": _make([p3, iccp(make_profile(1.0))]),
        "iCCP, gAMA 0.45455": _make([iccp(make_profile(1.0)), gama(0.45455)]),
        "broken iCCP, gAMA 1": _make([iccp(b"junk" * 50), linear]),
        "gAMA 1, gAMA 0.5": _make([linear, gama(0.5)]),
        "gAMA 1 behind the pixels": make_png(make_flat(), after=[linear]),
        "gAMA 1 with a wrong checksum": _make([linear[:-1] + b"x"]),
        "iCCP with a wrong checksum, gAMA 1": _make([iccp(make_profile(1.8))[:-1] + b"x", linear]),
        "ICC profile with code points of PQ": _make(
            [iccp(make_profile(2.2, code=(CICP_BT2020, CICP_PQ)))], (148,) * 3
        ),
        "ICC profile with code points of P3": _make(
            [iccp(make_profile(2.2, code=(CICP_P3, CICP_SRGB)))]
        ),
    }


def _make_grey() -> dict[str, bytes]:
    grey = make_flat((55,))[..., 0]
    deep = np.full((SIDE, SIDE), 55 * 257, np.uint16)
    return {
        f"{name}, {said}": make_png(pixels, chunks)
        for name, pixels in (("grey", grey), ("deep grey", deep))
        for said, chunks in {
            "nothing": [],
            "gAMA 1": [gama(1)],
            "gAMA 1, cHRM P3": [gama(1), chrm(P3)],
            "cICP linear": [cicp(1, CICP_LINEAR)],
            "cICP PQ": [cicp(CICP_BT2020, CICP_PQ)],
        }.items()
    }


def _make_others() -> dict[str, bytes]:
    """Give other formats, and profiles of version 4."""
    image = PIL.Image.fromarray(np.ascontiguousarray(make_flat()))
    profile = make_profile(1.0)
    tables = {
        "of two intents": make_table_profile(from_black=0, relative_from_black=60),
        "whose black is grey": make_table_profile(from_black=60, relative_from_black=60),
        "whose white is grey": make_table_profile(to_white=200),
    }
    found = {
        f"table of version 4 {name}, {level}": _make([iccp(table)], (level,) * 3)
        for name, table in tables.items()
        for level in (0, 55, 255)
    }
    for stored in ((0, 0, 0), (128, 128, 128), (50, 120, 100), (200, 180, 160), (20, 60, 200)):
        found[f"profile as of an XYB JPEG, {stored}"] = _make([iccp(make_xyb_profile())], stored)
    return found | {
        "profile of version 4": _make([iccp(make_profile(1.8, version=4))]),
        "profile in GIF": with_gif_profile(save(image.quantize(4), "GIF"), profile),
        "profile in WebP": save(image, "WEBP", lossless=True, icc_profile=profile),
        **{
            f"AVIF {p} {t}": _make_avif(p, t)
            for p, t in ((12, 13), (9, 1), (12, 2), (1, 8), (10, 13))
        },
        "AVIF 9 16": _make_avif(9, 16, (120, 80, 40)),
        "AVIF 9 18": _make_avif(9, 18, (120, 80, 40)),
    }


def _make_avif(primaries: int, transfer: int, stored: tuple[int, ...] = STORED) -> bytes:
    """Write AVIF, and into its box colr other code points."""
    image = PIL.Image.new("RGB", (SIDE, SIDE), stored)
    content = save(image, "AVIF", quality=100, subsampling="4:4:4")
    place = content.index(b"colrnclx") + 8
    return content[:place] + struct.pack(">HH", primaries, transfer) + content[place + 4 :]


def make_profile(gamma: float, *, version: int = 2, code: tuple[int, int] | None = None) -> bytes:
    """Write an ICC profile of the primaries of sRGB and a gamma (ICC.1:2022, 7 to 10)."""
    columns = ((0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.7141))
    if version == 4:
        curve = b"para" + bytes(8) + _fixed(gamma)
    else:
        curve = b"curv" + struct.pack(">IIHH", 0, 1, round(gamma * 256), 0)
    tags = {}
    for letter, column in zip((b"r", b"g", b"b"), columns, strict=True):
        tags |= {letter + b"XYZ": b"XYZ " + bytes(4) + _fixed(*column), letter + b"TRC": curve}
    if code is not None:
        tags[b"cicp"] = b"cicp" + bytes(4) + bytes([*code, 0, 1])
    return _join(tags, version, b"XYZ ")


def make_table_profile(
    *, from_black: int = 0, relative_from_black: int = 0, to_white: int = 255
) -> bytes:
    """Write a profile of version 4 with a table for each intent, from grey to grey, by L of Lab."""
    identity = bytes(range(256))

    def make_table(black: int) -> bytes:
        corners = np.linspace([black, 128, 128], [to_white, 128, 128], 8).astype(np.uint8)
        head = b"mft1" + bytes(4) + bytes([3, 3, 2, 0]) + _fixed(1, 0, 0, 0, 1, 0, 0, 0, 1)
        return head + identity * 3 + corners.tobytes() + identity * 3

    tags = {b"A2B0": make_table(from_black), b"A2B1": make_table(relative_from_black)}
    return _join(tags, 4, b"Lab ")


def make_xyb_profile() -> bytes:
    """Write a profile as XYB JPEG has it: a table of cones, their third power, a matrix to XYZ."""
    corners = np.array([[x, y, b] for x in (0, 1) for y in (0, 1) for b in (0, 1)])
    x, y, b = corners.T
    cones = np.stack([0.8 * y + 0.2 * x, 0.8 * y - 0.2 * x + 0.2, 0.6 * b + 0.3 * y], axis=1)
    grid = bytes([2, 2, 2, *bytes(13), 2, 0, 0, 0]) + np.rint(cones * 65535).astype(">u2").tobytes()
    plain, cube = (b"para" + bytes(8) + _fixed(power) for power in (1.0, 3.0))
    to_xyz = np.array([0.9, -0.2, 0.26, 0.3, 0.7, 0, 0, 0.05, 0.77]) * 32768 / 65535
    matrix = _fixed(*to_xyz, -0.003, -0.002, -0.001)
    parts = [plain * 3, matrix, cube * 3, grid + bytes(-len(grid) % 4), plain * 3]
    starts = 32 + np.cumsum([0, *map(len, parts[:-1])])
    head = b"mAB " + bytes(4) + bytes([3, 3, 0, 0]) + starts.astype(">u4").tobytes()
    return _join({b"A2B0": head + b"".join(parts)}, 4, b"XYZ ")


def _fixed(*numbers: float) -> bytes:
    return b"".join(struct.pack(">i", round(number * 65536)) for number in numbers)


def _join(tags: dict[bytes, bytes], version: int, connection: bytes) -> bytes:
    white = _fixed(0.9642, 1.0, 0.8249)
    tags = {b"wtpt": b"XYZ " + bytes(4) + white, **tags}
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        table += name + struct.pack(">II", start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    form = struct.pack(">I4s4s4s", version << 24, b"mntr", b"RGB ", connection)
    header = struct.pack(">I4s", start + len(body), b"") + form
    header += struct.pack(">6H4s", 2025, 1, 1, 0, 0, 0, b"acsp") + bytes(28) + white
    return header.ljust(128, b"\0") + table + body
