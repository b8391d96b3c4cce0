"""The column names of a source, as they are, or refused."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from overt.refusals import Refusal, raise_all
from overt.rows._reading import ReadingLimits
from overt.workbooks import column_letter

_LONGEST_NAME = 1_000
_SHOWN = 20


def letter_name(number: int) -> str:
    """What the column with the number, from 1, is called if it has no name."""
    return f"column {column_letter(number)}"


def name_blanks(
    names: Sequence[str], numbers: Sequence[int], indexes: Collection[int] = ()
) -> tuple[list[str], list[str]]:
    """The names, those that are blank made of the letter of their column, and a note on each of these.

    Where so few columns have names that the row is no row of names, nothing is named. `indexes` are the columns whose
    values are the numbers of the rows.
    """
    named = sum(bool(name.strip()) or number in indexes for name, number in zip(names, numbers, strict=True))
    if named * 2 < len(names) or named < min(2, len(names)):
        return list(names), []
    headers, notes = list(names), []
    for place, number in enumerate(numbers):
        if not names[place].strip():
            headers[place] = letter_name(number)
            index = (
                "; its values are the numbers of the rows from 0, as pandas writes them" if number in indexes else ""
            )
            notes.append(f"column {column_letter(number)} has no name and is called “{headers[place]}”{index}")
    return headers, notes


def check_header(
    where: str, names: Sequence[str], limits: ReadingLimits, numbers: Sequence[int] | None = None
) -> list[str]:
    """The names, unchanged; `numbers` are those of their columns where these do not run from 1.

    Refuses, all at once, blank names, names that differ in nothing but case, names of more than a
    thousand characters and too many columns. Columns are named by their letters alone: where a file has no
    header, its first row is somebody's data.
    """
    if len(names) > limits.columns:
        fault = f"{len(names)} columns"
        raise Refusal("header-too-wide", where, fault, f"at most {limits.columns}", "give only the columns you need")
    places = list(numbers or range(1, len(names) + 1))
    blank = [number for number, name in zip(places, names, strict=True) if not name.strip()]
    faults = [_blank(where, blank)] if blank else []
    seen: dict[str, int] = {}
    for number, name in zip(places, names, strict=True):
        column = f"{where}, column {column_letter(number)}"
        if "\0" in name:
            faults.append(Refusal("nul-byte", column, "its name contains a NUL character", "text"))
        elif len(name) > _LONGEST_NAME:
            faults.append(_too_long(column, len(name)))
        elif name.casefold() in seen:
            faults.append(_twice(column, seen[name.casefold()]))
        elif name.strip():
            seen[name.casefold()] = number
    raise_all(faults)
    return list(names)


def _blank(where: str, numbers: list[int]) -> Refusal:
    more = f" and {len(numbers) - _SHOWN} more" if len(numbers) > _SHOWN else ""
    letters = ", ".join(map(column_letter, numbers[:_SHOWN]))
    columns = f"{'column' if len(numbers) == 1 else 'columns'} {letters}{more}"
    remedy = "write a name over every column that holds values, and remove columns that hold none"
    return Refusal("header-blank", f"{where}, {columns}", "the column has no name", "a name for every column", remedy)


def _twice(column: str, first: int) -> Refusal:
    return Refusal(
        "header-twice",
        column,
        f"the same name as column {column_letter(first)}, but for case",
        "different names",
        "give the columns different names. If the file has no row of names, add one",
    )


def _too_long(column: str, length: int) -> Refusal:
    wanted = f"at most {_LONGEST_NAME}"
    remedy = "if the file has no line of names, write one"
    return Refusal("header-too-long", column, f"a name of {length} characters", wanted, remedy)
