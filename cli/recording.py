"""A voice as it is named on the command line: a recording with its transcript, or a built-in voice."""

from __future__ import annotations

import base64
import sys
from pathlib import Path


def voice_fields(voice: str | None, text: str | None) -> dict[str, str]:
    """Return the input fields of a voice: its name, or the recording and its transcript.

    Raises:
        SystemExit: a file can't be read; the sentence is on stderr.
    """
    if voice is None:
        return {} if text is None else {"voice_text": text}
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
    path = voice.with_suffix(".txt") if text is None else Path(text)
    if text is not None and not text.endswith((".txt", ".srt", ".vtt", ".csv")):
        return text
    if text is None and not path.is_file():
        return None
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        sys.exit(f"{path}: can't be read as a transcript: {error}")
