"""What was chosen, and why: a kernel, a device, a precision, a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Choice(Generic[T]):
    """A value with the reason for it, in a few words that a report can print behind it."""

    value: T
    reason: str
