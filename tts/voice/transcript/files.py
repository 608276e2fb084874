"""Transcripts that lie in files: which text means one, and how it is read."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

_ENDINGS = (
    "wav|mp3|flac|ogg|oga|opus|m4a|aac|webm|mp4|aiff?|wma|amr|caf|txt|srt|vtt|csv|tsv|json|lab|ass|ssa|lrc|ttml"
    "|docx?|pdf|rtf|md"
)
_NAME = (  # compiled where needed: few transcripts end like a name
    rf"(?i)[^\n]{{1,60}}\.(?:{_ENDINGS})"  # me.wav, my voice.mp3
    rf"|(?:[a-z]:[\\/]|\\\\|[~.]{{0,2}}/)[^\n]{{1,300}}\.(?:{_ENDINGS})"  # C:\my voices\me.txt
    r"|[a-z]:[\\/]\S+"
    r"|(?:https?|s3|gs|file)://\S+"
    r"|[~.]{0,2}(?:/[\w.-]{1,60}){2,20}/?"
)
_BYTE_ORDERS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def is_name(text: str) -> bool:
    """Tell whether a text is a file's name or an address and no words."""
    text = text.strip()
    return (text[-1:].isalnum() or "/" in text or "\\" in text) and bool(re.fullmatch(_NAME, text))


def transcript_given(text: str) -> str:
    """Return the transcript that a command line means: what the file of that name holds, or the text itself.

    Raises:
        OSError: it looks like a name and there is no such file, or the file can't be read.
        UnicodeError: the file isn't text in UTF-8 or UTF-16.
    """
    path = Path(text)
    if not _is_file(path):
        if is_name(text):
            raise FileNotFoundError("there is no such file")
        return text
    return decoded(path.read_bytes())


def decoded(data: bytes) -> str:
    """Return the text that a file holds.

    Raises:
        UnicodeError: it isn't text in UTF-8 or UTF-16.
    """
    return data.decode(next((name for mark, name in _BYTE_ORDERS if data.startswith(mark)), "utf-8"))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # longer than a name may be
        return False
