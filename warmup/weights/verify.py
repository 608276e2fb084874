"""Are files the published ones? Read whole, which takes seconds, so in the background, once, and noted beside them.

A file of the right size may still be damaged: zeros after a crash, a copy that skipped a block, another model's.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from warmup.report import Finding
from warmup.stamp import sha256_of, stamp, stamped
from warmup.storage import Storage
from warmup.weights.hub import Remote


def contradiction(path: Path, remote: Remote, keep: Storage) -> str:
    """Return how a file was found to differ when it was last read whole, as a sentence's end; empty if it wasn't."""
    return _difference(stamped(path, keep.stamps), remote)


def disproved(files: Iterable[tuple[Path, Remote]], keep: Storage) -> list[Finding]:
    """Return those that aren't what was published, and hash each unless that was done; the next start knows."""
    findings = []
    for path, remote in files:
        try:
            known = stamped(path, keep.stamps)
            found = known or sha256_of(path)
            if not known:
                stamp(path, found, keep.stamps)
        except OSError as error:
            findings.append(Finding("error", str(path), f"can't be read: {error.strerror or error}"))
            continue
        problem = _difference(found, remote)
        if problem:
            findings.append(Finding("error", str(path), f"{problem}; the next start passes it over", remedy(path)))
    return findings


def remedy(path: Path) -> str:
    """Return what to do about a file that isn't what its name says."""
    return f"delete {path}, or name it in TTS_MODEL if it is a model of your own"


def _difference(found: str, remote: Remote) -> str:
    if remote.sha256 is None or found in ("", remote.sha256):
        return ""
    return f"has the sha256 {found[:12]}... instead of {remote.sha256[:12]}..., so it is damaged or another file"
