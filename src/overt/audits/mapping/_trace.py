"""Which columns of the source feed each column that a select gives, carried along in the select itself.

The tree is the one that DuckDB's own parser makes, on which the mapping was checked. Each select, and each that stands
inside it, gets two more columns for every column it has: whether a column of the source that feeds it is filled in
the row, and, where one column alone does, its value. What cannot be followed so is said to be untraceable.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import duckdb

from overt.audits.mapping._functions import AGGREGATES
from overt.audits.mapping._numbered import ALL_ROWS
from overt.audits.source._account import SourceAccount, SourceTable
from overt.audits.source._sandbox import quoted_name
from overt.audits.source._texts import filled_sql
from overt.controls.engines import text_of, tree_of

Node = dict[str, Any]
FILLED, RAW = "overt_filled_", "overt_raw_"
_MADE = ("_row", "_table")
PLACE = "overt_place"


class Untraceable(Exception):
    """A select whose columns cannot be followed back to the source."""


@dataclass(frozen=True)
class Origins:
    """The columns of the source, as (table, column), that feed each column of a select, in the order of its columns."""

    select: str
    by_place: tuple[tuple[tuple[str, str], ...], ...]


@dataclass(frozen=True)
class _Output:
    name: str
    origins: tuple[tuple[str, str], ...]


@dataclass
class _Scope:
    """What the names in one select stand for: columns of the source, or of a select inside it."""

    source: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    inner: dict[str, list[_Output]] = field(default_factory=dict)
    aliases: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = field(default_factory=dict)


def trace(connection: duckdb.DuckDBPyConnection, select: str, columns: Mapping[str, list[str]]) -> Origins:
    """The select with its two more columns for each, and the origins; `columns` are those of the source's tables.

    Raises `Untraceable`; and `duckdb.Error` where the engine does not take what was made, which is the same.
    """
    tree = tree_of(connection, select)
    if tree["error"]:
        raise Untraceable
    tracer = _Tracer(connection, {name.lower(): names for name, names in columns.items()})
    outputs = tracer.annotate(tree["statements"][0]["node"], {}, top=True)
    return Origins(text_of(connection, tree), tuple(each.origins for each in outputs))


def place_of(node: Node, account: SourceAccount) -> tuple[Node, SourceTable] | None:
    """A select item for the number of the source's row, and its table; nothing if the select reads not just one."""
    table = node.get("from_table") or {}
    name = str(table.get("table_name") or "").lower()
    known = {str(entry["key"]).lower() for entry in (node.get("cte_map") or {}).get("map", [])}
    if table.get("type") != "BASE_TABLE" or name in known or node.get("group_expressions"):
        return None
    found = account.by_name.get(name) or (account.tables[0] if name == ALL_ROWS and len(account.tables) == 1 else None)
    if found is None or table.get("schema_name") or "_row" in {column.lower() for column, _ in found.columns}:
        return None
    names = [str(table.get("alias") or table["table_name"]), "_row"]
    item = {"class": "COLUMN_REF", "type": "COLUMN_REF", "alias": PLACE, "query_location": 0, "column_names": names}
    return item, found


def with_place(
    connection: duckdb.DuckDBPyConnection, select: str, account: SourceAccount
) -> tuple[str, SourceTable] | None:
    """The select with the number of the source's row beside each of its rows; nothing where it has no one row."""
    tree = tree_of(connection, select)
    node = {} if tree["error"] else tree["statements"][0]["node"]
    found = place_of(node, account) if node.get("type") == "SELECT_NODE" and not node.get("modifiers") else None
    if found is None:
        return None
    node["select_list"] = [*node["select_list"], found[0]]
    return text_of(connection, tree), found[1]


