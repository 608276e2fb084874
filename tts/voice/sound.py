"""The bytes of a recording to its sound, and whether anybody speaks in it."""

from __future__ import annotations

from tts.clock import SAMPLE_RATE, Samples
from tts.errors import VoiceUnusable
from tts.media import decoder
from tts.media.decode import decode
from tts.media.undecodable import NotAudio, TooCostly, TooLong, Undecodable
from tts.voice.speech import Speech

MAX_BYTES = 64 * 2**20
MAX_RECORDING_S = 600.0
MIN_SPEECH_S = 1.0
SILENCE_DBFS = -50.0


def sound_of(data: bytes, *, trusted: bool = False) -> Samples:
    """Return the sound of a file, (samples,) at 24 kHz mono.

    Args:
        data: the bytes of the file.
        trusted: whether it came with this program. Others are decoded in a process of their own, which takes some
            milliseconds more, and 0.2 s where none has been decoded before.

    Raises:
        VoiceUnusable: it is empty, too large or too long, no audio, or damaged.
    """
    if not data:
        raise VoiceUnusable("the recording is empty", "send an audio file with 3 to 12 seconds of speech")
    if len(data) > MAX_BYTES:
        raise VoiceUnusable(
            f"the recording has {len(data) / 2**20:.0f} MiB, the limit is {MAX_BYTES // 2**20}",
            "cut it to the 3 to 12 seconds that sound best",
        )
    try:
        return decode(data, MAX_RECORDING_S) if trusted else decoder.decode(data, MAX_RECORDING_S)
    except TooLong as error:
        raise VoiceUnusable(
            f"the recording is too long: {error}, the limit is {MAX_RECORDING_S:.0f} s",
            "cut it to the 3 to 12 seconds that sound best",
        ) from error
    except NotAudio as error:
        raise VoiceUnusable(f"the recording is not audio: {error}", "send WAV, FLAC, MP3, OGG, M4A or WebM") from error
    except TooCostly as error:
        raise VoiceUnusable(f"the recording can't be read: {error}", "export 3 to 12 seconds of it as WAV") from error
    except Undecodable as error:
        raise VoiceUnusable(f"the recording is damaged: {error}", "export or upload it again") from error


def check_speech(samples: Samples, speech: Speech) -> None:
    """Demand a second of speech.

    Raises:
        VoiceUnusable: there is less, or nothing at all; the error says which.
    """
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
