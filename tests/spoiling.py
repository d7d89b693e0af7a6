"""Spoil a file the way that disks, networks and malice do: bytes changed, lost, added, moved."""

from __future__ import annotations

import random


def spoilt(content: bytes, seed: int) -> bytes:
    """Give the content with one to eight changes that ``seed`` draws."""
    draw = random.Random(seed)
    made = bytearray(content)
    for _ in range(draw.randint(1, 8)):
        if not made:
            break
        start = _place(draw, len(made))
        end = min(len(made), start + int(draw.paretovariate(0.7)))
        match draw.randrange(7):
            case 0:  # one bit
                made[start] ^= 1 << draw.randrange(8)
            case 1:  # a number of four bytes, which lengths and offsets are
                made[start : start + 4] = draw.choice(_NUMBERS)
            case 2:
                made[start:end] = draw.randbytes(end - start)
            case 3:
                del made[start:end]
            case 4:
                made[start:start] = draw.randbytes(min(64, end - start))
            case 5:
                made[start:start] = made[start:end]
            case 6:
                del made[start:]
    return bytes(made)


#: The ends of the ranges of whole numbers, in both orders of bytes.
_NUMBERS = [
    number.to_bytes(4, order)
    for number in (0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x10000)
    for order in ("big", "little")
]


def _place(draw: random.Random, length: int) -> int:
    """Choose a place: every second time among the first, where headers are."""
    return draw.randrange(min(length, draw.choice((256, length))))
