"""Old workbooks (.xls) and binary sheets (.xlsb) in which two programs may find different cells, made from honest ones.

Knows how the files are built, and nothing of Overt.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tests.audit.zip_attacker import whole

NONE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
SECTOR = 512


@dataclass(frozen=True)
class Entry:
    """An entry of the directory, as it will be written; `start` of a stream without one is the next free sector."""

    name: str
    content: bytes = b""
    kind: int = 2
    left: int = NONE
    right: int = NONE
    child: int = NONE
    start: int | None = None


def container(*entries: Entry, chains: dict[int, int] | None = None, behind: bytes = b"") -> bytes:
    """A file of streams, the root put in front; `chains` says otherwise which sector follows which."""
    written = [Entry("Root Entry", kind=5, child=1), *entries]
    directory_sectors = -(-len(written) // 4)
    following = {0: TABLE, **{each: each + 1 for each in range(1, directory_sectors)}, directory_sectors: END}
    free, body, directory = directory_sectors + 1, b"", b""
    for each in written:
        content = each.content
        start, sectors = each.start, -(-len(content) // SECTOR)
        if start is None and sectors:
            start = free
            following |= {free + number: free + number + 1 for number in range(sectors)}
            following[free + sectors - 1] = END
            free += sectors
            body += content.ljust(sectors * SECTOR, b"\0")
        name = each.name.encode("utf-16-le")
        directory += struct.pack(
            "<64sHBBLLL36xLQ", name, len(name) + 2, each.kind, 1, each.left, each.right, each.child,
            END if start is None else start, len(content),
        )  # fmt: skip
    directory = directory.ljust(directory_sectors * SECTOR, b"\0")
    following |= chains or {}
    table = struct.pack("<128L", *(following.get(each, NONE) for each in range(128)))
    head = struct.pack(
        "<8s16xHHHHH6xLLLLLLLLL109L", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 62, 3, 0xFFFE, 9, 6,
        0, 1, 1, 0, 4096, END, 0, END, 0, 0, *[NONE] * 108,
    )  # fmt: skip
    return head + table + directory + body + behind


def record(kind: int, *body: bytes) -> bytes:
    content = b"".join(body)
    return struct.pack("<HH", kind, len(content)) + content


def text(row: int, column: int, value: str) -> bytes:
    return record(0x0204, struct.pack("<HHHHB", row, column, 0, len(value), 0), value.encode("ascii"))


def number(row: int, column: int, value: float) -> bytes:
    return record(0x0203, struct.pack("<HHHd", row, column, 0, value))


def several(row: int, first: int, *values: int) -> bytes:
    cells = b"".join(struct.pack("<HL", 0, value << 2 | 2) for value in values)
    return record(0x00BD, struct.pack("<HH", row, first), cells, struct.pack("<H", first + len(values) - 1))


def blank(row: int, column: int) -> bytes:
    return record(0x0201, struct.pack("<HHH", row, column, 0))


def formula(row: int, column: int, *texts: str) -> bytes:
    """A formula whose result is a text, which follows it."""
    head = struct.pack("<HHH8sHLH", row, column, 0, b"\0\0\0\0\0\0\xff\xff", 0, 0, 3) + b"\x1e\x01\x00"
    results = [record(0x0207, struct.pack("<HB", len(each), 0), each.encode("ascii")) for each in texts]
    return record(0x0006, head) + b"".join(results)


BEGIN_SHEET, CHART = (record(0x0809, struct.pack("<HHHHLL", 0x0600, kind, 0, 0, 0, 0)) for kind in (0x10, 0x20))
FINISH = record(0x000A)
HEAD = text(0, 0, "entry_id") + text(0, 1, "n")
ROW = text(1, 0, "E1") + number(1, 1, 7)


def stream(*sheets: bytes, starts: list[int] | None = None) -> bytes:
    """The stream of a workbook with these sheets; `starts` says which of the sheets each name stands for."""
    begin = record(0x0809, struct.pack("<HHHHLL", 0x0600, 0x05, 0, 0, 0, 0))
    starts = list(range(len(sheets))) if starts is None else starts

    def front(places: list[int]) -> bytes:
        names = [record(0x0085, struct.pack("<LHBB", places[at], 0, 2, 0), b"S%d" % n) for n, at in enumerate(starts)]
        return begin + record(0x0042, struct.pack("<H", 1200)) + b"".join(names) + FINISH

    size, places = len(front([0] * len(sheets))), []
    for sheet in sheets:
        places.append(size)
        size += len(BEGIN_SHEET + sheet + FINISH)
    made = front(places) + b"".join(BEGIN_SHEET + sheet + FINISH for sheet in sheets)
    return made.ljust(4_200, b"\0")


def old_workbook(sheet: bytes = HEAD + ROW) -> bytes:
    """An honest old workbook."""
    return container(Entry("Workbook", stream(sheet)))


def honest() -> Iterator[bytes]:
    """Old workbooks that every program reads alike: with one row each."""
    yield old_workbook()
    yield old_workbook(HEAD + text(1, 0, "E1") + several(1, 1, 7, 8))
    yield old_workbook(HEAD + text(1, 0, "E1") + formula(1, 1, "x"))
    yield old_workbook(ROW + HEAD)
    yield old_workbook(HEAD + ROW + CHART + number(1, 0, 3) + FINISH)
    other = stream(HEAD + text(1, 0, "E2"))
    yield container(
        Entry("Workbook", stream(HEAD + ROW), right=2), Entry("Objects", kind=1, child=3), Entry("Workbook", other)
    )


def ambiguous() -> Iterator[tuple[str, bytes]]:
    """Each way to show one program this workbook and another program that one."""
    good, bad = stream(HEAD + ROW), stream(HEAD + text(1, 0, "E2"))
    main = Entry("Workbook", good)
    for name in ("Book", "BOOK", "WORKBOOK", "workbook"):
        yield f"a second {name}", container(replace(main, right=2), Entry(name, bad))
        yield f"a first {name}", container(Entry(name, bad, right=2), main)
        yield f"{name} outside the tree", container(main, Entry(name, bad))
        yield f"{name} outside the tree, in front", container(Entry("Other", right=3), Entry(name, bad), replace(main))
        yield (
            f"{name} of an object, in front",
            container(Entry("Objects", kind=1, child=2, right=3), Entry(name, bad), main),
        )
    yield "two streams of one name", container(replace(main, right=2), Entry("Workbook", bad))
    yield (
        "two others of one name",
        container(replace(main, left=2, right=3), Entry("Notes", b"x" * 5_000), Entry("NOTES", b"y" * 5_000)),
    )
    yield "a tree that goes round", container(replace(main, right=2), Entry("Other", right=1))
    yield "an entry twice in the tree", container(replace(main, left=2, right=2), Entry("Other"))
    yield "streams that share sectors", container(replace(main, right=2), Entry("Other", b"x" * 5_000, start=2))
    yield (
        "streams that share their end",
        container(replace(main, right=2), Entry("Other", b"x" * 8_400), chains={12: 3}),
    )
    yield "a chain that goes round", container(main, chains={5: 2})
    yield "a zip behind", old_workbook() + whole({"xl/workbook.xml": b"<other/>"})
    yield "a zip behind, in whole sectors", old_workbook() + whole({"a": b"x"}).rjust(SECTOR, b"\0")
    yield "a sheet that two names stand for", container(Entry("Workbook", stream(HEAD + ROW, starts=[0, 0])))
    for kind, twice in _twice():
        for first, second in ((ROW, twice), (twice, ROW)):
            yield kind, old_workbook(HEAD + first + second)
    yield "a result twice", old_workbook(HEAD + text(1, 0, "E1") + formula(1, 1, "x", "y"))
    yield "cells behind a chart", old_workbook(HEAD + ROW + CHART + FINISH + text(2, 0, "E2"))
    yield "several cells that end before they begin", old_workbook(HEAD + several(1, 1, 7)[:-2] + b"\0\0")


def _twice() -> Iterator[tuple[str, bytes]]:
    yield "a text twice", text(1, 0, "E2")
    yield "a number in place of a text", number(1, 0, 5)
    yield "a blank on a value", blank(1, 1)
    yield "several on one", several(1, 0, 3, 4)
    yield "a formula on a value", formula(1, 1, "x")


def broken() -> Iterator[bytes]:
    """Files cut, and with each part of the head and the directory changed."""
    honest_one = old_workbook()
    for cut in range(0, len(honest_one) - SECTOR, 97):
        yield honest_one[:cut]
    for place in range(0, 3 * SECTOR):
        yield honest_one[:place] + bytes([honest_one[place] ^ 0xFF]) + honest_one[place + 1 :]


# --- .xlsb ----------------------------------------------------------------------------------------------------------


def _record12(kind: int, body: bytes = b"") -> bytes:
    return _number12(kind) + _number12(len(body)) + body


def _number12(value: int) -> bytes:
    return bytes([value]) if value < 0x80 else bytes([value & 0x7F | 0x80]) + _number12(value >> 7)


def _cell12(column: int, value: str) -> bytes:
    return _record12(6, struct.pack("<LLL", column, 0, len(value)) + value.encode("utf-16-le"))


def _row12(row: int, *cells: bytes) -> bytes:
    return _record12(0, struct.pack("<LLHBBBL", row, 0, 300, 0, 0, 0, 0)) + b"".join(cells)


def binary_workbook(*rows: bytes, more: bytes = b"", part: str = "worksheets/sheet1.bin") -> bytes:
    """A workbook of binary parts with one sheet."""
    cells = _record12(145) + b"".join(rows) + _record12(146)
    size = _record12(148, struct.pack("<LLLL", 0, 9, 0, 9))
    sheet = _record12(129) + size + cells + more + _record12(130)
    named = struct.pack("<LL", 0, 1) + b"".join(
        struct.pack("<L", len(each)) + each.encode("utf-16-le") for each in ("rId1", "S")
    )
    book = _record12(131) + _record12(143) + _record12(156, named) + _record12(144) + _record12(132)
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    space = "http://schemas.openxmlformats.org/package/2006"
    relation = (
        '<?xml version="1.0"?><Relationships xmlns="{}/relationships">'
        '<Relationship Id="rId1" Type="{}" Target="{}"/></Relationships>'
    )
    return whole(
        {
            "[Content_Types].xml": f'<?xml version="1.0"?><Types xmlns="{space}/content-types"/>'.encode(),
            "_rels/.rels": relation.format(space, f"{kind}/officeDocument", "xl/workbook.bin").encode(),
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": relation.format(space, f"{kind}/worksheet", part).encode(),
            f"xl/{part}": sheet,
        }
    )


HEAD12 = _row12(0, _cell12(0, "entry_id"), _cell12(1, "n"))


def honest_binary() -> Iterator[bytes]:
    """Sheets with one row each."""
    yield binary_workbook(HEAD12, _row12(1, _cell12(0, "E1"), _cell12(1, "7")))
    yield binary_workbook(HEAD12, _row12(5, _cell12(1, "7")), part="worksheets/other.bin")


def ambiguous_binary() -> Iterator[bytes]:
    """Rows and cells that stand twice, or behind later ones."""
    one, two, other = _cell12(0, "E1"), _cell12(0, "E2"), _cell12(1, "7")
    for part in ("worksheets/sheet1.bin", "worksheets/other.bin"):
        yield binary_workbook(HEAD12, _row12(1, one, two), part=part)
        yield binary_workbook(HEAD12, _row12(1, one, other, two), part=part)
        yield binary_workbook(HEAD12, _row12(1, one), _row12(1, two), part=part)
        yield binary_workbook(HEAD12, _row12(2, one), _row12(1, two), part=part)
        yield binary_workbook(HEAD12, _row12(1, one), more=_record12(145) + _row12(3, two) + _record12(146), part=part)
        yield binary_workbook(HEAD12, _row12(1, one, _record12(1, b"\0\0")), part=part)
