"""What readers share: a cue while it is read, and what of its lines is said."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from tts.errors import VoiceUnusable
from tts.text.clean import one_line
from tts.voice.transcript.cues import Cue

# Every pattern of this folder takes time in proportion to its text: what repeats is bounded or can't begin again.
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_NOT_SAID = re.compile(r"<[^<>]*>|\{\\[^{}]*\}|\[[^\[\]]*\]|[♩♪♫♬]")  # tags, styles, [sounds], notes
_TURN = re.compile(r"^[ \t]*(?:>>+[ \t]*|[-–—][ \t]+)", re.MULTILINE)
_SPEAKER = re.compile(r"\s*(?:(?:SPEAKER|Speaker)[ _]?\d{1,3}\s?)?:\s+")
_ASIDE = re.compile(r"\s*\([^()]*\)\s*")  # (laughs)


@dataclass
class Block:
    """A cue while it is read: its times, and the lines that follow them."""

    start_s: float
    end_s: float = math.inf
    lines: list[str] = field(default_factory=list)

    def cue(self) -> Cue:
        """Return the cue, without what is not said of its lines."""
        return Cue(self.start_s, self.end_s, said("\n".join(self.lines)))


def refusal(form: str, hint: str = "send plain text, SRT, VTT, or CSV with Start,End,Segment") -> VoiceUnusable:
    """Return the error for a transcript in a form that isn't read."""
    return VoiceUnusable(f"voice_text looks like {form}", hint, "voice_text")


def lines_of(source: str) -> list[str]:
    """Return the lines that hold something, without blanks around them."""
    return [stripped for line in source.split("\n") if (stripped := line.strip())]


def unescaped(text: str) -> str:
    """Return the text with HTML's entities as the characters they stand for; some tools escape twice."""
    if "&" not in text:
        return text
    import html  # 5 ms that the first reply doesn't need

    for _ in range(2):
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    return text


def said(raw: str) -> str:
    """Return the words of a cue: no tags, sounds, notes, dashes or labels of speakers."""
    text = _TURN.sub("", _NOT_SAID.sub("", unescaped(raw)))
    if speaker := _SPEAKER.match(text):
        text = text[speaker.end() :]
    return "" if _ASIDE.fullmatch(text) else one_line(text)


def ended(blocks: Iterable[Block]) -> list[Block]:
    """Return blocks that end where the next one starts; those that start at one time are one."""
    found: list[Block] = []
    for block in sorted(blocks, key=lambda block: block.start_s):
        if found and found[-1].start_s == block.start_s:
            found[-1].lines += block.lines
            continue
        if found:
            found[-1].end_s = block.start_s
        found.append(block)
    return found
