"""The tree that DuckDB's own parser makes of a select, in a normal form: what means the same is the same tree."""

from __future__ import annotations

from typing import Any

import duckdb

from overt.controls.engines import tree_of

Node = dict[str, Any]
_NAMES = ("column_names", "table_name", "alias", "function_name", "key", "column_name_alias", "schema_name")


def parse(connection: duckdb.DuckDBPyConnection, select: str) -> Node | None:
    """The normal tree of one select, or nothing if it does not parse."""
    tree = tree_of(connection, select)
    if tree["error"] or len(tree["statements"]) != 1:
        return None
    node: Node = _normal(tree["statements"][0]["node"])
    return node


def same(one: Any, other: Any) -> bool:
    """Whether two normal trees are alike; as for DuckDB, the case of a name does not matter."""
    return bool(_folded(one) == _folded(other))


def is_text(node: Node) -> bool:
    """Whether a node is a text constant."""
    return bool(node.get("class") == "CONSTANT" and node["value"]["type"]["id"] == "VARCHAR")


def called(node: Any, function: str, arguments: int) -> list[Node] | None:
    """The arguments of a call of the function, if the node is one with so many."""
    if not isinstance(node, dict) or node.get("class") != "FUNCTION" or node["function_name"].lower() != function:
        return None
    children: list[Node] = node["children"]
    return children if len(children) == arguments else None


def branches(node: Node) -> list[Node]:
    """The selects that a union puts one below the other, or the one select; nothing if it is another operation."""
    if node["type"] != "SET_OPERATION_NODE":
        return [node] if node["type"] == "SELECT_NODE" else []
    if node.get("setop_type") != "UNION" or not node.get("setop_all") or node.get("modifiers"):
        return []
    parts = [branches(part) for part in node.get("children") or [node["left"], node["right"]]]
    return [branch for part in parts for branch in part] if all(parts) else []


def _normal(node: Any) -> Any:
    if isinstance(node, list):
        return [_normal(part) for part in node]
    if not isinstance(node, dict):
        return node
    node = {key: _normal(value) for key, value in node.items() if key != "query_location"}
    if node.get("type") == "COMPARE_IN" and len(node["children"]) == 2:
        left, right = node["children"]
        rest = {key: value for key, value in node.items() if key != "children"}
        return {**rest, "class": "COMPARISON", "type": "COMPARE_EQUAL", "left": left, "right": right}
    if node.get("type") == "OPERATOR_COALESCE":
        return _one_reading(node) or node
    if arguments := called(node, "strptime", 2):
        return _with_forms(node, arguments[0], _forms(arguments[1]))
    return node


def _forms(node: Node) -> list[Node]:
    is_list = node.get("class") == "FUNCTION" and node["function_name"] == "list_value"
    return node["children"] if is_list else [node]


def _with_forms(node: Node, text: Node, forms: list[Node]) -> Node:
    """A call of `strptime` with its forms as a list, unless there is one."""
    called_list = {**node, "alias": "", "function_name": "list_value", "children": forms}
    return {**node, "children": [text, forms[0] if len(forms) == 1 else called_list]}


def _one_reading(node: Node) -> Node | None:
    """`coalesce(try_strptime(x, a), strptime(x, b))` as `strptime(x, [a, b])`, which reads and refuses the same."""
    *tries, last = node["children"]
    if called(last, "strptime", 2) is None:
        return None
    text, forms = last["children"][0], []
    for attempt in tries:
        arguments = called(attempt, "try_strptime", 2)
        if arguments is None or not same(arguments[0], text):
            return None
        forms += _forms(arguments[1])
    return _with_forms({**last, "alias": node["alias"]}, text, [*forms, *_forms(last["children"][1])])


def _folded(node: Any) -> Any:
    if isinstance(node, list):
        return [_folded(part) for part in node]
    if not isinstance(node, dict):
        return node
    return {key: _lowered(value) if key in _NAMES else _folded(value) for key, value in node.items()}


def _lowered(value: Any) -> Any:
    if isinstance(value, list):
        return [str(part).lower() for part in value]
    return value.lower() if isinstance(value, str) else value
