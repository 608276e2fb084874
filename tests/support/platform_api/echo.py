"""A worker without a model, as a program: the SDK's loop around a handler that says what it was given.

A job with `waits` is done when the process gets SIGUSR1; one with `breaks` asks for another worker. `plain` leaves the
SDK as it is; `loading` is SDK 2 with a model that never comes.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import threading
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[3]))

import runpod

from sdk.seams import held

CONCURRENCY, GRACE_S = 2, 4


async def answer(job: dict[str, Any]) -> dict[str, Any]:
    """Answer a job."""
    if job["input"].get("waits"):
        told = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, told.set)
        print("waiting", job["id"], flush=True)
        await told.wait()
    return {"said": job["input"], "refresh_worker": job["input"].get("breaks", False)}


def main(mode: str) -> None:
    """Serve until the platform ends it."""
    logging.basicConfig(level=logging.INFO)
    if mode == "loading":
        runpod.serverless.register_prestart_hook(lambda: threading.Event().wait())
    handler = answer if mode == "plain" else held(answer, concurrency=CONCURRENCY, grace_s=GRACE_S)
    runpod.serverless.start({"handler": handler, "concurrency_modifier": lambda current: CONCURRENCY})


if __name__ == "__main__":
    mode = sys.argv.pop(1) if len(sys.argv) > 1 else ""
    main(mode)
