"""What an engine does: hold the model's tables and sum up one control's rows.

The digest of the breaching keys is the same on every engine: for each breaching row, MD5 over the UTF-8 text of its
key, bytes 8 to 15 read as a little-endian number, all of them added up. Servers add it up in two halves of 32 bits,
since many have no unsigned number of 64, and say how many rows they digested. It tells whether two runs found the same
rows, in any order. It is no commitment: a person who can choose keys freely can make two sets that agree.
"""

from __future__ import annotations

import datetime as dt
import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from overt.controls._control import Scalar
from overt.controls.engines._reads import ReadsOutside
from overt.model import TABLES, Kind, Table

Rows = tuple[dict[str, Scalar], ...]
Groups = tuple[tuple[str, int], ...]


NO_TABLE = ("no table",)
"""What a statement reads that is about values of its own, or about the server."""


class TimeLimit(Exception):
    """A query did not end within its time."""


class DigestFault(Exception):
    """An engine did not digest every breaching row, so that the digest would be wrong."""


@dataclass(frozen=True)
class Note:
    """What a statement is for: a control or a table, the tables of the server that it reads, and what it returns."""

    what: str
    reads: tuple[str, ...] = ()
    returns: str = ""


@dataclass(frozen=True)
class Statement:
    """A statement in the order in which it is sent, with its note; the administrator of a server can read it first."""

    sql: str
    note: Note


@dataclass(frozen=True)
class SummaryQuery:
    """What to ask of a control's rows.

    `control` is the control's text for this engine. `columns` are the evidence columns, the key
    first. `window` is the period of the `dated` column that is in scope, and `periods` are those to
    count breaches in. With `evidence` off only the three counts are taken.
    """

    control: str
    key: str
    columns: tuple[str, ...]
    limit: int
    evidence: bool
    dated: str | None = None
    window: tuple[dt.date | None, dt.date | None] | None = None
    periods: tuple[tuple[dt.date | None, dt.date | None], ...] = ()
    unit: str | None = None
    note: Note | None = None


@dataclass(frozen=True)
class Summary:
    """What was found: counts, the fingerprint, the lowest rows, breaches by period, month and unit."""

    examined: int
    breached: int
    unknown: int
    digest: int = 0
    rows: Rows = ()
    periods: tuple[int, ...] = ()
    by_month: tuple[tuple[str, int], ...] = ()
    by_unit: tuple[tuple[str, int], ...] = ()


