"""What a mapping makes of a source, and which controls it leaves without an answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from overt.audits.columns import Unanswerable, answerable
from overt.audits.mapping._account import TableRead
from overt.audits.mapping._filled import Filled
from overt.audits.mapping._mapping import FILLED_BY_OVERT
from overt.audits.mapping._repeats import Repeat
from overt.controls import Control
from overt.model import TABLES


@dataclass(frozen=True)
class TableCheck:
    """One table of the model: its rows, and the columns that are filled and those that are not."""

    table: str
    rows: int
    filled: tuple[str, ...]
    unfilled: tuple[str, ...]


@dataclass(frozen=True)
class MappingCheck:
    """What is filled, what is not, and what that costs; `notes` say what was taken for granted.

    `partly` are those of the answerable controls that are answered without a table or column that they can do without.
    """

    tables: tuple[TableCheck, ...]
    absent: tuple[str, ...]
    answerable: tuple[str, ...]
    partly: tuple[Unanswerable, ...]
    unanswerable: tuple[Unanswerable, ...]
    notes: tuple[str, ...]
    outside: tuple[str, ...]
    read: tuple[TableRead, ...] = ()
    repeats: tuple[Repeat, ...] = ()


def check_mapping(filled: Filled, controls: Iterable[Control], notes: tuple[str, ...] = ()) -> MappingCheck:
    """What the mapping fills and which of the controls can be answered from that, in the order given.

    `notes` are those on how the source was read, which stand before those of the mapping.
    That a control can be answered says nothing of how many of its rows will be unknown.
    """
    tables = []
    for name, table in TABLES.items():
        if name == FILLED_BY_OVERT or name not in filled.columns:
            continue
        names = [column.name for column in table.columns]
        has = filled.columns[name]
        tables.append(
            TableCheck(
                name,
                filled.rows[name],
                tuple(each for each in names if each in has),
                tuple(each for each in names if each not in has),
            )
        )
    answers = answerable(controls, filled.columns)
    absent = tuple(name for name in TABLES if name not in filled.columns)
    return MappingCheck(
        tuple(tables),
        absent,
        answers.answerable,
        answers.partly,
        answers.unanswerable,
        (*notes, *filled.notes),
        filled.outside,
        filled.read,
        filled.repeats,
    )
