"""What a platform that fails costs: polls and bytes of log in 15 s of HTTP 500, by the SDK alone and as it is held.

`python -m tests.soak.polls`
"""

from __future__ import annotations

import itertools
import sys
import tempfile
import time
from pathlib import Path

from tests.support.platform_api import SDKS, Fault, platform, worker_process
from tests.support.root import ROOT

SECONDS = 15.0
ECHO = (sys.executable, str(ROOT / "tests/support/platform_api/echo.py"))


def main() -> None:
    """Print one line for each SDK and mode."""
    for sdk, mode in itertools.product(SDKS, ("plain", "held")):
        with tempfile.TemporaryDirectory() as folder, platform() as cloud:
            variables = {**cloud.environment(), **SDKS[sdk], "RUNPOD_LOG_LEVEL": "INFO"}  # as handler.py sets it
            for kind in ("job-take", "job-take-batch"):
                cloud.fail(kind, itertools.repeat(Fault(500)))
            with worker_process(Path(folder), mode, command=ECHO, **variables) as (_, log):
                cloud.wait_for(lambda cloud=cloud: cloud.requests["job-take-batch"] > 0)  # type: ignore[misc]
                time.sleep(SECONDS)
                polls = cloud.requests["job-take"] + cloud.requests["job-take-batch"]
                size = sum(map(len, log.lines))
        print(f"{sdk}, {mode}: {polls} polls, {size / 1e6:.3f} MB of log in {SECONDS:.0f} s", flush=True)


if __name__ == "__main__":
    main()
