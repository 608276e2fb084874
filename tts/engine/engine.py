"""Chunks to sound: batches that fit the device, sampled and vocoded; what fails is tried once more."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from copy import deepcopy
from threading import Event
from typing import TypeVar

import torch
from torch import Tensor

from tts.clock import Samples
from tts.engine.budget import Budget
from tts.engine.device import Cancelled
from tts.engine.faults import ran_out_of_memory
from tts.engine.sampler import Guidance, Item, Sampler
from tts.errors import OutOfMemory
from tts.model.dit import DiT
from tts.model.mel import MelFrontEnd
from tts.model.vocos import Vocos

Progress = Callable[[int, int, int], None]  # steps done, steps in all, items sampled to the end
Watch = Callable[[], AbstractContextManager[None]]  # over a piece of work that has to end
T = TypeVar("T")
log = logging.getLogger("worker")


class Engine:
    """The loaded model. Its methods run on the one thread that owns the device."""

    def __init__(self, network: DiT, vocoder: Vocos, backend: str, max_batch_frames: int) -> None:
        self.sampler = Sampler(network, backend)
        self.budget = Budget(max_batch_frames)
        self.watch: Watch = nullcontext
        self._vocoder = vocoder
        self._mel = MelFrontEnd().to(network.device)

    @property
    def device(self) -> torch.device:
        """Where the model is."""
        return self.sampler.network.device

    def mel(self, samples: Samples) -> Tensor:
        """Return the mel frames of a reference, (1 + samples // 256, 100) float32.

        Raises:
            OutOfMemory: it doesn't fit the device.
        """

        def work() -> Tensor:
            frames: Tensor = self._mel(torch.from_numpy(samples).to(self.device))
            return frames

        return self._twice(work)

    def speak(
        self,
        items: Sequence[Item],
        guidance: Guidance,
        cancelled: Event | None = None,
        progress: Progress | None = None,
    ) -> list[Samples]:
        """Return the sound of every chunk, ((frames - reference frames - 1) * 256,) float32 at 24 kHz.

        Raises:
            Cancelled: `cancelled` was set; it is looked at after every step.
            OutOfMemory: a chunk alone doesn't fit the device.
            FloatingPointError: what the model makes of a chunk is not finite, twice.
        """
        batches = self._batches(items, guidance.passes)
        done, total = 0, guidance.steps * len(batches)

        def after_step(_: Tensor) -> None:
            nonlocal done
            done += 1
            if progress is not None:
                progress(min(done, total), total, sum(map(len, batches[: done // guidance.steps])))
            if cancelled is not None and cancelled.is_set():
                raise Cancelled

        mels = [mel for batch in batches for mel in self._sample(self.sampler, batch, guidance, after_step)]
        waves = []
        for number, (item, mel) in enumerate(zip(items, mels, strict=True), 1):
            wave = self._vocode(mel)
            if not wave.isfinite().all():
                wave = self._once_more(number, item, guidance, after_step)
            waves.append(wave.cpu().numpy())
        return waves

    def _vocode(self, mel: Tensor) -> Tensor:
        def work() -> Tensor:
            wave: Tensor = self._vocoder(mel)
            return wave

        return self._twice(work)

    def _once_more(self, number: int, item: Item, guidance: Guidance, after_step: Callable[[Tensor], None]) -> Tensor:
        """Say a chunk that came out wrong again, alone and in the precision with the widest range."""
        sampler = self._wide()
        log.warning("chunk %d is not finite; it is made again in %s", number, sampler.network.dtype)
        (mel,) = self._sample(sampler, [item], guidance, after_step)
        wave = self._vocode(mel)
        if not wave.isfinite().all():
            raise FloatingPointError(f"chunk {number} is not finite in {sampler.network.dtype} either")
        return wave

    def _wide(self) -> Sampler:
        network = self.sampler.network
        if network.dtype == torch.float32:
            return self.sampler
        if network.device.type == "cuda" and network.dtype == torch.float16:
            return Sampler(deepcopy(network).to(torch.bfloat16), self.sampler.backend)
        return Sampler(deepcopy(network).float(), "sdpa")  # other backends have no float32

    def _batches(self, items: Sequence[Item], passes: int) -> list[list[Item]]:
        batches: list[list[Item]] = []
        room = 0
        for item in items:
            need = item.frames * passes
            if not batches or need > room:
                batches.append([])
                room = self.budget.frames
            batches[-1].append(item)
            room -= need
        return batches

    def _sample(
        self, sampler: Sampler, items: list[Item], guidance: Guidance, after_step: Callable[[Tensor], None]
    ) -> list[Tensor]:
        def work() -> list[Tensor]:
            return sampler.sample(items, guidance, after_step, self.watch)

        if len(items) == 1:
            return self._twice(work, watched=False)
        try:
            return work()
        except Exception as error:
            if not ran_out_of_memory(error):
                raise
        self._free()
        self.budget.ran_out(guidance.passes * sum(item.frames for item in items))
        half = len(items) // 2
        parts = (items[:half], items[half:])
        return [mel for part in parts for mel in self._sample(sampler, part, guidance, after_step)]

    def _twice(self, work: Callable[[], T], *, watched: bool = True) -> T:
        """Do work, and once more with empty caches if memory runs out."""
        for last in (False, True):
            try:
                with self.watch() if watched else nullcontext():
                    return work()
            except Exception as error:
                if not ran_out_of_memory(error):
                    raise
                if last:
                    raise OutOfMemory(
                        "the device has too little memory for one chunk of this text",
                        "use a shorter reference recording, or a worker with more GPU memory",
                    ) from error
            self._free()  # here the error is gone, and with its frames what they held
        raise AssertionError

    def _free(self) -> None:
        self.sampler.forget()
        if self.device.type == "cuda":
            torch.cuda.empty_cache()
