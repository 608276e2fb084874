"""An address as a stranger writes it to the host, port and path that are asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from tts.errors import DownloadRefused

_PORTS = {"http": 80, "https": 443}
_NAME = r"[a-z0-9_]([a-z0-9._-]{0,251}[a-z0-9_])?\.?"
_KEPT = "/%:=&?~#+!$,;'@()*[]-._|"  # as they are in a path; the rest is percent-encoded


@dataclass(frozen=True)
class Target:
    """What is asked, and of whom."""

    scheme: str
    host: str  # a name, or an IP address without brackets
    port: int
    path: str  # with the query

    @property
    def authority(self) -> str:
        """Host and port as the Host field has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def target(url: str) -> Target:
    """Read an address.

    Raises:
        DownloadRefused: it is none of http or https, or holds a login.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
        host = host if host.isascii() else host.encode("idna").decode()
    except ValueError as error:  # UnicodeError too
        raise refused("voice_url can't be read as an address") from error
    if parts.scheme not in _PORTS:
        raise refused("voice_url is no address of http or https")
    if "@" in parts.netloc:
        raise refused("voice_url holds a login", "send an address that needs none, such as a signed one")
    if port == 0 or not (re.fullmatch(_NAME, host) or re.fullmatch(r"[0-9a-f:.]{2,45}", host)):
        raise refused("voice_url can't be read as an address")
    path = quote(parts.path or "/", safe=_KEPT) + (f"?{quote(parts.query, safe=_KEPT)}" if parts.query else "")
    return Target(parts.scheme, host, port or _PORTS[parts.scheme], path)


def redirected(before: Target, url: str, location: str) -> str:
    """Return the address that a redirect leads to; `location` is as it came, each byte a character.

    Raises:
        DownloadRefused: it leads from an encrypted connection to one that isn't.
    """
    try:
        there = urljoin(url, location.encode("latin-1").decode(errors="replace"))
    except ValueError as error:
        raise refused(f"{before.host} redirects to what is no address") from error
    if before.scheme == "https" and target(there).scheme == "http":
        raise refused(f"{before.host} redirects from https to http")
    return there


def refused(message: str, hint: str = "send a public address of http or https, or voice_base64") -> DownloadRefused:
    """Return the refusal to ask for an address."""
    return DownloadRefused(message, hint, "voice_url")
