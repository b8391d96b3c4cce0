"""Whether an expression of a mapping turns a value that it cannot read into null.

`try_cast`, `try_strptime` and `try` do, unless what stands behind them reads the same columns strictly:
`coalesce(try_strptime("Added", '%d/%m/%Y'), strptime("Added", '%Y-%m-%d'))` stops at a value in neither form.
"""

from __future__ import annotations

import json
from functools import reduce
from typing import Any

from overt.audits.mapping._functions import words

Node = dict[str, Any]
# For each lenient part of an expression, as text, the columns that it reads.
_Lenient = dict[str, frozenset[str]]

_PLACES = ("query_location", "alias")
# With these a value that is there stays there, or stops the mapping.
_KEEPING = words("strptime timezone strftime trim ltrim rtrim lower upper lcase ucase replace regexp_replace || concat")


def forgives(item: Node) -> bool:
    """Whether some value that the expression cannot read becomes null."""
    return bool(_lenient(item))


def _lenient(node: Any) -> _Lenient:
    """The lenient parts whose nulls reach the value of the expression."""
    if isinstance(node, list):
        return _together([_lenient(part) for part in node])
    if not isinstance(node, dict):
        return {}
    if _is_lenient(node):
        return {_text(node): _columns(node)}
    if node.get("type") == "OPERATOR_COALESCE":
        *_, last = node["children"]
        return _without(_lenient(node["children"]), _kept(last)) | _lenient(last)
    if node.get("class") == "CASE":
        return _lenient_of_case(node)
    return _lenient(list(node.values()))


def _lenient_of_case(node: Node) -> _Lenient:
    """As for any expression; but where a branch is chosen because a part is null, that part's values go there."""
    left = [(check["when_expr"], check["then_expr"]) for check in node["case_checks"]]
    if not left:
        return _lenient(node["else_expr"])
    (when, then), *others = left
    otherwise = {**node, "case_checks": [{"when_expr": w, "then_expr": t} for w, t in others]}
    tested, is_null = _null_test(when)
    if tested is None:
        return _lenient(when) | _lenient(then) | _lenient_of_case(otherwise)
    parts = _lenient(tested)
    rest = otherwise if others else node["else_expr"]
    at_null, at_value = (then, rest) if is_null else (rest, then)
    read = {text: columns for text, columns in _lenient(at_value).items() if text not in parts}
    return _without(parts, _kept(at_null)) | _lenient(at_null) | read


def _null_test(node: Node) -> tuple[Node | None, bool]:
    """The expression that a condition holds against null, and whether the condition is true of null."""
    kind = node.get("type")
    if kind == "OPERATOR_NOT":
        tested, is_null = _null_test(node["children"][0])
        return tested, not is_null
    if kind in ("OPERATOR_IS_NULL", "OPERATOR_IS_NOT_NULL"):
        return node["children"][0], kind == "OPERATOR_IS_NULL"
    return None, False


def _is_lenient(node: Node) -> bool:
    return bool(
        node.get("try_cast") or node.get("type") == "OPERATOR_TRY" or node.get("function_name") == "try_strptime"
    )


def _kept(node: Node) -> frozenset[str]:
    """The columns of which a value that is there gives a value, or stops the mapping."""
    kind = node.get("class")
    if kind == "COLUMN_REF":
        return frozenset((".".join(node["column_names"]).lower(),))
    if kind == "CAST" and not node["try_cast"]:
        return _kept(node["child"])
    if node.get("type") == "OPERATOR_COALESCE" or (
        kind == "FUNCTION" and str(node["function_name"]).lower() in _KEEPING
    ):
        return frozenset().union(*map(_kept, node["children"]))
    if kind == "CASE":
        branches = [*(check["then_expr"] for check in node["case_checks"]), node["else_expr"]]
        return reduce(frozenset.intersection, map(_kept, branches))
    return frozenset()


def _columns(node: Any) -> frozenset[str]:
    if isinstance(node, list):
        return frozenset().union(*map(_columns, node))
    if not isinstance(node, dict):
        return frozenset()
    return _kept(node) if node.get("class") == "COLUMN_REF" else _columns(list(node.values()))


def _without(parts: _Lenient, kept: frozenset[str]) -> _Lenient:
    return {text: columns for text, columns in parts.items() if not columns <= kept}


def _together(parts: list[_Lenient]) -> _Lenient:
    return {text: columns for part in parts for text, columns in part.items()}


def _text(node: Any) -> str:
    """The expression without its places, so that the same expression is the same text."""
    if isinstance(node, dict):
        return json.dumps({key: _text(value) for key, value in node.items() if key not in _PLACES}, sort_keys=True)
    return json.dumps([_text(part) for part in node] if isinstance(node, list) else node)
