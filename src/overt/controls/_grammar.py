"""What may stand in a control's text: a list of what is allowed, not of what is forbidden.

Whatever is not on the list could write, read a file, look at a clock or mean something else on another engine. The
list names each kind of node and each of its parts, since a part can be a word and no node: `natural`, `recursive`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlglot import exp

from overt.refusals import Refusal

DIALECT = "duckdb"
HELPERS = {
    "add_days": 2, "add_years": 2, "months_after": 2, "reaches_age": 2, "last_day_of": 2, "days_between": 2,
    "hours_after": 2, "day_of": 1, "end_of_year": 1, "after_weekend": 1,
}  # fmt: skip

_TWO = {"this", "expression"}
# One meaning, with identical rows, on DuckDB, SQLite, PostgreSQL and Spark: seen so in the packs' cases.
_PARTS: dict[type[exp.Expr], set[str]] = {
    exp.Select: {"with_", "expressions", "distinct", "from_", "joins", "where", "group", "having", "order"},
    exp.With: {"expressions"},
    exp.CTE: {"this", "alias"},
    exp.Subquery: {"this", "alias"},
    exp.From: {"this"},
    exp.Join: {"this", "on", "side", "kind"},
    exp.Where: {"this"},
    exp.Group: {"expressions"},
    exp.Having: {"this"},
    exp.Order: {"expressions"},
    exp.Ordered: {"this", "desc", "nulls_first"},
    exp.Table: {"this", "alias"},
    exp.TableAlias: {"this"},
    exp.Alias: {"this", "alias"},
    exp.Column: {"this", "table"},
    exp.Identifier: {"this"},
    exp.Literal: {"this", "is_string"},
    exp.Boolean: {"this"},
    exp.Null: set(),
    exp.Placeholder: {"this"},
    exp.Paren: {"this"},
    exp.Tuple: {"expressions"},
    exp.Union: {"this", "expression", "distinct", "with_"},
    exp.Distinct: {"expressions"},
    exp.Is: _TWO,
    exp.Between: {"this", "low", "high"},
    exp.In: {"this", "expressions"},
    exp.Like: {"this", "expression", "negate"},
    exp.Exists: {"this"},
    exp.Not: {"this"},
    exp.Neg: {"this"},
    exp.Case: {"this", "ifs", "default"},
    exp.If: {"this", "true", "false"},
    exp.Div: {"this", "expression", "typed", "safe"},
    exp.DPipe: {"this", "expression", "safe"},
    exp.Count: {"this", "big_int"},
    exp.Sum: {"this"},
    exp.Min: {"this"},
    exp.Max: {"this"},
    exp.Filter: _TWO,
    exp.Window: {"this", "partition_by", "order", "over"},
    exp.RowNumber: set(),
    exp.Lag: {"this", "offset", "default"},
    exp.Lead: {"this", "offset", "default"},
    exp.Coalesce: {"this", "expressions", "is_nvl", "is_null"},
    exp.Nullif: _TWO,
    exp.Trim: {"this", "expression", "position"},
    exp.Lower: {"this"},
    exp.Upper: {"this"},
    exp.Length: {"this"},
    exp.Replace: {"this", "expression", "replacement"},
    exp.Anonymous: {"this", "expressions"},
    exp.Star: set(),
    **dict.fromkeys(
        (exp.And, exp.Or, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.NullSafeNEQ), _TWO
    ),
    **dict.fromkeys((exp.Add, exp.Sub, exp.Mul), _TWO),
}
_JOINS = {"side": ("LEFT", "RIGHT", "FULL"), "kind": ("INNER", "CROSS", "OUTER")}
_ADVICE: dict[type[exp.Expr], str] = {
    exp.Star: "name every column",
    exp.Interval: "use add_days, add_years or hours_after",
    exp.Cast: "compare columns of the model's own kinds; they need no cast",
    exp.TryCast: "compare columns of the model's own kinds; they need no cast",
    exp.CurrentDate: "use :as_of; a control has no clock",
    exp.CurrentTimestamp: "use :as_of; a control has no clock",
    exp.Greatest: "use case: engines differ over null",
    exp.Least: "use case: engines differ over null",
    exp.Rand: "a control gives the same answer each time",
}
# PostgreSQL cuts a longer name, so that two of them become one.
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


def outside_grammar(tree: exp.Expr, where: str) -> list[Refusal]:
    """A refusal for each node that may not stand in a control's text, and each name that is not a plain one."""
    return [refusal for node in tree.walk() for refusal in _node(node, where)]


