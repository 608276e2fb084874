"""Half-precision copies of float32 checkpoints: half the bytes to read at every later start.

A copy holds exactly what casting at load would give. It is known by what is in the checkpoint, not by where that
lies: hosts that cache the same file share one copy on the volume.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import socket
import time
from contextlib import suppress
from pathlib import Path

from warmup.stamp import to_disk

log = logging.getLogger("worker")
DTYPES = ("float16", "bfloat16")
_SAMPLE, _SAMPLES = 1 << 16, 32  # bytes, places
_ABANDONED_S = 600.0  # since anything was written to an unfinished copy


def copy_path(folder: Path, checkpoint: Path, dtype: str) -> Path:
    """Return where the copy of a checkpoint lies, or would."""
    return folder / f"{checkpoint.stem}-{_fingerprint(checkpoint)}.{dtype}.safetensors"


def _fingerprint(file: Path) -> str:
    """Return 16 hexadecimal digits that tell checkpoints apart, from samples all over the file."""
    size = file.stat().st_size
    digest = hashlib.sha256(str(size).encode())
    with file.open("rb") as opened:
        for place in range(_SAMPLES):
            opened.seek(max(size - _SAMPLE, 0) * place // (_SAMPLES - 1))
            digest.update(opened.read(_SAMPLE))
    return digest.hexdigest()[:16]


def write_copy(checkpoint: Path, target: Path, dtype: str) -> bool:
    """Write a copy unless it is there, or wouldn't be smaller; return whether it was written.

    It appears by a rename, whole. Problems are logged: the checkpoint itself serves as well.
    """
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    from tts.errors import ModelError
    from tts.model.tensors import read_tensors

    try:
        tensors = read_tensors(checkpoint)
    except ModelError as error:  # gone since it was loaded
        log.warning("no half-precision copy: %s", error)
        return False
    if target.exists() or all(tensor.dtype != torch.float32 for tensor in tensors.values()):
        return False
    size = sum(tensor.nbytes for tensor in tensors.values()) // 2
    host = socket.gethostname()  # containers of one image that share a volume have the same process ids
    fresh = target.with_name(f"{target.name}.{host}.{os.getpid()}.new")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        for left_behind in target.parent.glob(f"{target.name}.*.new"):
            ours = left_behind.name.startswith(f"{target.name}.{host}.")
            if ours or time.time() - left_behind.stat().st_mtime > _ABANDONED_S:  # else another worker is at it
                left_behind.unlink()
        if shutil.disk_usage(target.parent).free < 2 * size:
            raise OSError(f"{target.parent} has no room for {2 * size / 1e6:.0f} MB")
        half = {
            name: tensor.to(getattr(torch, dtype)) if tensor.is_floating_point() else tensor
            for name, tensor in tensors.items()
        }
        save_file({name: tensor.contiguous() for name, tensor in half.items()}, fresh)
        to_disk(fresh)
        fresh.replace(target)
    except (OSError, SafetensorError) as error:  # the latter when writing fails
        log.warning("no half-precision copy of %s: %s", checkpoint.name, getattr(error, "strerror", None) or error)
        with suppress(OSError):
            fresh.unlink()
        return False
    log.info("wrote %s, %.0f MB, for the next start", target, target.stat().st_size / 1e6)
    return True