@dataclass
class _Tracer:
    connection: duckdb.DuckDBPyConnection
    columns: dict[str, list[str]]

    def annotate(self, node: Node, ctes: dict[str, list[_Output]], *, top: bool = False) -> list[_Output]:
        """Adds the columns to a select or to the parts of a union, and says what each of its own is made of."""
        known = dict(ctes)
        for entry in (node.get("cte_map") or {}).get("map", []):
            known[str(entry["key"]).lower()] = self.annotate(entry["value"]["query"]["node"], known)
        if node["type"] == "SET_OPERATION_NODE":
            if node.get("setop_type") != "UNION" or not (node.get("setop_all") or top):
                raise Untraceable
            node["setop_all"] = True
            parts = node.get("children") or [node["left"], node["right"]]
            found = [self.annotate(part, known, top=top) for part in parts]
            return [
                _Output(each[0].name, tuple(dict.fromkeys(origin for part in each for origin in part.origins)))
                for each in zip(*found, strict=True)
            ]
        if node["type"] != "SELECT_NODE":
            raise Untraceable
        self._modifiers(node, top=top)
        return self._select(node, known)

    def _modifiers(self, node: Node, *, top: bool) -> None:
        distinct = [each for each in node.get("modifiers") or [] if each.get("type") == "DISTINCT_MODIFIER"]
        if distinct and (not top or any(each.get("distinct_on_targets") for each in distinct)):
            raise Untraceable
        # Rows that are alike are counted each, for each is a row of the source.
        node["modifiers"] = [] if top else node.get("modifiers") or []

    def _select(self, node: Node, ctes: dict[str, list[_Output]]) -> list[_Output]:
        scope = _Scope()
        self._from(node["from_table"], ctes, scope)
        items = node["select_list"]
        grouped = bool(node.get("group_expressions")) or any(_aggregates(item) for item in items)
        outputs, added = [], []
        for place, item in enumerate(items):
            flags, raws, origins = self._feeds(item, scope)
            name = str(item.get("alias") or item.get("column_names", [""])[-1]).lower()
            filled = " or ".join(flags) or "false"
            raw = raws[0] if len(raws) == 1 and not grouped else "null::varchar"
            added += self._items(f"bool_or({filled})" if grouped else filled, raw, place)
            outputs.append(_Output(name, origins))
            scope.aliases[name] = filled, origins
        node["select_list"] = [*items, *added]
        return outputs

    def _from(self, node: Node, ctes: dict[str, list[_Output]], scope: _Scope) -> None:
        kind, alias = node["type"], str(node.get("alias") or "").lower()
        if node.get("column_name_alias"):
            raise Untraceable
        if kind == "JOIN":
            self._from(node["left"], ctes, scope)
            self._from(node["right"], ctes, scope)
        elif kind == "SUBQUERY":
            scope.inner[alias or f"\0{len(scope.inner)}"] = self.annotate(node["subquery"]["node"], ctes)
        elif kind == "BASE_TABLE":
            name = str(node["table_name"]).lower()
            if name in ctes and not node.get("schema_name"):
                scope.inner[alias or name] = ctes[name]
            else:
                columns = self.columns.get(name, [])
                scope.source[alias or name] = {column.lower(): (name, column) for column in columns}

    def _feeds(self, item: Node, scope: _Scope) -> tuple[list[str], list[str], tuple[tuple[str, str], ...]]:
        """SQL for whether each column that feeds an expression is filled, SQL for its value, and which these are."""
        flags: dict[str, None] = {}
        raws: dict[str, None] = {}
        origins: dict[tuple[str, str], None] = {}
        for ref in references(item):
            filled, raw, more = _resolve(ref, scope)
            if more:
                flags[filled] = None
                raws[raw] = None
                origins.update(dict.fromkeys(more))
        return list(flags), list(raws) if len(origins) == 1 else [], tuple(origins)

    def _items(self, filled: str, raw: str, place: int) -> list[Node]:
        text = f"select {filled} as {FILLED}{place}, {raw} as {RAW}{place}"
        made = tree_of(self.connection, text)
        if made["error"]:
            raise Untraceable
        items: list[Node] = deepcopy(made["statements"][0]["node"]["select_list"])
        return items


def _resolve(names: list[str], scope: _Scope) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """SQL for whether the named column is filled, for its value, and where it comes from; nothing if unknown."""
    lower = [name.lower() for name in names]
    column, table = lower[-1], lower[-2] if len(lower) > 1 else None
    if column in _MADE:
        return "", "", ()
    if table is not None and table not in scope.source and table not in scope.inner:
        # A field of a structure: the column is the first name.
        column, table = lower[0], None
    for alias, columns in scope.source.items():
        if column in columns and table in (None, alias):
            value = f"{quoted_name(alias)}.{quoted_name(columns[column][1])}::varchar"
            return f"coalesce({filled_sql(value)}, false)", value, (columns[column],)
    for alias, outputs in scope.inner.items():
        for place, output in enumerate(outputs):
            if output.name == column and table in (None, alias) and not alias.startswith("\0"):
                prefix = quoted_name(alias)
                return f"coalesce({prefix}.{FILLED}{place}, false)", f"{prefix}.{RAW}{place}", output.origins
    if table is None and column in scope.aliases:
        filled, origins = scope.aliases[column]
        return f"({filled})", "null::varchar", origins
    return "", "", ()


def references(item: Node) -> Iterator[list[str]]:
    """The names of every column that the expression reads, of selects inside it too."""
    stack: list[Any] = [item]
    while stack:
        node = stack.pop()
        if isinstance(node, list):
            stack += reversed(node)
        elif isinstance(node, dict):
            if node.get("class") == "COLUMN_REF":
                yield [str(name) for name in node["column_names"]]
            elif node.get("class") != "CONSTANT":
                stack += reversed(list(node.values()))


def _aggregates(item: Node) -> bool:
    stack: list[Any] = [item]
    while stack:
        node = stack.pop()
        if isinstance(node, list):
            stack += node
        elif isinstance(node, dict):
            if node.get("class") in ("SUBQUERY", "CONSTANT"):
                continue
            if node.get("class") == "FUNCTION" and str(node.get("function_name", "")).lower() in AGGREGATES:
                return True
            stack += node.values()
    return False
