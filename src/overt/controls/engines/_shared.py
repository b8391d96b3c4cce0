"""Selects that stand, word for word, inside more than one control, such as "each person's date of birth".

The second control that has one finds it computed as a temporary table, as do all that follow. What such a select means
must not depend on where it stands, so that only those are kept which can be asked alone: they name tables of the model,
and nothing of the control around them. (No control may give a name of the model to a select of its own.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import duckdb

from overt.controls.engines._reads_duckdb import model_room

_BEFORE = re.compile(r"\b(from|join|as)\s*$", re.IGNORECASE)
_GROUPED = re.compile(r"^select\b.*\bgroup\s+by\b", re.IGNORECASE | re.DOTALL)
_SCHEMA = "temp"


@dataclass
class SharedSelects:
    """What one connection has computed for later controls, by the text of the select."""

    connection: duckdb.DuckDBPyConnection
    tables: dict[str, str] = field(default_factory=dict, init=False)
    _met: set[str] = field(default_factory=set, init=False)

    def put_into(self, control: str) -> str:
        """The control with what was computed in the place of the selects; computes those that it is the second to have.

        Raises what the engine raises.
        """
        for select in set(grouped_selects(control)):
            if select in self._met and select not in self.tables and _stands_alone(select):
                self._compute(select)
            self._met.add(select)
        return replaced(control, self.tables)

    def _compute(self, select: str) -> None:
        name = f"shared_{len(self.tables) + 1}"
        self.connection.execute(f"create temp table {name} as {select}")
        self.tables[select] = f"select * from {_SCHEMA}.{name}"


def grouped_selects(control: str) -> Iterator[str]:
    """The selects in brackets that stand for a table and group rows, the inner before the outer."""
    for start, end in _brackets(control):
        inside = control[start + 1 : end]
        if _GROUPED.match(inside) and _BEFORE.search(control[:start]):
            yield inside


def replaced(control: str, tables: dict[str, str]) -> str:
    """The control with each of the selects in brackets replaced, the longest first."""
    for select in sorted(tables, key=len, reverse=True):
        control = control.replace(f"({select})", f"({tables[select]})")
    return control


def _stands_alone(select: str) -> bool:
    """Whether the select, by itself, reads tables of the model and nothing else."""
    try:
        return not model_room().read(select).outside
    except duckdb.Error:
        return False


def _brackets(text: str) -> Iterator[tuple[int, int]]:
    """Where brackets open and close, outside quotes; an inner pair comes before the outer."""
    opened: list[int] = []
    quote = ""
    for place, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter == "(":
            opened.append(place)
        elif letter == ")" and opened:
            yield opened.pop(), place
