"""What files say of themselves, read by FFmpeg and by libsndfile."""

from __future__ import annotations

import io
from typing import Any

import av
import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import tone
from tts.clock import SAMPLE_RATE
from tts.media.encode import encode
from tts.media.formats import FORMATS, rates
from tts.media.metadata import LABEL, added, tags
from tts.media.sizes import largest

TITLE = "Grüße an alle, 世界"
SAID = tags(TITLE, "demo", 2**63 - 1)


def told(data: bytes) -> dict[str, str]:
    with av.open(io.BytesIO(data)) as container:
        found = {**container.metadata, **container.streams[0].metadata}
    return {name.lower(): value for name, value in found.items()}


@pytest.mark.parametrize("format", sorted(set(FORMATS) - {"pcm"}))
def test_every_file_with_a_place_says_that_it_is_synthetic_and_how_it_was_made(format: str) -> None:
    for rate in rates(format):
        found = told(encode(tone(0.3), format, rate, tags=SAID))
        assert found["title"] == TITLE
        assert found["artist"] == "demo"
        assert found["comment"].startswith(LABEL)
        assert found["comment"].endswith(f"voice: demo; seed: {2**63 - 1}")


def sound(data: bytes) -> Any:
    with av.open(io.BytesIO(data)) as container:
        return np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)


@pytest.mark.parametrize("format", sorted(set(FORMATS) - {"pcm"}))
def test_the_sound_is_the_same_with_and_without(format: str) -> None:
    said = encode(tone(0.5), format, tags=SAID)
    assert np.array_equal(sound(said), sound(encode(tone(0.5), format)))
    if format != "aac":
        assert soundfile.info(io.BytesIO(said)).samplerate in (SAMPLE_RATE, 48_000), "libsndfile reads it as well"


def test_raw_pcm_is_nothing_but_sound() -> None:
    assert encode(tone(0.1), "pcm", tags=SAID) == encode(tone(0.1), "pcm")


def test_a_long_text_gives_a_short_title_of_whole_words() -> None:
    title = tags("Four blue houses stand at the end of the long street.\n\nAnd so on. " * 50, "v", 1).title
    assert title == "Four blue houses stand at the end of the long street. And…"
    assert len(tags("x" * 5000, "v", 1).title) <= 61


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=80)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(st.sampled_from(FORMATS), texts, texts, st.integers(0, 2**63 - 1), st.integers(1, SAMPLE_RATE))
def test_a_file_is_never_larger_than_was_said(format: str, text: str, voice: str, seed: int, samples: int) -> None:
    said = tags(text, voice, seed)
    data = encode(np.zeros(samples, np.float32), format, tags=said)
    assert len(data) <= largest(format, samples, SAMPLE_RATE) + added(format, said)
