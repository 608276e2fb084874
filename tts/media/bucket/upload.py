"""A file into a bucket, and a link to it. What is there afterwards has been looked at, or the job has failed."""

from __future__ import annotations

import base64
import hashlib
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from tts.errors import DeliveryFailed
from tts.media.bucket.address import Bucket
from tts.media.bucket.trouble import failed
from tts.voice.download.public import Address, is_public

LINK_S = 7 * 24 * 3600  # that a link works: the most that its signature can say, and what the platform's own gives
_ATTEMPTS = 4  # at each request, with growing pauses between: 7 s together at most
_CONNECT_S, _ANSWER_S = 5, 30
log = logging.getLogger("worker")


@dataclass(frozen=True)
class Clients:
    """Clients of S3, made when the first file goes there: botocore takes half a second to import.

    Nothing but the address and the keys of the bucket steers them: no profile, no variable, no metadata service. They
    follow no redirect to another host.
    """

    allowed: Callable[[Address], bool] = is_public  # addresses of a stranger's bucket
    all_s: float = 120.0  # for all that a stranger's bucket is asked for one file
    _lock: Lock = field(default_factory=Lock)
    _made: dict[str, Any] = field(default_factory=dict)

    def client(self, bucket: Bucket) -> Any:
        """Return a client for a bucket. It isn't kept, because the keys of a job go with the job."""
        from botocore.config import Config
        from botocore.session import Session

        config = Config(
            signature_version="s3v4",
            request_checksum_calculation="when_required",  # or R2, B2 and others refuse what they don't know
            response_checksum_validation="when_required",
            s3={"addressing_style": "virtual" if bucket.virtual else "path"},
            retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
            connect_timeout=_CONNECT_S,
            read_timeout=_ANSWER_S,
        )
        with self._lock:
            if "session" not in self._made:  # with the description of S3, which is most of what a client costs
                nothing = (None, None, os.devnull, None)
                ours = {"profile": (None, None, None, None), "config_file": nothing, "credentials_file": nothing}
                self._made["session"] = Session(session_vars=ours)
            client = self._made["session"].create_client(
                "s3",
                region_name=bucket.region,
                endpoint_url=bucket.endpoint,
                aws_access_key_id=bucket.access_key,
                aws_secret_access_key=bucket.secret_key,
                config=config,
            )
        if bucket.strange:
            from tts.media.bucket.network import Guarded

            client.meta.events.register("before-send.s3", Guarded(self.allowed, self.all_s))
        return client


def upload(client: Any, bucket: Bucket, key: str, data: bytes, content_type: str) -> str:
    """Store a file, look whether it is there, and return a link to it that works for `LINK_S` seconds.

    Raises:
        DeliveryFailed: the storage doesn't take it, or hasn't got it afterwards.
    """
    where = {"Bucket": bucket.name, "Key": key}
    digest = base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()
    for _ in range(2):
        _told(client.put_object, **where, Body=data, ContentType=content_type, ContentMD5=digest)
        if _size(client, where) == len(data):
            link: str = _told(client.generate_presigned_url, "get_object", Params=where, ExpiresIn=LINK_S)
            return link
        log.warning("the storage doesn't hold what was sent")
    raise DeliveryFailed(
        "the storage has not kept the recording whole", "send the job again, or ask for it inline", "deliver"
    )


def _size(client: Any, where: dict[str, str]) -> int | None:
    """Return the bytes that the storage holds; None: it doesn't know the file."""
    from botocore.exceptions import ClientError

    try:
        return int(_told(client.head_object, **where)["ContentLength"])
    except DeliveryFailed as error:
        cause = error.__cause__
        if isinstance(cause, ClientError) and cause.response["Error"]["Code"] in ("404", "NoSuchKey"):
            return None
        raise


def _told(request: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """Make a request; what goes wrong is told without the address and the keys, which botocore's own words may hold."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return request(*given, **named)
    except (BotoCoreError, ClientError) as error:
        trouble = failed(error)
        log.warning("the storage: %s", trouble.seen)
        raise trouble.error from error
