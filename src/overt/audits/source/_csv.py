"""CSV and TSV, read strictly by RFC 4180: every row of the file becomes a row of the table, or it is refused.

DuckDB's reader is fast but lenient: it passes over blank lines, drops an empty field too many, and
takes blanks around quotes for nothing. So one pass over the bytes counts rows, delimiters and
quotes, and what DuckDB loads must agree with the count. Where it does not, `_csv_faults` finds the row.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import duckdb

from overt.audits.source._account import Limits, Reading, SourceTable
from overt.audits.source._bytes import Text
from overt.audits.source._csv_faults import Rules, find_fault
from overt.audits.source._headers import check_header, name_blanks
from overt.audits.source._loading import Loaded, Loading, target
from overt.audits.source._sandbox import literal, read_path
from overt.audits.source._texts import check_texts
from overt.refusals import Refusal

_BATCH = 20_000
_BATCH_CHARACTERS = 2**25
_OTHER_DELIMITERS = ";\t|"
_SEPARATOR = re.compile(r"sep=(.?),?", re.IGNORECASE | re.DOTALL)
_QUOTED = re.compile(rb'"[^"]*"')


@dataclass
class Shape:
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
        self._classes = bytes(each if each in keep else ord("x") for each in range(256))

    @property
    def rows(self) -> int:
        """Rows in the file, the header among them."""
        return sum(self._line_ends) + self._any

    @property
    def mixed_line_ends(self) -> bool:
        """Whether lines end in more than one way."""
        return sum(1 for each in self._line_ends if each) > 1

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
        self.odd = self.odd or blank_first or b"\n\n" in seen or b"\n\r" in seen or b"\r\r" in seen
        if self.quoted and b'"' in seen:
            kinds = seen.translate(self._classes)
            self.odd = self.odd or b'x"' in kinds or b'"x' in kinds
        pairs = body.count(b"\r\n")
        self._line_ends[0] += pairs
        self._line_ends[1] += body.count(b"\n") - pairs
        self._line_ends[2] += body.count(b"\r") - pairs
        self.delimiters += body.count(self.delimiter)
        self._any, self._edge = True, body[-1:]


def load_csv(loading: Loading, text: Text, table: str, delimiter: str) -> Loaded:
    """Loads the file into `source.<table>`, every column as text; an empty field is null.

    Refuses whatever is not UTF-8 or the encoding given, a row with more or fewer fields than the
    header, quotes out of place, blank lines between rows, a field over the limit.
    """
    _check_is_delimiter(text.name, delimiter)
    dialect = _Dialect(delimiter, loading.reading.quoted)
    shape = Shape(delimiter.encode(), dialect.quoted, text.limits.field_characters)
    plain = _read_once(text, shape, loading.scratch)
    lines = Lines(plain, text.name, dialect, text.limits)
    header = lines.header()
    _check_separator_line(text.name, header)
    _check_delimiter(text.name, header, delimiter, loading.reading)
    numbers = range(1, len(header) + 1)
    header, unnamed = name_blanks(header, numbers, lines.indexes(header))
    names = check_header(text.name, header, text.limits)
    if shape.mixed_line_ends and shape.ends_in_cr:
        dialect = _Dialect(delimiter, dialect.quoted, lone_cr=False)
        lines = Lines(plain, text.name, dialect, text.limits)
        lines.refuse_fault(len(names), "some lines end in a carriage return alone, and others do not")
    if shape.odd or shape.delimiters != shape.rows * (len(names) - 1) or (shape.blank_at_end and len(names) == 1):
        lines.refuse_fault(len(names), "its rows and delimiters do not add up")
    rows = shape.rows - 1
    columns = tuple((name, "VARCHAR") for name in names)
    # Lines over two million bytes or mixed line ends are lawful but beyond DuckDB's reader.
    if shape.mixed_line_ends or not _load_fast(loading, lines, table, names, rows):
        lines.refuse_fault(len(names), None)
        _load_slowly(loading, lines, table, names, rows)
    try:
        check_texts(loading.connection, text.name, target(table), columns, text.limits, nul=False)
    except Refusal:
        # A line says more than a row does.
        lines.refuse_fault(len(names), None)
        raise
    loading.tell(table, rows)
    notes = [f"{text.name}: {shape.blank_at_end} blank lines at the end were left out"] if shape.blank_at_end else []
    notes += [f"{text.name}: {note}" for note in unnamed]
    if shape.mixed_line_ends:
        notes.append(f"{text.name}: its lines end in more than one way")
    return Loaded(text.digest, [SourceTable(table, text.name, rows, columns, first_row=2)], notes)


@dataclass(frozen=True)
class _Dialect:
    delimiter: str
    quoted: bool
    lone_cr: bool = True


def _read_once(text: Text, shape: Shape, scratch: Path) -> Path:
    """Counts the file and gives the path of the same text as plain UTF-8: the file's own if that is what it is."""
    if text.as_stored:
        for piece in text:
            shape.feed(piece)
        plain = text.path
    else:
        plain = scratch / "plain.txt"
        with plain.open("wb") as stream:
            for piece in text:
                shape.feed(piece)
                stream.write(piece)
    shape.finish()
    if not shape.rows and not shape.odd:
        raise Refusal("source-empty", text.name, "no text at all", "a line of column names and rows below it")
    return plain


