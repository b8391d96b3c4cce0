"""Sheets in which two programs may find different cells, as the XML of their rows. Knows nothing of Overt."""

from __future__ import annotations

from collections.abc import Iterator

HEAD = b'<row r="1"><c r="A1" t="str"><v>entry_id</v></c><c r="B1" t="str"><v>n</v></c></row>'
_SHEET = (
    b'<?xml version="1.0" encoding="UTF-8"?>'
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
)


def sheet(rows: bytes) -> bytes:
    """The whole of a sheet."""
    return _SHEET % (HEAD + rows)


def row(number: int | None, *cells: bytes) -> bytes:
    """One row."""
    place = b"" if number is None else b' r="%d"' % number
    return b"<row%s>%s</row>" % (place, b"".join(cells))


def cell(place: str | None, value: str, more: str = "") -> bytes:
    """One cell with a number."""
    said = "" if place is None else f' r="{place}"'
    return f"<c{said}{more}><v>{value}</v></c>".encode()


def honest() -> Iterator[bytes]:
    """Sheets that every program reads alike."""
    yield row(2, cell("A2", "1"), cell("B2", "2")) + row(3, cell("A3", "3"), cell("B3", "4"))
    yield row(2, cell("A2", "1"), cell("B2", "2")) + row(9, cell("B9", "3"))
    yield row(None, cell(None, "1"), cell(None, "2")) + row(None, cell(None, "1"), cell(None, "2"))
    yield row(2, cell("A2", "0.30000000000000004"), cell("B2", "9007199254740992")) + row(3, b'<c r="A3"/>')
    yield row(2, b'<c r="A2" t="str"><v>123456789012345678901</v></c>', cell("B2", "1"))


def ambiguous() -> Iterator[bytes]:
    """Two cells of one place, rows that stand twice, cells of other rows, values that stand twice."""
    one, two = cell("A2", "1"), cell("A2", "2")
    for first, second in ((one, two), (two, one)):
        yield row(2, first, second)
        yield row(2, first, cell("B2", "3"), second)
        yield row(2, first) + row(2, second)
        yield row(3, cell("A3", "1")) + row(2, first) + row(3, cell("A3", "2"))
        yield row(2, first.replace(b'r="A2"', b"r='A2'"), second.replace(b'r="', b'r = "'))
        yield row(2, first.replace(b"<c ", b'<c x="a>b" '), second)
        yield row(2, first.replace(b"<c ", b"<c\n"), second.replace(b"<c ", b"<c\t"))
        yield row(2, first, second.replace(b'"A2"', b'"A&#50;"'))
        yield row(2, first, second.replace(b'"A2"', b'"a2"'))
        yield row(2, first, second.replace(b'"A2"', b'"$A$2"'))
        yield row(2, first) + b"</sheetData><sheetData>" + row(3, second.replace(b"A2", b"A3"))
        yield row(2, first, b"<!-- " + b"x" * 3_000_000 + b" -->", second)
    yield row(2, one, cell("B3", "2")) + row(3, cell("B3", "4"))
    yield row(2, cell("B2", "1"), one)
    yield row(2, cell("C2", "1"), cell("A2", "1"), cell(None, "2"))
    yield row(2, one.replace(b"</c>", b"<v>2</v></c>"))
    yield b'<row r="two">' + one + b"</row>"
    yield b'<row r="-2">' + one + b"</row>"


def numbers() -> Iterator[str]:
    """Numbers that a cell cannot hold as they are written."""
    yield from ("1e400", "-1e400", "NaN", "nan", "INF", "inf", "-Infinity", "9007199254740993", "123456789012345678901")
    yield from ("1e-400", "9" * 5_000, "0" * 10 + "9007199254740993", "9007199254740993.0", "1" + "0" * 400)
