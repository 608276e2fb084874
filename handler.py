"""RunPod entry: mend the environment, load the model, then serve one job after the other.

`python handler.py` alone runs test_input.json; `--test_input '{"input": {...}}'` runs a job from the command
line; `--rp_serve_api` serves the SDK's local HTTP API.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from warmup.environment.examine import Environment, prepare
from warmup.waiting import Waiting

if TYPE_CHECKING:
    from warmup.start import Start

Handler = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]


def main() -> None:
    """Load the model and hand jobs from the SDK to it."""
    check_test_input()
    environment = prepare()  # before torch and the SDK, which read the environment while they load
    settings = environment.settings
    with Waiting("loading torch and the model"), ThreadPoolExecutor(1) as background:
        loading = background.submit(load, environment)
        # Importing the SDK takes 2 s, half of them waiting for a subprocess; torch and the model load meanwhile.
        import runpod
    started = loading.result()
    if started.worker is None and not settings.on_runpod:
        sys.exit(f"ERROR  | {started.report.problem}")
    for check in started.fitness_checks():
        runpod.serverless.register_fitness_check(check)
    handle = with_errors_as_text(started.handle) if "--rp_serve_api" in sys.argv else started.handle
    runpod.serverless.start({"handler": handle, "concurrency_modifier": lambda current: settings.concurrency})


def check_test_input() -> None:
    """End with a sentence if the job on the command line is none; the SDK would end with a trace."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--test_input", default="{}")
    try:
        job = json.loads(parser.parse_known_args()[0].test_input)
    except json.JSONDecodeError as error:
        sys.exit(f"ERROR  | --test_input is not JSON: {error}")
    if not isinstance(job, dict):
        sys.exit('ERROR  | --test_input is not a job; a job is {"input": {...}}')


def load(environment: Environment) -> Start:
    """Start a worker; one that will serve more than a single job says something before the first."""
    from warmup.start import start

    return start(environment, warm_up=environment.settings.on_runpod or "--rp_serve_api" in sys.argv)


def with_errors_as_text(handle: Handler) -> Handler:
    """Return a handler whose errors are JSON text: the SDK's local API answers an object with HTTP 500."""

    async def handler(job: dict[str, Any]) -> dict[str, Any]:
        reply = await handle(job)
        return {"error": json.dumps(reply["error"])} if "error" in reply else reply

    return handler


if __name__ == "__main__":
    main()
