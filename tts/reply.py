"""What a job's reply tells of a plan, how large that is, and what is told while it is being made."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tts.api import AudioPlanned, ChunkPlanned, PlanReply, Progress, Reached
from tts.clock import SAMPLE_RATE
from tts.media.delivery import Chosen, in_every_format
from tts.plan import Chunk, Plan, edges, length

_CHUNK_BYTES = 128  # of JSON for one chunk in a reply, beside its text
_REST_BYTES = 16 * 1024  # of JSON for everything in a reply but audio, texts and chunks


def told(progress: Progress, planned: Plan) -> Callable[[int, int, int], None]:
    """Return what the engine calls between steps, for someone who thinks in chunks and seconds."""
    of_chunks, of_seconds = len(planned.chunks), round(length(planned) / SAMPLE_RATE, 2)

    def step(done: int, total: int, chunks: int) -> None:
        progress(Reached(done, total, chunks, of_chunks, round(of_seconds * done / total, 2), of_seconds))

    return step


def shown(chunk: Chunk, planned: Plan) -> dict[str, Any]:
    """Return what a reply tells of a chunk beside its place."""
    said = chunk.said.spoken if chunk.edits else None
    return {"text": chunk.text, "said": said, "voice": planned.voice(chunk).name if len(planned.speakers) > 1 else None}


def plan_reply(planned: Plan, chosen: Chosen, warnings: list[str]) -> PlanReply:
    """Return what a request would come to."""
    wanted = chosen.wanted
    return PlanReply(
        audio=AudioPlanned(
            format=wanted.format,
            sample_rate=wanted.sample_rate,
            duration_s=round(wanted.samples / SAMPLE_RATE, 4),
            bytes=wanted.bytes,
            delivered=chosen.sink.way,
        ),
        chunks=[
            ChunkPlanned(text=chunk.text, start_s=start_s, end_s=end_s)
            for chunk, (start_s, end_s) in zip(planned.chunks, edges(planned), strict=True)
        ],
        sizes={other.format: other.bytes for other in in_every_format(wanted)},
        warnings=warnings,
    )


def reply_bytes(planned: Plan) -> int:
    """Return the bytes of a reply without its audio, at most."""
    voices = [text for speaker in planned.speakers for text in (speaker.voice.name, speaker.voice.text)]
    texts = [*voices, *planned.warnings, *(shown(chunk, planned) for chunk in planned.chunks)]
    return len(json.dumps(texts)) + _CHUNK_BYTES * len(planned.chunks) + _REST_BYTES
