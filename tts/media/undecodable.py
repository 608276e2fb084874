"""Why bytes don't become sound."""

from __future__ import annotations


class Undecodable(Exception):
    """The bytes aren't a recording that can be used; the message says why."""


class NotAudio(Undecodable):
    """There is no sound in the bytes."""


class Damaged(Undecodable):
    """A recording that breaks off, or holds numbers that are no sound."""


class TooLong(Undecodable):
    """A recording over the limit."""


class TooCostly(Undecodable):
    """A recording, or what pretends to be one, that takes more time or memory to decode than any should."""
