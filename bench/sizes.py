"""`python -m bench.sizes` prints the most that speech takes in every format, the table of `tts/media/sizes.py`.

Takes some minutes; needs espeak-ng for voices in more languages than the built-in ones have.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import numpy as np

from tts.clock import SAMPLE_RATE, Samples
from tts.media.decode import decode
from tts.media.encode import encode
from tts.media.formats import rates
from tts.voice.registry import built_in

LENGTH_S = 30
LANGUAGES = ("en", "de", "fr", "ru", "cmn", "hi")
NOISE_DB = (30, 20)  # below the speech
TEXT = "The quick brown fox jumps over the lazy dog, 1 2 3 4 5 6 7 8 9 10. Sphinx of black quartz."


def main() -> None:
    sounds = [sound for voice in voices() for sound in versions(voice)]
    for format in ("ogg", "mp3", "aac", "flac"):
        most = {rate: max(kbit_per_s(sound, format, rate) for sound in sounds) for rate in rates(format)}
        print(f'"{format}": {{{", ".join(f"{rate:_}: {most[rate]:.1f}" for rate in most)}}}', flush=True)


def voices() -> Iterator[Samples]:
    """Return every voice, again and again for the length, as loud as it can be."""
    said = [recording.file.read_bytes() for recording in built_in().values()]
    for language in LANGUAGES:
        command = ["espeak-ng", "-v", language, "--stdout", TEXT]
        said.append(subprocess.run(command, capture_output=True, check=True).stdout)
    for data in said:
        once = decode(data, LENGTH_S)
        yield np.resize(once, LENGTH_S * SAMPLE_RATE) / np.abs(once).max()


def versions(voice: Samples) -> Iterator[Samples]:
    """Return a voice without and with white noise."""
    yield voice
    level, random = np.sqrt(np.square(voice).mean()), np.random.default_rng(0)
    for below in NOISE_DB:
        noise = random.normal(0, level * 10 ** (-below / 20), len(voice))
        yield (voice + noise).astype(np.float32)


def kbit_per_s(sound: Samples, format: str, rate: int) -> float:
    return len(encode(sound, format, rate)) * 8 / LENGTH_S / 1000


if __name__ == "__main__":
    main()
