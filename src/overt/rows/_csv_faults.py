"""Where a CSV file stops being RFC 4180: the line, what was found there and what was wanted.

Slow and exact, in plain Python; run only on files that are already known to be wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from overt.refusals import Refusal
from overt.workbooks import column_letter

_LINE_ENDS = "\r\n"
_INSIDE_QUOTES = re.compile(r'(?:[^"]|"")*+')
_LONGEST_LINE = 64  # times the longest field
_AGAIN = "export the file again, with every field that holds a delimiter, quote or line end in quotes"


@dataclass(frozen=True)
class CsvRules:
    """How the file is written, how long a field may be, and whether a carriage return alone may end a line.

    With `short_rows` a row may lack fields at its end. `before` lines of the file stand above the first.
    """

    name: str
    delimiter: str
    quoted: bool
    longest_field: int
    lone_cr: bool = True
    short_rows: bool = False
    before: int = 0


@dataclass
class _Row:
    """A row while it is read: the line it began on, its fields so far, and whether a quote is still open."""

    line: int
    fields: int = 0
    open_length: int | None = None


def find_fault(stream: TextIO, rules: CsvRules, wanted: int) -> Refusal | None:
    """The refusal of the first row that is not as it should be, or `None`.

    `wanted` is the number of columns; 0 takes that of the first row. Lines are counted from 1 as an
    editor counts them, so a row with line ends in its fields is named by the line it begins on.
    """
    row: _Row | None = None
    blank: int | None = None
    for line, text in enumerate(_lines(stream, rules.longest_field), start=rules.before + 1):
        content = text.rstrip(_LINE_ENDS)
        if row is None and not content:
            blank = blank or line
            continue
        if blank is not None:
            return _blank_line(rules, blank)
        row = row or _Row(line)
        fault = _read_line(rules, row, content, text) or _row_fault(rules, row, line, text, wanted)
        if fault is not None:
            return fault
        if row.open_length is None:
            wanted, row = wanted or row.fields, None
    if row is not None:
        return _unclosed(rules, row)
    return _blank_line(rules, blank) if blank is not None and wanted == 1 else None


def _lines(stream: TextIO, longest_field: int) -> Iterator[str]:
    """Lines; one that has no end is cut, so that it is not read whole."""
    while line := stream.readline(_LONGEST_LINE * longest_field):
        yield line


def _row_fault(rules: CsvRules, row: _Row, line: int, text: str, wanted: int) -> Refusal | None:
    """What is wrong with a row that has been read to its end."""
    if row.open_length is not None:
        return None
    if not rules.lone_cr and text.endswith("\r"):
        return _lone_cr(rules, line)
    if not wanted or row.fields == wanted or (rules.short_rows and row.fields < wanted):
        return None
    return _ragged(rules, row, wanted)


def _read_line(rules: CsvRules, row: _Row, content: str, text: str) -> Refusal | None:
    """Takes another line into the row."""
    if len(text) >= _LONGEST_LINE * rules.longest_field:
        return _too_long(rules, row)
    if row.open_length is None and not (rules.quoted and '"' in content):
        return _read_plain(rules, row, content)
    at, fault = 0, None
    while fault is None:
        if row.open_length is None:
            row.fields += 1
            at, fault = _open(rules, row, content, at)
        if row.open_length is not None:
            at, closed = _close(row, content, at)
            if row.open_length > rules.longest_field:
                return _too_long(rules, row)
            row.open_length = None if closed else row.open_length + len(text) - len(content)
        if row.open_length is not None or at >= len(content):
            return fault
        if content[at] != rules.delimiter:
            return fault or _stray_quote(rules, row, "characters after a closing quote")
        at += 1
    return fault


def _open(rules: CsvRules, row: _Row, content: str, at: int) -> tuple[int, Refusal | None]:
    """Where the field that begins at `at` goes on: behind its opening quote, or at its end if it has none."""
    if content.startswith('"', at):
        row.open_length = 0
        return at + 1, None
    end = content.find(rules.delimiter, at)
    end = len(content) if end < 0 else end
    if '"' in content[at:end]:
        return end, _stray_quote(rules, row, "a quote inside a field that is not in quotes")
    return end, _too_long(rules, row) if end - at > rules.longest_field else None


def _read_plain(rules: CsvRules, row: _Row, content: str) -> Refusal | None:
    if len(content) <= rules.longest_field:
        row.fields += content.count(rules.delimiter) + 1
        return None
    for value in content.split(rules.delimiter):
        row.fields += 1
        if len(value) > rules.longest_field:
            return _too_long(rules, row)
    return None


def _close(row: _Row, content: str, at: int) -> tuple[int, bool]:
    """Where the open field of the row stops in this line, and whether it was closed there."""
    inside = _INSIDE_QUOTES.match(content, at)
    end = inside.end() if inside else at
    row.open_length = (row.open_length or 0) + end - at
    return (end + 1, True) if end < len(content) else (end, False)


def _ragged(rules: CsvRules, row: _Row, wanted: int) -> Refusal:
    return Refusal(
        "csv-ragged",
        f"{rules.name}, line {row.line}",
        f"this row has {_columns(row.fields)}",
        f"{_columns(wanted)}, as in the header row",
        f"check line {row.line}. A delimiter is missing, one is extra, or a field that contains one is not in quotes",
    )


def _lone_cr(rules: CsvRules, line: int) -> Refusal:
    return Refusal(
        "csv-line-end",
        f"{rules.name}, line {line}",
        "this line ends in a carriage return alone, and others end in a line feed",
        "the same line ending on every line",
        "if the carriage return belongs to a field, put the field in quotes. Otherwise export the file again",
    )


def _columns(number: int) -> str:
    return "1 column" if number == 1 else f"{number} columns"


def _stray_quote(rules: CsvRules, row: _Row, fault: str) -> Refusal:
    return Refusal(
        "csv-quote",
        f"{rules.name}, line {row.line}, column {column_letter(row.fields)}",
        fault,
        "a field entirely in quotes, with quotation marks inside it doubled",
        _AGAIN,
    )


def _unclosed(rules: CsvRules, row: _Row) -> Refusal:
    return Refusal(
        "csv-unclosed-quote",
        f"{rules.name}, line {row.line}, column {column_letter(row.fields)}",
        "a quotation mark is never closed",
        "a closing quotation mark before the end of the file",
        _AGAIN,
    )


def _too_long(rules: CsvRules, row: _Row) -> Refusal:
    fault = f"this field has more than {rules.longest_field} characters"
    remedy = "check that line. Often an earlier quotation mark was never closed"
    return Refusal(
        "field-too-long",
        f"{rules.name}, line {row.line}, column {column_letter(row.fields)}",
        fault,
        f"at most {rules.longest_field} characters",
        remedy,
    )


def _blank_line(rules: CsvRules, line: int) -> Refusal:
    return Refusal(
        "csv-blank-line",
        f"{rules.name}, line {line}",
        "there is a blank line between rows",
        "a row on every line. A row with one empty field is written as two quotation marks",
        "delete the line, or write the missing row",
    )
