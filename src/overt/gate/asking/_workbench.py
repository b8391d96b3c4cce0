"""Asks of many bundles at once that stand apart: nothing of one is near another, or near a row of the register.

Of such bundles each is told the same, whether the others are there or not. So all of them are asked of together, in a
database in memory which holds their rows and what the charter put into the register.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from overt.controls import Control, Settings
from overt.gate._outcome import Staged
from overt.gate.asking._answers import Answers
from overt.gate.asking._bulk import BulkAsking, Units
from overt.gate.asking._scope import key_text, relevant
from overt.register import KEPT_TABLES, Store, kept_columns

Bundles = Mapping[int, Sequence[Staged]]
# The tables of a listing, and the columns by which a row of one is near another, in this bundle or elsewhere.
_LINKS = {
    "subject": ("subject_id",),
    "entry": ("entry_id", "subject_id", "grounds"),
    "item": ("item_id", "entry_id", "source_ref"),
}
# By these a row reaches into any table that has them; by the others into its own alone.
_REACHING = ("entry_id", "subject_id")
# What the charter put into the register, and rows reach by its keys.
_CHARTERED = ("category", "assessment")
# A row with one of these reaches further than the links say.
_BEYOND = {"item": ("authority_id",)}
# Fewer are asked of sooner one by one.
_FEWEST = 3


class Workbench:
    """Many bundles at once; what is asked of is gone from memory when the answers are given."""

    def __init__(self, store: Store, controls: Sequence[Control], settings: Settings) -> None:
        self._store = store
        self._controls = relevant(controls, _LINKS)
        self._settings = settings

    def apart(self, bundles: Bundles) -> Bundles:
        """Those of the bundles that stand apart. None on a server, whose register is asked of one by one."""
        if self._store.dialect != "sqlite" or len(bundles) < _FEWEST:
            return {}
        links = {number: set(_links(rows)) for number, rows in bundles.items() if _is_plain(rows)}
        named = Counter(link for number, rows in bundles.items() for link in links.get(number) or set(_links(rows)))
        near = self._near({link for of_bundle in links.values() for link in of_bundle})
        apart = {
            number: bundles[number]
            for number, of_bundle in links.items()
            if near.isdisjoint(of_bundle) and all(named[link] == 1 for link in of_bundle)
        }
        return apart if len(apart) >= _FEWEST else {}

    def ask(self, rows: Bundles) -> Answers:
        """What the controls say of bundles that stand apart."""
        staged: dict[str, list[tuple[object, ...]]] = defaultdict(list)
        for number, bundle in rows.items():
            for row in bundle:
                staged[row.table].append((str(number), number, *row.values.values()))
        try:
            for name in _CHARTERED:
                self._fill(name, self._store.rows(_standing(name)))
            for name, some in staged.items():
                self._fill(f"staged_{name}", some)
            return self._asking.ask(Units(tuple(sorted(staged))))
        finally:
            for name in (*_CHARTERED, *(f"staged_{name}" for name in staged)):
                self._database.execute(f"delete from {name}")

    def _near(self, links: set[tuple[str, str]]) -> set[tuple[str, str]]:
        """Those of the links that lead to a row of the register."""
        values: dict[str, list[str]] = defaultdict(list)
        for column, value in links:
            values[column].append(value)
        return {
            (column, value)
            for column, some in values.items()
            for (value,) in self._store.rows(self._lookups[column], (json.dumps(some),))
        }

    @cached_property
    def _lookups(self) -> dict[str, str]:
        needed = {name for control in self._controls for name in control.reads} | _LINKS.keys()
        lookups = {}
        for column in dict.fromkeys(column for columns in _LINKS.values() for column in columns):
            tables = [
                name
                for name in sorted(needed)
                if column in (kept_columns(name) if column in _REACHING else _LINKS.get(name, ()))
            ]
            stands = " or ".join(
                f"exists (select 1 from {name}_version as x where x.{column} = j.value and x.closed_seq is null)"
                for name in tables
            )
            lookups[column] = f"select j.value from json_each(?) as j where {stands}"
        return lookups

    @cached_property
    def _database(self) -> sqlite3.Connection:
        database = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False, cached_statements=512)
        database.execute("pragma case_sensitive_like = on")
        for name in KEPT_TABLES:
            columns = ", ".join(kept_columns(name))
            if name not in _LINKS:
                database.execute(f"create table {name} ({columns})")
                continue
            database.execute(f"create table staged_{name} (together text, n, {columns})")
            database.execute(f"create view {name} as select {columns} from staged_{name}")
            for column in _LINKS[name]:
                database.execute(f"create index {name}_by_{column} on staged_{name} ({column})")
        return database

    @cached_property
    def _asking(self) -> BulkAsking:
        return BulkAsking(
            lambda sql: self._database.execute(sql).fetchall(),
            "sqlite",
            self._controls,
            self._settings,
            people_apart=False,
        )

    def _fill(self, table: str, rows: Sequence[tuple[object, ...]]) -> None:
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            self._database.executemany(f"insert into {table} values ({marks})", rows)


def _standing(table: str) -> str:
    return f"select {', '.join(kept_columns(table))} from {table}_version where closed_seq is null"


def _is_plain(rows: Sequence[Staged]) -> bool:
    """Whether rows are a new listing, or a part of one, that reaches no further than its links say."""
    return all(
        row.table in _LINKS
        and row.proposed.change == "collect"
        and all(row.values[column] is None for column in _BEYOND.get(row.table, ()))
        for row in rows
    ) and len({(row.table, key_text(row.table, row.values)) for row in rows}) == len(rows)


def _links(rows: Sequence[Staged]) -> Iterator[tuple[str, str]]:
    for row in rows:
        for column in _LINKS.get(row.table, ()):
            value = row.values[column]
            if value is not None:
                yield column, value
