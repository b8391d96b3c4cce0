"""Breaks a control on purpose, so that cases which do not notice are found out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import sqlglot
from sqlglot import exp

from overt.controls._control import Control
from overt.controls._grammar import DIALECT


def mutants(control: Control) -> Iterator[tuple[str, Control]]:
    """The control with one condition taken out, and what was taken out.

    A breach that is always true, always false or never known; each operand of each `and` and `or`
    dropped; each `where` or `having` that is not such a list dropped whole.
    """
    tree = sqlglot.parse_one(control.sql, dialect=DIALECT)
    for text in ("true", "false", "null"):
        changed = tree.copy()
        _breach_of(changed).set("this", sqlglot.parse_one(text, dialect=DIALECT))
        yield f"breach is always {text}", _with(control, changed)
    for index, node in enumerate(tree.walk()):
        if isinstance(node, exp.And | exp.Or):
            for dropped, kept in (("this", "expression"), ("expression", "this")):
                changed = tree.copy()
                target = list(changed.walk())[index]
                target.replace(target.args[kept].copy())
                yield f"without: {node.args[dropped].sql(dialect=DIALECT)}", _with(control, changed)
        elif isinstance(node, exp.Where | exp.Having) and not isinstance(node.this, exp.And | exp.Or):
            changed = tree.copy()
            list(changed.walk())[index].set("this", exp.true())
            yield f"without: {node.sql(dialect=DIALECT)}", _with(control, changed)


def _breach_of(tree: exp.Expr) -> exp.Expr:
    if not isinstance(tree, exp.Select):
        raise TypeError("a control is one select")
    columns: list[exp.Expr] = tree.expressions
    return next(column for column in columns if column.alias == "breach")


def _with(control: Control, tree: exp.Expr) -> Control:
    return replace(control, sql=tree.sql(dialect=DIALECT))
