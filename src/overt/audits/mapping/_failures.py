"""Which row it was: when a mapping fails on a value, or a date is in another form than ISO 8601.

What DuckDB says of such a row holds the value, so none of it is repeated.
"""

from __future__ import annotations

from typing import Any

import duckdb

from overt.audits.columns._dates import PARTED
from overt.audits.mapping._trace import PLACE, place_of
from overt.audits.source._account import SourceAccount
from overt.audits.source._sandbox import literal
from overt.controls.engines import text_of, tree_of
from overt.refusals import Refusal

_REMEDY = "correct the value in the source, or handle it in the mapping with try_cast, try_strptime or case"


def affected(count: int) -> str:
    """How many rows have a fault, in words."""
    return "1 row is affected" if count == 1 else f"{count:,} rows are affected"


def date_hint(connection: duckdb.DuckDBPyConnection, query: str, value: str, bad: str) -> str:
    """What the dates that cannot be read look like, and how to say so in the mapping; empty if nothing is known."""
    text = f"{value}::varchar"
    first, second = (f"try_cast(regexp_extract({text}, {literal(PARTED)}, {part}) as int)" for part in (1, 2))
    try:
        row = connection.execute(
            f"select count(*), count(*) filter (where {first} is not null), count(*) filter (where {first} > 12), "
            f"count(*) filter (where {second} > 12) from {query} where {bad}"
        ).fetchone()
    except duckdb.Error:
        return ""
    every, parted, day_first, month_first = row or (0, 0, 0, 0)
    if not parted:
        return "give the form in the mapping, for example strptime(the_column, '%Y%m%d')"
    if day_first and month_first:
        return (
            f"{day_first} rows can only be day/month/year and {month_first} only month/day/year: "
            "the source mixes both, so find out which rows use which before you map them"
        )
    if day_first or month_first:
        form = "%d/%m/%Y" if day_first else "%m/%d/%Y"
        order = "day/month/year" if day_first else "month/day/year"
        others = every - parted
        rest = f". {others:,} other {'row uses' if others == 1 else 'rows use'} a different form" if others else ""
        return f"the values look like {order}. Write strptime(the_column, '{form}') in the mapping{rest}"
    return (
        "no row shows which is the day and which the month. Find out which comes first, "
        "then write strptime(the_column, '%d/%m/%Y') or '%m/%d/%Y'"
    )


def find_failure(
    connection: duckdb.DuckDBPyConnection,
    account: SourceAccount,
    table: str,
    query: str,
    where: str,
    *,
    error: duckdb.Error,
) -> Refusal:
    """The refusal of the first row on which an expression of the mapping fails; or of the mapping."""
    names, branches = _branches(connection, query)
    for number, branch in enumerate(branches):
        found = _first_failing(connection, account, branch, names)
        if found is not None:
            column, row, count, of = found
            part = f", select {number + 1}" if number else ""
            place = f"{table}.{column}, row {row} of {of} ({where}{part})"
            said = f"the expression fails on this value; {affected(count)}"
            return Refusal("mapping-value", place, said, "", _REMEDY)
    said = f"an expression fails on a value ({type(error).__name__})"
    return Refusal("mapping-value", f"{table} ({where})", said, "", _REMEDY)


def _branches(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[list[str], list[dict[str, Any]]]:
    """The names of the columns, and the trees of the selects that a union puts together; not of those that group."""
    inner = query.removesuffix(" as given").strip()[1:-1]
    tree = tree_of(connection, inner)
    if tree["error"]:
        return [], []
    names: list[str] = []
    found, stack = [], [tree["statements"][0]["node"]]
    while stack:
        node = stack.pop()
        # The first select of a union names the columns of all.
        names = names or [_name(item) for item in node.get("select_list", [])]
        if node["type"] == "SET_OPERATION_NODE":
            stack += reversed(node.get("children") or [node["left"], node["right"]])
        elif not node["group_expressions"]:
            found.append({**tree, "statements": [{**tree["statements"][0], "node": node}]})
    return names, found


def _name(item: dict[str, Any]) -> str:
    return str(item.get("alias") or item.get("column_names", ["?"])[-1])


def _first_failing(
    connection: duckdb.DuckDBPyConnection, account: SourceAccount, branch: dict[str, Any], names: list[str]
) -> tuple[str, int, int, str] | None:
    """Column, first row and number of rows on which an expression of the select fails, and what the row is of."""
    node = branch["statements"][0]["node"]
    placed = place_of(node, account)
    place, of = ("row_number() over ()", "what the mapping reads")
    if placed is not None:
        place, of = f"{PLACE} + {placed[1].first_row - 1}", placed[1].origin
    tried = {
        **node,
        "modifiers": [],
        "select_list": [
            *(_tried(item, f"c{at}") for at, item in enumerate(node["select_list"])),
            *([placed[0]] if placed else []),
        ],
    }
    try:
        text = text_of(connection, {**branch, "statements": [{**branch["statements"][0], "node": tried}]})
        parts = ", ".join(
            f"count(*) filter (where c{at} is null), min(place) filter (where c{at} is null)"
            for at in range(len(names))
        )
        numbered = f"select *, {place} as place from ({text})"
        counts = connection.execute(f"select {parts} from ({numbered})").fetchone() or ()
    except duckdb.Error:
        return None
    failing = [(row, name, count) for name, count, row in zip(names, counts[0::2], counts[1::2], strict=True) if count]
    return (min(failing)[1], min(failing)[0], min(failing)[2], of) if failing else None


def _tried(item: dict[str, Any], name: str) -> dict[str, Any]:
    """Whether the expression is null; null if it fails."""
    place = item.get("query_location", 0)
    inner = {"class": "OPERATOR", "type": "OPERATOR_IS_NULL", "alias": "", "query_location": place}
    outer = {"class": "OPERATOR", "type": "OPERATOR_TRY", "alias": name, "query_location": place}
    return {**outer, "children": [{**inner, "children": [{**item, "alias": ""}]}]}
