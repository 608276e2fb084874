"""A voice as it is named on the command line: a recording with its transcript, its address, or a voice's name."""

from __future__ import annotations

import base64
import re
import sys
from pathlib import Path

from tts.voice.transcript.files import transcript_given


def voice_fields(voice: str | None, text: str | None) -> dict[str, str]:
    """Return the input fields of a voice: its name, or the recording or its address, and its transcript.

    Raises:
        SystemExit: a file can't be read; the sentence is on stderr.
    """
    if voice is None:
        return {} if text is None else {"voice_text": text}
    if re.match("https?://", voice, re.IGNORECASE):
        return {"voice_url": voice} if text is None else {"voice_url": voice, "voice_text": _given(text)}
    path = Path(voice)
    if path.is_file():
        said = _transcript(path, text)
        found = {"voice_base64": base64.b64encode(_read(path, "--voice")).decode()}
        return found if said is None else {**found, "voice_text": said}
    if path.suffix or "/" in voice:
        sys.exit(f"--voice {voice}: there is no such file")
    return {"voice": voice} if text is None else {"voice": voice, "voice_text": text}


def _read(path: Path, flag: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        sys.exit(f"{flag} {path}: can't be read: {error.strerror}")


def _transcript(voice: Path, text: str | None) -> str | None:
    """Return the transcript: as given, of a file that is given, or of a .txt beside the recording."""
    beside = voice.with_suffix(".txt")
    if text is None and not beside.is_file():
        return None
    return _given(str(beside) if text is None else text)


def _given(given: str) -> str:
    try:
        return transcript_given(given)
    except (OSError, UnicodeError) as error:
        sys.exit(f"{given}: can't be read as a transcript: {error}")
