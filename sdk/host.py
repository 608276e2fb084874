"""What the platform is told beside replies: whether this host can serve, and how far a job is; and a worker's end."""

from __future__ import annotations

import multiprocessing
import os
import sys
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tts.api import Progress
    from warmup.start import Start


def demand_fitness(serverless: Any, loading: Future[Start]) -> None:
    """Have the platform replace this worker if its host can't serve, told in the way that the SDK has for it."""
    if hasattr(serverless, "register_prestart_hook"):  # SDK 2: jobs are taken and held while the hook runs

        def model() -> None:
            loading.result().demand_fit_host()

        serverless.register_prestart_hook(model)
        return
    for check in loading.result().fitness_checks():
        serverless.register_fitness_check(check)


def updates(serverless: Any, job: dict[str, Any]) -> Progress:
    """Return what tells the platform how far a job is: in a thread of the SDK's, so that no step waits for it."""
    from tts.updates import Updates  # and with it pydantic, which the worker has imported when a job comes

    return Updates(lambda told: serverless.progress_update(job, told))


def leave() -> None:
    """End the process at once: with a device that hangs, the interpreter's own end would wait for ever."""
    for heartbeat in multiprocessing.active_children():
        heartbeat.terminate()
    sys.stdout.flush()
    os._exit(1)
