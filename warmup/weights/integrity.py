"""Is a file of weights whole? Told from its first and last bytes, without reading it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

_LONGEST_HEADER = 100_000_000  # bytes, of a .safetensors file
_POINTER = b"version https://git-lfs.github.com/spec/"


def defect(path: Path, size: int | None = None) -> str:
    """Return what is wrong with a file, as the end of a sentence that begins with its name; empty if nothing is.

    Args:
        path: any file; `.safetensors` and zipped checkpoints are known by their ends.
        size: what it must be, if known.
    """
    try:
        found = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(len(_POINTER))
    except FileNotFoundError:
        return "points to a file that isn't there" if path.is_symlink() else "doesn't exist"
    except OSError as error:
        return f"can't be read: {error.strerror}"
    if head == _POINTER:
        return "is a Git LFS pointer, not the file itself; `git lfs pull` fetches it"
    if found == 0:
        return "is empty"
    if not any(head):
        return "begins with zeros: what was written never reached the disk"
    declared = None
    if path.suffix == ".safetensors":
        declared = _declared(path)
        if declared is None:
            return "is no safetensors file"
    wanted = declared if size is None else size
    if wanted is not None and found != wanted:
        return f"is incomplete: {found} of {wanted} bytes" if found < wanted else f"has {found} bytes, not {wanted}"
    if head[:4] == b"PK\x03\x04" and not zipfile.is_zipfile(path):
        return "is incomplete: its end is missing"
    return ""


def _declared(path: Path) -> int | None:
    """Return the size that a safetensors header tells; None if it is no such header."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if length > _LONGEST_HEADER:
            return None
        if length > path.stat().st_size:
            return length + 8
        try:
            header = json.loads(file.read(length))
            ends = [entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"]
        except (ValueError, TypeError, KeyError, IndexError, AttributeError):
            return None
    return 8 + length + max(ends, default=0)
