"""Small wheels that stand for flash_attn, made on the spot: right ones and each kind of wrong one."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

from tests.support.servers import FileServer
from warmup.environment.settings import Settings
from warmup.flash_attn.ensure import Outcome, ensure
from warmup.machine import Gpu, Platform
from warmup.storage import Storage

TAG = "cp311"
NAME = f"flash_attn-2.8.3+cu12torch2.8cxx11abiTRUE-{TAG}-{TAG}-linux_x86_64.whl"
H100 = Platform(TAG, "2.8.0", "12.8", True, "glibc 2.36", "x86_64", (Gpu("NVIDIA H100", (9, 0), 80.0),), "570.86.10")

RIGHT = """
import torch
from torch.nn.functional import scaled_dot_product_attention

__version__ = "2.8.3"


def flash_attn_func(q, k, v, dropout_p=0.0):
    q, k, v = (tensor.float().transpose(1, 2) for tensor in (q, k, v))
    return scaled_dot_product_attention(q, k, v).transpose(1, 2).half()


def flash_attn_varlen_func(q, k, v, ends_q, ends_k, longest_q, longest_k):
    lengths = ends_q.diff().tolist()
    parts = zip(*(tensor.split(lengths) for tensor in (q, k, v)))
    return torch.cat([flash_attn_func(*(tensor[None] for tensor in part))[0] for part in parts])
"""
WRONG_RESULT = (  # attends across the packed sequences
    RIGHT.partition("def flash_attn_varlen_func")[0]
    + "def flash_attn_varlen_func(q, k, v, *rest):\n    return flash_attn_func(q[None], k[None], v[None])[0]\n"
)
BROKEN_IMPORT = 'raise ImportError("flash_attn_2_cuda.so: undefined symbol: _ZN3c105ErrorC2ENS_14SourceLocationESs")\n'
CRASH = "import os\nos.abort()\n"
NO_FUNCTION = '__version__ = "2.8.3"\n'


def wheel(code: str = RIGHT, tag: str = TAG) -> bytes:
    """Return a wheel whose package `flash_attn` is `code`; as in official ones, the metadata lacks `+cu12...`."""
    info = "flash_attn-2.8.3.dist-info"
    contents = {
        "flash_attn/__init__.py": code,
        f"{info}/METADATA": "Metadata-Version: 2.1\nName: flash_attn\nVersion: 2.8.3\n",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: {tag}-{tag}-linux_x86_64\n",
    }
    rows = [f"{name},sha256={_urlsafe(text.encode())},{len(text)}" for name, text in contents.items()]
    contents[f"{info}/RECORD"] = "\n".join([*rows, f"{info}/RECORD,,", ""])
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in contents.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return file.getvalue()


def manifest(path: Path, url: str, data: bytes | None, name: str = NAME) -> str:
    """Write a manifest of one wheel; without its data, its sha256 and size are unknown."""
    row = {"name": name, "url": url, "sha256": None, "size": None, "pinned_by": None}
    if data is not None:
        row |= {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "pinned_by": "the test"}
    path.write_text(json.dumps({"note": ["of a test"], "wheels": [row]}))
    return str(path)


class Bench:
    """A cache, a server, and starts that use both."""

    def __init__(self, folder: Path, server: FileServer) -> None:
        self.cache = Storage(folder / "cache", lasting=True)
        self.server = server
        self._manifest = folder / "wheels.json"

    def offer(self, code: str = RIGHT, *, pinned: bool = True, name: str = NAME, tag: str = "cp311") -> bytes:
        data = wheel(code, tag)
        self.server.put(f"/{name}", data)
        manifest(self._manifest, self.server.url(f"/{name}"), data if pinned else None, name)
        return data

    def start(self, platform: Platform = H100, patience_s: float | None = 60, **settings: object) -> Outcome:
        asked = replace(Settings(flash_attn_wheels=str(self._manifest)), **settings)  # type: ignore[arg-type]
        return ensure(asked, platform, self.cache, patience_s)

    @property
    def downloads(self) -> int:
        return len(self.server.requests)


def _urlsafe(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
