"""Files into buckets of servers that aren't ours, through a network that fails."""

from __future__ import annotations

import re
import socket
import urllib.request
from dataclasses import replace

import pytest

from tests.support.buckets import ACCESS, NAME, SECRET, Fault, Lost, Proxy, Reset, Short, Status
from tts.errors import DeliveryFailed
from tts.media.bucket.address import Bucket, bucket
from tts.media.bucket.upload import LINK_S, Clients
from tts.media.sinks import Link, Place

SOUND = bytes(range(256)) * 400


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that are waited between tries, which the test doesn't wait."""
    waited: list[float] = []
    monkeypatch.setattr("botocore.endpoint.time.sleep", waited.append)
    return waited


def at(storage: Proxy, name: str = f"{NAME}/some/prefix") -> Bucket:
    return bucket(storage.url, name, ACCESS, SECRET)


def put(where: Bucket, data: bytes = SOUND, suffix: str = ".wav") -> Place:
    return Link(Clients(), where, "job-1").put(data, suffix)


def failure(where: Bucket) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as caught:
        put(where)
    return caught.value


def fetched(place: Place) -> tuple[bytes, str]:
    with urllib.request.urlopen(place.url or "") as answer:
        return answer.read(), answer.headers["Content-Type"]


def test_whoever_has_the_link_gets_the_file_with_its_type(storage: Proxy) -> None:
    place = put(at(storage))
    assert fetched(place) == (SOUND, "audio/wav")
    assert place.base64 is None
    assert place.url_works_s == LINK_S
    assert f"X-Amz-Expires={LINK_S}" in (place.url or "")
    assert f"/{NAME}/some/prefix/job-1/audio.wav?" in (place.url or "")


def test_one_sink_takes_all_files_of_a_job(storage: Proxy) -> None:
    sink = Link(Clients(), at(storage), "job-2")
    files = {".ogg": "audio/ogg", "-2.ogg": "audio/ogg", ".srt": "application/x-subrip"}
    places = {suffix: sink.put(suffix.encode(), suffix) for suffix in files}
    assert {suffix: fetched(place) for suffix, place in places.items()} == {
        suffix: (suffix.encode(), kind) for suffix, kind in files.items()
    }


def test_no_checksums_are_sent_that_only_aws_knows(storage: Proxy) -> None:
    put(at(storage))
    _, _, headers = storage.seen[0]
    assert not [name for name in headers if re.match(r"x-amz-(checksum|sdk-checksum|trailer)", name, re.IGNORECASE)]
    assert "Content-MD5" in headers


ONCE: dict[str, tuple[Fault, ...]] = {
    "a server's error": (Status(500),),
    "too many requests": (Status(503, "SlowDown"),),
    "a reset": (Reset(),),
    "an answer that is lost": (Lost(),),
    "several in a row": (Status(502), Reset(), Lost()),
    "a reset of the look whether it is there": (None, Reset()),
    "an error at the look whether it is there": (None, Status(500)),
    "half of it stored": (Short(),),
}


@pytest.mark.parametrize("faults", ONCE.values(), ids=ONCE)
def test_what_fails_for_a_while_is_tried_again(believing: Proxy, waits: list[float], faults: tuple[Fault, ...]) -> None:
    believing.faults.extend(faults)
    assert fetched(put(at(believing)))[0] == SOUND
    assert len(believing.seen) > 2


def test_half_a_file_is_noticed_by_its_size_and_by_its_digest(
    believing: Proxy, checking: Proxy, waits: list[float]
) -> None:
    for storage in (believing, checking):
        storage.always["PUT"] = Short()
        assert failure(at(storage)).code == "delivery_failed"


ALWAYS: dict[str, tuple[dict[str, Fault], str]] = {
    "a server that fails": (dict.fromkeys(("PUT", "HEAD"), Status(500)), "the storage fails"),
    "resets": ({"PUT": Reset()}, "can't be reached"),
    "a key that may not write": ({"PUT": Status(403, "AccessDenied")}, "may not write"),
    "a key that may not read": ({"HEAD": Status(403, "")}, "may not read"),
    "a bucket elsewhere": ({"PUT": Status(301, "PermanentRedirect")}, "another region"),
    "a clock that is wrong": ({"PUT": Status(403, "RequestTimeTooSkewed")}, "clock"),
    "no room": ({"PUT": Status(507, "XMinioStorageFull")}, "no room"),
    "something unheard of": ({"PUT": Status(400, "NoIdea")}, "refuses"),
    "nothing kept": ({"HEAD": Status(404, "")}, "not kept"),
}


