"""A long text in chunks that the model can say in one breath.

Cut where a reader would pause: at the end of sentences, then of clauses, then between words, and inside a
word only when nothing else is left. Nothing is lost and nothing changes place.
"""

from __future__ import annotations

from itertools import accumulate

from tts.text.pieces import Piece, Read, pieces
from tts.text.said import Said, joined

_ROUNDING = 1e-9


def chunks(text: Said, limit: float, read: Read = str) -> list[Said]:
    """Divide a cleaned text into as few chunks of at most `limit` units as can be, evenly filled.

    Among equally many, the division that breaks fewest sentences wins, then the most even one.

    Args:
        text: what is written as `tts.text.clean.clean` returns it, with what is said for parts of it.
        limit: weight (`tts.text.durations.weight`) of what is read of the longest chunk, at least that of one
            character.
        read: returns what the model reads of what is said; left out, it is all of it.
    """
    groups = _pack(list(pieces(text, limit, read)), limit)
    return [joined(piece.text for piece in group).on_one_line() for group in groups]


def _pack(parts: list[Piece], limit: float) -> list[list[Piece]]:
    """Group neighbours: fewest chunks, then fewest broken sentences, then the least sum of squares."""
    loads = [0.0, *accumulate(part.weight for part in parts)]
    counts, costs, start_of = [0], [(0, 0.0)], [0]
    first = 0  # of the pieces that fit a chunk with the last one
    for end, part in enumerate(parts, start=1):
        reach = loads[end] - part.blank
        while first < end - 1 and reach - loads[first] > limit + _ROUNDING:
            first += 1
        # Fewer pieces never need more chunks, so the starts that need fewest stand in front.
        start = first
        best = _cost(costs[start], reach - loads[start])
        for other in range(first + 1, end):
            if counts[other] > counts[first]:
                break
            cost = _cost(costs[other], reach - loads[other])
            if cost < best:
                start, best = other, cost
        counts.append(counts[first] + 1)
        costs.append((best[0] + (not part.ends_sentence), best[1]))
        start_of.append(start)
    groups: list[list[Piece]] = []
    end = len(parts)
    while end > 0:
        groups.append(parts[start_of[end] : end])
        end = start_of[end]
    return groups[::-1]


def _cost(before: tuple[int, float], load: float) -> tuple[int, float]:
    return before[0], before[1] + load * load
