"""The flash_attn build that fits this machine: chosen, fetched, unpacked, probed, and only then importable.

torch carries a variable-length FlashAttention-2 kernel of its own, so a wheel is a preference: by default one is
fetched only where it will still be there at the next start. Nothing here ends the start: whatever goes wrong is a
reason in the outcome, torch's attention serves instead, and the next start goes on where this one stopped. A wheel is
unpacked into a folder of its own, never into the environment, and nothing is ever compiled.
"""

from __future__ import annotations

import shutil
import sys
import time
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from packaging.version import Version

from warmup.fetch import FetchError
from warmup.flash_attn.settings import FlashAttnSettings
from warmup.flash_attn.unpack import bring, changed, cut_short
from warmup.flash_attn.verdict import verdict
from warmup.flash_attn.wheels import MANIFEST, ManifestError, Skip, Wheel, choose, load
from warmup.machine import Platform
from warmup.storage import BAKED, Storage

PATIENCE_S = {"auto": 60.0, "install": 900.0, "require": 900.0}  # for lock, download, unpacking and probe together


@dataclass(frozen=True)
class Outcome:
    """What became of flash_attn."""

    reason: str  # one sentence: where it came from, or why it isn't used
    version: str | None = None  # of the build that passed the probe; None: none did
    folder: Path | None = None  # what sys.path needs; None with a version: installed in the environment
    lasting: bool = True  # of a refusal: it would be the same on every host of this kind


class Forbidden(FetchError):
    """What is missing may not be downloaded, here or on any other host."""


class NotKept(Forbidden):
    """What is missing would be fetched anew at every start."""


def ensure(
    settings: FlashAttnSettings, platform: Platform, storage: Storage, patience_s: float | None = None
) -> Outcome:
    """Find, or bring, a flash_attn that works on this machine. Never raises for what a machine can do to it."""
    if settings.flash_attn == "off":
        return Outcome("TTS_FLASH_ATTN=off")
    deadline = time.monotonic() + (PATIENCE_S[settings.flash_attn] if patience_s is None else patience_s)
    installed = _installed()
    if installed is None:
        return _of_a_wheel(settings, platform, storage, deadline)
    memory = storage.wheels / "installed.probed.json"
    found = _probed(None, memory, platform, deadline, f"flash_attn {installed} is installed")
    if found.version is not None:
        return found
    other = _of_a_wheel(settings, platform, storage, deadline)
    return replace(other, reason=f"{found.reason}; {other.reason}")


def _of_a_wheel(settings: FlashAttnSettings, platform: Platform, storage: Storage, deadline: float) -> Outcome:
    try:
        wheels = load(Path(settings.flash_attn_wheels) if settings.flash_attn_wheels else MANIFEST)
    except ManifestError as error:
        return Outcome(str(error))
    wheel = choose(platform, wheels)
    if isinstance(wheel, Skip):
        return Outcome(wheel.reason)
    try:
        folder, source = _staged(wheel, settings, storage, deadline)
        # Beside the cache, not beside the folder: what is baked into an image can't be written, and is the same build.
        memory = storage.wheels / f"{folder.name}.probed.json"
        return _probed(folder, memory, platform, deadline, f"{wheel.name} {source}")
    except (FetchError, OSError) as error:
        return Outcome(str(error), lasting=isinstance(error, Forbidden))
    except (ImportError, ValueError) as error:  # httpx's words for a proxy that it can't use
        return Outcome(f"{wheel.name} can't be fetched: {error}", lasting=False)


def enable(outcome: Outcome) -> None:
    """Make a build that passed importable."""
    if outcome.folder is not None and str(outcome.folder) not in sys.path:
        sys.path.insert(0, str(outcome.folder))


def _installed() -> str | None:
    """Return the version of a flash_attn 2.7 or newer in the environment; flash-attn-4's namespace is none."""
    spec = find_spec("flash_attn")
    if spec is None or spec.origin is None:
        return None
    try:
        found = version("flash_attn")
    except PackageNotFoundError:
        return None
    return found if Version(found) >= Version("2.7") else None


def _staged(wheel: Wheel, settings: FlashAttnSettings, storage: Storage, deadline: float) -> tuple[Path, str]:
    """Return where a wheel is unpacked, and how it came there."""
    stem, folder = wheel.name.removesuffix(".whl"), storage.wheels
    baked, cached = BAKED / "flash_attn" / stem, folder / stem
    if baked.is_dir() and not cut_short(baked):
        return baked, "baked in the image"
    if cached.is_dir() and cut_short(cached):
        shutil.rmtree(cached, ignore_errors=True)
    if cached.is_dir():
        return cached, "from the cache"
    if not (folder / wheel.name).exists():
        _check_may_be_fetched(wheel, settings, storage)
    return bring(wheel, folder, deadline)


def _check_may_be_fetched(wheel: Wheel, settings: FlashAttnSettings, storage: Storage) -> None:
    if not settings.allow_download:
        raise Forbidden(f"{wheel.name} is not on this machine and TTS_ALLOW_DOWNLOAD is false")
    if settings.flash_attn == "auto" and not storage.lasting:
        size = f"{wheel.size / 1e6:.0f} MB" if wheel.size else "it"
        raise NotKept(
            f"{wheel.name} is not on this machine, and {size} would be fetched at every start, because nothing is kept "
            "here; for the wheel build the image with BAKE_FLASH_ATTN=1, attach a volume, or set TTS_FLASH_ATTN=install"
        )


def _probed(folder: Path | None, memory: Path, platform: Platform, deadline: float, what: str) -> Outcome:
    """Return the verdict on a build as an outcome; a folder that was changed since it was unpacked is removed."""
    found = verdict(folder, memory, platform, deadline)
    probed = "probed on such a machine before" if found.known else "probed"
    if found.version is not None:
        return Outcome(f"{what}, {probed}", found.version, folder)
    if folder is not None and not found.known and changed(folder):
        shutil.rmtree(folder, ignore_errors=True)
        memory.unlink(missing_ok=True)
        removed = "what was unpacked is damaged and was removed; the next start unpacks it anew"
        return Outcome(f"{what}, but the probe failed: {found.problem} ({removed})", lasting=False)
    return Outcome(f"{what}, but the probe failed{' before' if found.known else ''}: {found.problem}", lasting=False)