@dataclass
class Engine(ABC):
    """One engine. `views` gives, by model table, the select that stands for it where there is no such table.

    `statements` are those that were sent with a note, in their order.
    """

    views: dict[str, str] = field(default_factory=dict, init=False)
    statements: list[Statement] = field(default_factory=list, init=False)

    dialect = ""
    types: Mapping[Kind, str] = field(default_factory=dict, init=False)

    @property
    @abstractmethod
    def name(self) -> str:
        """The engine and its version, for the record of a run."""

    def fetch(self, sql: str, timeout: float | None = None, note: Note | None = None) -> list[tuple[Any, ...]]:
        """All rows of a query. Raises `TimeLimit` past `timeout` seconds. With a note it is kept in `statements`."""
        if note is not None:
            self.statements.append(Statement(sql, note))
        return self._fetch(sql, timeout)

    @abstractmethod
    def _fetch(self, sql: str, timeout: float | None) -> list[tuple[Any, ...]]:
        """All rows of a query. Raises `TimeLimit` past `timeout` seconds."""

    def described(self, sql: str, note: Note | None = None) -> list[tuple[str, str]]:
        """Names and types of what a query returns, as this engine writes them; it is not run."""
        raise NotImplementedError

    def settings(self) -> dict[str, str]:
        """The settings of the engine on which an answer may depend, by name, as they are now. Nothing is changed."""
        return {}

    def identifier(self, *parts: str) -> str:
        """A name as this engine quotes it, whatever it contains: `identifier("schema", "table")`."""
        return ".".join('"' + part.replace('"', '""') + '"' for part in parts)

    @abstractmethod
    def execute(self, sql: str) -> None:
        """Runs a statement that returns nothing."""

    @abstractmethod
    def digest(self, key: str) -> tuple[str, str, str]:
        """SQL for the digest of the rows that breach, in two halves: the sum of the higher 32 bits, or 0, and the sum
        of the rest; and for the number of rows that were digested.
        """

    @abstractmethod
    def reads_outside(self, control: str, statement: str) -> list[str]:
        """What the control would read beside tables of the model, as this engine says itself before it runs anything.

        `statement` is the whole that is to run, around the control. Whatever else the engine has against a text is
        raised as its own error: then it cannot be run either.
        """

    @abstractmethod
    def close(self) -> None:
        """Lets go of the connection."""

    def as_text(self, column: str) -> str:
        """SQL for a column as text."""
        return f"cast({column} as {self.types[Kind.TEXT]})"

    def day(self, day: dt.date) -> str:
        """SQL for a day that can be compared with dates and timestamps."""
        return f"cast('{day.isoformat()}' as date)"

    def ordered(self, text: str) -> str:
        """SQL that sorts text by code point on this engine."""
        return text

    def values(self, table: Table, columns: Sequence[str], rows: Iterable[Mapping[str, Scalar]]) -> str:
        """A select of literal rows that can stand for a table of the model; a column that a row lacks is null."""
        kinds = [(name, table.by_name[name].kind) for name in columns]
        named = ", ".join(f"cast(null as {self.types[kind]}) as {name}" for name, kind in kinds)
        lines = ["select " + ", ".join(self.literal(row.get(name), kind) for name, kind in kinds) for row in rows]
        return " union all ".join([f"select {named} where false", *lines])

    def literal(self, value: Scalar, kind: Kind) -> str:
        """Return a model value as an SQL literal for this engine."""
        if value is None:
            return f"cast(null as {self.types[kind]})"
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            return repr(value)
        text = value.isoformat(sep=" ") if isinstance(value, dt.datetime) else str(value)
        return f"cast({self.quoted(text)} as {self.types[kind]})"

    def quoted(self, text: str) -> str:
        """Text between quotes."""
        return "'" + text.replace("'", "''") + "'"

    def barrier(self, control: str) -> str:
        """What a server is sent to learn what a control would read; empty where no server is asked."""
        return ""

    def hold_to_model(self, control: str, statement: str, what: str = "") -> None:
        """Raises `ReadsOutside` unless the control reads tables of the model and nothing else.

        `what` names the control among the `statements`.
        """
        if sent := self.barrier(control):
            self.statements.append(Statement(sent, Note(f"what is read by {what}", NO_TABLE, "names; nothing is run")))
        found = self.reads_outside(control, statement)
        if found:
            raise ReadsOutside(found)

    def summarise(self, query: SummaryQuery, timeout: float | None = None) -> Summary:
        """Counts and evidence of one control, by as many queries as this engine needs."""
        source = self.with_control(query)
        counts = "count(*), count(*) filter (where control.breach), count(*) filter (where control.breach is null)"
        if not query.evidence:
            examined, breached, unknown = self.fetch(f"{source[0]} select {counts} {source[1]}", timeout, query.note)[0]
            return Summary(examined, breached, unknown)
        periods = "".join(f", {self._in_period(query, period)}" for period in query.periods)
        parts = ", ".join(self.digest(query.key))
        first = self.fetch(f"{source[0]} select {counts}, {parts}{periods} {source[1]}", timeout, query.note)[0]
        examined, breached, unknown, high, low, digested, *by_period = first
        digest = whole_digest(breached, high, low, digested)
        if not breached:
            return Summary(examined, 0, unknown, periods=tuple(by_period))
        rows, by_month, by_unit = self._evidence(query, source, timeout)
        return Summary(examined, breached, unknown, digest, rows, tuple(by_period), by_month, by_unit)

    def count_breaching(self, query: SummaryQuery, keys: Sequence[str], timeout: float | None = None) -> int:
        """How many of `keys` a breaching row has.

        Several rows with one key count once: a key names one row, and which of them was meant nobody can tell.
        """
        head, tail = self.with_control(query)
        key = self.as_text(f"control.{query.key}")
        listed = ", ".join(self.literal(each, Kind.TEXT) for each in keys)
        count = f"{head} select count(distinct {key}) {tail} and control.breach and {key} in ({listed})"
        found = self.fetch(count, timeout, query.note)
        return int(found[0][0])

    def above_empty_tables(self, control: str) -> str:
        """The `with` of a control that finds the tables of the model, all of them empty, and no other.

        To read the control alone: whatever else the engine makes of it is not of the model.
        """
        named = _words(control)
        shadows = [
            f"{table.name} as ({self.values(table, sorted(named & set(table.by_name)) or [table.columns[0].name], ())})"
            for table in TABLES.values()
            if table.name in named
        ]
        return f"with {', '.join([*shadows, f'control as ({control})'])}"

    def with_control(self, query: SummaryQuery) -> tuple[str, str]:
        """The `with` before a select over the control's rows in scope, and its `from … where …`.

        Raises `ReadsOutside` for a control that reads something else than the model: nobody gets the text of it then.
        """
        named = _words(query.control)
        shadows = [f"{name} as ({text})" for name, text in self.views.items() if name in named]
        condition = self.scope(query)
        where = f" where {condition}" if condition else " where true"
        head = f"with {', '.join([*shadows, f'control as ({query.control})'])}"
        tail = f"from control{where}"
        what = query.note.what if query.note else "a control"
        self.hold_to_model(query.control, f"{head} select count(*) as number_of_rows {tail}", what)
        return head, tail

    def scope(self, query: SummaryQuery) -> str:
        """SQL for the rows that the law in force covers; a row without a date stays in scope."""
        if query.dated is None or query.window is None:
            return ""
        inside = self.within(f"control.{query.dated}", query.window)
        return f"(control.{query.dated} is null or ({inside}))"

    def within(self, column: str, period: tuple[dt.date | None, dt.date | None]) -> str:
        """SQL for a date or timestamp inside a period, both days included."""
        first, last = period
        parts = [f"{column} >= {self.day(first)}"] if first else []
        if last:
            parts.append(f"{column} < {self.day(last + dt.timedelta(days=1))}")
        return " and ".join(parts) or "true"

    def month(self, column: str) -> str:
        """SQL for the month of a date or timestamp, as yyyy-mm."""
        return f"substr({self.as_text(column)}, 1, 7)"

    def _in_period(self, query: SummaryQuery, period: tuple[dt.date | None, dt.date | None]) -> str:
        inside = self.within(f"control.{query.dated}", period)
        return f"count(*) filter (where control.breach and {inside})"

    def _evidence(
        self, query: SummaryQuery, source: tuple[str, str], timeout: float | None
    ) -> tuple[Rows, Groups, Groups]:
        """The lowest breaching rows, and the breaches by month and by unit."""
        return (
            self._lowest(query, source, timeout),
            self._grouped(self.month(f"control.{query.dated}"), query, source, timeout) if query.dated else (),
            self._grouped(f"control.{query.unit}", query, source, timeout) if query.unit else (),
        )

    def _lowest(self, query: SummaryQuery, source: tuple[str, str], timeout: float | None) -> Rows:
        texts = [self.as_text(f"control.{column}") for column in query.columns]
        order = ", ".join(f"{self.ordered(text)} nulls last" for text in texts)
        head, tail = source
        asked = f"{head} select {', '.join(texts)} {tail} and control.breach order by {order} limit {query.limit}"
        return as_rows(query.columns, self.fetch(asked, timeout, query.note))

    def _grouped(self, text: str, query: SummaryQuery, source: tuple[str, str], timeout: float | None) -> Groups:
        head, tail = source
        asked = f"{head} select {text}, count(*) {tail} and control.breach and {text} is not null group by {text}"
        return tuple(sorted((str(group), int(count)) for group, count in self.fetch(asked, timeout, query.note)))


