"""What is decided on a bulk admission: the staged records and every reason, in a DuckDB file of its own."""

from __future__ import annotations

import datetime as dt
import secrets
import shutil
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb
import pyarrow as pa

from overt.controls import Control, Effect
from overt.controls.engines import read_out
from overt.gate._bulk_read import StagedPiece
from overt.gate._decision import Column, Day
from overt.gate._outcome import Proposed, Reason
from overt.gate._shape import PROPOSABLE
from overt.gate.asking import Answers, BulkAsking, Units
from overt.model import DUCKDB_TYPES, TABLES, Kind
from overt.private import private_folder
from overt.register import Register, kept_columns, snapshot

_ROUNDS = 50
_AFTER_ALL = dt.datetime(9999, 12, 31, tzinfo=dt.UTC)
# What is kept of a reason, as columns of the plan.
_KEPT = ("code", "effect", "where", "says", "remedy", "reads")
_REASON = tuple(f'"{name}"' for name in _KEPT)
# Which units a control is asked of.
_OPEN = "anti join unit_outcome using (together)"
_REFUSED = "semi join (select together from unit_outcome where outcome = 'refused') as u using (together)"
FIRST = 5
"""How many of the records that a reason speaks against are named by their places."""
_OUTCOME = "coalesce(u.outcome, 'admitted')"
_WITH_OUTCOME = "as s left join unit_outcome as u using (together)"


def _type(table: str, column: str) -> str:
    return DUCKDB_TYPES[TABLES[table].by_name[column].kind]


def _text(column: str) -> str:
    return f"{column} varchar"


def _reads(control: Control) -> str:
    """The columns whose values decide what a control says."""
    return ", ".join(f"{table}.{column}" for table, columns in control.reads.items() for column in sorted(columns))


@dataclass(frozen=True)
class BulkReason:
    """One reason of a bulk admission: what came of the records, how many they are, and where the first of them stand.

    `where` is the table or `table.column`, `reads` the columns that a control looks at.
    """

    outcome: str
    records: int
    code: str
    effect: str
    where: str
    says: str
    remedy: str
    reads: str
    first: tuple[str, ...]


