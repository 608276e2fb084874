"""Recordings of a hundred kinds: the whole sound, what is there of it, or a refusal; never sound of another file."""

from __future__ import annotations

import io
import os
import pickle
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import as_file, tone
from tests.support.corpus import CODECS, HEADERS, IN_A_ROW, STREAMING, TELLING
from tests.support.recordings import likeness, sndfile, tone_share, with_size
from tests.support.root import ROOT
from tts.clock import SAMPLE_RATE, Samples
from tts.media import ffmpeg
from tts.media.decode import Damaged, NotAudio, TooLong, Undecodable, decode

MAX_S = 600.0
PADDING = round(0.15 * SAMPLE_RATE)  # whole frames of a lossy codec, its delay, and the resampler's
MARK = 3_000.0  # Hz, a tone that no recording here holds
PERTURBED = """
import hashlib, pickle, sys
from tts.media.decode import Undecodable, decode
assert "torch" not in sys.modules
def told(data):
    try:
        return hashlib.sha256(decode(data, 600).tobytes()).hexdigest()
    except Undecodable as refusal:
        return str(refusal)
pickle.dump([told(data) for data in pickle.load(sys.stdin.buffer)], sys.stdout.buffer)
"""


def as_heard(kind: str) -> float:
    """Return how like the original a codec leaves a voice; AMR keeps its spectrum, not its wave."""
    return 0.4 if "AMR" in kind else 0.95


@pytest.mark.parametrize("kind", [*CODECS, *HEADERS])
def test_the_whole_recording_comes_out_of_every_container_codec_and_header(kind: str, speech: Samples) -> None:
    decoded = decode((CODECS | HEADERS)[kind](speech), MAX_S)
    assert decoded.dtype == np.float32
    assert abs(len(decoded) - len(speech)) <= PADDING
    assert likeness(decoded, speech) > as_heard(kind)


@pytest.mark.parametrize("kind", IN_A_ROW)
def test_recordings_in_a_row_are_one(kind: str, speech: Samples) -> None:
    decoded, half = decode(IN_A_ROW[kind](speech), MAX_S), len(speech) // 2
    assert abs(len(decoded) - len(speech)) <= 2 * PADDING
    assert likeness(decoded[:half], speech[:half]) > 0.95
    assert likeness(decoded[-half:], speech[-half:]) > 0.95


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9])
@pytest.mark.parametrize("kind", TELLING)
def test_a_file_that_says_how_long_it_is_and_breaks_off_is_refused_as_damaged(
    kind: str, share: float, speech: Samples
) -> None:
    data = TELLING[kind](speech)
    with pytest.raises(Damaged):
        decode(data[: round(len(data) * share)], MAX_S)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
@pytest.mark.parametrize("kind", STREAMING)
def test_of_a_stream_that_breaks_off_what_is_there_is_the_recording(kind: str, share: float, speech: Samples) -> None:
    data = STREAMING[kind](speech)
    decoded = decode(data[: round(len(data) * share)], MAX_S)
    assert share - 0.25 <= len(decoded) / len(speech) <= share + 0.1  # pages of Ogg hold a second
    assert likeness(decoded, speech[: len(decoded)]) > as_heard(kind)


KINDS = {**TELLING, **STREAMING}
files = st.tuples(
    st.sampled_from(sorted(KINDS)), st.integers(5, 60), st.floats(0, 1), st.one_of(st.none(), st.floats(0, 1))
)  # what kind, tenths of a second, where in the speech they begin, where the file breaks off


