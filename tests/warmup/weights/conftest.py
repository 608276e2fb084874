"""A hub on loopback with the files of the tests' weights."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from huggingface_hub import constants

from tests.support.places import CONTENT
from tests.support.servers import FileServer, files
from warmup.weights.hub import Remote


@pytest.fixture
def hub_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    """Serve files as the hub addresses them, and have its library ask there."""
    with files() as server:
        template = "/{repo_id}/resolve/{revision}/{filename}"
        monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", server.url(template))
        yield server


@pytest.fixture
def server(hub_server: FileServer) -> FileServer:
    """A hub that holds the weights."""
    for remote, content in CONTENT.items():
        hub_server.put(address(remote), content)
    return hub_server


def address(remote: Remote) -> str:
    """Return the path of a file at the hub."""
    return f"/{remote.repo}/resolve/{remote.revision}/{remote.file}"
