"""A stranger's bucket that never ends its answers, or answers too much, and one that moved to a private address."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.buckets import ACCESS, NAME, SECRET, Proxy
from tests.support.hostile_server import Drip, Flood, Silence, hostile, loopback
from tts.errors import DeliveryFailed
from tts.media.bucket.address import Bucket, bucket
from tts.media.bucket.upload import Clients
from tts.media.sinks import Link
from tts.voice.download.public import is_public

SOUND = bytes(range(256)) * 400
HEAD = b"HTTP/1.1 200 OK\r\n"
ENDLESS = HEAD + b"Content-Length: 99999999999\r\n\r\n"


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)


def strange(url: str) -> Bucket:
    return replace(bucket(url, NAME, ACCESS, SECRET), strange=True)


def test_a_file_gets_into_a_strangers_bucket_over_the_guarded_network(storage: Proxy) -> None:
    place = Link(Clients(loopback), strange(storage.url), "job-1").put(SOUND, ".wav")
    assert f"/{NAME}/job-1/audio.wav?" in (place.url or "")
    assert storage.methods() == ["PUT", "HEAD"]


@pytest.mark.parametrize("status", ["401 Unauthorized", "200 OK", "503 Slow Down"])
@pytest.mark.parametrize(
    "answer",
    [Flood(ENDLESS), Drip(ENDLESS), Drip(HEAD + b"X: y"), Silence(HEAD), Silence(b"")],
    ids=["a flood", "a drip", "a header without end", "half a head", "nothing"],
)
def test_a_bucket_that_never_ends_its_answer_ends_the_job_in_words(answer: Flood | Drip | Silence, status: str) -> None:
    with hostile() as server:
        server.answer(f"/{NAME}/job-1/audio.wav", replace(answer, head=answer.head.replace(b"200 OK", status.encode())))
        with pytest.raises(DeliveryFailed) as caught:
            Link(Clients(loopback, all_s=0.5), strange(server.url("")), "job-1").put(SOUND, ".wav")
    assert caught.value.message == "the storage can't be reached"


def test_a_name_that_leads_inside_once_it_was_looked_at_is_not_connected_to() -> None:
    with hostile() as server:
        with pytest.raises(DeliveryFailed):
            Link(Clients(is_public), strange(server.url("")), "job-1").put(SOUND, ".wav")
        assert server.asked == []
