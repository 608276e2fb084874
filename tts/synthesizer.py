"""From a request to its reply: the one place where voices, text, engine and media meet."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict
from threading import Event

import torch

from tts.api import Audio, ChunkSaid, Progress, SynthesizeReply, SynthesizeRequest, Timing, VoiceUsed
from tts.clock import SAMPLE_RATE, Samples
from tts.engine.device import DeviceThread
from tts.engine.engine import Engine
from tts.engine.sampler import Guidance, Item
from tts.listening import Listening
from tts.media.delivery import Delivery, Sink, Wanted
from tts.media.encode import encode
from tts.plan import Plan, boundaries, plan
from tts.script import Manner, Pauses
from tts.sound import finish, length
from tts.text.normalize.languages import spoken
from tts.text.tokens import Vocabulary
from tts.voice.agreement import Check
from tts.voice.reference import Voice, decode_base64
from tts.voice.registry import DEFAULT_VOICE, Voices

_CHUNK_BYTES = 128  # of JSON for one chunk in a reply, beside its text
_REST_BYTES = 16 * 1024  # of JSON for everything in a reply but audio, texts and chunks

Edges = list[tuple[float, float]]  # start and end of every chunk, in seconds


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
        sink = self._sink(request, job_id, planned)
        said = await self._device.run(lambda cancelled: self._speak(request, planned, cancelled, progress))
        clock.lap()
        audio, edges = await asyncio.to_thread(_deliver, said.result, request, planned, sink)
        timing = Timing(
            voice_s=voice_s,
            queue_s=round(said.waited_s, 4),
            synthesis_s=round(said.worked_s, 4),
            encode_s=clock.lap(),
            total_s=clock.total(),
            real_time_factor=round(said.worked_s / max(audio.duration_s, 1e-3), 4),
        )
        return self._reply(audio, seed, planned, edges, timing)

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

    def _voice(self, request: SynthesizeRequest) -> Voice:
        if request.voice_base64 is not None:
            checked = Check.DEMANDED if request.check_transcript else Check.IF_UNUSUAL
            data = decode_base64(request.voice_base64)
            return self.voices.recorded(data, request.voice_text, spoken(request.language), checked)
        return self.voices.named(request.voice or DEFAULT_VOICE)

    def _plan(self, request: SynthesizeRequest, voice: Voice) -> tuple[Plan, int]:
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
        return planned, seed

    def _manner(self, request: SynthesizeRequest) -> Manner:
        pauses = Pauses() if request.pauses is None else Pauses(**request.pauses.model_dump())
        return Manner(request.normalize, {**self._words, **(request.words or {})}, request.language, pauses)

    def _sink(self, request: SynthesizeRequest, job_id: str, planned: Plan) -> Sink:
        wanted = Wanted(request.format, request.sample_rate, length(planned))
        return self._delivery.sink(request.deliver, job_id, wanted, _reply_bytes(planned))

    def _speak(
        self,
        request: SynthesizeRequest,
        planned: Plan,
        cancelled: Event,
        progress: Progress | None,
    ) -> list[Samples]:
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

    def _reply(self, audio: Audio, seed: int, planned: Plan, edges: Edges, timing: Timing) -> SynthesizeReply:
        several = len(planned.speakers) > 1
        chunks = [
            ChunkSaid(
                text=chunk.text,
                said=chunk.said.spoken if chunk.edits else None,
                voice=planned.voice(chunk).name if several else None,
                start_s=start_s,
                end_s=end_s,
                seed=chunk.seed,
            )
            for chunk, (start_s, end_s) in zip(planned.chunks, edges, strict=True)
        ]
        voice = planned.speakers[0].voice
        return SynthesizeReply(
            audio=audio,
            seed=seed,
            voice=VoiceUsed(name=voice.name, id=voice.id, text=voice.text, transcript=voice.transcript),
            chunks=chunks,
            timing=timing,
            model=self.model,
            attention=self.engine.sampler.backend,
            warnings=list(planned.warnings),
        )


def _reply_bytes(planned: Plan) -> int:
    """Return the bytes of a reply without its audio, at most."""
    voices = [text for speaker in planned.speakers for text in (speaker.voice.name, speaker.voice.text)]
    said = [text for chunk in planned.chunks for text in (chunk.text, chunk.said.spoken, planned.voice(chunk).name)]
    return len(json.dumps([*voices, *planned.warnings, *said])) + _CHUNK_BYTES * len(planned.chunks) + _REST_BYTES


def _deliver(waves: list[Samples], request: SynthesizeRequest, planned: Plan, sink: Sink) -> tuple[Audio, Edges]:
    samples, edges = finish(waves, planned)
    data = encode(samples, request.format, request.sample_rate)
    audio = Audio(
        format=request.format,
        sample_rate=request.sample_rate,
        duration_s=round(len(samples) / SAMPLE_RATE, 4),
        bytes=len(data),
        **asdict(sink.put(data)),
    )
    return audio, boundaries(edges)


class _Stopwatch:
    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()

    def lap(self) -> float:
        now = time.perf_counter()
        lap, self._last = now - self._last, now
        return round(lap, 4)

    def total(self) -> float:
        return round(time.perf_counter() - self._start, 4)