def shown(node: exp.Expr) -> str:
    """The node as text for a refusal."""
    text = node.sql(dialect=DIALECT, comments=False)
    return text if len(text) <= 80 else text[:77] + "..."


def _node(node: exp.Expr, where: str) -> list[Refusal]:
    if type(node) not in _PARTS or (isinstance(node, exp.Star) and not isinstance(node.parent, exp.Count)):
        advice = next((text for kind, text in _ADVICE.items() if isinstance(node, kind)), "docs/writing-a-pack.md")
        return [Refusal("control-not-portable", where, f"{node.key}: {shown(node)}", advice)]
    check = _CHECKS.get(type(node))
    return (check(node, where) if check else []) or _parts(node, where)


def _subquery(node: exp.Expr, where: str) -> list[Refusal]:
    if not isinstance(node.parent, exp.From | exp.Join):
        return [Refusal("control-scalar-subquery", where, shown(node), "`exists`, or a join with a grouped subquery")]
    if not isinstance(node.this, exp.Query) or not node.alias:
        return [Refusal("control-not-portable", where, shown(node), "(select …) as a_name")]
    return []


def _in(node: exp.Expr, where: str) -> list[Refusal]:
    if node.args.get("query"):
        return [Refusal("control-in-subquery", where, shown(node), "`exists`, which treats null correctly")]
    return []


def _parts(node: exp.Expr, where: str) -> list[Refusal]:
    unknown = sorted(name for name, value in node.args.items() if _is_said(value) and name not in _PARTS[type(node)])
    if isinstance(node, exp.Join):
        unknown += [name for name, words in _JOINS.items() if str(node.args.get(name) or words[0]).upper() not in words]
    if isinstance(node, exp.Exists) and not isinstance(node.this, exp.Select | exp.Union):
        unknown.append("list")
    if isinstance(node, exp.Placeholder) and not _NAME.fullmatch(node.name):
        unknown.append("parameter without a name")
    if not unknown:
        return []
    names = ", ".join(name.rstrip("_") for name in unknown)
    return [Refusal("control-not-portable", where, f"{node.key} with {names}: {shown(node)}", "docs/writing-a-pack.md")]


def _is_said(value: Any) -> bool:
    return value is not None and value is not False and value not in ([], "")


def _name(node: exp.Expr, where: str) -> list[Refusal]:
    if not node.args.get("quoted") and _NAME.fullmatch(node.this):
        return []
    wanted = "a name of lower-case letters, digits and _, at most 63 of them and without quotes"
    return [Refusal("control-name", where, shown(node), wanted)]


def _helper_call(node: exp.Expr, where: str) -> list[Refusal]:
    if isinstance(node.this, str) and HELPERS.get(node.this.lower()) == len(node.expressions):
        return []
    wanted = ", ".join(f"{helper}/{count}" for helper, count in HELPERS.items())
    return [Refusal("control-not-portable", where, shown(node), f"one of {wanted}")]


def _table(node: exp.Expr, where: str) -> list[Refusal]:
    if not isinstance(node.this, exp.Identifier) or node.args.get("db") or node.args.get("catalog"):
        return [
            Refusal("control-not-a-model-table", where, shown(node), "a table of the model, by its unqualified name")
        ]
    return []


_CHECKS: dict[type[exp.Expr], Callable[[exp.Expr, str], list[Refusal]]] = {
    exp.Identifier: _name,
    exp.Anonymous: _helper_call,
    exp.Table: _table,
    exp.Subquery: _subquery,
    exp.In: _in,
}
