"""Reads the text of a control: one portable `select`, and which columns decide its answer.

The text is parsed as DuckDB's dialect. What may stand in it is a list of what is allowed, not of
what is forbidden: whatever is not on the list could write, read a file, look at a clock or mean
something else on another engine.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.pushdown_projections import pushdown_projections
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope

from overt.model import TABLES
from overt.refusals import Refusal

DIALECT = "duckdb"
HELPERS = {"add_days": 2, "add_years": 2, "days_between": 2, "day_of": 1}

# One meaning, with identical rows, on DuckDB, SQLite, PostgreSQL and Spark: seen so in the packs' cases.
_ALLOWED_NODES: tuple[type[exp.Expr], ...] = (
    exp.Select, exp.With, exp.CTE, exp.Subquery, exp.From, exp.Join, exp.Where, exp.Group, exp.Having, exp.Order,
    exp.Ordered, exp.Table, exp.TableAlias, exp.Alias, exp.Column, exp.Identifier, exp.Literal, exp.Boolean,
    exp.Null, exp.Placeholder, exp.Paren, exp.Tuple, exp.Union, exp.Distinct,
    exp.And, exp.Or, exp.Not, exp.Is, exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ,
    exp.NullSafeNEQ, exp.Between, exp.In, exp.Like, exp.Exists, exp.Case, exp.If,
    exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Neg, exp.DPipe,
    exp.Count, exp.Sum, exp.Min, exp.Max, exp.Filter, exp.Window, exp.RowNumber, exp.Lag, exp.Lead,
    exp.Coalesce, exp.Nullif, exp.Trim, exp.Lower, exp.Upper, exp.Length, exp.Replace, exp.Anonymous,
)  # fmt: skip
_ADVICE = {
    exp.Star: "name every column",
    exp.Interval: "use add_days or add_years",
    exp.Cast: "compare columns of the model's own kinds; they need no cast",
    exp.TryCast: "compare columns of the model's own kinds; they need no cast",
    exp.CurrentDate: "use :as_of; a control has no clock",
    exp.CurrentTimestamp: "use :as_of; a control has no clock",
    exp.Greatest: "use case: engines differ over null",
    exp.Least: "use case: engines differ over null",
    exp.Rand: "a control gives the same answer each time",
}


@dataclass(frozen=True)
class Text:
    """A control's text, read: its tree, key, selected columns, deciding columns and parameters."""

    tree: exp.Select
    key: str
    columns: tuple[str, ...]
    needs: dict[str, tuple[str, ...]]
    parameters: tuple[str, ...]


def read_text(sql: str, where: str, *, dated: str | None, scoped_by_date: bool) -> tuple[Text | None, list[Refusal]]:
    """The text read, or everything that is wrong with it.

    `scoped_by_date` says that the date decides which rows are in scope, so that it is needed.
    """
    try:
        statements = [tree for tree in sqlglot.parse(sql, dialect=DIALECT) if tree is not None]
    except SqlglotError as error:
        return None, [Refusal("control-not-sql", where, _first_line(error), "one select that can be parsed")]
    if len(statements) != 1 or not isinstance(statements[0], exp.Select):
        kinds = ", ".join(tree.key for tree in statements) or "nothing"
        return None, [Refusal("control-not-one-select", where, kinds, "exactly one select")]
    tree = statements[0]
    refusals = [*_forbidden(tree, where), *_shape(tree, where, dated), *_unqualified(tree, where)]
    if refusals:
        return None, refusals
    columns = tuple(tree.named_selects)
    decisive = [columns[0], "breach", *([dated] if dated and scoped_by_date else [])]
    try:
        needs = _needs(tree, decisive)
    except SqlglotError as error:
        return None, [Refusal("control-unknown-column", where, _first_line(error), "columns of the model")]
    parameters = tuple(sorted({node.name for node in tree.find_all(exp.Placeholder)}))
    return Text(tree, columns[0], columns, needs, parameters), []


