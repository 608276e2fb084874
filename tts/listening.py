"""Recordings that nobody speaks with yet: what they say, and what they are worth as voices."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Any

from tts.api.hearing import (
    CheckVoiceReply,
    CheckVoiceRequest,
    Measured,
    TranscribeReply,
    TranscribeRequest,
    VoiceFinding,
    WordHeard,
)
from tts.asr.tokens import word_errors
from tts.clock import SAMPLE_RATE
from tts.errors import RequestError, TranscriptionUnavailable, VoiceUnusable
from tts.plan import plan
from tts.text.tokens import Vocabulary
from tts.voice.measures import Measures, measure
from tts.voice.phrases import MOST_ERRORS, shortened
from tts.voice.reference import Voice, make_voice
from tts.voice.registry import Voices
from tts.voice.sound import check_speech, sound_of
from tts.voice.speech import find_speech
from tts.voice.worth import Finding, about_sound, about_use, pace_of

_UNHEARD = (
    "send a clear recording of somebody who speaks a language that the model knows; the operator can serve another "
    "Whisper with TTS_ASR_MODEL"
)
_GRAVITY = ("error", "warning", "note")


class Listening:
    """Answers `transcribe` and `check_voice`. Safe to use from many tasks of one event loop."""

    def __init__(self, voices: Voices, vocabulary: Vocabulary) -> None:
        self._voices = voices
        self._ear = voices.ear
        self._vocabulary = vocabulary

    async def transcribe(self, request: TranscribeRequest) -> TranscribeReply:
        """Tell what a recording says.

        Raises:
            RequestError: it can't be used, or what is said can't be made out; which one says why.
        """
        data = await self._voices.received(request.voice_url, request.voice_base64)
        return await asyncio.to_thread(self._transcribe, request, data)

    async def check_voice(self, request: CheckVoiceRequest) -> CheckVoiceReply:
        """Tell what a recording is worth as a voice; what makes it useless is a finding.

        Raises:
            InvalidInput: it isn't base64.
        """
        data = await self._voices.received(request.voice_url, request.voice_base64)
        return await asyncio.to_thread(self._check_voice, request, data)

    def _transcribe(self, request: TranscribeRequest, data: bytes) -> TranscribeReply:
        samples = sound_of(data)
        check_speech(samples, find_speech(samples))
        if self._ear is None:
            raise TranscriptionUnavailable("this worker makes no transcripts", "ask the operator for TTS_ASR_MODEL")
        try:
            heard = self._ear.hear(samples, request.language)
        except (TranscriptionUnavailable, VoiceUnusable) as error:  # there is no voice_text to send with this action
            raise type(error)(error.message, _UNHEARD, "language" if request.language else None) from error
        words = [
            WordHeard(text=word.text.strip(), start_s=round(word.start_s, 3), end_s=round(word.end_s, 3))
            for word in heard.words
        ]
        length_s = round(len(samples) / SAMPLE_RATE, 3)
        return TranscribeReply(
            text=heard.text, language=heard.language, words=words, duration_s=length_s, model=heard.model
        )

    def _check_voice(self, request: CheckVoiceRequest, data: bytes) -> CheckVoiceReply:
        try:
            samples = sound_of(data)
            speech = find_speech(samples)
            check_speech(samples, speech)
        except RequestError as error:
            return _reply([Finding("error", "recording", error.message, error.hint)])
        measured = measure(samples, speech)
        findings = list(about_sound(measured))
        try:
            voice = make_voice(data, request.voice_text, ear=self._ear, language=request.language)
        except RequestError as error:
            findings.append(Finding("error", "transcript", error.message, error.hint))
            return _reply(findings, measured=_numbers(measured))
        findings += about_use(measured, voice)
        return _reply(
            findings,
            measured=_numbers(measured, pace=round(pace_of(voice), 1)),
            used_s=round(voice.duration_s, 3),
            text=voice.text,
            transcript=voice.transcript,
            chunks=self._chunks(request.text, voice, findings),
            **self._compared(voice, request.language, findings),
        )

    def _compared(self, voice: Voice, language: str | None, findings: list[Finding]) -> dict[str, Any]:
        """Return what is heard where a transcript was given, and how far both differ."""
        if self._ear is None or voice.transcript != "given":
            return {}
        try:
            heard = self._ear.hear(voice.samples, language).text
        except RequestError as error:
            said = f"it can't be checked: {error.message}"
            findings.append(Finding("note", "transcript", said, "compare it with the recording, word by word"))
            return {}
        wer = word_errors(heard, voice.text)
        if wer > MOST_ERRORS:
            said = f"{shortened(voice.text)!r} was given, {shortened(heard)!r} is heard"
            findings.append(Finding("warning", "transcript", said, "send what is said in the recording"))
        return {"heard": heard, "wer": round(wer, 3)}

    def _chunks(self, text: str | None, voice: Voice, findings: list[Finding]) -> int | None:
        if text is None:
            return None
        try:
            return len(plan(text, voice, self._vocabulary, speed=1.0, duration_s=None, seed=0).chunks)
        except RequestError as error:
            findings.append(
                Finding("error", "transcript", error.message, error.hint)
                if error.field == "voice_text"
                else Finding("warning", "text", error.message, error.hint)
            )
            return None


def _reply(findings: list[Finding], **known: Any) -> CheckVoiceReply:
    gravest_first = sorted(findings, key=lambda finding: _GRAVITY.index(finding.level))
    return CheckVoiceReply(
        usable=all(finding.level != "error" for finding in findings),
        findings=[VoiceFinding(**asdict(finding)) for finding in gravest_first],
        **known,
    )


def _numbers(measured: Measures, pace: float | None = None) -> Measured:
    ratio, noise = measured.signal_to_noise_db, measured.noise_dbfs
    return Measured(
        duration_s=round(measured.duration_s, 3),
        speech_s=round(measured.speech_s, 2),
        pace=pace,
        level_dbfs=round(measured.level_dbfs, 1),
        peak_dbfs=round(measured.peak_dbfs, 1),
        noise_dbfs=None if noise is None else round(noise, 1),
        signal_to_noise_db=None if ratio is None else round(ratio, 1),
        clipped=round(measured.clipped, 5),
        band_hz=round(measured.band_hz),
        tones=round(measured.tones, 3),
    )
