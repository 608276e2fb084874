"""The engine's steps without its thread: several chunks together, from noise to mel frames."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import torch
from torch import Tensor

from tts.engine.arena import Arena, places
from tts.engine.attention import BACKENDS
from tts.engine.chunk import Chunk, Guidance
from tts.engine.noise import noise
from tts.engine.prepared import Prepared
from tts.engine.running import Running, Speech
from tts.engine.step import step
from tts.model.dit import DiT


def running(network: DiT, chunk: Chunk, due: float = 0.0) -> Running:
    """Return a chunk that has joined."""
    drawn: Future[Tensor] = Future()
    drawn.set_result(noise(chunk.frames, chunk.seed))
    speech = Speech()
    speech.chunks.append(Running(speech, chunk, 1, due, drawn, network))
    return speech.chunks[0]


@torch.inference_mode()
def sample(
    network: DiT,
    chunks: Sequence[Chunk],
    guidance: Guidance | None = None,
    look: Callable[[Tensor], object] = lambda state: None,
) -> list[Tensor]:
    """Return the mel frames of every chunk without its reference; `look` sees the packed states after every step."""
    if guidance is not None:
        chunks = [replace(chunk, guidance=guidance) for chunk in chunks]
    prepared, arena = Prepared(), Arena("sdpa")
    several = [running(network, chunk) for chunk in chunks]
    for one in several:
        prepared.join(one)
    while left := [one for one in several if not one.done]:
        packed = arena.pack(left)
        step(network, packed, prepared.modulation(packed.chunks), prepared.pace(packed.chunks))
        for one in left:
            one.at += 1
        look(packed.state.clone())
    return [spoken(one) for one in several]


def spoken(one: Running) -> Tensor:
    assert one.state is not None
    return one.state[len(one.chunk.reference) :]


def layout(network: DiT, lengths: Sequence[int]) -> Any:
    """Return the layout of sequences that follow the same table of modulations."""
    where = places(lengths, network.arch.dim_head, network.device)
    return SimpleNamespace(**where, attend=BACKENDS["sdpa"](lengths, network.device))
