"""Hashes noted beside files: what they vouch for, and until when."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from warmup.stamp import once, record_of, sha256_of, stamp, stamped

CONTENT = bytes(range(256)) * 1_000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights/model.bin").write_bytes(CONTENT)
    return tmp_path / "weights/model.bin"


def without_room_beside(file: Path) -> Path:
    """Have a folder in the way of the note beside a file, which not even root can write over."""
    record_of(file).mkdir()
    return file.parent.parent / "spare"


def test_a_hash_that_was_noted_is_known_until_the_file_changes(file: Path) -> None:
    assert stamped(file) == ""
    stamp(file, sha256_of(file))
    assert stamped(file) == SHA256


CHANGES: dict[str, Callable[[Path], object]] = {
    "other content at once": lambda file: file.write_bytes(CONTENT[::-1]),
    "longer": lambda file: file.write_bytes(CONTENT + b"!"),
    "cut": lambda file: os.truncate(file, 3),
    "copied without its time": lambda file: os.utime(file, (0, 1)),
    "a second later": lambda file: os.utime(file, (0, file.stat().st_mtime + 1)),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_hash_no_longer_counts_once_size_or_time_has_changed(file: Path, change: str) -> None:
    stamp(file, SHA256)
    CHANGES[change](file)
    assert (stamped(file), once(file)) == ("", SHA256)


def test_a_layer_of_an_image_keeps_whole_seconds_which_is_enough(file: Path) -> None:
    os.utime(file, ns=(0, 1_700_000_000_987_654_321))
    stamp(file, SHA256)
    os.utime(file, (0, 1_700_000_000))
    assert stamped(file) == SHA256
    os.utime(file, (0, 1_700_000_001))
    assert stamped(file) == ""


def test_where_nothing_can_be_written_beside_a_file_the_note_goes_elsewhere(file: Path) -> None:
    spare = without_room_beside(file)
    stamp(file, SHA256, spare)
    assert stamped(file, spare) == SHA256
    other = file.with_name("other.bin")
    other.write_bytes(CONTENT)
    os.utime(other, ns=(0, file.stat().st_mtime_ns))
    assert stamped(other, spare) == "", "of this very file"


def test_where_nothing_can_be_written_at_all_nothing_is_noted(file: Path) -> None:
    spare = without_room_beside(file)
    spare.write_bytes(b"")
    stamp(file, SHA256, spare)
    stamp(file, SHA256)
    assert stamped(file, spare) == stamped(file) == ""


@pytest.mark.parametrize(
    "garbage", [b"", b"\0" * 90, SHA256[:40].encode(), b"\xff\xfe", SHA256.encode() + b" 256000"], ids=repr
)
def test_what_a_crash_left_of_a_note_says_nothing(file: Path, garbage: bytes) -> None:
    record_of(file).write_bytes(garbage)
    assert (stamped(file), once(file)) == ("", "")


def test_a_bare_hash_tells_what_a_file_was_and_vouches_for_nothing(file: Path) -> None:
    record_of(file).write_text(SHA256 + "\n")
    assert (stamped(file), once(file)) == ("", SHA256)
