"""Where this worker keeps what the next start should find again."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from warmup.report import Finding

BAKED = Path(__file__).parents[1] / "baked"  # what the image brings along: hub/, flash_attn/
_ENOUGH_GB = 3.0  # F5-TTS and its half-precision copy take 2.1 GB, an unpacked wheel about 1


@dataclass(frozen=True, kw_only=True)
class StorageSettings:
    """What the operator decides about places."""

    cache_dir: str | None = None
    voices_dir: str | None = None
    volume_dir: str = "/runpod-volume"


@dataclass(frozen=True)
class Storage:
    """A folder that can be written."""

    root: Path
    lasting: bool  # still there at the next start: a volume, or what the operator named
    findings: tuple[Finding, ...] = ()

    @property
    def wheels(self) -> Path:
        """Where flash_attn wheels and what is unpacked of them lie."""
        return self.root / "flash_attn"

    @property
    def stamps(self) -> Path:
        """Where hashes are noted of files that nothing can be written beside."""
        return self.root / "sha256"

    @property
    def half(self) -> Path:
        """Where half-precision copies of checkpoints lie."""
        return self.root / "half"


def storage(settings: StorageSettings) -> Storage:
    """Return the first of TTS_CACHE_DIR, the volume and the home folder that can be written."""
    findings: list[Finding] = []
    volume = Path(settings.volume_dir)
    places = [(volume / "worker-f5-tts", "TTS_VOLUME_DIR")] if volume.is_dir() else []
    if settings.cache_dir is not None:
        places.insert(0, (Path(os.path.expanduser(settings.cache_dir)), "TTS_CACHE_DIR"))
    for root, variable in places:
        problem = unwritable(root)
        if not problem:
            return Storage(root, True, (*findings, *_room(root, variable)))
        asked = variable == "TTS_CACHE_DIR"
        fix = "unset TTS_CACHE_DIR" if asked else f"as root, once: mkdir -p {root} && chmod 2775 {root}"
        problem = f"{root} can't be written ({problem}); it isn't used as a cache"
        findings.append(Finding("error" if asked else "note", variable, problem, fix))
    home = Path(os.path.expanduser("~/.cache/worker-f5-tts"))  # stays "~" for a user who has no home
    if not home.is_absolute() or unwritable(home):
        home = Path(tempfile.gettempdir()) / "worker-f5-tts"
        home.mkdir(exist_ok=True)
    return Storage(home, False, (*findings, *_room(home, "TTS_CACHE_DIR")))


def unwritable(folder: Path) -> str:
    """Return why a file can't be written in a folder, which is made if it is missing; empty if it can."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder):
            return ""
    except OSError as error:
        return os.strerror(error.errno) if error.errno else str(error)


def _room(folder: Path, variable: str) -> list[Finding]:
    free_gb = shutil.disk_usage(folder).free / 1e9
    if free_gb >= _ENOUGH_GB:
        return []
    problem = f"{folder} has {free_gb:.1f} GB left; weights, their half-precision copy and a wheel take {_ENOUGH_GB:g}"
    return [Finding("warning", variable, problem, "make room, or point TTS_CACHE_DIR to a larger disk")]
