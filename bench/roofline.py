"""One step of the network by kind of kernel: `python -m bench.roofline [ROWS ...]`.

Every kind's floor is what its arithmetic or its bytes need at this machine's own best, measured first: the largest
product and the largest copy. What a kind takes beyond its floor is what can be gained there. The network has random
weights of F5TTS_v1_Base's shape; on a CPU it has two of the 22 layers.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from statistics import median
from typing import Any
from unittest.mock import patch

import torch
import torch.nn.functional as F
from torch.profiler import ProfilerActivity, profile, record_function

from bench.models import V1_BASE, random_network, synchronize
from bench.report import machine, renew
from tts.clock import MELS
from tts.engine import step as one_step
from tts.engine.arena import Arena
from tts.engine.attention import choose_backend
from tts.engine.chunk import Chunk, Guidance
from tts.engine.prepared import Prepared
from tts.engine.running import Running, Speech
from tts.model import dit
from tts.model.config import Architecture
from tts.model.linear import Linear

ROWS = (512, 1_408, 2_816, 4_096, 8_192)
ROUNDS = 5
_WIDE = {"cuda": 8_192, "cpu": 2_048}  # rows and columns of the product that sets the ceiling


@dataclass(frozen=True)
class Ceiling:
    """What this machine reaches at its best."""

    flop_per_s: float
    bytes_per_s: float

    def floor_s(self, work: Work) -> float:
        """Return the least time that work takes."""
        return max(work.flop / self.flop_per_s, work.bytes / self.bytes_per_s)


@dataclass(frozen=True)
class Work:
    """What one kind of kernel does in a step."""

    calls: int
    flop: float
    bytes: float


def main() -> None:
    """Print the table of every size and renew its section of RESULTS.md."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    dtype = torch.float16 if device.type == "cuda" else torch.float32
    sizes = tuple(map(int, sys.argv[1:])) or (ROWS if device.type == "cuda" else ROWS[:3])
    arch = V1_BASE if device.type == "cuda" else Architecture(**{**vars(V1_BASE), "depth": 2})
    network, backend = random_network(arch, device, dtype), choose_backend("auto", device, dtype).value
    ceiling = measure_ceiling(device, dtype)
    what = torch.cuda.get_device_name(device) if device.type == "cuda" else machine()
    text = (
        f"## roofline\n\n`python -m bench.roofline`; {what}, torch {torch.__version__}, {str(dtype)[6:]}, "
        f"{arch.depth} layers, attention {backend}. Best product {ceiling.flop_per_s / 1e12:.2f} TFLOP/s, best "
        f"copy {ceiling.bytes_per_s / 1e9:.0f} GB/s (read and written). One chunk under guidance,\n"
        "two equal sequences.\n"
    )
    for rows in sizes:
        found = table(network, backend, rows, ceiling)
        print(found, flush=True)
        text += f"\n{found}"
    renew("roofline", text)


