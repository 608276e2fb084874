"""One file of the model at a time: a path that was named, or what was published, stored here or downloaded."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from tts.errors import ModelError
from warmup.report import Finding, Origin
from warmup.storage import unwritable
from warmup.weights.hub import PUBLISHED, Remote, download
from warmup.weights.integrity import defect
from warmup.weights.places import PLATFORM, Places
from warmup.weights.verify import contradiction, remedy

DOWNLOADED = "downloaded"


@dataclass(frozen=True)
class Part:
    """A file, where it came from, and what was passed over on the way to it."""

    origin: Origin
    findings: tuple[Finding, ...] = ()
    remote: Remote | None = None  # what it must be, if it was published

    @property
    def path(self) -> Path:
        """Where it lies."""
        return self.origin.path


def part(role: str, path: Path, source: str, seconds: float = 0.0) -> Part:
    """Return a file that is there."""
    return Part(Origin(role, path, source, round(seconds, 3), round(path.stat().st_size / 1e6, 3)))


def sound(role: str, path: Path, source: str) -> Part:
    """Return a file.

    Raises:
        ModelError: it isn't there, or isn't whole.
    """
    problem = defect(path)
    if problem:
        raise ModelError(f"{path} {problem}")
    return part(role, path, source)


def named(role: str, variable: str, path: str) -> Part:
    """Return the file that a variable names.

    Raises:
        ModelError: it isn't there, or isn't whole.
    """
    if not os.path.exists(path):
        known = "auto, demo, " + ", ".join(PUBLISHED)
        also = f"; it is a path, or one of {known}" if variable == "TTS_MODEL" else ""
        raise ModelError(f"{variable}={path} doesn't exist{also}")
    return sound(role, Path(path), variable)


def pinned(role: str, remote: Remote, places: Places) -> Part:
    """Return a published file: the best copy on this machine, else a download.

    Raises:
        ModelError: there is no sound copy, and none may be downloaded or is given out.
        HostProblem: the download failed.
    """
    started = time.perf_counter()
    found, passed_over = stored(remote, places)
    path, source = found or (_downloaded(remote, places, passed_over), DOWNLOADED)
    origin = part(role, path, source, time.perf_counter() - started).origin
    return Part(origin, tuple(passed_over), remote)


def stored(remote: Remote, places: Places) -> tuple[tuple[Path, str] | None, list[Finding]]:
    """Return the first sound copy of a file with the sort of place it lies in, and what was passed over before it."""
    passed_over: list[Finding] = []
    for place in places:
        for path in place.paths(remote):
            if not os.path.lexists(path):  # unlike Path.exists, also False where looking is not allowed
                continue
            problem, fix = defect(path, remote.size), f"delete {path}"
            if not problem:
                problem, fix = contradiction(path, remote, places.keep), remedy(path)
            if not problem:
                return (path, place.source), passed_over
            passed_over.append(Finding("warning", str(path), f"{problem}; it is passed over", fix))
    return None, passed_over


def _downloaded(remote: Remote, places: Places, passed_over: list[Finding]) -> Path:
    settings, keep = places.settings, places.keep
    if not settings.allow_download or settings.offline:
        raise ModelError(_missing(remote, places, passed_over))
    folders = [keep.root / "hub", Path(settings.hub_cache).expanduser()]
    usable = [folder for folder in (folders if keep.lasting else folders[::-1]) if not unwritable(folder)]
    roomy = [folder for folder in usable if shutil.disk_usage(folder).free > (remote.size or 0)]
    return download(remote, next(iter([*roomy, *usable, *folders])))


def _missing(remote: Remote, places: Places, passed_over: list[Finding]) -> str:
    """Return why a file can't be had, with every place that was looked at."""
    name = f"{remote.repo}/{remote.file}"
    there = f"no copy of {name} on this machine can be used" if passed_over else f"{name} is not on this machine"
    why = "HF_HUB_OFFLINE is set" if places.settings.allow_download else "TTS_ALLOW_DOWNLOAD is false"
    broken = "".join(f"; {finding.subject} {finding.problem}" for finding in passed_over)
    fixes = ["allow it", "set TTS_MODEL to a file" if remote in PUBLISHED.values() else "set TTS_VOCODER to a folder"]
    cached = [repo for place in places.known if place.source == PLATFORM for repo in place.repos(remote)]
    if not any(map(os.path.isdir, cached)):
        fixes.append(f"choose {remote.repo} in the endpoint's settings")
    return f"{there} and {why}{broken}; looked in {places.shown()}; {', or '.join(fixes)}"
