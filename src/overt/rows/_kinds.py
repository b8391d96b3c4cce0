"""Which kinds of file hold rows, by their endings; and a file of one of them, or why it cannot be read."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from overt.refusals import Refusal
from overt.rows._reading import shown_name

KINDS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "json lines",
    ".ndjson": "json lines",
    ".json": "json",
    ".parquet": "parquet",
    ".xlsx": "excel",
    ".xlsm": "excel",
    ".xlsb": "excel",
    ".xls": "excel",
    ".ods": "ods",
    ".sqlite": "sqlite",
    ".sqlite3": "sqlite",
    ".db": "sqlite",
    ".duckdb": "duckdb",
    ".ddb": "duckdb",
}
DELIMITERS = {"csv": ",", "tsv": "\t"}
_MAY_BE_PACKED = ("csv", "tsv", "json lines")
_ARRAY = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*\[")


@dataclass(frozen=True)
class RowsFile:
    """A file to be read."""

    path: Path
    name: str
    kind: str


def file_of(path: Path, kinds: Collection[str] = frozenset(KINDS.values())) -> RowsFile:
    """The file. Refuses one that is absent, empty, no regular file, not readable, or of none of the `kinds`."""
    name = shown_name(path.name)
    try:
        status = path.stat()
        str(path.absolute()).encode()
    except OSError:
        raise Refusal("source-absent", name, "there is no such file", "a file") from None
    except UnicodeEncodeError:
        raise Refusal("source-unreadable", name, "the path is not UTF-8", "a path in UTF-8", "rename it") from None
    if not stat.S_ISREG(status.st_mode):
        remedy = "write the data to a file and give that file"
        raise Refusal("source-not-a-file", name, "this is a device, a pipe or a socket", "a file", remedy)
    kind = kind_of(path)
    if kind is None or kind not in kinds:
        endings = sorted(ending for ending, kind in KINDS.items() if kind in kinds)
        packed = "; text files may end in .gz" if set(kinds) & set(_MAY_BE_PACKED) else ""
        wanted = f"one of {', '.join(endings)}{packed}"
        remedy = "give the file the extension that matches its content"
        if path.suffix.lower() == ".json":
            remedy = "give an array of flat objects, or write one object on each line and name the file .jsonl"
        raise Refusal(
            "source-kind-unknown",
            name,
            f"Overt does not read files with this extension ({shown_name(path.suffix)})",
            wanted,
            remedy,
        )
    if status.st_size == 0:
        raise Refusal("source-empty", name, "the file is empty", "a file that holds a table")
    if not os.access(path, os.R_OK):
        raise Refusal("source-unreadable", name, "you do not have permission to read it", "a file that you may read")
    return RowsFile(path, name, kind)


def kind_of(path: Path) -> str | None:
    """What kind of file the ending says, or `None`.

    A database file of either engine may end in .db, and of files that end in .json only an array is a table.
    """
    packed = path.suffix.lower() == ".gz"
    kind = KINDS.get(Path(path.stem).suffix.lower() if packed else path.suffix.lower())
    if packed:
        return kind if kind in _MAY_BE_PACKED else None
    if kind == "json":
        with suppress(OSError), path.open("rb") as stream:
            return kind if _ARRAY.match(stream.read(1024)) else None
        return None
    if kind in ("sqlite", "duckdb") and path.is_file():
        with suppress(OSError), path.open("rb") as stream:
            return "duckdb" if stream.read(12)[8:] == b"DUCK" else "sqlite"
    return kind


def stem_of(path: Path) -> str:
    """The name of a file without its endings."""
    name = path.name.removesuffix(path.suffix)
    return name.removesuffix(Path(name).suffix) if path.suffix.lower() == ".gz" else name
