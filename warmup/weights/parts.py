"""One file of the model at a time: a path that was named, or what was published, stored here or downloaded."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Sequence
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


@dataclass(frozen=True)
class Absent:
    """A published file of which no sound copy is on this machine, and what was passed over."""

    role: str
    remote: Remote
    findings: tuple[Finding, ...]


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


def wanted(role: str, remote: Remote, places: Places) -> Part | Absent:
    """Return the best copy of a published file on this machine, or that there is none."""
    started = time.perf_counter()
    found, passed_over = stored(remote, places)
    if found is None:
        return Absent(role, remote, tuple(passed_over))
    origin = part(role, *found, time.perf_counter() - started).origin
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


def downloaded(absent: Absent, places: Places) -> Part:
    """Return a file that was absent.

    Raises:
        ModelError: it is given out to nobody.
        HostProblem: the download failed.
    """
    started = time.perf_counter()
    remote = absent.remote
    path = download(remote, roomy(places, remote.size or 0))
    origin = part(absent.role, path, DOWNLOADED, time.perf_counter() - started).origin
    return Part(origin, absent.findings, remote)


def roomy(places: Places, size: int) -> Path:
    """Return the Hugging Face cache in which so many bytes will be kept longest, as far as they fit."""
    keep = places.keep
    folders = [keep.root / "hub", Path(places.settings.hub_cache).expanduser()]
    usable = [folder for folder in (folders if keep.lasting else folders[::-1]) if not unwritable(folder)]
    with_room = [folder for folder in usable if shutil.disk_usage(folder).free > size]
    return next(iter([*with_room, *usable, *folders]))


def missing(absent: Sequence[Absent], places: Places) -> str:
    """Return why a model can't be had whose absent files may not be downloaded: all of them, and every place."""
    why = "HF_HUB_OFFLINE is set" if places.settings.allow_download else "TTS_ALLOW_DOWNLOAD is false"
    repos = dict.fromkeys(file.remote.repo for file in absent)
    what = "; ".join(_absence([file for file in absent if file.remote.repo == repo]) for repo in repos)
    broken = "".join(f"; {finding.subject} {finding.problem}" for file in absent for finding in file.findings)
    return f"{what} and {why}{broken}; looked in {places.shown()}; {', or '.join(_fixes(absent, places))}"


def _absence(files: Sequence[Absent]) -> str:
    """Return that files of one repository are absent, or that their copies are broken."""
    repo, names = files[0].remote.repo, [one.remote.file for one in files]
    name = f"{repo}/{names[0]}" if len(names) == 1 else f"{repo} ({', '.join(names)})"
    broken = any(one.findings for one in files)
    return f"no copy of {name} on this machine can be used" if broken else f"{name} is not on this machine"


def _fixes(absent: Sequence[Absent], places: Places) -> list[str]:
    remotes = [one.remote for one in absent]
    model = [remote for remote in remotes if remote in PUBLISHED.values()]
    fixes = ["allow it", "set TTS_MODEL to a file"] if model else ["allow it", "set TTS_VOCODER to a folder"]
    cached = [repo for place in places.known if place.source == PLATFORM for repo in place.repos((model or remotes)[0])]
    if not any(map(os.path.isdir, cached)):
        fixes.append(f"choose {(model or remotes)[0].repo} in the endpoint's settings")
    return fixes
