"""What becomes a voice, what is refused and how, and that text and sound are never parted."""

from __future__ import annotations

import base64
import struct
import tracemalloc
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from tests.conftest import as_file, tone
from tests.tts.voice.test_transcript import Spoken, as_csv, as_srt, as_vtt
from tts.clock import SAMPLE_RATE, Samples
from tts.errors import InvalidInput, RequestError, TranscriptionUnavailable, VoiceNotFound, VoiceUnusable
from tts.voice import sound
from tts.voice.reference import Voice, decode_base64, make_voice, voice_id
from tts.voice.registry import DEFAULT_VOICE, Voices

Write = Callable[[Sequence[Spoken]], str]

TAIL = round(0.05 * SAMPLE_RATE)
ONE = "Some call me nature, others call me mother nature."
LINES: list[Spoken] = [
    (0.0, 5.25, "Alpha is the first of them, and short."),
    (5.25, 10.5, "Bravo comes second, with a good many words in it."),
    (10.5, 16.0, "Charlie is the third one, and has the most words of all of them."),
    (16.0, 21.0, "Delta is the last."),
]


def quiet(seconds: float) -> Samples:
    return tone(seconds, level=0.0)


def level_of(samples: Samples) -> float:
    return float(np.std(samples, dtype=np.float64))


def body(voice: Voice) -> Samples:
    """Return the voice's sound at its recording's level, without the tail."""
    return voice.samples[:-TAIL] * np.float32(voice.gain)


each_form = pytest.mark.parametrize("write", [as_srt, as_vtt, as_csv])


@pytest.fixture(scope="session")
def long_speech(speech: Samples) -> Samples:
    """21.3 s of a person speaking."""
    return np.tile(speech, 4)


@pytest.mark.parametrize("gain", [1.0, 0.1, 0.02])
def test_a_voice_is_loud_enough_ends_in_silence_and_knows_its_own_level(speech: Samples, gain: float) -> None:
    """Upstream's fixed thresholds turn a quiet reference into 50 ms of silence."""
    recording = (speech * gain).astype(np.float32)
    voice, original = make_voice(as_file(recording, subtype="FLOAT"), ONE, "me"), make_voice(as_file(speech), ONE)
    assert voice.samples.dtype == np.float32
    assert (voice.name, voice.text, voice.warnings) == ("me", ONE, ())
    assert voice.duration_s == pytest.approx(original.duration_s)
    assert not voice.samples[-TAIL:].any()
    assert level_of(voice.samples[:-TAIL]) >= 0.1 - 1e-6
    assert 0 < voice.gain <= 1
    assert level_of(body(voice)) == pytest.approx(gain * level_of(body(original)), rel=0.01)


def test_silence_around_the_speech_is_trimmed_and_the_speech_is_not() -> None:
    voice = make_voice(as_file(np.concatenate([quiet(4), tone(3), quiet(5)])), ONE)
    assert 3.0 <= voice.duration_s - 0.05 <= 3.12
    np.testing.assert_allclose(body(voice)[1200:][: 3 * SAMPLE_RATE], tone(3), atol=1e-3)


def test_the_id_is_of_the_bytes_and_the_transcript(speech: Samples) -> None:
    data, other = as_file(speech), as_file(speech, "FLAC")
    ids = [make_voice(*pair).id for pair in ((data, ONE), (other, ONE), (data, ONE + " Yes."))]
    assert len(set(ids)) == 3
    assert make_voice(data, ONE, "another name").id == ids[0] == voice_id(data, ONE)


def test_a_wav_written_to_a_pipe_is_whole(speech: Samples) -> None:
    """FFmpeg writes 0xFFFFFFFF where it can't know the length."""
    data = bytearray(as_file(speech))
    for at in (4, data.index(b"data") + 4):
        struct.pack_into("<I", data, at, 0xFFFFFFFF)
    np.testing.assert_array_equal(make_voice(bytes(data), ONE).samples, make_voice(as_file(speech), ONE).samples)