class BulkPlan:
    """The plan of one bulk admission, in a folder of its own; it counts for nothing until it is whole."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "plan.duckdb"
        self._open: duckdb.DuckDBPyConnection | None = None
        self.reads: dict[str, str] = {}

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The file, open."""
        if self._open is None:
            # Its log and what it puts aside lie in the folder too, which is closed to others.
            config: dict[str, str | bool | int | float | list[str]] = {
                "autoinstall_known_extensions": False,
                "temp_directory": str(self.folder / "aside"),
            }
            self._open = duckdb.connect(self.path, config=config)
        return self._open

    @property
    def token(self) -> str:
        """What tells this plan from another of the same files: how much of it was written is counted under it."""
        (row,) = self.connection.execute("select token from plan_whole").fetchall()
        return str(row[0])

    def is_whole(self) -> bool:
        """Whether an earlier attempt decided to the end."""
        if not self.path.is_file():
            return False
        try:
            return bool(self.connection.execute("select 1 from plan_whole").fetchall())
        except duckdb.Error:
            return False

    def begin(self) -> None:
        """Empties it and makes its tables."""
        self.remove()
        private_folder(self.folder)
        for name in PROPOSABLE:
            columns = ", ".join(f"{column} {_type(name, column)}" for column in kept_columns(name))
            self.connection.execute(f"create table staged_{name} (n bigint, together varchar, {columns})")
        self.connection.execute("create table already (n bigint)")
        self.connection.execute("create table piece (first bigint, file varchar, line bigint)")
        self.connection.execute(f"create table reason (together varchar, n bigint, {', '.join(map(_text, _REASON))})")

    @contextmanager
    def adding(self) -> Iterator[None]:
        """Takes in pieces, which count for nothing before all are there; the other cores are left to who stages."""
        self.connection.execute("set threads = 1; begin")
        yield
        self.connection.execute("commit; reset threads")

    def add(self, piece: StagedPiece) -> None:
        """Takes in a staged piece."""
        self.connection.execute("insert into piece values (?, ?, ?)", [piece.first, piece.file, piece.line])
        for name, incoming in piece.rows.items():
            cast = ", ".join(f"cast({column} as {_type(name, column)})" for column in kept_columns(name))
            self._insert(f"staged_{name}", incoming, f"n, together, {cast}")
        self._add_reasons([(together, number, reason) for number, together, reason in piece.faults])

    def decide(self, register: Register, day: Day) -> None:
        """Puts every control to all staged rows, again and again until nothing more is refused or held.

        What speaks against one row of a unit speaks against the unit. A row refused takes with it what rests on it.
        """
        execute = self.connection.execute
        folder = self.folder / "register"
        self.reads = {control.id: _reads(control) for control in day.controls}
        try:
            taken = snapshot(register, _AFTER_ALL, folder)
            for name in PROPOSABLE:
                columns = ", ".join(f"{column} {_type(name, column)}" for column in kept_columns(name))
                execute(f"create table base_{name} ({columns})")
                if name in taken.rows:
                    listed = ", ".join(kept_columns(name))
                    path = str(folder / f"{name}.parquet").replace("'", "''")
                    execute(f"insert into base_{name} select {listed} from read_parquet('{path}')")
            self._set_aside()
            asking = BulkAsking(
                lambda sql: execute(sql).fetchall(), "duckdb", day.controls, day.settings, people_apart=True
            )
            self._weigh(day, asking.ask_keys(PROPOSABLE))
            self._outcomes()
            if self._one("select count(*) from unit_outcome where outcome = 'refused'"):
                self._weigh(day, asking.ask(self._units(_REFUSED)), self._unreadable())
            for _ in range(_ROUNDS):
                before = self._undecided()
                self._weigh(day, asking.ask(self._units(_OPEN)))
                self._outcomes()
                if self._undecided() == before:
                    break
            execute("create table plan_whole as select ? as token", [secrets.token_hex(8)])
            execute("checkpoint")
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def count(self, outcome: str) -> int:
        """How many records had the outcome: admitted, held or refused, or already there before."""
        if outcome == "already":
            return self._one("select count(*) from already")
        if outcome == "refused":
            unread = self._one("select count(distinct n) from reason where together like 'line:%'")
        else:
            unread = 0
        return unread + sum(
            self._one(
                f"select count(*) from staged_{name} {_WITH_OUTCOME} where {_OUTCOME} = ?",
                outcome,
            )
            for name in PROPOSABLE
        )

    def reasons(self) -> dict[tuple[str, str], int]:
        """How many records each code speaks against, by what came of them.

        Records that stand or fall together have the reasons of all, and what is refused only those that refuse.
        """
        counted = self._spoken("code", "r.code, r.together", "")
        return {(outcome, code): int(count) for outcome, count, code in counted}

    def details(self) -> list[BulkReason]:
        """Every reason with how many records it speaks against, and the first places of those that gave it."""
        columns = ", ".join(f"r.{column}" for column in _REASON)
        rows = self._spoken(", ".join(_REASON), f"{columns}, r.together, min(r.n) as n", f", min(n, {FIRST})")
        return [
            BulkReason(outcome, int(count), **dict(zip(_KEPT, texts, strict=True)), first=self._places(numbers))
            for outcome, count, *texts, numbers in rows
        ]

    def _spoken(self, by: str, of: str, more: str) -> list[tuple[Any, ...]]:
        """Reasons, grouped: the outcome, how many records, what they are grouped by, and more of each group."""
        sizes = " union all ".join(f"select together from staged_{name}" for name in PROPOSABLE)
        return self.connection.execute(
            f"with spoken as (select coalesce(u.outcome, 'admitted') as outcome, {of}"
            " from reason as r left join unit_outcome as u using (together)"
            " where u.outcome is distinct from 'refused' or r.effect = 'refuse' group by all),"
            f" sizes as (select together, count(*) as records from ({sizes}) group by 1)"
            f" select outcome, sum(coalesce(records, 1)) as counted, {by}{more}"
            f" from spoken left join sizes using (together) group by all order by outcome, counted desc, {by}"
        ).fetchall()

    def _places(self, numbers: Sequence[int]) -> tuple[str, ...]:
        """Where the first of some records stand, each file with its lines."""
        lines: dict[str, list[str]] = {}
        for number in numbers:
            places = self.connection.execute(
                "select file, line + ? - first from piece where first <= ? order by first desc limit 1",
                [number, number],
            ).fetchall()
            for file, line in places:
                lines.setdefault(file, []).append(str(line))
        return tuple(f"{file}, line {', '.join(some)}" for file, some in lines.items())

    def admitted(self, done: int, batch: int) -> Iterator[tuple[str, pa.RecordBatch]]:
        """Rows to be written, table by table in batches, after the first `done`; columns without a value left out."""
        for name in PROPOSABLE:
            filled = self._filled(name)
            if not filled:
                continue
            kinds = {column: TABLES[name].by_name[column].kind for column in filled}
            columns = ", ".join(f"{_as_written(kind, f's.{column}')} as {column}" for column, kind in kinds.items())
            cursor = self.connection.cursor()
            cursor.execute(
                f"select {columns} from staged_{name} as s left join unit_outcome as u using (together)"
                f" where {_OUTCOME} = 'admitted' order by s.n"
            )
            for rows in cursor.to_arrow_reader(batch):
                skipped = min(done, rows.num_rows)
                done -= skipped
                if skipped < rows.num_rows:
                    yield name, rows.slice(skipped)

    def held(self) -> Iterator[tuple[tuple[Reason, ...], list[Proposed]]]:
        """Units that wait for a human, with their reasons."""
        units = self.connection.execute(
            "select together from unit_outcome where outcome = 'held' order by together"
        ).fetchall()
        for (together,) in units:
            rows = self.connection.execute(
                'select distinct code, effect, "where", says, remedy from reason where together = ? order by all',
                [together],
            ).fetchall()
            records = []
            for name in PROPOSABLE:
                columns = kept_columns(name)
                written = ", ".join(_as_written(TABLES[name].by_name[column].kind, column) for column in columns)
                query = f"select {written} from staged_{name} where together = ? order by n"
                for row in self.connection.execute(query, [together]).fetchall():
                    values = {column: value for column, value in zip(columns, row, strict=True) if value is not None}
                    records.append(Proposed(name, values, bundle=together))
            reasons = tuple(Reason(code, Effect(effect), *texts) for code, effect, *texts in rows)
            yield reasons, records

    def remove(self) -> None:
        """Closes and deletes it."""
        if self._open is not None:
            self._open.close()
            self._open = None
        shutil.rmtree(self.folder, ignore_errors=True)

    def _set_aside(self) -> None:
        """A row that stands in the register just as it is given was admitted before: it is counted, and not decided."""
        for name in PROPOSABLE:
            same = " and ".join(f"b.{column} is not distinct from s.{column}" for column in kept_columns(name))
            there = f"exists (select 1 from base_{name} as b where {same})"
            self.connection.execute(f"insert into already select n from staged_{name} as s where {there}")
            self.connection.execute(f"delete from reason where n in (select n from staged_{name} as s where {there})")
            self.connection.execute(f"delete from staged_{name} as s where {there}")

    def _outcomes(self) -> None:
        self.connection.execute(
            "create or replace table unit_outcome as select together, case when bool_or(effect = 'refuse')"
            " then 'refused' else 'held' end as outcome from reason where effect in ('refuse', 'hold')"
            " group by together"
        )

    def _filled(self, name: str) -> list[str]:
        """The columns in which any staged row has a value."""
        counts = ", ".join(f"count({column}) as {column}" for column in kept_columns(name))
        row = self.connection.execute(f"select {counts} from staged_{name}").fetchone() or ()
        return [column for column, count in zip(kept_columns(name), row, strict=True) if count]

    def _undecided(self) -> int:
        return self._one("select count(*) from unit_outcome") + self._one(
            "select count(*) from unit_outcome where outcome = 'refused'"
        )

    def _units(self, clause: str) -> Units:
        """The units that are still open; or, so that all is told at once, those refused.

        What is refused is asked among all that was proposed: a control finds there what rests on it.
        """
        for name in PROPOSABLE:
            columns = ", ".join(kept_columns(name))
            self.connection.execute(
                f"create or replace temp table {name} as select {columns} from base_{name} union all"
                f" select {columns} from staged_{name} {clause if clause == _OPEN else ''}"
            )
        return Units(tuple(name for name in PROPOSABLE if self._one(f"select count(*) from staged_{name}")), clause)

    def _unreadable(self) -> Mapping[str, Collection[Column]]:
        """The columns of each unit that could not be read."""
        columns: dict[str, list[Column]] = defaultdict(list)
        query = "select together, \"where\" from reason where code = 'value-unreadable'"
        for unit, where in self.connection.execute(query).fetchall():
            table, _, column = where.partition(".")
            columns[unit].append((table, column))
        return columns

    def _weigh(
        self, day: Day, answers: Answers, unreadable: Mapping[str, Collection[Column]] = MappingProxyType({})
    ) -> None:
        """Keeps what the answers speak against, as it is decided of a single bundle."""
        self._add_reasons(
            [
                (unit, number, reason)
                for (unit, number), some in answers.by_place.items()
                for reason in day.reasons(some, unreadable.get(unit, ()))
            ]
        )

    def _add_reasons(self, reasons: Sequence[tuple[str, int, Reason]]) -> None:
        if not reasons:
            return
        rows = [
            (
                together,
                n,
                reason.code,
                reason.effect.value,
                reason.where,
                reason.says,
                reason.remedy,
                self.reads.get(reason.code, ""),
            )
            for together, n, reason in reasons
        ]
        names = ["together", "n", *_KEPT]
        incoming = pa.table([pa.array(column) for column in zip(*rows, strict=True)], names=names)
        self._insert("reason", incoming, ", ".join(("together", "n", *_REASON)))

    def _insert(self, table: str, incoming: pa.Table, columns: str) -> None:
        read_out(self.connection)
        self.connection.from_arrow(incoming).project(columns).insert_into(table)

    def _one(self, sql: str, *parameters: object) -> int:
        row = self.connection.execute(sql, list(parameters)).fetchone()
        return int(row[0]) if row else 0


def _as_written(kind: Kind, column: str) -> str:
    """A column with its values as the register writes them: a moment has six decimals, or none."""
    if kind is Kind.TIMESTAMP:
        whole, exact = (f"strftime({column}, '%Y-%m-%d %H:%M:%S{part}')" for part in ("", ".%f"))
        return f"case when microsecond({column}) % 1000000 = 0 then {whole} else {exact} end"
    return f"cast({column} as varchar)" if kind is Kind.DATE else column
