"""Where a recording goes: into the reply, into a bucket, or into a folder. It is chosen before anything is said.

What is chosen by is the largest recording that a request can make, so that a result that fits nowhere is refused
before any work is done for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tts.clock import SAMPLE_RATE
from tts.errors import InvalidInput, ResultTooLarge
from tts.media.bucket.address import Bucket
from tts.media.bucket.strangers import brought
from tts.media.bucket.upload import Clients
from tts.media.formats import rates
from tts.media.sinks import File, Inline, Link, Sink, in_base64
from tts.media.sizes import SMALLEST_FIRST, largest


@dataclass(frozen=True)
class Wanted:
    """A recording that is to be made."""

    format: str
    sample_rate: int  # Hz
    samples: int  # at 24 kHz, at most
    label: int = 0  # bytes of metadata and manifest, at most

    @property
    def bytes(self) -> int:
        """Bytes that its file may need."""
        return largest(self.format, self.samples, self.sample_rate) + self.label

    @property
    def in_base64(self) -> int:
        """Bytes of base64 that it may need."""
        return in_base64(self.bytes)


@dataclass(frozen=True)
class Chosen:
    """Where a recording goes, and as what."""

    sink: Sink
    wanted: Wanted  # in another format than was asked for, where that was allowed and needed
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Delivery:
    """Where results may go."""

    inline_limit: int  # bytes of the whole reply
    folder: Path | None = None  # for `deliver: auto`, in a local run
    bucket: Bucket | None = None  # of the operator
    clients: Clients = field(default_factory=Clients)

    def choose(self, deliver: str, job_id: str, wanted: Wanted, reply: int, s3_config: Any = None) -> Chosen:
        """Choose where a recording goes.

        Args:
            deliver: auto, fit, inline or url.
            job_id: names the files.
            wanted: the recording.
            reply: bytes of the reply without it.
            s3_config: the bucket that the job brings along, as the platform hands it on.

        Raises:
            ResultTooLarge: it may not fit; the hint names formats and ways that do.
            InvalidInput: a link is asked for and no bucket is known, or the job's bucket can't be used.
        """
        bucket = brought(s3_config, self.bucket) or self.bucket
        room = self.inline_limit - reply
        anywhere = deliver in ("auto", "fit")
        if anywhere and self.folder is not None:
            return Chosen(File(self.folder, file_stem(job_id)), wanted)
        if deliver != "url" and wanted.in_base64 <= room:
            return Chosen(Inline(room, _refusal(wanted, room, self._ways(wanted, room, bucket))), wanted)
        if deliver != "inline" and bucket is not None:
            return Chosen(Link(self.clients, bucket, file_stem(job_id)), wanted)
        if deliver == "url":
            hint = "send s3Config beside input, or set BUCKET_ENDPOINT_URL and its keys, or send deliver inline"
            raise InvalidInput("there is no bucket to make a link into", hint, "deliver")
        smaller = next(iter(_fitting(wanted, room)), None) if deliver == "fit" else None
        if smaller is None:
            raise _refusal(wanted, room, self._ways(wanted, room, bucket))
        said = f"{_kind(smaller, wanted)} was taken: {_too_large(wanted, room)}"
        return Chosen(Inline(room, _refusal(smaller, room, self._ways(smaller, room, bucket))), smaller, (said,))

    def _ways(self, wanted: Wanted, room: int, bucket: Bucket | None) -> str:
        """Return what a caller can do about a recording that is too large."""
        formats = [_kind(other, wanted) for other in _fitting(wanted, room)]
        ways = [
            f"ask for {' or '.join(formats)}, which would fit" if formats else "",
            "send deliver fit, to have the first of these" if len(formats) > 1 else "",
            "leave deliver out, for a file" if self.folder is not None else "",
            "send deliver url, for a link" if bucket else "send s3Config beside input, for a link into your bucket",
            "send the text in several jobs",
        ]
        return ", or ".join(filter(None, ways))


def file_stem(job_id: str) -> str:
    """Return a job's id as a file name: nothing that could leave the folder."""
    return re.sub(r"[^\w-]+", "_", job_id)[:100] or "job"


def in_every_format(wanted: Wanted) -> list[Wanted]:
    """Return a recording in each format, the smallest first; PCM, which is WAV without its header, is left out."""
    return [
        Wanted(format, _rate(format, wanted.sample_rate), wanted.samples, wanted.label) for format in SMALLEST_FIRST
    ]


def _refusal(wanted: Wanted, room: int, ways: str) -> ResultTooLarge:
    return ResultTooLarge(_too_large(wanted, room), ways, "format")


def _too_large(wanted: Wanted, room: int) -> str:
    return (
        f"{wanted.samples / SAMPLE_RATE:.0f} s of {wanted.format} may need {wanted.in_base64 / 1e6:.1f} MB in base64, "
        f"the reply may hold {max(room, 0) / 1e6:.1f}"
    )


def _fitting(wanted: Wanted, room: int) -> list[Wanted]:
    return [other for other in in_every_format(wanted) if other.in_base64 <= room]


def _rate(format: str, asked: int) -> int:
    return asked if asked in rates(format) else SAMPLE_RATE


def _kind(other: Wanted, asked: Wanted) -> str:
    """Return a format's name as a caller would ask for it."""
    return (
        other.format if other.sample_rate == asked.sample_rate else f"{other.format} (sample_rate {other.sample_rate})"
    )
