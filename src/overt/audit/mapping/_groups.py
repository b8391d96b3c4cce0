"""The broad groups of ethnicities in a draft: the one place that says what words stand for which group."""

from __future__ import annotations

from overt.audit.mapping._guesses import Guess, SourceColumn
from overt.audit.mapping._several import SEVERAL, several, several_sql

_GROUPS = ("White", "Mixed", "Asian", "Black", "Other")
_INDENT = "        "


def broad_groups(column: SourceColumn) -> Guess | None:
    """How a column of self-defined or observed ethnicity becomes broad groups; nothing where its words are not known.

    A cell that holds several values is `several`, and of no group. Group schemes take the place of what is here.
    """
    values = column.values
    if not values:
        return None
    many = several(values)
    if set(values) - many <= set(_GROUPS):
        if not many:
            return Guess(column.sql, "its values are the broad groups")
        sql = f"case when {several_sql(column.sql, many)} then '{SEVERAL}' else {column.sql} end"
        return Guess(sql, f"its values are the broad groups; {_rows(column, many)} hold several")
    if not any(value.startswith(_GROUPS) for value in values):
        return None
    cases = [f"when {several_sql(column.sql, many)} then '{SEVERAL}'"] if many else []
    cases += [f"when lower({column.sql}) like '%not stated%' then null"]
    cases += [f"when {column.sql} like '{group}%' then '{group}'" for group in _GROUPS]
    left = sorted(value for value in values if value not in many and not value.startswith(_GROUPS))
    out = f"; {_rows(column, left)} begin with no group and become nothing" if left else ""
    return Guess("case " + f"\n{_INDENT}".join(cases) + " end", f"the first word is the broad group{out}")


def _rows(column: SourceColumn, values: set[str] | list[str]) -> str:
    return f"{sum(column.values[value] for value in values):,} rows"
