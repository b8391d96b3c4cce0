"""Which client a request comes from: the other end of the connection, or whom a trusted proxy says it is.

A proxy in front of the portal is the other end of every connection. It writes the address it was asked from into a
header, behind what was there before; everything before that was written by others and may be invented. So the
header is read from its right end, and only as far as one trusted proxy vouches for the next hop:

1. The connection comes from an address that is not a trusted proxy: that address is the client.
2. Else the last address of the header is looked at. If it is a trusted proxy too, the one before it, and so on.
3. The first that is not a trusted proxy is the client.
4. Where the header ends, or holds something that is no address, the last proxy itself stands for the client.

Only one of the two headers is read: a proxy that writes one of them passes on whatever was in the other.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator, MutableMapping, Sequence
from typing import Any

# Whoever is given IPv6 is given a network of this size, and may use every address of it.
_ONE_CLIENT = 64

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

FORWARDED, X_FORWARDED_FOR = "forwarded", "x-forwarded-for"
HEADERS = (X_FORWARDED_FOR, FORWARDED)
# More hops than any proxies make: an attacker's header is not read to its end.
_MOST_HOPS = 20
_LONGEST = 4_000
# A part of a list, in which a comma inside quotation marks separates nothing (RFC 9110, section 5.6).
_PART = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+')
_PAIR = re.compile(r'\s*([!#$%&\'*+.^_`|~0-9a-z-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*))\s*(?:;|$)', re.IGNORECASE)
_WITH_PORT = re.compile(r"\[([0-9a-f:.]+)\](?::\w+)?|([0-9.]+):\w+", re.IGNORECASE)


def read_proxies(texts: Iterable[str]) -> tuple[Network, ...]:
    """The networks that were written; a `ValueError` for one that is no address and no network."""
    return tuple(ipaddress.ip_network(text.strip()) for text in texts)


class Clients:
    """Tells clients apart. `proxies` are trusted to say whom they ask for, in `header`."""

    def __init__(self, proxies: Sequence[Network] = (), header: str = X_FORWARDED_FOR) -> None:
        self._proxies = tuple(proxies)
        self._header = header.encode("latin-1")
        self._hops = _forwarded_hops if header == FORWARDED else _x_forwarded_hops

    def trusts(self, host: str) -> bool:
        """Whether the other end of a connection is a trusted proxy."""
        address = _address(host)
        return address is not None and self._is_proxy(address)

    def of(self, scope: MutableMapping[str, Any]) -> str:
        """The client of a request: an IPv4 address, an IPv6 network of 64 bits, or nothing where neither is known."""
        host = scope["client"][0] if scope.get("client") else ""
        parsed = _address(host)
        if parsed is None:
            return ""
        if self._is_proxy(parsed):
            for hop in self._written(scope):
                address = _address(hop)
                if address is None:
                    break
                parsed = address
                if not self._is_proxy(parsed):
                    break
        return _one_client(parsed)

    def unread(self, scope: MutableMapping[str, Any]) -> bool:
        """Whether a proxy that is not trusted seems to have sent a request: its limits apply to everyone behind it."""
        host = scope["client"][0] if scope.get("client") else ""
        named = {name.encode("latin-1") for name in HEADERS}
        return not self.trusts(host) and any(name in named for name, _ in scope["headers"])

    def _written(self, scope: MutableMapping[str, Any]) -> Iterator[str]:
        """The hops of the header, the last first. Each line is read by itself: none can spoil the next."""
        left = _MOST_HOPS
        for name, value in reversed(scope["headers"]):
            if name == self._header and left:
                hops = self._hops(value[-_LONGEST:].decode("latin-1"))[-left:]
                left -= len(hops)
                yield from reversed(hops)

    def _is_proxy(self, address: Address) -> bool:
        return any(address.version == network.version and address in network for network in self._proxies)


def client_of(host: str) -> str:
    """The client at the other end of a connection."""
    address = _address(host)
    return _one_client(address) if address is not None else ""


def _one_client(address: Address) -> str:
    """Who has this address. Whoever has one address of IPv6 has 2**64 of them, so that these are one."""
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(ipaddress.ip_network((address, _ONE_CLIENT), strict=False))


def _x_forwarded_hops(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")]


def _forwarded_hops(text: str) -> list[str]:
    """The addresses of `for` (RFC 7239); an empty text for a hop that names none or more than one.

    A line with a quotation mark that is never closed has no hops that could be believed.
    """
    parts = _PART.findall(text)
    if ",".join(parts) != text:
        return [""]
    hops = []
    for part in parts:
        whole, pairs = 0, []
        for pair in _PAIR.finditer(part):
            if pair.start() != whole:
                break
            whole = pair.end()
            quoted = pair[2] is not None
            value = re.sub(r"\\(.)", r"\1", pair[2]) if quoted else pair[3]
            pairs.append((pair[1].lower(), value))
        named = [value for name, value in pairs if name == "for"]
        hops.append(named[0] if whole == len(part) and len(named) == 1 else "")
    return hops


def _address(text: str) -> Address | None:
    """An address with or without a port, brackets and zone; nothing for what is none."""
    text = text.strip()
    with_port = _WITH_PORT.fullmatch(text)
    if with_port:
        text = with_port[1] or with_port[2]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    # An IPv4 caller of a server that listens on IPv6.
    return (address.ipv4_mapped or address) if isinstance(address, ipaddress.IPv6Address) else address


def is_in(client: str, networks: Iterable[Network]) -> bool:
    """Whether a client, as `Clients.of` tells it, has an address of one of these networks."""
    try:
        own = ipaddress.ip_network(client)
    except ValueError:
        return False
    return any(own.version == network.version and own.overlaps(network) for network in networks)
