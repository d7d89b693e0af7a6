"""The chunks of a PNG file: what is left out before it is decoded, what its colours mean, texts.

Whatever an auxiliary chunk holds, the pixels are whole without it. So one with a wrong checksum, or
a text of many megabytes, is a reason to leave the chunk out, not to refuse the file.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

SIGNATURE = b"\x89PNG\r\n\x1a\n"
#: To how many bytes a compressed text or profile may unfold.
MOST_UNFOLDED = 64 * 2**20

_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
#: What stands at byte 36 of every ICC profile.
_PROFILE_MARK = b"acsp"
#: The brightest light there is, in 0.0001 cd/m²; it had another name before the standard was out.
_LIGHT_LEVELS = (b"cLLI", b"cLLi")
#: How long chunks are that have one length.
_LENGTHS = {b"gAMA": 4, b"cHRM": 32, b"sRGB": 1, b"cICP": 4, b"pHYs": 9, b"cLLI": 8}
#: What says how the colours are meant; it counts before the pixels, and the first time.
_COLOURS = (b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP")


@dataclass(frozen=True)
class Chunk:
    """A chunk of a PNG file; ``whole`` is all of it, with length, name and checksum."""

    name: bytes
    content: bytes
    whole: bytes

    @property
    def is_auxiliary(self) -> bool:
        """Whether the pixels can be decoded without it."""
        return bool(self.name[0] & 0x20)

    @property
    def is_sound(self) -> bool:
        """Whether its checksum is right, and its length, where there is but one."""
        checksum = zlib.crc32(self.name + self.content).to_bytes(4, "big")
        length = _LENGTHS.get(self.name, len(self.content))
        return self.whole.endswith(checksum) and length == len(self.content)


@dataclass
class TidyPNG:
    """A PNG file without what is in the way, and what was taken out of it.

    Attributes
    ----------
    content
        The file without texts, colour profile, and chunks that are not sound.
    cicp
        Primaries, transfer, matrix and range by ITU-T H.273, if they are given.
    profile
        The ICC profile, if there is one.
    peak
        The brightest light there is, in candela per square metre, if that is given.
    notes
        What was ignored.
    """

    content: bytes
    cicp: bytes | None = None
    profile: bytes | None = None
    peak: float | None = None
    notes: list[str] = field(default_factory=list)


def tidy(content: bytes) -> TidyPNG:
    """Take out of a PNG file what is not needed to decode it, and could fail.

    Critical chunks are left as they are, the end of a cut file too: the decoder shall see them.

    Parameters
    ----------
    content
        The file, which begins with ``SIGNATURE``.
    """
    found = TidyPNG(content)
    kept, seen = [SIGNATURE], set()
    place = len(SIGNATURE)
    for chunk in _split(content):
        place += len(chunk.whole)
        known, after_pixels = chunk.name in seen, b"IDAT" in seen
        seen.add(chunk.name)
        if not chunk.is_auxiliary:
            kept.append(chunk.whole)
        elif not chunk.is_sound:
            name = chunk.name.decode("ascii")
            found.notes.append(f"its {name} data are damaged and were ignored")
        elif chunk.name in _COLOURS and (known or after_pixels):
            continue
        elif chunk.name == b"cICP":
            found.cicp = chunk.content
        elif chunk.name in _LIGHT_LEVELS:
            found.peak = int.from_bytes(chunk.content[:4], "big") / 10000 or None
        elif chunk.name == b"iCCP":
            _take_profile(chunk.content, found)
        elif chunk.name == b"eXIf" and after_pixels:
            continue  # browsers have drawn by then, and libvips follows them
        elif chunk.name not in _TEXTS:  # one of them may hold Exif data, which no browser reads
            kept.append(chunk.whole)
    found.content = b"".join([*kept, content[place:]])
    return found


def find_text(content: bytes, keyword: str) -> str | None:
    """Give the text of a keyword in a PNG file, from whichever kind of chunk; None without one.

    Parameters
    ----------
    content
        The file, which begins with ``SIGNATURE``.
    keyword
        In Latin-1.
    """
    key = keyword.encode("latin-1")
    for chunk in _split(content):
        found, _, rest = chunk.content.partition(b"\0")
        if chunk.name in _TEXTS and found == key and chunk.is_sound:
            return _read_text(chunk.name, rest)
    return None


def _split(content: bytes) -> Iterator[Chunk]:
    """Give the whole chunks, up to the first that is cut, or has no name, or the last of all."""
    place = len(SIGNATURE)
    while place + 12 <= len(content):
        length = int.from_bytes(content[place : place + 4], "big")
        name = content[place + 4 : place + 8]
        end = place + 12 + length
        if end > len(content) or not name.isalpha() or not name.isascii():
            return
        yield Chunk(name, content[place + 8 : end - 4], content[place:end])
        if name == b"IEND":
            return
        place = end


def _take_profile(content: bytes, found: TidyPNG) -> None:
    _, _, rest = content.partition(b"\0")
    profile = _unfold(rest[1:], MOST_UNFOLDED) if rest[:1] == b"\0" else None
    if profile is not None and profile[36:40] == _PROFILE_MARK:
        found.profile = profile
    else:
        found.notes.append("its colour profile is broken and was ignored")


def _read_text(name: bytes, rest: bytes) -> str | None:
    """Read what stands behind the keyword."""
    if name == b"tEXt":
        return rest.decode("latin-1")
    if name == b"zTXt":
        text = _unfold(rest[1:], MOST_UNFOLDED)
        return None if text is None else text.decode("latin-1")
    folded, language = rest[:1] == b"\1", rest[2:]
    _, _, translated = language.partition(b"\0")
    _, _, body = translated.partition(b"\0")
    plain = _unfold(body, MOST_UNFOLDED) if folded else body
    return None if plain is None else plain.decode("utf-8", errors="replace")


def _unfold(folded: bytes, most: int) -> bytes | None:
    """Decompress; None if it cannot be, or is longer than ``most``."""
    unfolding = zlib.decompressobj()
    try:
        plain = unfolding.decompress(folded, most)
    except zlib.error:
        return None
    return plain if unfolding.eof else None
