"""Which IP addresses are the public internet's: not this machine's, its network's, or its cloud's."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

_V4_NOT = (  # which `is_global` lets pass
    IPv4Network("168.63.129.16/32"),  # Azure's metadata
    IPv4Network("192.0.0.0/24"),  # special purposes; metadata of Oracle's
    IPv4Network("192.88.99.0/24"),  # relays to IPv6
)
_V6 = IPv6Network("2000::/3")  # all that is given out; beyond it, even `::7f00:1` counts as global
_V6_NOT = (
    IPv6Network("2001::/23"),  # Teredo and other special purposes
    IPv6Network("2002::/16"),  # 6to4, which leads to any IPv4 address
    IPv6Network("3fff::/20"),  # documentation
)
_NAT64 = IPv6Network("64:ff9b::/96")  # IPv4 addresses as a host without IPv4 sees them


def is_public(address: Address) -> bool:
    """Tell whether an address is one of the public internet."""
    if isinstance(address, IPv4Address):
        return address.is_global and not address.is_multicast and not any(address in net for net in _V4_NOT)
    inner = _embedded(address)
    if inner is not None:
        return is_public(inner)
    return address.is_global and address in _V6 and not any(address in net for net in _V6_NOT)


def _embedded(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address that is meant, if one is."""
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped


def parsed(text: str) -> Address:
    """Return an address as the system writes it, perhaps with a zone."""
    return ip_address(text)
