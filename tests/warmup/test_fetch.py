"""Downloads from a real server with real faults: cut, killed, slow, wrong, full."""

from __future__ import annotations

import hashlib
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.servers import (
    Announce,
    Cut,
    Endless,
    FileServer,
    Hang,
    IgnoreRange,
    Slow,
    Status,
    Wrong,
    files,
    python,
    until,
)
from warmup import receive as module
from warmup.fetch import FetchError, Refused, fetch, locked
from warmup.stamp import sha256_of, stamped

DATA = random.Random(0).randbytes(3_000_017)
SHA256 = hashlib.sha256(DATA).hexdigest()
USES = """
import resource, sys, time
from pathlib import Path
from warmup.fetch import FetchError, fetch, locked
url, target = sys.argv[1], Path(sys.argv[2])
"""
FETCH = USES + "fetch(url, target, sha256=None, size=None, deadline=time.monotonic() + 60)"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PAUSES_S", (0, 0, 0, 0))


@pytest.fixture
def server() -> Iterator[FileServer]:
    with files() as server:
        server.put("/x", DATA)
        yield server


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "x"


def bring(url: str, target: Path, sha256: str | None = SHA256, size: int | None = len(DATA), **more: Any) -> str:
    return fetch(url, target, sha256=sha256, size=size, **({"deadline": time.monotonic() + 60} | more))


def part(target: Path) -> Path:
    return target.with_name(target.name + ".part")


def ranges(server: FileServer) -> list[str | None]:
    return [request.range for request in server.requests]


@pytest.mark.parametrize("known", [True, False], ids=["size and sha256 known", "nothing known"])
def test_a_file_arrives_and_its_sha256_stands_beside_it(server: FileServer, target: Path, known: bool) -> None:
    assert bring(server.url("/x"), target, *(() if known else (None, None))) == SHA256 == sha256_of(target)
    assert target.read_bytes() == DATA
    assert sorted(path.name for path in target.parent.iterdir()) == ["x", "x.sha256"]
    assert target.with_name("x.sha256").read_text().split()[0] == SHA256 == stamped(target)


def test_a_file_that_is_there_and_right_is_not_asked_for_again(server: FileServer, target: Path) -> None:
    bring(server.url("/x"), target)
    assert bring(server.url("/x"), target) == SHA256
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "cuts", [[1_000], [2_500_000], [900_000] * 3, [200_000] * 14], ids=["at once", "late", "thrice", "fourteen times"]
)
def test_a_cut_download_goes_on_where_it_stopped(server: FileServer, target: Path, cuts: list[int]) -> None:
    server.fault("/x", *map(Cut, cuts))
    assert bring(server.url("/x"), target) == SHA256
    assert ranges(server) == [None, *(f"bytes={sum(cuts[:n])}-" for n in range(1, len(cuts) + 1))]


@pytest.mark.parametrize("again", [Cut(0), Status(503)], ids=["cut", "failing"])
def test_tries_that_bring_nothing_are_counted_from_the_last_that_brought_something(
    server: FileServer, target: Path, again: Cut | Status
) -> None:
    server.fault("/x", *[again] * 4, Cut(1_000), *[again] * 4, Cut(1_000), *[again] * 3)
    with pytest.raises(FetchError):
        bring(server.url("/x"), target)
    assert part(target).read_bytes() == DATA[:1_000]
    assert bring(server.url("/x"), target) == SHA256
    assert len(server.requests) == 9 + 5


def test_a_killed_download_goes_on_where_it_stopped(server: FileServer, target: Path) -> None:
    server.fault("/x", Hang(2_500_000))
    process = python(FETCH, server.url("/x"), target)
    until(lambda: part(target).exists() and part(target).stat().st_size > 2_000_000)
    process.kill()
    process.communicate()
    stopped = part(target).stat().st_size
    assert not target.exists()
    assert bring(server.url("/x"), target) == SHA256
    assert ranges(server) == [None, f"bytes={stopped}-"]


@pytest.mark.parametrize("size", [len(DATA), None], ids=["size known", "size unknown"])
def test_a_download_killed_before_it_got_its_name_is_whole(server: FileServer, target: Path, size: int | None) -> None:
    part(target).write_bytes(DATA)
    assert bring(server.url("/x"), target, size=size) == SHA256
    assert ranges(server) == ([] if size else [f"bytes={len(DATA)}-"])


def test_a_download_killed_while_its_sha256_was_noted_is_noted_anew(server: FileServer, target: Path) -> None:
    bring(server.url("/x"), target, None, None)
    target.with_name("x.sha256").write_text("")
    assert bring(server.url("/x"), target, None, None) == SHA256


