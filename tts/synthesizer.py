"""From a request to its reply: the one place where voices, text, engine and media meet."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import torch

from tts.api import (
    Audio,
    AudioPlanned,
    ChunkPlanned,
    ChunkSaid,
    Job,
    PlanReply,
    Progress,
    Reached,
    SynthesizeReply,
    SynthesizeRequest,
    Timing,
    VoiceUsed,
)
from tts.clock import SAMPLE_RATE, Samples
from tts.engine.chunk import Chunk, Guidance, Sound
from tts.engine.engine import Engine
from tts.engine.running import Progress as Steps
from tts.errors import OutOfMemory
from tts.media.delivery import Chosen, Delivery, Wanted, in_every_format
from tts.media.encode import encode
from tts.media.join import join
from tts.plan import Edges, Plan, boundaries, edges, length, plan, within
from tts.text.tokens import Vocabulary
from tts.voice.agreement import Check
from tts.voice.reference import Voice
from tts.voice.registry import DEFAULT_VOICE, Voices
from tts.voice.shelf import Shelf

if TYPE_CHECKING:
    from tts.listening import Listening

_CHUNK_BYTES = 128  # of JSON for one chunk in a reply, beside its text
_REST_BYTES = 16 * 1024  # of JSON for everything in a reply but audio, texts and chunks


@dataclass(frozen=True)
class _Prepared:
    """All that is known of a request before anything is said."""

    voice: Voice
    plan: Plan
    seed: int
    chosen: Chosen

    @property
    def warnings(self) -> list[str]:
        return [*self.plan.warnings, *self.chosen.warnings]


class Synthesizer:
    """A loaded model with its voices. Safe to use from many tasks of one event loop."""

    def __init__(self, model: str, engine: Engine, vocabulary: Vocabulary, delivery: Delivery, voices: Voices) -> None:
        self.model = model
        self.engine = engine
        self.voices = voices
        self.shelf = Shelf(voices)
        self._vocabulary = vocabulary
        self._delivery = delivery

    @cached_property
    def listening(self) -> Listening:
        """Who hears recordings that nobody speaks with yet."""
        from tts.listening import Listening  # 10 ms that a first job need not wait for

        return Listening(self.voices, self._vocabulary)

    async def synthesize(self, request: SynthesizeRequest, job: Job) -> SynthesizeReply:
        """Say a request's text.

        Raises:
            RequestError: the request can't be served; which one says why.
        """
        clock = _Stopwatch()
        voice = await self._voice(request)
        voice_s = clock.lap()
        prepared = await asyncio.to_thread(self._prepared, request, job, voice)
        chunks = await asyncio.to_thread(self._chunks, request, prepared)
        clock.lap()
        said = await self._said(chunks, job.progress and _told(job.progress, prepared.plan))
        engine_s, device_s = clock.lap(), sum(sound.device_s for sound in said)
        audio, places = await asyncio.to_thread(_deliver, [sound.samples for sound in said], prepared)
        timing = Timing(
            voice_s=voice_s,
            queue_s=round(max(engine_s - device_s, 0), 4),
            synthesis_s=round(device_s, 4),
            encode_s=clock.lap(),
            total_s=clock.total(),
            real_time_factor=round(device_s / max(audio.duration_s, 1e-3), 4),
        )
        used = VoiceUsed(
            name=voice.name, style=request.style, id=voice.id, text=voice.text, transcript=voice.transcript
        )
        return self._reply(audio, used, prepared, places, timing, reproducible=not any(one.shared for one in said))

    async def plan(self, request: SynthesizeRequest, job: Job) -> PlanReply:
        """Tell what `synthesize` would make of a request. The device has no part in it.

        Raises:
            RequestError: as `synthesize` would, before it says anything.
        """
        voice = await self._voice(request)
        prepared = await asyncio.to_thread(self._prepared, request, job, voice)
        wanted = prepared.chosen.wanted
        return PlanReply(
            audio=AudioPlanned(
                format=wanted.format,
                sample_rate=wanted.sample_rate,
                duration_s=round(wanted.samples / SAMPLE_RATE, 4),
                bytes=wanted.bytes,
                delivered=prepared.chosen.sink.way,
            ),
            chunks=[
                ChunkPlanned(text=chunk.text, start_s=start_s, end_s=end_s)
                for chunk, (start_s, end_s) in zip(prepared.plan.chunks, edges(prepared.plan), strict=True)
            ],
            sizes={other.format: other.bytes for other in in_every_format(wanted)},
            warnings=prepared.warnings,
        )

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

    async def _voice(self, request: SynthesizeRequest) -> Voice:
        if request.voice_url is None and request.voice_base64 is None:
            return await asyncio.to_thread(self.voices.named, request.voice or DEFAULT_VOICE, request.style)
        data = await self.voices.received(request.voice_url, request.voice_base64)
        checked = Check.DEMANDED if request.check_transcript else Check.IF_UNUSUAL
        return await asyncio.to_thread(self.voices.recorded, data, request.voice_text, request.language, checked)

    def _prepared(self, request: SynthesizeRequest, job: Job, voice: Voice) -> _Prepared:
        seed = secrets.randbits(63) if request.seed is None else request.seed
        speed, duration_s = request.speed, request.duration_s
        planned = plan(request.text, voice, self._vocabulary, speed=speed, duration_s=duration_s, seed=seed)
        wanted = Wanted(request.format, request.sample_rate, length(planned))
        rest = _reply_bytes(voice, planned)
        chosen = self._delivery.choose(request.deliver, job.id, wanted, rest, job.s3_config)
        return _Prepared(voice, planned, seed, chosen)

    async def _said(self, chunks: Sequence[Chunk], progress: Steps | None) -> list[Sound]:
        """Await the sounds of all chunks, and once more if Whisper leaves them room."""
        try:
            return await self._sounds(chunks, progress)
        except OutOfMemory:
            if self.voices.ear is None or not await asyncio.to_thread(self.voices.ear.unload):
                raise
            return await self._sounds(chunks, progress)

    async def _sounds(self, chunks: Sequence[Chunk], progress: Steps | None) -> list[Sound]:
        async with aclosing(self.engine.speak(chunks, progress=progress)) as sounds:
            return [sound async for sound in sounds]

    def _chunks(self, request: SynthesizeRequest, prepared: _Prepared) -> list[Chunk]:
        voice, planned = prepared.voice, prepared.plan
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
        self, audio: Audio, voice: VoiceUsed, prepared: _Prepared, places: Edges, timing: Timing, *, reproducible: bool
    ) -> SynthesizeReply:
        chunks = [
            ChunkSaid(text=chunk.text, start_s=start_s, end_s=end_s, seed=chunk.seed)
            for chunk, (start_s, end_s) in zip(prepared.plan.chunks, places, strict=True)
        ]
        return SynthesizeReply(
            audio=audio,
            seed=prepared.seed,
            reproducible=reproducible,
            voice=voice,
            chunks=chunks,
            timing=timing,
            model=self.model,
            attention=self.engine.backend,
            warnings=prepared.warnings,
        )


def _told(progress: Progress, planned: Plan) -> Steps:
    """Return what the engine calls between steps, for someone who thinks in chunks and seconds."""
    of_chunks, of_seconds = len(planned.chunks), round(length(planned) / SAMPLE_RATE, 2)

    def step(done: int, total: int, chunks: int) -> None:
        progress(Reached(done, total, chunks, of_chunks, round(of_seconds * done / total, 2), of_seconds))

    return step


def _reply_bytes(voice: Voice, planned: Plan) -> int:
    """Return the bytes of a reply without its audio, at most."""
    texts = [voice.name, voice.text, *planned.warnings, *(chunk.text for chunk in planned.chunks)]
    return len(json.dumps(texts)) + _CHUNK_BYTES * len(planned.chunks) + _REST_BYTES


def _deliver(waves: list[Samples], prepared: _Prepared) -> tuple[Audio, Edges]:
    samples, places = _finish(waves, prepared.voice, prepared.plan)
    wanted = prepared.chosen.wanted
    data = encode(samples, wanted.format, wanted.sample_rate)
    audio = Audio(
        format=wanted.format,
        sample_rate=wanted.sample_rate,
        duration_s=round(len(samples) / SAMPLE_RATE, 4),
        bytes=len(data),
        **asdict(prepared.chosen.sink.put(data, f".{wanted.format}")),
    )
    return audio, places


def _finish(waves: list[Samples], voice: Voice, planned: Plan) -> tuple[Samples, Edges]:
    samples, places = join(waves)
    samples = samples[: planned.samples]
    return samples * np.float32(voice.gain), boundaries(within(places, len(samples)))


class _Stopwatch:
    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()

    def lap(self) -> float:
        now = time.perf_counter()
        lap, self._last = now - self._last, now
        return round(lap, 4)

    def total(self) -> float:
        return round(time.perf_counter() - self._start, 4)
