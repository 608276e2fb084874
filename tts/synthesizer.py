"""From a request to its reply: the one place where voices, text, engine and media meet."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from contextlib import aclosing
from dataclasses import asdict

import numpy as np
import torch

from tts.api import Audio, ChunkSaid, Progress, SynthesizeReply, SynthesizeRequest, Timing, VoiceUsed
from tts.clock import HOP, SAMPLE_RATE, Samples
from tts.engine.chunk import Chunk, Guidance
from tts.engine.engine import Engine
from tts.media.delivery import Delivery, Sink, Wanted
from tts.media.encode import encode
from tts.media.join import join, joined_length
from tts.plan import Plan, boundaries, plan
from tts.text.tokens import Vocabulary
from tts.voice.reference import Voice, decode_base64
from tts.voice.registry import DEFAULT_VOICE, Voices

_CHUNK_BYTES = 128  # of JSON for one chunk in a reply, beside its text
_REST_BYTES = 16 * 1024  # of JSON for everything in a reply but audio, texts and chunks

Edges = list[tuple[float, float]]  # start and end of every chunk, in seconds


class Synthesizer:
    """A loaded model with its voices. Safe to use from many tasks of one event loop."""

    def __init__(self, model: str, engine: Engine, vocabulary: Vocabulary, delivery: Delivery, voices: Voices) -> None:
        self.model = model
        self.engine = engine
        self.voices = voices
        self._vocabulary = vocabulary
        self._delivery = delivery

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
        planned, seed = await asyncio.to_thread(self._plan, request, voice)
        sink = self._sink(request, job_id, voice, planned)
        chunks = await asyncio.to_thread(self._chunks, request, voice, planned)
        clock.lap()
        async with aclosing(self.engine.speak(chunks, progress=progress)) as sounds:
            said = [sound async for sound in sounds]
        engine_s, device_s = clock.lap(), sum(sound.device_s for sound in said)
        waves = [sound.samples for sound in said]
        audio, edges = await asyncio.to_thread(_deliver, waves, request, voice, planned, sink)
        timing = Timing(
            voice_s=voice_s,
            queue_s=round(max(engine_s - device_s, 0), 4),
            synthesis_s=round(device_s, 4),
            encode_s=clock.lap(),
            total_s=clock.total(),
            real_time_factor=round(device_s / max(audio.duration_s, 1e-3), 4),
        )
        return self._reply(audio, seed, not any(sound.shared for sound in said), voice, planned, edges, timing)

    @property
    def failure(self) -> str:
        """Why the device takes no more work; empty while it does."""
        return self.engine.failure

    def about(self) -> dict[str, str]:
        """Tell what serves here, as `health` does."""
        return {
            "model": self.model,
            "attention": self.engine.backend,
            "device": str(self.engine.device),
            "dtype": str(self.engine.network.dtype).removeprefix("torch."),
        }

    def _voice(self, request: SynthesizeRequest) -> Voice:
        if request.voice_base64 is not None:
            return self.voices.recorded(decode_base64(request.voice_base64), request.voice_text)
        return self.voices.named(request.voice or DEFAULT_VOICE)

    def _plan(self, request: SynthesizeRequest, voice: Voice) -> tuple[Plan, int]:
        seed = secrets.randbits(63) if request.seed is None else request.seed
        speed, duration_s = request.speed, request.duration_s
        return plan(request.text, voice, self._vocabulary, speed=speed, duration_s=duration_s, seed=seed), seed

    def _sink(self, request: SynthesizeRequest, job_id: str, voice: Voice, planned: Plan) -> Sink:
        wanted = Wanted(request.format, request.sample_rate, _length(planned))
        return self._delivery.sink(request.deliver, job_id, wanted, _reply_bytes(voice, planned))

    def _chunks(self, request: SynthesizeRequest, voice: Voice, planned: Plan) -> list[Chunk]:
        reference = self.engine.mel(voice.id, voice.samples)
        guidance = Guidance(request.solver_steps, request.cfg_strength, request.sway)
        return [
            Chunk(
                reference,
                torch.tensor(chunk.tokens, dtype=torch.int64),
                planned.reference_frames + chunk.frames,
                chunk.seed,
                guidance,
                alone=request.reproducible,
            )
            for chunk in planned.chunks
        ]

    def _reply(
        self,
        audio: Audio,
        seed: int,
        reproducible: bool,
        voice: Voice,
        planned: Plan,
        edges: Edges,
        timing: Timing,
    ) -> SynthesizeReply:
        chunks = [
            ChunkSaid(text=chunk.text, start_s=start_s, end_s=end_s, seed=chunk.seed)
            for chunk, (start_s, end_s) in zip(planned.chunks, edges, strict=True)
        ]
        return SynthesizeReply(
            audio=audio,
            seed=seed,
            reproducible=reproducible,
            voice=VoiceUsed(name=voice.name, id=voice.id, text=voice.text),
            chunks=chunks,
            timing=timing,
            model=self.model,
            attention=self.engine.backend,
            warnings=list(planned.warnings),
        )


def _length(planned: Plan) -> int:
    """Return the samples that a plan comes to, at 24 kHz: what `_finish` returns, known before."""
    joined = joined_length([(chunk.frames - 1) * HOP for chunk in planned.chunks])
    return joined if planned.samples is None else min(joined, planned.samples)


def _reply_bytes(voice: Voice, planned: Plan) -> int:
    """Return the bytes of a reply without its audio, at most."""
    texts = [voice.name, voice.text, *planned.warnings, *(chunk.text for chunk in planned.chunks)]
    return len(json.dumps(texts)) + _CHUNK_BYTES * len(planned.chunks) + _REST_BYTES


def _deliver(
    waves: list[Samples], request: SynthesizeRequest, voice: Voice, planned: Plan, sink: Sink
) -> tuple[Audio, Edges]:
    samples, edges = _finish(waves, voice, planned)
    data = encode(samples, request.format, request.sample_rate)
    audio = Audio(
        format=request.format,
        sample_rate=request.sample_rate,
        duration_s=round(len(samples) / SAMPLE_RATE, 4),
        bytes=len(data),
        **asdict(sink.put(data)),
    )
    return audio, edges


def _finish(waves: list[Samples], voice: Voice, planned: Plan) -> tuple[Samples, Edges]:
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
