"""What `python handler.py` is asked for on the command line, read before anything heavy is imported.

The SDK reads the same flags later: it takes a job only as JSON, ignores flags that it doesn't know, and ends with a
trace on what is no job. So the job is read here, and handed to it in its own form.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.interrupt import end_on_ctrl_c
from tts.errors import RequestError
from warmup.environment.settings import Settings

if TYPE_CHECKING:
    from tts.api import Progress

Handler = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]

DEFAULT_JOB = "test_input.json"
_EXAMPLES = """examples:
  python handler.py                                                    say test_input.json
  python handler.py --test_input '{"input": {"text": "Two red cats."}}'
  python handler.py --rp_serve_api                                     HTTP on localhost:8000, POST /runsync
"""


@dataclass(frozen=True)
class Asked:
    """What the command line asks for."""

    job: dict[str, Any] | None  # to be done once, in this process; None: a worker or an HTTP API is to serve
    serve_api: bool
    sdk_arguments: tuple[str, ...]  # what the SDK is to find in sys.argv


def read(arguments: Sequence[str], *, on_platform: bool) -> Asked:
    """Read handler.py's command line.

    Args:
        arguments: without the program's name.
        on_platform: whether the platform hands out jobs; elsewhere test_input.json is the job if none is given.

    Raises:
        SystemExit: an unknown flag, or a job that can't be read; the sentence is on stderr.
    """
    parser = argparse.ArgumentParser(
        "handler.py",
        description="Serve F5-TTS voice cloning: a RunPod worker, a local HTTP API, or one job.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--test_input",
        nargs="?",
        const=DEFAULT_JOB,
        metavar="JOB",
        help=f"do one job: JSON, or a file that holds it; nothing behind it: {DEFAULT_JOB}",
    )
    parser.add_argument("--rp_serve_api", action="store_true", help="serve the SDK's local HTTP API")
    parser.add_argument("--rp_api_host", metavar="HOST", help="its address (localhost)")
    parser.add_argument("--rp_api_port", metavar="PORT", type=int, help="its port (8000)")
    parser.add_argument("--rp_api_concurrency", metavar="N", type=int, help="its processes (1)")
    parser.add_argument("--rp_log_level", choices=["ERROR", "WARN", "INFO", "DEBUG"], help="of the SDK's log")
    parser.add_argument("--rp_debugger", action="store_true", help="the SDK's timing of a job")
    given = parser.parse_args(arguments)
    wanted = given.test_input
    if wanted is None and not given.rp_serve_api and not on_platform:
        wanted = DEFAULT_JOB
    job = None if wanted is None else _job(wanted)
    flags = [("--test_input", None if job is None else json.dumps(job)), ("--rp_serve_api", given.rp_serve_api)]
    flags += [(f"--{name}", getattr(given, name)) for name in ("rp_api_host", "rp_api_port", "rp_api_concurrency")]
    flags += [("--rp_log_level", given.rp_log_level), ("--rp_debugger", given.rp_debugger)]
    return Asked(job, given.rp_serve_api, tuple(_written(flags)))


def check(asked: Asked, settings: Settings) -> None:
    """End the process with the reason if the job of the command line can't be served, before torch is imported.

    Raises:
        SystemExit: what the job asks for is wrong, or its voice isn't here.
    """
    if asked.job is None:
        return
    from cli.request import checked  # and with it pydantic, which a worker imports while torch is read

    try:
        checked(asked.job["input"], settings)
    except RequestError as error:
        sys.exit(f"ERROR  | {error.code}: {error.message}; {error.hint}")


def on_a_terminal(handle: Callable[[dict[str, Any], Progress], Awaitable[dict[str, Any]]]) -> Handler:
    """Return a handler for the one job of a person who watches: its steps, its result in a few lines, and Ctrl-C.

    Ctrl-C ends the process again; the SDK has taken it.
    """

    async def handler(job: dict[str, Any]) -> dict[str, Any]:
        from cli.terminal import StepBar, summary
        from tts.api import SynthesizeReply

        end_on_ctrl_c()
        with StepBar() as progress:
            reply = await handle(job, progress)
        if "chunks" in reply:  # something was said
            print(summary(SynthesizeReply.model_validate(reply)), flush=True)
        return reply

    return handler


def with_errors_as_text(handle: Handler) -> Handler:
    """Return a handler whose errors are JSON text: the SDK's local API answers an object with HTTP 500."""

    async def handler(job: dict[str, Any]) -> dict[str, Any]:
        reply = await handle(job)
        return {"error": json.dumps(reply["error"])} if "error" in reply else reply

    return handler


def _written(flags: Sequence[tuple[str, Any]]) -> list[str]:
    written = []
    for flag, value in flags:
        if value is True:
            written.append(flag)
        elif value not in (None, False):
            written += [flag, str(value)]
    return written


def _job(text: str) -> dict[str, Any]:
    """Return a job that is written on the command line, or in the file that is named there."""
    where = "--test_input"
    if not text.lstrip().startswith(("{", "[")):
        where = text
        try:
            text = Path(text).read_text("utf-8")
        except (OSError, UnicodeDecodeError, ValueError) as error:
            sys.exit(f"{_shortened(where)}: {_why(error)}")
    try:
        job = json.loads(text)
    except (ValueError, RecursionError) as error:
        sys.exit(f"{where} is not JSON: {error}")
    if not isinstance(job, dict) or not isinstance(job.get("input"), dict):
        sys.exit(f'{where} is not a job; a job is {{"input": {{"text": "...", ...}}}}')
    return job


def _why(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        others = "a file that holds a job, or the job itself as JSON"
        return f"there is no such file in {os.getcwd()}; give --test_input {others}"
    return f"can't be read as a job: {error.strerror if isinstance(error, OSError) else 'it is no text'}"


def _shortened(name: str) -> str:
    return name if len(name) <= 80 else f"{name[:77]}..."
