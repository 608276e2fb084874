"""What a job costs beside synthesis and queue, ours and the SDK's: `python -m bench.overhead [JOBS]`.

The real SDKs, each in a process of its own, take jobs from the tests' platform on loopback, one at a time and at uneven
moments; `handler.py` runs as it is but for a clock around its handler.

    ours = time in the handler - waiting for the device - synthesis
    SDK  = job handed out to result received - time in the handler
"""

from __future__ import annotations

import base64
import queue
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.report import machine
from tests.support.platform_api import SDKS, Platform, platform, worker_process
from tts.voice.registry import built_in

JOB = {"text": "Sarah sees four blue houses.", "steps": 4, "seed": 1}
_PAUSE_S = (0.05, 0.35)  # before a job, so that it meets the SDK's loop anywhere


class Stamped(queue.Queue[Any]):
    """A queue that remembers when each of its items was taken out, or put in."""

    def __init__(self) -> None:
        super().__init__()
        self.put_at: list[float] = []
        self.got_at: list[float] = []

    def put(self, item: Any, *rest: Any, **named: Any) -> None:
        """Put an item in."""
        self.put_at.append(time.perf_counter())
        super().put(item, *rest, **named)

    def get(self, *rest: Any, **named: Any) -> Any:
        """Take the next item out."""
        item = super().get(*rest, **named)
        self.got_at.append(time.perf_counter())
        return item


def main() -> None:
    jobs = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    print(f"{machine()}; {jobs} jobs a row; median (least to 95th percentile)\n")
    print("| SDK | job | ours | the SDK's | of ours: voice | of ours: encoding | replies of |")
    print("|---|---|---|---|---|---|---|")
    for sdk, variables in SDKS.items():
        with platform() as cloud, tempfile.TemporaryDirectory() as folder:
            cloud.jobs, cloud.results = Stamped(), Stamped()
            settings = {"TTS_MODEL": "demo", **cloud.environment(), **variables}
            settings["PYTHONPATH"] = f"{variables.get('PYTHONPATH', '')}:{Path.cwd()}"
            command = [sys.executable, str(Path(__file__).with_name("timed_handler.py"))]
            with worker_process(Path(folder), command=command, **settings):
                for name, given in kinds().items():
                    row(f"| {sdk} | {name} |", [one(cloud, given, number) for number in range(jobs + 3)][3:])


def kinds() -> dict[str, dict[str, Any]]:
    """Return what is said, by what it is called in the table."""
    voice = built_in()["basic_en"]
    recording = {"voice_base64": base64.b64encode(voice.file.read_bytes()).decode(), "voice_text": voice.text}
    return {"a named voice": JOB, "a recording that was sent before": JOB | recording}


def one(cloud: Platform, given: dict[str, Any], number: int) -> dict[str, float]:
    """Return the seconds of one job, by what they went to."""
    time.sleep(random.uniform(*_PAUSE_S))
    cloud.jobs.put({"id": f"job-{len(given)}-{number}", "input": given})
    _, body = cloud.result()
    timing = body["output"]["timing"]
    assert isinstance(cloud.jobs, Stamped)
    assert isinstance(cloud.results, Stamped)
    whole = cloud.results.put_at[-1] - cloud.jobs.got_at[-1]
    handler = body["output"]["handler_s"]
    return {
        "ours": handler - timing["queue_s"] - timing["synthesis_s"],
        "sdk": whole - handler,
        "voice": timing["voice_s"],
        "encode": timing["encode_s"],
        "kB": len(str(body)) / 1e3,
    }


def row(begin: str, seconds: list[dict[str, float]]) -> None:
    """Print medians with the least and the 95th percentile, in milliseconds."""

    def told(name: str) -> str:
        values = sorted(1e3 * each[name] for each in seconds)
        return f"{statistics.median(values):.1f} ms ({values[0]:.1f} to {values[int(0.95 * len(values))]:.1f})"

    size = statistics.median(each["kB"] for each in seconds)
    print(begin, " | ".join(map(told, ("ours", "sdk", "voice", "encode"))), f"| {size:.0f} kB |", flush=True)


if __name__ == "__main__":
    main()
