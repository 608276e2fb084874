"""Rows of start, end and words: CSV and TSV by the names of their columns, Audacity's labels by their form."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from tts.errors import VoiceUnusable
from tts.voice.transcript.blocks import Block, ended, lines_of, refusal, said
from tts.voice.transcript.cues import Cue, Transcript
from tts.voice.transcript.stamps import numbers

_START = {"start", "begin", "from"}
_END = {"end", "stop", "to"}
_WORDS = {"segment", "text", "transcript", "transcription", "words", "sentence", "caption", "subtitle", "content"}
_NUMBER = r"\d{1,9}(?:\.\d{1,9})?"
_LABEL = re.compile(rf"({_NUMBER})[\t,;]({_NUMBER})[\t,;](.*)")
_DECIMAL_COMMA = re.compile(r"(\d{1,9},\d{1,9})\t(\d{1,9},\d{1,9})\t(.*)")
_LOST_TABS = re.compile(r"(\d{1,6}\.\d{3,9}) {1,8}(\d{1,6}\.\d{3,9}) {1,8}(.*)")
_BLANKS = re.compile(r"^[ \t]{0,8}(\S+)[ \t]{1,8}(\S+)[ \t]{1,8}", re.MULTILINE)
_FREQUENCIES = re.compile(r"\\\t.*")


@dataclass(frozen=True)
class _Columns:
    mark: str  # between columns
    start: int
    end: int
    words: int
    is_last: bool  # then marks that should have been quoted are the words' own


def table(source: str) -> Transcript | None:
    """Read CSV or TSV whose first line names the columns, in any order and beside others.

    Raises:
        VoiceUnusable: a row has no times, or no column holds words.
    """
    source = _tabbed(source)
    columns = _columns(source)
    if columns is None:
        return None
    rows = [(line, row) for line, row in _rows(source, columns.mark) if any(map(str.strip, row))]
    if not rows:
        return None
    if columns.words < 0:
        if all(_is_number(cell) for _, row in rows for cell in row[:2]):
            raise refusal("a table without a column of words", "name its columns Start,End,Segment")
        return None
    for line, row in rows:
        _check_row(line, row, columns)
    times = numbers([(row[columns.start], row[columns.end]) for _, row in rows])
    return Transcript(
        "", tuple(Cue(*time, said(_words(row, columns))) for time, (_, row) in zip(times, rows, strict=True))
    )


def labels(source: str) -> Transcript | None:
    """Read `0.000000<tab>2.400000<tab>words`, the lines of Audacity, with or without its lines of frequencies."""
    lines = [line for line in lines_of(source) if not _FREQUENCIES.fullmatch(line)]
    for pattern in (_LABEL, _DECIMAL_COMMA, _LOST_TABS):
        found = [pattern.fullmatch(line) for line in lines]
        rows = [row for row in found if row]
        if not rows or len(rows) < len(found) or (pattern is _LOST_TABS and len(rows) < 2 and float(rows[0][1])):
            continue
        written = [(row[1].replace(",", "."), row[2].replace(",", ".")) for row in rows]
        if all(start == end for start, end in written):
            return _points([(float(start), row[3]) for (start, _), row in zip(written, rows, strict=True)])
        try:
            times = numbers(written)
        except ValueError:
            continue
        return Transcript("", tuple(Cue(*time, said(row[3])) for time, row in zip(times, rows, strict=True)))
    return None


def _points(places: list[tuple[float, str]]) -> Transcript:
    return Transcript(
        "", tuple(block.cue() for block in ended(Block(start_s, lines=[text]) for start_s, text in places))
    )


def _tabbed(source: str) -> str:
    """Return a table whose tabs became blanks on the way, `start end text`, with them again."""
    names = [_plain(name) for name in source.partition("\n")[0].split()]
    if len(names) != 3 or not (names[0] in _START and names[1] in _END and names[2] in _WORDS):
        return source
    return _BLANKS.sub(r"\1\t\2\t", source)


def _columns(source: str) -> _Columns | None:
    header = source.partition("\n")[0]
    for mark in ",;\t":
        names = [_plain(name) for name in header.split(mark)]
        start, end, words = (_place(names, known) for known in (_START, _END, _WORDS))
        if start >= 0 and end >= 0:
            return _Columns(mark, start, end, words, words == len(names) - 1)
    return None


def _plain(name: str) -> str:
    """Return a column's name without its unit: `Start (s)`, `start_time` and `"Start"` are start."""
    name = name.partition("(")[0].replace("_", " ").strip(' "').lower()
    return name.removesuffix(" time").removesuffix(" s").removesuffix(" ms")


def _place(names: list[str], known: set[str]) -> int:
    return next((place for place, name in enumerate(names) if name in known), -1)


def _rows(source: str, mark: str) -> Iterator[tuple[int, list[str]]]:
    # Whisper's TSV quotes nothing: a quotation mark there belongs to the words.
    reader = csv.reader(
        io.StringIO(source), delimiter=mark, quoting=csv.QUOTE_NONE if mark == "\t" else csv.QUOTE_MINIMAL, strict=True
    )
    try:
        next(reader)
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise _malformed(reader.line_num) from error


def _check_row(line: int, row: list[str], columns: _Columns) -> None:
    try:
        numbers([(row[columns.start], row[columns.end])])
        row[columns.words]
    except (ValueError, IndexError) as error:
        raise _malformed(line) from error


def _malformed(line: int) -> VoiceUnusable:
    return VoiceUnusable(
        f"line {line} of the CSV transcript is not Start,End,Segment with seconds",
        "send rows like 0.0,2.5,the words; quote a segment with commas",
        "voice_text",
    )


def _words(row: list[str], columns: _Columns) -> str:
    return columns.mark.join(row[columns.words :]) if columns.is_last else row[columns.words]


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
