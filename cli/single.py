"""One recording: checked, said, written once it is whole."""

from __future__ import annotations

import asyncio
import base64
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.arguments import format_of
from cli.request import to_be_said
from cli.terminal import StepBar, heard, summary
from cli.waiting import Waiting
from tts.api import Job, SynthesizeReply
from warmup.environment.settings import Settings

if TYPE_CHECKING:
    from tts.synthesizer import Synthesizer


def say_one(out: Path, given: dict[str, Any], settings: Settings) -> None:
    """Say a job's input into a file, and tell about it on standard output.

    Raises:
        SystemExit: nothing can be written there, or its ending is no format.
        RequestError: the input can't be served.
        ModelError: no model can be loaded here.
        HostProblem: it can't be now.
    """
    request = to_be_said({**given, "format": format_of(out)}, settings)
    check_writable(out.parent)
    synthesizer = loaded(settings)
    with StepBar() as progress:
        reply = asyncio.run(synthesizer.synthesize(request, Job(out.stem, progress)))
    write(reply, out)
    if said := heard(reply):
        print(said, file=sys.stderr)
    print(summary(reply.model_copy(update={"audio": reply.audio.model_copy(update={"path": str(out)})})))


def check_writable(folder: Path) -> None:
    """Make a folder for results, and end the process with a sentence if none can be written there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        sys.exit(f"--out: {folder} can't be written: {error.strerror}")


def loaded(settings: Settings) -> Synthesizer:
    """Load torch and the model, only now that a request can be served."""
    with Waiting("loading torch and the model"):
        from warmup.start import ready

        return ready(settings).synthesizer


def write(reply: SynthesizeReply, out: Path) -> None:
    """Write a recording under its name once it is whole."""
    with tempfile.NamedTemporaryFile(dir=out.parent, prefix=f".{out.name}.", delete=False) as file:
        file.write(base64.b64decode(reply.audio.base64 or ""))
    Path(file.name).chmod(0o644)
    Path(file.name).replace(out)
