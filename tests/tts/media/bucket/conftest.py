"""Servers of S3 on loopback, started once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.support.buckets import SERVERS, Proxy, proxy, server


@pytest.fixture(scope="session")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Addresses of the servers, by name."""
    with ExitStack() as stack:
        yield {kind: stack.enter_context(server(kind, tmp_path_factory.mktemp(kind))) for kind in SERVERS}


@pytest.fixture(params=SERVERS)
def storage(request: pytest.FixtureRequest, addresses: dict[str, str]) -> Iterator[Proxy]:
    """Each of the servers in turn, behind a proxy that counts and can fail."""
    with proxy(addresses[request.param]) as between:
        yield between


@pytest.fixture
def checking(addresses: dict[str, str]) -> Iterator[Proxy]:
    """The server that checks signatures and digests."""
    with proxy(addresses["rclone"]) as between:
        yield between


@pytest.fixture
def believing(addresses: dict[str, str]) -> Iterator[Proxy]:
    """The server that stores what it gets."""
    with proxy(addresses["moto"]) as between:
        yield between
