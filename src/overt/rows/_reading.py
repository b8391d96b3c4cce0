"""How a file of rows is read: how far, and what a person says of it that it does not say of itself."""

from __future__ import annotations

from dataclasses import dataclass

from overt.visible import visible

MIB = 2**20
GIB = 2**30


@dataclass(frozen=True)
class ReadingLimits:
    """How much a file may ask of the machine before it is refused, by whatever door it comes in.

    The ratio of inflated to compressed bytes is looked at only past `inflation_floor`, since small
    tables of equal rows compress without end. Workbooks cannot be read in pieces, so they are read
    in a process of their own under `workbook_memory` and `workbook_seconds`.
    """

    field_characters: int = 1_000_000
    columns: int = 2_000
    inflated_bytes: int = 64 * GIB
    inflation_ratio: int = 200
    inflation_floor: int = 64 * MIB
    workbook_memory: int = 4 * GIB
    workbook_seconds: int = 900


@dataclass(frozen=True)
class Reading:
    """What a person says of a source that it does not say of itself.

    `encoding` is that of text files, UTF-8 unless given; `delimiter` that of CSV; `quoted` is false
    for files that use no quotes at all. `sheets` names the sheets of a workbook to read, all unless
    given, and `header_row` is the row of their column names, counted from 1; else the first used row.
    """

    encoding: str | None = None
    delimiter: str | None = None
    quoted: bool = True
    sheets: tuple[str, ...] = ()
    header_row: int | None = None

    @property
    def options(self) -> dict[str, list[str]]:
        """The options of the commands that say the same, each with its values."""
        return {
            "--encoding": [self.encoding] if self.encoding else [],
            "--delimiter": [self.delimiter] if self.delimiter else [],
            "--sheet": list(self.sheets),
            "--header-row": [str(self.header_row)] if self.header_row else [],
        }


def shown_name(name: str) -> str:
    """The name of a file, sheet or table as it may be shown: on one line, and nothing a terminal would obey."""
    return visible(name, lines=False)
