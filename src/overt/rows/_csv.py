"""CSV and TSV, read strictly by RFC 4180: every row of the file is a row, or the file is refused.

Readers of CSV are lenient: they pass over blank lines, drop an empty field too many, and take blanks around quotes for
nothing. So one pass over the bytes counts rows, delimiters and quotes, and what a reader gives must agree with the
count. Where it does not, `_csv_faults` finds the line. An audit lets DuckDB read what was counted; every other door
takes the rows of `Delimited`, so that all of them take and refuse the same files.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, NoReturn

from overt.refusals import Refusal
from overt.rows._bytes import DecodedText
from overt.rows._csv_faults import CsvRules, find_fault
from overt.rows._headers import check_header, letter_name, name_blanks
from overt.rows._reading import FileReading, ReadingLimits

OTHER_DELIMITERS = ",;\t|"
_SEPARATOR = re.compile(r"sep=(.?),?", re.IGNORECASE | re.DOTALL)
_QUOTED = re.compile(rb'"[^"]*"')


@dataclass
class CsvShape:
    """What a pass over the bytes of a CSV file counted; fed with pieces, asked at the end.

    `odd` says that a quote stands where RFC 4180 has none, or a line is blank: the file cannot be
    trusted to any reader before the row is found.
    """

    delimiter: bytes
    quoted: bool
    longest_field: int
    odd: bool = False
    delimiters: int = 0
    blank_at_end: int = 0
    _line_ends: list[int] = field(default_factory=lambda: [0, 0, 0])
    _any: bool = False
    _open: bytes = b""
    _ends: bytes = b""
    _edge: bytes = b""
    _classes: bytes = b""

    def __post_init__(self) -> None:
        keep = self.delimiter + b'\r\n"'
        self._classes = bytes(byte if byte in keep else ord("x") for byte in range(256))

    @property
    def rows(self) -> int:
        """Rows in the file, the header among them."""
        return sum(self._line_ends) + self._any

    @property
    def mixed_line_ends(self) -> bool:
        """Whether lines end in more than one way."""
        return sum(1 for count in self._line_ends if count) > 1

    @property
    def ends_in_cr(self) -> bool:
        """Whether any line ends in a carriage return alone."""
        return self._line_ends[2] > 0

    def feed(self, piece: bytes) -> None:
        """Counts another piece of the file. What is odd need not be counted further."""
        if self.odd:
            return
        data = self._open + piece
        self._open = b""
        if self.quoted and b'"' in data:
            if data.count(b'"') % 2:
                # The last quote opens a field that ends in a later piece.
                at = data.rindex(b'"')
                data, self._open = data[:at], data[at:]
                # Four bytes a character at most: so long a field is over the limit, or was never closed.
                self.odd = self.odd or len(self._open) > 4 * self.longest_field + 2
            data = _QUOTED.sub(b'"', data)
        self._count(data)

    def finish(self) -> None:
        """Takes note of how the file ended."""
        self.odd = self.odd or bool(self._open)
        self.blank_at_end = max(0, len(re.findall(rb"\r\n|\r|\n", self._ends)) - 1)

    def _count(self, outside: bytes) -> None:
        """Counts what stands outside quotes; a quoted field is left as one quote."""
        data = self._ends + outside
        body = data.rstrip(b"\r\n")
        self._ends = data[len(body) :]
        # Line ends are held back, since those of the last row are no blank lines; but not without end.
        self.odd = self.odd or len(self._ends) > 2**16
        if not body:
            return
        seen = self._edge + body
        blank_first = not self._any and body[:1] in (b"\r", b"\n")
        feeds, returns = body.count(b"\n"), body.count(b"\r")
        pairs = body.count(b"\r\n") if returns else 0
        # Where each of the two stands by the other, or alone, a blank line shows in one way only.
        blank = b"\n\r" in body if returns else b"\n\n" in body
        if returns and not pairs == feeds == returns:
            blank = blank or b"\n\n" in body or b"\r\r" in body
        self.odd = self.odd or blank_first or blank
        if self.quoted and b'"' in seen:
            kinds = seen.translate(self._classes)
            self.odd = self.odd or b'x"' in kinds or b'"x' in kinds
        self._line_ends[0] += pairs
        self._line_ends[1] += feeds - pairs
        self._line_ends[2] += returns - pairs
        self.delimiters += body.count(self.delimiter)
        self._any, self._edge = True, body[-1:]


@dataclass(frozen=True)
class _Dialect:
    delimiter: str
    quoted: bool
    lone_cr: bool = True
    short_rows: bool = False
    named: bool = True


@dataclass(frozen=True)
class _Lines:
    """Plain UTF-8 text of delimited rows, which can be opened as often as need be; `before` lines stand above it."""

    stream: Callable[[], BinaryIO]
    name: str
    dialect: _Dialect
    limits: ReadingLimits
    before: int = 0

    def open(self) -> io.TextIOWrapper:
        """The file as text, with its line ends as they are."""
        return io.TextIOWrapper(self.stream(), encoding="utf-8-sig", newline="")

    def header(self) -> list[str]:
        """The names in the first row, or the letters of its columns where no row has the names."""
        names: list[str] = []
        with self.open() as stream, contextlib.suppress(csv.Error):
            # The limit keeps a header that is one endless line from being read whole.
            first = stream.read(self.limits.field_characters * 4)
            names = next(self.reader(io.StringIO(first, newline="")), [])
        if not names:
            self.refuse(0, "its first row cannot be read")
        return names if self.dialect.named else [letter_name(number) for number in range(1, len(names) + 1)]

    def rows(self) -> Iterator[list[str]]:
        """Every row after the header."""
        with self.open() as stream:
            reader = self.reader(stream)
            if self.dialect.named:
                next(reader)
            yield from (row for row in reader if row)

    def indexes(self, header: list[str]) -> list[int]:
        """The columns without a name, from 1, whose values are the numbers of the rows from 0."""
        left = [place for place, name in enumerate(header) if not name.strip()]
        with contextlib.suppress(csv.Error, StopIteration):
            number = -1
            for number, row in enumerate(self.rows() if left else ()):
                left = [place for place in left if place < len(row) and row[place] == str(number)]
                if not left:
                    break
            return [place + 1 for place in left] if number >= 0 else []
        return []

    def fault(self, wanted: int) -> Refusal | None:
        """The refusal of the first row that is not as it should be."""
        dialect = self.dialect
        rules = CsvRules(
            self.name,
            dialect.delimiter,
            dialect.quoted,
            self.limits.field_characters,
            dialect.lone_cr,
            dialect.short_rows,
            self.before,
        )
        with self.open() as stream:
            return find_fault(stream, rules, wanted)

    def refuse(self, wanted: int, otherwise: str) -> NoReturn:
        """Refuses the first row that is not as it should be; without one, refuses for the reason given."""
        raise self.fault(wanted) or Refusal(
            "csv-unreadable", self.name, otherwise, "CSV as in RFC 4180", "export the file again"
        )

    def reader(self, lines: Iterator[str]) -> Iterator[list[str]]:
        """Python's reader of such rows."""
        # The limit is one for the whole process: it is raised where needed and never lowered.
        csv.field_size_limit(max(csv.field_size_limit(), self.limits.field_characters + 2))
        if self.dialect.quoted:
            return csv.reader(lines, delimiter=self.dialect.delimiter, strict=True)
        return csv.reader(lines, delimiter=self.dialect.delimiter, quoting=csv.QUOTE_NONE, strict=True)


