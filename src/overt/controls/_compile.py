"""Writes a control's text for an engine: parameters filled in, date helpers in the engine's own words.

No function has to be created on the engine, so that a read-only connection is enough.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import lru_cache

import sqlglot
from sqlglot import exp

from overt.controls._filled import EVERYTHING, Filled
from overt.controls._grammar import DIALECT
from overt.controls._has import without
from overt.controls._prepared import Prepared, Value, kind_of, mark

ENGINE_DIALECTS = ("duckdb", "sqlite", "postgres", "spark")

# Values that no control has.
_STRANGE, _STRANGE_YEAR = 907_315_800_000, 9_100

# {0} and {1} are the arguments as the engine writes them. For a period, 29 February plus a year is 28 February on every
# engine: a day that is missing becomes the last of its month.
_HELPERS: dict[str, dict[str, str]] = {
    "duckdb": {
        "add_days": "CAST({0} + CAST({1} AS INT) AS DATE)",
        "add_years": "CAST({0} + TO_YEARS(CAST({1} AS INT)) AS DATE)",
        "months_after": "CAST({0} + TO_MONTHS(CAST({1} AS INT)) AS DATE)",
        "days_between": "DATE_DIFF('day', {1}, {0})",
        "day_of": "CAST({0} AS DATE)",
        "end_of_year": "MAKE_DATE(YEAR({0}), 12, 31)",
        "hours_after": "({0} + TO_HOURS(CAST({1} AS INT)))",
    },
    "sqlite": {
        "add_days": "DATE({0}, ({1}) || ' days')",
        "add_years": (
            "MIN(DATE({0}, ({1}) || ' years'), DATE({0}, 'start of month', ({1}) || ' years', '+1 month', '-1 day'))"
        ),
        "months_after": (
            "MIN(DATE({0}, ({1}) || ' months'), DATE({0}, 'start of month', ({1}) || ' months', '+1 month', '-1 day'))"
        ),
        "days_between": "CAST(JULIANDAY({0}) - JULIANDAY({1}) AS INTEGER)",
        "day_of": "DATE({0})",
        "end_of_year": "DATE({0}, 'start of year', '+1 year', '-1 day')",
        # The part of a second stands as it was written.
        "hours_after": "(DATETIME({0}, ({1}) || ' hours') || SUBSTR({0}, 20))",
    },
    "postgres": {
        "add_days": "({0} + CAST({1} AS INT))",
        "add_years": "CAST({0} + MAKE_INTERVAL(years => CAST({1} AS INT)) AS DATE)",
        "months_after": "CAST({0} + MAKE_INTERVAL(months => CAST({1} AS INT)) AS DATE)",
        "days_between": "({0} - {1})",
        "day_of": "CAST({0} AS DATE)",
        "end_of_year": "MAKE_DATE(CAST(EXTRACT(YEAR FROM {0}) AS INT), 12, 31)",
        "hours_after": "({0} + MAKE_INTERVAL(hours => CAST({1} AS INT)))",
    },
    "spark": {
        "add_days": "DATE_ADD({0}, {1})",
        "add_years": "ADD_MONTHS({0}, 12 * ({1}))",
        "months_after": "ADD_MONTHS({0}, {1})",
        "days_between": "DATEDIFF({0}, {1})",
        "day_of": "CAST({0} AS DATE)",
        "end_of_year": "MAKE_DATE(YEAR({0}), 12, 31)",
        "hours_after": "({0} + MAKE_DT_INTERVAL(0, {1}, 0, 0))",
    },
}
# A Monday, and as early as any day that is counted from it.
_MONDAY = {"sqlite": "'0001-01-01'", **dict.fromkeys(("duckdb", "postgres", "spark"), "CAST('0001-01-01' AS DATE)")}
for _dialect, _helpers in _HELPERS.items():
    _weekday = f"{_helpers['days_between'].format('{0}', _MONDAY[_dialect])} % 7"
    _helpers["after_weekend"] = _helpers["add_days"].format(
        "{0}", f"CASE {_weekday} WHEN 5 THEN 2 WHEN 6 THEN 1 ELSE 0 END"
    )
    # The rule of `overt.ages`: a person born on 29 February reaches an age on 1 March. The day that adding years has
    # lost is what is missing after the same years are taken off again. SQLite's years end on 1 March by themselves.
    _there = _helpers["add_years"]
    _back = _there.format(_there, "-({1})")
    _lost = _helpers["days_between"].format("{0}", _back)
    _helpers["reaches_age"] = (
        "DATE({0}, ({1}) || ' years')" if _dialect == "sqlite" else _helpers["add_days"].format(_there, _lost)
    )
    # The rule of `overt.periods`: a period that begins with a day ends the day before the same date, or with the last
    # day of a month that has no such date; then taking the months off again does not give the day it began.
    _there = _helpers["months_after"]
    _back = _there.format(_there, "-({1})")
    _helpers["last_day_of"] = _helpers["add_days"].format(_there, f"CASE WHEN {_back} = {{0}} THEN -1 ELSE 0 END")


def prepare(sql: str, parameters: Mapping[str, Value]) -> Prepared:
    """A control's text for DuckDB, with marks in place of its parameters, which are of the kinds of those given.

    It is rendered with values that stand in no other place, so that only the values differ from any other rendering.
    Without any SQL where a parameter is of no such kind.
    """
    kinds = {name: kind_of(value) for name, value in sorted(parameters.items())}
    if not all(kinds.values()):
        return Prepared(sql, "")
    values: dict[str, Value] = {}
    for place, (name, kind) in enumerate(kinds.items()):
        number = _STRANGE + place
        values[name] = (
            dt.date(_STRANGE_YEAR + place, 1, 1) if kind == "d" else number if kind == "n" else f"text {number}"
        )
    select = render_text(sql, "duckdb", values)
    for name, value in values.items():
        select = re.sub(rf"(?<!\w){re.escape(str(value))}(?!\w)", mark(name, kinds[name]), select)
    return Prepared(sql, select)


def render_text(sql: str, dialect: str, parameters: Mapping[str, Value], filled: Filled = EVERYTHING) -> str:
    """What `render` gives of a control's text."""
    return render(_tree(sql), dialect, parameters, filled)


@lru_cache(maxsize=512)
def _tree(sql: str) -> exp.Expr:
    return sqlglot.parse_one(sql, dialect=DIALECT)


def render(tree: exp.Expr, dialect: str, parameters: Mapping[str, Value], filled: Filled = EVERYTHING) -> str:
    """The text of `tree` for the engine of `dialect`, and for a source that fills these columns.

    Raises `KeyError` for a parameter without a value. Values are written as literals of their own
    type; they come from a pack, a charter or the command line, typed, and never from a record.
    """
    tree = without(tree, filled)
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
