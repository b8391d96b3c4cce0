"""Zip files that two programs may read as two different workbooks, made from an honest one. Knows nothing of Overt."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
from collections.abc import Iterator

Files = dict[str, bytes]


def whole(files: Files, *, streamed: bool = False, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An honest zip; `streamed` writes sizes behind the members, as programs do that cannot go back."""
    target = io.BytesIO()
    out = _Forward(target) if streamed else target
    with zipfile.ZipFile(out, "w", compression) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


class _Forward:
    """A stream that cannot go back."""

    def __init__(self, target: io.BytesIO) -> None:
        self.target = target

    def write(self, data: bytes) -> int:
        return self.target.write(data)

    def flush(self) -> None:
        """Nothing is held back."""


def ambiguous(files: Files, other: bytes) -> Iterator[tuple[str, bytes]]:
    """Each way to show `other` to one program and the honest content to another, for each member."""
    for streamed in (False, True):
        honest = whole(files, streamed=streamed)
        for name in files:
            for alias in _aliases(name):
                for first in (False, True):
                    yield f"second {alias!r}, first={first}", _twice(files, alias, other, first)
            yield f"local name of {name}", _local_name(honest, name)
            yield f"hidden before {name}", _hidden(honest, name, other)
        yield "in front", b"PK\x03\x04 something in front" + honest
        yield "in front, of another zip", whole({"a": other}) + honest
        yield "behind", honest + whole({"a": other})
        yield "behind the end", honest + b"\0" * 30
        for at, size in ((14, 4), (18, 4), (22, 4), (8, 2)):
            for start in _starts(honest):
                yield f"local field {at}", _flip(honest, start + at, size)
        for at in (16, 20, 24, 42):
            for start in _entries(honest):
                yield f"directory field {at}", _flip(honest, start + at, 4)


def _aliases(name: str) -> list[str]:
    return [
        name, name.upper(), name.capitalize(), "/" + name, "./" + name, "x/../" + name, name.replace("/", "\\") + "\\",
        name.replace("e", "\uff45"), name + "/", name.replace("/", "//") if "/" in name else "//" + name,
    ]  # fmt: skip


def _twice(files: Files, alias: str, other: bytes, first: bool) -> bytes:
    target = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")
        if first:
            archive.writestr(alias, other)
        for name, data in files.items():
            archive.writestr(name, data)
        if not first:
            archive.writestr(alias, other)
    return target.getvalue()


def _starts(data: bytes) -> list[int]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [each.header_offset for each in archive.infolist()]


def _entries(data: bytes) -> list[int]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        at, found = archive.start_dir, []
        for _ in archive.infolist():
            found.append(at)
            at += 46 + sum(struct.unpack_from("<HHH", data, at + 28))
    return found


def _flip(data: bytes, at: int, size: int) -> bytes:
    changed = bytearray(data)
    for place in range(at, at + size):
        changed[place] ^= 0x5A
    return bytes(changed)


def _local_name(data: bytes, name: str) -> bytes:
    at = data.index(name.encode())
    return data[:at] + bytes([data[at] ^ 0x20]) + data[at + 1 :]


def _hidden(data: bytes, name: str, other: bytes) -> bytes:
    """Another member in front of one, which the directory does not know."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        cut, start = archive.getinfo(name).header_offset, archive.start_dir
    extra = whole({name: other}, compression=zipfile.ZIP_STORED)
    extra = extra[: extra.index(b"PK\x01\x02")]
    changed = bytearray(data[:cut] + extra + data[cut:])
    shift = len(extra)
    for at in _entries(data):
        offset = struct.unpack_from("<L", data, at + 42)[0]
        struct.pack_into("<L", changed, at + shift + 42, offset + (shift if offset >= cut else 0))
    end = changed.rindex(b"PK\x05\x06")
    struct.pack_into("<L", changed, end + 16, start + shift)
    return bytes(changed)
