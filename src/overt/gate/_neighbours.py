"""The rows of the register that a decision must see beside the staged ones.

A control asks of a whole register; the gate shows it the staged rows and their neighbourhood: what
is reached from them by equality of keys. Every lookup is by an index and, where a control compares
with the whole register, stops as soon as more rows cannot change the answer, so that a decision costs
the same whatever the register's size.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

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
        return f"not exists (select 1 from staged_{table} as s where s.{key} = x.{key})"

    def limit(self, threshold: str) -> int:
        """One row more than the threshold: beyond it the answer stays."""
        value = self.thresholds.get(threshold, 0)
        return int(value) + 1 if isinstance(value, int | float) else 1

    def each(self, of: str, lookup: str) -> str:
        """The leaves that `lookup` finds for each row `s` of `of`. SQLite lacks the word `lateral`."""
        if self.dialect == "postgres":
            return f"select x.opened_seq from ({of}) as s cross join lateral ({lookup}) as x"
        table = lookup.split(" from ", 1)[1].split(" ", 1)[0]
        found = f"v.opened_seq in (select opened_seq from ({lookup}))"
        return f"select v.opened_seq from ({of}) as s join {table} as v on {found}"


def by_key(table: str, column: str, keys: str) -> str:
    """The leaves of rows standing now whose column is one of those in `keys`, each of which is there once."""
    return (
        f"select x.opened_seq from {keys} as k join {table}_version as x on x.{column} = k.{column}"
        " and x.closed_seq is null"
    )


def _entry(reach: Reach) -> list[str]:
    found = [by_key("entry", "entry_id", "focus_entry"), by_key("entry", "subject_id", "near_subject")]
    if "entry" in reach.staged:
        words = (
            "select grounds from staged_entry where grounds is not null union select x.grounds from focus_entry as f"
            " join entry_version as x on x.entry_id = f.entry_id and x.closed_seq is null where x.grounds is not null"
        )
        same = (
            "select x.opened_seq from entry_version as x where x.grounds = s.grounds and x.closed_seq is null"
            f" and {reach.unstaged('entry', 'entry_id')} limit {reach.limit('same_grounds_limit')}"
        )
        found.append(reach.each(words, same))
    return found


def _item(reach: Reach) -> list[str]:
    found = [by_key("item", "entry_id", "near_entry")]
    if "item" in reach.staged:
        refs = (
            "select distinct source_ref from staged_item where source_ref is not null union select x.source_ref"
            " from focus_entry as f join item_version as x on x.entry_id = f.entry_id and x.closed_seq is null"
            " where x.source_ref is not null"
        )
        here = f"x.source_ref = s.source_ref and x.closed_seq is null and {reach.unstaged('item', 'item_id')}"
        rows = "select x.opened_seq from item_version as x where"
        # Who collected from the source first, whether any row is undated, and whether there is a second row at all.
        found.append(reach.each(refs, f"{rows} {here} and x.collected_on is null limit 2"))
        found.append(reach.each(refs, f"{rows} {here} and x.collected_on is not null order by x.collected_on limit 2"))
    return found


def _assessment(reach: Reach) -> list[str]:
    first = (
        "select x.opened_seq from assessment_version as x where x.kind = s.kind and x.closed_seq is null"
        f" and x.signed_on is not null and {reach.unstaged('assessment', 'assessment_id')}"
        " order by x.signed_on limit 1"
    )
    return [*_named_in("assessment", "assessment_id", "category")(reach), reach.each("select 'apd' as kind", first)]


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
    return [reach.each(sent, together)]


def _named_in(table: str, column: str, *tables: str) -> Lookup:
    """The rows of a table that are named in the shadows of others."""

    def look_up(reach: Reach) -> list[str]:
        named = [f"select distinct {column} from {name}" for name in tables if name in reach.shadowed]
        return [by_key(table, column, f"({' union '.join(named)})")] if named else []

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
    "assessment": _assessment,
    "disclosure": _disclosure,
    "release_cell": _same_release,
    "request": _of_request("request"),
    "request_step": _of_request("request_step"),
    "recall": _of_request("recall"),
    "notice": lambda _: [by_key("notice", "entry_id", "near_entry")],
}
