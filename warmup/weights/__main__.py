"""`python -m warmup.weights --bake FOLDER vocoder|all`: weights for an image."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

from tts.errors import ModelError
from warmup.environment.examine import prepare
from warmup.report import HostProblem
from warmup.weights import hub


def main() -> int:
    """Download the vocoder, or everything that F5TTS_v1_Base needs, into a folder of the image."""
    parser = argparse.ArgumentParser(prog="python -m warmup.weights", description=main.__doc__)
    parser.add_argument("--bake", metavar="FOLDER", type=Path, required=True, help="a Hugging Face cache")
    parser.add_argument("what", choices=("vocoder", "all"))
    arguments = parser.parse_args()
    prepare()
    logging.basicConfig(level="INFO", format="%(message)s")
    logging.getLogger("httpx").setLevel("WARNING")  # or it logs addresses, signed ones too
    model = [hub.PUBLISHED["F5TTS_v1_Base"]] if arguments.what == "all" else []
    try:
        for remote in (*hub.VOCODER, *model):
            print(hub.download(remote, arguments.bake))
    except (ModelError, HostProblem) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
