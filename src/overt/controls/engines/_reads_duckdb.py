"""What DuckDB would read, by three answers of its own.

1. Its parser gives every function, table function and kind of expression by name.
2. Its binder and planner, in a database that holds nothing but empty tables, give what each name stands for: what is
   not there cannot be bound, files are out of reach, and a system view shows as the function it stands for.
3. Its planner, on the connection that will run the query, gives what would be scanned there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import duckdb

from overt.controls.engines._duckdb_tree import tree_of
from overt.controls.engines._reads import words
from overt.model import DUCKDB_TYPES, TABLES

_OWN_LEAVES = words("CTE_SCAN CTE_REF DELIM_GET DUMMY_SCAN EMPTY_RESULT EXPRESSION_GET")
_SOURCES = words("BASE_TABLE SUBQUERY JOIN EMPTY EXPRESSION_LIST")
_DATABASE = "memory"


@dataclass(frozen=True)
class Words:
    """What a text may use: kinds of expressions, functions, and functions in place of tables; `never` are names."""

    expressions: frozenset[str]
    functions: frozenset[str]
    table_functions: frozenset[str]
    never: frozenset[str]


@dataclass(frozen=True)
class Read:
    """What a select would read: what it may not, and tables of the room as names in SQL with their schemas."""

    outside: tuple[str, ...]
    tables: tuple[str, ...] = ()


_OF_CONTROLS = Words(
    words("COLUMN_REF CONSTANT FUNCTION CAST COMPARISON CONJUNCTION OPERATOR CASE BETWEEN WINDOW SUBQUERY"),
    words(
        "+ - * / % || ~~ !~~ ~~~ like_escape not_like_escape",
        "count count_star sum min max row_number lag lead coalesce ifnull nullif trim ltrim rtrim lower upper length",
        "replace substr substring to_years to_months to_hours date_diff year make_date",
    ),
    frozenset(),
    # Functions where no column has the name, and columns that no table declares.
    words(
        "current_date current_time current_timestamp localtime localtimestamp current_user session_user user",
        "current_role current_catalog current_schema current_database rowid",
    ),
)


class Room:
    """A database of its own that holds nothing but empty tables: what a query finds in it is all that it may read.

    `columns` are schema, table, column and type; `path` is where bare names are looked for.
    """

    def __init__(self, columns: Iterable[tuple[str, str, str, str]], path: Sequence[str], allowed: Words) -> None:
        closed = {"enable_external_access": False, "autoinstall_known_extensions": False}
        self._connection = duckdb.connect(config={**closed, "autoload_known_extensions": False, "threads": 1})
        self._allowed = allowed
        tables: dict[tuple[str, str], list[str]] = {}
        for schema, table, column, kind in columns:
            tables.setdefault((schema, table), []).append(f"{_quoted(column)} {kind}")
        for schema in {schema for schema, _ in tables} | set(path):
            self._connection.execute(f"create schema if not exists {_quoted(schema)}")
        for (schema, table), parts in tables.items():
            self._connection.execute(f"create table {_quoted(schema)}.{_quoted(table)} ({', '.join(parts)})")
        # Nothing is made shorter, so that the plan has all that the text names.
        self._connection.execute("pragma disable_optimizer")
        settings = ("explain_output = 'optimized_only'", "TimeZone = 'UTC'", f"search_path = '{','.join(path)}'")
        for setting in (*settings, "lock_configuration = true"):
            self._connection.execute(f"set {setting}")

    def read(self, sql: str) -> Read:
        """What one select would read, of the room and beside it.

        Raises `duckdb.Error` where the select is at fault in another way, so that it could not be run either.
        """
        try:
            outside = list(_named(tree_of(self._connection, sql), self._allowed))
            return Read(tuple(outside)) if outside else self._planned(sql)
        except (duckdb.CatalogException, duckdb.PermissionException, duckdb.IOException):
            return Read(("something that is not there: a table, type or file",))
        except RecursionError:
            return Read(("selects or brackets inside one another, too deep to be looked at",))

    def _planned(self, sql: str) -> Read:
        """What the plan reads, before anything was left out of it."""
        plans = dict(self._connection.execute(f"explain (format json) {sql}").fetchall())
        tables, outside = set(), set()
        for node in _nodes(json.loads(plans["logical_opt"])):
            table = node["extra_info"].get("Table")
            kind = str(node["name"]).strip()
            if table:
                tables.add(str(table).removeprefix(f"{_DATABASE}."))
            elif not node["children"] and kind not in _OWN_LEAVES and kind.lower() not in self._allowed.table_functions:
                outside.add(kind.lower())
        return Read(tuple(sorted(outside)), tuple(sorted(tables)))


@cache
def model_room() -> Room:
    """The room of controls: the tables of the model."""
    columns = [(table.name, each.name, DUCKDB_TYPES[each.kind]) for table in TABLES.values() for each in table.columns]
    return Room([("main", *each) for each in columns], ("main",), _OF_CONTROLS)


def scanned(connection: duckdb.DuckDBPyConnection, sql: str) -> set[str]:
    """What the plan of a query reads on this connection: tables by their names, and functions that read for it."""
    plans = dict(connection.execute(f"explain (format json) {sql}").fetchall())
    read = (node["extra_info"] for node in _nodes(json.loads(plans["physical_plan"])))
    return {str(each) for info in read for each in (info.get("Table"), info.get("Function")) if each}


def _nodes(plan: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    stack = list(plan)
    while stack:
        node = stack.pop()
        stack += node["children"]
        yield node


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _named(tree: Any, allowed: Words) -> Iterator[str]:
    """What the parser's tree names that may not stand in a text."""
    if tree.get("error") or len(tree["statements"]) != 1:
        yield "something that is not one select"
        return
    stack: list[Any] = [tree["statements"][0]["node"]]
    while stack:
        node = stack.pop()
        if isinstance(node, list):
            stack += node
        elif isinstance(node, dict):
            constant = node.get("class") == "CONSTANT"
            stack += [value for key, value in node.items() if key != "cast_type" and not constant]
            yield from _unlisted(node, allowed)


