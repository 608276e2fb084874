"""ASS and SSA: the columns are named once, then every `Dialogue:` is a row whose last column may hold commas."""

from __future__ import annotations

import re

from tts.voice.transcript.blocks import Block, refusal
from tts.voice.transcript.cues import Transcript
from tts.voice.transcript.stamps import STAMP, seconds

_COLUMNS = "Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"
_ROW = re.compile(rf"Dialogue: ?(?:Marked=)?\d{{1,5}}, ?{STAMP}, ?{STAMP},")
_BREAK = re.compile(r"\\[Nnh]")
_DRAWING = re.compile(r"\{[^{}]*\\p[1-9]")
_OVERRIDE = re.compile(r"\{[^{}]*\}")


def read(source: str) -> Transcript | None:
    """Read a script of subtitles; None if it has no section of them.

    Raises:
        VoiceUnusable: a line of it has no times.
    """
    if "[Script Info]" not in source[:100] and "\n[Events]\n" not in f"\n{source}\n" and not _ROW.match(source):
        return None
    columns = _COLUMNS.lower().split(", ")
    blocks = []
    for line in map(str.strip, source.split("\n")):
        kind, _, rest = line.partition(":")
        if kind == "Format" and "Start" in rest:
            columns = [name.strip().lower() for name in rest.split(",")]
        elif kind == "Dialogue":
            blocks.append(_block(rest, columns))
    return Transcript("", tuple(block.cue() for block in blocks))


def _block(row: str, columns: list[str]) -> Block:
    cells = dict(zip(columns, row.split(",", len(columns) - 1), strict=False))
    times = [re.fullmatch(STAMP, cells.get(name, "").strip()) for name in ("start", "end")]
    if not times[0] or not times[1] or "text" not in cells:
        raise refusal("subtitles in ASS, but a Dialogue line has no times")
    text = "" if _DRAWING.search(cells["text"]) else _OVERRIDE.sub("", _BREAK.sub(" ", cells["text"]))
    return Block(seconds(times[0][0]), seconds(times[1][0]), [text])
