"""`python -m tts "Some text" --voice me.wav --voice-text "What is said in me.wav" --out hello.wav`."""

from __future__ import annotations

import argparse
import asyncio
import base64
import sys
from pathlib import Path
from typing import Any

from tts.api import SynthesizeRequest, parse
from tts.errors import ModelError, RequestError
from tts.media.formats import FORMATS
from tts.terminal import StepBar, summary
from tts.voice.transcript.files import transcript_given
from warmup.environment import Settings, prepare
from warmup.report import HostProblem
from warmup.waiting import Waiting


def main() -> int:
    """Say a text into a file; return the exit status."""
    arguments = _arguments()
    try:
        asyncio.run(_say(arguments, prepare().settings))
    except RequestError as error:
        print(f"{error.message}\n{error.hint}", file=sys.stderr)
        return 2
    except (ModelError, HostProblem) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tts", description="Say a text in a voice.")
    parser.add_argument("text", help="what to say; - reads it from standard input")
    parser.add_argument("--voice", help="a recording (3 to 12 s of speech) or the name of a built-in voice")
    parser.add_argument("--voice-text", help="what is said in the recording, or a file with it, such as .txt or .srt")
    parser.add_argument("--out", type=Path, default=Path("output/speech.wav"), help="default: %(default)s")
    parser.add_argument("--quality", choices=["draft", "standard", "high"], default="standard")
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--duration", type=float, metavar="SECONDS", help="total length to fit")
    parser.add_argument("--seed", type=int)
    return parser.parse_args()


async def _say(arguments: argparse.Namespace, settings: Settings) -> None:
    request = parse(_input(arguments), settings.max_text_chars)
    assert isinstance(request, SynthesizeRequest)
    with Waiting("loading torch and the model"):
        from warmup.start import ready  # torch is loaded only for a request that can be served

        synthesizer = ready(settings).synthesizer
    with StepBar() as progress:
        reply = await synthesizer.synthesize(request, arguments.out.stem, progress)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_bytes(base64.b64decode(reply.audio.base64 or ""))
    print(summary(reply.model_copy(update={"audio": reply.audio.model_copy(update={"path": str(arguments.out)})})))


def _input(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the job input that the arguments mean."""
    given = {
        "text": sys.stdin.read() if arguments.text == "-" else arguments.text,
        "format": arguments.out.suffix.removeprefix(".") or "wav",
        "quality": arguments.quality,
        "speed": arguments.speed,
        "duration_s": arguments.duration,
        "seed": arguments.seed,
        "deliver": "inline",
    }
    if given["format"] not in FORMATS:
        raise SystemExit(f"--out {arguments.out}: known endings are {', '.join(FORMATS)}")
    voice = arguments.voice
    if voice is not None and Path(voice).is_file():
        given["voice_base64"] = base64.b64encode(Path(voice).read_bytes()).decode()
        given["voice_text"] = _voice_text(Path(voice), arguments.voice_text)
    elif voice is not None and Path(voice).suffix:
        raise SystemExit(f"--voice {voice}: there is no such file")
    elif voice is not None:
        given["voice"] = voice
    return given


def _voice_text(voice: Path, text: str | None) -> str | None:
    """Return the transcript: as given, of a file that is given, or of a .txt beside the recording."""
    beside = voice.with_suffix(".txt")
    if text is None and not beside.is_file():
        return None
    given = str(beside) if text is None else text
    try:
        return transcript_given(given)
    except (OSError, UnicodeError) as error:
        raise SystemExit(f"{given}: can't be read as a transcript: {error}") from error


if __name__ == "__main__":
    sys.exit(main())
