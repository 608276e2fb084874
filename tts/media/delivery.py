"""Where a recording goes: into the reply, or into a folder. A sink is chosen before anything is synthesized.

What is chosen by is the largest recording that a request can make, so that a result that fits nowhere is refused
before any work is done for it.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tts.clock import SAMPLE_RATE
from tts.errors import DeliveryFailed, ResultTooLarge
from tts.media.formats import rates
from tts.media.sizes import SMALLEST_FIRST, largest


@dataclass(frozen=True)
class Wanted:
    """A recording that is to be made."""

    format: str
    sample_rate: int  # Hz
    samples: int  # at 24 kHz, at most
    label: int = 0  # bytes of metadata and manifest, at most

    @property
    def in_base64(self) -> int:
        """Bytes of base64 that it may need."""
        return _in_base64(largest(self.format, self.samples, self.sample_rate) + self.label)


@dataclass(frozen=True)
class Place:
    """Where a recording is. One of both is there."""

    base64: str | None = None
    path: str | None = None


class Sink(Protocol):
    """Takes a recording."""

    def put(self, data: bytes) -> Place:
        """Have a recording where it is to go.

        Raises:
            RequestError: it can't be put there.
        """


@dataclass(frozen=True)
class Inline:
    """Into the reply itself, where a recording may have so many bytes of base64."""

    wanted: Wanted
    room: int

    def put(self, data: bytes) -> Place:
        """Return the recording as base64.

        Raises:
            ResultTooLarge: it is larger than recordings of speech are.
        """
        if _in_base64(len(data)) > self.room:
            raise _too_large(self.wanted, _in_base64(len(data)), self.room, local=False)
        return Place(base64=base64.b64encode(data).decode())


@dataclass(frozen=True)
class File:
    """Into a file of a local run."""

    path: Path

    def put(self, data: bytes) -> Place:
        """Write the recording.

        Raises:
            DeliveryFailed: the folder or the file can't be written.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_bytes(data)
        except OSError as error:
            hint = f"make the folder {self.path.parent.name} writable, or send deliver inline"
            raise DeliveryFailed(f"the recording can't be written: {error.strerror}", hint, "deliver") from error
        return Place(path=str(self.path))


@dataclass(frozen=True)
class Delivery:
    """Where results may go."""

    inline_limit: int  # bytes of the whole reply
    folder: Path | None = None  # for `deliver: auto`, in a local run

    def sink(self, deliver: str, job_id: str, wanted: Wanted, reply: int) -> Sink:
        """Choose where a recording goes.

        Args:
            deliver: auto or inline.
            job_id: names the file.
            wanted: the recording.
            reply: bytes of the reply without it.

        Raises:
            ResultTooLarge: it may not fit; the hint names formats that do.
        """
        if deliver == "auto" and self.folder is not None:
            return File(self.folder / f"{file_stem(job_id)}.{wanted.format}")
        room = self.inline_limit - reply
        if wanted.in_base64 > room:
            raise _too_large(wanted, wanted.in_base64, room, local=self.folder is not None)
        return Inline(wanted, room)


def file_stem(job_id: str) -> str:
    """Return a job's id as a file name: nothing that could leave the folder."""
    return re.sub(r"[^\w-]+", "_", job_id)[:100] or "job"


def _too_large(wanted: Wanted, size: int, room: int, *, local: bool) -> ResultTooLarge:
    said = (
        f"{wanted.samples / SAMPLE_RATE:.0f} s of {wanted.format} may need {size / 1e6:.1f} MB in base64, "
        f"the reply may hold {max(room, 0) / 1e6:.1f}"
    )
    ways = [_fitting(wanted, room), "send the text in several jobs", "leave deliver out, for a file" if local else ""]
    return ResultTooLarge(said, ", or ".join(way for way in ways if way), "format")


def _fitting(wanted: Wanted, room: int) -> str:
    """Return the formats that would fit, in a few words; none if there are none."""
    found = []
    for format in SMALLEST_FIRST:
        rate = wanted.sample_rate if wanted.sample_rate in rates(format) else SAMPLE_RATE
        if Wanted(format, rate, wanted.samples, wanted.label).in_base64 <= room:
            found.append(format if rate == wanted.sample_rate else f"{format} (sample_rate {rate})")
    return f"ask for {' or '.join(found)}, which would fit" if found else ""


def _in_base64(size: int) -> int:
    return 4 * -(-size // 3)
