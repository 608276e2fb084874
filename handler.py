"""RunPod entry: read the settings, load the model, then serve one job after the other.

`python handler.py` alone runs test_input.json; `--test_input '{"input": {...}}'` runs a job from the command
line; `--rp_serve_api` serves the SDK's local HTTP API.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from warmup.environment import SettingError, Settings, prepare

if TYPE_CHECKING:
    from tts.worker import Worker


def main() -> None:
    """Load the model and hand jobs from the SDK to it."""
    try:
        settings = prepare()  # before torch and the SDK, which read the environment while they load
    except SettingError as error:
        sys.exit(f"ERROR  | {error}")
    with ThreadPoolExecutor(1) as background:
        loading = background.submit(load, settings)
        # Importing the SDK takes 2 s, half of them waiting for a subprocess; torch and the model load meanwhile.
        import runpod
    worker = loading.result()
    runpod.serverless.start({"handler": worker.handle, "concurrency_modifier": lambda current: settings.concurrency})


def load(settings: Settings) -> Worker:
    """Return a worker that is ready for jobs, or end the process with the reason."""
    from tts.errors import ModelError
    from warmup.start import start

    try:
        return start(settings)
    except ModelError as error:
        sys.exit(f"ERROR  | {error}")


if __name__ == "__main__":
    main()
