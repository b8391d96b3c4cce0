"""Asks controls part by part, and keeps what came of each part, so that a later audit asks only the parts that changed.

What was found in a part holds as long as nothing that it rests on has changed: the statement, the engine, and of every
table that the control reads the rows in that part or, of a table that is not parted, all rows. Rows are told by their
number and the sum of the engine's hash of each. That shows every change that is not made to be overlooked; it is no
seal against a person who alters rows and chooses others to make up for it. To rule that out, audit without
what an earlier audit kept.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, astuple, dataclass, field, replace
from functools import reduce
from pathlib import Path
from typing import IO, Any

from overt import __version__
from overt.audits._partition import Ground, Partition, PartitionBy, part_register
from overt.audits.mapping import Filled
from overt.controls import Control
from overt.controls.engines import Engine, Summary, SummaryQuery, merged
from overt.lines import BadLine, cut_torn_line, read_line, whole_lines, written
from overt.machine import sync
from overt.model import TABLES
from overt.private import private_folder

_STORE, _BOUNDS = "parts.jsonl", "bounds.json"
_WHOLE = -1


@dataclass(frozen=True)
class PartsAsked:
    """By what a register is to be parted, and the folder in which what came of each part is kept between audits."""

    by: PartitionBy
    folder: Path


@dataclass
class Parts:
    """A register in parts. `asked` counts the statements that were sent, `kept` those that were not needed."""

    partition: Partition
    filled: Filled
    store: _Store
    asked: int = 0
    kept: int = 0
    _rows: dict[str, dict[int, tuple[int, int]]] = field(default_factory=dict)

    @property
    def engine(self) -> Engine:
        """The engine that is asked."""
        return self.partition.ground.engine

    def summarise(self, pack: str, control: Control, query: SummaryQuery, timeout: float | None) -> Summary:
        """What `Engine.summarise` gives of the whole register."""
        if why_whole(control, self.partition.by):
            return self._ask(pack, control, query, timeout, _WHOLE)
        tables = set(control.reads) & set(self.partition.tables)
        filled = {part for table in tables for part, (rows, _) in self._rows_of(table).items() if rows}
        parts = [self._ask(pack, control, query, timeout, part) for part in sorted(filled) or [0]]
        return reduce(lambda one, other: merged((one, other), query), parts)

    def _ask(self, pack: str, control: Control, query: SummaryQuery, timeout: float | None, part: int) -> Summary:
        label = "" if part == _WHOLE else f"{self.partition.by.text}: {self._name(part)}"
        place, state = (pack, control.id, label), self._state(control, query, part)
        earlier = self.store.summary(place, state)
        if earlier is not None:
            self.kept += 1
            return earlier
        whole = dict(self.partition.ground.selects)
        self.engine.views = whole if part == _WHOLE else whole | self.partition.views(part)
        try:
            summary = self.engine.summarise(query, timeout)
        finally:
            self.engine.views = whole
        self.asked += 1
        self.store.keep(place, state, summary)
        return summary

    def _name(self, part: int) -> str:
        """What a part is called: by its value, or by its number among ranges of the key."""
        named = part < len(self.partition.bounds) and not self.partition.by.ranges
        return f"value {self.partition.bounds[part]}" if named else f"part {part + 1} of {self.partition.count}"

    def _state(self, control: Control, query: SummaryQuery, part: int) -> str:
        """The digest of all that an answer rests on."""
        rows = {
            table: sorted(self._rows_of(table).items())
            if part == _WHOLE or table not in self.partition.tables
            else self._rows_of(table).get(part, (0, 0))
            for table in sorted(control.reads)
        }
        question = astuple(replace(query, note=None))
        parts = [__version__, self.engine.name, question, rows]
        return hashlib.sha256(json.dumps(parts, default=str).encode()).hexdigest()

    def _rows_of(self, table: str) -> Mapping[int, tuple[int, int]]:
        """The number of rows of a table in each part that has some, and the sum of their hashes."""
        if table not in self._rows:
            columns = [name for name in TABLES[table].by_name if name in self.filled.columns.get(table, ())]
            part, source = self.partition.number(table)
            ground = self.partition.ground
            total = ground.row_sum([f"'{table}'", *(f"row_of.{name}" for name in columns)])
            asked = f"select {part} as part, count(*), {total} {source} group by 1"
            found = ground.fetch(asked, f"rows of {table} in each part", table, "2 numbers for each part")
            self._rows[table] = {int(part): (int(rows), int(total)) for part, rows, total in found}
        return self._rows[table]


@contextmanager
def open_parts(asked: PartsAsked, ground: Ground, filled: Filled) -> Iterator[Parts]:
    """A register in parts, with what earlier audits kept of it."""
    private_folder(asked.folder)
    bounds = asked.folder / _BOUNDS
    known = _known_bounds(bounds, asked.by)
    repeats = filled.repeat_of(asked.by.table) is not None
    partition = part_register(asked.by, ground, filled.columns, repeats, known)
    if asked.by.ranges and partition.bounds != known:
        bounds.write_text(json.dumps({asked.by.text: partition.bounds}), encoding="utf-8")
    with _open_store(asked.folder / _STORE) as store:
        yield Parts(partition, filled, store)


def _known_bounds(path: Path, by: PartitionBy) -> tuple[str, ...]:
    """Where the ranges began in an earlier audit: were they cut anew, every one of them would have changed."""
    try:
        return tuple(map(str, json.loads(path.read_text(encoding="utf-8"))[by.text]))
    except (OSError, ValueError, KeyError, TypeError):
        return ()


Place = tuple[str, str, str]


@dataclass
class _Store:
    """What came of each control in each part, on the disk line by line; the last line of a place holds."""

    stream: IO[bytes]
    summaries: dict[Place, tuple[str, Summary]]
    lines: int

    def summary(self, place: Place, state: str) -> Summary | None:
        """What came of it, if nothing has changed since."""
        known, summary = self.summaries.get(place, ("", None))
        return summary if known == state else None

    def keep(self, place: Place, state: str, summary: Summary) -> None:
        """Puts it on the disk before the next is asked."""
        self.stream.write(_line(place, state, summary))
        self.stream.flush()
        os.fsync(self.stream.fileno())
        self.summaries[place] = state, summary
        self.lines += 1


@contextmanager
def _open_store(path: Path) -> Iterator[_Store]:
    cut_torn_line(path)
    summaries: dict[Place, tuple[str, Summary]] = {}
    lines = list(whole_lines(path))
    for line in lines:
        try:
            kept = read_line(line)
            pack, control, label = kept["place"]
            summaries[pack, control, label] = str(kept["state"]), _summary(kept["summary"])
        except (BadLine, KeyError, TypeError, ValueError):
            continue  # it is asked again
    with path.open("ab") as stream:
        store = _Store(stream, summaries, len(lines))
        yield store
    if store.lines > len(summaries):
        fresh = path.with_suffix(".new")
        fresh.write_bytes(b"".join(_line(place, *kept) for place, kept in summaries.items()))
        sync(fresh)
        fresh.replace(path)


def _line(place: Place, state: str, summary: Summary) -> bytes:
    kept = {"place": place, "state": state, "summary": asdict(summary)}
    return written(json.loads(json.dumps(kept, default=str))) + b"\n"


def _summary(kept: Mapping[str, Any]) -> Summary:
    counts = {name: int(kept[name]) for name in ("examined", "breached", "unknown", "digest")}
    return Summary(
        **counts,
        rows=tuple(kept["rows"]),
        periods=tuple(kept["periods"]),
        by_month=tuple((month, count) for month, count in kept["by_month"]),
        by_unit=tuple((unit, count) for unit, count in kept["by_unit"]),
    )


def why_whole(control: Control, by: PartitionBy) -> str:
    """Why a control is run on the whole register; empty where it is asked part by part."""
    from overt.controls import across_parts  # noqa: PLC0415  the parser takes long to load

    return across_parts(control.sql, by.key)


def whole_note(by: PartitionBy, controls: Collection[Control]) -> str:
    """What a reader must know of an audit in parts: which controls were run on the whole register, and why."""
    whole = [(control.id, why) for control in controls if (why := why_whole(control, by))]
    parted = f"{len(controls) - len(whole)} of {len(controls)} controls were asked part by part, by {by.text}"
    if not whole:
        return f"{parted}."
    return f"{parted}. On the whole register: {'; '.join(f'{name} ({why})' for name, why in whole)}."
