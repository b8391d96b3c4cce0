"""Writes a control's text for an engine: parameters filled in, date helpers in the engine's own words.

No function has to be created on the engine, so that a read-only connection is enough.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import sqlglot
from sqlglot import exp

ENGINE_DIALECTS = ("duckdb", "sqlite", "postgres", "spark")

Value = int | float | str | dt.date

# {0} and {1} are the arguments as the engine writes them. 29 February plus a year is 28 February on every engine.
_HELPERS: dict[str, dict[str, str]] = {
    "duckdb": {
        "add_days": "CAST({0} + CAST({1} AS INT) AS DATE)",
        "add_years": "CAST({0} + TO_YEARS(CAST({1} AS INT)) AS DATE)",
        "days_between": "DATE_DIFF('day', {1}, {0})",
        "day_of": "CAST({0} AS DATE)",
    },
    "sqlite": {
        "add_days": "DATE({0}, ({1}) || ' days')",
        "add_years": (
            "MIN(DATE({0}, ({1}) || ' years'), DATE({0}, 'start of month', ({1}) || ' years', '+1 month', '-1 day'))"
        ),
        "days_between": "CAST(JULIANDAY({0}) - JULIANDAY({1}) AS INTEGER)",
        "day_of": "DATE({0})",
    },
    "postgres": {
        "add_days": "({0} + CAST({1} AS INT))",
        "add_years": "CAST({0} + MAKE_INTERVAL(years => CAST({1} AS INT)) AS DATE)",
        "days_between": "({0} - {1})",
        "day_of": "CAST({0} AS DATE)",
    },
    "spark": {
        "add_days": "DATE_ADD({0}, {1})",
        "add_years": "ADD_MONTHS({0}, 12 * ({1}))",
        "days_between": "DATEDIFF({0}, {1})",
        "day_of": "CAST({0} AS DATE)",
    },
}


def render(tree: exp.Expr, dialect: str, parameters: Mapping[str, Value]) -> str:
    """The text of `tree` for the engine of `dialect`.

    Raises `KeyError` for a parameter without a value. Values are written as literals of their own
    type; they come from a pack, a charter or the command line, typed, and never from a record.
    """
    tree = tree.copy()
    for placeholder in list(tree.find_all(exp.Placeholder)):
        placeholder.replace(_literal(parameters[placeholder.name], dialect))
    # Innermost first, so that an argument is already in the engine's words.
    for call in reversed([node for node in tree.find_all(exp.Anonymous) if node.name.lower() in _HELPERS[dialect]]):
        arguments = [argument.sql(dialect=dialect) for argument in call.expressions]
        text = _HELPERS[dialect][call.name.lower()].format(*arguments)
        replacement = sqlglot.parse_one(text, dialect=dialect)
        if call is tree:
            return replacement.sql(dialect=dialect, comments=False)
        call.replace(replacement)
    # To some engines a comment is an instruction.
    return tree.sql(dialect=dialect, comments=False)


def _literal(value: Value, dialect: str) -> exp.Expr:
    if isinstance(value, bool):
        return exp.Boolean(this=value)
    if isinstance(value, dt.date):
        # SQLite keeps dates as text, and its CAST AS DATE would keep the year alone.
        text = exp.Literal.string(value.isoformat())
        return text if dialect == "sqlite" else exp.cast(text, "date")
    if isinstance(value, int | float):
        return exp.convert(value)
    return exp.Literal.string(value)
