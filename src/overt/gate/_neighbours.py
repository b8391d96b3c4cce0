"""The rows of the register that a decision must see beside the staged ones.

A control asks of a whole register; the gate shows it the staged rows and their neighbourhood: what
is reached from them by equality of keys. Every lookup is by an index and, where a control compares
with the whole register, stops as soon as more rows cannot change the answer, so that a decision costs
the same whatever the register's size.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

# From- and where-clauses that give rows `x` of a table of versions: no row of two of them, and none twice of one.
Lookup = Callable[["Reach"], list[str]]


@dataclass(frozen=True)
class Reach:
    """What a statement is about: the dialect, the staged tables, those it shadows, and what bounds lookups."""

    dialect: str
    staged: Collection[str]
    shadowed: Collection[str]
    thresholds: Mapping[str, object]

    def unstaged(self, table: str, key: str) -> str:
        """The condition that a row `x` of the register is not replaced by a staged one."""
        if table not in self.staged:
            return "true"
        return f"not exists (select 1 from staged_{table} as t where t.{key} = x.{key})"

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


def helpers(reach: Reach) -> list[str]:
    """Common table expressions that lookups read: the sources and the grounds of staged rows and of their entries."""
    found = []
    for table, column, name in (("item", "source_ref", "near_source"), ("entry", "grounds", "near_words")):
        if table in reach.staged:
            staged = f"select {column} from staged_{table} where {column} is not null"
            stands = (
                f"select x.{column} from focus_entry as f join {table}_version as x"
                f" on x.entry_id = f.entry_id and x.closed_seq is null where x.{column} is not null"
            )
            found.append(f"{name}({column}) as materialized ({staged} union {stands})")
    return found


_ELSEWHERE = "not exists (select 1 from near_entry as n where n.entry_id = x.entry_id)"


def _entry(reach: Reach) -> list[str]:
    found = [by_key("entry", "entry_id", "near_entry")]
    if "entry" in reach.staged:
        same = (
            "select x.opened_seq from entry_version as x where x.grounds = s.grounds and x.closed_seq is null"
            f" and {_ELSEWHERE} and {reach.unstaged('entry', 'entry_id')} limit {reach.limit('same_grounds_limit')}"
        )
        found.append(reach.each("near_words", same))
    return found


def _item(reach: Reach) -> list[str]:
    found = [by_key("item", "entry_id", "near_entry")]
    if "item" in reach.staged:
        other = (
            "select x.opened_seq from item_version as x where x.source_ref = s.source_ref and x.closed_seq is null"
            f" and {_ELSEWHERE} and {reach.unstaged('item', 'item_id')}"
        )
        # Who collected from the source first, and whether any row of it is undated.
        found.append(reach.one("near_source", f"{other} and x.collected_on is null limit 1"))
        found.append(
            reach.one("near_source", f"{other} and x.collected_on is not null order by x.collected_on limit 1")
        )
    return found


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
        f" and {reach.unstaged('disclosure', 'disclosure_id')} group by x.entry_id limit {reach.limit('bulk_limit')}"
    )
    return [reach.each(f"({sent})", together)]


def _named_in(table: str, column: str, *tables: str) -> Lookup:
    """The rows of a table that are named in the shadows of others."""

    def look_up(reach: Reach) -> list[str]:
        named = [f"select {column} from {name}" for name in tables if name in reach.shadowed]
        if not named:
            return []
        return [f"from {table}_version as x where x.{column} in ({' union all '.join(named)}) and x.closed_seq is null"]

    return look_up


def _same_release(reach: Reach) -> list[str]:
    # Whether a figure held back can be worked out depends on the others of its release.
    if "release_cell" not in reach.staged:
        return []
    return [by_key("release_cell", "release_id", "(select distinct release_id from staged_release_cell)")]


def _of_request(table: str) -> Lookup:
    """The rows of a table that belong to the requests in question."""

    def look_up(reach: Reach) -> list[str]:
        named = [f"select request_id from staged_{name}" for name in _PARTS_OF_REQUEST if name in reach.staged]
        return [by_key(table, "request_id", f"({' union '.join(named)})")] if named else []

    return look_up


_PARTS_OF_REQUEST = ("request", "request_step", "recall")
LOOKUPS: dict[str, Lookup] = {
    "entry": _entry,
    "subject": lambda _: [by_key("subject", "subject_id", "near_subject")],
    "item": _item,
    "review": lambda _: [by_key("review", "entry_id", "near_entry")],
    "outcome": lambda _: [by_key("outcome", "subject_id", "near_subject")],
    "authority": _named_in("authority", "authority_id", "item", "authority_review"),
    "agreement": _named_in("agreement", "agreement_id", "disclosure"),
    "category": _named_in("category", "category", "item"),
    "disclosure": _disclosure,
    "release_cell": _same_release,
    "request": _of_request("request"),
    "request_step": _of_request("request_step"),
    "recall": _of_request("recall"),
    "notice": lambda _: [by_key("notice", "entry_id", "near_entry")],
}
# A charter has some dozens of these, and controls reach them by their keys: they are read where they lie.
WHOLE = ("assessment",)
