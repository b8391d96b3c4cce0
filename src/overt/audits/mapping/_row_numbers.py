"""Tables that the source does not number, so that a row's place stands for a number: each row is counted as one."""

from __future__ import annotations

import duckdb

from overt.audits.mapping._mapping import MappedView, Mapping
from overt.audits.mapping._trace import references
from overt.controls.engines import tree_of
from overt.model import TABLES

_ROW = "_row"


def numbered_by_row(connection: duckdb.DuckDBPyConnection, mapping: Mapping | None) -> tuple[str, ...]:
    """The tables of the model whose key is the number of the source's row and nothing else."""
    views = mapping.views if mapping is not None else ()
    return tuple(view.table for view in views if _is_numbered(connection, view))


def _is_numbered(connection: duckdb.DuckDBPyConnection, view: MappedView) -> bool:
    table = TABLES[view.table]
    if view.dialect != "duckdb" or not table.has_own_key or table.key.name not in view.columns:
        return False
    node = tree_of(connection, view.select)["statements"][0]["node"]
    while node["type"] == "SET_OPERATION_NODE":
        node = (node.get("children") or [node["left"]])[0]
    items = node.get("select_list", [])
    place = view.columns.index(table.key.name)
    read = {names[-1].lower() for names in references(items[place])} if place < len(items) else set()
    # What is put behind it counts parts of a row.
    return read == {_ROW} and items[place].get("function_name") != "||"
