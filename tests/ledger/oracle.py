"""The slow, plain way: RFC 9162 section 2.1, written as it stands there."""

from __future__ import annotations

from hashlib import sha256


def _split(count: int) -> int:
    power = 1
    while power * 2 < count:
        power *= 2
    return power


def root(entries: list[bytes]) -> bytes:
    """MTH(D)."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    middle = _split(len(entries))
    return sha256(b"\x01" + root(entries[:middle]) + root(entries[middle:])).digest()


def inclusion(index: int, entries: list[bytes]) -> list[bytes]:
    """PATH(m, D)."""
    if len(entries) == 1:
        return []
    middle = _split(len(entries))
    if index < middle:
        return [*inclusion(index, entries[:middle]), root(entries[middle:])]
    return [*inclusion(index - middle, entries[middle:]), root(entries[:middle])]


def consistency(old: int, entries: list[bytes], whole: bool = True) -> list[bytes]:
    """PROOF(m, D)."""
    if old == len(entries):
        return [] if whole else [root(entries)]
    middle = _split(len(entries))
    if old <= middle:
        return [*consistency(old, entries[:middle], whole), root(entries[middle:])]
    return [*consistency(old - middle, entries[middle:], False), root(entries[:middle])]
