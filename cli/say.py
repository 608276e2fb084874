"""Say a text, or every line of a file, in a voice: `python -m tts "Some text" --voice me.wav --out hello.wav`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from cli import arguments
from cli.interrupt import end_on_ctrl_c
from cli.python import check_python
from tts.errors import ModelError, RequestError
from warmup.environment.examine import prepare
from warmup.report import HostProblem

DEFAULT_FILE, DEFAULT_FOLDER = Path("output/speech.wav"), Path("output")


def main(given: Sequence[str] | None = None, prog: str = "python -m tts") -> int:
    """Say what the command line asks for; return the exit status."""
    check_python()
    end_on_ctrl_c()
    asked = arguments.read(given, prog)
    settings = prepare().settings
    try:
        if asked.list_voices:
            from cli.voices import listed

            print(listed(settings))
        elif asked.batch is not None:
            from cli.batch import say_all

            return say_all(asked.batch, asked.out or DEFAULT_FOLDER, arguments.fields(asked), settings)
        else:
            from cli.single import say_one

            say_one(asked.out or DEFAULT_FILE, {"text": arguments.text(asked), **arguments.fields(asked)}, settings)
    except RequestError as error:
        print(arguments.in_flags(error), file=sys.stderr)
        return 2
    except (ModelError, HostProblem) as error:
        print(error, file=sys.stderr)
        return 1
    return 0