def test_a_server_that_ignores_where_to_go_on_sends_the_whole_file(server: FileServer, target: Path) -> None:
    server.fault("/x", Cut(2_500_000), IgnoreRange())
    assert bring(server.url("/x"), target) == SHA256
    assert len(server.requests) == 2


def test_the_login_of_a_mirror_is_not_told(target: Path) -> None:
    with pytest.raises(FetchError, match=r"^http://127\.0\.0\.1:9/file can't be downloaded"):
        fetch("http://me:hunter2@127.0.0.1:9/file", target, sha256=None, size=None, deadline=0)


@pytest.mark.parametrize("code", [408, 429, 500, 502, 503, 504])
def test_an_answer_that_may_pass_is_tried_again(server: FileServer, target: Path, code: int) -> None:
    server.fault("/x", Status(code), Status(code))
    assert bring(server.url("/x"), target) == SHA256
    assert len(server.requests) == 3


def test_a_server_that_always_fails_is_given_up_with_its_answer(server: FileServer, target: Path) -> None:
    server.fault("/x", *[Status(503)] * 9)
    with pytest.raises(FetchError, match=r"/x can't be downloaded: the server answers 503"):
        bring(server.url("/x"), target)
    assert len(server.requests) == 5


@pytest.mark.parametrize("code", [401, 403, 404, 410])
def test_an_answer_that_will_not_pass_fails_at_once(server: FileServer, target: Path, code: int) -> None:
    server.fault("/x", Status(code))
    with pytest.raises(Refused, match=f"the server answers {code}"):
        bring(server.url("/x"), target)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:99999/x", "http://127.0.0.1:port/x", "ftp://127.0.0.1/x", "http://127.0.0.1:1/x"]
)
def test_an_address_that_leads_nowhere_is_named(target: Path, url: str) -> None:
    with pytest.raises(FetchError) as error:
        bring(url, target)
    assert str(error.value).startswith(f"{url} can't be downloaded: ")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (DATA[:-1] + b"!", f"has the sha256 .* instead of {SHA256[:12]}"),
        (DATA[:-1], "has 3000016 bytes instead of 3000017"),
        (DATA + b"!", "has 3000018 bytes instead of 3000017"),
        (b"<html>", "has 6 bytes"),
        (b"", "has 0 bytes"),
    ],
    ids=["wrong sha256", "too short", "too long", "a web page", "empty"],
)
def test_a_wrong_file_is_thrown_away_and_the_next_call_recovers(
    server: FileServer, target: Path, content: bytes, problem: str
) -> None:
    server.fault("/x", Wrong(content))
    with pytest.raises(FetchError, match=f"x {problem}.*; it is thrown away"):
        bring(server.url("/x"), target)
    assert list(target.parent.iterdir()) == []
    assert bring(server.url("/x"), target) == SHA256
    assert ranges(server) == [None, None]


def test_a_body_without_end_is_received_up_to_the_size_that_is_known(server: FileServer, target: Path) -> None:
    server.fault("/x", Endless())
    with pytest.raises(FetchError, match="x has more than 3000017 bytes; it is thrown away"):
        bring(server.url("/x"), target)
    assert list(target.parent.iterdir()) == []


def test_a_body_of_another_size_than_known_is_refused_before_it_comes(server: FileServer, target: Path) -> None:
    part(target).write_bytes(DATA[:1_000])
    server.put("/x", DATA + DATA)
    with pytest.raises(FetchError, match="x has 6000034 bytes instead of 3000017; it is thrown away"):
        bring(server.url("/x"), target)
    assert list(target.parent.iterdir()) == []


