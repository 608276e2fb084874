"""handler.py, with a beat in its event loop that measures how long the loop is busy; a program for the soak.

`watched.py FILE KEPT_MB` writes the beat's figures to FILE once a second. Replies are kept in KEPT_MB, so that a short
soak fills that memory too.
"""

from __future__ import annotations

import asyncio
import json
import runpy
import sys
import threading
import time
import traceback
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
BEAT_S = 0.005
LONG_S = 0.05

run = asyncio.run


class Look(threading.Thread):
    """Looks at what the loop's thread does while a beat is late."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.began = time.perf_counter()
        self.seen = ""
        self._loop = threading.get_ident()
        self.start()

    def run(self) -> None:
        """Look fifty times a second."""
        while True:
            time.sleep(0.02)
            if time.perf_counter() - self.began > LONG_S:
                stack = traceback.extract_stack(sys._current_frames()[self._loop])
                self.seen = " < ".join(f"{frame.name}:{Path(frame.filename).name}" for frame in reversed(stack[-6:]))


async def beat(file: Path) -> None:
    """Measure how late each beat comes, and how much of that the loop's thread was at work."""
    figures: dict[str, Any] = {"beats": 0, "late": 0, "worst_ms": 0.0, "worst_cpu_ms": 0.0, "busy": 0, "seen": []}
    written, look = 0.0, Look()
    while True:
        began, worked = time.perf_counter(), time.thread_time()
        look.began = began
        await asyncio.sleep(BEAT_S)
        late_s, cpu_s = time.perf_counter() - began - BEAT_S, time.thread_time() - worked
        figures["beats"] += 1
        figures["late"] += late_s > LONG_S
        figures["busy"] += cpu_s > LONG_S
        if cpu_s > LONG_S:
            figures["seen"].append(look.seen)
        figures["worst_ms"] = round(max(figures["worst_ms"], 1000 * late_s), 1)
        figures["worst_cpu_ms"] = round(max(figures["worst_cpu_ms"], 1000 * cpu_s), 1)
        if began > written + 1:
            file.write_text(json.dumps(figures))
            written = began


def watched(file: Path) -> Any:
    """Return asyncio.run with a beat beside what it runs."""

    def beside(main: Coroutine[Any, Any, Any], **options: Any) -> Any:
        async def both() -> Any:
            beating = asyncio.create_task(beat(file))
            try:
                return await main
            finally:
                beating.cancel()

        return run(both(), **options)

    return beside


if __name__ == "__main__":
    file, kept_mb = Path(sys.argv[1]), float(sys.argv[2])
    sys.argv = [str(ROOT / "handler.py")]
    sys.path[0] = str(ROOT)
    from tts import once

    once.Once.__init__.__defaults__ = (once.KEPT_S, round(kept_mb * 2**20), time.monotonic)  # type: ignore[attr-defined]
    asyncio.run = watched(file)
    runpy.run_path(sys.argv[0], run_name="__main__")
