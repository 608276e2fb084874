"""A machine with every place that weights may lie in: small files stand for the published ones."""

from __future__ import annotations

import hashlib
import io
import os
import random
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save

from warmup import receive
from warmup.environment.settings import Settings
from warmup.storage import Storage
from warmup.weights import hub, places
from warmup.weights.find import DEMO, ModelFiles, find
from warmup.weights.hub import PUBLISHED, Remote

SAFETENSORS = save({"weight": np.arange(50_000, dtype=np.float32), "bias": np.ones(3, np.float32)})
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:97ec\nsize 54365991\n"


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("archive/data.pkl", random.Random(0).randbytes(200_000))
    return file.getvalue()


def pinned(repo: str, file: str, content: bytes) -> Remote:
    return Remote(repo, "f00d" * 10, file, hashlib.sha256(content).hexdigest(), len(content))


MODEL = pinned("SWivid/F5-TTS", "F5TTS_v1_Base/model.safetensors", SAFETENSORS)
CONFIG = pinned("charactr/vocos", "config.yaml", b"a: 1\n")
VOCODER = pinned("charactr/vocos", "pytorch_model.bin", zipped())
CONTENT = {MODEL: SAFETENSORS, CONFIG: b"a: 1\n", VOCODER: zipped()}
PLACES = {  # in order of preference
    "baked in the image": "baked/hub",
    "RunPod's cached model": "volume/huggingface-cache/hub",
    "TTS_CACHE_DIR": "cache/hub",
    "TTS_CACHE_DIR without hub": "cache",
    "worker's cache": "volume/worker-f5-tts/hub",
    "Hugging Face cache": "home/hub",
    "volume": "volume/old/root",
}


@dataclass
class Machine:
    """A machine whose folders lie under one root, and what it would find."""

    root: Path

    @property
    def settings(self) -> Settings:
        there = {
            "volume_dir": str(self.root / "volume"),
            "hub_cache": str(self.root / "home/hub"),
            "cache_dir": str(self.root / "cache"),
        }
        return Settings(model="F5TTS_v1_Base", vocoder=str(DEMO / "vocos"), **there)

    @property
    def keep(self) -> Storage:
        return Storage(self.root / "volume/worker-f5-tts", True)

    def find(self, lasting: bool = True, **changes: Any) -> ModelFiles:
        return find(replace(self.settings, **changes), replace(self.keep, lasting=lasting))

    def put(self, place: str, remote: Remote = MODEL, content: bytes | None = None, revision: str = "") -> Path:
        """Have a file in a Hugging Face cache, as its library puts it there: a link to a blob."""
        folder = self.root / place / f"models--{remote.repo.replace('/', '--')}"
        blob = folder / "blobs" / f"{remote.sha256}{revision}"
        link = folder / "snapshots" / (revision or remote.revision) / remote.file
        self.write(blob, CONTENT[remote] if content is None else content)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(os.path.relpath(blob, link.parent))
        return link

    def write(self, path: Path, content: bytes) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def inventory(self) -> dict[Path, int]:
        return {path: path.lstat().st_ino for path in self.root.rglob("*")}


def stand_in(root: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Return a machine for which the small files are the published ones."""
    monkeypatch.setattr(places, "BAKED", root / "baked")
    monkeypatch.setattr(hub, "VOCODER", (CONFIG, VOCODER))
    monkeypatch.setitem(PUBLISHED, "F5TTS_v1_Base", MODEL)
    monkeypatch.setattr(receive, "_PAUSES_S", (0, 0, 0, 0))
    return Machine(root)
