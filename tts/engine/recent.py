"""What was made before and may be asked for again, within so many bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

from torch import Tensor


class Recent:
    """Tensors by key; the least recently used ones go when they are more than `most` bytes together."""

    def __init__(self, most: int) -> None:
        self.bytes = 0
        self._most = most
        self._kept: OrderedDict[Hashable, Tensor] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Tensor]) -> Tensor:
        """Return what is kept under a key, or make it; two threads that ask at once may both make it."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            if key not in self._kept:
                self._kept[key] = made
                self.bytes += made.nbytes
            while self.bytes > self._most:
                _, gone = self._kept.popitem(last=False)
                self.bytes -= gone.nbytes
        return made

    def clear(self) -> None:
        """Keep nothing."""
        with self._lock:
            self._kept.clear()
            self.bytes = 0
