"""The rows of the register that a decision must see beside the staged ones.

A control asks of a whole register; the gate shows it the staged rows and their neighbourhood: what
is reached from them by equality of keys. Every lookup is by an index and, where a control compares
with the whole register, stops as soon as more rows cannot change the answer, so that a decision costs
the same whatever the register's size.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from overt.model import (
    AGREEMENT,
    ASSESSMENT,
    AUTHORITY,
    CATEGORY,
    DISCLOSURE,
    ENTRY,
    ITEM,
    NOTICE,
    OUTCOME,
    RECALL,
    RELEASE_CELL,
    REQUEST,
    REQUEST_STEP,
    REVIEW,
    SUBJECT,
    that_refer_to,
)
from overt.register import KEPT_TABLES, identity, kept_columns

# From- and where-clauses that give rows `x` of a table of versions: no row of two of them, and none twice of one.
Lookup = Callable[["Reach"], list[str]]


@dataclass
class Reach:
    """What a statement is about: the dialect, the staged tables, those it shadows, and what bounds lookups.

    `single` says that there is one staged row; `near`, where a first look told, of which tables a row may be near it;
    `empty` are the shadows that have no row.
    """

    dialect: str
    staged: Sequence[str]
    shadowed: Collection[str]
    thresholds: Mapping[str, object]
    single: bool = False
    near: Collection[str] | None = None
    row: Mapping[str, str] = field(init=False)
    empty: set[str] = field(init=False)

    def __post_init__(self) -> None:
        # To SQLite a value of the only row is a parameter wherever it is needed.
        columns = kept_columns(self.staged[0]) if self.single and self.dialect == "sqlite" else ()
        self.row = {name: f"?{place}" for place, name in enumerate(columns, start=1)}
        self.empty = set() if self.near is None else set(KEPT_TABLES) - set(self.near)

    @property
    def person(self) -> str:
        """The person whom the only row is about, as a first look found."""
        return f"?{len(self.row) + 1}"

    @property
    def inline(self) -> str:
        """What to say of a table that SQLite is not to make."""
        return "not materialized " if self.row else ""

    def values(self, table: str, column: str) -> str:
        """A select of a column of the staged rows."""
        return f"select {self.row[column]}" if self.row else f"select {column} from staged_{table}"

    def among(self, table: str, column: str, value: str) -> str:
        """The condition that a value is in a column of a table of staged rows, or of keys of them."""
        if column in self.row:
            return f"{value} = {self.row[column]}"
        return f"exists (select 1 from {table} as f where f.{column} = {value})"

    def replaced(self, table: str) -> str:
        """The rows `x` that stand under the keys of the staged ones."""
        if self.row:
            same = " and ".join(f"x.{column} = {self.row[column]}" for column in identity(table))
            return f"from {table}_version as x where {same} and x.closed_seq is null"
        same = " and ".join(f"x.{column} = s.{column}" for column in identity(table))
        return f"from staged_{table} as s join {table}_version as x on {same} and x.closed_seq is null"

    def unstaged(self, table: str) -> str:
        """The condition that a row `x` of the register is not replaced by a staged one."""
        if table not in self.staged:
            return "true"
        if self.row:
            return f"not ({' and '.join(f'x.{column} = {self.row[column]}' for column in identity(table))})"
        same = " and ".join(f"t.{column} = x.{column}" for column in identity(table))
        return f"not exists (select 1 from staged_{table} as t where {same})"

    def limit(self, threshold: str) -> int:
        """One row more than the threshold: beyond it the answer stays."""
        value = self.thresholds.get(threshold, 0)
        return int(value) + 1 if isinstance(value, int | float) else 1

    def each(self, of: str, lookup: str) -> str:
        """The rows whose leaves `lookup` finds for each row `s` of `of`. SQLite lacks the word `lateral`."""
        table = lookup.split(" from ", 1)[1].split(" ", 1)[0]
        if self.dialect == "postgres":
            return f"from {of} as s cross join lateral ({lookup}) as l join {table} as x using (opened_seq) where true"
        return f"from {of} as s, {table} as x where x.opened_seq in (select opened_seq from ({lookup}))"

    def one(self, of: str, lookup: str) -> str:
        """As `each`, where `lookup` finds one leaf at most."""
        table = lookup.split(" from ", 1)[1].split(" ", 1)[0]
        return f"from {of} as s, {table} as x where x.opened_seq = ({lookup})"


def by_key(table: str, column: str, keys: str) -> str:
    """The rows standing now whose column is one of those in `keys`, each of which is there once."""
    return f"from {keys} as k, {table}_version as x where x.{column} = k.{column} and x.closed_seq is null"


def _near(table: str, reach: Reach, column: str) -> str:
    """The rows of a table that are about the entries, or the people, near the staged rows."""
    if reach.near is None:
        return by_key(table, column, f"near_{column[:-3]}")
    only = reach.person if column == SUBJECT.subject_id else reach.row[ENTRY.entry_id]
    return f"from {table}_version as x where x.{column} = {only} and x.closed_seq is null"


class Keys(NamedTuple):
    """A table of one column that lookups read. `made` says that working it out takes more than naming a value."""

    name: str
    column: str
    select: str
    made: bool = True


def shared_words(reach: Reach) -> list[Keys]:
    """The sources and the grounds of staged rows and of their entries."""
    words = []
    for table, column, name in ((ITEM.name, ITEM.source_ref, "near_source"), (ENTRY.name, ENTRY.grounds, "near_words")):
        if table in reach.staged:
            staged = f"select s.{column} from staged_{table} as s where s.{column} is not null"
            stands = (
                f"select x.{column} from focus_entry as f join {table}_version as x"
                f" on x.entry_id = f.entry_id and x.closed_seq is null where x.{column} is not null"
            )
            alone = reach.near is not None
            words.append(Keys(name, column, staged if alone else f"{staged} union {stands}", made=not alone))
    return words


_ELSEWHERE = "not exists (select 1 from near_entry as n where n.entry_id = x.entry_id)"


def _entry(reach: Reach) -> list[str]:
    lookups = [_near(ENTRY.name, reach, ENTRY.entry_id)]
    if "entry" in reach.staged:
        same = (
            "select x.opened_seq from entry_version as x where x.grounds = s.grounds and x.closed_seq is null"
            f" and {_ELSEWHERE} and {reach.unstaged('entry')} limit {reach.limit('same_grounds_limit')}"
        )
        lookups.append(reach.each("near_words", same))
    return lookups


def _item(reach: Reach) -> list[str]:
    lookups = [_near(ITEM.name, reach, ITEM.entry_id)]
    if "item" in reach.staged and reach.near is None:
        other = (
            "select x.opened_seq from item_version as x where x.source_ref = s.source_ref and x.closed_seq is null"
            f" and {_ELSEWHERE} and {reach.unstaged('item')}"
        )
        # Who collected from the source first, and whether any row of it is undated.
        lookups.append(reach.one("near_source", f"{other} and x.collected_on is null limit 1"))
        lookups.append(
            reach.one("near_source", f"{other} and x.collected_on is not null order by x.collected_on limit 1")
        )
    return lookups


def _disclosure(reach: Reach) -> list[str]:
    if "disclosure" not in reach.staged:
        return []
    day, next_day = "cast(x.sent_at as date)", "s.sent_on + 1"
    if reach.dialect == "sqlite":
        day, next_day = "date(x.sent_at)", "date(s.sent_on, '+1 day')"
    # What a staged row replaces may have gone to another body, or on another day.
    sent = (
        f"select x.recipient, {day} as sent_on from staged_disclosure as x union select x.recipient, {day}"
        " from staged_disclosure as s join disclosure_version as x on x.disclosure_id = s.disclosure_id"
        " and x.closed_seq is null"
    )
    together = (
        "select min(x.opened_seq) as opened_seq from disclosure_version as x where x.recipient = s.recipient"
        f" and x.sent_at >= s.sent_on and x.sent_at < {next_day} and x.closed_seq is null"
        f" and {reach.unstaged('disclosure')} group by x.entry_id limit {reach.limit('bulk_limit')}"
    )
    return [reach.each(f"({sent})", together)]


def _named_in(table: str) -> Lookup:
    """The rows of a table that are named in the shadows of others."""
    key = KEPT_TABLES[table].key.name
    others = [name for name, column in that_refer_to(table) if name != table and column.name == key]

    def look_up(reach: Reach) -> list[str]:
        named = [f"select {key} from {name}" for name in others if name in reach.shadowed and name not in reach.empty]
        if not named:
            return []
        return [f"from {table}_version as x where x.{key} in ({' union all '.join(named)}) and x.closed_seq is null"]

    return look_up


def _of_entry(table: str) -> Lookup:
    return lambda reach: [_near(table, reach, ENTRY.entry_id)]


def _same_release(reach: Reach) -> list[str]:
    # Whether a figure held back can be worked out depends on the others of its release.
    if RELEASE_CELL.name not in reach.staged:
        return []
    return [by_key(RELEASE_CELL.name, RELEASE_CELL.release_id, "(select distinct release_id from staged_release_cell)")]


def _of_request(table: str) -> Lookup:
    """The rows of a table that belong to the requests in question."""

    def look_up(reach: Reach) -> list[str]:
        named = [f"select request_id from staged_{name}" for name in _OF_REQUEST if name in reach.staged]
        return [by_key(table, REQUEST.request_id, f"({' union '.join(named)})")] if named else []

    return look_up


_OF_REQUEST = (REQUEST.name, REQUEST_STEP.name, RECALL.name)
# Each may read the shadows of those before it, and of all tables that are not here.
LOOKUPS: dict[str, Lookup] = {
    ENTRY.name: _entry,
    SUBJECT.name: lambda reach: [_near(SUBJECT.name, reach, SUBJECT.subject_id)],
    ITEM.name: _item,
    **{name: _of_entry(name) for name in (REVIEW.name, NOTICE.name)},
    OUTCOME.name: lambda reach: [_near(OUTCOME.name, reach, OUTCOME.subject_id)],
    DISCLOSURE.name: _disclosure,
    **{name: _named_in(name) for name in (AUTHORITY.name, AGREEMENT.name, CATEGORY.name)},
    RELEASE_CELL.name: _same_release,
    **{name: _of_request(name) for name in _OF_REQUEST},
}
# A charter has some dozens of these, and controls reach them by their keys: they are read where they lie.
WHOLE = (ASSESSMENT.name,)
