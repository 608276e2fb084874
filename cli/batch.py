"""Many recordings from one file: a text, or a job's input as JSON, in every line.

Recordings are named by their line. `done.jsonl` beside them tells of each what was asked; a second run says only
lines that are not in it as they stand.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from cli.arguments import in_flags
from cli.request import to_be_said
from cli.single import check_writable, loaded, write
from tts.api import Job, SynthesizeRequest
from tts.errors import RequestError
from warmup.environment.settings import Settings

RECORD = "done.jsonl"


@dataclass(frozen=True)
class Line:
    """One recording to make."""

    number: int
    given: dict[str, Any]
    request: SynthesizeRequest

    @property
    def file(self) -> str:
        """Name of the recording."""
        return f"{self.number:04}.{self.request.format}"

    @property
    def key(self) -> str:
        """Hash of all that was asked."""
        return hashlib.sha256(json.dumps(self.given, sort_keys=True).encode()).hexdigest()[:16]


def say_all(batch: Path, folder: Path, fields: dict[str, Any], settings: Settings) -> int:
    """Say every line that was not said yet; return the exit status.

    Args:
        batch: the file; blank lines are passed over.
        folder: where recordings go.
        fields: of every job's input; a line that is JSON may override them.
        settings: of the worker.

    Raises:
        SystemExit: the file can't be read, or lines of it can't be served: nothing is said then.
        ModelError: no model can be loaded here.
        HostProblem: it can't be now.
    """
    wanted = _checked(batch, fields, settings)
    check_writable(folder)
    said = _recorded(folder)
    missing = [line for line in wanted if said.get(line.file) != line.key or not (folder / line.file).is_file()]
    failed = 0
    if missing:
        synthesizer = loaded(settings)
        with (folder / RECORD).open("a", encoding="utf-8") as record, tqdm(missing, unit="line", disable=None) as bar:
            for line in bar:
                try:
                    reply = asyncio.run(synthesizer.synthesize(line.request, Job(line.file)))
                except RequestError as error:
                    failed += 1
                    bar.write(f"line {line.number}: {_one_line(error)}", file=sys.stderr)
                    continue
                write(reply, folder / line.file)
                done = {"file": line.file, "asked": line.key, "seed": reply.seed, "s": reply.audio.duration_s}
                print(json.dumps(done), file=record, flush=True)
    print(f"{len(missing) - failed} made, {len(wanted) - len(missing)} were there, {failed} failed, in {folder}")
    return 1 if failed else 0


def _checked(batch: Path, fields: dict[str, Any], settings: Settings) -> list[Line]:
    lines, problems = [], []
    for number, text in _lines(batch):
        try:
            given = {**fields, **_input(text)}
            lines.append(Line(number, given, to_be_said(given, settings)))
        except (RequestError, ValueError) as error:
            problem = _one_line(error) if isinstance(error, RequestError) else str(error)
            problems.append(f"{batch} line {number}: {problem}")
    if not lines and not problems:
        problems = [f"{batch}: there is nothing to say in it"]
    if problems:
        sys.exit("\n".join(problems))
    return lines


def _lines(batch: Path) -> Iterator[tuple[int, str]]:
    try:
        text = batch.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        sys.exit(f"--batch {batch}: can't be read: {error}")
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield number, line


def _input(line: str) -> dict[str, Any]:
    """Return the input fields of a line.

    Raises:
        ValueError: it begins like JSON and is none.
    """
    if not line.lstrip().startswith("{"):
        return {"text": line}
    given: dict[str, Any] = json.loads(line)
    return given


def _recorded(folder: Path) -> dict[str, str]:
    """Return what was asked of every recording made before, by file."""
    try:
        lines = (folder / RECORD).read_text("utf-8").splitlines()
    except OSError:
        return {}
    said = {}
    for line in lines:
        try:
            entry = json.loads(line)
            said[entry["file"]] = entry["asked"]
        except (ValueError, KeyError, TypeError):  # a line cut by a crash: that recording is made again
            continue
    return said


def _one_line(error: RequestError) -> str:
    return in_flags(error).replace("\n", "; ")
