"""What is said of a text, beside what is written: numbers as words, names as they are pronounced.

The text stays what was asked for, and every place where something else is said knows both. Sentences and clauses are
found in what is written; lengths and tokens follow what is said; replies and captions show what is written.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, pairwise

_PARAGRAPH = "\n\n"


@dataclass(frozen=True)
class Edit:
    """A place of a text, at least a character long, at which something else is said, or nothing."""

    start: int  # of what is written, in characters
    end: int
    said: str

    def moved(self, by: int) -> Edit:
        """Return it so many characters further."""
        return replace(self, start=self.start + by, end=self.end + by)

    def cut(self, places: Sequence[int]) -> list[Edit]:
        """Return the parts between places within it, in order, each with its share of the words that are said."""
        starts = [0, *accumulate(len(word) + 1 for word in self.said.split(" "))]
        share = (len(starts) - 1) / (self.end - self.start)
        marks = (min(starts[round(share * (place - self.start))], len(self.said)) for place in places)
        ends, bounds = pairwise([self.start, *places, self.end]), pairwise([0, *marks, len(self.said)])
        return [Edit(*end, self.said[slice(*bound)]) for end, bound in zip(ends, bounds, strict=True)]


@dataclass(frozen=True)
class Said:
    """A text, or a part of one, with its edits, which are in order and apart from each other."""

    written: str
    edits: tuple[Edit, ...] = ()

    @cached_property
    def spoken(self) -> str:
        """What is said."""
        places = [0, *(place for edit in self.edits for place in (edit.start, edit.end)), len(self.written)]
        unchanged = [self.written[start:end] for start, end in zip(places[::2], places[1::2], strict=True)]
        return unchanged[0] + "".join(
            f"{edit.said}{behind}" for edit, behind in zip(self.edits, unchanged[1:], strict=True)
        )

    def parted(self, places: Iterable[int], *, within: bool = False) -> list[Said]:
        """Return the parts between places; those inside an edit count only `within`, and cut it then."""
        inner = {place for place in places if 0 < place < len(self.written)}
        if not within and self.edits:
            inner -= {place for edit in self.edits for place in range(edit.start + 1, edit.end)}
        cuts = sorted(inner)
        left = deque(part for edit in self.edits for part in edit.cut(_between(cuts, edit)))
        parts: list[Said] = []
        for start, end in pairwise([0, *cuts, len(self.written)]):
            edits: list[Edit] = []
            while left and left[0].start < end:
                edits.append(left.popleft().moved(-start))
            parts.append(Said(self.written[start:end], tuple(edits)))
        return parts

    def on_one_line(self) -> Said:
        """Return it without blanks around it, and with one for every end of a paragraph."""
        stripped = self.written.strip()
        first = len(self.written) - len(self.written.lstrip())
        edits = (edit.moved(-first) for edit in self.edits)  # one that was cut may begin or end with a blank
        lines = Said(stripped, tuple(replace(e, start=max(0, e.start), end=min(e.end, len(stripped))) for e in edits))
        if _PARAGRAPH not in lines.written:
            return lines
        breaks = [at for at in range(len(lines.written)) if lines.written.startswith(_PARAGRAPH, at)]
        parts = lines.parted(place for at in breaks for place in (at, at + len(_PARAGRAPH)))
        return joined(Said(" ") if part.written == _PARAGRAPH else part for part in parts)

    def words(self) -> list[tuple[str, str]]:
        """Return every word that is written and what is said for it; words of one edit count as one."""
        blanks = (place for place, character in enumerate(self.written) if character.isspace())
        parts = self.parted(place for blank in blanks for place in (blank, blank + 1))
        return [(part.written, " ".join(part.spoken.split())) for part in parts if part.written.strip()]


def _between(places: Sequence[int], edit: Edit) -> Sequence[int]:
    return places[bisect_right(places, edit.start) : bisect_left(places, edit.end)]


def joined(parts: Iterable[Said]) -> Said:
    """Return parts one behind the other."""
    written: list[str] = []
    edits: list[Edit] = []
    length = 0
    for part in parts:
        edits += (edit.moved(length) for edit in part.edits)
        written.append(part.written)
        length += len(part.written)
    return Said("".join(written), tuple(edits))


def merged(*layers: Iterable[Edit]) -> tuple[Edit, ...]:
    """Return the edits of all layers, in order; where two meet, the one of the earlier layer stands."""
    kept: list[Edit] = []
    taken: set[int] = set()
    for layer in layers:
        for edit in layer:
            places = range(edit.start, edit.end)
            if taken.isdisjoint(places):
                taken.update(places)
                kept.append(edit)
    return tuple(sorted(kept, key=lambda edit: edit.start))
