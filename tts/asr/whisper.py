"""Whisper through faster-whisper, which is imported when a recording is first heard: it takes 0.3 s and 150 MB.

It has a thread of its own, and synthesis goes first: on a CPU that thread, and those it starts, have a lower priority,
on a GPU its kernels run between those of the steps.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import get_native_id
from typing import TYPE_CHECKING, Any

import numpy as np
import soxr

from tts.asr import doubt
from tts.asr.heard import Heard, Weights, Word
from tts.clock import SAMPLE_RATE, Samples
from tts.errors import TranscriptionUnavailable, VoiceUnusable

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

log = logging.getLogger("worker")
_RATE = 16_000  # Hz, of the model
_MOST_THREADS = 4  # more make Whisper hardly faster
_NICE = 10
_TOKENS, _TOKENS_PER_S, _MOST_TOKENS = 20, 12, 224  # written at most of a window: a loop would fill it
_FINER = 3  # times as many tokens in languages whose letters are several each
_MOVED_S = 0.5  # of silence before a second hearing: other frames, so other mistakes


class Whisper:
    """An `Ear` that loads its model when it first hears.

    Args:
        find: returns the model's folder, downloading it if need be; raises what says why there is none.
        device: `cpu`, `cuda` or `cuda:N`.
    """

    def __init__(self, find: Callable[[], Weights], device: str) -> None:
        self._find = find
        self._device = device
        self._model: tuple[WhisperModel, str] | None = None  # read and written on the one thread
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="hearing", initializer=_go_last)

    def hear(self, samples: Samples, language: str | None = None, *, twice: bool = False) -> Heard:
        """Return what a recording says; see `Ear`."""
        return self._thread.submit(self._hear, samples, language, twice).result()

    def unload(self) -> bool:
        """Give the model's memory back, once what is being heard is."""
        return self._thread.submit(self._forget).result()

    def _hear(self, samples: Samples, language: str | None, twice: bool) -> Heard:
        model, name = self._loaded()
        spoken = _code(language)
        if spoken is not None and spoken not in model.supported_languages:
            raise _unknown(name, f"{language} is no language that the model here, Whisper {name}, knows")
        sound = soxr.resample(samples, SAMPLE_RATE, _RATE)
        every, found = _listen(model, sound, spoken)
        if not every or doubt.is_noise(every):
            raise VoiceUnusable(
                "no words are heard in the recording",
                "send 3 to 12 s of one person who speaks, without music or noise; if somebody does, send what is said "
                "as voice_text",
            )
        segments = [segment for segment in every if doubt.holds_words(segment)]
        if not segments or doubt.is_guessed(segments):
            raise _unclear(model, name)
        twice = twice or not doubt.is_clear(segments)
        if twice:
            again, _ = _listen(model, np.concatenate([np.zeros(round(_MOVED_S * _RATE), np.float32), sound]), found)
            if not doubt.agree(_text(segments), _text(again)):
                raise _unclear(model, name)
        words = [
            Word(str(word.word), float(word.start), float(word.end)) for segment in segments for word in segment.words
        ]
        return Heard(tuple(words), found, name, twice)

    def _loaded(self) -> tuple[WhisperModel, str]:
        if self._model is None:
            weights = self._find()
            try:
                self._model = _load(weights.folder, self._device), weights.name
            except (RuntimeError, ValueError, OSError, ImportError) as error:
                log.error("Whisper can't be loaded from %s: %s", weights.folder, error)
                raise TranscriptionUnavailable(*unavailable()) from error
            log.info("Whisper %s hears, from %s", weights.name, weights.folder)
        return self._model

    def _forget(self) -> bool:
        had, self._model = self._model is not None, None
        return had


def _load(folder: Path, device: str) -> WhisperModel:
    """Return a model on its device; on the CPU where the device has no room, or CTranslate2 no kernels, for it."""
    from faster_whisper import WhisperModel

    logging.getLogger("faster_whisper").setLevel(logging.WARNING)  # at DEBUG it logs what is said
    kind, _, index = device.partition(":")
    if kind == "cuda":
        try:
            return WhisperModel(str(folder), device="cuda", device_index=int(index or 0), compute_type="float16")
        except (RuntimeError, ValueError) as error:
            log.warning("Whisper runs on the CPU: %s", str(error).partition("\n")[0])
    threads = min(_MOST_THREADS, len(os.sched_getaffinity(0)))
    return WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=threads)


def _go_last() -> None:
    """Give this thread a lower priority, which those that it starts inherit."""
    os.setpriority(os.PRIO_PROCESS, get_native_id(), _NICE)


def _listen(model: WhisperModel, sound: Samples, language: str | None) -> tuple[list[Any], str]:
    """Return the segments of a recording at 16 kHz, and its language."""
    per_s = _TOKENS_PER_S * (_FINER if model.model.is_multilingual else 1)
    segments, about = model.transcribe(
        sound,
        language=language,
        beam_size=5,
        max_new_tokens=min(_MOST_TOKENS, _TOKENS + round(per_s * len(sound) / _RATE)),
        temperature=0.0,  # a second try at a higher one would invent words
        condition_on_previous_text=False,
        word_timestamps=True,
        no_speech_threshold=None,  # what is doubtful is judged here
        log_prob_threshold=None,
        compression_ratio_threshold=None,
    )
    return list(segments), about.language


def _text(segments: list[Any]) -> str:
    return "".join(segment.text for segment in segments)


def _code(language: str | None) -> str | None:
    """Return the language of a tag such as zh-CN."""
    return None if language is None else language.strip().lower().replace("_", "-").partition("-")[0] or None


def unavailable() -> tuple[str, str, str]:
    """Return what a caller is told where nothing can hear."""
    why = "the recording has no transcript, and this worker can't make one"
    return why, "send what is said in the recording as voice_text", "voice_text"


def _unclear(model: WhisperModel, name: str) -> TranscriptionUnavailable:
    if model.model.is_multilingual:
        return _unknown(name, f"what is said in the recording can't be made out (heard with Whisper {name})")
    why = f"no clear English is heard in the recording, and the model here, Whisper {name}, knows no other language"
    return _unknown(name, why)


def _unknown(name: str, why: str) -> TranscriptionUnavailable:
    return TranscriptionUnavailable(why, "send what is said in the recording as voice_text", "voice_text")
