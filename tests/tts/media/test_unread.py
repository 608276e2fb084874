"""Kinds of recordings that nobody sends, or that can't be read as they should: refused in words, not heard as noise."""

from __future__ import annotations

import pytest

from tests.conftest import as_file
from tests.support.recordings import at_rate
from tts.clock import Samples
from tts.media.decode import NotAudio, Undecodable, decode

UNREAD = [
    ("XI", "DPCM_16", 24_000),
    ("AVR", "PCM_16", 24_000),
    ("IRCAM", "PCM_16", 24_000),
    ("MAT5", "PCM_16", 24_000),
    ("SDS", "PCM_16", 24_000),
    ("WVE", "ALAW", 8_000),
    ("AU", "G723_40", 8_000),
    ("RAW", "PCM_16", 24_000),
]
UNREADABLE = [("AIFF", "DWVW_16", 24_000), ("WAV", "NMS_ADPCM_16", 8_000)]


@pytest.mark.parametrize(("format", "subtype", "rate"), UNREAD)
def test_what_is_no_kind_of_recording_that_is_read_is_called_so(
    format: str, subtype: str, rate: int, speech: Samples
) -> None:
    with pytest.raises(NotAudio):
        decode(as_file(at_rate(speech, rate), format, subtype, rate), 600.0)


@pytest.mark.parametrize(("format", "subtype", "rate"), UNREADABLE)
def test_a_codec_that_is_not_read_in_a_container_that_is_ends_in_words(
    format: str, subtype: str, rate: int, speech: Samples
) -> None:
    with pytest.raises(Undecodable):
        decode(as_file(at_rate(speech, rate), format, subtype, rate), 600.0)
