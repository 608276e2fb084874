"""A text and what is said of it stay together, however it is cut."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.texts import TEXTS
from tts.text.chunks import chunks
from tts.text.clean import clean
from tts.text.durations import weight
from tts.text.normalize.edits import edits
from tts.text.said import Edit, Said, joined, merged

properties = settings(deadline=None, derandomize=True, max_examples=150)


@st.composite
def said(draw: st.DrawFn) -> Said:
    """Return any text with edits anywhere."""
    written = draw(st.text(max_size=60))
    places = sorted(draw(st.sets(st.integers(0, len(written)), max_size=8)))
    words = st.lists(st.text(alphabet="abc", min_size=1, max_size=4), max_size=5).map(" ".join)
    return Said(written, tuple(Edit(start, end, draw(words)) for start, end in list(pairwise(places))[::2]))


def bare(text: str) -> str:
    return "".join(text.split())


@given(said(), st.lists(st.integers(-5, 70)), st.booleans())
@properties
def test_parts_come_to_the_whole(text: Said, places: list[int], within: bool) -> None:
    parts = text.parted(places, within=within)
    assert "".join(part.written for part in parts) == text.written
    assert "".join(part.spoken for part in parts) == text.spoken
    whole = joined(parts)
    assert (whole.written, whole.spoken) == (text.written, text.spoken)
    assert within or whole == text


@given(said())
@properties
def test_every_edit_knows_the_span_that_it_stands_for(text: Said) -> None:
    at, spoken = 0, ""
    for edit in text.edits:
        spoken += text.written[at : edit.start] + edit.said
        at = edit.end
    assert spoken + text.written[at:] == text.spoken


@given(said())
@properties
def test_words_come_with_what_is_said_for_them(text: Said) -> None:
    words = text.words()
    assert bare("".join(written for written, _ in words)) == bare(text.written)
    kept = [edit for edit in text.edits if text.written[edit.start : edit.end].strip()]
    if kept == list(text.edits):
        assert bare("".join(spoken for _, spoken in words)) == bare(text.spoken)


def test_words_of_one_edit_are_one() -> None:
    text = Said("It is 10 km, or $5.", (Edit(6, 11, "ten kilometers"), Edit(16, 18, "five dollars")))
    assert text.words() == [
        ("It", "It"),
        ("is", "is"),
        ("10 km,", "ten kilometers,"),
        ("or", "or"),
        ("$5.", "five dollars."),
    ]


@given(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=8), st.floats(40, 200))
@properties
def test_chunks_lose_nothing_that_is_written_or_said(texts: list[str], limit: float) -> None:
    written = clean("\n\n".join(texts))
    whole = Said(written, edits(written, None))
    found = chunks(whole, limit)
    assert bare("".join(chunk.written for chunk in found)) == bare(written)
    assert bare("".join(chunk.spoken for chunk in found)) == bare(whole.spoken)
    assert all(weight(chunk.spoken) <= limit + 1e-6 for chunk in found)


@given(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=8))
@properties
def test_an_edit_that_fits_a_chunk_is_in_one(texts: list[str]) -> None:
    written = clean(" ".join(texts))
    whole = Said(written, edits(written, None))
    found = chunks(whole, 300)
    assert [edit.said for chunk in found for edit in chunk.edits] == [edit.said for edit in whole.edits]


def test_of_two_layers_the_first_counts() -> None:
    first, second = [Edit(2, 4, "a")], [Edit(0, 2, "b"), Edit(3, 5, "c"), Edit(6, 7, "d")]
    assert merged(first, second) == (Edit(0, 2, "b"), Edit(2, 4, "a"), Edit(6, 7, "d"))
