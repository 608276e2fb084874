"""When each word of a text is said in a recording: the text is forced onto the sound with PocketSphinx.

Measured against other ways in docs/captions.md. It believes the text: it says when a word is said, not whether.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import soxr

from tts.captions.phones import spellers
from tts.captions.shares import filled
from tts.captions.words import Said, Word
from tts.clock import SAMPLE_RATE, Samples

_RATE = 16_000  # Hz of the acoustic model
_FRAME_S = 0.01  # of its frames
# A text is refused where the best path through the sound isn't at its end in the last frame, and with other noise under
# it, or more silence around it, the same text passes. Digital silence without noise is refused nearly always; wider
# beams refuse more. Chosen on the sentences of bench/captions.py; they hardly change the times.
_TRIES = ((40, 0.4), (30, 0.6), (50, 0.2), (25, 0.8), (35, 0.3))  # dB that noise is below the sound, s of silence
_OPTIONS = {"bestpath": False}  # a second search through what the first one kept; ends at pauses are worse with it

Found = tuple[float, float]  # start and end, in seconds


@dataclass(frozen=True)
class Part:
    """A piece of a recording and what is said in it."""

    words: Sequence[Said]
    samples: Samples  # (samples,) 24 kHz
    offset: int  # samples before it in the recording


class Aligner:
    """Finds the words of one request. Making one takes 0.1 s and 29 MB; it keeps what is added to its dictionary.

    Args:
        spoken: all that is said in the request, word by word, from which the language is seen where none is named.
        language: such as `en` or `pt-BR`.
    """

    def __init__(self, spoken: Sequence[str], language: str | None = None) -> None:
        from pocketsphinx import Decoder

        # Without a language model, which would take 27 MB and isn't used.
        self._decoder = Decoder(lm=None, samprate=_RATE, loglevel="FATAL", **_OPTIONS)
        self._spellers = spellers(spoken, language, self._decoder.lookup_word)
        self._keys: dict[str, str] = {}  # of phones: words of our own, since "(2)" and "." mean something in its own

    def words(self, part: Part) -> list[Word]:
        """Return the words of a part with their times in the whole recording, in order and without overlap.

        A word that isn't found is `estimated`: it gets a share of the time between its neighbours.
        """
        offset_s, length_s = part.offset / SAMPLE_RATE, len(part.samples) / SAMPLE_RATE
        found = self._found(part)
        times = filled(part.words, found, part.samples) if part.words else []
        return [
            Word(word.written, offset_s + min(start, length_s), offset_s + min(end, length_s), estimated, word.joined)
            for word, (start, end, estimated) in zip(part.words, times, strict=True)
        ]

    def _found(self, part: Part) -> list[Found | None]:
        sound = soxr.resample(part.samples, SAMPLE_RATE, _RATE)
        for spell in self._spellers:
            phones = [spell(word.spoken) for word in part.words]
            places = self._forced([each for word in phones for each in word], sound)
            if places:
                rest = iter(places)
                return [_span([next(rest) for _ in word]) for word in phones]
        return [None] * len(part.words)

    def _forced(self, phones: Sequence[str], sound: npt.NDArray[np.float32]) -> list[Found]:
        """Return the place of every word, given by its phones; none if the sound is refused."""
        if not phones or not len(sound):
            return []
        self._decoder.set_align_text(" ".join(map(self._key, phones)))
        for below_db, around_s in _TRIES:
            self._decoder.start_utt()
            self._decoder.process_raw(_noisy(sound, below_db, around_s), full_utt=True)
            self._decoder.end_utt()
            places = [
                (max(0.0, each.start_frame * _FRAME_S - around_s), (each.end_frame + 1) * _FRAME_S - around_s)
                for each in self._decoder.seg() or ()
                if each.word.startswith("w")  # else silence or noise
            ]
            if len(places) == len(phones):
                return places
        return []

    def _key(self, phones: str) -> str:
        if phones not in self._keys:
            self._keys[phones] = f"w{len(self._keys)}"
            self._decoder.add_word(self._keys[phones], phones, True)
        return self._keys[phones]


def _span(places: list[Found]) -> Found | None:
    return (places[0][0], places[-1][1]) if places else None


def _noisy(sound: npt.NDArray[np.float32], below_db: float, around_s: float) -> bytes:
    """Return the sound in 16 bits with noise under and around it, the same at every call."""
    level = np.sqrt(np.square(sound, dtype=np.float64).mean()) or 1.0
    padded = np.pad(sound * (0.1 / level), round(around_s * _RATE))
    noise = np.random.default_rng(0).standard_normal(len(padded), np.float32)
    mixed = np.clip(padded + noise * np.float32(0.1 * 10 ** (-below_db / 20)), -1, 1)
    pcm: bytes = (mixed * 32767).astype("<i2").tobytes()
    return pcm