@dataclass(frozen=True)
class Delimited:
    """A file of delimited rows, counted: the names of its columns, how many rows stand below them, and its rows.

    `plain` is a file that holds the same text as plain UTF-8, where there is one. `unnamed` are the columns, from 1,
    that were named by their letter. `first_row` is the number of the row below the names.
    """

    lines: _Lines
    names: list[str]
    count: int
    notes: list[str]
    unnamed: list[int]
    mixed_line_ends: bool
    plain: Path | None
    first_row: int = 2

    @property
    def has_names(self) -> bool:
        """Whether a row holds the names of the columns."""
        return self.lines.dialect.named

    def rows(self) -> Iterator[list[str]]:
        """Every row below the names. Refuses one of another width, and a field over the limit, with its line."""
        width, longest = len(self.names), self.lines.limits.field_characters
        short = self.lines.dialect.short_rows
        # The first are the names.
        above = int(self.has_names)
        count = 0
        try:
            with self.lines.open() as stream:
                for row in self.lines.reader(stream):
                    if not row:
                        continue
                    if len(row) != width and not (short and len(row) < width):
                        self.lines.refuse(width, "a row of another width")
                    if max(map(len, row)) > longest:
                        self.lines.refuse(width, f"a field of more than {longest} characters")
                    count += 1
                    if count > above:
                        yield row if len(row) == width else row + [""] * (width - len(row))
        except csv.Error:
            self.lines.refuse(width, "its rows cannot be told apart")
        count -= above
        if count != self.count:
            found_rows = f"{self.count} rows were counted and {count} read"
            raise Refusal("csv-unreadable", self.lines.name, found_rows, "the same number")

    def check_rows(self) -> None:
        """Refuses the first row that is not as it should be."""
        if (fault := self.lines.fault(len(self.names))) is not None:
            raise fault


