"""Chunks to sound: batches that fit the device, sampled and vocoded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Event

import torch
from torch import Tensor

from tts.clock import Samples
from tts.engine.device import Cancelled
from tts.engine.sampler import Guidance, Item, Sampler
from tts.errors import OutOfMemory
from tts.model.dit import DiT
from tts.model.mel import MelFrontEnd
from tts.model.vocos import Vocos

Progress = Callable[[int, int, int], None]  # steps done, steps in all, items sampled to the end


class Engine:
    """The loaded model. Its methods run on the one thread that owns the device."""

    def __init__(self, network: DiT, vocoder: Vocos, backend: str, max_batch_frames: int) -> None:
        self.sampler = Sampler(network, backend)
        self.max_batch_frames = max_batch_frames  # frames in the network at once, halved when memory runs out
        self._vocoder = vocoder
        self._mel = MelFrontEnd().to(network.device)

    @property
    def device(self) -> torch.device:
        """Where the model is."""
        return self.sampler.network.device

    def mel(self, samples: Samples) -> Tensor:
        """Return the mel frames of a reference, (1 + samples // 256, 100) float32."""
        frames: Tensor = self._mel(torch.from_numpy(samples).to(self.device))
        return frames

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

        mels = [mel for batch in batches for mel in self._sample(batch, guidance, after_step)]
        try:
            return [self._vocode(mel) for mel in mels]
        except torch.OutOfMemoryError as error:
            raise _too_little_memory() from error

    def _vocode(self, mel: Tensor) -> Samples:
        wave: Tensor = self._vocoder(mel)
        if not wave.isfinite().all():
            raise FloatingPointError("the model's output is not finite; TTS_DTYPE=float32 or bfloat16 may help")
        samples: Samples = wave.cpu().numpy()
        return samples

    def _batches(self, items: Sequence[Item], passes: int) -> list[list[Item]]:
        batches: list[list[Item]] = []
        room = 0
        for item in items:
            need = item.frames * passes
            if not batches or need > room:
                batches.append([])
                room = self.max_batch_frames
            batches[-1].append(item)
            room -= need
        return batches

    def _sample(self, items: list[Item], guidance: Guidance, after_step: Callable[[Tensor], None]) -> list[Tensor]:
        try:
            return self.sampler.sample(items, guidance, after_step)
        except torch.OutOfMemoryError as error:
            if len(items) == 1:
                raise _too_little_memory() from error
        if self.device.type == "cuda":
            torch.cuda.empty_cache()
        failed = guidance.passes * sum(item.frames for item in items)
        self.max_batch_frames = min(self.max_batch_frames, failed) // 2
        half = len(items) // 2
        return [mel for part in (items[:half], items[half:]) for mel in self._sample(part, guidance, after_step)]


def _too_little_memory() -> OutOfMemory:
    return OutOfMemory(
        "the device has too little memory for one chunk of this text",
        "use a shorter reference recording, or a worker with more GPU memory",
    )
