"""Files read into the kernel's memory while torch is imported: reading waits, importing computes."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from threading import Thread

from warmup.machine import DeviceSettings
from warmup.storage import Storage
from warmup.weights import half
from warmup.weights.find import ModelFiles

_BLOCK = 8 << 20  # bytes


def to_read(files: ModelFiles, keep: Storage, settings: DeviceSettings) -> list[Path]:
    """Return what loading will read, as far as can be told before torch knows the device."""
    wanted = half.DTYPES if settings.dtype == "auto" else (settings.dtype,)
    copies = [half.copy_path(keep.half, files.checkpoint, dtype) for dtype in wanted] if keep.half.is_dir() else []
    return [next((copy for copy in copies if copy.exists()), files.checkpoint), files.vocoder_weights]


def read_ahead(paths: Iterable[Path]) -> None:
    """Have these files in the kernel's memory by the time that they are mapped."""

    def read() -> None:
        block = bytearray(_BLOCK)
        for path in paths:
            with suppress(OSError), path.open("rb", buffering=0) as file:  # loading will say what is wrong
                while file.readinto(block):
                    pass

    Thread(target=read, name="read-ahead", daemon=True).start()