def test_the_content_is_on_the_disk_before_the_name_is(
    server: FileServer, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[tuple[bytes, bool]] = []
    monkeypatch.setattr(os, "fsync", lambda number: synced.append((part(target).read_bytes(), target.exists())))
    bring(server.url("/x"), target)
    assert synced == [(DATA, False)]


@pytest.mark.parametrize(
    ("variables", "headers"),
    [
        ({"SSL_CERT_FILE": "/nowhere.pem"}, {}),
        ({"ALL_PROXY": "socks5://127.0.0.1:1"}, {}),
        ({"ALL_PROXY": "nonsense://127.0.0.1:1"}, {}),
        ({"HTTP_PROXY": "http://[::1"}, {}),
        ({}, {"Authorization": "Bearer “hf_secret”"}),
        ({}, {"Authorization": "Bearer hf_secret\n"}),
    ],
    ids=["certificates", "SOCKS", "another proxy", "a proxy that is no address", "typographic quotes", "a line end"],
)
def test_an_environment_that_no_request_can_be_made_in_is_a_sentence_and_lasting(
    server: FileServer,
    target: Path,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    headers: dict[str, str],
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(Refused, match="x can't be downloaded: ") as error:
        bring(server.url("/x"), target, headers=headers)
    assert str(error.value).isprintable()
    assert "secret" not in str(error.value)
    assert server.requests == []


@pytest.mark.parametrize("there", [DATA[:-1], DATA[:-1] + b"!", b""], ids=["truncated", "damaged", "empty"])
def test_a_wrong_file_that_was_there_is_replaced_at_once(server: FileServer, target: Path, there: bytes) -> None:
    target.write_bytes(there)
    assert bring(server.url("/x"), target) == SHA256 == sha256_of(target)


@pytest.mark.parametrize("kept", [True, False], ids=["changed on the disk", "changed on the server"])
def test_a_file_of_unknown_sha256_is_pinned_to_what_came_first(server: FileServer, target: Path, kept: bool) -> None:
    bring(server.url("/x"), target, None, None)
    changed = DATA[:-1] + b"!"
    server.put("/x", changed)
    target.write_bytes(changed) if kept else target.unlink()
    with pytest.raises(FetchError, match=rf"x has the sha256 .* instead of {SHA256[:12]}"):
        bring(server.url("/x"), target, None, None)
    assert not target.exists()
    server.put("/x", DATA)
    assert bring(server.url("/x"), target, None, None) == SHA256


@pytest.mark.parametrize("fault", [Slow(4_000), Hang(20_000)], ids=["slow", "silent"])
def test_a_download_out_of_time_is_kept_and_the_next_call_goes_on(
    server: FileServer, target: Path, fault: Slow | Hang
) -> None:
    server.fault("/x", fault)
    began = time.monotonic()
    with pytest.raises(FetchError, match="can't be downloaded"):
        bring(server.url("/x"), target, deadline=began + 0.5)
    assert time.monotonic() - began < 3
    stopped = part(target).stat().st_size
    assert 0 < stopped < len(DATA)
    assert bring(server.url("/x"), target) == SHA256
    assert ranges(server) == [None, f"bytes={stopped}-"]


@pytest.mark.parametrize(("host", "kept"), [("same", True), ("127.0.0.1", False), ("localhost", False)])
def test_a_token_goes_to_its_host_and_no_other(server: FileServer, target: Path, host: str, kept: bool) -> None:
    with files("127.0.0.1" if host == "same" else host) as another:
        end = server if host == "same" else another
        end.put("/y", DATA)
        bring(server.redirect("/r", end.url("/y")), target, headers={"Authorization": "Bearer secret"})
        assert server.asked("/r")[0].authorization == "Bearer secret"
        assert [request.authorization for request in end.asked("/y")] == ["Bearer secret" if kept else None]


def test_a_disk_that_takes_no_more_is_named_and_what_it_took_is_kept(server: FileServer, target: Path) -> None:
    limit = "resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))\n"
    said, _ = python(USES + limit + FETCH, server.url("/x"), target).communicate()
    assert said.splitlines()[-1].endswith("FetchError: x can't be written: File too large")
    assert part(target).stat().st_size <= 1_000_000
    assert bring(server.url("/x"), target) == SHA256


def test_a_file_larger_than_the_disk_is_refused_before_it_is_written(server: FileServer, target: Path) -> None:
    server.fault("/x", Announce(10**15))
    with pytest.raises(FetchError, match=rf"{target.parent} has \d+ MB left, 1000000000 are needed"):
        bring(server.url("/x"), target, size=None)
    assert list(target.parent.iterdir()) == []
    assert len(server.requests) == 1


def test_two_processes_that_want_a_file_download_it_once(server: FileServer, target: Path) -> None:
    server.fault("/x", Slow(60_000))
    code = USES + "with locked(target.parent, 60): " + FETCH.removeprefix(USES)
    processes = [python(code, server.url("/x"), target) for _ in range(2)]
    assert [process.communicate()[0] for process in processes] == ["", ""]
    assert target.read_bytes() == DATA
    assert len(server.requests) == 1


def test_a_folder_in_use_is_named_when_patience_ends_and_a_killed_user_lets_go(target: Path) -> None:
    folder = target.parent
    with python(USES + "with locked(target.parent, 60): print('mine', flush=True); input()", "", target) as user:
        assert user.stdout
        assert user.stdout.readline() == "mine\n"
        with pytest.raises(FetchError, match=f"another process has been busy in {folder}"), locked(folder, 0.1):
            pass
        user.kill()
        with locked(folder, 30):
            pass


def test_a_folder_that_cannot_be_made_is_named(target: Path) -> None:
    target.write_bytes(b"")
    with pytest.raises(FetchError, match=f"{target}/sub can't be used: Not a directory"), locked(target / "sub", 1):
        pass
