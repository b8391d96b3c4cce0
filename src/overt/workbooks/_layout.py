"""Whether every program reads a zip file alike.

A zip says twice what is in it: in front of each member, and in a directory at the end. Programs differ in which of the
two they believe, in which of two members of one name they take, and in what they pass over between members. A
workbook that two programs may read as two different ones is evidence of nothing, so all of that is refused.
"""

from __future__ import annotations

import struct
import unicodedata
import zipfile
from typing import IO

_LOCAL = struct.Struct("<4s5H3L2H")
_END = struct.Struct("<4s4H2LH")
_WIDE_END, _WIDE_LOCATOR = 56, 20
_IN_64_BITS = 0xFFFFFFFF
_WIDE_EXTRA = 0x0001
# What stands behind a member whose sizes were not known in front: with or without its sign, in 32 or 64 bits.
_DESCRIPTORS = (12, 16, 20, 24)
_ENCRYPTED, _LATER, _UTF8 = 0x1, 0x8, 0x800


def layout_fault(archive: zipfile.ZipFile, size: int) -> str:
    """What makes the file of so many bytes ambiguous, in words; empty if nothing does.

    The archive must have been opened from a file that can be read anywhere. Names of members are not repeated.
    """
    stream = archive.fp
    if stream is None:
        raise ValueError("the archive is closed")
    return _name_fault(archive.infolist()) or _place_fault(stream, archive, size)


def _name_fault(members: list[zipfile.ZipInfo]) -> str:
    seen: set[str] = set()
    for member in members:
        name = member.orig_filename
        # The workbook's own parts are named in these letters; what stands for a folder holds nothing.
        parts = name.rstrip("/").split("/")
        if "\0" in name or "\\" in name or not name or any(part in ("", ".", "..") for part in parts):
            return "a member whose name some programs take for another"
        alike = unicodedata.normalize("NFKC", name.rstrip("/")).casefold()
        if alike in seen:
            return "two members of one name, or names that differ only in case or form"
        seen.add(alike)
    return ""


def _place_fault(stream: IO[bytes], archive: zipfile.ZipFile, size: int) -> str:
    """Members must lie one behind another from the first byte on, with the directory behind them and nothing else."""
    expected = 0
    for member in sorted(archive.infolist(), key=lambda entry: entry.header_offset):
        gap = member.header_offset - expected
        if gap:
            return "bytes that belong to no member" if gap > 0 else "members that share bytes"
        stream.seek(member.header_offset)
        head = stream.read(_LOCAL.size)
        if len(head) < _LOCAL.size or head[:4] != b"PK\x03\x04":
            return "a member that is not where the directory says"
        _, _, flags, method, _, _, check, packed, unpacked, name_length, extra_length = _LOCAL.unpack(head)
        name, extra = stream.read(name_length), stream.read(extra_length)
        if (name, method) != (_raw_name(member), member.compress_type) or (flags ^ member.flag_bits) & (
            _ENCRYPTED | _LATER | _UTF8
        ):
            return "a member of which the directory says something else than the member itself"
        sizes = _sizes(packed, unpacked, extra)
        sizes_given = (check, *sizes)
        if sizes_given != (member.CRC, member.compress_size, member.file_size) and not (
            flags & _LATER and check in (0, member.CRC) and set(sizes) <= {0, member.compress_size, member.file_size}
        ):
            return "a member of which the directory says something else than the member itself"
        end = stream.tell() + member.compress_size
        expected = end + (_descriptor(stream, end, member) if flags & _LATER else 0)
    return _end_fault(stream, archive, expected, size)


def _raw_name(member: zipfile.ZipInfo) -> bytes:
    return member.orig_filename.encode("utf-8" if member.flag_bits & _UTF8 else "cp437")


def _sizes(packed: int, unpacked: int, extra: bytes) -> tuple[int, int]:
    """The sizes in front of a member, from the field for large files where they stand there."""
    if _IN_64_BITS not in (packed, unpacked):
        return packed, unpacked
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        if kind == _WIDE_EXTRA and length >= 16:
            wide = struct.unpack_from("<QQ", extra, 4)
            return wide[1], wide[0]
        extra = extra[4 + length :]
    return packed, unpacked


def _descriptor(stream: IO[bytes], end: int, member: zipfile.ZipInfo) -> int:
    """The length of what stands behind a member and repeats its sizes; 0 if there is no such thing."""
    stream.seek(end)
    data = stream.read(max(_DESCRIPTORS))
    for wide in ("<LLL", "<LQQ"):
        expected = struct.pack(wide, member.CRC, member.compress_size, member.file_size)
        for whole in (b"PK\x07\x08" + expected, expected):
            if data.startswith(whole):
                return len(whole)
    return 0


def _end_fault(stream: IO[bytes], archive: zipfile.ZipFile, directory: int, size: int) -> str:
    """The directory must begin where the members end, hold these members, and be the last thing in the file."""
    if archive.start_dir != directory:
        return "bytes that belong to no member"
    last = size - _END.size - len(archive.comment)
    stream.seek(last)
    data = stream.read(_END.size)
    if len(data) < _END.size or data[:4] != b"PK\x05\x06" or _END.unpack(data)[-1] != len(archive.comment):
        return "bytes behind the end of the zip"
    stream.seek(directory)
    body = stream.read(last - directory)
    end, count = _directory(body)
    if count != len(archive.infolist()):
        return "a directory that is not what it says"
    rest = body[end:]
    wide = len(rest) == _WIDE_END + _WIDE_LOCATOR and rest[:4] == b"PK\x06\x06" and rest[56:60] == b"PK\x06\x07"
    return "" if not rest or wide else "bytes that belong to no member"


def _directory(body: bytes) -> tuple[int, int]:
    """Where the entries of the directory end, and how many they are; no such number if one is cut."""
    at = count = 0
    while body[at : at + 4] == b"PK\x01\x02" and at + 46 <= len(body):
        at += 46 + sum(struct.unpack_from("<HHH", body, at + 28))
        count += 1
    return (at, count) if at <= len(body) else (at, -1)
