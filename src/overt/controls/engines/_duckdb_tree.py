"""The tree that DuckDB's parser makes of a select, in one form whichever edition of DuckDB made it.

DuckDB 2 writes types, constants and arguments otherwise than DuckDB 1. Its trees are turned into those of DuckDB 1,
which both read back. A type that cannot be turned is left to be looked up by its name,
which the lists of allowed types refuse.
"""

from __future__ import annotations

import functools
import json
from typing import Any

import duckdb

Node = dict[str, Any]
_OF_THE_SECOND = (
    "query_location_length", "qualified_name", "is_legacy_function_call", "has_ignore_nulls", "payload_aggregates",
)  # fmt: skip
_LARGEST = {"INTEGER": 2**31, "BIGINT": 2**63, "HUGEINT": 2**127, "UHUGEINT": 2**128}
_WIDEST_DECIMAL, _DECIMAL_OF_64_BITS = 38, 18
_CASE = 3
_UNNAMED = {"alias": "", "extension_info": None}


def tree_of(connection: duckdb.DuckDBPyConnection, sql: str) -> Node:
    """What the parser makes of the text: `statements`, or `error` with what it says."""
    row = connection.execute("select json_serialize_sql($1::varchar)", [sql]).fetchone() or ('{"error": true}',)
    tree: Node = json.loads(row[0])
    if int(duckdb.__version__.split(".")[0]) > 1:
        _as_the_first(tree)
    return tree


def text_of(connection: duckdb.DuckDBPyConnection, tree: Node) -> str:
    """The select that a tree stands for."""
    row = connection.execute("select json_deserialize_sql($1::json)", [json.dumps(tree)]).fetchone() or ("",)
    return str(row[0])


def _as_the_first(root: Node) -> None:
    stack: list[Any] = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            _turn(node)
            stack += node.values()
        elif isinstance(node, list):
            stack += node


def _turn(node: Node) -> None:
    for key in _OF_THE_SECOND:
        node.pop(key, None)
    if "query_node" in node:
        node["query"] = {"node": node.pop("query_node"), "named_param_map": []}
    if "arguments" in node:
        node["children"] = [
            {**argument["expression"], "alias": argument["name"] or argument["expression"]["alias"]}
            for argument in node.pop("arguments")
        ]
    if node.get("class") == "FUNCTION" and node["function_name"] == "if" and len(node["children"]) == _CASE:
        when, then, other = node["children"]
        checks = [{"when_expr": when, "then_expr": then}]
        node |= {"class": "CASE", "type": "CASE_EXPR", "case_checks": checks, "else_expr": other}
        for key in node.keys() - {"class", "type", "alias", "query_location", "case_checks", "else_expr"}:
            del node[key]
    if "type_expr" in node:
        node["cast_type"] = _type(node.pop("type_expr"))
    if node.get("class") == "CONSTANT" and "literal" in node:
        literal = node.pop("literal")
        if literal["kind"] == "BOOLEAN":
            text = {**node, "alias": "", "value": _value("VARCHAR", literal["text"][:1])}
            kind = {"id": "BOOLEAN", "type_info": None}
            node |= {"class": "CAST", "type": "OPERATOR_CAST", "child": text, "cast_type": kind, "try_cast": False}
        else:
            node["value"] = _constant(literal["kind"], literal["text"])


def _value(kind: str, value: Any, info: Node | None = None) -> Node:
    return {"type": {"id": kind, "type_info": info}, "is_null": False, "value": value}


def _constant(kind: str, text: str) -> Node:
    if kind == "NULL_LITERAL":
        return {"type": {"id": "NULL", "type_info": None}, "is_null": True}
    if kind == "INTEGER":
        return _whole(int(text.replace("_", "")), text)
    if kind == "NUMERIC":
        return _numeric(text.replace("_", ""))
    return _value("VARCHAR", f"x{text}" if kind == "HEX" else text)


def _whole(number: int, text: str) -> Node:
    kind = next((name for name, end in _LARGEST.items() if -end <= number < end), "VARCHAR")
    if kind in ("INTEGER", "BIGINT"):
        return _value(kind, number)
    return _value(kind, text if kind == "VARCHAR" else _halves(number))


def _numeric(text: str) -> Node:
    whole, _, part = text.lstrip("-").lstrip("0").partition(".")
    width = max(len(whole) + len(part), len(part) + 1)
    if "e" in text.lower() or width > _WIDEST_DECIMAL:
        return _value("DOUBLE", float(text))
    unscaled = int(text.replace(".", ""))
    info = {"type": "DECIMAL_TYPE_INFO", **_UNNAMED, "width": width, "scale": len(part)}
    return _value("DECIMAL", unscaled if width <= _DECIMAL_OF_64_BITS else _halves(unscaled), info)


def _halves(number: int) -> Node:
    return {"upper": number // 2**64, "lower": number % 2**64}


def _type(node: Node) -> Node:
    """A type as DuckDB 1 writes it; children of a type are types, and numbers."""
    name = str(node["type_name"])
    plain = not node.get("catalog") and str(node.get("schema") or "") in ("", "main")
    kind = _built_in().get(name.lower(), "UNBOUND") if plain else "UNBOUND"
    types = [(str(child.get("alias") or ""), _type(child)) for child in node["children"] if child["class"] == "TYPE"]
    literals = [child["literal"] for child in node["children"] if child["class"] == "CONSTANT"]
    if kind == "VARCHAR" or not (types or literals or kind in ("DECIMAL", "UNBOUND")):
        return {"id": kind, "type_info": None}
    info = _info(kind, types, [int(literal["text"]) for literal in literals if literal["kind"] == "INTEGER"])
    if info is None:
        kind, names = "UNBOUND", {"catalog": node.get("catalog") or "", "schema": node.get("schema") or ""}
        info = {"type": "UNBOUND_TYPE_INFO", "name": name, **names, "user_type_modifiers": []}
    return {"id": kind, "type_info": {**_UNNAMED, **info}}


def _info(kind: str, types: list[tuple[str, Node]], numbers: list[int]) -> Node | None:
    info: Node | None = None
    if kind == "DECIMAL":
        width, scale = (*numbers, 0)[:2] if numbers else (18, 3)
        info = {"type": "DECIMAL_TYPE_INFO", "width": width, "scale": scale}
    elif kind == "LIST" and types:
        info = {"type": "LIST_TYPE_INFO", "child_type": types[0][1]}
    elif kind == "ARRAY" and types and numbers:
        info = {"type": "ARRAY_TYPE_INFO", "child_type": types[0][1], "size": numbers[0]}
    elif kind == "STRUCT":
        info = _fields(types)
    elif kind == "MAP":
        entry = _fields([(name, item) for name, (_, item) in zip(("key", "value"), types, strict=True)])
        info = {"type": "LIST_TYPE_INFO", "child_type": {"id": "STRUCT", "type_info": {**_UNNAMED, **entry}}}
    return info


def _fields(types: list[tuple[str, Node]]) -> Node:
    return {"type": "STRUCT_TYPE_INFO", "child_types": [{"first": name, "second": kind} for name, kind in types]}


@functools.cache
def _built_in() -> dict[str, str]:
    """The names of DuckDB's own types, in lower case, and what each is; JSON is a text with a name of its own."""
    with duckdb.connect() as connection:
        rows = connection.execute("select lower(type_name), logical_type from duckdb_types()").fetchall()
    return {str(name): str(kind) for name, kind in rows if name != "json"}
