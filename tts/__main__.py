"""`python -m tts "Some text" --voice me.wav --voice-text "What is said in me.wav" --out hello.wav`."""

from __future__ import annotations

import argparse
import asyncio
import base64
import os
import sys
from pathlib import Path
from typing import Any

from tts.api import SynthesizeRequest, parse
from tts.errors import ModelError, RequestError
from tts.media.encode import FORMATS
from tts.terminal import StepBar, summary
from warmup.environment import SettingError, Settings, read_settings


def main() -> int:
    """Say a text into a file; return the exit status."""
    arguments = _arguments()
    try:
        settings = read_settings(os.environ)
        asyncio.run(_say(arguments, settings))
    except RequestError as error:
        print(f"{error.message}\n{error.hint}", file=sys.stderr)
        return 2
    except (ModelError, SettingError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tts", description="Say a text in a voice.")
    parser.add_argument("text", help="what to say; - reads it from standard input")
    parser.add_argument("--voice", help="a recording (3 to 12 s of speech) or the name of a built-in voice")
    parser.add_argument("--voice-text", help="what is said in the recording, or a .txt/.srt/.vtt/.csv file with it")
    parser.add_argument("--out", type=Path, default=Path("output/speech.wav"), help="default: %(default)s")
    parser.add_argument("--quality", choices=["draft", "standard", "high"], default="standard")
    parser.add_argument("--speed", type=float, default=1.0)
    parser.add_argument("--duration", type=float, metavar="SECONDS", help="total length to fit")
    parser.add_argument("--seed", type=int)
    return parser.parse_args()


async def _say(arguments: argparse.Namespace, settings: Settings) -> None:
    request = parse(_input(arguments), settings.max_text_chars)
    assert isinstance(request, SynthesizeRequest)
    from warmup.start import start  # torch is loaded only for a request that can be served

    synthesizer = start(settings).synthesizer
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
    if arguments.voice and Path(arguments.voice).is_file():
        given["voice_base64"] = base64.b64encode(Path(arguments.voice).read_bytes()).decode()
        given["voice_text"] = _voice_text(arguments)
    elif arguments.voice:
        given["voice"] = arguments.voice
    return given


def _voice_text(arguments: argparse.Namespace) -> str | None:
    """Return the transcript: given, in a file that is given, or in a .txt beside the recording."""
    text: str | None = arguments.voice_text
    if text is None:
        beside = Path(arguments.voice).with_suffix(".txt")
        return beside.read_text("utf-8") if beside.is_file() else None
    is_file = text.endswith((".txt", ".srt", ".vtt", ".csv")) and Path(text).is_file()
    return Path(text).read_text("utf-8") if is_file else text


if __name__ == "__main__":
    sys.exit(main())
