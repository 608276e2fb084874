"""Transcripts as people have them: plain text, or any of the forms with times that tools write.

Read line by line by code of our own: of the libraries for subtitles pysubs2 1.8, pycaption 2.3 and ttconv 1.2 take time
in the square of a stranger's text, webvtt-py 0.6 knows three forms, and none undoes captions that roll.
"""

from __future__ import annotations

import math
import re

from tts.errors import VoiceUnusable
from tts.text.clean import clean
from tts.voice.transcript import arrows, corpora, foreign, lines, markup, panels, scripts, tables, tree
from tts.voice.transcript.cues import Cue, Transcript, unescaped
from tts.voice.transcript.rolling import once

__all__ = ["Cue", "Transcript", "read_transcript"]

MAX_CHARS = 2**19  # ten minutes as JSON with the times and odds of every word are some 250,000
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
_TAGS = re.compile(
    r"</?(?:p|br|b|i|u|s|em|strong|span|font|div|small|big|sub|sup)(?:\s[^<>]{0,200})?/?>", re.IGNORECASE
)


def read_transcript(source: str) -> Transcript:
    """Read a transcript in whichever of the forms it is; times are kept where it has them.

    Raises:
        VoiceUnusable: it is too long, damaged, or in a form that isn't read; the error names the form.
    """
    if len(source) > MAX_CHARS:
        raise VoiceUnusable(
            f"voice_text has {len(source)} characters, the limit is {MAX_CHARS}",
            "send the transcript of this recording only",
            "voice_text",
        )
    source = source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").strip()
    foreign.refuse(source)
    for read in _READERS:
        if found := read(source):
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
    cues = once(cues)
    return Transcript(" ".join(cue.text for cue in cues), tuple(cues), found.step_s)


def _plain(text: str) -> str:
    return clean(_TAGS.sub(" ", unescaped(text))).replace("\n", " ")
