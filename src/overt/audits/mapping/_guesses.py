"""What the values of a source column look like: codes of which list, numbers or words.

Nothing is guessed where values leave a choice.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from overt.audits.columns import says_unknown, shown_values
from overt.audits.mapping import _by_scheme
from overt.audits.mapping._guess import Guess, as_comment, folded
from overt.audits.mapping._profile import ColumnProfile
from overt.audits.mapping._several import several
from overt.audits.mapping.form import LOWER, TRIM, Cell, Codes, Test, When, choice_sql
from overt.audits.source._sandbox import quoted_name
from overt.model import SUBJECT, WORDS_FOR_CODES, Column

_SHOWN = 12


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


def guess_plain(bad: int | None, column: SourceColumn, model: Column) -> Guess:
    """How the source's column fills one of the model's that is neither coded nor a date.

    `bad` counts the values that cannot be turned; `None` if the types have no bridge.
    """
    if bad is None:
        return Guess(None, f"its type is {column.type.lower()}, and {model.kind} is wanted")
    return Guess(column.sql, "its name") if bad == 0 else Guess(None, f"{bad} values are no {model.kind}")


def guess_codes(column: SourceColumn, model: Column) -> Guess:
    """How a column fills one that has a list of codes in the model."""
    filled, values = column.profile.filled, column.values
    if filled == 0:
        return Guess(None, "it is blank throughout")
    if not values:
        return Guess(None, f"it has {column.profile.distinct} values, and the model the codes {' '.join(model.codes)}")
    return (
        _same_codes(column, model) or _known_words(column, model) or Guess(None, _undecided(column, model, set(values)))
    )


# By which published lists the words of a column become codes.
_SCHEMES = {SUBJECT.ethnicity_self: "ethnicity", SUBJECT.ethnicity_observed: "ethnicity", SUBJECT.sex: "sex"}


def _same_codes(column: SourceColumn, model: Column) -> Guess | None:
    """How to get at the model's codes, where the values are those codes."""
    values = column.values
    if set(values) <= set(model.codes):
        return Guess(column.sql, "its values are the model's codes")
    if {value.strip().lower() for value in values} <= set(model.codes):
        return Guess(f"lower(trim({column.sql}))", "its values are the model's codes but for case")
    if model == SUBJECT.ethnicity_self and all(_in_brackets(value) in model.codes for value in values):
        return Guess(f"regexp_extract({column.sql}, '\\(([A-Z][A-Z0-9])\\)\\s*$', 1)", "the code stands in brackets")
    if attribute := _SCHEMES.get(model):
        found = _by_scheme.codes(column.sql, attribute, values, model.codes)
        if found:
            sql, why, left = found
            return _in_part(column, model, sql, left, why if attribute == "ethnicity" else "")
    return None


def _known_words(column: SourceColumn, model: Column) -> Guess | None:
    """The codes of the values that plainly say the same, in whatever spelling; the rest is left to be decided."""
    words = {
        word.replace("_", " "): code
        for code, said in WORDS_FOR_CODES.get(model.name, {}).items()
        for word in said.split()
    }
    words |= {code.replace("_", " "): code for code in model.codes if model.name in WORDS_FOR_CODES}
    known = {value: words[folded(value)] for value in column.values if folded(value) in words}
    if not known:
        return None
    nothing = {value for value in column.values if value not in known and says_unknown(value)}
    left = set(column.values) - set(known) - nothing
    codes: dict[str, str | None] = {}
    for value in sorted(column.values, key=lambda value: (-column.values[value], value)):
        if value not in left:
            codes.setdefault(value.strip().lower(), known.get(value))
    cell = Cell(column.profile.column, steps=(TRIM, LOWER))
    return _in_part(
        column,
        model,
        choice_sql(Codes(tuple(When(Test(cell, "is", (text,)), code) for text, code in codes.items()))),
        left,
    )


def _in_part(column: SourceColumn, model: Column, sql: str, left: set[str], by: str = "") -> Guess:
    """The codes of the values that have one; what is left is said with its rows, and must be decided."""
    if not left:
        return Guess(sql, by or "its values say the same as the model's codes")
    rows, many = sum(column.values[value] for value in left), len(column.values)
    become = "row becomes" if rows == 1 else "rows become"
    why = f"{many - len(left)} of its {many} values say the same as codes; {rows:,} {become} unknown"
    return Guess(sql, f"{by}; {why}" if by else why, _undecided(column, model, left))


def _undecided(column: SourceColumn, model: Column, left: set[str]) -> str:
    """What must be decided, with those of the values that may be shown."""
    many = several(column.values)
    may = shown_values(column.values, meaning=model).shown
    shown = [as_comment(value) for value in sorted(left & may)][:_SHOWN]
    said = f"; among them {', '.join(shown)}" if shown else ""
    rows = sum(column.values[value] for value in many)
    together = f"; {rows:,} {'row holds' if rows == 1 else 'rows hold'} several values in one cell" if many else ""
    which = "which code its one other value is" if len(left) == 1 else f"which of its {len(left)} values is which"
    return f"say {which} of {' '.join(model.codes)}{said}{together}"


def _in_brackets(value: str) -> str:
    return value.rstrip().removesuffix(")").rpartition("(")[2]
