"""Transcripts as people have them: plain text, SubRip, WebVTT, or CSV with Start, End, Segment."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

from tts.text.clean import clean

_TIMES = re.compile(r"((?:\d+:)?\d+:\d+[.,]\d+)\s*-->\s*((?:\d+:)?\d+:\d+[.,]\d+)")
_MARKUP = re.compile(r"<[^>]*>|\{\\[^}]*\}")


@dataclass(frozen=True)
class Cue:
    """Words and when they are said."""

    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True)
class Transcript:
    """What a recording says; `cues` is empty when the times aren't known."""

    text: str
    cues: tuple[Cue, ...] = ()


def read_transcript(source: str) -> Transcript:
    """Read a transcript in whichever of the forms it is; times are kept where it has them."""
    cues = _csv_cues(source) or _subtitle_cues(source)
    if cues:
        return Transcript(" ".join(cue.text for cue in cues), cues)
    return Transcript(clean(source).replace("\n", " "))


def _subtitle_cues(source: str) -> tuple[Cue, ...]:
    cues = []
    for block in re.split(r"\n\s*\n", source.replace("\r\n", "\n")):
        if times := _TIMES.search(block):
            said = clean(_MARKUP.sub("", block[times.end() :].partition("\n")[2])).replace("\n", " ")
            cues.append(Cue(_seconds(times[1]), _seconds(times[2]), said))
    return tuple(cue for cue in cues if cue.text)


def _csv_cues(source: str) -> tuple[Cue, ...]:
    rows = csv.reader(io.StringIO(source.strip()))
    header = [name.partition("(")[0].strip().lower() for name in next(rows, [])]
    if header != ["start", "end", "segment"]:
        return ()
    return tuple(Cue(float(row[0]), float(row[1]), clean(row[2]).replace("\n", " ")) for row in rows if len(row) == 3)


def _seconds(stamp: str) -> float:
    seconds = 0.0
    for part in stamp.replace(",", ".").split(":"):
        seconds = seconds * 60 + float(part)
    return seconds
