"""The text of a control read once: what it needs, and its SQL for DuckDB with marks where its parameters go."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from overt.controls._filled import Columns

Value = int | float | str | dt.date

_MARK = re.compile(r"«([ndt]:\w+)»")
_PLAIN = re.compile(r"[A-Za-z0-9 _.:-]*")


@dataclass(frozen=True)
class Prepared:
    """SQL for DuckDB and for a source that lacks nothing, with marks for parameters; `sql` is the text it is of.

    Without `select` the text has to be rendered anew for each value.
    """

    sql: str
    select: str

    def filled_in(self, parameters: Mapping[str, Value]) -> str | None:
        """The SQL with its parameters; `None` where one is of another kind than the text was prepared for."""
        values = {mark(name, kind_of(value)): str(value) for name, value in parameters.items()}
        if not self.select or any(match[0] not in values for match in _MARK.finditer(self.select)):
            return None
        return _MARK.sub(lambda match: values[match[0]], self.select)


@dataclass(frozen=True)
class Text:
    """A control's text, read: its key, selected columns, deciding columns and parameters.

    `optional` are the deciding columns that the text names inside `has()`; `needs` are the others.
    """

    key: str
    columns: tuple[str, ...]
    needs: Columns
    optional: Columns
    parameters: tuple[str, ...]


def kind_of(value: Value) -> str:
    """The letter for the kind of a parameter: number, date or text; empty where its SQL depends on more than that."""
    if isinstance(value, dt.date):
        return "d"
    if isinstance(value, str):
        return "t" if _PLAIN.fullmatch(value) else ""
    return "n" if not isinstance(value, bool) and value >= 0 else ""


def mark(name: str, kind: str) -> str:
    """What stands for the value of a parameter of a kind; for a date or text it stands between quotes."""
    return f"«{kind}:{name}»"
