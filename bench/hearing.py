"""What Whisper says of its own words, for speech and for what is none: `python -m bench.hearing`.

The thresholds of `tts/asr/doubt.py` lie between the two.
"""

from __future__ import annotations

import numpy as np
import soxr

from tests.support.speaking import NO_WORDS, SAID, recorded, spoken
from tts.asr import doubt, whisper
from tts.asr.tokens import word_errors
from tts.clock import SAMPLE_RATE
from tts.voice.registry import built_in
from warmup.weights.whisper import embedded


def main() -> None:
    model = whisper._load(embedded().folder, "cpu")
    sounds = {name: recorded(name) for name in built_in()}
    sounds |= {f"espeak-ng {language}": spoken(language, text) for language, text in SAID.items()} | NO_WORDS
    print("sound                log prob  no speech  loop  second differs  heard")
    for name, samples in sounds.items():
        sound = soxr.resample(samples, SAMPLE_RATE, 16_000)
        moved = np.concatenate([np.zeros(8_000, np.float32), sound])
        one, other = (whisper._listen(model, each, None)[0] for each in (sound, moved))
        text = "".join(segment.text for segment in one).strip()
        differs = word_errors(text, "".join(segment.text for segment in other))
        silent = max((segment.no_speech_prob for segment in one), default=1.0)
        loop = max((segment.compression_ratio for segment in one), default=0.0)
        print(f"{name:20} {doubt.confidence(one):8.2f} {silent:10.2f} {loop:5.1f} {differs:15.2f}  {text[:60]}")


if __name__ == "__main__":
    main()