@settings(derandomize=True, deadline=None, max_examples=120)
@given(files)
def test_no_sample_comes_out_that_was_not_in_the_file(
    speech: Samples, file: tuple[str, int, float, float | None]
) -> None:
    """A reader that hands out its buffer whole gives the sound of whoever was served before."""
    kind, tenths, begin, end = file
    length = min(len(speech), tenths * SAMPLE_RATE // 10)
    start = round(begin * (len(speech) - length))
    data = KINDS[kind](speech[start : start + length])
    whole = decode(data, MAX_S)
    leave_a_tone_in_memory()
    try:
        decoded = decode(data if end is None else data[: round(len(data) * end)], MAX_S)
    except Undecodable:
        return
    assert len(decoded) <= len(whole)
    assert tone_share(decoded, MARK) < 0.5
    kept = max(0, len(decoded) - PADDING)
    np.testing.assert_allclose(np.diff(decoded[:kept]), np.diff(whole[:kept]), atol=1e-3)


def leave_a_tone_in_memory() -> None:
    """Decode a recording of a loud tone, and free as much of it as a reader of this one could be given."""
    marked = tone(2.5, MARK, 0.9)
    for size in (1_152, 16_384, 65_536, len(marked)):
        for block in [np.resize(marked, size) for _ in range(8)]:
            del block
    decode(as_file(marked), MAX_S)
    decode(as_file(marked, "MP3", "MPEG_LAYER_III"), MAX_S)


def test_a_tone_of_another_recording_never_turns_up_in_a_cut_mp3(speech: Samples) -> None:
    data = sndfile("MP3", "MPEG_LAYER_III")(speech[: 5 * SAMPLE_RATE // 2])
    cut = data[: round(len(data) * 0.93)]
    for _ in range(20):
        leave_a_tone_in_memory()
        assert tone_share(decode(cut, MAX_S), MARK) < 0.5


def test_what_comes_out_does_not_depend_on_what_was_in_memory(speech: Samples) -> None:
    """glibc fills what is allocated and freed with a byte of our choice; whatever reads it unwritten differs."""
    written = {kind: write(speech[: 3 * SAMPLE_RATE]) for kind, write in (CODECS | HEADERS | IN_A_ROW).items()}
    cuts = {
        f"{kind}, {share}": data[: round(len(data) * share)] for kind, data in written.items() for share in (0.61, 0.97)
    }
    first, second = (heard_over(byte, [*written.values(), *cuts.values()]) for byte in (85, 170))
    assert [kind for kind, one, other in zip([*written, *cuts], first, second, strict=True) if one != other] == []
    assert len(set(first)) > len(written)


def heard_over(byte: int, files: list[bytes]) -> list[str]:
    """Return hashes of the sound of files, decoded in a process whose memory is full of a byte."""
    environment = {**os.environ, "MALLOC_PERTURB_": str(byte), "PYTHONMALLOC": "malloc", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", PERTURBED], input=pickle.dumps(files), env=environment, capture_output=True, check=True
    )
    return pickle.loads(done.stdout)


PLAYLISTS = {
    "HLS": "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{file}\n#EXT-X-ENDLIST\n",
    "HLS of an address": "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n",
    "concat": "ffconcat version 1.0\nfile '{file}'\n",
    "SDP": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
    "DASH": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period>'
    '<AdaptationSet mimeType="audio/mp4"><Representation id="0"><BaseURL>{file}</BaseURL></Representation>'
    "</AdaptationSet></Period></MPD>",
    "a list of files": "{file}\n",
    "a web page": "<!DOCTYPE html><html><head><title>404</title></head><body>Not found</body></html>" * 40,
}


@pytest.mark.parametrize("kind", PLAYLISTS)
def test_what_only_names_a_recording_is_not_audio(kind: str, tmp_path: Path, speech: Samples) -> None:
    file = tmp_path / "speech.wav"
    file.write_bytes(as_file(speech))
    with pytest.raises(NotAudio):
        decode(PLAYLISTS[kind].format(file=file).encode(), MAX_S)


@pytest.mark.parametrize("size", [0, 1, 9, 100, 50_000])
def test_noise_is_not_audio(size: int) -> None:
    with pytest.raises(NotAudio):
        decode(np.random.default_rng(size).bytes(size), MAX_S)


def test_a_film_without_sound_is_not_audio() -> None:
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as film:
        stream = film.add_stream("mpeg4", rate=10)
        stream.width, stream.height = 32, 32
        film.mux([*stream.encode(av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8))), *stream.encode(None)])
    with pytest.raises(NotAudio, match="no audio track"):
        decode(file.getvalue(), MAX_S)


def test_a_file_without_samples_is_a_recording_of_no_length() -> None:
    assert len(decode(as_file(tone(0)), MAX_S)) == 0


@pytest.mark.parametrize("rate", [1, 500, 2_000_000_000])
def test_a_rate_that_no_recording_has_is_refused(rate: int, speech: Samples) -> None:
    with pytest.raises(Undecodable):
        decode(with_size(as_file(speech), b"fmt ", rate, after=12), MAX_S)


@pytest.mark.parametrize("kind", ["FLAC, 16 bits", "Ogg Opus", "WAV, 16 bits, 8 kHz", "WebM, Opus", "three times Opus"])
def test_no_more_is_decoded_than_the_limit_holds(kind: str, speech: Samples) -> None:
    data = (CODECS | IN_A_ROW)[kind](speech)
    with pytest.raises(TooLong, match=r"more than"):
        decode(data, 5.0)
    assert len(decode(data, 5.5)) == pytest.approx(len(speech), abs=PADDING)


def test_samples_are_counted_over_all_channels(speech: Samples, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ffmpeg, "_MOST", 500_000)
    assert len(decode(as_file(speech), MAX_S)) == len(speech)
    with pytest.raises(TooLong, match="million samples"):
        decode(as_file(np.stack([speech] * 8, axis=1)), MAX_S)


damages = st.tuples(
    st.sampled_from(sorted(CODECS)), st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=40)), max_size=4)
)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(damages)
def test_damage_of_any_kind_is_refused_or_heard_but_never_an_accident(
    speech: Samples, damage: tuple[str, list[tuple[float, bytes]]]
) -> None:
    kind, blows = damage
    data = bytearray(CODECS[kind](speech[:SAMPLE_RATE]))
    for place, bytes_ in blows:
        at = round(place * len(data))
        data[at : at + len(bytes_)] = bytes_
    with suppress(Undecodable):
        assert np.isfinite(decode(bytes(data), MAX_S)).all()


@pytest.mark.parametrize("subtype", ["FLOAT", "DOUBLE"])
def test_floating_point_numbers_meant_as_integers_are_refused(subtype: str, speech: Samples) -> None:
    """A program that writes 16-bit numbers into a float file makes it 90 dB too loud; 6 dB over is still sound."""
    over = 2 * speech / np.abs(speech).max()
    assert len(decode(as_file(over, subtype=subtype), MAX_S)) == len(speech)
    with pytest.raises(Damaged, match="far beyond full scale"):
        decode(as_file(speech * np.float32(2**15), subtype=subtype), MAX_S)
