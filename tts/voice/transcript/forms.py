"""Which form a transcript has: each reader is asked in turn, the strictest first."""

from __future__ import annotations

import math
import re

from tts.text.clean import one_line
from tts.voice.transcript import arrows, corpora, foreign, lines, markup, panels, scripts, tables, tree
from tts.voice.transcript.blocks import unescaped
from tts.voice.transcript.cues import Cue, Transcript
from tts.voice.transcript.rolling import once

_READERS = (
    tree.read,
    scripts.read,
    markup.read,
    tables.table,
    lines.console,
    lines.lyrics,
    panels.ranges,
    arrows.read,
    tables.labels,
    panels.panel,
    corpora.read,
)
_NAME = re.compile(r"[^\W\d_a-z][\w.'-]{0,30}(?: [^\W\d_a-z][\w.'-]{0,30}){0,2}: (?=\S)")  # Tom Smith:
_TAGS = re.compile(
    r"</?(?:p|br|b|i|u|s|em|strong|span|font|div|small|big|sub|sup)(?:\s[^<>]{0,200})?/?>", re.IGNORECASE
)


def read(source: str) -> Transcript:
    """Return what a transcript says, whatever its form, with its times if it has any.

    Raises:
        VoiceUnusable: it is damaged or in a form that isn't read.
    """
    foreign.refuse(source)
    source = source.replace("**", "")  # bold
    for reader in _READERS:
        if found := reader(source):
            return _finished(found)
    return Transcript(_plain(source))


def _finished(found: Transcript) -> Transcript:
    """Return what a reader found with every word once; ends that are no ends are those of the next beginning."""
    if not found.cues:
        return Transcript(_plain(found.text))
    cues = sorted(found.cues, key=lambda cue: cue.start_s)
    starts = [*(cue.start_s for cue in cues[1:]), math.inf]
    cues = [
        cue if cue.end_s > cue.start_s else Cue(cue.start_s, start_s, cue.text)
        for cue, start_s in zip(cues, starts, strict=True)
    ]
    cues = _without_names(once(cues))
    return Transcript(" ".join(cue.text for cue in cues), tuple(cues), found.step_s)


def _without_names(cues: list[Cue]) -> list[Cue]:
    """Leave out the speakers' names if every cue begins with one, as meetings' transcripts do."""
    named = [(_NAME.match(cue.text), cue) for cue in cues]
    if len(cues) < 2 or not all(name for name, _ in named):
        return cues
    return [Cue(cue.start_s, cue.end_s, cue.text[name.end() :]) for name, cue in named if name]


def _plain(text: str) -> str:
    return one_line(_TAGS.sub(" ", unescaped(text)))
