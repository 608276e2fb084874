"""From a request to its reply: the one place where voices, text, engine and media meet."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property, partial
from threading import Event
from typing import TYPE_CHECKING

import torch

from tts.api import (
    Audio,
    AudioPlanned,
    ChunkPlanned,
    ChunkSaid,
    Job,
    PlanReply,
    SynthesizeReply,
    SynthesizeRequest,
    Timing,
    VoiceUsed,
)
from tts.clock import SAMPLE_RATE, Samples
from tts.engine.device import DeviceThread, Done
from tts.engine.engine import Engine
from tts.engine.sampler import Guidance, Item
from tts.errors import OutOfMemory
from tts.media.delivery import Chosen, Delivery, Wanted, in_every_format
from tts.media.encode import encode
from tts.plan import Edges, Plan, boundaries, edges, length, plan
from tts.reply import reply_bytes, shown, told
from tts.script import Manner, Pauses
from tts.sound import finish
from tts.stopwatch import Stopwatch
from tts.text.normalize.languages import spoken
from tts.text.tokens import Vocabulary
from tts.voice.agreement import Check
from tts.voice.cast import Cast
from tts.voice.reference import Voice
from tts.voice.registry import DEFAULT_VOICE, Voices
from tts.voice.shelf import Shelf

if TYPE_CHECKING:
    from tts.listening import Listening


@dataclass(frozen=True)
class _Prepared:
    """All that is known of a request before anything is said."""

    plan: Plan
    seed: int
    chosen: Chosen

    @property
    def warnings(self) -> list[str]:
        return [*self.plan.warnings, *self.chosen.warnings]


class Synthesizer:
    """A loaded model with its voices. Safe to use from many tasks of one event loop.

    Args:
        model: its name.
        engine: the model on its device.
        vocabulary: that it was trained with.
        delivery: where recordings go.
        voices: that requests may name.
        words: what is said instead of words, unless a request says otherwise.
    """

    def __init__(
        self,
        model: str,
        engine: Engine,
        vocabulary: Vocabulary,
        delivery: Delivery,
        voices: Voices,
        words: Mapping[str, str] | None = None,
    ) -> None:
        self.model = model
        self.engine = engine
        self.voices = voices
        self.shelf = Shelf(voices)
        self._vocabulary = vocabulary
        self._delivery = delivery
        self._words = dict(words or {})
        self._device = DeviceThread(engine.device)
        engine.watch = self._device.watchdog.over

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
        progress = job.progress and told(job.progress, prepared.plan)
        said = await self._said(partial(self._speak, request, prepared, progress=progress))
        clock.lap()
        audio, places = await asyncio.to_thread(_deliver, said.result, prepared)
        timing = Timing(
            voice_s=voice_s,
            queue_s=round(said.waited_s, 4),
            synthesis_s=round(said.worked_s, 4),
            encode_s=clock.lap(),
            total_s=clock.total(),
            real_time_factor=round(said.worked_s / max(audio.duration_s, 1e-3), 4),
        )
        first = prepared.plan.speakers[0].voice
        style = request.style if first is voice else None
        used = VoiceUsed(name=first.name, style=style, id=first.id, text=first.text, transcript=first.transcript)
        return self._reply(audio, used, prepared, places, timing)

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
                ChunkPlanned(**shown(chunk, prepared.plan), start_s=start_s, end_s=end_s)
                for chunk, (start_s, end_s) in zip(prepared.plan.chunks, edges(prepared.plan), strict=True)
            ],
            sizes={other.format: other.bytes for other in in_every_format(wanted)},
            warnings=prepared.warnings,
        )

    @property
    def failure(self) -> str:
        """Why the device takes no more work; empty while it does."""
        return self._device.failure

    def about(self) -> dict[str, str]:
        """Tell what serves here, as `health` does."""
        return {
            "model": self.model,
            "attention": self.engine.sampler.backend,
            "device": str(self.engine.device),
            "dtype": str(self.engine.sampler.network.dtype).removeprefix("torch."),
        }

    async def _voice(self, request: SynthesizeRequest) -> Voice:
        if request.voice_url is None and request.voice_base64 is None:
            return await asyncio.to_thread(self.voices.named, request.voice or DEFAULT_VOICE, request.style)
        data = await self.voices.received(request.voice_url, request.voice_base64)
        checked = Check.DEMANDED if request.check_transcript else Check.IF_UNUSUAL
        return await asyncio.to_thread(
            self.voices.recorded, data, request.voice_text, spoken(request.language), checked
        )

    def _prepared(self, request: SynthesizeRequest, job: Job, voice: Voice) -> _Prepared:
        seed = secrets.randbits(63) if request.seed is None else request.seed
        planned = plan(
            request.text,
            voice,
            self._vocabulary,
            speed=request.speed,
            duration_s=request.duration_s,
            seed=seed,
            manner=_manner(request, self._words),
            cast=Cast(self.voices),
        )
        wanted = Wanted(request.format, request.sample_rate, length(planned))
        chosen = self._delivery.choose(request.deliver, job.id, wanted, reply_bytes(planned), job.s3_config)
        return _Prepared(planned, seed, chosen)

    async def _said(self, speak: Callable[[Event], list[Samples]]) -> Done[list[Samples]]:
        """Await the device's work, and once more if Whisper leaves it room."""
        try:
            return await self._device.run(speak)
        except OutOfMemory:
            if self.voices.ear is None or not await asyncio.to_thread(self.voices.ear.unload):
                raise
            return await self._device.run(speak)

    def _speak(
        self,
        request: SynthesizeRequest,
        prepared: _Prepared,
        cancelled: Event,
        progress: Callable[[int, int, int], None] | None,
    ) -> list[Samples]:
        planned = prepared.plan
        references = [self.engine.mel(speaker.voice.samples) for speaker in planned.speakers]
        items = [
            Item(
                references[chunk.speaker],
                torch.tensor(chunk.tokens, dtype=torch.int64, device=self.engine.device),
                planned.speakers[chunk.speaker].frames + chunk.frames,
                chunk.seed,
            )
            for chunk in planned.chunks
        ]
        guidance = Guidance(request.solver_steps, request.cfg_strength, request.sway)
        return self.engine.speak(items, guidance, cancelled, progress)

    def _reply(
        self, audio: Audio, voice: VoiceUsed, prepared: _Prepared, places: Edges, timing: Timing
    ) -> SynthesizeReply:
        chunks = [
            ChunkSaid(**shown(chunk, prepared.plan), start_s=start_s, end_s=end_s, seed=chunk.seed)
            for chunk, (start_s, end_s) in zip(prepared.plan.chunks, places, strict=True)
        ]
        return SynthesizeReply(
            audio=audio,
            seed=prepared.seed,
            voice=voice,
            chunks=chunks,
            timing=timing,
            model=self.model,
            attention=self.engine.sampler.backend,
            warnings=prepared.warnings,
        )


def _manner(request: SynthesizeRequest, words: Mapping[str, str]) -> Manner:
    pauses = Pauses() if request.pauses is None else Pauses(**request.pauses.model_dump())
    return Manner(request.normalize, {**words, **(request.words or {})}, request.language, pauses)


def _deliver(waves: list[Samples], prepared: _Prepared) -> tuple[Audio, Edges]:
    samples, places = finish(waves, prepared.plan)
    wanted = prepared.chosen.wanted
    data = encode(samples, wanted.format, wanted.sample_rate)
    audio = Audio(
        format=wanted.format,
        sample_rate=wanted.sample_rate,
        duration_s=round(len(samples) / SAMPLE_RATE, 4),
        bytes=len(data),
        **asdict(prepared.chosen.sink.put(data, f".{wanted.format}")),
    )
    return audio, boundaries(places)
