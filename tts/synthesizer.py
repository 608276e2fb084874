"""From a request to its reply: the one place where voices, text, engine and media meet."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from threading import Event

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
from tts.engine.device import DeviceThread
from tts.engine.engine import Engine
from tts.engine.sampler import Guidance, Item
from tts.listening import Listening
from tts.media.delivery import Chosen, Delivery, Wanted, in_every_format
from tts.media.encode import encode
from tts.plan import Edges, Plan, boundaries, edges, length, plan
from tts.reply import reply_bytes, shown, told
from tts.script import Manner, Pauses
from tts.sound import finish
from tts.text.normalize.languages import spoken
from tts.text.tokens import Vocabulary
from tts.voice.agreement import Check
from tts.voice.reference import Voice, decode_base64
from tts.voice.registry import DEFAULT_VOICE, Voices


@dataclass(frozen=True)
class _Prepared:
    """All that is known of a request before anything is said."""

    voice_s: float  # that it took to have the voice
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
        self._vocabulary = vocabulary
        self._delivery = delivery
        self._words = dict(words or {})
        self._device = DeviceThread(engine.device)
        engine.watch = self._device.watchdog.over
        self.listening = Listening(voices.ear, vocabulary)

    async def synthesize(self, request: SynthesizeRequest, job: Job) -> SynthesizeReply:
        """Say a request's text.

        Raises:
            RequestError: the request can't be served; which one says why.
        """
        clock = _Stopwatch()
        prepared = await asyncio.to_thread(self._prepared, request, job)
        progress = job.progress and told(job.progress, prepared.plan)
        said = await self._device.run(lambda cancelled: self._speak(request, prepared, cancelled, progress))
        clock.lap()
        audio, places = await asyncio.to_thread(_deliver, said.result, prepared)
        timing = Timing(
            voice_s=prepared.voice_s,
            queue_s=round(said.waited_s, 4),
            synthesis_s=round(said.worked_s, 4),
            encode_s=clock.lap(),
            total_s=clock.total(),
            real_time_factor=round(said.worked_s / max(audio.duration_s, 1e-3), 4),
        )
        return self._reply(audio, prepared, places, timing)

    async def plan(self, request: SynthesizeRequest, job: Job) -> PlanReply:
        """Tell what `synthesize` would make of a request. The device has no part in it.

        Raises:
            RequestError: as `synthesize` would, before it says anything.
        """
        prepared = await asyncio.to_thread(self._prepared, request, job)
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

    def _prepared(self, request: SynthesizeRequest, job: Job) -> _Prepared:
        clock = _Stopwatch()
        voice = self._voice(request)
        voice_s = clock.lap()
        seed = secrets.randbits(63) if request.seed is None else request.seed
        planned = plan(
            request.text,
            voice,
            self._vocabulary,
            speed=request.speed,
            duration_s=request.duration_s,
            seed=seed,
            manner=self._manner(request),
            cast=self.voices,
        )
        wanted = Wanted(request.format, request.sample_rate, length(planned))
        chosen = self._delivery.choose(request.deliver, job.id, wanted, reply_bytes(planned), job.s3_config)
        return _Prepared(voice_s, planned, seed, chosen)

    def _manner(self, request: SynthesizeRequest) -> Manner:
        pauses = Pauses() if request.pauses is None else Pauses(**request.pauses.model_dump())
        return Manner(request.normalize, {**self._words, **(request.words or {})}, request.language, pauses)

    def _voice(self, request: SynthesizeRequest) -> Voice:
        if request.voice_base64 is not None:
            checked = Check.DEMANDED if request.check_transcript else Check.IF_UNUSUAL
            data = decode_base64(request.voice_base64)
            return self.voices.recorded(data, request.voice_text, spoken(request.language), checked)
        return self.voices.named(request.voice or DEFAULT_VOICE)

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

    def _reply(self, audio: Audio, prepared: _Prepared, places: Edges, timing: Timing) -> SynthesizeReply:
        voice = prepared.plan.speakers[0].voice
        chunks = [
            ChunkSaid(**shown(chunk, prepared.plan), start_s=start_s, end_s=end_s, seed=chunk.seed)
            for chunk, (start_s, end_s) in zip(prepared.plan.chunks, places, strict=True)
        ]
        return SynthesizeReply(
            audio=audio,
            seed=prepared.seed,
            voice=VoiceUsed(name=voice.name, id=voice.id, text=voice.text, transcript=voice.transcript),
            chunks=chunks,
            timing=timing,
            model=self.model,
            attention=self.engine.sampler.backend,
            warnings=prepared.warnings,
        )


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


class _Stopwatch:
    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()

    def lap(self) -> float:
        now = time.perf_counter()
        lap, self._last = now - self._last, now
        return round(lap, 4)

    def total(self) -> float:
        return round(time.perf_counter() - self._start, 4)
