"""The arguments of `say`, and the job inputs that they mean."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cli.recording import voice_fields
from tts.errors import RequestError
from tts.media.formats import FORMATS

_EXAMPLES = """examples:
  {prog} "Two red cats sit under the old tree." --voice me.wav    in the voice of a recording
  {prog} "Two red cats." --voice me.wav --voice-text "What I say in me.wav." --out cats.mp3
  {prog} --batch lines.txt --voice demo_low --out recordings/    one recording a line; goes on where it stopped
"""
FLAGS = {  # where a field of the contract comes from on this command line
    "voice_base64": "--voice",
    "voice_text": "--voice-text",
    "voice": "--voice",
    "voice_url": "--voice",
    "style": "--style",
    "duration_s": "--duration",
    "cfg_strength": "--cfg-strength",
    "format": "--out",
    "speed": "--speed",
    "steps": "--steps",
    "quality": "--quality",
    "seed": "--seed",
}


def read(arguments: Sequence[str] | None, prog: str) -> argparse.Namespace:
    """Read the command line; `--help` and wrong flags end the process."""
    parser = argparse.ArgumentParser(
        prog,
        description="Say a text in a voice.",
        epilog=_EXAMPLES.format(prog=prog),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("text", nargs="?", help="what to say; - reads it from standard input")
    parser.add_argument("--voice", help="a recording (3 to 12 s of speech are used), its address, or a voice's name")
    parser.add_argument("--style", help="which recording of a stored voice")
    parser.add_argument(
        "--voice-text",
        help="what is said in the recording, or a file with it, such as .txt or .srt; left out: a .txt beside the "
        "recording, else it is heard",
    )
    parser.add_argument("--out", type=Path, help="a file, output/speech.wav by default; with --batch a folder")
    parser.add_argument("--quality", choices=["draft", "standard", "high"], help="7, 16 or 32 steps")
    parser.add_argument("--steps", type=int, help="solver steps, 4 to 64")
    parser.add_argument("--cfg-strength", type=float, help="classifier-free guidance, 2 by default")
    parser.add_argument("--speed", type=float, help="1 is the reference's own pace")
    parser.add_argument("--duration", type=float, metavar="SECONDS", help="total length to fit")
    parser.add_argument("--seed", type=int, help="the same seed gives the same recording")
    parser.add_argument("--batch", type=Path, metavar="FILE", help="a text, or a job's input as JSON, in every line")
    parser.add_argument("--list-voices", action="store_true", help="name the voices that are here")
    given = parser.parse_args(arguments)
    if [given.text is not None, given.batch is not None, given.list_voices].count(True) != 1:
        parser.error("give a text to say, or --batch FILE, or --list-voices")
    return given


def fields(given: argparse.Namespace) -> dict[str, Any]:
    """Return the input fields that the flags name, files read.

    Raises:
        SystemExit: a file can't be read; the sentence is on stderr.
    """
    named = {
        "style": given.style,
        "quality": given.quality,
        "steps": given.steps,
        "cfg_strength": given.cfg_strength,
        "speed": given.speed,
        "duration_s": given.duration,
        "seed": given.seed,
    }
    voice = voice_fields(given.voice, given.voice_text)
    return {name: value for name, value in named.items() if value is not None} | voice


def text(given: argparse.Namespace) -> str:
    """Return the text to say."""
    return sys.stdin.read() if given.text == "-" else str(given.text)


def format_of(out: Path) -> str:
    """Return the format that a file's ending means.

    Raises:
        SystemExit: it is none that can be written.
    """
    format = out.suffix.removeprefix(".").lower() or "wav"
    if format not in FORMATS:
        sys.exit(f"--out {out}: known endings are {', '.join(FORMATS)}")
    return format


def in_flags(error: RequestError) -> str:
    """Return what an error says, with this command line's flags instead of the contract's fields."""
    message = error.message
    if error.field in FLAGS and message.startswith(f"{error.field} "):
        message = FLAGS[error.field] + message.removeprefix(error.field)
    said = f"{message}\n{error.hint}"
    flags = re.sub(r"\b[a-z]+_[a-z0-9]+\b", lambda name: FLAGS.get(name[0], name[0]), said)
    return re.sub(r"(--[a-z-]+) or \1\b", r"\1", flags)  # a recording and its address come with the same one
