"""The manifest renewed from a listing of releases, served on loopback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.servers import files
from warmup.flash_attn.releases import refresh, write
from warmup.flash_attn.wheels import MANIFEST, ManifestError

URL = "https://github.com/Dao-AILab/flash-attention/releases/download/v2.8.4/"
NEW = "flash_attn-2.8.4+cu12torch2.8cxx11abiTRUE-cp311-cp311-linux_x86_64.whl"
MISLABELLED = "flash_attn-2.8.4+cu12torch2.6cxx11abiFALSE-cp311-cp311-linux_x86_64.whl"
PINNED = "flash_attn-2.8.3+cu12torch2.8cxx11abiTRUE-cp311-cp311-linux_x86_64.whl"


def asset(name: str, digest: str | None = None, size: int = 9) -> dict[str, object]:
    return {"name": name, "browser_download_url": URL + name, "size": size, "digest": digest and f"sha256:{digest}"}


def listed(manifest: Path, *assets: dict[str, object]) -> tuple[list[str], list[str]]:
    with files() as server:
        server.put("/releases?per_page=100&page=1", json.dumps([{"assets": assets}]).encode())
        server.put("/releases?per_page=100&page=2", b"[]")
        return refresh(manifest, server.url("/releases"))


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    copy = tmp_path / "wheels.json"
    copy.write_bytes(MANIFEST.read_bytes())
    return copy


def test_the_manifest_is_written_as_it_is_read(tmp_path: Path) -> None:
    write(tmp_path / "again.json", json.loads(MANIFEST.read_text("utf-8")))
    assert (tmp_path / "again.json").read_bytes() == MANIFEST.read_bytes()


def test_a_new_wheel_is_added_and_one_with_a_wrong_label_or_another_name_is_not(manifest: Path) -> None:
    changes, conflicts = listed(
        manifest, asset(NEW, "a" * 64), asset(MISLABELLED), asset("flash_attn-2.6.3.tar.gz"), asset("fa3.whl")
    )
    assert (changes, conflicts) == ([f"{NEW}: new"], [])
    last = json.loads(manifest.read_text("utf-8"))["wheels"][-1]
    assert (last["name"], last["sha256"], last["size"], last["pinned_by"]) == (
        NEW,
        "a" * 64,
        9,
        "the release's listing",
    )


def test_what_was_unknown_of_a_wheel_is_filled_in(manifest: Path) -> None:
    unpinned = next(row for row in json.loads(manifest.read_text("utf-8"))["wheels"] if not row["sha256"])
    assert not unpinned.get("note")
    changes, _ = listed(manifest, asset(unpinned["name"], "b" * 64, 244_000_000))
    assert f"{unpinned['name']}: sha256 {'b' * 64}" in changes


def test_a_published_sha256_that_contradicts_a_pin_changes_nothing_and_is_told(manifest: Path) -> None:
    before = {row["name"]: row for row in json.loads(manifest.read_text("utf-8"))["wheels"]}
    _, conflicts = listed(manifest, asset(PINNED, "c" * 64))
    assert any("sha256 is pinned as" in line and "c" * 64 in line for line in conflicts)
    after = {row["name"]: row for row in json.loads(manifest.read_text("utf-8"))["wheels"]}
    assert after[PINNED]["sha256"] == before[PINNED]["sha256"]


def test_a_listing_that_cannot_be_read_is_an_error_in_words(manifest: Path) -> None:
    with files() as server, pytest.raises(ManifestError, match="can't be read"):
        refresh(manifest, server.url("/releases"))
