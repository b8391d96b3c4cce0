"""What a server of Spark Connect would read, by two answers.

1. A parser gives every table and function that the control names. It is the one that wrote the text for the server, so
   this answer is ours and not the server's.
2. The server explains the control above empty tables of the model. In its analysed plan there is then nothing that
   reads: no table, view, file or function in place of a table.

A client does not get the server's tree of expressions as data. So which functions run rests on the first answer alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from overt.controls.engines._reads import MODEL, words

if TYPE_CHECKING:
    from overt.controls.engines._base import Engine

_FUNCTIONS = words(
    "and or not case if coalesce nullif exists cast count sum min max row_number lag lead trim lower upper length",
    "replace substr substring concat try_cast date_add add_months datediff date_diff year make_date make_dt_interval",
    "dpipe ts_or_ds_add ts_or_ds_diff ts_or_ds_to_date",
)
_SECTIONS = re.compile(r"^== (.+) ==$", re.MULTILINE)
_ANALYSED = "Analyzed Logical Plan"
_STEP = re.compile(r"^[\s:|+-]*'?(\w+(?: Join)?:?)", re.MULTILINE)
# Steps of a plan that read nothing by themselves: of Spark, then of Sail.
_STEPS = words(
    "WithCTE CTERelationDef CTERelationRef SubqueryAlias Project Filter Join Aggregate Sort Distinct Union Window",
    "Deduplicate OneRowRelation",
    "Projection: Filter: Aggregate: SubqueryAlias: Sort: Distinct: Union WindowAggr: Limit: EmptyRelation: Subquery:",
)
_JOIN = re.compile(r"\w+ Join:|Cross Join:")


def asked(engine: Engine, control: str) -> str:
    """The statement by which the server explains a control."""
    return f"explain extended {engine.above_empty_tables(control)} select 1 from control"


def outside(engine: Engine, control: str) -> list[str]:
    """What the control would read beside the tables of the model."""
    from pyspark.errors import PySparkException  # noqa: PLC0415  an extra

    if found := sorted(set(_named(control))):
        return found
    try:
        plan = str(engine.fetch(asked(engine, control))[0][0])
    except PySparkException as error:
        return [f"something that is not there, or is not one select ({error.getCondition() or 'not analysed'})"]
    return sorted(set(_planned(plan)))


def _named(control: str) -> list[str]:
    """The tables and functions of the text that it may not name."""
    try:
        trees = sqlglot.parse(control, dialect="spark")
    except SqlglotError:
        return ["something that is not one select"]
    if len(trees) != 1 or not isinstance(trees[0], exp.Query):
        return ["something that is not one select"]
    tree = trees[0]
    given = {cte.alias for cte in tree.find_all(exp.CTE)}
    found = [
        f"the relation {table.sql(dialect='spark')}"
        for table in tree.find_all(exp.Table)
        if table.args.get("db") or not isinstance(table.this, exp.Identifier) or table.name not in MODEL | given
    ]
    found += [f"the function {name}" for name in map(_name, tree.find_all(exp.Func)) if name not in _FUNCTIONS]
    found += ["a variable or a parameter" for _ in tree.find_all(exp.Parameter, exp.Placeholder, exp.SessionParameter)]
    return found + ["a command" for _ in tree.find_all(exp.Command, exp.Lateral, exp.Values, exp.TableSample)]


def _name(function: exp.Func) -> str:
    return (function.name if isinstance(function, exp.Anonymous) else function.sql_name()).lower()


def _planned(plan: str) -> list[str]:
    """The steps of the analysed plan that are not on the list."""
    sections = _SECTIONS.split(plan)
    analysed = [text for name, text in zip(sections[1::2], sections[2::2], strict=True) if name == _ANALYSED]
    if len(analysed) != 1 or "more fields" in analysed[0]:
        return ["something that the server does not show: it gives no whole plan of the statement"]
    # Its first line are the columns of the result.
    body = analysed[0].strip().partition("\n")[2]
    steps = [found[1] for line in body.splitlines() if (found := _STEP.match(line))]
    return [step.rstrip(":") for step in steps if step not in _STEPS and not _JOIN.fullmatch(step)] or (
        [] if steps else ["something that the server does not show: its plan has no steps"]
    )
