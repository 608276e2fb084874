"""The bucket that a job brings along, in `s3Config` beside `input`: the platform hands it on without looking at it.

Who may send jobs may not therefore reach what only this machine can. So an address of a job has to be https, which
proves by a certificate that it belongs to the host it names, and that host has to be public. The one exception is the
service that the operator has configured, as it is written there.
"""

from __future__ import annotations

import socket
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from tts.errors import InvalidInput
from tts.media.bucket.address import Bucket, bucket
from tts.voice.download.public import is_public, parsed

FIELD = "s3Config"
_KEYS = ("endpointUrl", "bucketName", "accessId", "accessSecret")
_LONGEST = 1024  # characters of a value


def brought(config: Any, own: Bucket | None) -> Bucket | None:
    """Return the bucket that a job brings along; none if it brings none.

    Looks the host's addresses up, which may take a moment.

    Args:
        config: the job's `s3Config`.
        own: the operator's bucket.

    Raises:
        InvalidInput: it isn't an object with the four names as strings, or its host may not be used.
    """
    if not config:
        return None
    values = _checked(config)
    if values["accessId"] == "" or values["accessSecret"] == "":
        raise _wrong("needs both keys", "send accessId and accessSecret")
    try:
        found = bucket(values["endpointUrl"], values["bucketName"], values["accessId"], values["accessSecret"])
    except ValueError as error:
        raise _wrong(f"can't be used: {error}", "send endpointUrl as https://host, and bucketName") from error
    if own is None or (found.endpoint, found.virtual) != (own.endpoint, own.virtual):
        _demand_public(found)
        return replace(found, strange=True)
    return found


def _checked(config: Any) -> dict[str, str]:
    if not isinstance(config, dict):
        raise _wrong("isn't an object", f"send an object with {', '.join(_KEYS)}")
    for name, value in config.items():
        if name not in _KEYS:
            raise _wrong("holds a name that isn't known", f"send {', '.join(_KEYS)}")
        if value is not None and not (isinstance(value, str) and len(value) <= _LONGEST and value.isprintable()):
            raise _wrong(f"has no text of at most {_LONGEST} characters as {name}", f"send {name} as a string")
    return {name: (config.get(name) or "").strip() for name in _KEYS}


def _demand_public(found: Bucket) -> None:
    parts = urlsplit(found.endpoint)
    if parts.scheme != "https":
        raise _wrong("has an address without https", "send endpointUrl as https://host")
    try:
        hosts = socket.getaddrinfo(found.host, parts.port or 443, type=socket.SOCK_STREAM)
        public = all(is_public(parsed(str(address[0]))) for *_, address in hosts)
    except (OSError, ValueError):
        public = False
    if not public:  # in the same words whether there is no such host or it is a private one
        raise _wrong("names no public host", "send the storage's public address as endpointUrl")


def _wrong(what: str, hint: str) -> InvalidInput:
    return InvalidInput(f"{FIELD} {what}", hint, FIELD)
