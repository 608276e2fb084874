"""Where a recording goes, chosen before it is made."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.clock import SAMPLE_RATE
from tts.errors import DeliveryFailed, ResultTooLarge
from tts.media.delivery import Delivery, File, Inline, Wanted, file_stem
from tts.media.formats import FORMATS, rates

MINUTE = 60 * SAMPLE_RATE
ANY = st.sampled_from([(format, rate) for format in FORMATS for rate in rates(format)])


def refusal(delivery: Delivery, wanted: Wanted, deliver: str = "inline") -> ResultTooLarge:
    with pytest.raises(ResultTooLarge) as caught:
        delivery.sink(deliver, "job", wanted, 0)
    return caught.value


def test_a_recording_that_fits_goes_into_the_reply() -> None:
    sink = Delivery(10**7).sink("auto", "job", Wanted("wav", 24000, MINUTE), 1000)
    assert sink == Inline(Wanted("wav", 24000, MINUTE), 10**7 - 1000)
    assert base64.b64decode(sink.put(b"sound").base64 or "") == b"sound"


def test_a_local_run_writes_a_file_unless_it_is_asked_not_to(tmp_path: Path) -> None:
    delivery = Delivery(10**7, tmp_path / "output")
    sink = delivery.sink("auto", "a/b", Wanted("opus", 24000, MINUTE), 0)
    assert sink == File(tmp_path / "output" / "a_b.opus")
    assert Path(sink.put(b"sound").path or "").read_bytes() == b"sound"
    assert isinstance(delivery.sink("inline", "a", Wanted("wav", 24000, 100), 0), Inline)


@given(ANY, st.integers(1, 3600 * SAMPLE_RATE), st.integers(10**5, 2 * 10**7))
def test_what_is_refused_says_which_formats_fit_and_they_do(written: tuple[str, int], samples: int, limit: int) -> None:
    wanted = Wanted(*written, samples)
    if wanted.in_base64 <= limit:
        Delivery(limit).sink("auto", "job", wanted, 0)
        return
    hint = refusal(Delivery(limit), wanted, "auto").hint
    named = re.findall(r"\b(ogg|mp3|aac|flac|wav)(?: \(sample_rate (\d+)\))?", hint.partition(", which")[0])
    for format, rate in named:
        Delivery(limit).sink("inline", "job", Wanted(format, int(rate or wanted.sample_rate), samples), 0)
    if wanted.format not in ("ogg", "opus") and wanted.in_base64 < 1.2 * limit and wanted.sample_rate == 24000:
        assert named[0][0] == "ogg"
    assert "several jobs" in hint


def test_the_words_say_what_was_asked_and_what_there_is_room_for() -> None:
    error = refusal(Delivery(10**6), Wanted("wav", 24000, MINUTE))
    assert error.message == "60 s of wav may need 3.8 MB in base64, the reply may hold 1.0"
    assert error.hint == "ask for ogg or mp3, which would fit, or send the text in several jobs"
    assert "60 s of flac may need" in refusal(Delivery(10**6), Wanted("flac", 24000, MINUTE)).message
    assert "ogg (sample_rate 24000)" in refusal(Delivery(10**6), Wanted("wav", 44100, MINUTE)).hint
    assert refusal(Delivery(1000), Wanted("ogg", 24000, MINUTE)).hint == "send the text in several jobs"


def test_in_a_local_run_a_file_is_proposed_too(tmp_path: Path) -> None:
    assert "leave deliver out" in refusal(Delivery(10**6, tmp_path), Wanted("wav", 24000, MINUTE)).hint


def test_a_recording_that_grew_larger_than_speech_does_is_refused_and_not_sent() -> None:
    sink = Delivery(10**6).sink("inline", "job", Wanted("mp3", 24000, MINUTE), 0)
    with pytest.raises(ResultTooLarge):
        sink.put(bytes(10**6))


def test_a_folder_that_cannot_be_written_is_told_without_its_path(tmp_path: Path) -> None:
    (tmp_path / "output").write_text("a file where the folder should be")
    sink = Delivery(10**6, tmp_path / "output").sink("auto", "job", Wanted("wav", 24000, 100), 0)
    with pytest.raises(DeliveryFailed) as caught:
        sink.put(b"sound")
    assert str(tmp_path) not in str(caught.value.as_dict())


@given(st.text())
def test_a_job_s_name_never_leaves_its_folder(job_id: str) -> None:
    stem = file_stem(job_id)
    assert Path("folder", stem).parent == Path("folder")
    assert stem not in ("", ".", "..")
