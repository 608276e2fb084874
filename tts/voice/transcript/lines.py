"""Times and words in one line: what Whisper and its kin print, and lyrics."""

from __future__ import annotations

import re

from tts.voice.transcript.blocks import Block, ended, lines_of
from tts.voice.transcript.cues import Transcript
from tts.voice.transcript.stamps import STAMP, seconds

_TIME = rf"(?:{STAMP}|\d{{1,6}}(?:\.\d{{1,9}})?)s?"
_DECIMAL = rf"(?:{STAMP}|\d{{1,6}}\.\d{{1,9}})s?"  # [1 - 2] may be a note
_RANGE = rf"\[ ?(?:{_TIME} ?-{{1,2}}> ?{_TIME}|{_DECIMAL} ?[-–] ?{_DECIMAL}) ?\]"
_CONSOLE = re.compile(rf"(?:(?:Transcript|\[?(?:SPEAKER_|Speaker )\d{{1,3}}\]?):?\s+)?({_RANGE}):?(.*)")
_WITHIN = re.compile(rf"[ \t](?={_RANGE})")  # a form's field has made one line of all
_STAMPS = re.compile(rf"(?:\[{STAMP}\]\s*)+")
_TAG = re.compile(r"\[[a-z#]{1,10}:[^\]]*\]")  # [ar:Artist]


def console(source: str) -> Transcript | None:
    """Read `[00:00.000 --> 00:02.400]  words` and `[0.00s -> 2.40s] words`; words may wrap until a blank line."""
    blocks: list[Block] = []
    is_open = False
    source = source.replace("&gt;", ">")
    for line in map(str.strip, source.split("\n") if "\n" in source else _WITHIN.split(source)):
        if found := _CONSOLE.fullmatch(line):
            start_s, end_s = map(seconds, re.findall(r"\d[\d:.,]*", found[1]))
            blocks.append(Block(start_s, end_s, [found[2]]))
        elif is_open and line:
            blocks[-1].lines.append(line)
        is_open = bool(found or (is_open and line))
    return Transcript("", tuple(block.cue() for block in blocks)) if blocks else None


def lyrics(source: str) -> Transcript | None:
    """Read `[00:02.40]words`, with the tags, the times of words and the several times a line that LRC files have."""
    lines = [line for line in lines_of(source) if not _TAG.fullmatch(line)]
    if not lines or not _STAMPS.match(lines[0]):
        return None
    blocks: list[Block] = []
    for line in lines:
        if stamps := _STAMPS.match(line):
            words = line[stamps.end() :]
            blocks += [Block(seconds(stamp), lines=[words]) for stamp in re.findall(STAMP, stamps[0])]
        else:
            blocks[-1].lines.append(line)
    has_tenths = "." in re.findall(STAMP, lines[0])[0]
    return Transcript("", tuple(block.cue() for block in ended(blocks)), 0.0 if has_tenths else 1.0)
