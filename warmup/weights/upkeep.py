"""What is done for the next start while this one serves: what was read is hashed, a half-precision copy is written."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from warmup.report import Finding
from warmup.storage import Storage
from warmup.weights import half
from warmup.weights.find import ModelFiles
from warmup.weights.verify import disproved

log = logging.getLogger("worker")


def upkeep(files: ModelFiles, checkpoint: Path, dtype: str, keep: Storage, tell: Callable[[Finding], None]) -> None:
    """Hash what was read, unless that is known, and copy it if it is right and a copy would be kept.

    Args:
        files: of the model that serves.
        checkpoint: that was read: the one among them, or its half-precision copy, for which it needn't be read again.
        dtype: in which it serves.
        keep: where copies and hashes go.
        tell: is told of every file that isn't what was published.
    """
    read = {checkpoint, files.vocoder_config, files.vocoder_weights}
    wrong = disproved([(path, remote) for path, remote in files.pinned if path in read], keep)
    for finding in wrong:
        log.error("%s", finding)
        tell(finding)
    if not wrong and keep.lasting and dtype in half.DTYPES and checkpoint == files.checkpoint:
        half.write_copy(checkpoint, half.copy_path(keep.half, checkpoint, dtype), dtype)
