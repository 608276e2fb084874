"""Marks are read or refused with their place, never spoken, and what is no mark stays as it is."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tts.errors import InvalidInput
from tts.text.marks import Pause, Turn, parts

properties = settings(deadline=None, derandomize=True, max_examples=200)
FORMS = "marks are [pause:0.8s]"


class Cast:
    def names(self) -> list[str]:
        return ["ann", "bob", "main", "4711"]

    def styles(self, name: str) -> list[str]:
        return {"ann": ["happy", "sad"], "main": ["calm"]}.get(name, [])


def read(text: str, own: str | None = "main") -> list[Turn | Pause]:
    return parts(text, Cast(), own)


def refused(text: str, own: str | None = "main") -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        read(text, own)
    assert caught.value.field == "text"
    return caught.value


@pytest.mark.parametrize(
    ("mark", "seconds"),
    [
        ("[pause:0.8s]", 0.8),
        ("[pause 800ms]", 0.8),
        ("[PAUSE: 0.8 s]", 0.8),
        ("[pause=.5s]", 0.5),
        ('<break time="0.8s"/>', 0.8),
        ("<break time='800ms' />", 0.8),
        ('<break time="10s"></break>', 10),
        ("[pause:0s]", 0),
    ],
)
def test_a_pause_parts_what_is_said(mark: str, seconds: float) -> None:
    assert read(f"One.{mark}Two.") == [Turn("One."), Pause(seconds), Turn("Two.")]


def test_a_voice_speaks_until_the_next_mark() -> None:
    assert read("So. [voice:ann speed=1.2 style=happy]Yes! [sad]No. [bob]Oh. [voice]Well.") == [
        Turn("So. "),
        Turn("Yes! ", "ann", "happy", 1.2),
        Turn("No. ", "ann", "sad", 1.2),
        Turn("Oh. ", "bob"),
        Turn("Well."),
    ]


def test_the_request_s_own_voice_has_its_styles_and_a_recording_has_none() -> None:
    assert read("[calm]Well.") == [Turn("Well.", None, "calm")]
    assert "no voice or style of this name" in refused("[calm]Well.", own=None).message


def test_a_pause_within_a_turn_keeps_its_voice() -> None:
    assert read("[ann]One[pause:1s]two") == [Turn("One", "ann"), Pause(1), Turn("two", "ann")]


@pytest.mark.parametrize(
    "text",
    [
        "note [4] here",
        "so [...] on",
        "she [as he said] left",
        "a < b > c",
        "I <3 you",
        "[]",
        "[ ]",
        "x[1, 2]",
        "half [a",
    ],
)
def test_what_does_not_look_like_a_mark_stays_as_it_is(text: str) -> None:
    assert read(text) == [Turn(text)]


def test_a_voice_may_be_called_by_digits() -> None:
    assert read("[4711]Hi.") == [Turn("Hi.", "4711")]


@pytest.mark.parametrize("text", ["[[happy] day", "[[pause:1s] day", "[[voice:ann] day", "[[nobody] day"])
def test_two_brackets_are_one_that_is_said(text: str) -> None:
    assert read(text) == [Turn(text[1:])]


@pytest.mark.parametrize(
    ("text", "place", "problem", "hint"),
    [
        ("Oh. [paus:1s]", 4, "this is no mark", FORMS),
        ("Oh. [pause]", 4, "this is no mark", FORMS),
        ("Oh. [pause:1]", 4, "this is no mark", FORMS),
        ("Oh. [pause:-1s]", 4, "this is no mark", FORMS),
        ("Oh. [pause:1m]", 4, "this is no mark", FORMS),
        ("Oh. [pause:11s]", 4, "this pause is too long", "at most 10 s"),
        ("[pause:10s]" * 6 + "[pause:1ms]", 66, "pauses come to more than 60 s", "several jobs"),
        ("Oh. <break/>", 4, "this is no mark", FORMS),
        ('Oh. <break strength="weak"/>', 4, "this is no mark", FORMS),
        ("Oh. <break time=1s/>", 4, "this is no mark", FORMS),
        ("<speak>Oh.</speak>", 0, "this is no mark", FORMS),
        ("Oh. </prosody>", 4, "this is no mark", FORMS),
        ("Oh. [voice:ann", 4, "this is no mark", FORMS),
        ("Oh. [voice:]", 4, "this is no mark", FORMS),
        ("Oh. [ann: hello]", 4, "this is no mark", FORMS),
        ("Oh. [voice:anne]", 4, "no voice or style of this name", "did you mean ann?"),
        ("Oh. [laughs]", 4, "no voice or style of this name", "[[ is said as a bracket"),
        ("Oh. [happy]", 4, "no voice or style of this name", "known voices: 4711, ann, bob, main"),
        ("Oh. [ann speed=9]", 15, "this is no speed", "from 0.3 to 3"),
        ("Oh. [ann speed=fast]", 15, "this is no speed", "from 0.3 to 3"),
        ("Oh. [ann speed=nan]", 15, "this is no speed", "from 0.3 to 3"),
        ("Oh. [ann style=mad]", 15, "no such style", "known styles: happy, sad"),
        ("Oh. [bob style=mad]", 15, "no such style", "it has no styles"),
        ("Oh. [ann pitch=2]", 9, "no such setting", "speed= or style="),
    ],
)
def test_what_looks_like_a_mark_and_is_none_is_refused_where_it_stands(
    text: str, place: int, problem: str, hint: str
) -> None:
    error = refused(text)
    assert error.message.startswith(f"text, character {place}: ")
    assert problem in error.message
    assert text[place : place + 12] in error.message
    assert hint in error.hint


def test_an_error_shows_only_what_is_around_the_place() -> None:
    error = refused("a" * 500 + "[oh]" + "b" * 500)
    assert error.message == f"text, character 500: there is no voice or style of this name: …{'a' * 20}[oh]{'b' * 36}…"


@given(st.text() | st.text(alphabet="[]<>/=: \nabps01.", max_size=40))
@properties
def test_any_text_is_read_or_refused_and_without_brackets_it_stays_whole(text: str) -> None:
    try:
        found = read(text)
    except InvalidInput:
        assert re.search(r"[\[<]", text)
        return
    if not re.search(r"[\[<]", text):
        assert "".join(part.text for part in found if isinstance(part, Turn)) == (text if text.strip() else "")


PIECES = st.sampled_from(["Hello. ", "[pause:1s]", "[ann]", "[voice]", "[[x] ", "two ", "[bob speed=2]", " [4] "])


@given(st.lists(PIECES, max_size=30))
@properties
def test_marks_are_taken_out_and_nothing_else(pieces: list[str]) -> None:
    found = read("".join(pieces))
    said = "".join(part.text for part in found if isinstance(part, Turn))
    spoken = [piece.replace("[[", "[") for piece in pieces if not re.match(r"\[(pause|ann|voice|bob)", piece)]
    assert "".join(said.split()) == "".join("".join(spoken).split())
    assert sum(isinstance(part, Pause) for part in found) == pieces.count("[pause:1s]")


def upstream(text: str) -> list[tuple[str, str]]:
    """Return who says what by the patterns of upstream's command line, which can't be imported without running it."""
    source = (files("f5_tts") / "infer" / "infer_cli.py").read_text("utf-8")
    before, name = (re.search(rf'{which} = r"(.+)"', source)[1] for which in ("reg1", "reg2"))  # type: ignore[index]
    turns = []
    for chunk in filter(str.strip, re.split(before, text)):
        found = re.match(name, chunk)
        turns.append((found[1] if found else "main", re.sub(name, "", chunk).strip()))
    return turns


@given(st.lists(st.tuples(st.sampled_from(["ann", "bob", "main"]), st.sampled_from(["Hi.", "So it is.", "No!"]))))
@properties
def test_turns_are_upstream_s(script: list[tuple[str, str]]) -> None:
    text = "Once. " + " ".join(f"[{name}] {said}" for name, said in script)
    ours = [(turn.voice or "main", turn.text.strip()) for turn in read(text) if isinstance(turn, Turn)]
    assert ours == upstream(text)


@pytest.mark.parametrize(
    "unit", ["[", "[[", "<", "[a", "[a ", "<s ", "[ann speed=1 ", "[pause:", "< break ", "[ ", "[a=", "[4] "]
)
def test_a_heap_of_brackets_is_read_or_refused_in_time(unit: str) -> None:
    """Patterns that look back again and again would take hours for it."""
    text = (unit * 20_000)[:20_000]
    try:
        found = read(text)
    except InvalidInput:
        return
    assert found