def table(network: dit.DiT, backend: str, rows: int, ceiling: Ceiling) -> str:
    """Return the kinds of a step over so many rows as a table, the host's time last."""
    step = _step(network, backend, rows)
    whole_s, host_s = timed(step, network.device)
    taken = by_kind(step, network)
    kinds = works(network.arch, rows, network.proj_out.weight.element_size())
    lines = [
        f"{rows} rows: {whole_s * 1e3:.2f} ms a step",
        "",
        "| kind | calls | GFLOP | MB | floor | taken | of floor | share |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, work in kinds.items():
        floor_s, taken_s = ceiling.floor_s(work), taken[name]
        lines.append(
            f"| {name} | {work.calls} | {work.flop / 1e9:.1f} | {work.bytes / 1e6:.0f} | {floor_s * 1e3:.3f} ms "
            f"| {taken_s * 1e3:.3f} ms | {floor_s / taken_s:.0%} | {taken_s / whole_s:.0%} |"
        )
    rest_s = whole_s - sum(taken[name] for name in kinds)
    lines.append(f"| the rest, and between kernels | | | | | {rest_s * 1e3:.3f} ms | | {rest_s / whole_s:.0%} |")
    if network.device.type == "cuda":
        lines.append(f"| the host | | | | | {host_s * 1e3:.3f} ms | | {host_s / whole_s:.0%} |")
    return "\n".join(lines) + "\n"


def works(arch: Architecture, rows: int, size: int) -> dict[str, Work]:
    """Return the arithmetic and the bytes of every kind, for two equal sequences of numbers of `size` bytes."""
    dim, inner, hidden, depth = arch.dim, arch.heads * arch.dim_head, arch.dim * arch.ff_mult, arch.depth

    def product(inputs: int, outputs: int) -> Work:
        flop = 2.0 * rows * inputs * outputs
        return Work(depth, depth * flop, depth * size * (rows * (inputs + outputs) + inputs * outputs))

    def moved(calls: int, width: int) -> Work:
        return Work(calls, 0.0, calls * size * rows * width)

    within = rows // 2
    return {
        "qkv": product(dim, 3 * inner),
        "attention": Work(depth, depth * 4.0 * rows * within * inner, depth * size * rows * 4 * inner),
        "out": product(inner, dim),
        "ff in, GELU": product(dim, hidden),
        "ff out": product(hidden, dim),
        "rotate": moved(depth, 4 * inner),
        "norm, modulated": moved(2 * depth + 1, 2 * dim),
        "gated add": moved(2 * depth, 3 * dim),
        "convolutions": Work(2, 2 * 2.0 * rows * dim * dim // 16 * 31, 2 * size * rows * 2 * dim),
    }


def by_kind(step: Callable[[], object], network: dit.DiT) -> dict[str, float]:
    """Return the seconds that the kernels of every kind take in a step."""
    device = network.device
    activities = [ProfilerActivity.CPU] + [ProfilerActivity.CUDA] * (device.type == "cuda")
    with labelled(network), profile(activities=activities) as profiled:
        for _ in range(ROUNDS):
            step()
        synchronize(device)
    field = "device_time_total" if device.type == "cuda" else "cpu_time_total"
    return {event.key: getattr(event, field) / ROUNDS / 1e6 for event in profiled.key_averages()}


@contextmanager
def labelled(network: dit.DiT) -> Iterator[None]:
    """Have the profiler know the kinds by the places in the network that call them."""
    block: Any = dit.Block
    functions = [
        (dit, "rotate", "rotate"),
        (F, "layer_norm", "norm, modulated"),
        (torch, "addcmul", "gated add"),
    ]
    layers = {"attn.to_qkv": "qkv", "attn.to_out": "out", "ff.0": "ff in, GELU", "ff.1": "ff out"}
    with ExitStack() as stack:
        for owner, name, kind in functions:
            stack.enter_context(patch.object(owner, name, _under(kind, getattr(owner, name))))
        for convolution in (network.input_embed.conv_pos_embed.conv1d[0], network.input_embed.conv_pos_embed.conv1d[2]):
            stack.enter_context(patch.object(convolution, "forward", _under("convolutions", convolution.forward)))
        for layer in network.transformer_blocks:
            assert isinstance(layer, block)
            for path, kind in layers.items():
                module = layer.get_submodule(path)
                stack.enter_context(patch.object(module, "forward", _under(kind, module.forward)))
        yield


def _under(kind: str, call: Callable[..., Any]) -> Callable[..., Any]:
    def recorded(*given: Any, **named: Any) -> Any:
        with record_function(kind):
            return call(*given, **named)

    return recorded


def _step(network: dit.DiT, backend: str, rows: int) -> Callable[[], None]:
    """Return the engine's own step over one chunk under guidance."""
    chunk = Chunk(torch.zeros(0, MELS), torch.zeros(1), rows // 2, 0, Guidance())
    one = Running(Speech(), chunk, 1, 0.0, Future(), network)
    one.state = torch.randn(rows // 2, MELS, device=network.device)
    one.context = torch.randn(2 * (rows // 2), network.arch.dim, device=network.device, dtype=network.dtype)
    packed, prepared = Arena(backend).pack([one]), Prepared()
    packed = replace(packed, attend=_under("attention", packed.attend))

    def step() -> None:
        one_step.step(network, packed, prepared.modulation([one]), prepared.pace([one]))

    return step


def timed(step: Callable[[], object], device: torch.device) -> tuple[float, float]:
    """Return the medians of the seconds that a step takes, and of those until the host has handed it over."""
    step()
    synchronize(device)
    wholes, hosts = [], []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        step()
        hosts.append(time.perf_counter() - began)
        synchronize(device)
        wholes.append(time.perf_counter() - began)
    return median(wholes), median(hosts)


def measure_ceiling(device: torch.device, dtype: torch.dtype) -> Ceiling:
    """Return what the largest product and the largest copy reach here."""
    wide = _WIDE[device.type]
    rows = torch.randn(wide, wide, device=device, dtype=dtype)
    layer = Linear(wide, wide).to(device, dtype)
    source = torch.empty(2**28, dtype=torch.uint8, device=device)
    target = torch.empty_like(source)
    with torch.inference_mode():
        product_s, _ = timed(lambda: layer(rows), device)
        copy_s, _ = timed(lambda: target.copy_(source), device)
    return Ceiling(2 * wide**3 / product_s, 2 * len(source) / copy_s)


if __name__ == "__main__":
    main()
