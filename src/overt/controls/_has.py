"""`has(table.column)`: whether the source fills a column that a control can do without.

Before an engine sees the text, each `has` is written as `true` or `false`, and a column that a control can do without
and that the source does not fill reads as null. So one text answers a full source as a full one, and of a source
that lacks a refinement it says which rows breach all the same and of which it cannot be told.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from overt.controls._filled import EVERYTHING, Columns, Filled
from overt.controls._grammar import DIALECT, shown
from overt.model import TABLES, Kind
from overt.refusals import Refusal

HAS = "has"
# Where a condition stands.
_PLACES = (exp.And, exp.Or, exp.Not, exp.Paren, exp.If, exp.Where, exp.Having, exp.Join, exp.Coalesce)
_TYPES = {
    Kind.TEXT: "text", Kind.DATE: "date", Kind.TIMESTAMP: "timestamp", Kind.BOOLEAN: "boolean",
    Kind.INTEGER: "bigint", Kind.NUMBER: "double",
}  # fmt: skip


def read_has(tree: exp.Expr, where: str) -> tuple[Columns, list[Refusal]]:
    """The columns that a text names inside `has()`, by table; a refusal for each call that names none it reads."""
    columns: dict[str, set[str]] = {}
    refusals = []
    read = {column.name for column in tree.find_all(exp.Column) if not _is_has(column.parent)}
    tables = {table.name for table in tree.find_all(exp.Table)}
    for call in _calls(tree):
        column = call.expressions[0] if len(call.expressions) == 1 else None
        if not isinstance(column, exp.Column) or not isinstance(call.parent, _PLACES):
            wanted = "has(table.column), as a condition"
        elif column.args.get("db") or column.name not in getattr(TABLES.get(column.table), "by_name", ()):
            wanted = "a column of the model, with the name of its table and not of an alias"
        elif column.table not in tables or column.name not in read:
            wanted = "a column that the text reads"
        else:
            columns.setdefault(column.table, set()).add(column.name)
            continue
        refusals.append(Refusal("control-has", where, shown(call), wanted))
    return {table: tuple(sorted(names)) for table, names in sorted(columns.items())}, refusals


def without(tree: exp.Expr, filled: Filled = EVERYTHING) -> exp.Expr:
    """A copy of the text for a source that fills these columns, with no `has` in it."""
    tree = tree.copy()
    lacking: dict[str, set[str]] = {}
    for call in list(_calls(tree)):
        column = call.expressions[0]
        there = column.name in filled.get(column.table, ())
        if not there:
            lacking.setdefault(column.table, set()).add(column.name)
        call.replace(exp.Boolean(this=there))
    if lacking:
        named = {column.name for column in tree.find_all(exp.Column)}
        for table in list(tree.find_all(exp.Table)):
            if table.name in lacking:
                table.replace(_as_null(table, lacking[table.name], named, there=table.name in filled))
    return tree


def _calls(tree: exp.Expr) -> Iterable[exp.Anonymous]:
    return (node for node in tree.find_all(exp.Anonymous) if _is_has(node))


def _is_has(node: exp.Expr | None) -> bool:
    return isinstance(node, exp.Anonymous) and isinstance(node.this, str) and node.this.lower() == HAS


def _as_null(table: exp.Table, lacking: set[str], named: set[str], *, there: bool) -> exp.Expr:
    """A select that stands for a table of the model, in which the columns that it lacks are null."""
    model = TABLES[table.name]
    columns = [column for column in model.columns if column.name in named] or [model.key]
    select = exp.select(
        *[
            exp.alias_(exp.cast(exp.null(), _TYPES[column.kind], dialect=DIALECT), column.name)
            if column.name in lacking
            else exp.column(column.name, table.name)
            for column in columns
        ]
    ).from_(table.name)
    if not there:
        select = select.where(exp.false())
    return select.subquery(table.alias_or_name)
