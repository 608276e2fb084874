"""The flash_attn build that fits this machine: chosen, fetched, unpacked, probed, and only then importable.

Nothing here ends the start: whatever goes wrong is a reason in the outcome, torch's own attention serves
instead, and the next start goes on where this one stopped. A wheel is unpacked into a folder of its own, never
into the environment, and nothing is ever compiled.
"""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from packaging.version import Version

from warmup.environment.settings import Settings
from warmup.fetch import FetchError
from warmup.flash_attn import probe
from warmup.flash_attn.unpack import bring, damaged
from warmup.flash_attn.wheels import MANIFEST, ManifestError, Skip, Wheel, choose, load
from warmup.machine import Platform
from warmup.storage import BAKED, Storage

log = logging.getLogger("worker")
PATIENCE_S = {"auto": 90.0, "require": 900.0}  # for lock, download and unpacking together
_PROBE_S = 180.0  # torch, a CUDA context and two kernels on a cold disk
_MEANINGS = {  # what the loader's and CUDA's words come from
    "undefined symbol": "the wheel was built for another torch or C++ ABI",
    "GLIBC_": "the wheel needs a newer glibc",
    "libcudart": "the wheel was built for another CUDA",
    "no kernel image": "the wheel has no kernels for this GPU",
    "only supports Ampere": "FlashAttention-2 needs compute capability 8.0",
    "cannot import name": "what is installed as flash_attn is not FlashAttention-2",
}


@dataclass(frozen=True)
class Outcome:
    """What became of flash_attn."""

    reason: str  # one sentence: where it came from, or why it isn't used
    version: str | None = None  # of the build that passed the probe; None: none did
    folder: Path | None = None  # what sys.path needs; None with a version: installed in the environment
    lasting: bool = True  # of a refusal: it would be the same on every host of this kind


class Forbidden(FetchError):
    """What is missing may not be downloaded, here or on any other host."""


def ensure(settings: Settings, platform: Platform, storage: Storage, patience_s: float | None = None) -> Outcome:
    """Find, or bring, a flash_attn that works on this machine. Never raises for what a machine can do to it."""
    if settings.flash_attn == "off":
        return Outcome("TTS_FLASH_ATTN=off")
    installed = _installed()
    if installed is None:
        return _of_a_wheel(settings, platform, storage, patience_s)
    found = _probed(None, None, platform, f"flash_attn {installed} is installed")
    if found.version is not None:
        return found
    other = _of_a_wheel(settings, platform, storage, patience_s)
    return replace(other, reason=f"{found.reason}; {other.reason}")


def _of_a_wheel(settings: Settings, platform: Platform, storage: Storage, patience_s: float | None) -> Outcome:
    try:
        wheels = load(Path(settings.flash_attn_wheels) if settings.flash_attn_wheels else MANIFEST)
    except ManifestError as error:
        return Outcome(str(error))
    wheel = choose(platform, wheels)
    if isinstance(wheel, Skip):
        return Outcome(wheel.reason)
    deadline = time.monotonic() + (PATIENCE_S[settings.flash_attn] if patience_s is None else patience_s)
    try:
        folder, source = _staged(wheel, settings, storage.wheels, deadline)
        # Beside the cache, not beside the folder: what is baked into an image can't be written, and is the same build.
        record = storage.wheels / f"{folder.name}.probed.json"
        return _probed(folder, record, platform, f"{wheel.name} {source}")
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


def _staged(wheel: Wheel, settings: Settings, folder: Path, deadline: float) -> tuple[Path, str]:
    """Return where a wheel is unpacked, and how it came there."""
    stem = wheel.name.removesuffix(".whl")
    for place, source in ((BAKED / "flash_attn" / stem, "baked in the image"), (folder / stem, "from the cache")):
        if place.is_dir():
            return place, source
    if not settings.allow_download and not (folder / wheel.name).exists():
        raise Forbidden(f"{wheel.name} is not on this machine and TTS_ALLOW_DOWNLOAD is false")
    return bring(wheel, folder, deadline)


def _probed(folder: Path | None, record: Path | None, platform: Platform, what: str) -> Outcome:
    """Return the verdict on a build: the one recorded for this very torch, GPU and driver, or a new one."""
    machine = json.dumps(asdict(platform), sort_keys=True)
    known = _recorded(record)
    if machine in known:
        return Outcome(f"{what}, probed on such a machine before", known[machine], folder)
    verdict = _run_probe(folder)
    problem = verdict.get("problem")
    if problem is not None:
        meaning = next((f" ({text})" for words, text in _MEANINGS.items() if words in problem), "")
        if folder is not None and damaged(folder):
            shutil.rmtree(folder, ignore_errors=True)
            meaning = " (what was unpacked is damaged and was removed; the next start unpacks it anew)"
        return Outcome(f"{what}, but the probe failed: {problem}{meaning}", lasting=False)
    if record is not None:
        _record(record, known | {machine: verdict["version"]})
    return Outcome(f"{what}, probed", verdict["version"], folder)


def _run_probe(folder: Path | None) -> dict[str, str]:
    command = [sys.executable, str(Path(probe.__file__)), *([str(folder)] if folder is not None else [])]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PROBE_S)
        verdict: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    except subprocess.TimeoutExpired:
        return {"problem": f"no answer within {_PROBE_S:.0f} s"}
    except (IndexError, ValueError):
        said = (done.stderr.strip() or "nothing").splitlines()[-1]
        return {"problem": f"the process ended with {done.returncode}, saying {said}"}
    return verdict


def _recorded(record: Path | None) -> dict[str, str]:
    try:
        return dict(json.loads(record.read_text())) if record is not None else {}
    except (OSError, ValueError):
        return {}


def _record(record: Path, verdicts: dict[str, str]) -> None:
    try:
        record.parent.mkdir(parents=True, exist_ok=True)
        fresh = record.with_suffix(".new")
        fresh.write_text(json.dumps(verdicts, indent=1))
        fresh.replace(record)
    except OSError:  # the next start probes again
        log.debug("%s can't be written", record)
