"""Files to which lines are only added: written so that a stop at any moment loses nothing that was acknowledged.

A line is one JSON object. Lines written here carry the digest of the rest of the line under `sum`, so that a line that
was changed is not read as another one. A last line without its newline was torn by a stop; what it lacks was never
acknowledged. It is cut before anything is added, so that it cannot swallow the next line.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from overt.encoding import TwoWays, read_json
from overt.machine import sync

SUM = "sum"
FIRST = "0" * 64
_BACKWARDS = 1 << 16


class BadLine(ValueError):
    """A line that is not one JSON object, or not as it was written. It says what is wrong and repeats nothing."""

    def __init__(self, found: str, number: int = 0) -> None:
        super().__init__(found)
        self.number = number


def is_torn(path: Path) -> bool:
    """Whether the last line of a file lacks its newline; a file that is not there has no lines."""
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        start = _last_line(stream)
        return start < stream.seek(0, os.SEEK_END)


def whole_lines(path: Path) -> Iterator[bytes]:
    """The whole lines of a file one by one, without their newlines; one that is being written is not there yet."""
    if not path.is_file():
        return
    with path.open("rb") as stream:
        for line in stream:
            if line.endswith(b"\n"):
                yield line[:-1]


def last_line(path: Path) -> bytes | None:
    """The last whole line of a file, without its newline; none where there is none."""
    if not path.is_file():
        return None
    with path.open("rb") as stream:
        end = _last_line(stream)
        if not end:
            return None
        start = _last_line(stream, end - 1)
        stream.seek(start)
        return stream.read(end - 1 - start)


def cut_torn_line(path: Path) -> None:
    """Makes the file ready for the next line: a torn last line is cut, on the disk when this returns.

    A last line that lacks its newline alone, and is whole by its digest, is ended instead.
    """
    if not path.is_file() or not path.stat().st_size:
        return
    with path.open("r+b") as stream:
        start = _last_line(stream)
        stream.seek(start)
        torn = stream.read()
        if not torn:
            return
        if _is_whole(torn):
            stream.write(b"\n")
        else:
            stream.truncate(start)
        stream.flush()
        os.fsync(stream.fileno())


def _last_line(stream: Any, end: int | None = None) -> int:
    """Where the last line begins: behind the last newline, of the bytes before `end` where it is given."""
    end = stream.seek(0, os.SEEK_END) if end is None else end
    while end:
        start = max(0, end - _BACKWARDS)
        stream.seek(start)
        line_end = stream.read(end - start).rfind(b"\n")
        if line_end >= 0:
            return int(start + line_end + 1)
        end = start
    return 0


def _is_whole(line: bytes) -> bool:
    try:
        return SUM in json.loads(line) and bool(read_line(line))
    except (ValueError, TypeError, RecursionError):
        return False


def append_line(path: Path, line: bytes, mode: int = 0o600) -> None:
    """Adds a line; it is on the disk when this returns. A torn line in front of it is cut first."""
    cut_torn_line(path)
    new = not path.exists()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, mode), "ab") as stream:
        stream.write(line + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    if new:
        sync(path.parent)


def written(content: Mapping[str, Any]) -> bytes:
    """An object as a line, with its digest."""
    return _encoded({**content, SUM: _sum(content)})


def read_line(line: bytes) -> dict[str, Any]:
    """The object of a line, without its digest; raises `BadLine` for anything else.

    A line of an earlier edition has no digest, and is read as far as it is JSON.
    """
    try:
        content = read_json(line)
    except ValueError as error:
        raise BadLine(str(error) if isinstance(error, TwoWays) else "not JSON in UTF-8") from None
    if not isinstance(content, dict):
        raise BadLine("this is not an object")
    if SUM in content:
        digest = content.pop(SUM)
        # The very bytes, so that a blank more or another way of writing a letter is a change as well.
        if digest != _sum(content) or _encoded({**content, SUM: digest}) != line:
            raise BadLine("it does not bear its own digest")
    return content


def first_break(path: Path) -> int | None:
    """The number of the first line that does not follow the one before it, counted from 1; none if all do.

    For files whose lines carry the digest of the line before under `before`; the first carries zeros.
    """
    last = FIRST
    for number, line in enumerate(whole_lines(path), 1):
        try:
            before = read_line(line).get("before")
        except BadLine:
            return number
        if before != last:
            return number
        last = sha256(line).hexdigest()
    return None


def read_objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a file's whole lines with their numbers, from 1; raises `BadLine` with the number of another."""
    for number, line in enumerate(whole_lines(path), 1):
        try:
            yield number, read_line(line)
        except BadLine as bad:
            raise BadLine(str(bad), number) from None


def _sum(content: Mapping[str, Any]) -> str:
    return sha256(_encoded(content)).hexdigest()


def _encoded(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=True).encode()
