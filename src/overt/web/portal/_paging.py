"""Lists in pages of 50, each read by an index: a later page takes as long as the first, however long the list is.

A page begins after the last row of the one before it, and not after so many rows. `after` and `before` in an address
hold the value that the list is sorted by and the number of a row. Rows without that value are in no page, so a list
that is sorted by a column that may be empty says how many it leaves out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from overt.model import Kind
from overt.register import Store
from overt.web._forms import FormField

PAGE_SIZE = 50
# How many rows are counted before a page says "more than".
MOST_COUNTED = 1_000
# How many rows are looked at for one page of those that no index selects: a page takes no longer, whatever is there.
MOST_LOOKED_AT = 5_000
_BETWEEN = "|"
AFTER = FormField("after", "The row that the page follows", optional=True, longest=300)
BEFORE = FormField("before", "The row that the page precedes", optional=True, longest=300)
PAGE_FIELDS = (AFTER, BEFORE)


@dataclass(frozen=True)
class Listing:
    """What a list reads: `columns` of `source`, where `condition` holds, sorted by `by` and then by `key`.

    `kind` is what `by` holds. `parameters` fill the condition.
    """

    columns: Sequence[str]
    source: str
    condition: str
    parameters: Sequence[object]
    by: str
    key: str
    descending: bool = False
    kind: Kind = Kind.DATE


@dataclass(frozen=True)
class Listed:
    """One page: its rows without the two columns that they are sorted by, and the cursors of its neighbours.

    `places` has the cursor of each row.
    """

    rows: list[tuple[Any, ...]]
    before: str = ""
    after: str = ""
    places: tuple[str, ...] = ()

    def ways(self, path: str, query: Mapping[str, str] | None = None) -> dict[str, str]:
        """The addresses of the pages before and after this one, for the template; "" where there is none."""
        kept = {name: value for name, value in (query or {}).items() if value and name not in ("after", "before")}

        def address(name: str, cursor: str) -> str:
            return f"{path}?{urlencode({**kept, name: cursor})}" if cursor else ""

        return {"previous": address("before", self.before), "next": address("after", self.after)}


def read_page(store: Store, listing: Listing, query: Mapping[str, str], size: int = PAGE_SIZE) -> Listed:
    """The page that an address asks for; the first one if it asks for none, or for none that can be read."""
    backwards = "before" in query
    cursor = _cursor(query.get("before" if backwards else "after", ""), listing.kind)
    turned = listing.descending is not backwards
    order = f"order by {listing.by} {'desc' if turned else 'asc'}, {listing.key} {'desc' if turned else 'asc'}"
    condition, parameters = listing.condition, [str(value) for value in listing.parameters]
    if cursor:
        condition = f"{condition} and ({listing.by}, {listing.key}) {'<' if turned else '>'} (?, ?)"
        parameters += cursor
    selected = ", ".join([listing.by, listing.key, *listing.columns])
    found = store.rows(
        f"select {selected} from {listing.source} where {condition} and {listing.by} is not null"
        f" {order} limit {size + 1}",
        parameters,
    )
    rows, more = found[:size], len(found) > size
    if backwards:
        rows = rows[::-1]
    if not rows:
        return Listed([])
    has_before = more if backwards else bool(cursor)
    has_after = bool(cursor) if backwards else more
    places = tuple(map(_text, rows))
    return Listed([row[2:] for row in rows], places[0] if has_before else "", places[-1] if has_after else "", places)


def read_selected(
    store: Store, listing: Listing, query: Mapping[str, str], keep: Callable[[tuple[Any, ...]], bool]
) -> tuple[Listed, int]:
    """A page of the rows to keep, of what is among `MOST_LOOKED_AT` rows; there is no way back from it.

    With it comes how many rows were looked at, if the list goes on and the page is not full; 0 otherwise.
    """
    page = read_page(store, listing, {"after": query.get("after", "")}, MOST_LOOKED_AT)
    kept = [(row, place) for row, place in zip(page.rows, page.places, strict=True) if keep(row)]
    is_full = len(kept) > PAGE_SIZE
    shown = kept[:PAGE_SIZE]
    after = shown[-1][1] if is_full else page.after
    places = tuple(place for _, place in shown)
    return Listed([row for row, _ in shown], "", after, places), 0 if is_full or not after else len(page.rows)


def count_rows(store: Store, table: str, condition: str = "1 = 1", parameters: Sequence[object] = ()) -> int:
    """How many rows there are, at most `MOST_COUNTED` and one: no further than is worth saying."""
    rows = store.rows(
        f"select count(*) from (select 1 from {table} where {condition} limit {MOST_COUNTED + 1}) as counted",
        list(parameters),
    )
    return int(rows[0][0])


def _text(row: Sequence[Any]) -> str:
    return f"{row[0]}{_BETWEEN}{row[1]}"


def _cursor(text: str, kind: Kind) -> list[str]:
    """The two values of a cursor; none if it has not two, or the first is not of its kind."""
    value, between, key = text.partition(_BETWEEN)
    try:
        if kind is Kind.DATE:
            dt.date.fromisoformat(value)
        elif kind is Kind.TIMESTAMP:
            dt.datetime.fromisoformat(value)
    except ValueError:
        return []
    return [value, key] if between and value and key else []