def _words(control: str) -> set[str]:
    """The words of a text, every table that it names among them: a server need not be sent the others."""
    return set(re.findall(r"\w+", control.lower()))


def whole_digest(breached: int, high: Any, low: Any, digested: int) -> int:
    """The digest of all breaching rows from its two halves. Raises `DigestFault` unless each of them was digested."""
    if digested != breached or (breached and (high is None or low is None)):
        raise DigestFault(f"the engine digested {digested} of {breached} breaching rows, so it gives no digest")
    return (int(high or 0) << 32) + int(low or 0)


def merged(summaries: Iterable[Summary], query: SummaryQuery) -> Summary:
    """The summary of a whole from those of its parts, which together hold each row once.

    Holds for a control that looks at each row by itself; one that looks across rows must be run on the whole.
    """
    parts = list(summaries)

    def ordered(row: dict[str, Scalar]) -> list[tuple[bool, str]]:
        return [(row[column] is None, str(row[column])) for column in query.columns]

    return Summary(
        sum(part.examined for part in parts),
        sum(part.breached for part in parts),
        sum(part.unknown for part in parts),
        sum(part.digest for part in parts),
        tuple(sorted((row for part in parts for row in part.rows), key=ordered)[: query.limit]),
        tuple(map(sum, zip(*(part.periods for part in parts), strict=True))),
        _added(part.by_month for part in parts),
        _added(part.by_unit for part in parts),
    )


def _added(counts: Iterable[tuple[tuple[str, int], ...]]) -> tuple[tuple[str, int], ...]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(dict(each))
    return tuple(sorted(total.items()))


def as_rows(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Rows:
    """Rows by column, with values that look alike whatever engine they came from."""
    return tuple({name: plain(value) for name, value in zip(columns, row, strict=True)} for row in rows)


def plain(value: object) -> Scalar:
    """A value as text or number: days and moments in ISO form, decimals as the number they are."""
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if value is None or isinstance(value, str | int | float):
        return value
    return str(value)
