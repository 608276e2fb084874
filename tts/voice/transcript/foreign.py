"""Forms that aren't read, told by how they begin."""

from __future__ import annotations

import re

from tts.voice.transcript.blocks import refusal

_FORMS = (
    (r"\{\\rtf", "rich text (RTF)"),
    (r"PK\x03\x04", "a Word document or another ZIP archive"),
    (r"%PDF-", "a PDF"),
    (r"(?i:<!DOCTYPE html|<html[\s>])", "a page of HTML"),
    (r"(?i:<SAMI[\s>])", "SAMI subtitles"),
    (r"\{\d{1,7}\}\{\d{0,7}\}", "MicroDVD subtitles, which count frames"),
    (r"\[\d{1,7}\]\[\d{0,7}\]", "MPL2 subtitles"),
    (r"Scenarist_SCC V", "Scenarist captions"),
    (r'File type = "ooTextFile|"?ooTextFile', "a TextGrid of Praat"),
)
_BEGINNINGS = tuple((re.compile(beginning), name) for beginning, name in _FORMS)


def refuse(source: str) -> None:
    """Refuse what is surely no transcript, or one in a form that isn't read.

    Raises:
        VoiceUnusable: it names the form.
    """
    for beginning, name in _BEGINNINGS:
        if beginning.match(source):
            raise refusal(name)
