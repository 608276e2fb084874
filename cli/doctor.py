"""The doctor: `python -m warmup [--json]` starts a worker without serving, and tells what it found.

The exit status is 0 if it could serve, else 1.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from cli.interrupt import end_on_ctrl_c
from cli.python import check_python
from cli.waiting import Waiting
from warmup.environment.examine import prepare


def main(given: Sequence[str] | None = None, prog: str = "python -m warmup") -> int:
    """Print the report of a whole start; return the exit status."""
    parser = argparse.ArgumentParser(prog, description="tell whether a worker could serve here")
    parser.add_argument("--json", action="store_true", help="for machines")
    arguments = parser.parse_args(given)
    check_python()
    end_on_ctrl_c()
    environment = prepare()
    with Waiting("starting a worker"):
        from warmup.start import start

        report = start(environment, quiet=True).report
    if arguments.json:
        print(json.dumps(report.as_dict(), indent=2))
    else:
        print(report.text(colours=sys.stdout.isatty()))
    return 1 if report.problem else 0
