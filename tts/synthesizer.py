"""From a request to its reply: the one place where voices, text, engine and media meet."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from dataclasses import asdict
from threading import Event

import numpy as np
import torch

from tts.api import Audio, ChunkSaid, Progress, SynthesizeReply, SynthesizeRequest, Timing, VoiceUsed
from tts.clock import HOP, SAMPLE_RATE, Samples
from tts.engine.device import DeviceThread
from tts.engine.engine import Engine
from tts.engine.sampler import Guidance, Item
from tts.listening import Listening
from tts.media.delivery import Delivery, Sink, Wanted
from tts.media.encode import encode
from tts.media.ends import faded, spoken
from tts.media.join import join, joined_length
from tts.media.metadata import Tags, added, tags
from tts.media.provenance import Provenance
from tts.plan import Plan, boundaries, plan
from tts.text.tokens import Vocabulary
from tts.voice.agreement import Check
from tts.voice.reference import Voice, decode_base64
from tts.voice.registry import DEFAULT_VOICE, Voices

_CHUNK_BYTES = 128  # of JSON for one chunk in a reply, beside its text
_REST_BYTES = 16 * 1024  # of JSON for everything in a reply but audio, texts and chunks

Edges = list[tuple[int, int]]  # start and end of every chunk, in samples
Captions = dict[str, str] | None  # by format


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
        self._vocabulary = vocabulary
        self._delivery = delivery
        self._provenance = provenance
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
        about = tags(request.text, voice.name or voice.id, seed)
        sink = self._sink(request, job_id, voice, planned, about)
        said = await self._device.run(lambda cancelled: self._speak(request, voice, planned, cancelled, progress))
        clock.lap()
        audio, edges, captions = await asyncio.to_thread(
            self._deliver, said.result, request, voice, planned, about, sink
        )
        timing = Timing(
            voice_s=voice_s,
            queue_s=round(said.waited_s, 4),
            synthesis_s=round(said.worked_s, 4),
            encode_s=clock.lap(),
            total_s=clock.total(),
            real_time_factor=round(said.worked_s / max(audio.duration_s, 1e-3), 4),
        )
        return self._reply(audio, captions, seed, voice, planned, edges, timing)

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
            return self.voices.recorded(data, request.voice_text, request.language, checked)
        return self.voices.named(request.voice or DEFAULT_VOICE)

    def _plan(self, request: SynthesizeRequest, voice: Voice) -> tuple[Plan, int]:
        seed = secrets.randbits(63) if request.seed is None else request.seed
        speed, duration_s = request.speed, request.duration_s
        return plan(request.text, voice, self._vocabulary, speed=speed, duration_s=duration_s, seed=seed), seed

    def _sink(self, request: SynthesizeRequest, job_id: str, voice: Voice, planned: Plan, about: Tags) -> Sink:
        manifest = self._provenance.size(request.format, about.title) if self._provenance else 0
        label = added(request.format, about) + manifest
        wanted = Wanted(request.format, request.sample_rate, _length(planned), label)
        beside = _reply_bytes(voice, planned) + _captions_bytes(request, planned)
        return self._delivery.sink(request.deliver, job_id, wanted, beside)

    def _speak(
        self,
        request: SynthesizeRequest,
        voice: Voice,
        planned: Plan,
        cancelled: Event,
        progress: Progress | None,
    ) -> list[Samples]:
        reference, device = self.engine.mel(voice.samples), self.engine.device
        items = [
            Item(
                reference,
                torch.tensor(chunk.tokens, dtype=torch.int64, device=device),
                planned.reference_frames + chunk.frames,
                chunk.seed,
            )
            for chunk in planned.chunks
        ]
        guidance = Guidance(request.solver_steps, request.cfg_strength, request.sway)
        return self.engine.speak(items, guidance, cancelled, progress)

    def _deliver(
        self,
        waves: list[Samples],
        request: SynthesizeRequest,
        voice: Voice,
        planned: Plan,
        about: Tags,
        sink: Sink,
    ) -> tuple[Audio, Edges, Captions]:
        samples, edges = _finish(waves, voice, planned)
        captions = _captions(request, samples, planned, edges)
        data = encode(samples, request.format, request.sample_rate, loudness=request.loudness, tags=about)
        if self._provenance is not None:
            data = self._provenance.signed(data, request.format, about.title)
        audio = Audio(
            format=request.format,
            sample_rate=request.sample_rate,
            duration_s=round(len(samples) / SAMPLE_RATE, 4),
            bytes=len(data),
            **asdict(sink.put(data)),
        )
        return audio, edges, captions

    def _reply(
        self,
        audio: Audio,
        captions: Captions,
        seed: int,
        voice: Voice,
        planned: Plan,
        edges: Edges,
        timing: Timing,
    ) -> SynthesizeReply:
        chunks = [
            ChunkSaid(text=chunk.text, start_s=start_s, end_s=end_s, seed=chunk.seed)
            for chunk, (start_s, end_s) in zip(planned.chunks, boundaries(edges), strict=True)
        ]
        return SynthesizeReply(
            audio=audio,
            captions=captions,
            seed=seed,
            voice=VoiceUsed(name=voice.name, id=voice.id, text=voice.text, transcript=voice.transcript),
            chunks=chunks,
            timing=timing,
            model=self.model,
            attention=self.engine.sampler.backend,
            warnings=list(planned.warnings),
        )


def _length(planned: Plan) -> int:
    """Return the samples that a plan comes to at most, at 24 kHz: `_finish` may cut silence at the ends."""
    joined = joined_length([(chunk.frames - 1) * HOP for chunk in planned.chunks])
    return joined if planned.samples is None else min(joined, planned.samples)


def _reply_bytes(voice: Voice, planned: Plan) -> int:
    """Return the bytes of a reply without its audio, at most."""
    texts = [voice.name, voice.text, *planned.warnings, *(chunk.text for chunk in planned.chunks)]
    return len(json.dumps(texts)) + _CHUNK_BYTES * len(planned.chunks) + _REST_BYTES


def _captions_bytes(request: SynthesizeRequest, planned: Plan) -> int:
    if not request.captions:
        return 0
    from tts.captions.caption import largest
    from tts.captions.words import said

    return largest(request.captions, [word for chunk in planned.chunks for word in said(chunk.text)])


def _finish(waves: list[Samples], voice: Voice, planned: Plan) -> tuple[Samples, Edges]:
    """Return the recording and where its chunks are: as long as was asked for, or without silence at its ends."""
    samples, edges = join(waves)
    start, end = spoken(samples) if planned.samples is None else (0, planned.samples)
    samples = samples[start:end]
    inside = [(max(0, one - start), min(other - start, len(samples))) for one, other in edges]
    return faded(samples) * np.float32(voice.gain), inside


def _captions(request: SynthesizeRequest, samples: Samples, planned: Plan, edges: Edges) -> Captions:
    if not request.captions:
        return None
    from tts.captions.caption import captions  # and PocketSphinx, only for a request that asks
    from tts.captions.words import said

    parts = [(said(chunk.text), *edge) for chunk, edge in zip(planned.chunks, edges, strict=True)]
    return captions(request.captions, samples, parts, request.language)


class _Stopwatch:
    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()

    def lap(self) -> float:
        now = time.perf_counter()
        lap, self._last = now - self._last, now
        return round(lap, 4)

    def total(self) -> float:
        return round(time.perf_counter() - self._start, 4)
