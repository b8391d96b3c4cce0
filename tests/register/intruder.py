"""Somebody who can write in a register's folder, and nothing else: changes bytes, cuts, swaps and deletes files.

Apart from what it attacks: it knows a folder of files and that one of them is a SQLite database.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Attack:
    """What was done to a copy of the register: the kind of file, the kind of change, and where."""

    path: str
    how: str
    at: int

    def __str__(self) -> str:
        return f"{self.how} at byte {self.at} of {self.path}"


def files_of(folder: Path) -> list[str]:
    """Every file that says something; locks are empty."""
    return sorted(
        each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file() and each.stat().st_size
    )


def kind_of(path: str) -> str:
    """Charters, tiles and the like by their folder; other files by their name."""
    parts = path.split("/")
    if parts[0] == "public" and len(parts) > 2:
        return "/".join(parts[:2])
    return parts[0] if len(parts) > 1 and parts[0] != "public" else path


def byte_changes(folder: Path, count: int, seed: int) -> Iterator[tuple[Attack, bytes]]:
    """So many changes of one byte, each kind of file as often as any other; with the new bytes of the file."""
    draw = random.Random(seed)
    kinds: dict[str, list[str]] = {}
    for path in files_of(folder):
        kinds.setdefault(kind_of(path), []).append(path)
    for number in range(count):
        path = draw.choice(kinds[sorted(kinds)[number % len(kinds)]])
        data = bytearray((folder / path).read_bytes())
        at = draw.randrange(len(data))
        data[at] ^= draw.randrange(1, 256)
        yield Attack(path, "a byte changed", at), bytes(data)


def cuts_and_additions(folder: Path, count: int, seed: int) -> Iterator[tuple[Attack, bytes]]:
    """Files cut short, and files with bytes after their end."""
    draw = random.Random(seed)
    paths = files_of(folder)
    for number in range(count):
        path = paths[number % len(paths)]
        data = (folder / path).read_bytes()
        if draw.random() < 0.5:
            at = draw.randrange(len(data))
            yield Attack(path, "cut", at), data[:at]
        else:
            more = draw.choice([b"\n", b"\0", b"x", draw.randbytes(40), data[-60:]])
            yield Attack(path, "bytes added", len(data)), data + more


def swaps(folder: Path, count: int, seed: int) -> Iterator[tuple[Attack, str]]:
    """Pairs of files to change places, whose bytes differ; gives the other's path."""
    draw = random.Random(seed)
    paths = files_of(folder)
    for _ in range(count):
        while True:
            one, other = draw.sample(paths, 2)
            if (folder / one).read_bytes() != (folder / other).read_bytes():
                break
        yield Attack(one, "swapped with another file", 0), other


def content_of(database: Path) -> dict[str, list[tuple[object, ...]]] | None:
    """What each table and the schema say when the file is read as it is; none if it cannot be read."""
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro&immutable=1", uri=True)) as opened:
            opened.text_factory = bytes
            names = [row[0].decode() for row in opened.execute("select name from sqlite_schema where type = 'table'")]
            found = {
                name: sorted(opened.execute(f'select rowid, * from "{name}" not indexed').fetchall(), key=repr)
                for name in names
            }
            schema = "select type, name, tbl_name, sql from sqlite_schema"
            return {**found, "sqlite_schema": sorted(opened.execute(schema).fetchall(), key=repr)}
    except (sqlite3.Error, UnicodeDecodeError):
        return None


def copy(folder: Path, to: Path) -> Path:
    """A fresh copy to attack."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(folder, to)
    return to
