"""Which rows may be sampled: a condition on one table that narrows the frame and finds nobody.

A sample is for judging a register, not for looking people up (no search for a person by name,
handle, face or place). So a condition may speak of dates, codes, numbers and units; it may not
compare a number, reference or pseudonym, may not search inside words, and may not touch
monitoring data.
"""

from __future__ import annotations

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from overt.model import Column, Table
from overt.refusals import Refusal, raise_all

NO_LOOK_UP = (
    "use a column that groups rows. Overt cannot be used to look people up. A person who wants to know whether they "
    "are listed can make a rights request to the controller"
)
_NAMES_A_ROW = ("_id", "_ref", "_sha256", "_digest")

_ALLOWED: tuple[type[exp.Expr], ...] = (
    exp.And,
    exp.Or,
    exp.Not,
    exp.Paren,
    exp.EQ,
    exp.NEQ,
    exp.GT,
    exp.GTE,
    exp.LT,
    exp.LTE,
    exp.NullSafeEQ,
    exp.NullSafeNEQ,
    exp.Is,
    exp.In,
    exp.Between,
    exp.Neg,
    exp.Null,
    exp.Boolean,
    exp.Literal,
    exp.Column,
    exp.Identifier,
    exp.Length,
    exp.Trim,
)


def names_a_row(column: Column) -> bool:
    """Whether the column is a number, reference or pseudonym that picks out one row or person."""
    return column.name.endswith(_NAMES_A_ROW)


def monitors(column: Column) -> bool:
    """Whether the column is monitoring data, which is never shown beside or used to find a listed person."""
    return column.name.startswith("ethnicity")


def read_condition(text: str, table: Table) -> str:
    """Return the condition as DuckDB SQL with every name quoted.

    Refuse, listing every fault, if the condition is not a simple comparison of the table's own columns
    with constants. Whether enough rows are left is checked where the frame is counted.
    """
    try:
        parsed = sqlglot.parse(text, dialect="duckdb")
    except SqlglotError:
        parsed = []
    if len(parsed) != 1 or parsed[0] is None:
        raise Refusal(
            "condition-unreadable", "--where", "this is not a single condition", "for example: status = 'active'"
        )
    tree = parsed[0]
    faults = _foreign_parts(tree)
    for column in tree.find_all(exp.Column):
        fault = _column_fault(column, table)
        if fault is not None:
            faults.append(fault)
    raise_all(faults)
    return str(tree.sql(dialect="duckdb", identify=True, comments=False))


def _foreign_parts(tree: exp.Expr) -> list[Refusal]:
    forbidden = sorted({type(node).__name__ for node in tree.walk() if not isinstance(node, _ALLOWED)})
    return [
        Refusal(
            "condition-not-allowed",
            "--where",
            f"{name} is not allowed in the condition of a sample",
            "comparisons with fixed values, in, between, is null, length, trim, joined by and, or, not",
            "to sample by anything else, map it to a column of the model",
        )
        for name in forbidden
    ]


def _column_fault(column: exp.Column, table: Table) -> Refusal | None:
    known = table.by_name.get(column.name)
    if known is None or column.table not in ("", table.name):
        return Refusal("column-unknown", "--where", f"table {table.name} has no column {column.sql()}")
    if monitors(known):
        return Refusal(
            "monitoring-data",
            "--where",
            f"{column.name} is monitoring data and cannot be used to select people",
            remedy="compare groups with counts over the whole register instead",
        )
    if names_a_row(known) and not isinstance(column.parent, exp.Is):
        return Refusal(
            "no-hunting",
            "--where",
            f"{column.name} would identify a single row or person",
            f"only {column.name} is null or is not null",
            NO_LOOK_UP,
        )
    return None
