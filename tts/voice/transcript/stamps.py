"""Times as people and tools write them."""

from __future__ import annotations

import math
from collections.abc import Sequence

# Bounded on purpose: an endless run of digits is no time, and is passed over in one step a digit.
STAMP = r"(?:\d{1,3}:)?\d{1,3}:\d{1,2}(?:[.,]\d{1,9})?"  # 0:02, 00:02.400, 01:00:02,400
_LONGEST_S = 1000.0  # beyond any recording that is taken: whole numbers that reach it are milliseconds


def seconds(stamp: str) -> float:
    """Return a stamp in seconds, whatever marks its decimals."""
    total = 0.0
    for part in stamp.replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return total


def numbers(written: Sequence[tuple[str, str]]) -> list[tuple[float, float]]:
    """Return pairs of (start, end) in seconds; whole numbers up to thousands are milliseconds.

    Raises:
        ValueError: one isn't a finite number, is negative, or ends before it starts.
    """
    pairs = [(float(start), float(end)) for start, end in written]
    if not all(0 <= start < end < math.inf for start, end in pairs):
        raise ValueError("no time")
    whole = all(number.strip().isdecimal() for pair in written for number in pair)
    unit = 1000.0 if whole and max(end for _, end in pairs) >= _LONGEST_S else 1.0
    return [(start / unit, end / unit) for start, end in pairs]
