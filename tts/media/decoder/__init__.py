"""Strangers' recordings, decoded where they can do no harm: in a process without secrets, files and threads of others.

A small child (NumPy, PyAV, soxr) is started once and stays. For each recording it forks a copy of itself that has never
seen another, with limits on all it may use; whatever that copy does, runs into or leaves behind ends with it. The next
copy is made as soon as one has ended, so that a recording needn't wait for it.

    worker --- sockets, one per recording --> child, which never reads one --- fork --> copy: one recording, one answer
"""

from __future__ import annotations

from functools import cache

from tts.clock import Samples
from tts.media.decoder.decoder import Decoder

__all__ = ["Decoder", "decode", "shared"]


@cache
def shared() -> Decoder:
    """Return the decoder of this process, which is one so that recordings take their turn; nothing is started yet."""
    return Decoder()


def decode(data: bytes, max_s: float) -> Samples:
    """Do what `tts.media.decode.decode` does, in the child.

    Raises:
        Undecodable: as there, or decoding takes more time or memory than any recording needs.
        ChildFailed: there is no child, and a new one can't be started.
    """
    return shared().decode(data, max_s)
