"""The process that decodes strangers' recordings: what one may do there, and that the next finds nothing of it."""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support import hostile
from tests.support.root import ROOT
from tts.clock import SAMPLE_RATE
from tts.media.decoder import Decoder
from tts.media.decoder.confine import Limits
from tts.media.decoder.process import ChildFailed
from tts.media.undecodable import Damaged, TooCostly, Undecodable

SMALL = Limits(memory=64 * 2**20, cpu_s=1, wall_s=2.5)
PATIENCE_MS = 30_000
PARENT = """
import sys
from tests.support import hostile
from tts.media.decoder import Decoder
decoder = Decoder(module="tests.support.hostile")
decoder.decode(b"a recording", 600)
print(decoder.pid, flush=True)
if sys.argv[1:]:
    decoder.decode(sys.argv[1].encode(), 600)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def decoder() -> Iterator[Decoder]:
    decoder = Decoder(SMALL, "tests.support.hostile")
    yield decoder
    decoder.stop()


def told(decoder: Decoder, what: str) -> Any:
    """Return what a recording found where it was decoded."""
    with pytest.raises(Damaged) as refusal:
        decoder.decode(what.encode(), 5.0)
    return json.loads(str(refusal.value))


def serves(decoder: Decoder) -> bool:
    return np.array_equal(decoder.decode(b"a recording", 5.0), hostile.SILENCE)


@pytest.mark.parametrize(
    ("what", "refusal", "words"),
    [
        ("read an address that isn't there", Damaged, "breaks the decoder"),
        ("abort", Damaged, "breaks the decoder"),
        ("leave", Damaged, "breaks the decoder"),
        ("loop", TooCostly, "more time"),
        ("loop, deaf", TooCostly, "more"),
        ("sleep", TooCostly, "more time"),
        ("sleep, deaf", TooCostly, "more time"),
        ("fill memory", TooCostly, "more memory"),
        ("fail", Damaged, "decoding it fails"),
        ("not a number", Damaged, "decoding it fails"),
        ("too much", Damaged, "decoding it fails"),
    ],
)
def test_a_recording_that_does_harm_is_refused_in_words_and_the_next_one_is_decoded(
    decoder: Decoder, what: str, refusal: type[Undecodable], words: str
) -> None:
    with pytest.raises(refusal, match=words) as caught:
        decoder.decode(what.encode(), 5.0)
    assert type(caught.value) is refusal
    assert serves(decoder)


@pytest.mark.parametrize("what", ["open a file", "open a socket", "fork", "start a thread", "raise a limit"])
def test_nothing_can_be_opened_or_started_from_there(decoder: Decoder, what: str) -> None:
    assert told(decoder, what) in ("OSError", "BlockingIOError", "RuntimeError", "ValueError")


def test_it_holds_no_secret_no_folder_and_no_handle_of_the_worker(
    decoder: Decoder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BUCKET_SECRET_ACCESS_KEY", "secret")
    decoder.stop()
    with (tmp_path / "open").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        found, handles = told(decoder, "tell"), told(decoder, "handles")
    assert found["variables"].keys() <= {"OPENBLAS_NUM_THREADS", "LC_CTYPE", "GOMP_SPINCOUNT"}, "the last by tests/"
    assert found["folder"] == "/"
    assert os.getuid() != 0 or found["user"] != 0
    assert handles == {"c": 3, "s": 1, "p": 1}, "nothing, three times; its recording's socket; what ends with it"


def test_nothing_of_a_recording_is_left_for_the_next(decoder: Decoder) -> None:
    assert decoder.decode(b"remember", 5.0).any() == hostile.SILENCE.any()
    assert told(decoder, "recall") == 0


def test_a_child_that_was_killed_is_replaced(decoder: Decoder) -> None:
    assert serves(decoder)
    before = decoder.pid
    assert before is not None
    os.kill(before, signal.SIGKILL)
    assert serves(decoder)
    assert decoder.pid != before


def test_a_child_that_a_recording_kills_is_replaced(decoder: Decoder) -> None:
    with suppress(Damaged):  # its answer may come before its end
        decoder.decode(b"kill the child", 5.0)
    assert serves(decoder)


def test_without_a_child_nothing_is_blamed_on_the_recording() -> None:
    with pytest.raises(ChildFailed):
        Decoder(SMALL, "no.such.module").decode(b"a recording", 5.0)


def test_recordings_at_the_same_time_each_get_their_own_answer(decoder: Decoder) -> None:
    asked = ["a recording", "fail", "recall", "abort", "leave", "handles"] * 4

    def answer(what: str) -> str:
        try:
            return str(len(decoder.decode(what.encode(), 5.0)))
        except Undecodable as refusal:
            return str(refusal)

    with ThreadPoolExecutor(len(asked)) as together:
        assert list(together.map(answer, asked)) == [answer(what) for what in asked]


def test_the_event_loop_goes_on_while_a_recording_is_decoded(decoder: Decoder) -> None:
    async def turns_meanwhile() -> int:
        turns = 0
        decoding = asyncio.create_task(asyncio.to_thread(decoder.decode, b"sleep", 5.0))
        while not decoding.done():
            turns += 1
            await asyncio.sleep(0)
        with pytest.raises(TooCostly):
            await decoding
        return turns

    assert asyncio.run(turns_meanwhile()) > 100


@pytest.mark.parametrize("work", [[], ["loop"], ["sleep"]], ids=["waits", "computes", "hangs"])
def test_a_child_ends_with_its_parent_however_that_ends(work: list[str]) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, *work],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        watched = [os.pidfd_open(pid) for pid in (child, copy_of(child))]
        parent.kill()
    assert all(ended(handle) for handle in watched)


def copy_of(child: int) -> int:
    """Return the process that the child has forked."""
    while not (found := Path(f"/proc/{child}/task/{child}/children").read_text().split()):
        pass
    return int(found[0])


def ended(handle: int) -> bool:
    """Tell whether a process comes to its end."""
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    return bool(poll.poll(PATIENCE_MS))


def test_silence_comes_back_as_it_went(decoder: Decoder) -> None:
    assert decoder.decode(b"a recording", 1.0).shape == (SAMPLE_RATE,)
