"""A first look at what stands near one staged row: most records need to see little of the register.

A person without an entry or a new entry of somebody who has no other needs nothing of it, an item of somebody's only
entry that entry's own rows. Where the look shows that, the statement is one made for it, which leaves out tables that
have no row to give.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from overt.model import ENTRY, ITEM, SUBJECT
from overt.register import KEPT_TABLES, Store


@dataclass(frozen=True)
class Look:
    """A query of SQLite over some of a row's values.

    It says whether more is near than the row's own entry, whom that is about, and of each of `flags` whether a row of
    the table is near. Of `empty` none is.
    """

    columns: tuple[str, ...]
    sql: str
    flags: tuple[str, ...]
    empty: frozenset[str]
    _seen: dict[tuple[int, ...], frozenset[str]] = field(default_factory=dict)

    def at(self, store: Store, row: Mapping[str, Any]) -> tuple[frozenset[str] | None, Sequence[Any]]:
        """The tables of which a row may be near this one, and the person; neither where more is near."""
        answer = store.rows(self.sql, [row[name] for name in self.columns])
        if not answer or answer[0][0]:
            return None, ()
        there = answer[0][2:]
        if there not in self._seen:
            none_near = {name for name, stands in zip(self.flags, there, strict=True) if not stands}
            self._seen[there] = frozenset(KEPT_TABLES) - self.empty - none_near
        return self._seen[there], answer[0][1:2]


def look_for(table: str, needed: Collection[str]) -> Look | None:
    """How to look at what is near a row of a table, for controls that need these tables; none for most."""
    look = _LOOKS.get(table)
    return look(needed) if look else None


def _of_subject(needed: Collection[str]) -> Look:
    flags = ("outcome",) if "outcome" in needed else ()
    selected = [_stands("entry", "x.subject_id = ?1"), "?1", *[_stands(name, "x.subject_id = ?1") for name in flags]]
    empty = frozenset(("entry", "item", "review", "notice", "authority", "category"))
    return Look((SUBJECT.subject_id,), f"select {', '.join(selected)}", flags, empty)


def _of_entry(needed: Collection[str]) -> Look:
    own = [name for name in ("item", "review", "notice") if name in needed]
    more = [*[_stands(name, "x.entry_id = ?1") for name in ("entry", *own)], _stands("entry", "x.subject_id = ?2")]
    flags = {name: _stands(name, "x.subject_id = ?2") for name in ("subject", "outcome") if name in needed}
    # An authority and a category are of an item.
    empty = frozenset((*own, "authority", "category"))
    sql = f"select {', '.join([' or '.join(more), '?2', *flags.values()])}"
    return Look((ENTRY.entry_id, ENTRY.subject_id), sql, tuple(flags), empty)


def _of_item(needed: Collection[str]) -> Look:
    more = [
        _stands("entry", "x.subject_id = e.subject_id and x.entry_id <> ?1"),
        # A source of the entry that another entry has too, or an item of no entry.
        _stands("item", f"x.source_ref = ?2 and {_ELSEWHERE}"),
        "exists (select 1 from item_version as o join item_version as x on x.source_ref = o.source_ref"
        f" where o.entry_id = ?1 and o.closed_seq is null and x.closed_seq is null and {_ELSEWHERE})",
    ]
    flags = {
        "outcome": _stands("outcome", "x.subject_id = e.subject_id"),
        **{name: _stands(name, "x.entry_id = ?1") for name in ("review", "notice")},
        "authority": f"?3 is not null or {_stands('item', 'x.entry_id = ?1 and x.authority_id is not null')}",
    }
    flags_needed = {name: stands for name, stands in flags.items() if name in needed}
    sql = (
        f"select {', '.join([' or '.join(more), 'e.subject_id', *flags_needed.values()])}"
        " from entry_version as e where e.entry_id = ?1 and e.closed_seq is null"
    )
    columns = (ITEM.entry_id, ITEM.source_ref, *([ITEM.authority_id] if "authority" in flags_needed else []))
    return Look(columns, sql, tuple(flags_needed), frozenset())


def _stands(table: str, condition: str) -> str:
    return f"exists (select 1 from {table}_version as x where x.closed_seq is null and {condition})"


_ELSEWHERE = "(x.entry_id <> ?1 or x.entry_id is null)"
_LOOKS = {SUBJECT.name: _of_subject, ENTRY.name: _of_entry, ITEM.name: _of_item}
