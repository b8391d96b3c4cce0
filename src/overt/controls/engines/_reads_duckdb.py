"""What DuckDB would read, as its own parser, binder and planner say before anything is left out.

The parser gives every function and table function by name. The binder gives the names that are no select of the query's
own, which it resolves by scope. The plan gives what views stand for: a system view is a function there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import duckdb

from overt.controls.engines._reads import MODEL, words

_SOURCES = frozenset(("BASE_TABLE", "SUBQUERY", "JOIN", "EMPTY", "EXPRESSION_LIST"))
_EXPRESSIONS = frozenset(
    (
        "COLUMN_REF", "CONSTANT", "FUNCTION", "CAST", "COMPARISON", "CONJUNCTION", "OPERATOR", "CASE", "BETWEEN",
        "WINDOW", "SUBQUERY",
    )
)  # fmt: skip
_FUNCTIONS = words(
    "+ - * / || ~~ !~~ >> ~~~ like_escape not_like_escape",
    "count count_star sum min max row_number lag lead coalesce ifnull nullif trim ltrim rtrim lower upper length",
    "replace substr substring to_years date_diff md5 md5_number histogram struct_pack",
)
# Names that are functions where no column has them, and columns that no table declares.
_SPECIAL = words(
    "current_date current_time current_timestamp localtime localtimestamp current_user session_user user current_role",
    "current_catalog current_schema current_database rowid filename file_row_number file_index",
)
_OWN_LEAVES = words(
    "CTE_SCAN CTE_REF DELIM_GET DELIM_SCAN DUMMY_SCAN EMPTY_RESULT CHUNK_GET COLUMN_DATA_GET COLUMN_DATA_SCAN",
    "EXPRESSION_GET EXPRESSION_SCAN",
)

Leaf = tuple[str, str]


def outside(connection: duckdb.DuckDBPyConnection, sql: str, own: Iterable[str] = ()) -> list[str]:
    """What the query would read beside tables of the model; `own` are selects that stand for such tables."""
    trusted = list(own)
    known = {name for text in trusted for name in _named(_parsed(connection, text))}
    found = [name for name in _named(_parsed(connection, sql)) if name not in known]
    if found:
        return found
    names = {name.strip('"') for name in connection.get_table_names(sql, qualified=True)}
    if names - MODEL:
        return sorted(names - MODEL)
    allowed = {leaf for name in names for leaf in leaves(connection, f'select * from "{name}"')}
    allowed |= {leaf for text in trusted for leaf in leaves(connection, text)}
    return [" ".join(leaf).strip() for leaf in leaves(connection, sql) if leaf not in allowed]


def leaves(connection: duckdb.DuckDBPyConnection, sql: str) -> set[Leaf]:
    """What the plan of a query reads: the kind of each scan and the table; a file has no name there."""
    plans = dict(connection.execute(f"explain (format json) {sql}").fetchall())
    found: set[Leaf] = set()
    # Where the connection gives it, the plan before anything was made shorter.
    stack = json.loads(plans.get("logical_plan") or plans["physical_plan"])
    while stack:
        node = stack.pop()
        stack += node["children"]
        if not node["children"] and node["name"].strip() not in _OWN_LEAVES:
            found.add((node["name"].strip(), str(node["extra_info"].get("Table", ""))))
    return found


def _parsed(connection: duckdb.DuckDBPyConnection, sql: str) -> Any:
    row = connection.execute("select json_serialize_sql($1::varchar)", [sql]).fetchone() or ("{}",)
    tree = json.loads(row[0])
    if tree.get("error") and tree.get("error_type") == "parser":
        raise duckdb.ParserException(str(tree["error_message"]))
    return tree


def _named(tree: Any) -> Iterator[str]:
    """What the parser's tree names that may not stand in a control."""
    if tree.get("error") or len(tree["statements"]) != 1:
        yield "something that is not one select"
        return
    stack: list[Any] = [tree["statements"][0]["node"]]
    while stack:
        node = stack.pop()
        if isinstance(node, list):
            stack += node
        elif isinstance(node, dict):
            stack += [value for key, value in node.items() if key != "cast_type" and node.get("class") != "CONSTANT"]
            yield from _unknown(node)


def _unknown(node: dict[str, Any]) -> Iterator[str]:
    kind = str(node.get("class") or "")
    if not kind:
        # A source has an alias and a sample; a query node and a modifier have not.
        source = str(node.get("type", ""))
        if "sample" in node and "alias" in node and source not in _SOURCES:
            yield f"{source} {(node.get('function') or {}).get('function_name', '')}".strip()
        elif source.endswith("_NODE") and source not in ("SELECT_NODE", "SET_OPERATION_NODE"):
            yield source
    elif kind not in _EXPRESSIONS:
        yield kind
    elif kind in ("FUNCTION", "WINDOW"):
        name = str(node.get("function_name", "")).lower()
        if name not in _FUNCTIONS or str(node.get("schema") or "main") != "main" or node.get("catalog"):
            yield f"the function {name}"
    elif kind == "COLUMN_REF" and str(node["column_names"][-1]).lower() in _SPECIAL:
        yield str(node["column_names"][-1])
