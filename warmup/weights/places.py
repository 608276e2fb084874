"""Where a published file may lie on this machine, in order of preference.

First the folders that are known: the image, RunPod's cached model, TTS_CACHE_DIR, the worker's own cache, the hub's
cache. Then what the volume holds down to three levels, which takes a walk: any other Hugging Face cache, then any
folder of models filled by hand. Names count in any case, the exact one first: the platform writes its cached model
under a lower-cased name.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Generic, TypeVar

from warmup.storage import BAKED, Storage
from warmup.weights.hub import Remote
from warmup.weights.settings import WeightsSettings

PLATFORM = "RunPod's cached model"
_BY_HAND = ("models", "ckpts", "checkpoints", "weights")  # on volumes filled by people or by older workers
_LEVELS = 3
_MOST_FOLDERS = 2_000  # that a walk looks into: a second or two on a network volume
T = TypeVar("T")


@dataclass(frozen=True)
class Place:
    """A folder to look into."""

    source: str  # what reports call it
    folder: Path
    by_hand: bool = False  # else it is a Hugging Face cache

    def paths(self, remote: Remote) -> Iterator[Path]:
        """Yield where a file may lie in it, the best first."""
        if self.by_hand:
            yield from self._paths_by_hand(remote)
            return
        for repo in self.repos(remote):
            for snapshot in _snapshots(repo):
                yield from _in_any_case(snapshot, remote.file)

    def repos(self, remote: Remote) -> Iterator[Path]:
        """Yield the folders of a repository in a Hugging Face cache."""
        return _in_any_case(self.folder, f"models--{remote.repo.replace('/', '--')}")

    def _paths_by_hand(self, remote: Remote) -> Iterator[Path]:
        for file in dict.fromkeys((remote.file, Path(remote.file).name)):
            for prefix in ("", remote.repo, remote.repo.partition("/")[2]):
                yield from _in_any_case(self.folder, f"{prefix}/{file}".lstrip("/"))


@dataclass(frozen=True)
class Places:
    """All of them, each looked into when its turn comes."""

    settings: WeightsSettings
    keep: Storage

    def __iter__(self) -> Iterator[Place]:
        yield from self.known
        known = {place.folder for place in self.known}
        for folder, names in self._walk:
            if folder not in known and any(name.lower().startswith("models--") for name in names):
                yield Place("volume", folder)
        for folder, _ in self._walk:
            if folder.name.lower() in _BY_HAND:
                yield Place(f"volume ({folder.relative_to(self.volume)}/)", folder, by_hand=True)

    @cached_property
    def known(self) -> list[Place]:
        """Hugging Face caches whose folders are known, there or not."""
        own = self.settings.cache_dir
        named = [] if own is None else [Path(own).expanduser() / "hub", Path(own).expanduser()]
        return [
            Place("baked in the image", BAKED / "hub"),
            Place(PLATFORM, self.volume / "huggingface-cache" / "hub"),
            *(Place("TTS_CACHE_DIR", folder) for folder in named),
            Place("worker's cache", self.keep.root / "hub"),
            Place("Hugging Face cache", Path(self.settings.hub_cache).expanduser()),
        ]

    @property
    def volume(self) -> Path:
        """Where a network volume is mounted, if there is one."""
        return Path(self.settings.volume_dir)

    def lasting(self, path: Path) -> bool:
        """Tell whether a file will still be there at the next start, on another host too."""
        ours = self.keep.lasting and path.is_relative_to(self.keep.root)
        return ours or (self.volume.is_dir() and path.is_relative_to(self.volume))

    def shown(self) -> str:
        """Return all of them as the end of a sentence."""
        folders = dict.fromkeys(place.folder for place in self)
        looked = [f"{folder}{'' if os.path.isdir(folder) else ' (not there)'}" for folder in folders]
        kinds = f"Hugging Face caches and {', '.join(_BY_HAND)} folders"
        walk = f"the first {_MOST_FOLDERS} folders of {self.volume} down to {_LEVELS} levels"
        return f"{', '.join(looked)}, and, for {kinds}, {walk}"

    @cached_property
    def _walk(self) -> _Once[tuple[Path, list[str]]]:
        return _Once(_walk(self.volume))


class _Once(Generic[T]):
    """Items that are made when they are first asked for, and kept."""

    def __init__(self, items: Iterator[T]) -> None:
        self._items = items
        self._made: list[T] = []

    def __iter__(self) -> Iterator[T]:
        yield from self._made
        for item in self._items:
            self._made.append(item)
            yield item


def _walk(root: Path) -> Iterator[tuple[Path, list[str]]]:
    """Yield folders down to so many levels with the names of the folders in them, the upper ones first."""
    level, looked = [root], 0
    for _ in range(_LEVELS + 1):
        below = []
        for folder in level:
            looked += 1
            if looked > _MOST_FOLDERS:
                return
            names = _folders_in(folder)
            yield folder, names
            below += [folder / name for name in names if not name.lower().startswith("models--")]
        level = below


def _folders_in(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.name for entry in entries if entry.is_dir())
    except OSError:  # another user's, gone, or not there
        return []


def _snapshots(repo: Path) -> list[Path]:
    """Return the snapshots of a repository in a Hugging Face cache: that of `refs/main` first, then any other."""
    try:
        main = (repo / "refs" / "main").read_text("latin-1").strip()
    except OSError:  # not there, another user's, or a volume that is gone
        main = ""
    names = sorted(_folders_in(repo / "snapshots"), key=lambda name: name != main)
    return [repo / "snapshots" / name for name in names]


def _in_any_case(folder: Path, path: str) -> Iterator[Path]:
    """Yield a path below a folder as it is spelt, then every one that differs by case only and is there."""
    yield folder / path
    found = [folder]
    for part in path.split("/"):
        found = [place / name for place in found for name in _names_in(place) if name.lower() == part.lower()]
    yield from (other for other in found if other != folder / path)


def _names_in(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []
