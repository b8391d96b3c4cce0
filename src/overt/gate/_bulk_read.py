"""Reads what a bulk admission is given, in pieces that several processes stage at once."""

from __future__ import annotations

import datetime as dt
import difflib
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from overt.charter import Charter
from overt.gate._outcome import Proposed, Reason, refuse
from overt.gate._reading import read_proposed
from overt.gate._rules import CharterRules
from overt.gate._shape import PROPOSABLE, stage
from overt.model import ENTRY, TABLES, Kind
from overt.refusals import Refusal, raise_all
from overt.register import Provenance, kept_columns, leaf_of
from overt.rows import FileReading, ReadingLimits, open_parquet, open_rows
from overt.workbooks import column_letter

PIECE = 4_000
OWN_COLUMN = "recorded_at"
"""The one column of every table that the register fills by itself."""
_ENDINGS = {".jsonl", ".ndjson", ".csv", ".parquet"}
_TRUTH = {"true": True, "false": False, "yes": True, "no": False, "1": True, "0": False}


@dataclass(frozen=True)
class Piece:
    """Records of one file: lines of JSON, or rows of one table.

    `first` numbers them over all files, and `line` is that of the first in its own, as a spreadsheet shows it.
    """

    first: int
    table: str | None
    file: str
    line: int
    rows: list[Any] = field(repr=False)


@dataclass(frozen=True)
class BulkForm:
    """How text files are read: their encoding, and what stands between the fields of a row."""

    encoding: str = "utf-8"
    delimiter: str = ""


@dataclass(frozen=True)
class StagedPiece:
    """Rows in the register's form by table, with columns n, together and the table's own; and their faults.

    A fault is (number, unit, reason). Tables of Arrow go from process to process quicker than rows.
    """

    first: int
    file: str
    line: int
    count: int
    rows: dict[str, pa.Table] = field(repr=False)
    faults: list[tuple[int, str, Reason]] = field(repr=False)


def files_of(paths: Iterable[Path]) -> list[Path]:
    """The files to read, folders in the order of the model's tables; refuses what is none.

    Of a folder every file of records must be called as a table, so that none is passed over unseen.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = [file for file in path.iterdir() if file.suffix in _ENDINGS]
            files += sorted(inside, key=lambda file: (_order(file.stem), file.name))
        elif path.is_file() and path.suffix in _ENDINGS:
            files.append(path)
        else:
            raise Refusal(
                "source-absent", str(path), "there is no such file", f"a file ending in {', '.join(sorted(_ENDINGS))}"
            )
    if not files:
        raise Refusal(
            "source-absent", ", ".join(map(str, paths)), "there is no file of records", "a file for file table"
        )
    raise_all([_not_a_table(path) for path in files if not _is_placed(path, paths)])
    return files


def _order(table: str) -> int:
    return PROPOSABLE.index(table) if table in PROPOSABLE else len(PROPOSABLE)


def _is_placed(path: Path, named: Iterable[Path]) -> bool:
    """Whether the file says for which table its rows are: by its name, or line by line where it was named itself."""
    return path.stem in PROPOSABLE or (path.suffix not in (".csv", ".parquet") and path in named)


def _not_a_table(path: Path) -> Refusal:
    if path.stem in TABLES:
        problem = "a table whose rows only the register itself writes"
        return Refusal(
            "bulk-table", str(path), problem, "tables that can be proposed", "remove the file from the folder"
        )
    if path.suffix not in (".csv", ".parquet"):
        remedy = "give the file itself and not its folder, or take it out of the folder"
        return Refusal(
            "bulk-table",
            str(path),
            "the file name is not the name of a table in the model",
            "records.jsonl by itself",
            remedy,
        )
    near = difflib.get_close_matches(path.stem.lower(), PROPOSABLE, 1)
    way = "overt map tables makes a file for each table of one sheet"
    remedy = f"did you mean {near[0]}{path.suffix}?" if near else way
    return Refusal(
        "bulk-table", str(path), "the file name is not the name of a table in the model", ", ".join(PROPOSABLE), remedy
    )


def digest_of(files: Iterable[Path]) -> str:
    """What tells these files from others."""
    whole = hashlib.sha256()
    for path in files:
        with path.open("rb") as stream:
            whole.update(f"{path.name}\0".encode() + hashlib.file_digest(stream, "sha256").digest())
    return whole.hexdigest()


def pieces(files: Iterable[Path], form: BulkForm) -> Iterator[Piece]:
    """All records in the order of the files."""
    first = 0
    for path in files:
        # The first row of a CSV file holds the names of its columns.
        line = 2 if path.suffix == ".csv" else 1
        for rows in _rows(path, form):
            table = path.stem if path.suffix in (".csv", ".parquet") else None
            yield Piece(first, table, str(path), line, rows)
            first += len(rows)
            line += len(rows)


def _rows(path: Path, form: BulkForm) -> Iterator[list[Any]]:
    if path.suffix == ".parquet":
        for batch in open_parquet(path, path.name, ReadingLimits()).batches(PIECE):
            yield batch.to_pylist()
    elif path.suffix == ".csv":
        with open_rows(path, FileReading(form.encoding, form.delimiter or None)) as opened:
            rows = (dict(zip(opened.header, cells, strict=True)) for _, cells in opened.rows)
            while some := list(islice(rows, PIECE)):
                yield some
    else:
        with path.open("rb") as stream:
            while data := list(islice(stream, PIECE)):
                yield data


def check_columns(files: Iterable[Path], form: BulkForm) -> tuple[str, ...]:
    """Refuses, with all of them at once, columns that a file's table does not have; says which are not taken.

    A column is named by its place: what stands above a column that nobody knows may itself be somebody's.
    """
    faults, notes = [], []
    for path in files:
        if path.suffix not in (".csv", ".parquet"):
            continue
        columns = kept_columns(path.stem)
        for place, name in enumerate(_header(path, form), start=1):
            if name == OWN_COLUMN:
                notes.append(
                    f"{path}: {name} is not accepted, since the register itself records when it recorded a row"
                )
            elif name not in columns:
                near = difflib.get_close_matches(name.strip().lower().replace(" ", "_"), columns, 1)
                wanted = f"columns of {path.stem}: {', '.join(columns)}"
                remedy = f"did you mean {near[0]}?" if near else "rename the column, or take it out"
                where = f"{path}, line 1, column {column_letter(place)}"
                problem = f"a column that the table {path.stem} does not have"
                faults.append(Refusal("column-unknown", where, problem, wanted, remedy))
    raise_all(faults)
    return tuple(notes)


def _header(path: Path, form: BulkForm) -> tuple[str, ...]:
    if path.suffix == ".parquet":
        return tuple(open_parquet(path, path.name, ReadingLimits()).schema.names)
    with open_rows(path, FileReading(form.encoding, form.delimiter or None)) as opened:
        return opened.header


class Stager:
    """Stages pieces in a process of its own: reading, shape, names and the charter's rules."""

    def __init__(self, charter: Charter | None, day: dt.date, actor: str) -> None:
        self.rules = CharterRules(charter, day)
        self.actor = actor

    def stage(self, piece: Piece) -> StagedPiece:
        """The piece in the register's form."""
        rows: dict[str, list[tuple[Any, ...]]] = {}
        faults: list[tuple[int, str, Reason]] = []
        for number, record in _proposed(piece):
            if isinstance(record, Reason):
                faults.append((number, f"line:{number}", record))
                continue
            staged, reasons = stage(record)
            unit = f"line:{number}"
            if record.change != "collect":
                reasons.append(
                    refuse("bulk-collects", record.table, "a change among rows of a register kept elsewhere")
                )
            if staged is not None:
                unit = unit_of(record.table, staged.values)
                reasons += self.rules.reasons(record.table, staged.values, self.actor)
                rows.setdefault(record.table, []).append((number, unit, *staged.values.values()))
            faults += [(number, unit, reason) for reason in reasons]
        arrow = {name: _as_arrow(name, some) for name, some in rows.items()}
        return StagedPiece(piece.first, piece.file, piece.line, len(piece.rows), arrow, faults)


def _as_arrow(table: str, rows: list[tuple[Any, ...]]) -> pa.Table:
    columns = [pa.array(column) for column in zip(*rows, strict=True)]
    return pa.table(columns, names=["n", "together", *kept_columns(table)])


def unit_of(table: str, values: dict[str, Any]) -> str:
    """What is decided together: an entry with all that belongs to it, else each row alone."""
    if values.get(ENTRY.entry_id) is not None:
        return f"entry:{values[ENTRY.entry_id]}"
    return f"{table}:{values[TABLES[table].key.name]}"


def _proposed(piece: Piece) -> Iterator[tuple[int, Proposed | Reason]]:
    """The records with their numbers; a line that cannot be read is a reason instead."""
    if piece.table is None:
        for number, data in enumerate(piece.rows, start=piece.first):
            if data.strip():
                try:
                    yield number, read_proposed(data, "")
                except Refusal as fault:
                    yield number, refuse(fault.code, "", fault.found, fault.wanted)
        return
    kinds = {column.name: column.kind for column in TABLES[piece.table].columns}
    for number, row in enumerate(piece.rows, start=piece.first):
        values = {name: _plain(value, kinds.get(name)) for name, value in row.items() if name != OWN_COLUMN}
        yield number, Proposed(piece.table, values)


def _plain(value: Any, kind: Kind | None) -> Any:
    """A cell as JSON would have it; what a CSV cannot say by its own is read by the column's kind."""
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if not isinstance(value, str) or kind in (None, Kind.TEXT, Kind.DATE, Kind.TIMESTAMP):
        return None if value == "" else value
    if value == "":
        return None
    try:
        if kind is Kind.BOOLEAN:
            return _TRUTH[value.lower()]
        return int(value) if kind is Kind.INTEGER else float(value)
    except (KeyError, ValueError):
        return value


def columns_of(batch: pa.RecordBatch) -> dict[str, list[Any]]:
    """The values of a batch of Arrow by column."""
    return dict(zip(batch.schema.names, (column.to_pylist() for column in batch.columns), strict=True))


def leaves_of(table: str, rows: pa.RecordBatch, by: str, moment: str, salts: list[bytes]) -> list[bytes]:
    """The leaves of rows that are written at a moment."""
    columns, provenance = columns_of(rows), Provenance("collect", moment, by, table)
    names = tuple(columns)
    return [
        leaf_of(provenance, names, row, salt)
        for row, salt in zip(zip(*columns.values(), strict=True), salts, strict=True)
    ]
