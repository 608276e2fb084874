"""How large a recording can get in each format, known before it is made.

The sizes of WAV and PCM follow from the length. The others depend on the sound: the table holds the most that speech
took (`python -m bench.sizes`: 14 voices, without and with white noise), and a margin is added. Music or noise alone may
take more; a recording that doesn't fit after all is refused once it is made.
"""

from __future__ import annotations

from tts.clock import SAMPLE_RATE

EXACT = ("wav", "pcm")
SMALLEST_FIRST = ("ogg", "mp3", "aac", "flac", "wav")
_HEADERS = 4096  # bytes for headers and a last block that isn't full
_WAV_HEADER = 44  # bytes
_KBIT_PER_S: dict[str, dict[int, float]] = {  # by format and Hz
    "ogg": {8_000: 21.3, 16_000: 28.8, 24_000: 37.4, 48_000: 61.3},
    "mp3": {8_000: 34.6, 16_000: 60.7, 22_050: 74.2, 24_000: 79.0, 44_100: 89.8, 48_000: 90.9},
    "aac": {8_000: 42.3, 16_000: 82.1, 22_050: 108.7, 24_000: 108.3, 44_100: 116.9, 48_000: 115.8},
    "flac": {8_000: 100.2, 16_000: 197.9, 22_050: 273.3, 24_000: 298.7, 44_100: 388.0, 48_000: 387.7},
}
_MARGIN = {"flac": 1.2}  # whose size follows the level: limited to -10 LUFS it holds 1.18 times as much
_OTHER_MARGIN = 1.05


def largest(format: str, samples: int, sample_rate: int) -> int:
    """Return the bytes that a recording of speech takes at most; of WAV and PCM it is the size, to a sample.

    Args:
        format: one of `tts.media.formats.FORMATS`.
        samples: of the recording, at 24 kHz.
        sample_rate: of the file.
    """
    if format in EXACT:
        resampled = (2 * samples * sample_rate + SAMPLE_RATE) // (2 * SAMPLE_RATE)  # a half may go either way in soxr
        return 2 * resampled + (_WAV_HEADER if format == "wav" else 0)
    rate = _KBIT_PER_S["ogg" if format == "opus" else format][sample_rate]
    return _HEADERS + round(samples / SAMPLE_RATE * rate * 1000 / 8 * _MARGIN.get(format, _OTHER_MARGIN))
