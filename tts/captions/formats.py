"""Words with times in the formats of subtitles and tables. Times are rounded once, to what the format holds."""

from __future__ import annotations

import csv
import html
import io
import itertools
import json
from collections.abc import Callable, Sequence

from tts.captions.cues import Cue, cues
from tts.captions.words import Word, phrase

_ASS_HEAD = """\
[Script Info]
ScriptType: v4.00+
WrapStyle: 2
PlayResX: 1920
PlayResY: 1080
ScaledBorderAndShadow: yes

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,64,&H0000FFFF,&H00FFFFFF,&H00000000,&H80000000,0,0,0,0,100,100,0,0,1,3,1,2,60,60,60,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def written(format: str, words: Sequence[Word]) -> str:
    """Return words as the text of a file.

    Args:
        format: srt, vtt, ass (each word lights up as it is said), json (`{"words": [...]}`) or csv (Start,End,Word).
        words: in order, without overlap.
    """
    return _WRITERS[format](words)


def _srt(words: Sequence[Word]) -> str:
    blocks = (
        f"{number}\n{_clock(cue.start_s, ',')} --> {_clock(cue.end_s, ',')}\n{_text(cue)}\n"
        for number, cue in enumerate(cues(words), 1)
    )
    return "\n".join(blocks).replace("\n-->", "\n->")


def _vtt(words: Sequence[Word]) -> str:
    blocks = (
        f"{_clock(cue.start_s, '.')} --> {_clock(cue.end_s, '.')}\n{html.escape(_text(cue), quote=False)}\n"
        for cue in cues(words)
    )
    return "\n".join(["WEBVTT\n", *blocks])


def _text(cue: Cue) -> str:
    """Return a cue's lines. An arrow in them would be taken for that of a time, also by readers that know escapes."""
    return "\n".join(map(phrase, cue.lines)).replace("-->", "→")


def _ass(words: Sequence[Word]) -> str:
    lines = [
        f"Dialogue: 0,{_ass_clock(cue.start_s)},{_ass_clock(cue.end_s)},Default,,0,0,0,,{_karaoke(cue)}\n"
        for cue in cues(words)
    ]
    return _ASS_HEAD + "".join(lines)


def _karaoke(cue: Cue) -> str:
    """Return a cue in which each word is marked with the hundredths until the next one starts."""
    words = [word for line in cue.lines for word in line]
    marks = [_hundredths(cue.start_s), *(_hundredths(word.start_s) for word in words[1:]), _hundredths(cue.end_s)]
    lengths = [max(0, other - one) for one, other in itertools.pairwise(marks)]
    firsts = {id(line[0]) for line in cue.lines[1:]}
    text = ""
    for word, length in zip(words, lengths, strict=True):
        between = "\\N" if id(word) in firsts else "" if word.joined or not text else " "
        text += f"{between}{{\\k{length}}}{_ass_escaped(word.text)}"
    return text


def _ass_escaped(text: str) -> str:
    """Return text without what ASS takes for its own: a backslash gets a word joiner behind it, as FFmpeg has it."""
    return text.replace("\\", "\\\u2060").replace("{", "\\{").replace("}", "\\}")


def _json(words: Sequence[Word]) -> str:
    rows = [
        {"word": word.text, "start_s": round(word.start_s, 3), "end_s": round(word.end_s, 3)}
        | ({"estimated": True} if word.estimated else {})
        for word in words
    ]
    return json.dumps({"words": rows}, ensure_ascii=False)


def _csv(words: Sequence[Word]) -> str:
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(["Start", "End", "Word"])
    rows.writerows([f"{word.start_s:.3f}", f"{word.end_s:.3f}", word.text] for word in words)
    return file.getvalue()


def _clock(seconds: float, point: str) -> str:
    thousandths = round(seconds * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}{point}{rest % 1000:03}"


def _ass_clock(seconds: float) -> str:
    minutes, rest = divmod(_hundredths(seconds), 6000)
    return f"{minutes // 60}:{minutes % 60:02}:{rest // 100:02}.{rest % 100:02}"


def _hundredths(seconds: float) -> int:
    return round(seconds * 100)


_WRITERS: dict[str, Callable[[Sequence[Word]], str]] = {
    "srt": _srt,
    "vtt": _vtt,
    "ass": _ass,
    "json": _json,
    "csv": _csv,
}
