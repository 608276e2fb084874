"""RunPod entry: mend the environment, load the model, then serve jobs.

`python handler.py` alone says test_input.json; `--test_input` with a job, or a file that holds one, says that;
`--rp_serve_api` serves the SDK's local HTTP API.
"""

from __future__ import annotations

import sys
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from cli import local
from cli.interrupt import end_on_ctrl_c
from cli.python import check_python
from cli.waiting import Waiting
from sdk.host import demand_fitness, leave, updates
from warmup.environment.examine import Environment, prepare
from warmup.environment.settings import Settings

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
    serve(runpod.serverless, asked, settings, loading)


def load(environment: Environment, *, warm_up: bool) -> Start:
    """Start a worker; one that will serve more than a single job says something before the first."""
    from warmup.start import start

    return start(environment, warm_up=warm_up)


def serve(serverless: Any, asked: local.Asked, settings: Settings, loading: Future[Start]) -> None:
    """Answer the job that was asked for, or all that come, until the SDK ends."""
    config: dict[str, Any] = {"concurrency_modifier": lambda current: settings.concurrency}

    async def handle(job: dict[str, Any], progress: Progress | None = None) -> dict[str, Any]:
        started = loading.result()
        if progress is None and settings.on_runpod and not asked.serve_api:
            progress = updates(serverless, job)
        reply = await started.handle(job, progress)
        if started.broken and not (asked.job or asked.serve_api):
            # In the reply: by its own setting the SDK would end at once, and lose what its open poll still brings.
            reply["refresh_worker"] = True
        return reply

    if asked.job is not None:
        config["handler"] = local.on_a_terminal(handle)
    elif asked.serve_api:
        config["handler"] = local.with_errors_as_text(handle)
    else:
        from sdk.seams import held

        config["handler"] = held(handle, concurrency=settings.concurrency, grace_s=settings.shutdown_s)
    serverless.start(config)
    if loading.result().broken:
        leave()


if __name__ == "__main__":
    main()