def _forbidden(tree: exp.Select, where: str) -> list[Refusal]:
    refusals = []
    named = {cte.alias for cte in tree.find_all(exp.CTE)}
    for node in tree.walk():
        if isinstance(node, exp.Star) and isinstance(node.parent, exp.Count):
            continue
        if isinstance(node, exp.Anonymous):
            refusals += _helper_call(node, where)
        elif isinstance(node, exp.Table):
            refusals += _table(node, named, where)
        elif isinstance(node, exp.Subquery) and not isinstance(node.parent, exp.From | exp.Join):
            refusals.append(
                Refusal("control-scalar-subquery", where, _shown(node), "`exists`, or a join with a grouped subquery")
            )
        elif isinstance(node, exp.In) and node.args.get("query"):
            refusals.append(Refusal("control-in-subquery", where, _shown(node), "`exists`, which is clear about null"))
        elif not isinstance(node, _ALLOWED_NODES):
            advice = next((text for kind, text in _ADVICE.items() if isinstance(node, kind)), "docs/writing-a-pack.md")
            refusals.append(Refusal("control-not-portable", where, f"{node.key}: {_shown(node)}", advice))
        elif isinstance(node, exp.Window) and node.args.get("spec"):
            refusals.append(Refusal("control-not-portable", where, _shown(node), "a window without a frame"))
    return refusals


def _helper_call(node: exp.Anonymous, where: str) -> list[Refusal]:
    name = node.name.lower()
    if HELPERS.get(name) == len(node.expressions):
        return []
    wanted = ", ".join(f"{helper}/{count}" for helper, count in HELPERS.items())
    return [Refusal("control-not-portable", where, _shown(node), f"one of {wanted}")]


def _table(node: exp.Table, named: set[str], where: str) -> list[Refusal]:
    if not isinstance(node.this, exp.Identifier) or node.args.get("db") or node.args.get("catalog"):
        return [Refusal("control-not-a-model-table", where, _shown(node), "a table of the model, by its bare name")]
    if node.name not in TABLES and node.name not in named:
        return [Refusal("control-not-a-model-table", where, node.name, "a table of the model: see `overt model`")]
    if node.alias and node.alias != node.name and node.alias in TABLES:
        return [Refusal("control-misleading-alias", where, f"{node.name} as {node.alias}", "another alias")]
    return []


def _shape(tree: exp.Select, where: str, dated: str | None) -> list[Refusal]:
    columns = tree.named_selects
    refusals = []
    if len(columns) < 3 or columns[-2:] != ["breach", "reason"]:
        refusals.append(
            Refusal("control-shape", where, f"selects {', '.join(columns)}", "key, ids and dates, then breach, reason")
        )
    if len(set(columns)) != len(columns):
        refusals.append(Refusal("control-shape", where, f"selects {', '.join(columns)}", "each column once"))
    if dated and dated not in columns:
        refusals.append(Refusal("control-dated", where, f"dated: {dated}", f"one of {', '.join(columns)}"))
    return refusals


def _unqualified(tree: exp.Select, where: str) -> list[Refusal]:
    bare = sorted({node.name for node in tree.find_all(exp.Column) if not node.table})
    if bare:
        return [Refusal("control-unqualified", where, ", ".join(bare), "table.column for every column")]
    return []


def _needs(tree: exp.Select, decisive: list[str]) -> dict[str, tuple[str, ...]]:
    outer = exp.select(*[exp.column(name, "control") for name in dict.fromkeys(decisive)]).from_(
        tree.copy().subquery("control")
    )
    schema: dict[str, object] = {
        name: {column.name: column.kind.value for column in table.columns} for name, table in TABLES.items()
    }
    pruned = pushdown_projections(qualify(outer, schema=schema, dialect=DIALECT, quote_identifiers=False))
    needs: dict[str, set[str]] = {}
    for scope in traverse_scope(pruned):
        for source in scope.sources.values():
            if isinstance(source, exp.Table):
                needs.setdefault(source.name, set())
        for column in scope.columns:
            read = scope.sources.get(column.table)
            if isinstance(read, exp.Table):
                needs[read.name].add(column.name)
    return {name: tuple(sorted(columns)) for name, columns in sorted(needs.items())}


def _shown(node: exp.Expr) -> str:
    text = node.sql(dialect=DIALECT)
    return text if len(text) <= 80 else text[:77] + "..."


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:200]
