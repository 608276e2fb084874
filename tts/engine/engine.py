"""Chunks to sound, each as it is ready: what a job sees of the device."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import torch
from torch import Tensor

from tts.clock import FRAMES_PER_S, Samples
from tts.engine.budget import Budget
from tts.engine.chunk import Chunk, Sound
from tts.engine.knee import knee, rates
from tts.engine.loop import Loop
from tts.engine.noise import noise
from tts.engine.recent import Recent
from tts.engine.running import Progress, Running, Speech
from tts.engine.turns import dues
from tts.model.dit import DiT
from tts.model.mel import MelFrontEnd
from tts.model.vocos import Vocos

log = logging.getLogger("worker")
_MELS_KEPT = 32 * 2**20  # bytes: of 70 references of 12 s


class Engine:
    """The loaded model. Safe to use from many tasks of any event loop, and from threads."""

    def __init__(
        self,
        network: DiT,
        vocoder: Vocos,
        backend: str,
        max_batch_frames: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.network = network
        self.backend = backend  # of attention
        self.budget = Budget(max_batch_frames, clock)  # rows in one step
        self._clock = clock
        self._loop = Loop(network.device, vocoder, backend, self.budget)
        self._mel = MelFrontEnd()  # on the CPU: a reference's frames are the same for every device
        self._mels = Recent(_MELS_KEPT)
        self._drawing = ThreadPoolExecutor(1, thread_name_prefix="noise")

    @property
    def device(self) -> torch.device:
        """Where the model is."""
        return self.network.device

    @property
    def failure(self) -> str:
        """Why the device says no more; empty while it does."""
        return self._loop.failure

    def mel(self, voice: str, samples: Samples) -> Tensor:
        """Return the mel frames of a reference, (1 + samples // 256, 100) float32, kept under the voice's id."""

        def make() -> Tensor:
            frames: Tensor = self._mel(torch.from_numpy(samples))
            return frames

        return self._mels.get(voice, make)

    def find_budget(self) -> None:
        """Measure how many rows a step should have here. Nothing may be said meanwhile."""
        found = rates(self.network, self.backend)
        self.budget.begin(knee(found))
        log.info(
            "a step has %d rows: %s", knee(found), ", ".join(f"{n} give {rate:.0f}/s" for n, rate in found.items())
        )

    async def speak(
        self, chunks: Sequence[Chunk], *, heard: bool = False, progress: Progress | None = None
    ) -> AsyncGenerator[Sound, None]:
        """Yield the sound of every chunk, in order, each as soon as it is ready.

        Ending the iteration, by an error, a cancellation or `aclose`, takes the rest out of the next step.

        Args:
            chunks: what to say.
            heard: whether somebody listens meanwhile: first chunks come before others' last ones then.
            progress: is told of steps as they are taken, on the device's thread.

        Raises:
            Retry: the device failed.
            OutOfMemory: a chunk alone doesn't fit the device.
            FloatingPointError: what the model makes of a chunk is not finite, twice.
        """
        speech = self._speech(chunks, heard, progress)
        try:
            self._loop.say(speech)
            for one in speech.chunks:
                yield await asyncio.wrap_future(one.sound)
        finally:
            speech.cancel()

    def _speech(self, chunks: Sequence[Chunk], heard: bool, progress: Progress | None) -> Speech:
        speech = Speech(progress)
        seconds = [(chunk.frames - len(chunk.reference)) / FRAMES_PER_S for chunk in chunks]
        for number, (chunk, due) in enumerate(zip(chunks, dues(self._clock(), seconds, heard=heard), strict=True), 1):
            drawn = self._drawing.submit(noise, chunk.frames, chunk.seed)
            speech.chunks.append(Running(speech, chunk, number, due, drawn, self.network))
        return speech
