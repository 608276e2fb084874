"""Say a text, or every line of a file, in a voice: `python -m tts "Some text" --voice me.wav --out hello.wav`."""

from __future__ import annotations

import asyncio
import base64
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cli import arguments
from cli.interrupt import end_on_ctrl_c
from cli.python import check_python
from cli.waiting import Waiting
from tts.errors import ModelError, RequestError
from warmup.environment.examine import prepare
from warmup.environment.settings import Settings
from warmup.report import HostProblem

if TYPE_CHECKING:
    from tts.api import SynthesizeReply, SynthesizeRequest
    from tts.synthesizer import Synthesizer

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

            print(listed())
        elif asked.batch is not None:
            from cli.batch import say_all

            return say_all(asked.batch, asked.out or DEFAULT_FOLDER, arguments.fields(asked), settings)
        else:
            given_input = {"text": arguments.text(asked), **arguments.fields(asked)}
            _say(asked.out or DEFAULT_FILE, given_input, settings)
    except RequestError as error:
        print(arguments.in_flags(error), file=sys.stderr)
        return 2
    except (ModelError, HostProblem) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _say(out: Path, given: dict[str, object], settings: Settings) -> None:
    from cli.terminal import StepBar, summary

    request = checked({**given, "format": arguments.format_of(out)}, settings)
    check_writable(out.parent)
    synthesizer = loaded(settings)
    with StepBar() as progress:
        reply = asyncio.run(synthesizer.synthesize(request, out.stem, progress))
    write(reply, out)
    print(summary(reply.model_copy(update={"audio": reply.audio.model_copy(update={"path": str(out)})})))


def checked(given: dict[str, object], settings: Settings) -> SynthesizeRequest:
    """Return the request that an input means, its voice among those that are here.

    Raises:
        RequestError: it can't be served; nothing heavy was loaded to know that.
    """
    from tts.api import SynthesizeRequest, parse
    from tts.voice.registry import DEFAULT_VOICE, recording

    request = parse({**given, "deliver": "inline"}, settings.max_text_chars)
    assert isinstance(request, SynthesizeRequest)
    if request.voice_base64 is None:
        recording(request.voice or DEFAULT_VOICE)
    return request


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
