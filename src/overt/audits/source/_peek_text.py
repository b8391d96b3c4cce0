"""A text file before it is read: which encodings it can be in, and which delimiters part it into how many columns."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from overt.rows import OTHER_DELIMITERS, FileReading, ReadingLimits, inflated

_PIECE = 2**20
# What is looked at to tell encodings apart, to find delimiters, and of letters outside ASCII.
_MOST_SCANNED, _TOP, _MOST_LETTERS = 2**28, 2**20, 2**20
_SHOWN = 12
_ROWS = 200
_LONGEST = 200
_ONE_BYTE = ("windows-1252", "iso-8859-15", "windows-1250", "macintosh", "cp850")
_MARKS = {codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_ASCII = bytes(range(128))


@dataclass(frozen=True)
class EncodingTry:
    """An encoding: the first fault that rules it out, and the letters outside ASCII that it gives, with counts."""

    name: str
    fault: str
    characters: tuple[tuple[str, int], ...]

    @property
    def fits(self) -> bool:
        """Whether the whole of what was looked at can be in it."""
        return not self.fault


@dataclass(frozen=True)
class DelimiterTry:
    """A delimiter: the columns it makes of most of the first rows, in how many of them, and of how many."""

    delimiter: str
    columns: int
    even: int
    rows: int


@dataclass(frozen=True)
class PeekText:
    """A text file: what it may be in, and what was taken for the first rows that are shown.

    `lines` is how many it has, `None` where not all of it was looked at.
    """

    name: str
    encodings: tuple[EncodingTry, ...]
    delimiters: tuple[DelimiterTry, ...]
    encoding: str
    delimiter: str
    quoted: bool
    lines: int | None


@dataclass
class _Scan:
    """What a pass over the bytes of a file found."""

    lines: int = 0
    whole: bool = True
    top: bytes = b""
    letters: bytes = b""
    utf8_fault: str = ""
    first: dict[int, str] = field(default_factory=dict)


def look_at_text(
    path: Path, name: str, delimiter: str, reading: FileReading, limits: ReadingLimits
) -> tuple[PeekText, list[list[str]], list[int]]:
    """What the text may be, and its first rows by the encoding and delimiter given or proposed, with their lines.

    Time and memory do not grow with the file beyond 256 MiB of it.
    """
    scan = _scan(_pieces(path, name, limits))
    encodings = _encodings(scan)
    encoding = reading.encoding or next((each.name for each in encodings if each.fits), "utf-8")
    text = codecs.getincrementaldecoder(encoding)("replace").decode(scan.top).removeprefix("\ufeff")
    delimiters = tuple(_delimiter(text, mark, reading) for mark in OTHER_DELIMITERS)
    own = next(tried for tried in delimiters if tried.delimiter == delimiter)
    proposed = (
        own if own.columns > 1 else max(delimiters, key=lambda tried: (tried.columns > 1, tried.even, tried.columns))
    )
    mark = reading.delimiter or (proposed.delimiter if proposed.columns > 1 else delimiter)
    rows, numbers = _rows(text, mark, reading.quoted)
    lines = scan.lines if scan.whole else None
    return PeekText(name, encodings, delimiters, encoding, mark, reading.quoted, lines), rows, numbers


def _pieces(path: Path, name: str, limits: ReadingLimits) -> Iterator[bytes]:
    with path.open("rb") as stream:
        stored = iter(lambda: stream.read(_PIECE), b"")
        yield from inflated(stored, name, limits) if path.suffix.lower() == ".gz" else stored


def _scan(pieces: Iterator[bytes]) -> _Scan:
    scan, decoder = _Scan(), codecs.getincrementaldecoder("utf-8")()
    offset, ended = 0, True
    for piece in pieces:
        if offset >= _MOST_SCANNED:
            scan.whole = False
            break
        if len(scan.top) < _TOP:
            scan.top += piece[: _TOP - len(scan.top)]
        if not piece.isascii() or decoder.getstate()[0]:
            _scan_letters(scan, piece, offset, decoder)
        scan.lines += piece.count(b"\n") + (piece.count(b"\r") - piece.count(b"\r\n"))
        offset += len(piece)
        ended = piece.endswith((b"\n", b"\r"))
    if scan.whole and decoder.getstate()[0] and not scan.utf8_fault:
        scan.utf8_fault = f"the text ends within a character, in line {scan.lines + 1}"
    scan.lines += not ended
    return scan


def _scan_letters(scan: _Scan, piece: bytes, offset: int, decoder: codecs.IncrementalDecoder) -> None:
    high = piece.translate(None, _ASCII)
    for byte in set(high.translate(None, bytes(scan.first))):
        line = scan.lines + piece.count(b"\n", 0, piece.index(byte)) + 1
        scan.first[byte] = f"byte 0x{byte:02x} in line {line}"
    if len(scan.letters) < _MOST_LETTERS:
        scan.letters += high[: _MOST_LETTERS - len(scan.letters)]
    if scan.utf8_fault:
        return
    try:
        decoder.decode(piece)
    except UnicodeDecodeError as error:
        line = scan.lines + error.object.count(b"\n", 0, error.start) + 1
        scan.utf8_fault = f"byte 0x{error.object[error.start]:02x} in line {line}"


def _encodings(scan: _Scan) -> tuple[EncodingTry, ...]:
    """UTF-8 first, or what a mark at the front names; then those of one byte a letter."""
    marked = next((name for mark, name in _MARKS.items() if scan.top.startswith(mark)), None)
    front = scan.top[:4096]
    # Text in UTF-16 without a mark has a zero in every other place, so long as it is mostly Latin.
    zeros = front[0::2].count(0), front[1::2].count(0)
    if marked is None and max(zeros) * 4 > len(front):
        marked = "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
    nul = "NUL bytes, which no text has" if b"\0" in scan.top else ""
    utf8 = EncodingTry("utf-8", scan.utf8_fault or nul, _letters(scan.letters.decode("utf-8", "ignore")))
    if marked is not None:
        return EncodingTry(marked, "", _letters(scan.top.decode(marked, "ignore"))), utf8
    if not scan.letters:
        return (utf8,)
    return (utf8, *(_one_byte(name, scan, nul) for name in _ONE_BYTE))


def _one_byte(name: str, scan: _Scan, nul: str) -> EncodingTry:
    undefined = [byte for byte in scan.first if not _is_letter(bytes([byte]).decode(name, "replace"))]
    fault = scan.first[min(undefined)] if undefined else nul
    defined = scan.letters.translate(None, bytes(undefined))
    return EncodingTry(name, fault, _letters(defined.decode(name, "replace")))


def _is_letter(sign: str) -> bool:
    """Whether it is a sign that text has, and no control character."""
    return (sign != "\ufffd" and sign.isprintable()) or sign == "\xa0"


def _letters(text: str) -> tuple[tuple[str, int], ...]:
    """The most frequent letters outside ASCII."""
    counts = [(letter, count) for letter, count in Counter(text).items() if not letter.isascii() and letter != "\ufeff"]
    return tuple(sorted(counts, key=lambda pair: (-pair[1], pair[0]))[:_SHOWN])


def _delimiter(text: str, delimiter: str, reading: FileReading) -> DelimiterTry:
    rows, _ = _rows(text, delimiter, reading.quoted)
    widths = [len(row) for row in rows if row]
    columns, even = Counter(widths).most_common(1)[0] if widths else (0, 0)
    return DelimiterTry(delimiter, columns, even, len(widths))


def _rows(text: str, delimiter: str, quoted: bool, most: int = _ROWS) -> tuple[list[list[str]], list[int]]:
    """The rows of a text, which may end in the middle of one, and the line that each begins on."""
    style = {} if quoted else {"quoting": csv.QUOTE_NONE}
    csv.field_size_limit(max(csv.field_size_limit(), _TOP + 2))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, **style)  # type: ignore[arg-type]
    rows: list[list[str]] = []
    numbers: list[int] = []
    line = 1
    with suppress(csv.Error):
        for row in islice(reader, most):
            rows.append([cell[:_LONGEST] for cell in row])
            numbers.append(line)
            line = reader.line_num + 1
    # The last may be cut.
    if len(text) >= _TOP and len(rows) > 1:
        rows.pop()
        numbers.pop()
    return rows, numbers
