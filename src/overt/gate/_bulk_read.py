"""Reads what a bulk admission is given, in pieces that several processes stage at once."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from overt.charter import Charter
from overt.gate._outcome import Proposed, Reason, refuse
from overt.gate._reading import read_proposed
from overt.gate._rules import Rules
from overt.gate._shape import PROPOSABLE, stage
from overt.ledger import commitment, record_leaf
from overt.model import TABLES, Kind
from overt.refusals import Refusal
from overt.register import body, kept_columns

PIECE = 4_000
_ENDINGS = {".jsonl", ".ndjson", ".csv", ".parquet"}
_TRUTH = {"true": True, "false": False, "yes": True, "no": False, "1": True, "0": False}


@dataclass(frozen=True)
class Piece:
    """Records of one file: lines of JSON, or rows of one table. `first` numbers them over all files."""

    first: int
    table: str | None
    rows: list[Any] = field(repr=False)


@dataclass(frozen=True)
class StagedPiece:
    """Rows in the register's form by table, with columns n, together and the table's own; and their faults.

    A fault is (number, unit, reason). Tables of Arrow go from process to process quicker than rows.
    """

    count: int
    rows: dict[str, pa.Table] = field(repr=False)
    faults: list[tuple[int, str, Reason]] = field(repr=False)


def files_of(paths: Iterable[Path]) -> list[Path]:
    """The files to read, folders in the order of the model's tables; refuses what is none."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = [each for each in path.iterdir() if each.suffix in _ENDINGS and each.stem in PROPOSABLE]
            found += sorted(inside, key=lambda each: PROPOSABLE.index(each.stem))
        elif path.is_file() and path.suffix in _ENDINGS:
            found.append(path)
        else:
            raise Refusal("source-absent", str(path), "no such file", f"a file ending in {', '.join(sorted(_ENDINGS))}")
    for path in found:
        if path.suffix in (".csv", ".parquet") and path.stem not in PROPOSABLE:
            raise Refusal("bulk-table", str(path), "not called as a table of the model", ", ".join(PROPOSABLE))
    if not found:
        raise Refusal("source-absent", ", ".join(map(str, paths)), "no file of records", "a file for each table")
    return found


def digest_of(files: Iterable[Path]) -> str:
    """What tells these files from others."""
    whole = hashlib.sha256()
    for path in files:
        with path.open("rb") as stream:
            whole.update(f"{path.name}\0".encode() + hashlib.file_digest(stream, "sha256").digest())
    return whole.hexdigest()


def pieces(files: Iterable[Path]) -> Iterator[Piece]:
    """All records in the order of the files."""
    first = 0
    for path in files:
        for table, rows in _rows(path):
            yield Piece(first, table, rows)
            first += len(rows)


def _rows(path: Path) -> Iterator[tuple[str | None, list[Any]]]:
    if path.suffix == ".parquet":
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(PIECE):
                yield path.stem, batch.to_pylist()
    elif path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as stream:
            lines = csv.DictReader(stream, strict=True)
            while rows := list(islice(lines, PIECE)):
                yield path.stem, rows
    else:
        with path.open("rb") as stream:
            while data := list(islice(stream, PIECE)):
                yield None, data


class Stager:
    """Stages pieces in a process of its own: reading, shape, names and the charter's rules."""

    def __init__(self, charter: Charter | None, day: dt.date, actor: str) -> None:
        self.rules = Rules(charter, day)
        self.actor = actor

    def stage(self, piece: Piece) -> StagedPiece:
        """The piece in the register's form."""
        rows: dict[str, list[tuple[Any, ...]]] = {}
        faults: list[tuple[int, str, Reason]] = []
        proposed = list(_proposed(piece))
        for number, each in enumerate(proposed, start=piece.first):
            if isinstance(each, Reason):
                faults.append((number, f"line:{number}", each))
                continue
            staged, reasons = stage(each)
            unit = f"line:{number}"
            if each.change != "collect":
                reasons.append(refuse("bulk-collects", each.table, "a change among rows of a register kept elsewhere"))
            if staged is not None:
                unit = unit_of(each.table, staged.values)
                reasons += self.rules.reasons(each.table, staged.values, self.actor)
                rows.setdefault(each.table, []).append((number, unit, *staged.values.values()))
            faults += [(number, unit, reason) for reason in reasons]
        return StagedPiece(len(proposed), {name: _as_arrow(name, some) for name, some in rows.items()}, faults)


def _as_arrow(table: str, rows: list[tuple[Any, ...]]) -> pa.Table:
    columns = [pa.array(column) for column in zip(*rows, strict=True)]
    return pa.table(columns, names=["n", "together", *kept_columns(table)])


def unit_of(table: str, values: dict[str, Any]) -> str:
    """What is decided together: an entry with all that belongs to it, else each row alone."""
    if values.get("entry_id") is not None:
        return f"entry:{values['entry_id']}"
    return f"{table}:{values[TABLES[table].key.name]}"


def _proposed(piece: Piece) -> Iterator[Proposed | Reason]:
    if piece.table is None:
        for data in piece.rows:
            if data.strip():
                try:
                    yield read_proposed(data, "")
                except Refusal as fault:
                    yield refuse(fault.code, "", fault.found)
        return
    kinds = {column.name: column.kind for column in TABLES[piece.table].columns}
    for row in piece.rows:
        values = {name: _plain(value, kinds.get(name)) for name, value in row.items() if name != "recorded_at"}
        yield Proposed(piece.table, values)


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
    columns = columns_of(rows)
    return [
        record_leaf(commitment(body(table, dict(zip(columns, row, strict=True)), "collect", by, moment), salt))
        for row, salt in zip(zip(*columns.values(), strict=True), salts, strict=True)
    ]
