"""Recordings from addresses, against a server that does all that servers of strangers may do."""

from __future__ import annotations

import gzip
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.hostile_server import LOOPBACK, Drip, Flood, Hostile, Reset, Silence, hostile, loopback, ok, redirect
from tts.errors import DownloadFailed, DownloadRefused
from tts.voice.download import Downloads, Limits

DATA = bytes(range(256)) * 40
SHORT = Limits(bytes=100_000, seconds=1.0, silence_s=0.4, kept_bytes=50_000, kept_each=20_000)
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.fixture
def server() -> Iterator[Hostile]:
    with hostile() as server:
        yield server


@pytest.fixture
def downloads() -> Downloads:
    return Downloads(SHORT, loopback)


@pytest.mark.parametrize(
    "answer",
    [
        ok(DATA),
        ok(DATA, Content_Type="text/html"),
        ok(DATA, Content_Length=""),
        CHUNKED + b"2800\r\n" + DATA + b"\r\n0\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + ok(DATA),
    ],
    ids=["plain", "under a wrong type", "to the end of the connection", "in chunks", "behind an early hint"],
)
def test_what_is_at_an_address_comes_as_it_is(server: Hostile, downloads: Downloads, answer: bytes) -> None:
    assert downloads.get(server.answer("/a.wav", answer)) == DATA


def test_the_request_asks_for_no_compression_and_tells_nothing(server: Hostile, downloads: Downloads) -> None:
    downloads.get(server.answer("/a%20b.wav?sig=x/y%2Bz", ok(DATA)).replace("%20", " ") + "#part")
    (asked,) = server.asked
    assert asked.path == "/a%20b.wav?sig=x/y%2Bz"
    assert asked.fields == {
        "host": f"{LOOPBACK}:{server.port}",
        "user-agent": "worker-f5-tts",
        "accept": "audio/*, */*",
        "accept-encoding": "identity",
    }


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(server: Hostile, downloads: Downloads, status: int) -> None:
    server.answer("/b/c.wav", ok(DATA))
    server.answer("/b/a", redirect("c.wav", f"{status} There"))
    assert downloads.get(server.answer("/a", redirect(server.url("/b/a")))) == DATA


