"""What one statement over a table of a server tells: rows, filled values, values that cannot be read, keys.

Nothing but counts crosses the wire.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from overt.audits.mapping import WANTED, ColumnFill, Conversion, MappedView, affected
from overt.audits.place._catalogue import ServerTable
from overt.audits.place._dialect import Dialect, Family
from overt.controls.engines import Engine, Note
from overt.model import TABLES, Kind
from overt.refusals import Refusal
from overt.rows import ReadingLimits

# PostgreSQL returns at most 1,664 columns.
_AT_ONCE = 1_600


@dataclass
class Counts:
    """Counts to be asked of one query, in one statement if a server can return so many."""

    query: str
    parts: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)

    def add(self, condition: str = "") -> Callable[[], int]:
        """Counts the rows that meet a condition, or all; the number is there after `ask`."""
        return self.add_value(f"count(*) filter (where {condition})" if condition else "count(*)")

    def add_value(self, value: str) -> Callable[[], int]:
        """A count that is written out."""
        place = len(self.parts)
        self.parts.append(value)
        return lambda: self.numbers[place]

    def ask(self, engine: Engine, note: Note, timeout: float | None) -> None:
        """Asks for all of them."""
        for start in range(0, len(self.parts), _AT_ONCE):
            part = self.parts[start : start + _AT_ONCE]
            row = engine.fetch(f"select {', '.join(part)} from {self.query}", timeout, note)[0]
            self.numbers += [int(number or 0) for number in row]


@dataclass(frozen=True)
class SourceCounts:
    """The rows of a table of the source without those that are blank throughout, and how full its columns are."""

    rows: int
    blank: int
    fills: tuple[ColumnFill, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Filling:
    """How one table of the model is filled: from which query, each column by which conversion.

    `query` names its rows `given`. `failing` gives, by column, SQL for whether an expression of the mapping failed, and
    under no name whether a condition of it did.
    `unique` are columns that the server keeps from repeating.
    """

    table: str
    query: str
    origin: str
    columns: dict[str, Conversion]
    blank: frozenset[str] = frozenset()
    failing: Mapping[str, str] = field(default_factory=dict)
    unique: frozenset[str] = frozenset()
    view: MappedView | None = None

    def guarded(self, dialect: Dialect) -> Filling:
        """The same, with null for values outside the model's lists of codes: see `mapping._fill`."""
        outside = self.outside(dialect)
        columns = {
            name: replace(each, sql=f"case when {outside[name]} then null else {each.sql} end")
            if name in outside
            else each
            for name, each in self.columns.items()
        }
        return replace(self, columns=columns)

    def outside(self, dialect: Dialect) -> dict[str, str]:
        """By coded column, SQL for whether its value is none of the codes."""
        table = TABLES[self.table]
        if table.as_written:
            return {}
        return {
            name: f"{each.sql} not in ({', '.join(map(dialect.literal, table.by_name[name].codes))})"
            for name, each in self.columns.items()
            if table.by_name[name].codes and not table.by_name[name].under_audit and name not in self.blank
        }

    def select(self, dialect: Dialect) -> str:
        """The table of the model, every column of it."""
        parts = []
        for column in TABLES[self.table].columns:
            conversion = self.columns.get(column.name)
            value = dialect.modelled(conversion.sql if conversion else "null", column.kind)
            parts.append(f"{value} as {dialect.name(column.name)}")
        return f"select {', '.join(parts)} from {self.query}"


def some_filled(table: ServerTable, dialect: Dialect) -> str:
    """SQL for whether a row of the table holds anything at all; empty where the server sees to it that it does."""
    if any(column.required and dialect.family(column.type) is not Family.TEXT for column in table.columns):
        return ""
    parts = (dialect.filled(f"given.{dialect.name(each.name)}", dialect.family(each.type)) for each in table.columns)
    return " or ".join(f"coalesce({part}, false)" for part in parts)


