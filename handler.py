"""RunPod entry: mend the environment, load the model, then serve jobs.

`python handler.py` alone says test_input.json; `--test_input` with a job, or a file that holds one, says that;
`--rp_serve_api` serves the SDK's local HTTP API.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from cli import local
from cli.interrupt import end_on_ctrl_c
from cli.python import check_python
from cli.waiting import Waiting
from warmup.environment.examine import Environment, prepare

if TYPE_CHECKING:
    from tts.api import Progress
    from warmup.start import Start


def main() -> None:
    """Load the model and hand jobs from the SDK to it."""
    check_python()
    end_on_ctrl_c()
    environment = prepare()  # before torch and the SDK, which read the environment while they load
    settings = environment.settings
    asked = local.read(sys.argv[1:], on_platform=settings.on_runpod)
    local.check(asked, settings)
    sys.argv[1:] = asked.sdk_arguments
    several = settings.on_runpod or asked.serve_api
    with Waiting("loading torch and the model"):
        # Importing the SDK takes up to 2 s, half of them waiting for a subprocess; torch and the model load meanwhile.
        loading = ThreadPoolExecutor(1).submit(load, environment, warm_up=several)
        import runpod

        if settings.on_runpod:
            demand_fitness(runpod.serverless, loading)
        elif loading.result().worker is None:
            sys.exit(f"ERROR  | {loading.result().report.problem}")

    async def handle(job: dict[str, Any], progress: Progress | None = None) -> dict[str, Any]:
        started = loading.result()
        if progress is None and settings.on_runpod and not asked.serve_api:
            progress = updates(runpod.serverless, job)
        reply = await started.handle(job, progress)
        # The SDK tells the platform with this reply; the worker takes no more jobs and returns from `start`.
        return {**reply, "refresh_worker": True} if started.broken else reply

    served: local.Handler = handle
    if asked.job is not None:
        served = local.on_a_terminal(handle)
    elif asked.serve_api:
        served = local.with_errors_as_text(handle)
    else:
        from sdk.seams import held

        served = held(handle, concurrency=settings.concurrency, grace_s=settings.shutdown_s)
    runpod.serverless.start({"handler": served, "concurrency_modifier": lambda current: settings.concurrency})
    if loading.result().broken:
        leave()


def leave() -> None:
    """End the process at once: with a device that hangs, the interpreter's own end would wait for ever."""
    for heartbeat in multiprocessing.active_children():
        heartbeat.terminate()
    sys.stdout.flush()
    os._exit(1)


def load(environment: Environment, *, warm_up: bool) -> Start:
    """Start a worker; one that will serve more than a single job says something before the first."""
    from warmup.start import start

    return start(environment, warm_up=warm_up)


def updates(serverless: Any, job: dict[str, Any]) -> Progress:
    """Return what tells the platform how far a job is: in a thread of the SDK's, so that no step waits for it."""
    from tts.updates import Updates  # and with it pydantic, which the worker has imported when a job comes

    return Updates(lambda told: serverless.progress_update(job, told))


def demand_fitness(serverless: Any, loading: Future[Start]) -> None:
    """Have the platform replace this worker if its host can't serve, told in the way that the SDK has for it."""
    if hasattr(serverless, "register_prestart_hook"):  # SDK 2: jobs are taken and held while the hook runs

        def model() -> None:
            loading.result().demand_fit_host()

        serverless.register_prestart_hook(model)
        return
    for check in loading.result().fitness_checks():
        serverless.register_fitness_check(check)


if __name__ == "__main__":
    main()
