"""What a storage answers when it refuses, in words that help and hold neither address nor keys."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tts.errors import DeliveryFailed

_SAID: dict[str, tuple[str, str]] = {  # by S3's code, or HTTP's status where there is none
    "keys": ("the storage doesn't accept the keys", "give it keys that are valid now"),
    "write": ("the keys may not write to the bucket", "allow them s3:PutObject, and s3:GetObject for the link"),
    "read": ("the keys may not read what they wrote, so that no link would work", "allow them s3:GetObject too"),
    "bucket": ("there is no such bucket", "name one that is there"),
    "region": ("the bucket is in another region", "give the address with the bucket's own region"),
    "clock": ("the storage says that this machine's clock is wrong", "send the job again; another worker may take it"),
    "reach": ("the storage can't be reached", "send the job again later; check the address"),
    "trust": ("the storage's certificate isn't trusted", "give an address whose certificate is valid for its host"),
    "fails": ("the storage fails", "send the job again later, or ask for a format that fits the reply"),
    "full": ("the storage has no room", "make room in the bucket, or raise its quota"),
    "refuses": ("the storage refuses the recording", "check the address, the bucket and what its policy demands"),
}
_CODES = {
    **dict.fromkeys(("InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken", "401"), "keys"),
    **dict.fromkeys(("NoSuchBucket", "InvalidBucketName"), "bucket"),
    **dict.fromkeys(
        ("PermanentRedirect", "TemporaryRedirect", "AuthorizationHeaderMalformed", "301", "307", "308"), "region"
    ),
    **dict.fromkeys(("QuotaExceeded", "InsufficientStorage", "XMinioStorageFull", "507"), "full"),
    "RequestTimeTooSkewed": "clock",
}


@dataclass(frozen=True)
class Trouble:
    """An error for the caller, and what the log says of it."""

    error: DeliveryFailed
    seen: str


def failed(error: Exception) -> Trouble:
    """Return what an exception of botocore means."""
    from botocore.exceptions import ClientError, ConnectionError, HTTPClientError, SSLError

    if isinstance(error, ClientError):
        code = str(error.response.get("Error", {}).get("Code", ""))
        status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
        kind = _kind(code, status, error.operation_name)
        seen = f"{error.operation_name} was answered with {status} {re.sub(r'[^A-Za-z0-9]', '', code)[:40]}"
    else:
        kind = "trust" if isinstance(error, SSLError) else "refuses"
        if kind == "refuses" and isinstance(error, ConnectionError | HTTPClientError):
            kind = "reach"
        seen = type(error).__name__
    return Trouble(DeliveryFailed(*_SAID[kind], "deliver"), seen)


def _kind(code: str, status: int, operation: str) -> str:
    if code in _CODES:
        return _CODES[code]
    if status == 403:
        return "write" if operation == "PutObject" else "read"
    if str(status) in _CODES:
        return _CODES[str(status)]
    return "fails" if status >= 500 or status == 429 else "refuses"
