"""From a request to its reply: the one place where voices, text, engine and media meet."""

from __future__ import annotations

import asyncio
import base64
import re
import secrets
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import torch

from tts.api import Audio, ChunkSaid, HealthReply, SynthesizeReply, SynthesizeRequest, Timing, VoiceUsed
from tts.clock import SAMPLE_RATE, Samples
from tts.engine.device import DeviceThread
from tts.engine.engine import Engine, Progress
from tts.engine.sampler import Guidance, Item
from tts.errors import ResultTooLarge
from tts.media.encode import encode
from tts.media.join import join
from tts.plan import Plan, boundaries, plan
from tts.text.tokens import Vocabulary
from tts.voice.reference import Voice, decode_base64
from tts.voice.registry import DEFAULT_VOICE, Voices

_REPLY_OVERHEAD = 64 * 1024  # bytes left for everything in a reply but audio and texts
_ESCAPED = 12  # bytes that JSON may need for one character


@dataclass(frozen=True)
class Delivery:
    """Where results go."""

    inline_limit: int  # bytes of the whole reply
    folder: Path | None = None  # for `deliver: auto`, in a local run


class Synthesizer:
    """A loaded model with its voices. Safe to use from many tasks of one event loop."""

    def __init__(self, model: str, engine: Engine, vocabulary: Vocabulary, delivery: Delivery) -> None:
        self.model = model
        self.engine = engine
        self.voices = Voices()
        self.counters: Counter[str] = Counter(jobs_done=0, jobs_failed=0)
        self.audio_s = 0.0
        self._vocabulary = vocabulary
        self._delivery = delivery
        self._device = DeviceThread()

    async def synthesize(
        self, request: SynthesizeRequest, job_id: str, progress: Progress | None = None
    ) -> SynthesizeReply:
        """Say a request's text.

        Raises:
            RequestError: the request can't be served; which one says why.
        """
        clock = _Stopwatch()
        voice = await asyncio.to_thread(self._voice, request)
        voice_s = clock.lap()
        seed = secrets.randbits(63) if request.seed is None else request.seed
        planned = await asyncio.to_thread(
            plan,
            request.text,
            voice,
            self._vocabulary,
            speed=request.speed,
            duration_s=request.duration_s,
            seed=seed,
        )
        clock.lap()
        guidance = Guidance(request.solver_steps, request.cfg_strength, request.sway)
        waves, queue_s = await self._device.run(
            lambda cancelled: self._speak(voice, planned, guidance, cancelled, progress)
        )
        synthesis_s = clock.lap() - queue_s
        samples, edges = await asyncio.to_thread(_finish, waves, voice, planned)
        audio = await asyncio.to_thread(self._deliver, samples, request, job_id)
        encode_s = clock.lap()
        self.counters["jobs_done"] += 1
        self.audio_s += audio.duration_s
        return SynthesizeReply(
            audio=audio,
            seed=seed,
            voice=VoiceUsed(name=voice.name, id=voice.id, text=voice.text),
            chunks=[
                ChunkSaid(text=chunk.text, start_s=start_s, end_s=end_s, seed=chunk.seed)
                for chunk, (start_s, end_s) in zip(planned.chunks, edges, strict=True)
            ],
            timing=Timing(
                voice_s=voice_s,
                queue_s=round(queue_s, 4),
                synthesis_s=round(synthesis_s, 4),
                encode_s=encode_s,
                total_s=clock.total(),
                real_time_factor=round(synthesis_s / max(audio.duration_s, 1e-3), 4),
            ),
            model=self.model,
            attention=self.engine.sampler.backend,
            warnings=list(planned.warnings),
        )

    def reset_counters(self) -> None:
        """Forget what was said so far: it was no job."""
        self.counters.update({name: -count for name, count in self.counters.items()})
        self.audio_s = 0.0

    def health(self, warmup: dict[str, Any]) -> HealthReply:
        """Tell what serves here, with the report of whoever loaded it."""
        return HealthReply(
            model=self.model,
            attention=self.engine.sampler.backend,
            device=str(self.engine.device),
            dtype=str(self.engine.sampler.network.dtype).removeprefix("torch."),
            voices=self.voices.names(),
            warmup=warmup,
            counters={**self.counters, "audio_s": round(self.audio_s, 3)},
        )

    def _voice(self, request: SynthesizeRequest) -> Voice:
        if request.voice_base64 is not None:
            return self.voices.recorded(decode_base64(request.voice_base64), request.voice_text)
        return self.voices.named(request.voice or DEFAULT_VOICE)

    def _speak(
        self, voice: Voice, planned: Plan, guidance: Guidance, cancelled: Event, progress: Progress | None
    ) -> list[Samples]:
        reference = self.engine.mel(voice.samples)
        device = self.engine.device
        items = [
            Item(
                reference,
                torch.tensor(chunk.tokens, dtype=torch.int64, device=device),
                planned.reference_frames + chunk.frames,
                chunk.seed,
            )
            for chunk in planned.chunks
        ]
        return self.engine.speak(items, guidance, cancelled, progress)

    def _deliver(self, samples: Samples, request: SynthesizeRequest, job_id: str) -> Audio:
        data = encode(samples, request.format, request.sample_rate)
        about = Audio(
            format=request.format,
            sample_rate=request.sample_rate,
            duration_s=round(len(samples) / SAMPLE_RATE, 4),
            bytes=len(data),
        )
        if request.deliver == "auto" and self._delivery.folder is not None:
            path = self._delivery.folder / f"{file_stem(job_id)}.{request.format}"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            return about.model_copy(update={"path": str(path)})
        texts = len(request.text) + len(request.voice_text or "")
        room = self._delivery.inline_limit - _REPLY_OVERHEAD - _ESCAPED * texts
        if len(data) * 4 / 3 > room:
            raise ResultTooLarge(
                f"{about.duration_s:.0f} s of {request.format} are {len(data) * 4 / 3 / 1e6:.1f} MB in base64, "
                f"the reply may hold {room / 1e6:.1f}",
                "ask for a smaller format (ogg is about a tenth of wav) or send the text in several jobs",
                "format",
            )
        return about.model_copy(update={"base64": base64.b64encode(data).decode()})


def file_stem(job_id: str) -> str:
    """Return a job's id as a file name: nothing that could leave the folder."""
    return re.sub(r"[^\w-]+", "_", job_id)[:100] or "job"


def _finish(waves: list[Samples], voice: Voice, planned: Plan) -> tuple[Samples, list[tuple[float, float]]]:
    samples, edges = join(waves)
    if planned.samples is not None:
        samples = samples[: planned.samples]
        edges[-1] = (edges[-1][0], len(samples))
    return samples * np.float32(voice.gain), boundaries(edges)


class _Stopwatch:
    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()

    def lap(self) -> float:
        now = time.perf_counter()
        lap, self._last = now - self._last, now
        return round(lap, 4)

    def total(self) -> float:
        return round(time.perf_counter() - self._start, 4)