@dataclass(frozen=True)
class Lines:
    """A plain UTF-8 file of delimited rows, for the readings in which DuckDB has no part."""

    path: Path
    name: str
    dialect: _Dialect
    limits: Limits

    def open(self) -> io.TextIOWrapper:
        """The file as text, with its line ends as they are."""
        stream: BinaryIO = self.path.open("rb")
        return io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")

    def header(self) -> list[str]:
        """The names in the first row."""
        names: list[str] = []
        with self.open() as stream, contextlib.suppress(csv.Error):
            # The limit keeps a header that is one endless line from being read whole.
            first = stream.read(self.limits.field_characters * 4)
            names = next(self._reader(io.StringIO(first, newline="")), [])
        if not names:
            self.refuse_fault(0, "its first row cannot be read")
        return names

    def rows(self) -> Iterator[list[str]]:
        """Every row after the header."""
        with self.open() as stream:
            reader = self._reader(stream)
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

    def refuse_fault(self, wanted: int, otherwise: str | None) -> None:
        """Refuses the first row that is not as it should be; without one, refuses for the reason given, if any."""
        with self.open() as stream:
            dialect = self.dialect
            rules = Rules(self.name, dialect.delimiter, dialect.quoted, self.limits.field_characters, dialect.lone_cr)
            fault = find_fault(stream, rules, wanted)
        if fault is not None:
            raise fault
        if otherwise is not None:
            raise Refusal("csv-unreadable", self.name, otherwise, "CSV as RFC 4180 has it", "export the file again")

    def _reader(self, lines: Iterator[str]) -> Iterator[list[str]]:
        # The limit is one for the whole process: it is raised where needed and never lowered.
        csv.field_size_limit(max(csv.field_size_limit(), self.limits.field_characters + 2))
        if self.dialect.quoted:
            return csv.reader(lines, delimiter=self.dialect.delimiter, strict=True)
        return csv.reader(lines, delimiter=self.dialect.delimiter, quoting=csv.QUOTE_NONE, strict=True)


def _check_is_delimiter(name: str, delimiter: str) -> None:
    if len(delimiter) != 1 or not delimiter.isascii() or delimiter.isalnum() or delimiter in '"\r\n\0':
        raise Refusal(
            "csv-delimiter", name, "a delimiter that cannot be one", "one ASCII character that is no letter or digit"
        )


def _check_separator_line(name: str, header: list[str]) -> None:
    """Excel takes the delimiter of a file from such a line and shows it to nobody."""
    said = _SEPARATOR.fullmatch(",".join(header)) if len(header) <= 2 else None
    if said is not None:
        shown = {"\t": "tab", "": ","}.get(said[1], said[1])
        raise Refusal(
            "csv-separator-line",
            f"{name}, line 1",
            "a line that names the delimiter (sep=), which is for Excel and is no row",
            "a row of column names in the first line",
            f"delete line 1 and give --delimiter {shown!r}",
        )


def _check_delimiter(name: str, header: list[str], delimiter: str, reading: Reading) -> None:
    if len(header) > 1 or reading.delimiter is not None:
        return
    other = next((each for each in "," + _OTHER_DELIMITERS if each != delimiter and each in header[0]), None)
    if other is not None:
        shown = "a tab" if other == "\t" else f"“{other}”"
        raise Refusal(
            "csv-delimiter",
            f"{name}, line 1",
            f"a single column whose name holds {shown}",
            "the delimiter that the file uses",
            f"give --delimiter {'tab' if other == chr(9) else repr(other)} (or --delimiter with the right one)",
        )


def _load_fast(loading: Loading, lines: Lines, table: str, names: list[str], wanted: int) -> bool:
    """Whether DuckDB's reader took the file and found as many rows as were counted."""
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    quote = literal('"' if lines.dialect.quoted else "")
    try:
        loading.connection.execute(
            f"create table {target(table)} as select * from read_csv({literal(read_path(lines.path))}, "
            f"columns = {{{columns}}}, auto_detect = false, header = true, delim = {literal(lines.dialect.delimiter)}, "
            f"quote = {quote}, escape = {quote}, strict_mode = true, null_padding = false, ignore_errors = false, "
            "hive_partitioning = false, filename = false, compression = 'none', encoding = 'utf-8')"
        )
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        return False
    found = loading.connection.execute(f"select count(*) from {target(table)}").fetchone()
    if found == (wanted,):
        return True
    loading.connection.execute(f"drop table {target(table)}")
    return False


def _load_slowly(loading: Loading, lines: Lines, table: str, names: list[str], wanted: int) -> None:
    """Loads rows through Python's reader, which takes what DuckDB's does not."""
    import pyarrow as pa  # noqa: PLC0415  it takes long to load, and most sources never need it

    loading.create(table, pa.schema([(name, pa.string()) for name in names]))
    done = size = 0
    batch: list[list[str]] = []
    for row in lines.rows():
        batch.append(row)
        size += sum(map(len, row))
        if len(batch) == _BATCH or size > _BATCH_CHARACTERS:
            done += _append(loading, table, batch)
            batch, size = [], 0
            loading.tell(table, done)
    done += _append(loading, table, batch)
    if done != wanted:
        raise Refusal("csv-unreadable", lines.name, f"{wanted} rows were counted and {done} read", "the same number")


def _append(loading: Loading, table: str, rows: list[list[str]]) -> int:
    if rows:
        import pyarrow as pa  # noqa: PLC0415  it takes long to load, and most sources never need it

        columns = zip(*rows, strict=True)
        loading.append(table, [pa.array([each or None for each in column], pa.string()) for column in columns])
    return len(rows)
