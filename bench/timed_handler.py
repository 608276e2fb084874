"""handler.py with a clock around its handler, for `bench.overhead`."""

from __future__ import annotations

import time
from typing import Any

import handler
from warmup.start import Start

_answer = Start.handle


async def timed(self: Start, *given: Any) -> dict[str, Any]:
    """Answer a job, and say how long that took."""
    began = time.perf_counter()
    reply = await _answer(self, *given)
    return {**reply, "handler_s": time.perf_counter() - began}


if __name__ == "__main__":
    Start.handle = timed  # type: ignore[method-assign]
    handler.main()
