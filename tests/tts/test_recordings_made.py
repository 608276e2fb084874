"""Every format at its rates, with captions and loudness, made by the real model and measured once it is decoded."""

from __future__ import annotations

import base64
import io
import json
from typing import Any

import av
import numpy as np
import pytest

from tests.support.jobs import TEXT, answer
from tts.clock import Samples
from tts.media.formats import FORMATS, rates
from tts.media.limit import true_peak
from tts.media.loudness import CEILING, loudness
from tts.media.metadata import LABEL
from tts.worker import Worker

FEW = [(format, rates(format)[index % len(rates(format))]) for index, format in enumerate(FORMATS)]
ALL = [(format, rate) for format in FORMATS for rate in rates(format)]
FRAMES = {"mp3": 2 * 1152, "aac": 2 * 1024}  # samples of two: the codec's delay, and the last one filled up


def heard(audio: dict[str, Any]) -> tuple[Samples, int, str]:
    """Return the sound of a reply, its rate, and the comment in the file."""
    data = base64.b64decode(audio["base64"])
    assert len(data) == audio["bytes"]
    if audio["format"] == "pcm":
        return np.frombuffer(data, "<i2").astype(np.float32) / 32767, audio["sample_rate"], LABEL
    with av.open(io.BytesIO(data)) as container:
        frames = list(container.decode(audio=0))
        said = {**container.metadata, **container.streams[0].metadata}
    sound = np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames])
    scale = 32768 if sound.dtype == np.int16 else 1
    return sound.astype(np.float32) / scale, frames[0].sample_rate, said.get("comment", said.get("COMMENT", ""))


def check(worker: Worker, format: str, rate: int, lufs: float | None) -> None:
    given = {} if lufs is None else {"loudness": lufs}
    reply = answer(worker, text=TEXT, format=format, sample_rate=rate, captions=["json", "vtt"], **given)
    sound, read, comment = heard(reply["audio"])
    assert read == (48_000 if format in ("ogg", "opus") else rate)
    longer = len(sound) / read - reply["audio"]["duration_s"]
    padding_s = FRAMES[format] / rate if format in FRAMES else 0.03 if format in ("ogg", "opus") else 0.0
    assert -1e-3 <= longer <= padding_s + 1e-3
    assert true_peak(sound, read) <= CEILING * 1.001
    assert lufs is None or loudness(sound, read) == pytest.approx(lufs, abs=0.5)
    assert comment.startswith(LABEL)
    words = json.loads(reply["captions"]["json"])["words"]
    assert [word["word"] for word in words] == TEXT.split()
    assert words[-1]["end_s"] <= reply["audio"]["duration_s"]
    assert reply["captions"]["vtt"].startswith("WEBVTT")


@pytest.mark.parametrize(("format", "rate"), FEW)
def test_every_format_is_as_loud_as_asked_for_with_its_captions(worker: Worker, format: str, rate: int) -> None:
    check(worker, format, rate, -16.0)


@pytest.mark.slow
@pytest.mark.parametrize("lufs", [None, -30.0, -23.0, -14.0])
@pytest.mark.parametrize(("format", "rate"), ALL)
def test_every_format_at_every_rate_and_loudness(worker: Worker, format: str, rate: int, lufs: float | None) -> None:
    check(worker, format, rate, lufs)


def test_no_silence_but_the_margin_is_left_at_the_ends_unless_a_length_was_asked_for(worker: Worker) -> None:
    free = answer(worker, text=TEXT)
    exact = answer(worker, text=TEXT, duration_s=2.5)
    assert exact["audio"]["duration_s"] == 2.5
    assert exact["chunks"][-1]["end_s"] == 2.5
    sound, rate, _ = heard(free["audio"])
    assert free["chunks"][-1]["end_s"] == pytest.approx(free["audio"]["duration_s"], abs=1e-3)
    power = np.square(sound[: len(sound) // 240 * 240].reshape(-1, 240)).mean(axis=1)
    loud = np.flatnonzero(power > power.max() * 10**-4.5)
    assert loud[0] * 240 / rate <= 0.12
    assert (len(sound) - loud[-1] * 240) / rate <= 0.13