def open_delimited(
    text: DecodedText,
    delimiter: str,
    reading: FileReading,
    scratch: Path | None = None,
    *,
    short_rows: bool = False,
    counted: Callable[[int], None] = lambda _: None,
) -> Delimited:
    """The rows of a text, counted.

    With `scratch`, a text that is not plain UTF-8 as it is stored is put there; else it is turned anew each time it is
    gone through, so that nothing is written anywhere. With `short_rows` a row may lack fields at its end. `counted` is
    told the rows so far.
    Refuses whatever is not UTF-8 or the encoding given, quotes out of place, blank lines between rows, and column
    names that are blank or stand twice. A row of another width is refused here or when it is reached.
    """
    _check_is_delimiter(text.name, delimiter)
    header_row = 1 if reading.header_row is None else reading.header_row
    first = max(1, header_row)
    text.lines = (first, reading.last_row)
    dialect = _Dialect(delimiter, reading.quoted, short_rows=short_rows, named=header_row > 0)
    shape = CsvShape(delimiter.encode(), dialect.quoted, text.limits.field_characters)
    plain = _count(text, shape, scratch, counted)
    stream = (lambda: plain.open("rb")) if plain else text.reopen
    lines = _Lines(stream, text.name, dialect, text.limits, first - 1)
    header = lines.header()
    _check_separator_line(text.name, header, first)
    _check_delimiter(text.name, header, delimiter, reading)
    numbers = range(1, len(header) + 1)
    named, unnamed = name_blanks(header, numbers, lines.indexes(header))
    names = check_header(text.name, named, text.limits)
    if shape.mixed_line_ends and shape.ends_in_cr:
        mixed = replace(lines, dialect=replace(dialect, lone_cr=False))
        mixed.refuse(len(names), "some lines end in a carriage return alone, and others do not")
    uneven = not short_rows and shape.delimiters != shape.rows * (len(names) - 1)
    if shape.odd or uneven or (shape.blank_at_end and len(names) == 1):
        lines.refuse(len(names), "its rows and delimiters do not add up")
    notes = [*_left_out(first - 1, text.below, reading), *_notes(shape), *unnamed]
    blank = [number for number, name in zip(numbers, header, strict=True) if not name.strip()]
    if not dialect.named:
        blank = list(numbers)
    rows = shape.rows - dialect.named
    return Delimited(lines, names, rows, notes, blank, shape.mixed_line_ends, plain, header_row + 1)


def _notes(shape: CsvShape) -> list[str]:
    """What must be known of how the lines end."""
    notes = []
    if shape.blank_at_end:
        notes.append(f"{shape.blank_at_end} blank lines at the end were left out")
    if shape.mixed_line_ends:
        notes.append("its lines end in more than one way")
    return notes


def _left_out(above: int, below: int, reading: FileReading) -> list[str]:
    """What of a text was not read, as a person said."""
    notes = []
    if above:
        which = "line 1" if above == 1 else f"lines 1 to {above}"
        notes.append(f"{which} above the column names {'was' if above == 1 else 'were'} not read, as was asked")
    if below:
        lines = "1 line" if below == 1 else f"{below:,} lines"
        notes.append(f"{lines} below line {reading.last_row} {'was' if below == 1 else 'were'} not read, as was asked")
    if reading.header_row == 0:
        notes.append("its columns have no names and are called by their letters, as was asked")
    return notes


def _count(text: DecodedText, shape: CsvShape, scratch: Path | None, counted: Callable[[int], None]) -> Path | None:
    """Counts the text; gives the path of a file with the same text as plain UTF-8, if there is or may be one."""
    if text.as_stored or scratch is None:
        for piece in text:
            shape.feed(piece)
            counted(max(0, shape.rows - 1))
        plain = text.path if text.as_stored else None
    else:
        plain = scratch / "plain.txt"
        with plain.open("wb") as stream:
            for piece in text:
                shape.feed(piece)
                stream.write(piece)
                counted(max(0, shape.rows - 1))
    shape.finish()
    if not shape.rows and not shape.odd:
        raise Refusal("source-empty", text.name, "the file has no text", "a row of column names and rows below it")
    return plain


def _check_is_delimiter(name: str, delimiter: str) -> None:
    if len(delimiter) != 1 or not delimiter.isascii() or delimiter.isalnum() or delimiter in '"\r\n\0':
        raise Refusal(
            "csv-delimiter", name, "this cannot be a delimiter", "one ASCII character that is not a letter or a digit"
        )


def _check_separator_line(name: str, header: list[str], line: int) -> None:
    """Excel takes the delimiter of a file from such a line and shows it to nobody."""
    separator = _SEPARATOR.fullmatch(",".join(header)) if len(header) <= 2 else None
    if separator is not None:
        shown = {"\t": "tab", "": ","}.get(separator[1], separator[1])
        raise Refusal(
            "csv-separator-line",
            f"{name}, line {line}",
            "this line names the delimiter (sep=); it is for Excel and is not a row",
            "a row of column names on the first line",
            f"give --header-row {line + 1} and --delimiter {shown!r}, or delete line {line}",
        )


def _check_delimiter(name: str, header: list[str], delimiter: str, reading: FileReading) -> None:
    if len(header) > 1 or reading.delimiter is not None:
        return
    other = next((mark for mark in OTHER_DELIMITERS if mark != delimiter and mark in header[0]), None)
    if other is not None:
        shown = "a tab" if other == "\t" else f"“{other}”"
        raise Refusal(
            "csv-delimiter",
            f"{name}, line 1",
            f"a single column whose name holds {shown}",
            "the delimiter that the file uses",
            f"give --delimiter {'tab' if other == chr(9) else repr(other)} (or --delimiter with the right one)",
        )
