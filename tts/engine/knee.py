"""How many rows a step should have: as many as bring throughput, and no more, for whoever comes waits for a step."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future

import torch

from tts.clock import FRAMES_PER_S, MELS
from tts.engine.arena import Arena
from tts.engine.chunk import Chunk, Guidance
from tts.engine.faults import ran_out_of_memory
from tts.engine.prepared import Prepared
from tts.engine.running import Running, Speech
from tts.engine.step import step
from tts.model.dit import DiT

SIZES = (2048, 4096, 8192, 16_384)  # rows that are tried
ENOUGH = 0.95  # of the best throughput
_FRAMES = round(11 * FRAMES_PER_S)  # of a chunk, about: 5 s of reference, 6 s of speech
_STEPS = 3  # timed, after one that isn't


def knee(rates: Mapping[int, float]) -> int:
    """Return the fewest rows that reach nearly the best rate, by rows."""
    best = max(rates.values())
    return min(rows for rows, rate in rates.items() if rate >= ENOUGH * best)


@torch.inference_mode()
def rates(network: DiT, backend: str, clock: Callable[[], float] = time.perf_counter) -> dict[int, float]:
    """Return rows per second of steps of each size, until more rows bring no more, or memory ends.

    Nothing else may run on the device meanwhile.
    """
    found: dict[int, float] = {}
    for rows in SIZES:
        before = max(found.values(), default=0.0)
        try:
            found[rows] = _rate(network, backend, rows, clock)
        except Exception as error:
            if not found or not ran_out_of_memory(error):
                raise
            break
        if ENOUGH * found[rows] <= before:
            break
    return found


def _rate(network: DiT, backend: str, rows: int, clock: Callable[[], float]) -> float:
    count = max(1, round(rows / (2 * _FRAMES)))
    chunks = [_chunk(network, rows // (2 * count)) for _ in range(count)]
    packed, prepared = Arena(backend).pack(chunks), Prepared()
    for at in range(1 + _STEPS):
        if at == 1:
            _wait(network.device)
            began = clock()
        step(network, packed, prepared.modulation(packed.chunks), prepared.pace(packed.chunks))
    _wait(network.device)
    return _STEPS * len(packed.context) / (clock() - began)


def _chunk(network: DiT, frames: int) -> Running:
    """Return a chunk without a voice that has joined: how long a step takes doesn't depend on what is said."""
    nothing = torch.zeros(0, MELS)
    one = Running(Speech(), Chunk(nothing, torch.zeros(1), frames, 0, Guidance()), 1, 0.0, Future(), network)
    one.state = torch.zeros(frames, MELS, device=network.device)
    one.context = torch.zeros(2 * frames, network.arch.dim, dtype=network.dtype, device=network.device)
    return one


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