@pytest.mark.parametrize(("always", "words"), ALWAYS.values(), ids=ALWAYS)
def test_what_keeps_failing_ends_in_an_error_that_says_what_to_do(
    believing: Proxy, waits: list[float], caplog: pytest.LogCaptureFixture, always: dict[str, Fault], words: str
) -> None:
    caplog.set_level("INFO", "worker")
    believing.always.update(always)
    error = failure(at(believing))
    assert words in error.message
    assert error.hint
    assert len(believing.seen) <= 16
    assert sum(waits) < 20
    assert_silent(f"{error.as_dict()} {caplog.text}")
    assert caplog.text


def assert_silent(told: str) -> None:
    """No key, signature, address or bucket is in what is told."""
    for secret in (SECRET, ACCESS, "Signature=", "127.0.0.1", NAME):
        assert secret not in told


def test_wrong_keys_and_missing_buckets_are_told_apart(checking: Proxy, caplog: pytest.LogCaptureFixture) -> None:
    wrong_secret = replace(at(checking), secret_key="x" * 20)
    wrong_key = replace(at(checking), access_key="AKIDOTHER")
    for where, words in (
        (wrong_secret, "doesn't accept the keys"),
        (wrong_key, "doesn't accept the keys"),
        (replace(at(checking), name="nobody"), "no such bucket"),
    ):
        error = failure(where)
        assert words in error.message
        assert_silent(f"{error.as_dict()} {caplog.text}")


def test_a_storage_that_is_not_there_is_told_in_words(waits: list[float]) -> None:
    assert "can't be reached" in failure(bucket("http://127.0.0.1:9", NAME, ACCESS, SECRET)).message


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_to_another_host_is_not_followed(
    believing: Proxy, checking: Proxy, waits: list[float], status: int
) -> None:
    """Or a storage could have this machine ask a host that only this machine can reach."""
    elsewhere = (("Location", f"{checking.url}/{NAME}/key"), ("x-amz-bucket-region", "eu-west-1"))
    believing.always["PUT"] = Status(status, "TemporaryRedirect", elsewhere)
    failure(at(believing))
    assert checking.seen == []


def test_nothing_in_the_environment_steers_a_client(believing: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AWS_PROFILE": "nobody",
        "AWS_ACCESS_KEY_ID": "AKIDELSE",
        "AWS_SESSION_TOKEN": "token",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_DEFAULT_REGION": "eu-west-9",
        "AWS_CONFIG_FILE": "/dev/null",
    }.items():
        monkeypatch.setenv(name, value)
    put(at(believing))
    sent = believing.seen[0][2]
    assert f"Credential={ACCESS}/" in sent["Authorization"]
    assert "/us-east-1/s3/" in sent["Authorization"]
    assert not [name for name in sent if name.lower() == "x-amz-security-token"]


def test_a_bucket_in_the_host_is_asked_for_there(believing: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to_loopback(monkeypatch, f"{NAME}.s3.eu-west-1.amazonaws.com")
    where = bucket(f"http://{NAME}.s3.eu-west-1.amazonaws.com:{believing.server_port}", None, ACCESS, SECRET)
    place = put(where)
    method, path, headers = believing.seen[0]
    assert (method, path) == ("PUT", "/job-1/audio.wav")
    assert headers["Host"].startswith(f"{NAME}.s3.eu-west-1.amazonaws.com")
    assert "/eu-west-1/s3/" in headers["Authorization"]
    assert fetched(place)[0] == SOUND


def resolve_to_loopback(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    look_up = socket.getaddrinfo

    def looked_up(host: str | bytes | None, *rest: object, **named: object) -> object:
        return look_up("127.0.0.1" if host == name else host, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)


def test_the_description_of_s3_is_read_once_and_no_client_is_kept(believing: Proxy) -> None:
    """It takes most of the time of a first link; the keys of a job go with the job."""
    clients = Clients()
    made = [clients.client(at(believing)) for _ in range(2)]
    assert made[0] is not made[1]
    assert made[0].meta.service_model.metadata is made[1].meta.service_model.metadata
