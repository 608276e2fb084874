"""Stored voices: added, listed, shown, deleted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from tts.api.problems import Problem
from tts.api.recordings import (
    Language,
    StyleName,
    VoiceBase64,
    VoiceName,
    VoiceText,
    VoiceUrl,
    about_recording,
)
from tts.api.replies import Audio, Reply
from tts.api.requests import Request

_Named = Annotated[str, Field(min_length=1, max_length=200, description="Name of the voice.")]


class VoiceAddRequest(Request):
    """Store a recording as a voice, or as a style of one; what had that name and style is replaced."""

    action: Literal["voice_add"]
    name: VoiceName = Field(description="a-z, 0-9, `_` and `-`; none of a built-in voice.")
    style: StyleName = Field(None, description="Which of the voice's recordings this is; left out: `default`.")
    voice_url: VoiceUrl = None
    voice_base64: VoiceBase64 = None
    voice_text: VoiceText = None
    language: Language = None

    def contradictions(self) -> Iterator[Problem]:
        """Tell what is wrong with the recording as it is sent."""
        yield from about_recording(self.voice_url, self.voice_base64)


class VoiceListRequest(Request):
    """List the voices that a job may name."""

    action: Literal["voice_list"]


class VoiceGetRequest(Request):
    """Show a voice, with the recording that is used."""

    action: Literal["voice_get"]
    name: _Named
    style: StyleName = Field(None, description="Which of the voice's recordings; left out: `default`.")


class VoiceDeleteRequest(Request):
    """Delete a stored voice, or one of its styles."""

    action: Literal["voice_delete"]
    name: _Named
    style: StyleName = Field(None, description="The style to delete; left out: all of the voice.")


class VoiceAddReply(Reply):
    """What a `voice_add` job returns."""

    name: str
    style: str
    id: str = Field(description="Hash of the stored recording and its text.")
    status: Literal["created", "updated", "unchanged"]
    text: str = Field(description="What the part of the recording that is used says.")
    transcript: Literal["given", "made", "made, checked"] = Field(description="Where that is from, see `VoiceUsed`.")
    duration_s: float = Field(description="Length of that part.")
    language: str | None = None
    created: str = Field(description="UTC; when this name and style were stored first.")
    findings: list[str] = Field(description="What could be better about the recording; `check_voice` says how.")
    warnings: list[str]


class VoiceListed(Reply):
    """One voice of the list."""

    name: str
    source: Literal["built-in", "stored", "by hand"] = Field(
        description="`by hand`: a recording that somebody put into the folder of voices."
    )
    styles: list[str]
    id: str | None = Field(None, description="Of a stored voice, as the next four are; of its first style.")
    duration_s: float | None = None
    language: str | None = None
    created: str | None = None
    findings: list[str] | None = Field(None, description="What could be better about the recording.")
    uses: int = Field(description="Jobs that named it, since this worker started.")


class DamagedVoice(Reply):
    """What lies in the folder of voices and can't be used."""

    name: str
    style: str | None = None
    problem: str


class VoiceListReply(Reply):
    """What a `voice_list` job returns."""

    voices: list[VoiceListed]
    damaged: list[DamagedVoice]


class VoiceGetReply(Reply):
    """What a `voice_get` job returns."""

    name: str
    source: Literal["built-in", "stored", "by hand"]
    style: str
    styles: list[str]
    id: str = Field(description="As the reply of `synthesize` has it.")
    text: str
    duration_s: float
    language: str | None = None
    created: str | None = None
    findings: list[str] | None = Field(None, description="What could be better about the recording, if it is stored.")
    uses: int
    audio: Audio = Field(description="The recording that is used: FLAC, 24 kHz, mono, inline.")


class VoiceDeleteReply(Reply):
    """What a `voice_delete` job returns."""

    name: str
    deleted: list[str] = Field(description="The styles that are gone.")
