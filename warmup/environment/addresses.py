"""Values that name a place in the network: addresses, proxies, hosts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.util import find_spec
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import urlsplit

from warmup.environment.kinds import Kind

_PUBLIC = re.compile(r"([\w-]+\.)+[a-z]{2,}(/\S*)?", re.IGNORECASE)  # a host that surely speaks https
_HOST = re.compile(r"(localhost|([\w-]+\.)+\w+|[\w-]+(?=:))(:\d+)?(/\S*)?", re.IGNORECASE)
_SCHEME = re.compile(r"h?t+ps?([:;]/*|/+)", re.IGNORECASE)  # written with a slip
_NAME = re.compile(r"[\w-]{1,63}(\.[\w-]{1,63})*\.?|[\da-f:.]*:[\da-f:.]*(%\w+)?", re.ASCII)  # or an IPv6 address
_LIKE_IPV4 = re.compile(r"\d+.\d+.\d+.\d+", re.ASCII)  # to httpx, with any mark for a dot
_LISTED = re.compile(r"[\w.*-]+(:\d{1,4})?(/\d+)?", re.ASCII)


@dataclass(frozen=True)
class Address(Kind):
    """Where a server of HTTP is."""

    why: str = "an address begins with https://"

    @property
    def allowed(self) -> str:
        """The shape."""
        return "http(s)://..."

    def read(self, text: str) -> str:
        """Return the address if every client can take it apart."""
        _check(text, ("http", "https"))
        return text

    def mend(self, text: str) -> str:
        """Return the address with the scheme that a public host's name lacks."""
        return f"https://{text}" if _PUBLIC.fullmatch(text) else text

    def suggest(self, text: str) -> str | None:
        """Return the address with a scheme, if nothing else is wrong with it."""
        host = _SCHEME.sub("", text, 1)
        meant = f"https://{host}" if _PUBLIC.fullmatch(host) else f"http://{host}"
        try:
            return self.read(meant) if _HOST.fullmatch(host) else None
        except ValueError:
            return None


@dataclass(frozen=True)
class Proxy(Kind):
    """Where requests go instead, with or without a scheme."""

    @property
    def allowed(self) -> str:
        """The shape."""
        return "http(s)://host:port"

    def read(self, text: str) -> str:
        """Return the address, if httpx speaks to such a proxy."""
        socks = ("socks5", "socks5h") if text.startswith("socks5") and find_spec("socksio") else ()
        _check(text if "://" in text else f"http://{text}", ("http", "https", *socks))
        return text


@dataclass(frozen=True)
class Hosts(Kind):
    """Hosts that are reached without a proxy. httpx ends with a trace at one that it can't take apart."""

    why: str = "what is left out of it can't be read"

    @property
    def allowed(self) -> str:
        """The shape."""
        return "hosts with commas between them"

    def read(self, text: str) -> str:
        """Return the list if all of it is understood."""
        if not all(_is_host(item.strip()) for item in text.split(",")):
            raise ValueError(text)
        return text

    def mend(self, text: str) -> str:
        """Return the hosts that are understood, if not all of them are."""
        if all(_is_host(item.strip()) for item in text.split(",")):
            return text
        items = [item.strip("[]") for item in re.split(r"[\s,;]+", text)]
        return ",".join(filter(_is_host, items)) or text


def _check(text: str, schemes: tuple[str, ...]) -> None:
    """Raise ValueError for an address that a client of HTTP can't take apart."""
    parts = urlsplit(text)
    host = _NAME.fullmatch(parts.hostname or "")
    if not text.isprintable() or " " in text or parts.scheme not in schemes or not host or parts.port == 0:
        raise ValueError(text)
    if _LIKE_IPV4.fullmatch(host[0]):
        IPv4Address(host[0])


def _is_host(item: str) -> bool:
    if item in ("", "*") or _LISTED.fullmatch(item):
        return True
    try:
        IPv6Address(item)  # without a mask, at which httpx ends
    except AddressValueError:
        return False
    return True
