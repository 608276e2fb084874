"""What runs in place of a decoder that somebody's recording has taken over: it does what the recording says."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import socket
import stat
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

import numpy as np

from tts.clock import SAMPLE_RATE, Samples
from tts.media.undecodable import Damaged

SILENCE = np.zeros(SAMPLE_RATE, np.float32)
kept: list[bytes] = []


def decode(data: bytes, max_s: float) -> Samples:
    found = ANSWERS.get(data.decode(errors="replace"))
    return SILENCE if found is None else found()


def told(words: object) -> Samples:
    raise Damaged(json.dumps(words))


def tried(attempt: Callable[[], object]) -> Callable[[], Samples]:
    """Return what tells whether an attempt succeeds, or which error stands against it."""

    def answer() -> Samples:
        try:
            attempt()
        except (OSError, RuntimeError, ValueError) as error:
            return told(type(error).__name__)
        return told("done")

    return answer


def loop() -> Samples:
    while True:
        pass


def deaf_loop() -> Samples:
    signal.signal(signal.SIGXCPU, signal.SIG_IGN)
    return loop()


def sleep() -> Samples:
    while True:
        signal.pause()


def deaf_sleep() -> Samples:
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    return sleep()


def handles() -> Samples:
    """Tell what is open: character devices, sockets, pipes."""
    found: Counter[str] = Counter()
    for handle in range(1024):
        with suppress(OSError):
            found[stat.filemode(os.fstat(handle).st_mode)[0]] += 1
    return told(found)


def remember() -> Samples:
    kept.append(b"a recording")
    return SILENCE


ANSWERS: dict[str, Callable[[], Samples]] = {
    "read an address that isn't there": lambda: np.frombuffer(ctypes.string_at(2**46, 4), np.float32),
    "abort": lambda: os.abort(),
    "leave": lambda: os._exit(0),
    "loop": loop,
    "loop, deaf": deaf_loop,
    "sleep": sleep,
    "sleep, deaf": deaf_sleep,
    "fill memory": lambda: np.ones(2**29, np.float32),
    "kill the child": lambda: (os.kill(os.getppid(), signal.SIGKILL), SILENCE)[1],
    "fail": lambda: {}["a key"],
    "not a number": lambda: np.full(SAMPLE_RATE, np.nan, np.float32),
    "too much": lambda: np.zeros(10 * SAMPLE_RATE, np.float32),
    "open a file": tried(lambda: os.open("/etc/hostname", os.O_RDONLY)),
    "open a socket": tried(lambda: socket.socket()),
    "fork": tried(os.fork),
    "start a thread": tried(lambda: threading.Thread(target=int).start()),
    "raise a limit": tried(lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))),
    "tell": lambda: told({"variables": dict(os.environ), "folder": os.getcwd(), "user": os.getuid()}),
    "handles": handles,
    "remember": remember,
    "recall": lambda: told(len(kept)),
}