def _unlisted(node: dict[str, Any], allowed: Words) -> Iterator[str]:
    kind = str(node.get("class") or "")
    name = str(node.get("function_name", "")).lower()
    if not kind:
        # A source has an alias and a sample; a query node and a modifier have not.
        source = str(node.get("type", ""))
        if "sample" in node and "alias" in node:
            yield from _unlisted_source(source, node, allowed)
        elif source.endswith("_NODE") and source not in ("SELECT_NODE", "SET_OPERATION_NODE"):
            yield source.lower()
    elif kind not in allowed.expressions:
        yield kind.lower()
    elif kind in ("FUNCTION", "WINDOW"):
        if name not in allowed.functions | allowed.table_functions or not _is_plain(node):
            yield f"the function {name}"
    elif kind == "COLUMN_REF" and node["column_names"][-1].lower() in _never(node, allowed):
        yield str(node["column_names"][-1])


def _never(node: dict[str, Any], allowed: Words) -> frozenset[str]:
    """The names that the column may not have: behind the name of a table only that of a row's place means something."""
    return allowed.never if len(node["column_names"]) == 1 else allowed.never & {"rowid"}


def _unlisted_source(source: str, node: dict[str, Any], allowed: Words) -> Iterator[str]:
    if source == "TABLE_FUNCTION":
        name = str((node.get("function") or {}).get("function_name", "")).lower()
        if name not in allowed.table_functions:
            yield f"the table function {name}"
    elif source not in _SOURCES:
        yield source.lower()
    elif node.get("catalog_name"):
        yield f"the database {node['catalog_name']}"


def _is_plain(node: dict[str, Any]) -> bool:
    return str(node.get("schema") or "main") == "main" and not node.get("catalog")
