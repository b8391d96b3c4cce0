"""What was read from a source: its files, its tables, and how far reading may go."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from overt.refusals import Refusal
from overt.rows import ReadingLimits

Progress = Callable[[str, int], None]
"""Called with the name of a table and how many of its rows have been read so far."""


@dataclass(frozen=True)
class Limits(ReadingLimits):
    """How much a source may ask of the machine before it is refused: in reading it, and in the engine."""

    tables: int = 1_000
    mapping_seconds: float = 3_600
    memory: str = "1GiB"
    threads: int | None = None


@dataclass(frozen=True)
class SourceFile:
    """A file that was read: its name within the source, where it lies, and SHA-256 of its bytes."""

    name: str
    path: str
    size: int
    modified_ns: int
    digest: str


@dataclass(frozen=True)
class SourceTable:
    """A table of the source. `held` is the Parquet file it still lies in, where it was not copied.

    `rows` leaves out those that are blank throughout, of which there are `blank`. `first_row` is the number that a
    person sees beside the first of them in the file: 2 under a row of names. `filled` are the rows in which each column
    holds a value.
    """

    name: str
    origin: str
    rows: int
    columns: tuple[tuple[str, str], ...]
    held: str | None = None
    first_row: int = 1
    blank: int = 0
    filled: tuple[int, ...] = ()


@dataclass(frozen=True)
class SourceAccount:
    """What was read. `name` is for people: no password, no folder of whoever read it.

    `digest` is SHA-256 in hexadecimal: of the file's bytes; of a folder, over one line `name NUL digest`
    for each file that was read, by name; of a database server, over the names, types, row counts and
    order-free content digests of its tables, since it has no bytes to digest. `notes` say what a reader
    of the results must know; `unread` are files of a folder that hold no table.
    """

    name: str
    kind: str
    digest: str
    tables: tuple[SourceTable, ...]
    files: tuple[SourceFile, ...] = ()
    synthetic: bool = False
    notes: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def by_name(self) -> dict[str, SourceTable]:
        """Tables by their names."""
        return {table.name: table for table in self.tables}

    @property
    def held_files(self) -> list[Path]:
        """The Parquet files that a connection must be allowed to read."""
        return [Path(table.held) for table in self.tables if table.held is not None]

    def as_json(self) -> str:
        """The account as text that `account_from_json` reads back."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)


def account_from_json(text: str) -> SourceAccount:
    """The account that `as_json` wrote."""
    kept = json.loads(text)
    tables = tuple(
        SourceTable(
            **{
                **table,
                "columns": tuple((name, kind) for name, kind in table["columns"]),
                "filled": tuple(table["filled"]),
            }
        )
        for table in kept["tables"]
    )
    files = tuple(SourceFile(**file) for file in kept["files"])
    return SourceAccount(
        **{**kept, "tables": tables, "files": files, "notes": tuple(kept["notes"]), "unread": tuple(kept["unread"])}
    )


def check_unchanged(account: SourceAccount) -> None:
    """Refuses a source of which a file has changed since it was read.

    Only size and time of the last change are looked at: this is for honest accidents, such as an
    export that was still being written.
    """
    for file in account.files:
        try:
            status = Path(file.path).stat()
        except OSError:
            raise _changed(file.name) from None
        if (status.st_size, status.st_mtime_ns) != (file.size, file.modified_ns):
            raise _changed(file.name)


def _changed(name: str) -> Refusal:
    return Refusal(
        "source-changed",
        name,
        "the file changed while Overt was reading it",
        "",
        "wait until the export has finished, or copy the file, then run the same command again",
    )
