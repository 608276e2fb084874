"""The machine as torch's extensions see it, found without creating a CUDA context in this process."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass

_QUERY = "index,uuid,name,compute_cap,memory.total,driver_version"
PATIENCE_S = 30.0  # with an nvidia-smi that doesn't answer
_OLDEST_DRIVER = {12: (525, 60), 13: (580, 65)}  # by CUDA major version; NVIDIA's "minor version compatibility"


@dataclass(frozen=True, kw_only=True)
class DeviceSettings:
    """What the operator decides about computing."""

    device: str = "auto"
    dtype: str = "auto"
    attention: str = "auto"
    max_batch_frames: int | None = None
    on_runpod: bool = False
    gpu_promised: bool = False  # RUNPOD_GPU_COUNT


@dataclass(frozen=True)
class Gpu:
    """One visible GPU."""

    name: str
    capability: tuple[int, int]  # compute capability, (9, 0) on an H100
    memory_gb: float


@dataclass(frozen=True)
class Platform:
    """Everything that decides which binary extensions run here."""

    python_tag: str  # "cp311"; "cp313t" on a free-threaded Python
    torch_version: str  # "2.8.0"
    cuda_version: str | None  # what torch was built for, "12.8"; None on a CPU or ROCm build
    cxx11_abi: bool  # of torch
    libc: str  # "glibc 2.36", "musl"
    machine: str  # "x86_64", "aarch64"
    gpus: tuple[Gpu, ...] = ()
    driver_version: str | None = None  # "570.86.10"

    @property
    def driver_problem(self) -> str:
        """Why the driver can't run this torch; empty if it can, or if nothing is known of it."""
        if self.driver_version is None or self.cuda_version is None:
            return ""
        major = int(self.cuda_version.split(".")[0])
        found = tuple(int(part) for part in self.driver_version.split(".")[:2])
        oldest = _OLDEST_DRIVER.get(major, (0, 0))
        if found >= oldest:
            return ""
        return (
            f"the host's driver {self.driver_version} is too old for CUDA {self.cuda_version}, "
            f"which torch {self.torch_version} is built for; it takes {oldest[0]}.{oldest[1]} or newer"
        )


def detect(asked: tuple[tuple[Gpu, ...], str | None] | None = None) -> Platform:
    """Return this machine's platform. Imports torch; asks nvidia-smi, not CUDA, for the GPUs.

    Args:
        asked: what `visible_gpus` gave, if it was called already.
    """
    import torch

    gpus, driver = visible_gpus() if asked is None else asked
    return Platform(
        python_tag=f"cp{sys.version_info.major}{sys.version_info.minor}"
        + ("t" if sysconfig.get_config_var("Py_GIL_DISABLED") else ""),
        torch_version=torch.__version__.partition("+")[0],
        cuda_version=torch.version.cuda,
        cxx11_abi=torch.compiled_with_cxx11_abi(),
        libc=_libc(),
        machine=platform.machine(),
        gpus=gpus,
        driver_version=driver,
    )


def visible_gpus() -> tuple[tuple[Gpu, ...], str | None]:
    """Return the GPUs that this process may use, and the driver's version; takes a second on some hosts."""
    return _gpus(os.environ)


def _libc() -> str:
    try:
        return os.confstr("CS_GNU_LIBC_VERSION") or "unknown"
    except (ValueError, OSError):
        return "musl"


def _gpus(environment: Mapping[str, str]) -> tuple[tuple[Gpu, ...], str | None]:
    """Return the GPUs that CUDA_VISIBLE_DEVICES leaves, and the driver's version."""
    try:
        asked = subprocess.run(
            ["nvidia-smi", f"--query-gpu={_QUERY}", "--format=csv,noheader,nounits"],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PATIENCE_S,
        )
    except (OSError, subprocess.TimeoutExpired):
        return (), None
    rows = [[cell.strip() for cell in line.split(",")] for line in asked.stdout.splitlines()]
    rows = [row for row in rows if len(row) == len(_QUERY.split(","))] if asked.returncode == 0 else []
    gpus = tuple(_gpu(row) for row in _visible(rows, environment.get("CUDA_VISIBLE_DEVICES")))
    return gpus, rows[0][-1] if rows and re.fullmatch(r"\d+(\.\d+)*", rows[0][-1]) else None


def _gpu(row: list[str]) -> Gpu:
    major, _, minor = row[3].partition(".") if re.fullmatch(r"\d+(\.\d+)?", row[3]) else ("0", "", "")  # "[N/A]"
    memory_mib = float(row[4]) if row[4].replace(".", "").isdecimal() else 0.0  # "[N/A]" where memory is shared
    return Gpu(row[2], (int(major), int(minor or 0)), round(memory_mib / 1024, 1))


def _visible(rows: list[list[str]], wanted: str | None) -> list[list[str]]:
    """Return the GPUs that CUDA_VISIBLE_DEVICES lets be seen, in its order; a MIG slice may be of any of them."""
    names = [] if wanted is None else [name.strip() for name in wanted.split(",")]
    if wanted is None or any(name.startswith("MIG-") for name in names):
        return rows
    return [
        row for name in names for row in rows if name == row[0] or (name.startswith("GPU-") and row[1].startswith(name))
    ]
