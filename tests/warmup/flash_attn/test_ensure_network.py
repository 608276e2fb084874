"""flash_attn where the network's variables are wrong and nobody has mended them: a reason, never an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.servers import files
from tests.support.wheel import Bench

WRONG = [
    ("ALL_PROXY", "socks5://127.0.0.1:9"),
    ("HTTP_PROXY", "ftp://127.0.0.1:9"),
    ("HTTP_PROXY", "http://host:port"),
    ("NO_PROXY", "[::1]"),
    ("SSL_CERT_FILE", "/proc/none"),
    ("SSLKEYLOGFILE", "/proc/none/keys"),
]


@pytest.mark.parametrize(("name", "value"), WRONG, ids=lambda part: part)
def test_a_variable_that_ends_the_client_is_a_reason(
    name: str, value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for other in ("ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"):
        monkeypatch.delenv(other, raising=False)
        monkeypatch.delenv(other.lower(), raising=False)
    monkeypatch.setenv(name, value)
    with files() as server:
        bench = Bench(tmp_path, server)
        bench.offer()
        found = bench.start()
    assert found.version is None
    assert not found.lasting
    assert found.reason
    assert "\n" not in found.reason
