"""Where things are kept that the next start should find again."""

from __future__ import annotations

import pwd
import shutil
import tempfile
from collections import namedtuple
from pathlib import Path

import pytest

from warmup.environment.settings import Settings
from warmup.storage import storage, unwritable


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """A home, a volume, a folder to name, and a regular file, below which nothing can be written even by root."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "volume").mkdir()
    (tmp_path / "file").write_text("")
    return {name: tmp_path / name for name in ("home", "volume", "named", "file")}


def asking(places: dict[str, Path], cache: str | None = None, volume: str = "volume") -> Settings:
    """Return settings that name some of the places."""
    return Settings(cache_dir=cache and str(places["named"].parent / cache), volume_dir=str(places[volume]))


@pytest.mark.parametrize(
    ("cache", "volume", "root", "lasting"),
    [
        ("named", "volume", "named", True),
        (None, "volume", "volume/worker-f5-tts", True),
        (None, "named", "home/.cache/worker-f5-tts", False),  # no volume is mounted there
        ("named", "named", "named", True),
    ],
    ids=["the folder named", "the volume", "the home", "the folder named without a volume"],
)
def test_the_cache_is_the_folder_named_else_the_volume_else_the_home(
    cache: str | None, volume: str, root: str, lasting: bool, places: dict[str, Path], tmp_path: Path
) -> None:
    keep = storage(asking(places, cache, volume))
    assert (keep.root, keep.lasting, keep.findings) == (tmp_path / root, lasting, ())
    assert len({keep.root, keep.wheels, keep.half}) == 3
    assert {keep.wheels.parent, keep.half.parent} == {keep.root}
    assert list(keep.root.iterdir()) == []  # the try leaves nothing behind


@pytest.mark.parametrize("cache", ["file/below", "file", "/proc/x"])
def test_a_cache_folder_that_cannot_be_written_is_an_error_and_the_volume_is_used(
    cache: str, places: dict[str, Path]
) -> None:
    keep = storage(asking(places, cache))
    assert (keep.root, keep.lasting) == (places["volume"] / "worker-f5-tts", True)
    (found,) = keep.findings
    assert (found.level, found.subject, found.fix) == ("error", "TTS_CACHE_DIR", "unset TTS_CACHE_DIR")
    assert str(places["named"].parent / cache) in found.problem


def test_a_volume_that_cannot_be_written_is_noted_and_the_home_is_used(places: dict[str, Path]) -> None:
    keep = storage(Settings(volume_dir="/proc"))
    assert (keep.root, keep.lasting) == (places["home"] / ".cache" / "worker-f5-tts", False)
    assert [(found.level, found.subject) for found in keep.findings] == [("note", "TTS_VOLUME_DIR")]


@pytest.mark.parametrize("home", ["/proc/x", None], ids=["not writable", "not there"])
def test_without_a_home_the_cache_is_a_temporary_folder(
    home: str | None, places: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(uid: int) -> None:
        raise KeyError(uid)

    monkeypatch.setattr(pwd, "getpwuid", nobody)
    monkeypatch.setattr(tempfile, "tempdir", str(places["volume"]))
    monkeypatch.setenv("HOME", home) if home else monkeypatch.delenv("HOME")
    keep = storage(asking(places, volume="named"))
    assert (keep.root, keep.lasting, unwritable(keep.root)) == (places["volume"] / "worker-f5-tts", False, "")


def test_a_tilde_is_the_home(places: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(places["volume"])
    assert storage(Settings(cache_dir="~/cache")).root == places["home"] / "cache"


@pytest.mark.parametrize(("cache", "subject"), [("named", "TTS_CACHE_DIR"), (None, "TTS_VOLUME_DIR")])
@pytest.mark.parametrize("free_gb", [0.2, 2.9, 3.1])
def test_a_nearly_full_disk_is_a_warning(
    cache: str | None, subject: str, free_gb: float, places: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage(10**12, 10**12, round(free_gb * 1e9)))
    keep = storage(asking(places, cache))
    assert [(found.level, found.subject) for found in keep.findings] == [("warning", subject)] * (free_gb < 3)
    assert all(f"{keep.root} has {free_gb} GB left" in found.problem for found in keep.findings)
