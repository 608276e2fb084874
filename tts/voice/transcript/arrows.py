"""SubRip, WebVTT and SubViewer: a line with two times, then the lines that are said between them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tts.voice.transcript.blocks import Block, refusal
from tts.voice.transcript.cues import Transcript
from tts.voice.transcript.stamps import STAMP, seconds

_TIMES = re.compile(rf"({STAMP})\s*(?:-{{1,3}}>|[–—]>|→)\s*({STAMP})(?=\s|$)")
_SUBVIEWER = re.compile(rf"({STAMP}),({STAMP})$")
_WITHIN = re.compile(
    rf"(?:^\d{{1,5}}[ \t]|[ \t](?:\d{{1,5}}[ \t])?)(?={STAMP}[ \t]{{0,3}}-->[ \t]{{0,3}}{STAMP}(?:\s|$))", re.MULTILINE
)  # a form's field has made one line of all
_SETTINGS = re.compile(r"(?:\s?(?:align|position|line|size|vertical|region|[XY][12]):\S+)+")
_UNREAD = re.compile(r"[\d:.,;hmsf\s]*\d[hmsf]?\s*-->[\d:.,;hmsf\s]+")
_TITLE = re.compile(r"WEBVTT(?:[ \t]+-.*)?\n\s*(?:\n|$)")


def read(source: str) -> Transcript | None:
    """Read subtitles; None if the text has no line of two times.

    Raises:
        VoiceUnusable: there are arrows, but the times beside them can't be read.
    """
    lines = _WITHIN.sub("\n", source.replace("--&gt;", "-->")).split("\n")
    is_webvtt = source.startswith("WEBVTT")
    blocks = list(_blocks(lines, is_webvtt))
    if any("-->" in line and _UNREAD.fullmatch(line) and not _times(line) for line in lines):
        raise refusal("subtitles, but the times beside --> can't be read")
    if not blocks and not _TITLE.match(source + "\n"):
        return None
    return Transcript("", tuple(block.cue() for block in blocks))


def _times(line: str) -> re.Match[str] | None:
    line = line.strip()
    return _TIMES.match(line) or _SUBVIEWER.match(line)


def _blocks(lines: list[str], is_webvtt: bool) -> Iterator[Block]:
    """Yield every cue's lines; what lies between cues of WebVTT (notes, styles, identifiers) belongs to none."""
    block, is_open = None, False
    count = 0
    for line in lines:
        if times := _times(line):
            count += 1
            if block:
                yield _without_counter(block, count)
            block, is_open = Block(seconds(times[1]), seconds(times[2])), True
            block.lines.append(_behind(line.strip()[times.end() :]))
        elif block and is_open:
            # Only a line of nothing ends a cue: video sites write lines of one blank within it.
            is_open = bool(line) or not is_webvtt or not any(map(str.strip, block.lines[-2:]))
            block.lines.append(line)
    if block:
        yield block


def _behind(rest: str) -> str:
    """Return the words behind the times, without settings such as `align:start`."""
    settings = _SETTINGS.match(rest)
    return rest[settings.end() :] if settings else rest


def _without_counter(block: Block, count: int) -> Block:
    """Leave out the number of the next cue, also where blank lines are missing before it or stand behind it."""
    written = [place for place in range(len(block.lines)) if block.lines[place].strip()]
    last = written[-1] if written else 0
    counter = block.lines[last].strip()
    if counter.isdecimal() and (last == len(block.lines) - 1 or counter == str(count)):
        del block.lines[last]
    return block
