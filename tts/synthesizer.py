"""From a request to its reply: the one place where voices, text, engine and media meet."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

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
from tts.clock import SAMPLE_RATE
from tts.engine.chunk import Chunk, Guidance, Sound
from tts.engine.engine import Engine
from tts.engine.running import Progress as Steps
from tts.errors import OutOfMemory
from tts.media.delivery import Chosen, Delivery, Wanted, in_every_format
from tts.media.metadata import Tags, tags
from tts.media.provenance import Provenance
from tts.plan import Plan, boundaries, edges, length, plan
from tts.recording import Captions, Places, Recording, label, reply_bytes
from tts.stopwatch import Stopwatch
from tts.text.tokens import Vocabulary
from tts.voice.agreement import Check
from tts.voice.reference import Voice
from tts.voice.registry import DEFAULT_VOICE, Voices
from tts.voice.shelf import Shelf

if TYPE_CHECKING:
    from tts.listening import Listening


@dataclass(frozen=True)
class _Prepared:
    """All that is known of a request before anything is said."""

    voice: Voice
    plan: Plan
    seed: int
    chosen: Chosen
    about: Tags

    @property
    def warnings(self) -> list[str]:
        return [*self.plan.warnings, *self.chosen.warnings]


class Synthesizer:
    """A loaded model with its voices. Safe to use from many tasks of one event loop."""

    def __init__(
        self,
        model: str,
        engine: Engine,
        vocabulary: Vocabulary,
        delivery: Delivery,
        voices: Voices,
        provenance: Provenance | None = None,
    ) -> None:
        self.model = model
        self.engine = engine
        self.voices = voices
        self.shelf = Shelf(voices)
        self._vocabulary = vocabulary
        self._delivery = delivery
        self._provenance = provenance

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
        clock = Stopwatch()
        voice = await self._voice(request)
        voice_s = clock.lap()
        prepared = await asyncio.to_thread(self._prepared, request, job, voice)
        chunks = await asyncio.to_thread(self._chunks, request, prepared)
        clock.lap()
        said = await self._said(chunks, job.progress and _told(job.progress, prepared.plan))
        engine_s, device_s = clock.lap(), sum(sound.device_s for sound in said)
        recording = Recording(request, voice, prepared.plan, prepared.chosen, prepared.about, self._provenance)
        audio, places, captions = await asyncio.to_thread(recording.delivered, [sound.samples for sound in said])
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
        reproducible = not any(sound.shared for sound in said)
        return self._reply(audio, captions, used, prepared, places, timing, reproducible=reproducible)

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
        about = tags(request.text, voice.name or voice.id, seed)
        wanted = Wanted(request.format, request.sample_rate, length(planned), label(about, self._provenance))
        rest = reply_bytes(request, voice, planned)
        chosen = self._delivery.choose(request.deliver, job.id, wanted, rest, job.s3_config)
        return _Prepared(voice, planned, seed, chosen, about)

    async def _said(self, chunks: Sequence[Chunk], progress: Steps | None) -> list[Sound]:
        """Await the sound of all chunks, and once more if Whisper leaves the device room."""
        try:
            return await self._spoken(chunks, progress)
        except OutOfMemory:
            if self.voices.ear is None or not await asyncio.to_thread(self.voices.ear.unload):
                raise
            return await self._spoken(chunks, progress)

    async def _spoken(self, chunks: Sequence[Chunk], progress: Steps | None) -> list[Sound]:
        async with aclosing(self.engine.speak(chunks, progress=progress)) as sounds:
            return [sound async for sound in sounds]

    def _chunks(self, request: SynthesizeRequest, prepared: _Prepared) -> list[Chunk]:
        planned = prepared.plan
        reference = self.engine.mel(prepared.voice.id, prepared.voice.samples)
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
        captions: Captions,
        voice: VoiceUsed,
        prepared: _Prepared,
        places: Places,
        timing: Timing,
        *,
        reproducible: bool,
    ) -> SynthesizeReply:
        chunks = [
            ChunkSaid(text=chunk.text, start_s=start_s, end_s=end_s, seed=chunk.seed)
            for chunk, (start_s, end_s) in zip(prepared.plan.chunks, boundaries(places), strict=True)
        ]
        return SynthesizeReply(
            audio=audio,
            captions=captions,
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
