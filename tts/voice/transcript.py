"""Transcripts as people have them: plain text, SubRip, WebVTT, or CSV with Start, End, Segment."""

from __future__ import annotations

import csv
import io
import math
import re
from dataclasses import dataclass

from tts.errors import VoiceUnusable
from tts.text.clean import clean

_TIMES = re.compile(r"((?:\d+:)?\d+:\d+(?:[.,]\d+)?)\s*-->\s*((?:\d+:)?\d+:\d+(?:[.,]\d+)?)")
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
    source = source.removeprefix("\ufeff").strip()
    cues = _csv_cues(source) or _subtitle_cues(source)
    if cues:
        return Transcript(" ".join(cue.text for cue in cues), cues)
    return Transcript(clean(source).replace("\n", " "))


def _subtitle_cues(source: str) -> tuple[Cue, ...]:
    cues = []
    # A number and a stamp begin a cue even where the blank line before them is missing.
    for block in re.split(r"\n\s*\n|\n(?=(?:\d+\s*\n)?(?:\d+:)?\d+:\d+[^\n]*-->)", source.replace("\r\n", "\n")):
        if times := _TIMES.search(block):
            said = clean(_MARKUP.sub("", block[times.end() :].partition("\n")[2])).replace("\n", " ")
            cues.append(Cue(_seconds(times[1]), _seconds(times[2]), said))
    return tuple(cue for cue in cues if cue.text)


def _csv_cues(source: str) -> tuple[Cue, ...]:
    header = [name.partition("(")[0].strip(' "\r').lower() for name in source.partition("\n")[0].split(",")]
    if header != ["start", "end", "segment"]:
        return ()
    rows = csv.reader(io.StringIO(source))
    next(rows)
    return tuple(cue for row in rows if row and (cue := _row_cue(row, rows.line_num)).text)


def _row_cue(row: list[str], line: int) -> Cue:
    try:
        start_s, end_s = map(float, row[:2])
    except ValueError:
        start_s = end_s = math.nan
    if len(row) < 3 or not 0 <= start_s < end_s < math.inf:
        raise VoiceUnusable(
            f"line {line} of the CSV transcript is not Start,End,Segment with seconds",
            "send rows like 0.0,2.5,the words; quote a segment with commas",
            "voice_text",
        )
    return Cue(start_s, end_s, clean(",".join(row[2:])).replace("\n", " "))


def _seconds(stamp: str) -> float:
    seconds = 0.0
    for part in stamp.replace(",", ".").split(":"):
        seconds = seconds * 60 + float(part)
    return seconds
