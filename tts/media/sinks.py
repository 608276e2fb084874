"""The places that files of a job go to: its recording, and what belongs to it."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal, Protocol

from tts.errors import DeliveryFailed, ResultTooLarge
from tts.media.bucket.address import Bucket
from tts.media.bucket.upload import LINK_S, Clients, upload
from tts.media.formats import content_type

Way = Literal["inline", "url", "file"]


@dataclass(frozen=True)
class Place:
    """Where a file is. One of `base64`, `url` and `path` is there."""

    base64: str | None = None
    url: str | None = None
    url_works_s: int | None = None  # beside a url
    path: str | None = None


class Sink(Protocol):
    """Takes the files of a job."""

    way: ClassVar[Way]

    def put(self, data: bytes, suffix: str) -> Place:
        """Have a file where it is to go.

        Args:
            data: all of it.
            suffix: what its name ends with; the rest is the job's: `.wav`, `-2.wav` for a second take, `.srt`.

        Raises:
            RequestError: it can't be put there.
        """


@dataclass
class Inline:
    """Into the reply itself, where all files together may have so many bytes of base64."""

    way: ClassVar[Way] = "inline"
    room: int
    refusal: ResultTooLarge  # for a recording that is larger than recordings of speech are

    def put(self, data: bytes, suffix: str) -> Place:
        """Return a file as base64.

        Raises:
            ResultTooLarge: there is no room left.
        """
        if in_base64(len(data)) > self.room:
            raise self.refusal
        self.room -= in_base64(len(data))
        return Place(base64=base64.b64encode(data).decode("ascii"))


@dataclass(frozen=True)
class File:
    """Into a folder of a local run."""

    way: ClassVar[Way] = "file"
    folder: Path
    stem: str

    def put(self, data: bytes, suffix: str) -> Place:
        """Write a file.

        Raises:
            DeliveryFailed: the folder or the file can't be written.
        """
        path = self.folder / f"{self.stem}{suffix}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        except OSError as error:
            hint = f"make the folder {self.folder.name} writable, or send deliver inline"
            raise DeliveryFailed(f"the recording can't be written: {error.strerror}", hint, "deliver") from error
        return Place(path=str(path))


@dataclass(frozen=True)
class Link:
    """Into a bucket: `<prefix>/<job>/audio<suffix>`, told as a link that anybody may follow while it works."""

    way: ClassVar[Way] = "url"
    clients: Clients
    bucket: Bucket
    job: str  # its id, as a file's name may be

    def put(self, data: bytes, suffix: str) -> Place:
        """Store a file.

        Raises:
            DeliveryFailed: the storage doesn't take it.
        """
        key = "/".join(filter(None, (self.bucket.prefix, self.job, f"audio{suffix}")))
        client = self.clients.client(self.bucket)
        return Place(url=upload(client, self.bucket, key, data, content_type(suffix)), url_works_s=LINK_S)


def in_base64(size: int) -> int:
    """Return how many characters so many bytes are in base64."""
    return 4 * -(-size // 3)
