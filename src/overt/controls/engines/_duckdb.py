"""DuckDB: the engine that audits files."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import duckdb

from overt.controls.engines._base import Engine, Summary, SummaryQuery, TimeLimit, as_rows, whole_digest
from overt.controls.engines._reads_duckdb import model_room, scanned
from overt.controls.engines._shared import SharedSelects
from overt.machine import deadline
from overt.model import DUCKDB_TYPES


@dataclass
class DuckDBEngine(Engine):
    """An open connection; who opened it decides what it may touch.

    With `sharing`, what several controls compute alike is computed once: the tables may not change between them.
    """

    connection: duckdb.DuckDBPyConnection
    sharing: bool = False
    _scanned: dict[str, set[str]] = field(default_factory=dict, init=False, repr=False)
    shared: SharedSelects = field(init=False, repr=False)
    _timeout: float | None = field(default=None, init=False, repr=False)

    dialect = "duckdb"

    def __post_init__(self) -> None:
        self.types = DUCKDB_TYPES
        self.shared = SharedSelects(self.connection)

    @property
    def name(self) -> str:
        """DuckDB and its version."""
        return f"DuckDB {duckdb.__version__}"

    def _fetch(self, sql: str, timeout: float | None) -> list[tuple[Any, ...]]:
        """All rows of a query; the connection interrupts it past `timeout` seconds."""
        with self._limited(timeout):
            return self.connection.execute(sql).fetchall()

    def execute(self, sql: str) -> None:
        """Runs a statement."""
        self.connection.execute(sql)

    def close(self) -> None:
        """Closes the connection."""
        self.connection.close()

    def reads_outside(self, control: str, statement: str) -> list[str]:
        """What the text names in a database of empty tables, then what the plan would scan in this one."""
        in_room = model_room().read(control)
        if in_room.outside:
            return list(in_room.outside)
        here = scanned(self.connection, statement)
        if not here:
            return []
        tables = {name.removeprefix("main.") for name in in_room.tables} - set(self.views)
        trusted = [f"select * from {name}" for name in sorted(tables)] + list(self.views.values())
        return sorted(here.difference(*map(self._scanned_by, trusted)))

    def digest(self, key: str) -> tuple[str, str, str]:
        """The sum over MD5, calculated for breaching rows only; DuckDB has unsigned numbers, and needs no halves."""
        # What `md5_number_lower` gives, in a third of its time.
        lower = f"cast(md5_number(coalesce({self.as_text(f'control.{key}')}, '')) >> 64::uhugeint as ubigint)"
        breaching = f"case when control.breach then {lower} end"
        return "0", f"sum({breaching})", f"count({breaching})"

    def with_control(self, query: SummaryQuery) -> tuple[str, str]:
        """As of every engine; what another control had to compute too is not computed again."""
        head, tail = super().with_control(query)
        if not self.sharing or self.views:
            return head, tail
        with self._limited(self._timeout):
            return f"with control as ({self.shared.put_into(query.control)})", tail

    def summarise(self, query: SummaryQuery, timeout: float | None = None) -> Summary:
        """Counts and evidence in one pass, so that keeping evidence does not cost a second scan."""
        self._timeout = timeout
        if not query.evidence:
            return super().summarise(query, timeout)
        source = self.with_control(query)
        row = ", ".join(f"{column} := {self.as_text(f'control.{column}')}" for column in query.columns)
        parts = [
            "count(*)",
            "count(*) filter (where control.breach)",
            "count(*) filter (where control.breach is null)",
            *self.digest(query.key),
            f"min({_if_breaching(f'struct_pack({row})')}, {int(query.limit)}) filter (where control.breach)",
            _histogram(self.month(f"control.{query.dated}") if query.dated else None),
            _histogram(f"control.{query.unit}" if query.unit else None),
            *[self._in_period(query, period) for period in query.periods],
        ]
        found = self.fetch(f"{source[0]} select {', '.join(parts)} {source[1]}", timeout)[0]
        examined, breached, unknown, high, low, digested, lowest, months, units, *by_period = found
        rows = as_rows(query.columns, [tuple(row.values()) for row in lowest or []])
        digest = whole_digest(breached, high, low, digested)
        return Summary(examined, breached, unknown, digest, rows, tuple(by_period), _pairs(months), _pairs(units))

    def _scanned_by(self, trusted: str) -> set[str]:
        if trusted not in self._scanned:
            self._scanned[trusted] = scanned(self.connection, trusted)
        return self._scanned[trusted]

    @contextmanager
    def _limited(self, timeout: float | None) -> Iterator[None]:
        if timeout is None:
            yield
            return
        with deadline(timeout, self.connection.interrupt) as has_passed:
            try:
                yield
            except duckdb.Error as error:
                if has_passed.is_set():
                    raise TimeLimit(f"stopped after {timeout:g} seconds") from error
                raise


def read_out(connection: duckdb.DuckDBPyConnection) -> None:
    """Lets go of rows that an earlier statement left unread, before which DuckDB 2 takes no Arrow table."""
    connection.execute("select 1").fetchall()


def _if_breaching(value: str) -> str:
    """The value of breaching rows: a filter alone leaves it to be worked out for every row."""
    return f"case when control.breach then {value} end"


def _histogram(text: str | None) -> str:
    value = _if_breaching(text or "")
    return f"histogram({value}) filter (where {value} is not null)" if text else "null"


def _pairs(histogram: dict[str, int] | None) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((str(group), int(count)) for group, count in (histogram or {}).items()))
