"""Transcripts as people have them: plain text, or any of the forms with times that tools write.

Read line by line by code of our own: of the libraries for subtitles pysubs2 1.8, pycaption 2.3 and ttconv 1.2 take time
in the square of a stranger's text, webvtt-py 0.6 knows three forms, and none undoes captions that roll.
"""

from __future__ import annotations

import re

from tts.errors import VoiceUnusable
from tts.text.clean import one_line
from tts.voice.transcript.cues import Cue, Transcript

__all__ = ["Cue", "Transcript", "read_transcript"]

MAX_CHARS = 2**19  # ten minutes as JSON with the times and odds of every word are some 250,000
_SIGNS = re.compile(r"[\d<>{}\[\]|&\t\x03%]")  # every form but plain text has one


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
    if not _SIGNS.search(source):
        return Transcript(one_line(source))
    from tts.voice.transcript.forms import read  # its patterns take 0.05 s to compile, and plain words need none

    return read(source)
