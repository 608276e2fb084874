"""Ears that hear what a test says, and count how often they are asked."""

from __future__ import annotations

from dataclasses import dataclass, field

from tts.asr.heard import Heard, Word
from tts.clock import SAMPLE_RATE, Samples
from tts.errors import RequestError


@dataclass
class Told:
    """Hears the words that it was told, evenly over the recording, or fails as it was told."""

    text: str = ""
    failure: RequestError | None = None
    asked: list[tuple[int, str | None, bool]] = field(default_factory=list)  # samples, language, twice

    def hear(self, samples: Samples, language: str | None = None, *, twice: bool = False) -> Heard:
        self.asked.append((len(samples), language, twice))
        if self.failure is not None:
            raise self.failure
        words = self.text.split()
        step_s = len(samples) / SAMPLE_RATE / len(words)
        spread = [Word(f" {word}", at * step_s, (at + 1) * step_s) for at, word in enumerate(words)]
        return Heard(tuple(spread), "en", "told", twice)

    def unload(self) -> bool:
        return False
