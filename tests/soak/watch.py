"""What a worker's process takes, read from /proc."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Taken:
    """What the process takes after so many jobs."""

    jobs: int
    memory_mb: float  # resident
    handles: int
    threads: int


def taken(pid: int, jobs: int) -> Taken:
    """Look at a process."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    memory_mb = int(status["VmRSS"].split()[0]) / 1024
    return Taken(jobs, memory_mb, len(os.listdir(f"/proc/{pid}/fd")), int(status["Threads"]))


def slope(looks: list[Taken]) -> float:
    """Return by how many MB memory grows in 1,000 jobs, fitted to the later three quarters."""
    later = looks[len(looks) // 4 :]
    per_job, _ = np.polyfit([look.jobs for look in later], [look.memory_mb for look in later], 1)
    return float(1000 * per_job)


def grown(values: list[int]) -> int:
    """Return by how much the most in the last third exceeds the most in the second."""
    third = len(values) // 3
    return max(values[-third:]) - max(values[third:-third])
