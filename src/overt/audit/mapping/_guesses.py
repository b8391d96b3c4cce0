"""What the values of a source column look like: dates of which form, codes of which list.

Nothing is guessed where values leave a choice: what day and what month is, or which century.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import duckdb

from overt.audit.mapping._by_scheme import codes
from overt.audit.mapping._convert import TYPES, convert, filled_sql
from overt.audit.mapping._guess import Guess, as_comment
from overt.audit.mapping._profile import ColumnProfile
from overt.audit.mapping._synonyms import CODES
from overt.audit.source._sandbox import literal, quoted_name
from overt.model import Column, Kind

_DAYS = (
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d.%m.%Y",
    "%Y/%m/%d",
    "%Y%m%d",
    "%d %b %Y",
    "%d-%b-%Y",
    "%d %B %Y",
    "%B %d, %Y",
    "%b %d, %Y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d-%b-%y",
)
_TIMES = (" %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p")
FORMATS = (*(f"{day}{time}" for day in _DAYS for time in ("", *_TIMES)), "%Y-%m-%d %H:%M")
_SHOWN, _ROWS_TO_SHOW = 12, 10


@dataclass
class SourceColumn:
    """A column of the source while a mapping is drafted; `values` are its values if it has few."""

    profile: ColumnProfile
    type: str
    values: dict[str, int] = field(default_factory=dict)

    @property
    def sql(self) -> str:
        """The column as SQL."""
        return quoted_name(self.profile.column)

    @property
    def shown(self) -> str:
        """The column's name as a comment can hold it."""
        return as_comment(self.profile.column)


def guess(connection: duckdb.DuckDBPyConnection, source: str, column: SourceColumn, model: Column) -> Guess:
    """How the source's column fills the model's, checked on every value."""
    if model.codes:
        return _codes(column, model)
    if model.kind in (Kind.DATE, Kind.TIMESTAMP) and column.type == "VARCHAR":
        return _dates(connection, source, column, model.kind)
    if model.kind is Kind.DATE and column.type.startswith("TIMESTAMP"):
        zoned = column.type == "TIMESTAMP WITH TIME ZONE"
        day = f"cast(timezone('Europe/London', {column.sql}) as date)" if zoned else f"cast({column.sql} as date)"
        return Guess(day, "the day of the time" + (", in London" if zoned else ""))
    bad = _bad(connection, source, column, model.kind)
    if bad is None:
        return Guess(None, f"its type is {column.type.lower()}, and {model.kind} is wanted")
    return Guess(column.sql, "its name") if bad == 0 else Guess(None, f"{bad} values are no {model.kind}")


def _bad(connection: duckdb.DuckDBPyConnection, source: str, column: SourceColumn, kind: Kind) -> int | None:
    """How many values cannot be turned; `None` if the types have no bridge."""
    conversion = convert(column.sql, column.type, kind)
    if conversion is None:
        return None
    if conversion.bad is None:
        return 0
    row = connection.execute(f"select count(*) from {source} where {conversion.bad}").fetchone()
    return int(row[0]) if row else 0


def _dates(connection: duckdb.DuckDBPyConnection, source: str, column: SourceColumn, kind: Kind) -> Guess:
    if column.profile.filled == 0:
        return Guess(None, "it is blank throughout")
    if _bad(connection, source, column, kind) == 0:
        return Guess(column.sql, "its name; every value is ISO 8601")
    if kind is Kind.DATE and _bad(connection, source, column, Kind.TIMESTAMP) == 0:
        day = f"cast(timezone('Europe/London', cast({column.sql} as timestamptz)) as date)"
        return Guess(day, "the day of the time, in London")
    return _formed(column, kind, _forms(connection, source, column))


def _formed(column: SourceColumn, kind: Kind, forms: list[str]) -> Guess:
    """What to make of the forms in which every value of the column can be read."""
    filled = column.profile.filled
    if not forms:
        return Guess(None, f"its {filled} values are not dates of one form")
    if len(forms) > 1:
        either = " or ".join(f"strptime({column.shown}, '{form}')" for form in forms)
        return Guess(None, f"every value can be read in {len(forms)} ways, so ask which it is: {either}")
    if "%y" in forms[0]:
        return Guess(None, f"every value reads as {forms[0]}, but the century is not written: say which")
    parsed = f"strptime(trim({column.sql}), '{forms[0]}')"
    if filled < column.profile.rows:
        parsed = f"case when trim({column.sql}) <> '' then {parsed} end"
    return Guess(
        f"cast({parsed} as {TYPES[kind].lower()})", f"all {filled} values read as {forms[0]}, and as nothing else"
    )


def _forms(connection: duckdb.DuckDBPyConnection, source: str, column: SourceColumn) -> list[str]:
    """The forms in which every value is a day of this or the last two centuries."""
    parts = []
    for form in FORMATS:
        parsed = f"try_strptime(trim({column.sql}), {literal(form)})"
        parts.append(f"count(*) filter (where {parsed} between '1800-01-01' and '2199-12-31')")
    counts = connection.execute(f"select {', '.join(parts)} from {source} where {filled_sql(column.sql)}").fetchone()
    return [form for form, count in zip(FORMATS, counts or (), strict=True) if count == column.profile.filled]


def _codes(column: SourceColumn, model: Column) -> Guess:
    """A column that has a list of codes in the model."""
    filled, values = column.profile.filled, column.values
    if filled == 0:
        return Guess(None, "it is blank throughout")
    if not values:
        return Guess(None, f"it has {column.profile.distinct} values, and the model the codes {' '.join(model.codes)}")
    return _same_codes(column, model) or _other_codes(column, model)


def _same_codes(column: SourceColumn, model: Column) -> Guess | None:
    """How to get at the model's codes, where the values are those codes or plainly say the same."""
    values = column.values
    if set(values) <= set(model.codes):
        return Guess(column.sql, "its values are the model's codes")
    lowered = {value.strip().lower() for value in values}
    if lowered <= set(model.codes):
        return Guess(f"lower(trim({column.sql}))", "its values are the model's codes but for case")
    words = {word: code for code, said in CODES.get(model.name, {}).items() for word in said.split()}
    if lowered <= set(words):
        cases = " ".join(f"when {literal(low)} then {literal(words[low])}" for low in sorted(lowered))
        return Guess(f"case lower(trim({column.sql})) {cases} end", "its values say the same as the model's codes")
    if attribute := {"ethnicity_self": "ethnicity", "ethnicity_observed": "ethnicity", "sex": "sex"}.get(model.name):
        return codes(column.sql, attribute, values, model.codes)
    return None


def _other_codes(column: SourceColumn, model: Column) -> Guess:
    """What must be decided: values are shown only where many rows share them, for a rare one may be a person's."""
    values = column.values
    shown = [as_comment(value) for value, rows in sorted(values.items()) if rows >= _ROWS_TO_SHOW][:_SHOWN]
    said = f"; among them {', '.join(shown)}" if shown else ""
    return Guess(None, f"say which of its {len(values)} values is which of {' '.join(model.codes)}{said}")
