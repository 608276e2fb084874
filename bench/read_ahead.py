"""What reading the weights ahead gains on a slow disk: `python -m bench.read_ahead --megabytes-per-s 200`, as root.

A checkpoint of F5TTS_v1_Base's shape with random weights (1.35 GB) is loaded by a fresh process, nothing of it in the
kernel's memory, the disk throttled by the blkio controller; with and without the read-ahead in turn.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch
from safetensors.torch import save_file

from tts.model.checkpoint import published_shapes, without_storage
from tts.model.config import load_config
from tts.model.dit import DiT
from tts.published import published
from warmup.weights.find import DEMO

GROUP = Path("/sys/fs/cgroup/blkio/read-ahead-bench")
LOAD = """
import sys
from warmup import start
from warmup.environment.settings import Settings
if sys.argv[2] == "without":
    start.read_ahead = lambda paths: None
start.ready(Settings(model=sys.argv[1], model_config="F5TTS_v1_Base", vocoder=sys.argv[3], dtype="float32"))
"""


def main() -> None:
    """Print the medians of both, and their ratio."""
    parser = argparse.ArgumentParser(prog="python -m bench.read_ahead", description=main.__doc__)
    parser.add_argument("--megabytes-per-s", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    times: dict[str, list[float]] = {"with": [], "without": []}
    with tempfile.TemporaryDirectory(dir=".") as folder:
        checkpoint = Path(folder) / "model.safetensors"
        write_random(checkpoint)
        throttle(checkpoint, asked.megabytes_per_s)
        try:
            for _ in range(asked.rounds):
                for how, seconds in times.items():
                    seconds.append(timed(checkpoint, how))
        finally:
            GROUP.rmdir()
    with_s, without_s = (statistics.median(times[how]) for how in ("with", "without"))
    ratio = f"{with_s:.1f} s with, {without_s:.1f} s without, {with_s / without_s:.2f}"
    print(f"{asked.megabytes_per_s} MB/s: {ratio}; {times}")


def write_random(path: Path) -> None:
    """Write a checkpoint as the published one is, its weights random."""
    tokens = len((published() / "infer/examples/vocab.txt").read_text("utf-8").splitlines())
    with without_storage():
        shapes = published_shapes(DiT(load_config("F5TTS_v1_Base").architecture, tokens))
    save_file({f"ema_model.{name}": torch.randn(shape) for name, shape in shapes.items()}, path)


def throttle(file: Path, megabytes_per_s: int) -> None:
    """Make a control group whose processes read the file's disk at this speed."""
    device = os.stat(file).st_dev
    GROUP.mkdir(exist_ok=True)
    limit = f"{os.major(device)}:{os.minor(device)} {megabytes_per_s * 10**6}"
    (GROUP / "blkio.throttle.read_bps_device").write_text(limit)


def timed(checkpoint: Path, how: str) -> float:
    """Return the seconds that a cold process takes to load the model."""
    os.sync()
    Path("/proc/sys/vm/drop_caches").write_text("1")
    warm = subprocess.Popen([sys.executable, "-c", "import torch, soundfile, soxr, av"])  # as a pulled image is
    warm.wait()
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", LOAD, str(checkpoint), how, str(DEMO / "vocos")],
        preexec_fn=lambda: (GROUP / "cgroup.procs").write_text(str(os.getpid())),
    )
    assert process.wait() == 0
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
