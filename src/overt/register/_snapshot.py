"""The tables of the model as they stood at a moment, as Parquet files and an account of them.

The same register, moment and version of the writer give the same bytes: rows are in the order of their
keys, and nothing of the time or place of writing goes in. What was erased since is not there. The access log has a line
more for each version of an entry, an item and a disclosure: who recorded or changed it, and when.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from overt.ledger import fold, leaf_hash, node_hash
from overt.model import ACCESS, DISCLOSURE, ENTRY, KEPT_TABLES, SYNTHETIC_FILE, TABLES, Kind, Table
from overt.private import private_files, private_folder
from overt.refusals import Refusal
from overt.register._record import Cell, Version, moment_text, read_version, version_select
from overt.register._register import STOOD, Register
from overt.register._schema import identity
from overt.storage import storage_refused

_BATCH = 50_000
_TYPES = {
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.float64(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.DATE: pa.date32(),
    Kind.TIMESTAMP: pa.timestamp("us"),
}


@dataclass(frozen=True)
class Snapshot:
    """What a snapshot holds: the moment, how many leaves and rows, the root of the log, each file's digest."""

    register: str
    origin: str
    as_of: str
    leaves: int
    root: str
    rows: dict[str, int]
    digests: dict[str, str]


def snapshot(register: Register, as_of: dt.datetime, out: Path) -> Snapshot:
    """Writes the tables that have rows into a new folder; it appears whole or not at all."""
    if out.exists():
        raise Refusal("snapshot-there", str(out), "something with this name already exists", "a new folder")
    begun = register.begun_at()
    if begun is None or moment_text(as_of) < moment_text(dt.datetime.fromisoformat(begun)):
        problem = f"a moment before the register was begun, of which it knows nothing: {moment_text(as_of)}"
        wanted = f"{begun} or later" if begun else "a register that was begun"
        remedy = "name a later day; what was kept elsewhere before is known from the day on which it was admitted"
        raise Refusal("register-not-begun", register.settings.name, problem, wanted, remedy)
    making = out.with_name(f".{out.name}.part")
    shutil.rmtree(making, ignore_errors=True)
    with private_files(), storage_refused(out):
        return _make(register, as_of, making, out)


def _make(register: Register, as_of: dt.datetime, making: Path, out: Path) -> Snapshot:
    private_folder(making)
    try:
        with register.store.reading():
            counts = {
                name: _write(register, KEPT_TABLES[name], as_of, making) for name in KEPT_TABLES if name in TABLES
            }
            size, root = _root(bytes(row[0]) for row in register.store.stream(_LEAVES, (moment_text(as_of),)))
        rows = {name: count for name, count in counts.items() if count}
        digests = {f"{name}.parquet": _digest(making / f"{name}.parquet") for name in rows}
        settings = register.settings
        snapshot = Snapshot(settings.name, settings.origin, moment_text(as_of), size, root, rows, digests)
        (making / "snapshot.json").write_text(json.dumps(snapshot.__dict__, indent=2) + "\n", encoding="utf-8")
        if "synthetic" in settings.name.lower():
            mark = f"SYNTHETIC: everybody in this snapshot of {settings.name} is invented.\n"
            (making / SYNTHETIC_FILE).write_text(mark, encoding="utf-8")
        making.rename(out)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    return snapshot


def head(register: Register) -> tuple[int, str]:
    """How many leaves the log has now, and its root."""
    with register.store.reading():
        return _root(bytes(row[0]) for row in register.store.stream("select bytes from leaf order by seq"))


_LEAVES = "select bytes from leaf where recorded_at <= ? order by seq"


def _root(leaves: Iterable[bytes]) -> tuple[int, str]:
    """How many leaves there are, and the root of the tree over them (RFC 9162, section 2.1)."""
    peaks: list[tuple[int, bytes]] = []
    size = 0
    for leaf in leaves:
        level, node = 0, leaf_hash(leaf)
        while peaks and peaks[-1][0] == level:
            level, node = level + 1, node_hash(peaks.pop()[1], node)
        peaks.append((level, node))
        size += 1
    return size, fold(peak for _, peak in reversed(peaks)).hex()


def _write(register: Register, table: Table, as_of: dt.datetime, folder: Path) -> int:
    """One table; how many rows it has. No file is made for a table without rows."""
    schema = pa.schema([(column.name, _TYPES[column.kind]) for column in table.columns])
    path, count = folder / f"{table.name}.parquet", 0
    versions = _in_order(register, table.name, as_of)
    if table.name == "access":
        versions = chain(versions, _acts(register, as_of))
    first = list(islice(versions, _BATCH))
    if not first:
        return 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        while first:
            rows = [{**version.values, Table.recorded_at: version.recorded_at} for version in first]
            columns = [_column(column.kind, [row[column.name] for row in rows]) for column in table.columns]
            writer.write_table(pa.table(columns, schema=schema))
            count += len(rows)
            first = list(islice(versions, _BATCH))
    return count


# What a version of a row is a line of: what was done, to which entry. An item that was collected alters its entry.
_ACTS = {"entry": "", "item": "alter", "disclosure": "disclose"}


def _acts(register: Register, as_of: dt.datetime) -> Iterator[Version]:
    """The gate's own log as lines of the access log: each version of a row says who changed what, and when.

    The register keeps them once, as the versions themselves. A disclosure is a line of the moment it was sent.
    """
    text = moment_text(as_of)
    for table, action in _ACTS.items():
        query = f"{version_select(table)} where x.recorded_at <= ? order by x.opened_seq"
        for row in register.store.stream(query, (text,)):
            version = read_version(table, row)
            if table == "disclosure" and version.change != "collect":
                continue
            sent_at = version.values.get(DISCLOSURE.sent_at) if table == "disclosure" else None
            values: dict[str, Cell] = {
                ACCESS.access_id: f"leaf-{version.opened_seq}",
                ACCESS.occurred_at: sent_at or version.recorded_at,
                ACCESS.actor: version.proposed_by,
                ACCESS.action: action or version.change,
                ACCESS.entry_id: version.values.get(ENTRY.entry_id),
                ACCESS.recipient: version.values.get(DISCLOSURE.recipient),
                ACCESS.reason: version.values.get(DISCLOSURE.purpose),
                ACCESS.purpose: None,
            }
            yield replace(version, table="access", values=values)


def _in_order(register: Register, table: str, as_of: dt.datetime) -> Iterator[Version]:
    collate = ' collate "C"' if register.store.dialect == "postgres" else ""
    kinds = KEPT_TABLES[table].by_name
    order = ", ".join(f"x.{name}{collate if kinds[name].kind is Kind.TEXT else ''}" for name in identity(table))
    text = moment_text(as_of)
    query = f"{version_select(table)} where {STOOD} order by {order}"
    for row in register.store.stream(query, (text, text)):
        yield read_version(table, row)


def _column(kind: Kind, cells: list[Any]) -> pa.Array:
    if kind is Kind.DATE:
        cells = [None if cell is None else dt.date.fromisoformat(cell) for cell in cells]
    elif kind is Kind.TIMESTAMP:
        cells = [None if cell is None else dt.datetime.fromisoformat(cell) for cell in cells]
    return pa.array(cells, type=_TYPES[kind])


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
