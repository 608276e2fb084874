"""Sentences said by espeak-ng with the times of their words, from its own events."""

from __future__ import annotations

import ctypes
from ctypes import CFUNCTYPE, POINTER, c_char_p, c_int, c_short, c_uint, c_void_p
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

_RETRIEVAL, _PHONEMES, _UTF8 = 1, 1, 1
_LAST, _WORD, _END, _PHONEME = 0, 1, 5, 7  # kinds of events


class _Id(ctypes.Union):
    _fields_ = (("number", c_int), ("name", c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", c_int),
        ("unique", c_uint),
        ("text_position", c_int),  # characters, from 1
        ("length", c_int),
        ("audio_position", c_int),  # ms
        ("sample", c_int),
        ("user_data", c_void_p),
        ("id", _Id),
    )


@dataclass(frozen=True)
class Spoken:
    """A sentence with the times of its words."""

    text: str
    samples: npt.NDArray[np.float32]
    rate: int
    words: tuple[tuple[int, float, float], ...]  # where each begins in the text, when it starts and ends, in seconds


class Espeak:
    """The library; one voice at a time."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL("libespeak-ng.so.1")
        self._rate = self._library.espeak_Initialize(_RETRIEVAL, 200, None, _PHONEMES)
        self._sound: list[npt.NDArray[np.int16]] = []
        self._events: list[tuple[int, int, float, str]] = []  # kind, character, seconds, phoneme
        self._callback = CFUNCTYPE(c_int, POINTER(c_short), c_int, POINTER(_Event))(self._take)
        self._library.espeak_SetSynthCallback(self._callback)

    def say(self, text: str, voice: str) -> Spoken:
        """Say a sentence; raises ValueError if there is no such voice."""
        if self._library.espeak_SetVoiceByName(voice.encode()):
            raise ValueError(voice)
        self._sound, self._events = [], []
        data = text.encode()
        self._library.espeak_Synth(data, len(data) + 1, 0, 0, 0, _UTF8, None, None)
        self._library.espeak_Synchronize()
        samples = np.concatenate(self._sound).astype(np.float32) / 32768
        return Spoken(text, samples, self._rate, tuple(self._times(len(samples) / self._rate)))

    def _take(self, wave: Any, count: int, events: Any) -> int:
        if wave:
            self._sound.append(np.ctypeslib.as_array(wave, (count,)).copy())
        at = 0
        while events[at].type != _LAST:
            event = events[at]
            name = event.id.string.decode("utf-8", "replace") if event.type == _PHONEME else ""
            self._events.append((event.type, event.text_position - 1, event.sample / self._rate, name))
            at += 1
        return 0

    def _times(self, length_s: float) -> list[tuple[int, float, float]]:
        words: list[tuple[int, float, float]] = []
        start: tuple[int, float] | None = None
        for kind, position, time, name in [*self._events, (_END, 0, length_s, "")]:
            pause = kind == _PHONEME and name.startswith("_")
            if kind in (_WORD, _END) or pause:
                if start is not None:
                    words.append((*start, time))
                again = kind == _WORD and words and position <= words[-1][0]  # an echo of one that was told
                start = (position, time) if kind == _WORD and not again else None
        return words
