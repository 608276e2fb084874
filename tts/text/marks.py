"""Marks in a text: pauses, turns of other voices, styles.

`[pause:0.8s]`, `[pause 800ms]` and `<break time="0.8s"/>` are silence. `[voice:NAME]`, or upstream's `[NAME]`, has that
voice speak from there on, `[voice]` the request's own again; each may set `speed=` and `style=`. `[STYLE]` takes
another recording of the voice that speaks. `[[` stands for `[`. What looks like a mark and is none is refused, so that
no mark is ever spoken.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import NoReturn, Protocol

from tts.errors import InvalidInput

LONGEST_PAUSE_S, ALL_PAUSES_S = 10.0, 60.0
SLOWEST, FASTEST = 0.3, 3.0  # speeds; beyond them the model no longer speaks
_AROUND = 20  # characters that an error shows on either side
_NAME = r"[^\W_][\w.-]*"
_TAGS = (
    "audio break desc emphasis lang lexicon mark meta p par phoneme prosody s say-as speak sub voice w pause silence"
)

_LONGEST, _SHOWN = 80, 12  # characters of a name that are compared, and names that an error tells
_FORMS = (
    'marks are [pause:0.8s], <break time="0.8s"/>, [voice:NAME], [voice:NAME speed=1.2 style=STYLE], [NAME], [STYLE]; '
    "[[ is said as a bracket"
)
_FOUND = re.compile(r"\[\[|\[|<")
_PAUSE = re.compile(r"\[\s*pause\s*[:=\s]\s*(?P<number>\d+(?:\.\d+)?|\.\d+)\s*(?P<unit>ms|s)\s*\]", re.IGNORECASE)
_BREAK = re.compile(
    r"<\s*break\s+time\s*=\s*(?P<quote>[\"'])\s*(?P<number>\d+(?:\.\d+)?|\.\d+)\s*(?P<unit>ms|s)\s*(?P=quote)\s*"
    r"(?:/\s*>|>\s*</\s*break\s*>)",
    re.IGNORECASE,
)
_TURN = re.compile(
    rf"\[\s*(?:(?P<key>voice)\s*(?:[:=]\s*(?P<named>{_NAME}))?|(?P<name>{_NAME}))"
    r"(?P<settings>(?:[\s,]+\w+\s*=\s*[^\s,=\]\[]+)*)\s*\]",
    re.IGNORECASE,
)
_KEYS = ("pause", "break", "speed", "style")  # which are no names
_NUMBER = re.compile(r"\d*\.?\d+")
_SETTING = re.compile(r"(\w+)\s*=\s*([^\s,=\]\[]+)")
# One word in brackets, or one with a colon or a setting behind it; `[4]`, `[...]` and `[as he said]` are none.
_LIKE_A_MARK = re.compile(
    rf"\[\s*(?!\d+\s*\])(?:{_NAME}\s*\]|(?:voice|pause|break|style|speed)\b|{_NAME}\s*[:=]|{_NAME}[\s,]+\w+\s*=)",
    re.IGNORECASE,
)
_LIKE_A_TAG = re.compile(rf"<\s*(?:break\b|/?\s*(?:{'|'.join(_TAGS.split())})\b[^<>]*>)", re.IGNORECASE)


class Cast(Protocol):
    """The voices that a text may name."""

    def names(self) -> list[str]:
        """Return the names of all voices."""

    def styles(self, name: str) -> list[str]:
        """Return the styles that a voice has."""


@dataclass(frozen=True)
class Pause:
    """Silence."""

    seconds: float


@dataclass(frozen=True)
class Turn:
    """What one voice says in one manner."""

    text: str  # as it was written, without marks
    voice: str | None = None  # a name; None: the request's own
    style: str | None = None
    speed: float | None = None  # None: the request's


def parts(text: str, cast: Cast, own: str | None = None) -> list[Turn | Pause]:
    """Return what a text asks for, in order; turns of blanks alone are left out.

    Args:
        text: as it came.
        cast: the voices that are here.
        own: the name of the request's own voice, if it has one.

    Raises:
        InvalidInput: something looks like a mark and is none, or pauses are too long; the error shows where.
    """
    reader = _Reader(text, cast, own)
    found: list[Turn | Pause] = []
    turn, paused_s, at = Turn(""), 0.0, 0
    for mark, start, end in reader.marks():
        turn = replace(turn, text=turn.text + text[at:start])
        at = end
        if isinstance(mark, str):
            turn = replace(turn, text=turn.text + mark)
            continue
        found += [turn] * bool(turn.text.strip())
        if isinstance(mark, Turn):
            turn = mark
            continue
        found.append(mark)
        turn, paused_s = replace(turn, text=""), paused_s + mark.seconds
        if paused_s > ALL_PAUSES_S:
            reader.refuse(start, f"pauses come to more than {ALL_PAUSES_S:g} s", "send the text in several jobs")
    last = replace(turn, text=turn.text + text[at:])
    return found + [last] * bool(last.text.strip())


@dataclass
class _Reader:
    """Finds the marks of a text from its beginning to its end."""

    text: str
    cast: Cast
    own: str | None
    turn: Turn = Turn("")

    def marks(self) -> Iterator[tuple[Turn | Pause | str, int, int]]:
        """Return every mark with its bounds: a pause, a turn without its text, or what an escape stands for."""
        at = 0
        while found := _FOUND.search(self.text, at):
            start, at = found.span()
            if found[0] == "[[":
                yield "[", start, at
            elif pause := _PAUSE.match(self.text, start) or _BREAK.match(self.text, start):
                at = pause.end()
                yield self._pause(pause), start, at
            elif turn := self._turn(start):
                self.turn, at = turn
                yield self.turn, start, at
            elif _LIKE_A_MARK.match(self.text, start) or _LIKE_A_TAG.match(self.text, start):
                self.refuse(start, "this is no mark", _FORMS)

    def refuse(self, place: int, problem: str, hint: str) -> NoReturn:
        """Raise the error that points at a character."""
        before, behind = self.text[max(0, place - _AROUND) : place], self.text[place : place + 2 * _AROUND]
        shown = " ".join(
            f"{'…' * (place > _AROUND)}{before}{behind}{'…' * (place + 2 * _AROUND < len(self.text))}".split()
        )
        raise InvalidInput(f"text, character {place}: {problem}: {shown}", hint, "text")

    def _pause(self, found: re.Match[str]) -> Pause:
        seconds = float(found["number"]) / (1000 if found["unit"].lower() == "ms" else 1)
        if seconds > LONGEST_PAUSE_S:
            self.refuse(found.start(), "this pause is too long", f"a pause lasts at most {LONGEST_PAUSE_S:g} s")
        return Pause(seconds)

    def _turn(self, start: int) -> tuple[Turn, int] | None:
        """Return the turn that a mark begins, and where the mark ends; None: there is none."""
        found = _TURN.match(self.text, start)
        if found is None:
            return None
        name, named, own = found["name"], found["named"], found["key"] is not None and found["named"] is None
        if own:
            turn = Turn("")
        elif named in self.cast.names() or name in self.cast.names():
            turn = Turn("", named or name)
        elif name in self._styles(self.turn.voice):
            turn = replace(self.turn, style=name)
        elif name is not None and (name.isdigit() or name.lower() in _KEYS):
            return None
        else:
            self._refuse_name(start, named or name)
        return self._set(turn, found), found.end()

    def _set(self, turn: Turn, found: re.Match[str]) -> Turn:
        for setting in _SETTING.finditer(self.text, *found.span("settings")):
            key, value = setting[1].lower(), setting[2]
            if key == "speed":
                turn = replace(turn, speed=self._speed(value, setting.start(2)))
            elif key == "style":
                styles = self._styles(turn.voice)
                if value not in styles:
                    self.refuse(setting.start(2), "the voice has no such style", _known("styles", styles))
                turn = replace(turn, style=value)
            else:
                self.refuse(setting.start(), "a mark has no such setting", "set speed= or style=")
        return turn

    def _speed(self, value: str, place: int) -> float:
        if not _NUMBER.fullmatch(value) or not SLOWEST <= float(value) <= FASTEST:
            self.refuse(place, "this is no speed", f"speed is a number from {SLOWEST:g} to {FASTEST:g}")
        return float(value)

    def _styles(self, voice: str | None) -> list[str]:
        name = self.own if voice is None else voice
        return [] if name is None else self.cast.styles(name)

    def _refuse_name(self, place: int, name: str) -> NoReturn:
        voices, styles = self.cast.names(), self._styles(self.turn.voice)
        near = difflib.get_close_matches(name[:_LONGEST], [*voices, *styles], 1)
        hint = f"did you mean {near[0]}? " if near else f"{_known('voices', voices)}; "
        self.refuse(place, "there is no voice or style of this name", f"{hint}[[ is said as a bracket")


def _known(what: str, names: Collection[str]) -> str:
    shown = ", ".join(sorted(names)[:_SHOWN])
    return f"known {what}: {shown}{', …' * (len(names) > _SHOWN)}" if names else f"it has no {what}"
