"""Lines of data sets of speech: the name of a recording, then what it says."""

from __future__ import annotations

import re

from tts.voice.transcript.blocks import lines_of, refusal
from tts.voice.transcript.cues import Transcript

_NAME = r"(?=[^\s|]{0,200}(?:\d|/|\.wav|\.flac|\.mp3|\.ogg))[^\s|]{3,200}"
_LINES = tuple(
    re.compile(line)
    for line in (
        rf"{_NAME}\|(?P<fields>.+)",  # LJSpeech and all that are laid out like it
        rf"(?=\S{{5}}){_NAME}\t(?P<words>[^\t]+)",
        r"\d{1,5}-\d{2,7}-0\d{3} (?P<words>[A-Z' ]+)",  # LibriSpeech
        r"[a-z]{1,10}\d{1,5}[-_][a-z]{0,10}\d{3,9}\s+(?P<words>.+)",  # VCTK, Kaldi
        r"[A-Z]{1,5}\d{3,5}S\d{4}W\d{4}\s+(?P<words>.+)",  # AISHELL
        r"[A-Z]{3,20}\d{0,5}_\d{3,5}:(?P<words>.+)",  # JSUT, JVS
        r"\( ?\w{3,40} \"(?P<words>.+)\" ?\)",  # CMU Arctic, Festival
        r"0 \d{4,6} (?P<words>[A-Z]\S{0,40} .+(?<=[.?!]))",  # TIMIT
    )
)
_WORDS = (  # one a line, with times that no reader needs: they are of the whole recording
    re.compile(r"\d{1,10} \d{3,10} ([^\W\d_][\w'-]{0,40})"),  # TIMIT, HTK
    re.compile(r"\S{1,100} [\dA] \d{1,5}\.\d{1,4} \d{1,5}\.\d{1,4} ([^\W\d_][\w'-]{0,40})(?: [\d.]{1,9})?"),  # CTM
)
_HEADER = re.compile(r"(?:audio_file|audio|wav|path|file)\|text(?:\|.*)?")


def read(source: str) -> Transcript | None:
    """Read the line of a data set; None if it is none.

    Raises:
        VoiceUnusable: there are lines of several recordings.
    """
    lines = lines_of(source)
    if lines and _HEADER.fullmatch(lines[0]):
        lines = lines[1:]
    for line in _LINES:
        found = line.fullmatch(lines[0]) if lines else None
        if found and len(lines) > 1 and all(map(line.fullmatch, lines)):
            raise refusal("lines of a data set, each of another recording", "send only the words of this recording")
        if found and len(lines) == 1:
            return Transcript(_words(found))
    for pattern in _WORDS:
        words = [word[1] for line in lines if (word := pattern.fullmatch(line))]
        if len(words) == len(lines) > 1:
            return Transcript(" ".join(words))
    return None


def _words(line: re.Match[str]) -> str:
    """Return what is said: of several fields the last that is a sentence, which has numbers written out."""
    if "fields" not in line.groupdict():
        return line["words"]
    fields = line["fields"].split("|")
    sentences = [field for field in fields if " " in field.strip()]
    return sentences[-1] if sentences else max(fields, key=len)
