"""A recording and its transcript to a `Voice`, or a refusal that says what to do."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from urllib.parse import unquote

import numpy as np

from tts.asr.heard import Ear
from tts.clock import SAMPLE_RATE, Samples
from tts.errors import InvalidInput
from tts.voice.agreement import Check, agreed
from tts.voice.sound import check_speech, sound_of
from tts.voice.speech import find_speech
from tts.voice.transcript import read_transcript
from tts.voice.transcript.check import check
from tts.voice.used import Source, part_used

TARGET_RMS = 0.1  # a quieter reference is raised to this, and the result lowered again
_STANDARD = bytes.maketrans(b"-_", b"+/")  # from the alphabet for addresses
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
    transcript: Source = "given"
    language: str | None = None  # of it, if that was given or heard

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
    try:
        plain = "".join(body.split()).encode("ascii").translate(_STANDARD)  # a tenth of what a text's translate takes
        return base64.b64decode(plain + b"=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        hint = "send the bytes of an audio file, base64-encoded, with or without `data:audio/...;base64,`"
        raise InvalidInput("voice_base64 is not base64", hint, "voice_base64") from error


def voice_id(data: bytes, text: str | None) -> str:
    """Return the hash that names a recording together with its transcript."""
    return hashlib.sha256(data + b"\0" + (text or "").encode()).hexdigest()[:16]


def make_voice(
    data: bytes,
    text: str | None,
    name: str = "",
    *,
    trusted: bool = False,
    ear: Ear | None = None,
    language: str | None = None,
    checked: Check = Check.NEVER,
) -> Voice:
    """Make a voice of a recording.

    Args:
        data: an audio file in any format that FFmpeg reads.
        text: its transcript, plain or in any of the forms with times that `read_transcript` knows.
        name: what the reply calls it.
        trusted: whether the file came with this program. Others are decoded in a process of their own, which takes
            some milliseconds more, and 0.2 s where none has been decoded before.
        ear: makes a transcript that is missing, and finds a plain one in a long recording; None: nothing does.
        language: of the recording, if known.
        checked: when a transcript that is given is held against what is heard.

    Raises:
        VoiceUnusable: the recording or its transcript can't serve; the error says why and what to do.
        TranscriptionUnavailable: there is no transcript, and none can be made.
    """
    samples = sound_of(data, trusted=trusted)
    speech = find_speech(samples)
    check_speech(samples, speech)
    transcript = read_transcript(text or "")
    used = part_used(samples, speech, transcript, ear, language, twice=checked is Check.DEMANDED)
    samples, said = used.samples, used.text
    warnings, spoken = check(said, len(samples) / SAMPLE_RATE), language or used.language
    if used.source == "given":
        warnings, spoken = agreed(said, samples, warnings, ear, language, checked)
    rms = float(np.sqrt(np.square(samples, dtype=np.float64).mean()))
    gain = min(1.0, rms / TARGET_RMS)
    sound = np.concatenate([samples / np.float32(gain), _TAIL])
    return Voice(voice_id(data, text), name, sound, said, gain, warnings, used.source, spoken)
