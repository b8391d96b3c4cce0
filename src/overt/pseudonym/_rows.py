"""CSV and TSV, plain or gzip, read row by row and strictly: what is not as it should be is refused with its place.

Nothing is written anywhere, and the value of a field is never shown.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from overt.refusals import Refusal

KINDS = (".csv", ".csv.gz", ".tsv", ".tsv.gz")
LONGEST_FIELD = 1_000_000
WIDEST = 2_000
_OTHER_DELIMITERS = ";\t|,"
_RATIO, _RATIO_FROM = 200, 64 * 2**20
_FRONTS = {
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
    b"PK\x03\x04": "a workbook or another zip file",
    b"\xd0\xcf\x11\xe0": "an old workbook",
    b"PAR1": "Parquet",
}
Row = tuple[int, list[str]]
"""The number of a row as a spreadsheet shows it, the header being row 1, and its fields."""


@dataclass(frozen=True)
class Rows:
    """An open file: the names of its columns, and its rows, which can be gone through once."""

    name: str
    header: tuple[str, ...]
    rows: Iterator[Row]
    delimiter: str

    def place(self, column: str) -> int:
        """The place of a column; refuses a name that no column has."""
        if column not in self.header:
            raise Refusal("no-such-column", self.name, f"no column {column!r}", ", ".join(self.header))
        return self.header.index(column)


@contextmanager
def open_rows(path: Path, *, encoding: str = "utf-8", delimiter: str = "") -> Iterator[Rows]:
    """Opens a file of one of `KINDS`.

    Refuses other kinds, bytes that are not in the encoding, NUL, rows of another width than the header, blank lines
    between rows, quotes out of place, and column names that are blank or stand twice.
    """
    name = path.name
    kind = next((each for each in KINDS if name.lower().endswith(each)), "")
    if not path.exists():
        raise Refusal("source-absent", str(path), "no such file", "a file")
    if not path.is_file():
        raise Refusal("source-not-a-file", str(path), "not a regular file", "a file")
    if not kind:
        raise Refusal("source-kind-unknown", name, "a file of another kind", ", ".join(KINDS))
    mark = delimiter or ("\t" if kind.startswith(".tsv") else ",")
    if len(mark) != 1 or not mark.isascii() or mark.isalnum() or mark in '"\r\n\0':
        raise Refusal(
            "csv-delimiter", name, "a delimiter that cannot be one", "one ASCII character, no letter or digit"
        )
    with path.open("rb") as stored:
        stream = _plain(stored, name, packed=kind.endswith(".gz"))
        with io.TextIOWrapper(stream, encoding=_codec(encoding, name), errors="strict", newline="\n") as text:
            rows = _strict(text, name, mark, encoding)
            _, header = next(rows, (0, []))
            yield Rows(name, _checked(header, name, mark), _same_width(rows, len(header), name), mark)


def _codec(encoding: str, name: str) -> str:
    try:
        found = codecs.lookup(encoding)
    except (LookupError, ValueError):
        raise Refusal("encoding-unknown", name, "an encoding that is not known", "utf-8, windows-1252 …") from None
    # A byte order mark is no part of the first column's name.
    return "utf-8-sig" if found.name == "utf-8" else found.name


def _plain(stored: BinaryIO, name: str, *, packed: bool) -> BinaryIO:
    front = stored.read(8)
    stored.seek(0)
    if packed:
        return io.BufferedReader(_Inflated(stored, name), 2**20)
    found = "gzip" if front.startswith(b"\x1f\x8b") else ""
    found = found or next((kind for mark, kind in _FRONTS.items() if front.startswith(mark)), "")
    if found and found != "UTF-16":
        raise Refusal("source-kind-unknown", name, f"the content of {found}", "text, as the name of the file says")
    return stored


class _Inflated(io.RawIOBase):
    """The content of a gzip file; refuses one that is damaged, cut short, or grows beyond all measure."""

    def __init__(self, stored: BinaryIO, name: str) -> None:
        self._stored, self._name = stored, name
        self._stream = gzip.GzipFile(fileobj=stored, mode="rb")
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            piece = self._stream.read(len(buffer))
        except (OSError, EOFError, zlib.error):
            raise Refusal(
                "gzip-broken", self._name, "it is not gzip, is damaged, or ends in the middle", "a whole gzip file"
            ) from None
        self._given += len(piece)
        if self._given > max(_RATIO_FROM, _RATIO * self._stored.tell()):
            found = f"it inflates to more than {_RATIO} times its size"
            raise Refusal("inflates-too-far", self._name, found, f"at most {_RATIO} times", "inflate it yourself")
        buffer[: len(piece)] = piece
        return len(piece)


def _strict(text: io.TextIOWrapper, name: str, delimiter: str, encoding: str) -> Iterator[Row]:
    """The rows with their numbers, the header being 1."""
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_FIELD + 2))
    reader = csv.reader(_without_nul(text, name), delimiter=delimiter, strict=True)
    blank = 0
    number = 1
    try:
        for row in reader:
            if not row:
                blank = blank or reader.line_num
                continue
            if blank:
                raise Refusal("csv-blank-line", f"{name}, line {blank}", "a blank line between rows", "rows only")
            if max(map(len, row)) > LONGEST_FIELD:
                raise _too_long(name, reader.line_num)
            yield number, row
            number += 1
    except UnicodeError:
        where = f"{name}, after line {reader.line_num}"
        remedy = "find out which encoding it is in and give --encoding, or export it again as UTF-8"
        if codecs.lookup(encoding).name == "utf-8":
            raise Refusal("encoding-not-utf8", where, "a byte that is not UTF-8", "UTF-8", remedy) from None
        raise Refusal("encoding-wrong", where, f"bytes that are not {encoding}", encoding, remedy) from None
    except csv.Error as error:
        raise _csv_fault(str(error), name, reader.line_num) from None


def _csv_fault(told: str, name: str, line: int) -> Refusal:
    where = f"{name}, line {line}"
    if "field larger" in told:
        return _too_long(name, line)
    if "unexpected end" in told:
        return Refusal("csv-unclosed-quote", where, "a quote that is never closed", "CSV as RFC 4180 has it")
    if "new-line" in told:
        return Refusal("csv-line-end", where, "a carriage return alone", "lines that end in one way")
    return Refusal("csv-quote", where, "a quote out of place", "CSV as RFC 4180 has it")


def _too_long(name: str, line: int) -> Refusal:
    found = f"a field of more than {LONGEST_FIELD:,} characters"
    return Refusal("field-too-long", f"{name}, line {line}", found, "a shorter one", "look for a quote never closed")


def _without_nul(text: io.TextIOWrapper, name: str) -> Iterator[str]:
    for number, line in enumerate(text, 1):
        if "\0" in line:
            remedy = "the file is damaged or in UTF-16: export it again, or give --encoding utf-16"
            raise Refusal("nul-byte", f"{name}, line {number}", "a NUL byte", "text", remedy)
        yield line


def _same_width(rows: Iterator[Row], width: int, name: str) -> Iterator[Row]:
    for number, row in rows:
        if len(row) != width:
            where, found = f"{name}, row {number}", f"{len(row)} columns"
            remedy = "look at that row: a delimiter is missing, is one too many, or belongs in quotes"
            raise Refusal("csv-ragged", where, found, f"{width} columns, as in the first row", remedy)
        yield number, row


def _checked(header: list[str], name: str, delimiter: str) -> tuple[str, ...]:
    names = tuple(each.strip() for each in header)
    if not names:
        raise Refusal("source-empty", name, "no text at all", "a line of column names and rows below it")
    if len(names) > WIDEST:
        raise Refusal("header-too-wide", name, f"{len(names)} columns", f"at most {WIDEST}")
    if len(names) == 1:
        other = next((each for each in _OTHER_DELIMITERS if each != delimiter and each in names[0]), "")
        if other:
            found = f"one column whose name holds {'a tab' if other == chr(9) else repr(other)}"
            raise Refusal("csv-delimiter", f"{name}, line 1", found, "the delimiter of the file", "give --delimiter")
    if not all(names):
        raise Refusal("header-blank", f"{name}, line 1", "a column without a name", "a name for each column")
    folded = [each.casefold() for each in names]
    if len(set(folded)) < len(folded):
        twice = next(each for each in names if folded.count(each.casefold()) > 1)
        raise Refusal("header-twice", f"{name}, line 1", f"two columns {twice!r}", "each name once")
    return names
