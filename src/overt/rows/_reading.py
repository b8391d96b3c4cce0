"""How a file of rows is read: how far, and what a person says of it that it does not say of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from overt.visible import visible

MIB = 2**20
GIB = 2**30
READING_FILE = "reading.toml"
"""What the file of a reading is called in results, whatever its own name."""


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
class FileReading:
    """What a person says of one file or sheet that it does not say of itself.

    `encoding` is that of a text file, UTF-8 unless given; `delimiter` that of CSV; `quoted` is false for files that use
    no quotes at all. `header_row` is the row of the column names, counted from 1 as a spreadsheet or an editor counts
    them: else the first used row, or line. With 0 there are no names, and columns are called by their letters.
    `last_row` is the last row of the table. With `use` false nothing is read.
    """

    encoding: str | None = None
    delimiter: str | None = None
    quoted: bool = True
    header_row: int | None = None
    last_row: int | None = None
    use: bool = True

    def __post_init__(self) -> None:
        if self.header_row is not None and self.header_row < 0:
            raise ValueError("rows of column names are counted from 1, and 0 says that there are none")
        if self.last_row is not None and self.last_row < max(1, self.header_row or 0):
            raise ValueError("the last row stands at or below the row of column names")


@dataclass(frozen=True)
class Reading:
    """What a person says of a source: of all its files, and of some of them.

    `files` are keyed by the name of a file, or by `file#sheet` and `file#table` for a sheet of a workbook and a table
    of a database. What is said of a file stands for its sheets of which nothing is said; what is said of nothing else
    is in `default`. `sheets` names the sheets of workbooks to read, all unless given.
    """

    default: FileReading = field(default_factory=FileReading)
    files: Mapping[str, FileReading] = field(default_factory=dict)
    sheets: tuple[str, ...] = ()
    file: str = field(default=READING_FILE, compare=False)

    def of(self, file: str, part: str = "") -> FileReading:
        """How a file is read, or a sheet or table of it."""
        said_of_file = self.files.get(file, self.default)
        return self.files.get(f"{file}#{part}", said_of_file) if part else said_of_file

    @property
    def content(self) -> tuple[object, ...]:
        """What it says, as JSON can hold it."""
        return asdict(self.default), {name: asdict(reading) for name, reading in self.files.items()}, self.sheets

    def parts_of(self, file: str) -> dict[str, FileReading]:
        """What is said of single sheets or tables of a file, by their names."""
        start = f"{file}#"
        return {key.removeprefix(start): reading for key, reading in self.files.items() if key.startswith(start)}

    @property
    def needs_file(self) -> bool:
        """Whether it says more than the options of a command can, so that it takes a file of its own."""
        return bool(self.files) or self.default.last_row is not None or not self.default.quoted or not self.default.use

    @property
    def options(self) -> dict[str, list[str]]:
        """The options of the commands that say the same, each with its values."""
        default, header = self.default, self.default.header_row
        own = {
            "--encoding": [default.encoding] if default.encoding else [],
            "--delimiter": [default.delimiter] if default.delimiter else [],
            "--header-row": [str(header)] if header is not None else [],
        }
        stated = {"--reading": [self.file]} if self.needs_file else own
        return {**stated, "--sheet": list(self.sheets)}


def shown_name(name: str) -> str:
    """The name of a file, sheet or table as it may be shown: on one line, and nothing a terminal would obey."""
    return visible(name, lines=False)
