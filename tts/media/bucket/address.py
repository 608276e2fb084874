"""Where a bucket is: an address and a name as operators write them, to what S3's protocol needs to know.

The name may stand in the host (`https://BUCKET.s3.eu-west-1.amazonaws.com`), in the path (`https://HOST/BUCKET`) or
beside the address; what follows it in either is a prefix of every key. RunPod's own `rp_upload` reads the first form
and needs the name beside the second.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

_NAMED_IN_HOST = re.compile(  # by those whose addresses have a fixed form; a bucket's name may hold dots
    r"(?P<bucket>.+)\.(?P<service>s3([.-][\w.-]+)?\.amazonaws\.com(\.cn)?|s3\.[\w-]+\.backblazeb2\.com"
    r"|[0-9a-f]{32}(\.(eu|fedramp))?\.r2\.cloudflarestorage\.com|[a-z]{3}\d\.digitaloceanspaces\.com"
    r"|s3\.([\w-]+\.)?wasabisys\.com|s3\.[\w-]+\.scw\.cloud|storage\.googleapis\.com)"
)
_REGION = re.compile(  # behind "s3", or before the name of the service
    r"^s3[.-](?:dualstack\.)?(?P<aws>[a-z]{2}(?:-[a-z]+)+-\d)\.amazonaws"
    r"|^s3\.(?P<second>[\w-]+)\.(?:backblazeb2\.com|wasabisys\.com|scw\.cloud|io\.cloud\.ovh\.(?:net|us))$"
    r"|^s3api-(?P<runpod>[\w-]+)\.runpod\.io$|^(?P<first>[a-z]{3}\d)\.digitaloceanspaces\.com$"
)
_NAME = re.compile(r"[A-Za-z0-9][\w.-]{1,254}", re.ASCII)
_LABELS = re.compile(r"(?=.{3,63}$)[a-z0-9][a-z0-9-]*[a-z0-9](\.[a-z0-9][a-z0-9-]*[a-z0-9])*")  # as botocore has it
_HOST = re.compile(r"[\w.-]{1,253}|[0-9a-f:]+", re.ASCII | re.IGNORECASE)


class NoBucket(ValueError):
    """Neither an address nor a name beside it names a bucket."""


@dataclass(frozen=True)
class Bucket:
    """A bucket and the keys to it."""

    endpoint: str  # scheme, host and port of the service, without the bucket's name
    name: str
    prefix: str = ""  # of every key, without slashes at its ends
    region: str = "us-east-1"
    virtual: bool = False  # whether requests name the bucket in their host, and not in their path
    access_key: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)
    strange: bool = field(
        default=False, compare=False
    )  # whether a job brought it along, and nobody here vouches for it

    @property
    def host(self) -> str:
        """The host that requests go to."""
        host = urlsplit(self.endpoint).hostname or ""
        return f"{self.name}.{host}" if self.virtual else host


def bucket(address: str, name: str | None, access_key: str, secret_key: str) -> Bucket:
    """Return the bucket that an address and a name mean.

    Raises:
        ValueError: the address is none of HTTP, or names no bucket, or another one than `name`; the text says so
            without either.
    """
    parts = _taken_apart(address)
    host = parts.hostname or ""
    named, *rest = _segments(name or "") or [""]
    below = _segments(parts.path)
    virtual, service = _in_host(host, named)
    if virtual:
        if named not in ("", virtual):
            raise ValueError("the address names another bucket")
        named = virtual
        below = below[1:] if below[:1] == [named] else below
    elif not named:
        named, *below = below or [""]
    elif below[:1] == [named]:
        below = below[1:]
    if not _NAME.fullmatch(named):
        raise NoBucket("no bucket is named")
    return Bucket(
        f"{parts.scheme}://{_with_port(service, parts)}",
        named,
        "/".join([*below, *rest]),
        _region(service),
        _by_host(service, named, bool(virtual), parts),
        access_key,
        secret_key,
    )


def _taken_apart(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), 0
    if (
        parts.scheme not in ("http", "https")
        or parts.username is not None
        or parts.query
        or parts.fragment
        or port == 0
        or not _HOST.fullmatch(parts.hostname or "")
        or not address.isprintable()
    ):
        raise ValueError("the address is not one of http or https")
    return parts


def _segments(path: str) -> list[str]:
    return [segment for segment in path.split("/") if segment not in ("", ".", "..")]


def _in_host(host: str, name: str) -> tuple[str, str]:
    """Return the bucket that a host names, if it does, and the host of the service."""
    if name and host.startswith(f"{name}."):
        return name, host.removeprefix(f"{name}.")
    found = _NAMED_IN_HOST.fullmatch(host)
    return (found["bucket"], found["service"]) if found else ("", host)


def _with_port(host: str, parts: SplitResult) -> str:
    bracketed = f"[{host}]" if ":" in host else host
    return bracketed if parts.port is None else f"{bracketed}:{parts.port}"


def _region(service: str) -> str:
    """Return the region to sign for. MinIO and others without regions take the first one's name."""
    if service.endswith(".r2.cloudflarestorage.com"):
        return "auto"
    found = _REGION.match(service)
    return next(filter(None, found.groups())) if found else "us-east-1"


def _by_host(service: str, name: str, named_there: bool, parts: SplitResult) -> bool:
    """Tell whether requests name the bucket in their host: where its owner does so, and at AWS.

    Not a name that can be no label of a host, or with dots one that no certificate below the service is for.
    """
    if not _LABELS.fullmatch(name) or ("." in name and parts.scheme == "https"):
        return False
    return named_there or ".amazonaws.com" in service
