"""The bucket that a job brings along: used where everybody could reach it, refused before anything is asked else."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from tts.errors import InvalidInput
from tts.media.bucket.address import bucket
from tts.media.bucket.strangers import brought
from tts.voice.download.public import is_public, parsed

RIGHT = {
    "endpointUrl": "https://storage.example",
    "bucketName": "theirs",
    "accessId": "AKIDTHEIRS",
    "accessSecret": "sEcReT",
}
OWN = bucket("http://minio.internal:9000", "results", "AKID", "own-sEcReT")
PRIVATE = [
    *("127.0.0.1", "10.0.0.5", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1"),
    *(
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "::ffff:10.0.0.5",
        "64:ff9b::a00:5",
        "2002:a00:5::",
        "168.63.129.16",
        "::7f00:1",
        "2001:0:a00:5::",
    ),
]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What names stand for; a name that isn't there isn't known."""
    known: dict[str, list[str]] = {"storage.example": ["8.8.8.8", "2001:4860:4860::8888"]}

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        if host not in known:
            raise socket.gaierror(socket.EAI_NONAME, "not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in known[host]]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


def refusal(config: Any) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        brought(config, OWN)
    assert caught.value.field == "s3Config"
    assert caught.value.hint
    assert "sEcReT" not in str(caught.value.as_dict())
    return caught.value


def test_a_public_bucket_is_used(names: dict[str, list[str]]) -> None:
    found = brought(RIGHT, None)
    assert found == bucket("https://storage.example", "theirs", "AKIDTHEIRS", "sEcReT")


@pytest.mark.parametrize("nothing", [None, {}, ""], ids=repr)
def test_no_bucket_is_none(nothing: Any) -> None:
    assert brought(nothing, OWN) is None


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_only_this_machine_can_reach_is_refused(names: dict[str, list[str]], address: str) -> None:
    assert not is_public(parsed(address))
    names["storage.example"] = ["8.8.8.8", address]
    assert "public" in refusal(RIGHT).message


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "64:ff9b::808:808"])
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(parsed(address))


def test_a_host_that_is_not_known_is_refused_in_the_words_of_a_private_one(names: dict[str, list[str]]) -> None:
    """Or whoever sends jobs could ask which names exist in a private network."""
    names["inside"] = ["10.0.0.5"]
    private, unknown = (refusal(RIGHT | {"endpointUrl": f"https://{host}"}) for host in ("inside", "nowhere"))
    assert private.as_dict() == unknown.as_dict()


def test_the_host_that_is_looked_at_is_the_one_that_will_be_asked(names: dict[str, list[str]]) -> None:
    """With the bucket in the host, another name is asked than the service's."""
    names["theirs.storage.example"] = ["10.0.0.5"]
    assert "public" in refusal(RIGHT | {"endpointUrl": "https://theirs.storage.example"}).message


def test_without_https_a_host_proves_nothing_and_is_refused(names: dict[str, list[str]]) -> None:
    assert "https" in refusal(RIGHT | {"endpointUrl": "http://storage.example"}).message


def test_the_operators_own_service_may_be_named_as_it_is_configured(names: dict[str, list[str]]) -> None:
    found = brought(RIGHT | {"endpointUrl": OWN.endpoint}, OWN)
    assert found is not None
    assert (found.name, found.access_key) == ("theirs", "AKIDTHEIRS")
    for other in ("http://minio.internal:9001", "http://minio.internal", "http://theirs.minio.internal:9000"):
        refusal(RIGHT | {"endpointUrl": other})


WRONG: dict[str, tuple[Any, str]] = {
    "a string": ("https://storage.example", "isn't an object"),
    "a list": ([RIGHT], "isn't an object"),
    "an unknown name": (RIGHT | {"region": "x"}, "isn't known"),
    "a number": (RIGHT | {"accessId": 5}, "accessId"),
    "a line break": (RIGHT | {"accessSecret": "sEcReT\r\nX: y"}, "accessSecret"),
    "too long a value": (RIGHT | {"bucketName": "b" * 2000}, "bucketName"),
    "no keys": ({"endpointUrl": "https://storage.example", "bucketName": "b"}, "keys"),
    "no address": ({**RIGHT, "endpointUrl": None}, "address"),
    "no bucket": ({**RIGHT, "bucketName": None}, "bucket"),
    "a login in the address": (RIGHT | {"endpointUrl": "https://me:sEcReT@storage.example"}, "address"),
}


@pytest.mark.parametrize(("config", "words"), WRONG.values(), ids=WRONG)
def test_what_is_no_bucket_is_told_without_its_secrets(names: dict[str, list[str]], config: Any, words: str) -> None:
    assert words in refusal(config).message
