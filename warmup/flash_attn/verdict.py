"""Whether a flash_attn build works on this machine: asked once of a process of its own, then remembered.

What is remembered is bound to the machine (torch, GPUs, driver) and to the build's RECORD, whether it passed or failed:
a probe takes seconds, and one that hangs or fails would do so at every start.
"""

from __future__ import annotations

import hashlib
import json
import logging
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from warmup.flash_attn import probe
from warmup.machine import Platform

log = logging.getLogger("worker")
LONGEST_S = 180.0  # torch, a CUDA context and two kernels on a cold disk
_FAIR_S = 30.0  # a build that got less than this to answer is asked again at the next start
_MEANINGS = {  # what the loader's and CUDA's words come from
    "undefined symbol": "the wheel was built for another torch or C++ ABI",
    "GLIBC_": "the wheel needs a newer glibc",
    "libcudart": "the wheel was built for another CUDA",
    "no kernel image": "the wheel has no kernels for this GPU",
    "only supports Ampere": "FlashAttention-2 needs compute capability 8.0",
    "cannot import name": "what is installed as flash_attn is not FlashAttention-2",
}


@dataclass(frozen=True)
class Verdict:
    """What a probe said."""

    version: str | None = None  # of a build that works
    problem: str = ""  # why this one doesn't, with what that means
    known: bool = False  # from an earlier start


def verdict(folder: Path | None, memory: Path, platform: Platform, deadline: float) -> Verdict:
    """Return what this machine makes of a build.

    Args:
        folder: where a wheel is unpacked; None: the build that is installed.
        memory: file of earlier verdicts.
        platform: the machine.
        deadline: of `time.monotonic`, for the probe.
    """
    known, key = _remembered(memory), _key(folder, platform)
    if key in known:
        return Verdict(**known[key], known=True)
    limit_s = max(min(LONGEST_S, deadline - time.monotonic()), 0.1)
    found, lasting = _probe(folder, limit_s)
    if lasting:
        _remember(memory, known | {key: {"version": found.version, "problem": found.problem}})
    return found


def _key(folder: Path | None, platform: Platform) -> str:
    """Return the name of a build on a machine; the RECORD of a wheel lists the hash of every file."""
    if folder is None:
        listing = distribution("flash_attn").read_text("RECORD") or ""
    else:
        listing = "".join(path.read_text("utf-8") for path in sorted(folder.glob("*.dist-info/RECORD")))
    machine = json.dumps(asdict(platform), sort_keys=True)
    return hashlib.sha256(f"{machine}\n{listing}".encode()).hexdigest()[:32]


def _probe(folder: Path | None, limit_s: float) -> tuple[Verdict, bool]:
    """Return the verdict, and whether asking again would bring the same."""
    command = [sys.executable, str(Path(probe.__file__)), *([str(folder)] if folder is not None else [])]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit_s)
        said = json.loads(done.stdout.splitlines()[-1])
    except subprocess.TimeoutExpired:
        return Verdict(problem=f"no answer within {limit_s:.0f} s"), limit_s >= _FAIR_S
    except (IndexError, ValueError):
        last = (done.stderr.strip() or "nothing").splitlines()[-1]
        said = {"problem": f"the process ended with {done.returncode}, saying {last}"}
    problem = said.get("problem", "")
    meaning = next((f" ({text})" for words, text in _MEANINGS.items() if words in problem), "")
    return Verdict(said.get("version"), problem + meaning), True


def _remembered(memory: Path) -> dict[str, dict[str, Any]]:
    try:
        return dict(json.loads(memory.read_text()))
    except (OSError, ValueError):
        return {}


def _remember(memory: Path, verdicts: dict[str, dict[str, Any]]) -> None:
    try:
        memory.parent.mkdir(parents=True, exist_ok=True)
        fresh = memory.with_suffix(".new")
        fresh.write_text(json.dumps(verdicts, indent=1))
        fresh.replace(memory)
    except OSError:  # the next start probes again
        log.debug("%s can't be written", memory)
