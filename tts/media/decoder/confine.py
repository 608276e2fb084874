"""What a process gives up before it touches a stranger's recording."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38  # linux/prctl.h
_NOBODY = 65_534
_HANDLES = 16  # of the child: three standard ones, the parent's socket, and those of one recording


@dataclass(frozen=True)
class Limits:
    """What one recording may take. One of 600 s was seen to need 70 MB and, with six channels, 4 s."""

    memory: int = 144 * 2**20  # bytes of address space, beside the file and what the child has anyway
    cpu_s: int = 6
    wall_s: float = 8.0


def confine_child() -> None:
    """Leave root, if this is root, and all ways to more rights; be the first to go when memory is short."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
    if os.geteuid() == 0:
        with suppress(OSError):  # in a container that lacks the right to, or has no such user
            os.setgroups([])
            os.setresgid(_NOBODY, _NOBODY, _NOBODY)
            os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_NOFILE, (_HANDLES, _HANDLES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def die_with_parent() -> None:
    """Have the system kill this process when its parent ends."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def confine_copy(limits: Limits, memory: int) -> None:
    """Set the limits of one recording: no file, socket or process can be opened, and time and memory end.

    Args:
        limits: what is allowed.
        memory: bytes of address space in all.
    """
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))  # what is open stays so
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_s, limits.cpu_s + 1))
    signal.setitimer(signal.ITIMER_REAL, limits.wall_s)


def address_space() -> int:
    """Return the bytes of address space that this process has."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()
