"""Addresses, proxies and hosts: what is let through, the clients of HTTP can take apart."""

from __future__ import annotations

import os
from contextlib import suppress

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from warmup.environment.addresses import Address, Hosts, Proxy
from warmup.environment.kinds import Kind

PIECES = ["http", "https", "socks5", "ftp", "://", ":", "/", "@", "[", "]", "::1", "%", "host", "a.b", "8080", "99999"]
MORE = [
    "0",
    "-1",
    " ",
    ",",
    "*",
    ".",
    "ü",
    "\\",
    "#",
    "?",
    "<",
    "$ID",
    "\n",
    "10.0.0.0/8",
    "localhost",
    "xn--",
    "fd00::/8",
]
texts = st.lists(st.sampled_from(PIECES + MORE), min_size=1, max_size=6).map("".join)
properties = settings(deadline=None, max_examples=300, derandomize=True)


def allowed(kind: Kind, text: str) -> str | None:
    """Return what is put into the environment for a text."""
    mended = kind.mend(text)
    with suppress(ValueError):
        kind.read(mended)
        return mended
    return None


def client(**variables: str) -> None:
    """Make a client as downloads have it; a proxy that it can't use ends this."""
    kept = {name: os.environ.pop(name) for name in list(os.environ) if name.lower().endswith("_proxy")}
    os.environ.update(variables)
    try:
        httpx.Client(verify=False).close()
    finally:
        for name in variables:
            del os.environ[name]
        os.environ.update(kept)


@properties
@given(texts)
@example("http://[::1")
@example("https://host:port")
def test_an_address_that_is_allowed_is_one_to_httpx(text: str) -> None:
    address = allowed(Address(), text)
    if address is not None:
        assert httpx.URL(address).host


@properties
@given(texts)
@example("socks5://host:1080")
@example("http://host:port")
def test_a_proxy_that_is_allowed_ends_no_client(text: str) -> None:
    proxy = allowed(Proxy(), text)
    if proxy is not None:
        client(ALL_PROXY=proxy)


@properties
@given(texts)
@example("[::1],localhost")
@example("http://[::1")
def test_hosts_without_a_proxy_end_no_client(text: str) -> None:
    hosts = allowed(Hosts(), text)
    if hosts is not None:
        client(NO_PROXY=hosts)


@pytest.mark.parametrize(
    "text",
    ["http://127.0.0.1:80/a?b=$ID", "https://me:pw@mirror.example/x", "http://[::1]:8080", "http://bucket_1:9000"],
)
def test_an_address_as_people_write_it_is_allowed(text: str) -> None:
    assert allowed(Address(), text) == text


@pytest.mark.parametrize("text", ["host:3128", "http://me:pw@host:3128/", "https://host", "10.0.0.1:80", "[::1]:80"])
def test_a_proxy_as_people_write_it_is_allowed(text: str) -> None:
    assert allowed(Proxy(), text) == text


@pytest.mark.parametrize("there", [False, True], ids=["without socksio", "with socksio"])
def test_a_socks_proxy_is_allowed_where_httpx_speaks_to_one(there: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warmup.environment.addresses.find_spec", lambda name: there or None)
    assert (allowed(Proxy(), "socks5://host:1080") is not None) == there
