"""Which network addresses may be connected to: only public ones, whatever name or form led there."""

from __future__ import annotations

import errno
import ipaddress
import socket
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
REFUSED = "refused address"
_NOT_PUBLIC = tuple(
    ipaddress.ip_network(network)
    for network in (
        "64:ff9b::/96", "64:ff9b:1::/48",  # NAT64: reaches any IPv4 address
        "2002::/16", "2001::/32",  # 6to4 and Teredo: carry an IPv4 address inside
        "::/96", "fec0::/10", "192.88.99.0/24",
        "192.0.0.0/24", "198.18.0.0/15", "5f00::/16", "3fff::/20",  # which of these Python knows depends on its version
        "168.63.129.16/32",  # a cloud's metadata service outside the private ranges
    )
)  # fmt: skip


class RefusedAddressError(OSError):
    """A connection to an address that is not public."""


def is_public(address: Address) -> bool:
    """Whether the address is anyone's on the open internet: not private, loopback, link-local, metadata or a tunnel."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    if any(address.version == net.version and address in net for net in _NOT_PUBLIC):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def socket_factory(allowed: Sequence[str] = ()) -> Callable[[Any], socket.socket]:
    """Makes the sockets of the client: every connection passes here with the address it is really for.

    Checking a name before it is resolved, or an answer before it is used, leaves gaps (DNS answers change between the
    two, literal addresses are never resolved); here there is none. `allowed` names networks let through all the same,
    for servers of one's own.
    """

    exceptions = [ipaddress.ip_network(network) for network in allowed]

    def make(info: Any) -> socket.socket:
        family, kind, protocol, _, where = info
        address = ipaddress.ip_address(str(where[0]).partition("%")[0])
        if not is_public(address) and not any(address.version == net.version and address in net for net in exceptions):
            raise RefusedAddressError(errno.EACCES, f"{REFUSED}: {address} is not public")
        return socket.socket(family=family, type=kind, proto=protocol)

    return make


def usable_url(url: str) -> str | None:
    """Why this URL is not to be fetched, or None where it may be tried."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        return f"not an address: {error}"[:120]
    if parts.scheme not in ("http", "https"):
        return f"scheme {parts.scheme[:20]!r} is not fetched"
    if not host:
        return "no host"
    if parts.username is not None or parts.password is not None:
        return "carries a user name"
    if len(url) > 4096 or any(c <= " " or c == "\x7f" for c in url):
        return "too long" if len(url) > 4096 else "holds spaces or control characters"
    return None
