"""kill -9 at any point of a start: the next one ends in the state that an undisturbed one leaves."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.support.platform_api import clean_environment
from tests.support.root import ROOT
from tests.support.servers import FileServer, files
from tests.support.wheel import NAME, manifest, wheel
from warmup.weights.find import DEMO
from warmup.weights.hub import Remote

KILLS = 10
START = """
import json, sys
from dataclasses import replace
from pathlib import Path
from tests.support.wheel import H100
from warmup.weights import half
from warmup.weights import find, hub
from warmup.environment.settings import Settings
from warmup.flash_attn.ensure import ensure
from warmup.weights.hub import Remote
from warmup.storage import storage

cache, manifest, pins = sys.argv[1:]
checkpoint, *vocoder = [Remote(**pin) for pin in json.loads(pins)]
hub.PUBLISHED["F5TTS_v1_Base"] = checkpoint
hub.VOCODER = tuple(vocoder)
settings = Settings(model="F5TTS_v1_Base", cache_dir=cache, flash_attn_wheels=manifest)
keep = storage(settings)
found = find.find(settings, keep)
half.write_copy(found.checkpoint, half.copy_path(keep.half, found.checkpoint, "float16"), "float16")
print(ensure(settings, H100, keep).version)
"""


def remote(server: FileServer, repo: str, file: str, data: bytes) -> Remote:
    server.put(f"/{repo}/resolve/abc/{file}", data)
    return Remote(repo, "abc", file, hashlib.sha256(data).hexdigest(), len(data))


def state(folder: Path) -> dict[str, str]:
    """Return every file that a start leaves, by its path; what is noted beside a file without the file's time."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(_without_time(path)).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != ".lock" and path.suffix != ".pyc"
    }


def _without_time(path: Path) -> bytes:
    content = path.read_bytes()
    return b" ".join(content.split()[:2]) if path.suffix == ".sha256" else content


@pytest.mark.slow
def test_a_start_killed_at_ten_random_points_ends_in_the_same_state(tmp_path: Path) -> None:
    float32 = {name: tensor.float() for name, tensor in load_file(DEMO / "model.safetensors").items()}
    assert all(tensor.dtype == torch.float32 for tensor in float32.values())
    save_file(float32, tmp_path / "model.safetensors")
    with files() as server:
        server.put(f"/{NAME}", wheel())
        wheels = manifest(tmp_path / "wheels.json", server.url(f"/{NAME}"), wheel())
        pins = [
            remote(server, "a/f5", "model.safetensors", (tmp_path / "model.safetensors").read_bytes()),
            remote(server, "a/vocos", "config.yaml", (DEMO / "vocos" / "config.yaml").read_bytes()),
            remote(server, "a/vocos", "model.safetensors", (DEMO / "vocos" / "model.safetensors").read_bytes()),
        ]
        environment = clean_environment() | {"HF_ENDPOINT": server.url(""), "PYTHONDONTWRITEBYTECODE": "1"}
        cache = tmp_path / "cache"
        given = [wheels, json.dumps([asdict(pin) for pin in pins])]

        def begin(cache: Path) -> subprocess.Popen[str]:
            return subprocess.Popen(
                [sys.executable, "-c", START, str(cache), *given],
                cwd=ROOT,
                env=environment,
                stdout=subprocess.PIPE,
                text=True,
                start_new_session=True,
            )

        began = time.monotonic()
        assert begin(cache).communicate(timeout=180)[0] == "2.8.3\n"
        whole_s = time.monotonic() - began
        undisturbed = state(cache)
        shutil.rmtree(cache)
        points = random.Random(0)
        for number in range(KILLS):
            process = begin(cache)
            try:
                process.wait(timeout=whole_s * (number + points.random()) / KILLS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        assert begin(cache).communicate(timeout=180)[0] == "2.8.3\n"
        assert state(cache) == undisturbed
