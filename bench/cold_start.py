"""Process start to first reply: `python -m bench.cold_start [ROUNDS]`."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.report import Row, report
from bench.upstream import JOB, STEPS, prepare

ROOT = Path(__file__).parents[1]


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    job = json.dumps({"input": {**JOB, "steps": STEPS}})
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder))
        commands = {
            "ours": ([sys.executable, "handler.py", "--test_input", job], "completed successfully"),
            "upstream": ([sys.executable, "-m", "bench.upstream", folder], "first reply"),
            "imports": ([sys.executable, "-c", "import torch, runpod; print('imported')"], "imported"),
        }
        for command, sign in commands.values():  # once for the page cache
            seconds_until(command, sign)
        seconds: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(rounds):
            for name, (command, sign) in commands.items():
                seconds[name].append(seconds_until(command, sign))
    allowed = [base + 2 for base in seconds["imports"]]
    report(
        "cold_start",
        "python -m bench.cold_start",
        [
            Row("start to first reply", seconds["ours"], "upstream F5TTS()", seconds["upstream"], "<= 0.35"),
            Row("start to first reply", seconds["ours"], "import torch, runpod + 2 s", allowed, "<= 1"),
        ],
    )


def seconds_until(command: list[str], sign: str) -> float:
    """Return the seconds from the start of a command to the line that holds `sign`."""
    began = time.perf_counter()
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, bufsize=1
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if sign in line:
                elapsed = time.perf_counter() - began
                process.communicate()
                return elapsed
    raise RuntimeError(f"{command} ended without saying {sign!r}")


if __name__ == "__main__":
    main()
