"""One door to files of rows of every kind: CSV, TSV, JSON lines, Parquet and workbooks, each read strictly."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from overt.refusals import Refusal
from overt.rows._bytes import DecodedText
from overt.rows._csv import open_delimited
from overt.rows._kinds import DELIMITERS, file_of
from overt.rows._reading import FileReading, ReadingLimits
from overt.rows._workbook import open_sheet
from overt.workbooks import column_letter

TEXT_KINDS = frozenset(DELIMITERS)
WORKBOOK_KINDS = frozenset(("excel", "ods"))
Row = tuple[int, list[str]]
"""The number of a row as a spreadsheet shows it, and its fields as text."""


@dataclass(frozen=True)
class Rows:
    """An open file: the names of its columns, and its rows, which can be gone through once.

    `header_row` is the row of the names, 1 but in workbooks. `unnamed` are the columns, from 1, that have no name of
    their own and are called by their letter. `notes` say what a reader must know of how the file was read, and name
    neither file nor sheet.
    """

    name: str
    header: tuple[str, ...]
    rows: Iterator[Row] = field(repr=False)
    delimiter: str = ""
    header_row: int = 1
    unnamed: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()

    def place(self, column: str) -> int:
        """The place of a column; refuses a name that no column has."""
        if column not in self.header:
            raise Refusal("no-such-column", self.name, f"no column {column!r}", ", ".join(self.header))
        return self.header.index(column)

    def check_named(self) -> None:
        """Refuses a column without a name, where each must be spoken of by its name."""
        if self.unnamed:
            letters = ", ".join(map(column_letter, self.unnamed))
            where = f"{self.name}, column{'s' * (len(self.unnamed) > 1)} {letters}"
            remedy = "write a name over every column that holds values, and remove columns that hold none"
            raise Refusal("header-blank", where, "no name", "a name for every column", remedy)


@contextmanager
def open_rows(
    path: Path,
    reading: FileReading | None = None,
    limits: ReadingLimits | None = None,
    *,
    sheet: str | None = None,
    kinds: Collection[str] = TEXT_KINDS | WORKBOOK_KINDS,
    short_rows: bool = False,
) -> Iterator[Rows]:
    """Opens a file of delimited text or a workbook; nothing of it is written anywhere.

    Takes and refuses what an audit does, with the same refusals. Of a workbook it reads the `sheet`, or its only one.
    With `short_rows` the rows of a text may lack fields at their end, which are taken for empty: spreadsheet programs
    leave them out.
    """
    reading, limits = reading or FileReading(), limits or ReadingLimits()
    file = file_of(path, kinds)
    if file.kind in WORKBOOK_KINDS:
        with open_sheet(path, file.name, reading, limits, sheet) as opened:
            about = opened.sheet
            yield Rows(
                about.place,
                tuple(about.names),
                opened.rows,
                header_row=about.header_row,
                unnamed=tuple(about.unnamed),
                notes=tuple(about.notes),
            )
        return
    delimiter = reading.delimiter or DELIMITERS[file.kind]
    text = DecodedText(path, file.name, reading.encoding, limits)
    delimited = open_delimited(text, delimiter, reading, short_rows=short_rows)
    rows = enumerate(delimited.rows(), start=delimited.first_row)
    yield Rows(
        file.name,
        tuple(delimited.names),
        rows,
        delimiter,
        header_row=delimited.first_row - 1,
        unnamed=tuple(delimited.unnamed),
        notes=tuple(delimited.notes),
    )
