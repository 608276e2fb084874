"""The attention kernels that run here, side by side: `python -m bench.attention`.

Two shapes of F5TTS_v1_Base: one pair of 1,406 frames (10 s of speech after 5 s of reference, with and without the
condition), and 22 unequal sequences as a mixed batch has them. `TTS_ATTENTION=auto` takes the kernels in the order of
`PREFERRED` in tts/engine/attention.py; what a GPU says here decides that order.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial

import torch

from tts.engine.attention import BACKENDS, problem

HEADS, DIM_HEAD, LAYERS = 16, 64, 22
SHAPES = {"one pair": (1406, 1406), "22 unequal": tuple(range(160, 160 + 22 * 48, 48))}  # frames of each sequence
ROUNDS = 20


def main() -> None:
    """Print the median time of a step's attention, every kernel in turn in each round."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    dtype = torch.float16 if device.type == "cuda" else torch.float32
    what = torch.cuda.get_device_name(device) if device.type == "cuda" else "CPU"
    print(f"{what}, torch {torch.__version__}, {dtype}, {HEADS} heads of {DIM_HEAD}, {LAYERS} layers")
    kernels = [name for name in BACKENDS if not problem(name, device, dtype)]
    for shape, lengths in SHAPES.items():
        query, key, value = torch.randn(3, sum(lengths), HEADS, DIM_HEAD, device=device, dtype=dtype)
        calls = {name: BACKENDS[name](lengths, device) for name in kernels}
        times: dict[str, list[float]] = {name: [] for name in kernels}
        for _ in range(ROUNDS if device.type == "cuda" else 2):
            for name, attend in calls.items():
                times[name].append(timed(partial(attend, query, key, value), device))
        for name, seconds in times.items():
            print(f"{shape:12} {name:14} {statistics.median(seconds) * 1e3:9.3f} ms")


def timed(call: Callable[[], object], device: torch.device) -> float:
    """Return the seconds that a step's calls take."""
    call()
    synchronize(device)
    began = time.perf_counter()
    for _ in range(LAYERS):
        call()
    synchronize(device)
    return time.perf_counter() - began


def synchronize(device: torch.device) -> None:
    """Wait until the device has done what it was given."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


if __name__ == "__main__":
    main()
