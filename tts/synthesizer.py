"""From a request to its reply: the one place where voices, text, engine and media meet."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import torch

from tts.api import (
    Audio,
    ChunkSaid,
    Job,
    PlanReply,
    SynthesizeReply,
    SynthesizeRequest,
    Timing,
    VoiceUsed,
)
from tts.engine.chunk import Chunk, Guidance, Sound
from tts.engine.engine import Engine
from tts.engine.running import Progress as Steps
from tts.errors import OutOfMemory
from tts.media.delivery import Chosen, Delivery, Wanted
from tts.media.metadata import Tags, tags
from tts.media.provenance import Provenance
from tts.plan import Plan, boundaries, length, plan
from tts.recording import Captions, Places, Recording, captions_bytes, label
from tts.reply import plan_reply, reply_bytes, shown, told
from tts.script import Manner, Pauses
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

_LONGEST_SEED = 2**63 - 1  # to write


@dataclass(frozen=True)
class _Prepared:
    """All that is known of a request before anything is said."""

    plan: Plan
    seed: int
    chosen: Chosen
    about: Tags

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
        provenance: signs recordings; None: nobody does.
    """

    def __init__(
        self,
        model: str,
        engine: Engine,
        vocabulary: Vocabulary,
        delivery: Delivery,
        voices: Voices,
        *,
        words: Mapping[str, str] | None = None,
        provenance: Provenance | None = None,
    ) -> None:
        self.model = model
        self.engine = engine
        self.voices = voices
        self.shelf = Shelf(voices)
        self._vocabulary = vocabulary
        self._delivery = delivery
        self._words = dict(words or {})
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
        said = await self._said(chunks, job.progress and told(job.progress, prepared.plan))
        engine_s, device_s = clock.lap(), sum(sound.device_s for sound in said)
        recording = Recording(request, prepared.plan, prepared.chosen, prepared.about, self._provenance)
        audio, places, captions = await asyncio.to_thread(recording.delivered, [sound.samples for sound in said])
        timing = Timing(
            voice_s=voice_s,
            queue_s=round(max(engine_s - device_s, 0), 4),
            synthesis_s=round(device_s, 4),
            encode_s=clock.lap(),
            total_s=clock.total(),
            real_time_factor=round(device_s / max(audio.duration_s, 1e-3), 4),
        )
        first = prepared.plan.speakers[0].voice
        style = request.style if first is voice else None
        used = VoiceUsed(name=first.name, style=style, id=first.id, text=first.text, transcript=first.transcript)
        reproducible = not any(sound.shared for sound in said)
        return self._reply(audio, captions, used, prepared, places, timing, reproducible=reproducible)

    async def plan(self, request: SynthesizeRequest, job: Job) -> PlanReply:
        """Tell what `synthesize` would make of a request. The device has no part in it.

        Raises:
            RequestError: as `synthesize` would, before it says anything.
        """
        voice = await self._voice(request)
        prepared = await asyncio.to_thread(self._prepared, request, job, voice)
        return plan_reply(prepared.plan, prepared.chosen, prepared.warnings)

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
        text, names = " ".join(chunk.text for chunk in planned.chunks), planned.names
        most = label(tags(text, names, _LONGEST_SEED), self._provenance)
        wanted = Wanted(request.format, request.sample_rate, length(planned), most)
        rest = reply_bytes(planned) + captions_bytes(request, planned)
        chosen = self._delivery.choose(request.deliver, job.id, wanted, rest, job.s3_config)
        return _Prepared(planned, seed, chosen, tags(text, names, seed))

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
        references = [self.engine.mel(speaker.voice.id, speaker.voice.samples) for speaker in planned.speakers]
        guidance = Guidance(request.solver_steps, request.cfg_strength, request.sway)
        return [
            Chunk(
                references[chunk.speaker],
                torch.tensor(chunk.tokens, dtype=torch.int64),
                planned.speakers[chunk.speaker].frames + chunk.frames,
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
            ChunkSaid(**shown(chunk, prepared.plan), start_s=start_s, end_s=end_s, seed=chunk.seed)
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


def _manner(request: SynthesizeRequest, words: Mapping[str, str]) -> Manner:
    pauses = Pauses() if request.pauses is None else Pauses(**request.pauses.model_dump())
    return Manner(request.normalize, {**words, **(request.words or {})}, request.language, pauses)
