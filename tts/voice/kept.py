"""Things that were made of strangers' input, kept while they are used, up to so many bytes of all of them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class Kept(Generic[T]):
    """Keeps what was used last. Safe to use from many threads.

    Args:
        most: bytes of all together.
        size: tells how many one takes.
    """

    def __init__(self, most: int, size: Callable[[T], int]) -> None:
        self._most = most
        self._size = size
        self._all: OrderedDict[str, T] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, key: str) -> T | None:
        """Return what is kept under a key, if it is."""
        with self._lock:
            if key in self._all:
                self._all.move_to_end(key)
            return self._all.get(key)

    def put(self, key: str, thing: T) -> None:
        """Keep one, and let go of those that were unused for longest."""
        with self._lock:
            self._drop(key)
            if self._size(thing) > self._most:
                return
            self._all[key] = thing
            self._bytes += self._size(thing)
            while self._bytes > self._most:
                self._drop(next(iter(self._all)))

    def _drop(self, key: str) -> None:
        if key in self._all:
            self._bytes -= self._size(self._all.pop(key))