def count_source(counts: Counts, table: ServerTable, dialect: Dialect) -> Callable[[], SourceCounts]:
    """Adds what is asked of every table of a source. Refuses texts longer than any source may have."""
    most = ReadingLimits().field_characters
    rows = counts.add()
    condition = some_filled(table, dialect)
    blank = counts.add(f"not ({condition})") if condition else lambda: 0
    filled, long = [], []
    for column in table.columns:
        value, family = f"given.{dialect.name(column.name)}", dialect.family(column.type)
        filled.append(counts.add(dialect.filled(value, family)))
        if family is Family.TEXT:
            # The number of bytes is known without looking at them.
            over = f"case when octet_length({value}) > {most} then length({value}) > {most} end"
            long.append((column.name, counts.add(over)))

    def known() -> SourceCounts:
        for name, number in long:
            if number():
                where = f"{table.origin}, column {name}"
                found = f"a text of more than {most:,} characters; {affected(number())}"
                raise Refusal("field-too-long", where, found, f"at most {most:,} characters")
        whole = rows() - blank()
        fills = tuple(
            ColumnFill(table.name, column.name, whole, number())
            for column, number in zip(table.columns, filled, strict=True)
        )
        said = "1 row is blank throughout and is" if blank() == 1 else f"{blank():,} rows are blank throughout and are"
        notes = (f"{table.origin}: {said} not counted",) if blank() else ()
        return SourceCounts(whole, blank(), fills, notes)

    return known


@dataclass(frozen=True)
class FilledTable:
    """What a table of the model was filled with.

    `lost` counts, by column, the values outside the codes, blank ones left out; `keys` the rows that have a key.
    """

    rows: int
    notes: tuple[str, ...]
    lost: Mapping[str, int]
    keys: int
    different_keys: int


def count_filling(counts: Counts, filling: Filling, dialect: Dialect) -> Callable[[], FilledTable]:
    """Adds what is asked of a table of the model. Refuses, all at once, columns in which a value cannot be read."""
    rows = counts.add()
    failing = {name: counts.add(condition) for name, condition in filling.failing.items()}
    bad = {name: counts.add(each.bad) for name, each in filling.columns.items() if each.bad}
    remarks = [
        (name, remark, counts.add(condition))
        for name, each in filling.columns.items()
        for remark, condition in each.remarks
    ]
    outside = {}
    for name, condition in filling.outside(dialect).items():
        filled = dialect.filled(filling.columns[name].sql, Family.TEXT)
        outside[name] = counts.add(condition), counts.add(f"{condition} and {filled}")
    key = TABLES[filling.table].key.name
    keyed = key in filling.columns and key not in filling.blank and TABLES[filling.table].has_own_key
    value = dialect.modelled(filling.columns[key].sql, TABLES[filling.table].key.kind) if keyed else "null"
    keys = counts.add_value(f"count({value})") if keyed else lambda: 0
    different = counts.add_value(f"count(distinct {value})") if keyed and key not in filling.unique else keys

    def known() -> FilledTable:
        faults = [_failed(filling, name, number()) for name, number in failing.items() if number()]
        faults += [_bad(filling, name, number()) for name, number in bad.items() if number()]
        if faults:
            raise Faults(faults)
        notes = [f"{filling.table}.{name}: {number()} values {remark}" for name, remark, number in remarks if number()]
        lost = {name: filled() for name, (number, filled) in outside.items() if number()}
        for name in lost:
            codes = ", ".join(TABLES[filling.table].by_name[name].codes)
            number = outside[name][0]()
            notes.append(f"{filling.table}.{name}: {number:,} values are none of {codes}, and are treated as missing")
        return FilledTable(rows(), tuple(notes), lost, keys(), different())

    return known


class Faults(Exception):
    """What is wrong with one table; the faults of all tables are refused together."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        self.refusals = list(refusals)
        super().__init__("values that cannot be read")


def _failed(filling: Filling, column: str, count: int) -> Refusal:
    """Of a column, or under no name of the conditions that decide which rows there are."""
    remedy = "correct the value in the source, or handle it in the mapping with try_cast, try_strptime or case"
    what, where = ("the expression", f"{filling.table}.{column}") if column else ("a condition", filling.table)
    found = f"{what} fails on this value; {affected(count)}"
    return Refusal("mapping-value", f"{where} ({filling.origin})", found, "", remedy)


def _bad(filling: Filling, column: str, count: int) -> Refusal:
    """A refusal that says which rows they are by a condition, since rows of a server have no numbers."""
    kind: Kind = TABLES[filling.table].by_name[column].kind
    rows = f"select * from {filling.query} where {filling.columns[column].bad}"
    remedy = f"correct the values, or convert them in a mapping. This finds them on the server:  {rows}"
    where = f"{filling.table}.{column}, from {filling.origin}"
    return Refusal(
        f"value-not-{kind}", where, f"a value is not {WANTED[kind]}; {affected(count)}", WANTED[kind], remedy
    )
