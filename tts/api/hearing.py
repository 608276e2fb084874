"""The actions around a recording: what it says, and what it is worth as a voice.

Their validators are built when they are first used (`defer_build`): 15 ms that a start need not take.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from tts.api.problems import Problem
from tts.api.recordings import Language, VoiceBase64, VoiceText, VoiceUrl, about_recording
from tts.api.replies import Reply
from tts.api.requests import Request
from tts.limits import TEXT_LIMIT


class TranscribeRequest(Request, defer_build=True):
    """Tell what a recording says."""

    action: Literal["transcribe"]
    voice_url: VoiceUrl = None
    voice_base64: VoiceBase64 = None
    language: Language = None

    def contradictions(self) -> Iterator[Problem]:
        """Tell what is sent instead of a recording."""
        yield from about_recording(self.voice_url, self.voice_base64)


class WordHeard(Reply, defer_build=True):
    """One word and when it is said."""

    text: str
    start_s: float
    end_s: float


class TranscribeReply(Reply, defer_build=True):
    """What a `transcribe` job returns."""

    text: str
    language: str = Field(description="ISO 639-1.")
    words: list[WordHeard] = Field(description="With their marks; their times are off by 0.1 s at times.")
    duration_s: float = Field(description="Of the recording.")
    model: str = Field(description="Which Whisper listened.")


class CheckVoiceRequest(Request, defer_build=True):
    """Tell what a recording is worth as a voice, before it is used."""

    action: Literal["check_voice"]
    voice_url: VoiceUrl = None
    voice_base64: VoiceBase64 = None
    voice_text: VoiceText = None
    language: Language = None
    text: Annotated[str, Field(min_length=1, max_length=TEXT_LIMIT)] | None = Field(
        None, description="A text to say with it: the reply tells in how many chunks."
    )

    def contradictions(self) -> Iterator[Problem]:
        """Tell what is sent instead of a recording."""
        yield from about_recording(self.voice_url, self.voice_base64)


class VoiceFinding(Reply, defer_build=True):
    """One thing about a recording that could be better."""

    level: Literal["error", "warning", "note"] = Field(description="With an error it can't be used.")
    about: Literal["recording", "length", "pace", "level", "noise", "clipping", "music", "band", "transcript", "text"]
    says: str = Field(description="What is so.")
    better: str = Field(description="What to do about it.")


class Measured(Reply, defer_build=True):
    """A recording in numbers."""

    duration_s: float
    speech_s: float = Field(description="Without pauses.")
    pace: float | None = Field(
        None, description="Letters a second of speech, Han characters as three; 12 to 20 is usual."
    )
    level_dbfs: float = Field(description="Root mean square of the speech.")
    peak_dbfs: float
    noise_dbfs: float | None = Field(None, description="What the noise hardly ever exceeds; left out: none was found.")
    signal_to_noise_db: float | None = None
    clipped: float = Field(description="Share of samples in flat tops, 0 to 1.")
    band_hz: float = Field(description="Above it the recording holds nothing; 12000 is all that is used.")
    tones: float = Field(description="Share of the time with held tones, as music and hum have, 0 to 1.")


class CheckVoiceReply(Reply, defer_build=True):
    """What a `check_voice` job returns."""

    usable: bool
    findings: list[VoiceFinding] = Field(description="The gravest first; empty: nothing to better.")
    measured: Measured | None = Field(None, description="Left out where nobody speaks in it, or it is no audio.")
    used_s: float | None = Field(None, description="Length of the part that would be used.")
    text: str | None = Field(None, description="What that part says.")
    transcript: Literal["given", "made", "made, checked"] | None = None
    heard: str | None = Field(None, description="What is heard in that part, where a transcript was given.")
    wer: float | None = Field(None, description="Word error rate of the transcript given, 0 to 1.")
    chunks: int | None = Field(None, description="In which `text` would be said.")