BROKEN: dict[str, tuple[Any, str]] = {
    "404": (ok(b"", "404 Not Found"), "answers 404"),
    "403": (ok(b"", "403 Forbidden"), "answers 403"),
    "503": (ok(b"", "503 Busy"), "answers 503"),
    "a part": (ok(DATA, "206 Partial Content"), "answers 206"),
    "not modified, unasked": (ok(b"", "304 Not Modified"), "answers 304"),
    "nobody speaks HTTP": (b"SSH-2.0-OpenSSH_9.2\r\n", "breaks off"),
    "a head without end": (Flood(b"HTTP/1.1 200 OK\r\nX: "), "breaks off"),
    "a body without end": (Flood(b"HTTP/1.1 200 OK\r\n\r\n"), "more than 0 MiB"),
    "a length of 9 GB": (Silence(b"HTTP/1.1 200 OK\r\nContent-Length: 9000000000\r\n\r\n"), "more than 0 MiB"),
    "a byte more than allowed": (ok(bytes(100_001)), "more than 0 MiB"),
    "a head that drips": (Drip(b"HTTP/1.1 200 OK\r\nX: x"), "too slow"),
    "hints that drip": (Drip(b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nX: x"), "too slow"),
    "a body that drips": (Drip(HEAD + b"x"), "too slow"),
    "a server that falls silent": (Silence(HEAD + DATA), "too slow"),
    "a server that says nothing": (Silence(b""), "too slow"),
    "a reset in the head": (Reset(b"HTTP/1.1 200"), "breaks off"),
    "a reset in the body": (Reset(HEAD + DATA), "breaks off"),
    "a body cut short": (HEAD + DATA, "breaks off"),
    "chunks cut short": (CHUNKED + b"2800\r\n" + DATA[:50], "breaks off"),
    "two lengths": (ok(DATA, Content_length="5"), "breaks off"),
    "a gzip bomb": (ok(gzip.compress(bytes(50_000_000)), Content_Encoding="gzip"), "compressed"),
    "an unknown encoding": (ok(DATA, Content_Encoding="x-zip, br"), "compressed"),
    "a web page": (ok(b"\n<!DOCTYPE html><title>Sign in</title>", Content_Type="audio/wav"), "a web page"),
    "a circle": (redirect("/x"), "redirects more than 5 times"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_does_not_come_whole_in_size_and_time_has_failed(server: Hostile, downloads: Downloads, case: str) -> None:
    answer, words = BROKEN[case]
    with pytest.raises(DownloadFailed) as failed:
        downloads.get(server.answer("/x", answer))
    assert words in failed.value.message
    assert (failed.value.code, failed.value.field) == ("download_failed", "voice_url")
    assert failed.value.hint


ELSEWHERE = [
    "http://169.254.169.254/latest/meta-data/",
    "http://[fd00:ec2::254]/",
    "http://127.0.0.2:{port}/",
    "http://127.1.1.1:{port}/",
    "http://2130706434:{port}/",
    "http://0x7f.2:{port}/",
    "http://0177.0.0.2:{port}/",
    "http://[::1]:{port}/",
    "http://[::ffff:127.0.0.2]:{port}/",
    "http://10.0.0.1/",
    "http://0.0.0.0:{port}/",
    "//169.254.169.254/",
    "file:///etc/passwd",
    "ftp://127.0.0.1/",
    "gopher://127.0.0.1:{port}/x",
    "http://me:secret@127.0.0.1:{port}/b",
    "http://127.0.0.1:{port}\\@127.0.0.2/",
    "http://127.0.0.1:99999/",
    "http://[::1/",
]


@pytest.mark.parametrize("where", ELSEWHERE)
@pytest.mark.parametrize("by", ["at once", "by a redirect"])
def test_no_other_place_is_asked(server: Hostile, downloads: Downloads, where: str, by: str) -> None:
    url = where.format(port=server.port)
    if by == "by a redirect":
        url = server.answer("/a", redirect(url))
    with pytest.raises(DownloadRefused) as refused:
        downloads.get("http:" + url if url.startswith("//") else url)
    assert (refused.value.code, refused.value.field) == ("download_refused", "voice_url")
    assert "secret" not in str(refused.value.as_dict())
    assert [asked.path for asked in server.asked] == (["/a"] if by == "by a redirect" else [])


@pytest.mark.parametrize("url", ["http:///b", "http://", "b.wav", "", "https:/a.b/c", "http://a b/", "http://a..b:0/"])
def test_what_is_no_address_is_refused(downloads: Downloads, url: str) -> None:
    with pytest.raises(DownloadRefused, match="address"):
        downloads.get(url)


def test_by_default_this_machine_is_not_asked(server: Hostile) -> None:
    for host in (LOOPBACK, "localhost"):
        with pytest.raises(DownloadRefused, match="not on the public internet"):
            Downloads(SHORT).get(server.url("/", host))
    assert server.asked == []


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Have the system's resolver give these answers for names, one after the other; return who is asked for."""
    real, asked = socket.getaddrinfo, []
    coming = iter(answers)

    def resolve(host: str, port: int, *rest: Any, **named: Any) -> Any:
        if not host[-1].isalpha():
            return real(host, port, *rest, **named)
        asked.append(host)
        return [found for each in next(coming) for found in real(each, port, *rest, **named)]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


def test_a_name_is_resolved_once_and_what_was_judged_is_connected_to(
    server: Hostile, downloads: Downloads, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = resolving(monkeypatch, [LOOPBACK], ["127.0.0.2"])
    server.answer("/x", ok(DATA))
    assert downloads.get(server.url("/x", "rebinding.test")) == DATA
    assert asked == ["rebinding.test"]
    assert server.asked[0].fields["host"] == f"rebinding.test:{server.port}"
    with pytest.raises(DownloadRefused):
        downloads.get(server.url("/x", "rebinding.test"))


def test_a_name_with_one_address_that_is_not_allowed_is_refused(
    server: Hostile, downloads: Downloads, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolving(monkeypatch, [LOOPBACK, "10.0.0.1"])
    with pytest.raises(DownloadRefused):
        downloads.get(server.url("/x", "both.test"))
    assert server.asked == []


def test_the_next_address_is_tried_where_one_is_dead(server: Hostile, monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, ["127.0.0.3", LOOPBACK])
    server.answer("/x", ok(DATA))
    assert Downloads(SHORT, lambda address: address.is_loopback).get(server.url("/x", "two.test")) == DATA


def test_a_name_that_is_none_has_failed(downloads: Downloads) -> None:
    with pytest.raises(DownloadFailed, match=r"there is no host nobody\.invalid"):
        downloads.get("http://nobody.invalid/x")


def test_a_resolver_that_says_nothing_is_not_waited_for(
    downloads: Downloads, monkeypatch: pytest.MonkeyPatch, server: Hostile
) -> None:
    import threading

    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *given, **named: over.wait() and [])
    with pytest.raises(DownloadFailed, match="too slow"):
        downloads.get("http://silent.test/x")
    over.set()


def test_a_proxy_of_the_environment_is_not_asked(
    server: Hostile, downloads: Downloads, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hostile() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url())
        assert downloads.get(server.answer("/x", ok(DATA))) == DATA
        assert proxy.asked == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key.pem -out cert.pem "
        "-days 2 -subj /CN=voice.test -addext subjectAltName=DNS:voice.test",
        shell=True,
        cwd=folder,
        check=True,
        capture_output=True,
    )
    return folder


def test_a_certificate_is_checked_for_the_name_not_for_the_address(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    trusting = ssl.create_default_context(cafile=str(certificate / "cert.pem"))
    resolving(monkeypatch, *[[LOOPBACK]] * 4)
    with hostile(ours) as server:
        server.answer("/x", ok(DATA))
        server.answer("/down", redirect("http://voice.test/x"))
        downloads = Downloads(SHORT, loopback, trusting)
        assert downloads.get(server.url("/x", "voice.test")) == DATA
        with pytest.raises(DownloadFailed, match="no valid certificate for its name"):
            downloads.get(server.url("/x", "other.test"))
        with pytest.raises(DownloadFailed, match="no valid certificate"):
            Downloads(SHORT, loopback).get(server.url("/x", "voice.test"))
        with pytest.raises(DownloadRefused, match="from https to http"):
            downloads.get(server.url("/down", "voice.test"))


@pytest.mark.parametrize("field", ["ETag", "Last_Modified"])
def test_what_was_fetched_before_is_asked_for_again_and_comes_only_if_it_changed(
    server: Hostile, downloads: Downloads, field: str
) -> None:
    mark = {"ETag": 'W/"one"', "Last_Modified": "Wed, 21 Oct 2015 07:28:00 GMT"}[field]
    url = server.answer("/x", ok(DATA, **{field: mark}))
    server.answer("/from", redirect(url))
    assert downloads.get(server.url("/from")) == DATA
    server.answer("/x", ok(b"", "304 Not Modified"))
    assert downloads.get(server.url("/from")) == DATA
    asks = {"ETag": "if-none-match", "Last_Modified": "if-modified-since"}[field]
    assert [asked.fields.get(asks) for asked in server.asked] == [None, None, None, mark.lower()]
    server.answer("/x", ok(DATA + b"2", ETag='"two"'))
    assert downloads.get(server.url("/from")) == DATA + b"2"
    server.answer("/y", ok(b"", "304 Not Modified"))
    server.answer("/from", redirect(server.url("/y")))
    with pytest.raises(DownloadFailed, match="304"):
        downloads.get(server.url("/from"))


def test_what_is_kept_is_bounded_in_bytes(server: Hostile, downloads: Downloads) -> None:
    sizes = {"/big": 20_001, "/a": 20_000, "/b": 20_000, "/c": 20_000}
    for path, size in sizes.items():
        downloads.get(server.answer(path, ok(bytes(size), ETag='"1"')))
    server.asked.clear()
    for path in ("/c", "/b", "/a", "/big"):
        downloads.get(server.url(path))
    assert [asked.path for asked in server.asked if "if-none-match" in asked.fields] == ["/c", "/b"]
