"""Times in lines of their own: the text panel of video sites, notes with the speaker's name, Premiere's export."""

from __future__ import annotations

import re

from tts.voice.transcript.blocks import Block, ended, lines_of
from tts.voice.transcript.cues import Transcript
from tts.voice.transcript.stamps import STAMP, seconds

_ALONE = re.compile(rf"[(\[]?({STAMP})[)\]]?")
_SPEAKER = re.compile(rf"[^\W\d_][\w .'-]{{0,40}}?\s*[(\[]?({STAMP})[)\]]?:?")  # Tom (0:02):
_INLINE = re.compile(rf"[(\[]?({STAMP})[)\]]?(?:\s*[-–—:|]?\s+|[:=|])\S.*")
_MIDNIGHT = re.compile(r"[(\[]?(?:00?:){1,2}00[)\]]?\s+\S")
_WITHIN = re.compile(rf"\s(?=[(\[]?{STAMP}[)\]]?\s)")
_READ_OUT = re.compile(r"(?:\d{1,3} (?:hours?|minutes?|seconds?)(?:, )?){1,3}")  # what a screen reader says for 0:02
_FRAMES = r"(\d{2}[:;]\d{2}[:;]\d{2})[:;](\d{2})"
_PREMIERE = re.compile(rf"{_FRAMES}\s+(?:-\s+)?{_FRAMES}")
_CLOCK = r"(\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,3})?)"
_RANGE = re.compile(rf"{_CLOCK}\s*[-–—]\s*{_CLOCK}(.*)")
_NAMED = re.compile(r"\w{3,20} \d{1,3}|Unknown")  # Speaker 1, Sprecher 1
_FRAME_RATE = 30  # isn't written; at 24 frames a second a time is 0.2 s later
_FRAME_STEP_S = 0.2
_BEGINS_S = 10.0  # a sentence may begin with the time of day, a transcript begins within its first seconds
_COARSE_S = 1.0


def panel(source: str) -> Transcript | None:
    """Read `0:02`, alone, before words or behind a speaker's name; times are rounded down to whole seconds."""
    lines = lines_of(source)
    if len(lines) == 1 and _MIDNIGHT.match(lines[0]):
        lines = _WITHIN.split(lines[0])  # a form's field has made one line of all
        if len(lines) == 1:
            return _panel([*_parted(lines[0])], _ALONE)
    for pattern in (_ALONE, _SPEAKER):
        if len(lines) > 1 and pattern.fullmatch(lines[0]):
            return _panel(lines, pattern)
    if len(lines) > 1 and all(map(_INLINE.fullmatch, lines)):
        return _panel([part for line in lines for part in _parted(line)], _ALONE)
    return None


def _parted(line: str) -> tuple[str, str]:
    stamp = _ALONE.match(line)
    assert stamp
    return stamp[0], line[stamp.end() :].lstrip(" \t-–—:=|")


def _panel(lines: list[str], pattern: re.Pattern[str]) -> Transcript | None:
    blocks: list[Block] = []
    for line in lines:
        if stamp := pattern.fullmatch(line):
            blocks.append(Block(seconds(stamp[1])))
        elif blocks[-1].lines or not _READ_OUT.fullmatch(line):
            blocks[-1].lines.append(line)
    starts = [block.start_s for block in blocks]
    if starts[0] >= _BEGINS_S or starts != sorted(starts):
        return None
    is_exact = all(stamp[1].partition(".")[2] for line in lines if (stamp := pattern.fullmatch(line.replace(",", "."))))
    return Transcript("", tuple(block.cue() for block in ended(blocks)), 0.0 if is_exact else _COARSE_S)


def ranges(source: str) -> Transcript | None:
    """Read `00:00:00:00 - 00:00:02:12` (the last are frames) or with decimals, a speaker's name, then the words."""
    lines = lines_of(source)
    if not lines or not (_PREMIERE.fullmatch(lines[0]) or _RANGE.fullmatch(lines[0])):
        return None
    blocks: list[Block] = []
    in_frames = False
    for line in lines:
        if frames := _PREMIERE.fullmatch(line):
            in_frames = True
            blocks.append(Block(_clock(frames[1], frames[2]), _clock(frames[3], frames[4])))
        elif times := _RANGE.fullmatch(line):
            blocks.append(Block(seconds(times[1]), seconds(times[2]), [times[3].lstrip(":")]))
        else:
            blocks[-1].lines.append(line)
    return Transcript("", tuple(_unnamed(block).cue() for block in blocks), _FRAME_STEP_S if in_frames else 0.0)


def _clock(stamp: str, frame: str) -> float:
    return seconds(stamp.replace(";", ":")) + int(frame) / _FRAME_RATE


def _unnamed(block: Block) -> Block:
    """Leave out the speaker's name above the words."""
    lines = lines_of("\n".join(block.lines))
    block.lines = lines[1:] if len(lines) > 1 and _NAMED.fullmatch(lines[0]) else lines
    return block
