"""What a library for subtitles writes, in four forms, is read back."""

from __future__ import annotations

import pysubs2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tts.voice.transcript import read_transcript

word = st.text("abcdefgäß好", min_size=1, max_size=8)
line = st.lists(word, min_size=1, max_size=6).map(" ".join)
ms = st.integers(1, 90_000)  # of ten: ASS knows no finer times


@pytest.mark.parametrize("form", ["srt", "vtt", "ass", "ssa", "ttml"])
@settings(derandomize=True, deadline=None, max_examples=40)
@given(st.lists(st.tuples(ms, ms, line), min_size=1, max_size=6, unique_by=lambda cue: cue[2]), st.booleans())
def test_subtitles_written_by_another_program_are_read_back(
    form: str, steps: list[tuple[int, int, str]], is_styled: bool
) -> None:
    subtitles, at = pysubs2.SSAFile(), 0
    spoken = []
    for gap, length, text in steps:
        start, at = at + 10 * gap, at + 10 * (gap + length)
        spoken.append((start / 1000, at / 1000, f"{len(spoken)} {text}"))
        shown = f"{{\\i1}}{len(spoken) - 1}{{\\i0}}\\N{text}" if is_styled else spoken[-1][2]
        subtitles.append(pysubs2.SSAEvent(start, at, shown))
    cues = read_transcript(subtitles.to_string(form)).cues
    assert [(cue.start_s, cue.end_s) for cue in cues] == [pytest.approx(cue[:2], abs=1e-6) for cue in spoken]
    assert [cue.text for cue in cues] == [cue[2] for cue in spoken]