SPEECH = tone(5)
NOISE = np.random.default_rng(0).standard_normal(5 * SAMPLE_RATE).astype(np.float32)
NOT_NUMBERS = np.where(np.arange(len(SPEECH)) == 999, np.float32(np.nan), SPEECH)
HALF_WAV, HALF_FLAC = (data[: len(data) // 2] for data in (as_file(NOISE * 0.1), as_file(NOISE * 0.1, "FLAC")))
REFUSED = {
    "random bytes": (np.random.default_rng(0).bytes(50_000), ONE, "not audio", "send WAV"),
    "a text": (b"This is no sound.\n" * 500, ONE, "not audio", "send WAV"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(5000), ONE, "not audio", "send WAV"),
    "nothing": (b"", ONE, "empty", "send an audio file"),
    "a file without samples": (as_file(quiet(0)), ONE, "0.00 s", "3 to 12 seconds"),
    "half a second": (as_file(tone(0.5)), ONE, "0.50 s", "3 to 12 seconds"),
    "0.4 s of sound in 3 s": (as_file(np.concatenate([quiet(1), tone(0.4), quiet(1.6)])), ONE, "of speech", "3 to 12"),
    "silence": (as_file(quiet(5)), ONE, "silent", "microphone"),
    "noise at -60 dBFS": (as_file(NOISE * 1e-3, subtype="PCM_24"), ONE, "silent", "level"),
    "601 s": (as_file(np.zeros(601 * 8000), "WAV", "PCM_U8", 8000), ONE, "too long", "cut it"),
    "more bytes than allowed": (bytes(sound.MAX_BYTES + 1), ONE, "MiB, the limit is 64", "cut it"),
    "a WAV that breaks off": (HALF_WAV, ONE, "damaged", "again"),
    "a FLAC that breaks off": (HALF_FLAC, ONE, "damaged", "again"),
    "samples that are not numbers": (as_file(NOT_NUMBERS, subtype="FLOAT"), ONE, "damaged", "again"),
    "300 words in 5 s": (as_file(SPEECH), "word " * 300, "longer than 5.0 s", "the words of this recording"),
    "20 s and plain text": (as_file(tone(20)), "plain words " * 10, "must be cut", "SRT, VTT, or CSV"),
}


@pytest.mark.parametrize(("data", "text", "reason", "advice"), REFUSED.values(), ids=REFUSED.keys())
def test_what_can_not_serve_is_refused_with_the_reason_and_what_to_do(
    data: bytes, text: str, reason: str, advice: str
) -> None:
    with pytest.raises(VoiceUnusable) as refusal:
        make_voice(data, text)
    assert refusal.value.code == "voice_unusable"
    assert reason in refusal.value.message
    assert advice in refusal.value.hint


@pytest.mark.parametrize("seconds", [5, 20])
@pytest.mark.parametrize("text", [None, "", " \n\t "], ids=["none", "empty", "blank"])
def test_a_missing_transcript_is_asked_for(text: str | None, seconds: float) -> None:
    with pytest.raises(TranscriptionUnavailable) as refusal:
        make_voice(as_file(tone(seconds)), text)
    assert refusal.value.code == "transcription_unavailable"
    assert "voice_text" in refusal.value.hint


@pytest.mark.parametrize("seconds", [1.1, 11.9])
def test_what_lies_just_within_the_limits_is_accepted(seconds: float) -> None:
    voice = make_voice(as_file(tone(seconds)), "word " * round(seconds))
    assert voice.duration_s == pytest.approx(seconds + 0.05, abs=0.02)


def test_a_transcript_too_short_for_its_recording_is_a_warning() -> None:
    assert "short" in make_voice(as_file(tone(10)), "Yes, that is all of it, more or less.").warnings[0]


@each_form
def test_a_short_recording_keeps_all_lines_of_its_transcript(write: Write, speech: Samples) -> None:
    lines = [(0.0, 2.5, "Some call me nature,"), (2.5, 5.0, "others call me mother nature.")]
    assert make_voice(as_file(speech), write(lines)).text == ONE


@each_form
def test_a_long_recording_and_its_lines_are_cut_together(write: Write, long_speech: Samples) -> None:
    voice = make_voice(as_file(long_speech, subtype="FLOAT"), write(LINES))
    assert voice.text == f"{LINES[1][2]} {LINES[2][2]}"
    check_span(voice, long_speech - long_speech.mean(), LINES[1][0], LINES[2][1])


def check_span(voice: Voice, whole: Samples, start_s: float, end_s: float) -> None:
    """Check that a voice is what somebody says between two times: no sound of it is missing, a pause at most added."""
    kept = body(voice)
    start, end = round(start_s * SAMPLE_RATE), round(end_s * SAMPLE_RATE)
    nearby = SAMPLE_RATE // 3
    possible = range(max(0, start - nearby), end + nearby - len(kept) + 1)
    windows = np.lib.stride_tricks.sliding_window_view(whole, 500)[possible.start : possible.stop]
    place = possible.start + int(np.abs(windows - kept[:500]).max(axis=1).argmin())
    np.testing.assert_allclose(whole[place : place + len(kept)], kept, atol=1e-4)
    for left_out in (whole[start:place], whole[place + len(kept) : end]):
        assert len(left_out) == 0 or level_of(left_out) < level_of(kept) / 10


ORDERS: dict[str, list[Spoken]] = {
    "in order": LINES,
    "the first one last": [*LINES[1:], LINES[0]],
    "the first one second": [(5.0, 8.0, "Bravo " * 4), (0.0, 4.0, "Alpha " * 5), (9.0, 12.0, "Charlie " * 3)],
    "one within another": [(0.0, 8.0, "Alpha " * 9), (2.0, 5.0, "Bravo " * 4)],
    "two at once": [(0.0, 8.0, "Alpha " * 9), (6.0, 14.5, "Bravo " * 6), (16.0, 20.0, "Charlie " * 3)],
    "one that ends before it starts": [(8.0, 4.0, "Alpha " * 9), (10.0, 16.0, "Bravo " * 6)],
    "one before the start": [(-1.0, 5.0, "Alpha " * 9), (14.0, 17.5, "Bravo " * 2)],
    "one after the end": [(0.0, 4.0, "Alpha " * 5), (4.0, 60.0, "Bravo " * 9), (60.0, 66.0, "Charlie " * 8)],
}


@pytest.mark.parametrize("lines", ORDERS.values(), ids=ORDERS.keys())
def test_the_sound_kept_is_that_of_the_words_kept_or_the_recording_is_refused(
    lines: list[Spoken], long_speech: Samples
) -> None:
    try:
        voice = make_voice(as_file(long_speech), as_csv(lines))
    except RequestError as refusal:
        assert refusal.field == "voice_text"  # noqa: PT017
        return
    kept = [line for line in lines if line[2].split()[0] in voice.text]
    span = min(line[0] for line in kept), max(line[1] for line in kept)
    check_span(voice, long_speech, *span)
    assert not [line for line in lines if line not in kept and line[0] < span[1] and span[0] < line[1]]
    assert len(voice.text.split()) == sum(len(line[2].split()) for line in kept)


def test_lines_that_point_at_silence_are_refused() -> None:
    data = as_file(np.concatenate([tone(13), quiet(15), tone(1)]))
    with pytest.raises(VoiceUnusable):
        make_voice(data, as_csv([(0.0, 4.0, "Alpha."), (16.0, 27.0, "Bravo comes with nearly all of the words.")]))


def test_a_transcript_with_times_of_every_word_does_not_fill_the_memory(long_speech: Samples) -> None:
    data = as_file(np.tile(long_speech, 2))
    tracemalloc.start()
    voice = make_voice(data, as_csv([(i / 10, (i + 1) / 10, "a") for i in range(400)]))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(voice.text.split()) == pytest.approx(120, abs=3)
    assert peak < 40 * 2**20


@pytest.mark.parametrize("data", [b"", b"a", b"ab", b"abc", bytes(range(256))])
def test_base64_is_read_as_people_send_it(data: bytes) -> None:
    plain = base64.b64encode(data).decode()
    wrapped = "\r\n".join(plain[i : i + 76] for i in range(0, len(plain), 76))
    uri = f"data:audio/wav;base64,{plain}"
    for sent in (plain, plain.rstrip("="), wrapped, f" {plain}\n", uri, f"data:,{wrapped}"):
        assert decode_base64(sent) == data


@pytest.mark.parametrize("garbage", ["a", "abcde", "ab!d", "häßlich!", "https://example.com/voice.wav", "ab=cd"])
def test_what_is_not_base64_is_refused(garbage: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        decode_base64(garbage)
    assert (refusal.value.code, refusal.value.field) == ("invalid_input", "voice_base64")


def test_the_built_in_voices_all_speak() -> None:
    voices = Voices()
    assert {DEFAULT_VOICE, "basic_en", "basic_zh", "main", "country", "town"} <= set(voices.names())
    for name in voices.names():
        voice = voices.named(name)
        assert (voice.name, voice.warnings) == (name, ())
        assert 1 < voice.duration_s < 12.06


@pytest.mark.parametrize(("name", "hint"), [("basic-en", "did you mean 'basic_en'?"), ("xyzzy", "known voices: demo")])
def test_an_unknown_voice_is_refused_with_a_proposal(name: str, hint: str) -> None:
    with pytest.raises(VoiceNotFound) as refusal:
        Voices().named(name)
    assert (refusal.value.code, refusal.value.field) == ("voice_not_found", "voice")
    assert name in refusal.value.message
    assert refusal.value.hint.startswith(hint)


def test_a_voice_asked_for_twice_is_made_once(speech: Samples) -> None:
    voices = Voices()
    data = as_file(speech)
    assert voices.named("basic_en") is voices.named("basic_en")
    assert voices.recorded(data, ONE) is voices.recorded(bytes(bytearray(data)), ONE)
    assert voices.recorded(data, "Some call me mother nature.") is not voices.recorded(data, ONE)


def test_voices_unused_for_long_are_let_go(speech: Samples) -> None:
    voices, data = Voices(kept_bytes=2**20), as_file(speech[: 2 * SAMPLE_RATE])
    oldest, used = voices.recorded(data, "Number one."), voices.recorded(data, "Number two.")
    for number in range(3, 12):
        voices.recorded(data, f"Number {number}.")
        assert voices.recorded(data, "Number two.") is used
    assert voices.recorded(data, "Number one.") is not oldest
