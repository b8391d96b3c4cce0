"""Tables that a reader can sort and take away as CSV, by the address alone.

`?sort=releases.-day` sorts the table `releases` of a page by its column `day`, the last first. `?csv=releases` is the
same table as a file, in the order of its rows. Both are links, so that they work without script.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from overt.pages import csv_bytes
from overt.web._answers import Page, Plain
from overt.web._forms import FormField
from overt.web.portal._action import Answer, Ask

SORT = FormField("sort", "Sorted by", optional=True, longest=80)
CSV = FormField("csv", "A table as CSV", optional=True, longest=60)
QUERY = (SORT, CSV)
Value = str | int | None


@dataclass(frozen=True)
class SortColumn:
    """A column: its name in the address and in CSV, its title, and whether it holds days or numbers."""

    name: str
    title: str
    kind: str = "text"


@dataclass(frozen=True)
class SortRow:
    """A row: the values by column, and where its first cell leads to. A figure that is no number has its own words."""

    values: Mapping[str, Any]
    href: str = ""
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SortTable:
    """A table of a page. `sort` is the column it is sorted by, with a minus for the last first.

    `path` and `kept` are the address of the page without the order, for its links.
    """

    name: str
    title: str
    columns: tuple[SortColumn, ...]
    rows: tuple[SortRow, ...]
    sort: str = ""
    path: str = ""
    kept: Mapping[str, str] = field(default_factory=dict)

    def sorted_by(self, sort: str) -> SortTable:
        """The table in another order; as it is where the column is none of its own."""
        name = sort.removeprefix("-")
        if name not in {column.name for column in self.columns}:
            return self
        # What has no value stands last in both orders.
        there = [row for row in self.rows if row.values.get(name) not in (None, "")]
        missing = [row for row in self.rows if row.values.get(name) in (None, "")]
        there.sort(key=lambda row: _order(row.values[name]), reverse=sort.startswith("-"))
        return replace(self, rows=(*there, *missing), sort=sort)

    def next_sort(self, column: str) -> str:
        """The order that a link in the column's heading leads to."""
        return f"{self.name}.{'-' if self.sort == column else ''}{column}"

    def aria(self, column: str) -> str:
        """The order of the column, in the words of assistive technology."""
        if self.sort.removeprefix("-") != column:
            return "none"
        return "descending" if self.sort.startswith("-") else "ascending"

    def as_csv(self) -> bytes:
        """One line a row; a figure that is no number has its words."""
        lines = [
            [row.words.get(column.name) or _cell(row.values.get(column.name)) for column in self.columns]
            for row in self.rows
        ]
        return csv_bytes([column.title for column in self.columns], lines)


def _order(value: Any) -> tuple[int, int | float, str]:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return 0, value, ""
    return 1, 0, str(value).casefold()


def _cell(value: Any) -> Value:
    return value if isinstance(value, int) or value is None else str(value)


def with_tables(
    ask: Ask, template: str, data: Mapping[str, Any], tables: Sequence[SortTable], kept: Mapping[str, str] | None = None
) -> Answer:
    """A page with its tables by name, in the order that the address asks for; or the one table that it wants as CSV."""
    by_name = {table.name: replace(table, path=ask.request.url.path, kept=kept or {}) for table in tables}
    wanted = ask.query.get(CSV.name)
    if wanted is not None:
        if wanted not in by_name:
            return Page("shared/said.html", {"heading": "There is no such table on this page"}, 404)
        return Plain(by_name[wanted].as_csv(), "text/csv; charset=utf-8", f"{wanted}.csv")
    name, _, column = ask.query.get(SORT.name, "").partition(".")
    if name in by_name:
        by_name[name] = by_name[name].sorted_by(column)
    return Page(template, {**data, "tables": by_name})


def day_of(text: str | None) -> dt.date | None:
    """A day that a document has as text."""
    return dt.date.fromisoformat(text) if text else None
