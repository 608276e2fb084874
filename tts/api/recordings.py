"""The fields with which a recording comes, in whatever action, and what of them doesn't go together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from tts.api.problems import Problem
from tts.errors import DownloadRefused
from tts.limits import STYLE_PATTERN, VOICE_PATTERN

VoiceName = Annotated[str, Field(pattern=f"^{VOICE_PATTERN}$", max_length=64)]
StyleName = Annotated[str, Field(pattern=f"^{STYLE_PATTERN}$", max_length=32)] | None
VoiceUrl = Annotated[
    str | None,
    Field(max_length=4096, description="A recording at a public address of http or https, of at most 64 MiB."),
]
VoiceBase64 = Annotated[
    str | None,
    Field(max_length=100_000_000, description="A recording in base64, data-URI prefix allowed."),
]
VoiceText = Annotated[
    str | None,
    Field(
        description="What is said in the recording: plain text, SRT, VTT, or CSV with Start,End,Segment. "
        "Left out: it is heard."
    ),
]
Language = Annotated[
    str | None,
    Field(
        max_length=35,
        description="E.g. `en`, `en-GB`: what the recording speaks, and how numbers are read; left out: found.",
    ),
]
_SENT = ("voice_url", "voice_base64")
_ADDRESS = re.compile(r"\s*(https?|s3|gs|ftp)://", re.IGNORECASE)
_FETCHED = re.compile(r"\s*https?://", re.IGNORECASE)
_FILE = re.compile(r"[^,]{0,250}\.\w{2,4}")
_NO_ADDRESS = "send an address that begins with https://, or the recording itself as voice_base64"


def about_voice(voice: str | None, url: str | None, base64: str | None, text: str | None) -> Iterator[Problem]:
    """Tell what is wrong with the fields that say whose voice it is."""
    sent = {"voice": voice, "voice_url": url, "voice_base64": base64}
    named = [name for name, value in sent.items() if value is not None]
    if len(named) > 1:
        yield Problem(named[-1], f"{' and '.join(named)} exclude each other", "send only one of them")
    if text is not None and url is None and base64 is None:
        hint = "send it with voice_base64 or voice_url"
        yield Problem("voice_text", "voice_text comes without a recording", hint, lacks=_SENT)
    if _ADDRESS.match((voice or "")[:20]):
        yield _address("voice", voice or "")
    yield from _about_address(url)
    yield from _about_bytes(base64 or "")


def about_recording(url: str | None, base64: str | None) -> Iterator[Problem]:
    """Tell what is wrong with a recording that is needed."""
    if url is None and base64 is None:
        hint = "send it as voice_base64 or voice_url"
        yield Problem("voice_base64", "a recording is missing", hint, lacks=_SENT)
    else:
        yield from about_voice(None, url, base64, None)


def _address(name: str, value: str) -> Problem:
    hint = "send it as voice_url" if _FETCHED.match(value[:20]) else _NO_ADDRESS
    return Problem(name, f"{name} is an address", hint)


def _about_bytes(encoded: str) -> Iterator[Problem]:
    if _ADDRESS.match(encoded[:20]):
        yield _address("voice_base64", encoded)
    elif _FILE.fullmatch(encoded[:300]):
        yield Problem("voice_base64", "voice_base64 is the name of a file", "send the file's bytes in base64")


def _about_address(url: str | None) -> Iterator[Problem]:
    if url is None or _FETCHED.match(url[:20]):
        return
    if url[:5].lower() == "data:":
        yield Problem("voice_url", "voice_url holds the recording itself", "send it as voice_base64")
    elif re.match(r"\s*[a-z][a-z0-9+.-]*:", url[:20], re.IGNORECASE):
        yield Problem("voice_url", "voice_url is no address of http or https", _NO_ADDRESS, DownloadRefused)
    else:
        yield Problem("voice_url", "voice_url is no address", _NO_ADDRESS)
