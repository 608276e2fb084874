"""Where a recording goes, chosen before it is made."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.clock import SAMPLE_RATE
from tts.errors import DeliveryFailed, InvalidInput, ResultTooLarge
from tts.media.bucket.address import bucket
from tts.media.delivery import Delivery, Wanted, file_stem
from tts.media.formats import FORMATS, rates
from tts.media.sinks import File, Inline, Link

MINUTE = 60 * SAMPLE_RATE
BUCKET = bucket("https://s3.example", "results", "key", "secret")
ANY = st.sampled_from([(format, rate) for format in FORMATS for rate in rates(format)])


def refusal(delivery: Delivery, wanted: Wanted, deliver: str = "inline") -> ResultTooLarge:
    with pytest.raises(ResultTooLarge) as caught:
        delivery.choose(deliver, "job", wanted, 0)
    return caught.value


def test_a_recording_that_fits_goes_into_the_reply() -> None:
    wanted = Wanted("wav", 24000, MINUTE)
    chosen = Delivery(10**7, bucket=BUCKET).choose("auto", "job", wanted, 1000)
    assert isinstance(chosen.sink, Inline)
    assert (chosen.sink.room, chosen.wanted, chosen.warnings) == (10**7 - 1000, wanted, ())
    assert base64.b64decode(chosen.sink.put(b"sound", ".wav").base64 or "") == b"sound"


def test_several_files_share_the_room_of_one_reply() -> None:
    sink = Delivery(10**4).choose("inline", "job", Wanted("ogg", 24000, 100), 0).sink
    sink.put(bytes(5000), ".ogg")
    with pytest.raises(ResultTooLarge):
        sink.put(bytes(5000), ".srt")


def test_a_local_run_writes_a_file_unless_it_is_asked_not_to(tmp_path: Path) -> None:
    delivery = Delivery(10**7, tmp_path / "output")
    sink = delivery.choose("auto", "a/b", Wanted("opus", 24000, MINUTE), 0).sink
    assert sink == File(tmp_path / "output", "a_b")
    for suffix in (".opus", "-2.opus", ".srt"):
        assert Path(sink.put(b"sound", suffix).path or "") == tmp_path / "output" / f"a_b{suffix}"
    assert (tmp_path / "output" / "a_b-2.opus").read_bytes() == b"sound"
    assert isinstance(delivery.choose("inline", "a", Wanted("wav", 24000, 100), 0).sink, Inline)


@given(ANY, st.integers(1, 3600 * SAMPLE_RATE), st.integers(10**5, 2 * 10**7))
def test_what_is_refused_says_which_formats_fit_and_they_do(written: tuple[str, int], samples: int, limit: int) -> None:
    wanted = Wanted(*written, samples)
    if wanted.in_base64 <= limit:
        Delivery(limit).choose("auto", "job", wanted, 0)
        return
    hint = refusal(Delivery(limit), wanted, "auto").hint
    named = re.findall(r"\b(ogg|mp3|aac|flac|wav)(?: \(sample_rate (\d+)\))?", hint.partition(", which")[0])
    for format, rate in named:
        Delivery(limit).choose("inline", "job", Wanted(format, int(rate or wanted.sample_rate), samples), 0)
    if wanted.format not in ("ogg", "opus") and wanted.in_base64 < 1.2 * limit and wanted.sample_rate == 24000:
        assert named[0][0] == "ogg"
    assert "several jobs" in hint


def test_the_words_say_what_was_asked_and_what_there_is_room_for() -> None:
    error = refusal(Delivery(10**6), Wanted("wav", 24000, MINUTE))
    assert error.message == "60 s of wav may need 3.8 MB in base64, the reply may hold 1.0"
    assert error.hint == (
        "ask for ogg or mp3, which would fit, or send deliver fit, to have the first of these, "
        "or send s3Config beside input, for a link into your bucket, or send the text in several jobs"
    )
    assert "deliver url" in refusal(Delivery(10**6, bucket=BUCKET), Wanted("wav", 24000, MINUTE)).hint
    assert "60 s of flac may need" in refusal(Delivery(10**6), Wanted("flac", 24000, MINUTE)).message
    assert "ogg (sample_rate 24000)" in refusal(Delivery(10**6), Wanted("wav", 44100, MINUTE)).hint
    assert "ask for" not in refusal(Delivery(1000), Wanted("ogg", 24000, MINUTE)).hint


def test_in_a_local_run_a_file_is_proposed_too(tmp_path: Path) -> None:
    assert "leave deliver out" in refusal(Delivery(10**6, tmp_path), Wanted("wav", 24000, MINUTE)).hint


def test_a_recording_that_grew_larger_than_speech_does_is_refused_and_not_sent() -> None:
    sink = Delivery(10**6).choose("inline", "job", Wanted("mp3", 24000, MINUTE), 0).sink
    with pytest.raises(ResultTooLarge):
        sink.put(bytes(10**6), ".mp3")


def test_a_folder_that_cannot_be_written_is_told_without_its_path(tmp_path: Path) -> None:
    (tmp_path / "output").write_text("a file where the folder should be")
    sink = Delivery(10**6, tmp_path / "output").choose("auto", "job", Wanted("wav", 24000, 100), 0).sink
    with pytest.raises(DeliveryFailed) as caught:
        sink.put(b"sound", ".wav")
    assert str(tmp_path) not in str(caught.value.as_dict())


@given(st.text())
def test_a_job_s_name_never_leaves_its_folder(job_id: str) -> None:
    stem = file_stem(job_id)
    assert Path("folder", stem).parent == Path("folder")
    assert stem not in ("", ".", "..")


def test_what_does_not_fit_the_reply_goes_into_a_bucket_where_there_is_one() -> None:
    delivery, long = Delivery(10**6, bucket=BUCKET), Wanted("wav", 24000, MINUTE)
    for deliver in ("auto", "fit", "url"):
        chosen = delivery.choose(deliver, "a/b", long, 0)
        assert chosen.sink == Link(delivery.clients, BUCKET, "a_b")
        assert chosen.wanted == long
    assert refusal(delivery, long, "inline").code == "result_too_large"


def test_a_link_is_made_when_it_is_asked_for_though_the_reply_has_room() -> None:
    assert isinstance(Delivery(10**7, bucket=BUCKET).choose("url", "a", Wanted("wav", 24000, 9), 0).sink, Link)


def test_a_link_without_a_bucket_is_refused_before_anything_is_said() -> None:
    with pytest.raises(InvalidInput, match="no bucket") as caught:
        Delivery(10**7).choose("url", "a", Wanted("wav", 24000, 9), 0)
    assert caught.value.field == "deliver"
    assert "s3Config" in caught.value.hint


@given(ANY, st.integers(1, 3600 * SAMPLE_RATE), st.integers(10**5, 2 * 10**7))
def test_fit_takes_a_smaller_format_only_where_it_must_and_says_so(
    written: tuple[str, int], samples: int, limit: int
) -> None:
    wanted, delivery = Wanted(*written, samples), Delivery(limit)
    if Wanted("ogg", 24000, samples).in_base64 > limit and wanted.in_base64 > limit:
        return
    try:
        chosen = delivery.choose("fit", "job", wanted, 0)
    except ResultTooLarge:  # at a rate above 24 kHz that Opus has, it may take more
        assert "ask for" not in refusal(delivery, wanted, "fit").hint
        return
    assert chosen.wanted.in_base64 <= limit
    assert chosen.wanted.samples == samples
    if wanted.in_base64 <= limit:
        assert (chosen.wanted, chosen.warnings) == (wanted, ())
    else:
        (warning,) = chosen.warnings
        assert warning.startswith(f"{chosen.wanted.format} ")
        assert f"s of {wanted.format} " in warning
