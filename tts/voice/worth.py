"""What a recording is worth as a voice: what could be better about it, and how."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tts.text.durations import weight
from tts.voice.cut import MAX_KEPT_S, MIN_KEPT_S
from tts.voice.measures import Measures
from tts.voice.reference import Voice
from tts.voice.speech import find_speech

Level = Literal["error", "warning", "note"]
Subject = Literal["recording", "length", "pace", "level", "noise", "clipping", "music", "band", "transcript", "text"]

# What recordings without a fault measure (the examples of f5-tts, speech of espeak-ng) lies far on the other side.
_TONES = 0.3  # share of the time; speech has 0.0 to 0.18, with music 20 dB below it 0.42
_CLIPPED = 0.002  # share of samples; speech up to 0.0003
_NARROW_HZ = 7_000.0  # telephones have 4 kHz, and wideband telephony 8
_QUIET_DBFS = -36.0
_NEAR_DB, _NOISY_DB = 20.0, 10.0  # of the voice above the noise
_SLOW, _FAST = 9.0, 22.0  # letters a second
_CLOSER = "record closer to the microphone, in a quiet room with soft furniture"


@dataclass(frozen=True)
class Finding:
    """One thing that could be better."""

    level: Level  # with an error the recording can't be used
    about: Subject
    says: str  # what is so
    better: str  # what to do about it


def pace_of(voice: Voice) -> float:
    """Return the letters a second of speech, Han characters as three."""
    return weight(voice.text) / max(find_speech(voice.samples).seconds, 0.1)


def about_sound(measured: Measures) -> Iterator[Finding]:
    """Yield what could be better about the sound: what is beside the voice is heard in every result."""
    ratio = measured.signal_to_noise_db
    if measured.tones > _TONES:
        said = f"tones are held in {measured.tones:.0%} of the time, as in music and hum"
        yield Finding("warning", "music", said, "record the voice alone")
    elif ratio is not None and ratio < _NEAR_DB:
        level: Level = "warning" if ratio < _NOISY_DB else "note"
        yield Finding(level, "noise", f"the voice is only {max(ratio, 0):.0f} dB above the noise", _CLOSER)
    if measured.clipped > _CLIPPED:
        said = f"{measured.clipped:.1%} of the samples are clipped"
        yield Finding("warning", "clipping", said, "record again at a lower level; clipping can't be undone")
    if measured.level_dbfs < _QUIET_DBFS:
        yield Finding("note", "level", f"the voice is quiet, {measured.level_dbfs:.0f} dBFS", _CLOSER)
    if measured.band_hz < _NARROW_HZ:
        said = f"there is nothing above {measured.band_hz / 1000:.0f} kHz, as on a telephone"
        yield Finding("warning", "band", said, "send a recording at 24 kHz or more; results are as dull as this")


def about_use(measured: Measures, voice: Voice) -> Iterator[Finding]:
    """Yield what could be better about the part that is used, its pace and its words."""
    if voice.duration_s < MIN_KEPT_S:
        said = f"only {voice.duration_s:.1f} s are speech"
        yield Finding("warning", "length", said, "record 5 to 12 s, from which the model hears more of the voice")
    if measured.speech_s > MAX_KEPT_S:
        said = f"{voice.duration_s:.1f} of {measured.duration_s:.1f} s are used"
        yield Finding("note", "length", said, "send the 5 to 12 s that sound best, if others should be used")
    pace = pace_of(voice)
    if not _SLOW <= pace <= _FAST:
        said = f"it is {'slow' if pace < _SLOW else 'fast'}, {pace:.0f} letters a second"
        yield Finding("note", "pace", said, "results have the pace of the recording; speed changes it")
    for warning in voice.warnings:
        yield Finding("warning", "transcript", warning, "send all that is said in the recording, and nothing else")
