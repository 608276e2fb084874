"""The doctor: `python -m warmup [--json]` starts a worker without serving, and tells what it found.

The exit status is 0 if it could serve, else 1.
"""

from __future__ import annotations

import argparse
import json
import sys

from warmup.environment.examine import prepare
from warmup.waiting import Waiting


def main() -> int:
    """Print the report of a whole start; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m warmup", description="tell whether a worker could serve here")
    parser.add_argument("--json", action="store_true", help="for machines")
    arguments = parser.parse_args()
    environment = prepare()
    with Waiting("starting a worker"):
        from warmup.start import start

        report = start(environment, quiet=True).report
    if arguments.json:
        print(json.dumps(report.as_dict(), indent=2))
    else:
        print(report.text(colours=sys.stdout.isatty()))
    return 1 if report.problem else 0


if __name__ == "__main__":
    sys.exit(main())
