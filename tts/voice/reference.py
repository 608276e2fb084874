"""A recording and its transcript to a `Voice`, or a refusal that says what to do."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from urllib.parse import unquote

import numpy as np

from tts.clock import SAMPLE_RATE, Samples
from tts.errors import InvalidInput, VoiceUnusable
from tts.media.decode import NotAudio, TooLong, Undecodable, decode
from tts.voice.cut import MAX_KEPT_S, MIN_KEPT_S, cut_by_cues
from tts.voice.speech import Speech, best_stretch, find_speech, trim, without_long_pauses
from tts.voice.transcript import Transcript, read_transcript
from tts.voice.transcript.check import check

MAX_BYTES = 64 * 2**20
MAX_RECORDING_S = 600.0
MIN_SPEECH_S = 1.0
_AROUND_S = 0.25  # kept around 12 s of speech: margins, and what a codec smears
SILENCE_DBFS = -50.0
TARGET_RMS = 0.1  # a quieter reference is raised to this, and the result lowered again
_STANDARD = str.maketrans("-_", "+/")  # from the alphabet for addresses
_TAIL = np.zeros(round(0.05 * SAMPLE_RATE), np.float32)  # without it the last sound runs into the new text


@dataclass(frozen=True, eq=False)
class Voice:
    """A voice to speak with."""

    id: str  # hash of the recording's bytes and the transcript
    name: str
    samples: Samples  # (samples,) 24 kHz mono, trimmed, at least TARGET_RMS loud, 50 ms of silence at its end
    text: str  # what is said in it
    gain: float  # brings a result back to the recording's own level, 0..1
    warnings: tuple[str, ...] = ()

    @property
    def duration_s(self) -> float:
        """Length of the reference."""
        return len(self.samples) / SAMPLE_RATE

    @property
    def recording(self) -> Samples:
        """What is used of the recording, at its own level, without the silence at the end."""
        return self.samples[: -len(_TAIL)] * np.float32(self.gain)


def decode_base64(encoded: str) -> bytes:
    """Return the bytes of a base64 text, in either alphabet, with or without the beginning of a data URI.

    Raises:
        InvalidInput: it isn't base64.
    """
    body = encoded.strip()
    if body[:5].lower() == "data:":
        body = unquote(body.rpartition(",")[2])  # browsers write commas before it: codecs=vp8,opus
    body = re.sub(r"\s+", "", body).translate(_STANDARD)
    try:
        return base64.b64decode(body + "=" * (-len(body) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        hint = "send the bytes of an audio file, base64-encoded, with or without `data:audio/...;base64,`"
        raise InvalidInput("voice_base64 is not base64", hint, "voice_base64") from error


def voice_id(data: bytes, text: str | None) -> str:
    """Return the hash that names a recording together with its transcript."""
    return hashlib.sha256(data + b"\0" + (text or "").encode()).hexdigest()[:16]


def make_voice(data: bytes, text: str | None, name: str = "") -> Voice:
    """Make a voice of a recording.

    Args:
        data: an audio file in any format that FFmpeg reads.
        text: its transcript, plain or in any of the forms with times that `read_transcript` knows.
        name: what the reply calls it.

    Raises:
        VoiceUnusable: the recording or its transcript can't serve; the error says why and what to do.
        TranscriptionUnavailable: there is no transcript.
    """
    samples = _decode(data)
    speech = find_speech(samples)
    _check_speech(samples, speech)
    transcript = read_transcript(text or "")
    samples, said = _cut(samples, speech, transcript)
    warnings = check(said, len(samples) / SAMPLE_RATE)
    rms = float(np.sqrt(np.square(samples, dtype=np.float64).mean()))
    gain = min(1.0, rms / TARGET_RMS)
    return Voice(voice_id(data, text), name, np.concatenate([samples / np.float32(gain), _TAIL]), said, gain, warnings)


def _decode(data: bytes) -> Samples:
    if not data:
        raise VoiceUnusable("the recording is empty", "send an audio file with 3 to 12 seconds of speech")
    if len(data) > MAX_BYTES:
        raise VoiceUnusable(
            f"the recording has {len(data) / 2**20:.0f} MiB, the limit is {MAX_BYTES // 2**20}",
            "cut it to the 3 to 12 seconds that sound best",
        )
    try:
        return decode(data, MAX_RECORDING_S)
    except TooLong as error:
        raise VoiceUnusable(
            f"the recording is too long: {error}, the limit is {MAX_RECORDING_S:.0f} s",
            "cut it to the 3 to 12 seconds that sound best",
        ) from error
    except NotAudio as error:
        raise VoiceUnusable(f"the recording is not audio: {error}", "send WAV, FLAC, MP3, OGG, M4A or WebM") from error
    except Undecodable as error:
        raise VoiceUnusable(f"the recording is damaged: {error}", "export or upload it again") from error


def _check_speech(samples: Samples, speech: Speech) -> None:
    if len(samples) < MIN_SPEECH_S * SAMPLE_RATE:
        raise VoiceUnusable(
            f"the recording lasts {len(samples) / SAMPLE_RATE:.2f} s, a voice needs at least 1 s of speech",
            "record 3 to 12 seconds of one person speaking",
        )
    if speech.level_db < SILENCE_DBFS:
        raise VoiceUnusable(
            f"the recording is silent: its level is {max(speech.level_db, -99):.0f} dBFS, at least "
            f"{SILENCE_DBFS:.0f} is needed",
            "check the microphone, or raise the recording's level before sending it",
        )
    if speech.seconds < MIN_SPEECH_S:
        raise VoiceUnusable(
            f"the recording holds {speech.seconds:.2f} s of speech, a voice needs at least 1 s",
            "record 3 to 12 seconds of one person speaking",
        )


def _cut(samples: Samples, speech: Speech, transcript: Transcript) -> tuple[Samples, str]:
    """Trim silence around and within the speech; cut sound and text together, by the times that a transcript has."""
    if transcript.cues:  # their times are those of the recording as it came
        samples, said = cut_by_cues(samples, speech, transcript)
        speech = find_speech(samples)
        _check_speech(samples, speech)
        return without_long_pauses(samples, speech.mask), said
    spoken = trim(samples, speech)
    if len(spoken) <= (MAX_KEPT_S + _AROUND_S) * SAMPLE_RATE:
        return spoken, transcript.text
    if transcript.text:
        raise VoiceUnusable(
            f"the recording has {len(spoken) / SAMPLE_RATE:.1f} s of speech and must be cut to "
            f"{MAX_KEPT_S:.0f} s, but the transcript has no times to cut it by",
            "send 3 to 12 s with just their transcript, or a transcript with times (SRT, VTT, or CSV with "
            "Start,End,Segment)",
            "voice_text",
        )
    start, end = best_stretch(find_speech(spoken), MIN_KEPT_S, MAX_KEPT_S)
    return spoken[start:end], ""
