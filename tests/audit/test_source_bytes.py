"""Text files as bytes: encodings, NUL bytes, digests, and what inflates too far."""

from __future__ import annotations

import gzip
import hashlib
import io
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest

from overt.audits.source._account import Limits
from overt.refusals import Refusal
from overt.rows import FileReading, Reading
from overt.rows._bytes import inflated
from tests.audit.sources import load, read_back, refusal_of, written

CSV = "name,town\nZoë,Łódź\n"
ROWS = [("Zoë", "Łódź")]


def test_utf8_is_read_with_and_without_a_mark(tmp_path: Path) -> None:
    """The byte order mark is no part of the first column's name."""
    for data in (CSV.encode(), b"\xef\xbb\xbf" + CSV.encode()):
        path = written(tmp_path, "x.csv", data)
        account = load(path, tmp_path / "db")
        assert account.tables[0].columns[0][0] == "name"
        assert account.digest == hashlib.sha256(data).hexdigest()
        (tmp_path / "db").unlink()
        assert read_back(tmp_path, "x.csv", data) == ROWS


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "windows-1250", "iso-8859-2"])
def test_another_encoding_is_read_when_it_is_given(tmp_path: Path, encoding: str) -> None:
    """It is turned into UTF-8; the digest is of the file as it was."""
    text = CSV.replace("ë", "é")
    rows = [("Zoé", "Łódź")]
    assert read_back(tmp_path, "x.csv", text.encode(encoding), reading=Reading(FileReading(encoding=encoding))) == rows
    packed = gzip.compress(text.encode(encoding))
    assert read_back(tmp_path, "x.csv.gz", packed, reading=Reading(FileReading(encoding=encoding))) == rows


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_utf16_is_refused_unless_it_is_given(tmp_path: Path, encoding: str) -> None:
    """With a mark or without, the refusal says what it looks like."""
    refusal = refusal_of(tmp_path, "x.csv", "identifier,name\n1,somebody\n".encode(encoding))
    assert refusal.code in ("encoding-not-utf8", "nul-byte")
    assert "--encoding" in refusal.remedy


def test_windows_1252_is_refused_by_byte_and_line(tmp_path: Path) -> None:
    """And read when it is given."""
    data = "name,note\nSmith,ok\nO’Brien,it’s\n".encode("windows-1252")
    refusal = refusal_of(tmp_path, "x.csv", data)
    assert refusal.code == "encoding-not-utf8"
    assert refusal.where == f"x.csv, byte {data.index(0x92)}, line 3"
    assert "0x92" in refusal.found
    assert "--encoding windows-1252" in refusal.remedy
    found = read_back(tmp_path, "x.csv", data, reading=Reading(FileReading(encoding="windows-1252")))
    assert found == [("Smith", "ok"), ("O’Brien", "it’s")]


def test_a_fault_far_into_the_file_is_located(tmp_path: Path) -> None:
    """Behind the first piece that is read, and across the border of two."""
    for pad in (2**20 - 6, 2**20 - 5, 2**20 - 4, 3 * 2**20):
        head = b"a\n" + b"x" * 500_000 + b"\n" + b"y" * (pad - 500_003)
        data = head + b"\xe2\x82" + b"\nz\n"
        refusal = refusal_of(tmp_path, "x.csv", data)
        assert refusal.where == f"x.csv, byte {len(head)}, line 3", pad


def test_a_character_cut_off_by_the_end_is_located(tmp_path: Path) -> None:
    """A file that was not written to its end may stop inside a character."""
    refusal = refusal_of(tmp_path, "x.csv", b"a,b\n1,\xe2\x82")
    assert (refusal.code, refusal.where) == ("encoding-not-utf8", "x.csv, byte 6, line 2")


def test_a_given_encoding_that_is_wrong_is_refused(tmp_path: Path) -> None:
    """By the byte that does not fit."""
    refusal = refusal_of(tmp_path, "x.csv", b"a,b\n1,\x81\n", reading=Reading(FileReading(encoding="windows-1252")))
    assert refusal.code == "encoding-wrong"
    assert "byte 6" in refusal.where


@pytest.mark.parametrize("encoding", ["rot13", "zlib", "utf-7", "idna", "unicode_escape", "nonsense", "a\0b", ""])
def test_codecs_that_are_no_encoding_of_text_are_refused(tmp_path: Path, encoding: str) -> None:
    """Python has codecs that run programs on the text."""
    refusal = refusal_of(tmp_path, "x.csv", CSV, reading=Reading(FileReading(encoding=encoding)))
    assert refusal.code == "encoding-unknown"


def test_nul_bytes_are_refused_by_byte_and_line(tmp_path: Path) -> None:
    """Wherever they stand, and in any kind of text file."""
    assert refusal_of(tmp_path, "x.csv", b"a,b\n1,2\n3,\x004\n").where == "x.csv, byte 10, line 3"
    assert refusal_of(tmp_path, "x.csv", b"\x00").code == "nul-byte"
    assert refusal_of(tmp_path, "x.jsonl", b'{"a": 1}\n\x00').code == "nul-byte"
    assert refusal_of(tmp_path, "x.csv.gz", gzip.compress(b"a,b\n1,\x00\n")).code == "nul-byte"


def test_gzip_is_read_however_many_members_it_has(tmp_path: Path) -> None:
    """Tools that pack in pieces write one member after the other."""
    packed = gzip.compress(b"a,b\n1,2\n") + gzip.compress(b"") + gzip.compress(b"3,4\n")
    assert read_back(tmp_path, "x.csv.gz", packed) == [("1", "2"), ("3", "4")]
    assert read_back(tmp_path, "x.tsv.gz", gzip.compress(b"a\tb\n1\t2\n")) == [("1", "2")]


@pytest.mark.parametrize("damage", ["cut", "tail", "flip", "plain", "empty"])
def test_damaged_gzip_is_refused(tmp_path: Path, damage: str) -> None:
    """Cut short, with something behind it, changed inside, or no gzip at all."""
    packed = gzip.compress(b"a,b\n" + b"1,2\n" * 1000)
    data = {
        "cut": packed[:-9],
        "tail": packed + b"garbage",
        "flip": packed[:20] + bytes([packed[20] ^ 0xFF]) + packed[21:],
        "plain": b"a,b\n1,2\n",
        "empty": packed[:10],
    }[damage]
    assert refusal_of(tmp_path, "x.csv.gz", data).code == "gzip-broken"


def test_a_gzip_bomb_is_refused_without_inflating_it(tmp_path: Path) -> None:
    """By how far it grows and by how large it becomes."""
    bomb = gzip.compress(b"a\n" + b"0" * 50_000_000)
    few = Limits(inflation_floor=2**20, inflation_ratio=100)
    assert refusal_of(tmp_path, "x.csv.gz", bomb, limits=few).code == "inflates-too-far"
    small = Limits(inflated_bytes=2**20)
    refusal = refusal_of(tmp_path, "x.csv.gz", bomb, limits=small)
    assert (refusal.code, refusal.wanted) == ("inflates-too-far", "at most 1048576 bytes")


def test_inflating_holds_no_more_than_a_piece() -> None:
    """A member of a hundred megabytes is given out in pieces of one."""
    packed = zlib.compress(b"0" * 100_000_000, wbits=31)
    limits = Limits(inflation_ratio=10_000)
    tracemalloc.start()
    assert sum(map(len, inflated(iter([packed]), "x", limits))) == 100_000_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8_000_000


def test_a_bomb_of_bombs_is_refused() -> None:
    """Many small members add up."""
    member = gzip.compress(b"0" * 100_000)
    limits = Limits(inflated_bytes=1_000_000)
    with pytest.raises(Refusal, match="inflates-too-far"):
        list(inflated(iter([member * 20]), "x", limits))


@pytest.mark.parametrize("name", ["x.xlsx", "x.ods", "x.xlsb"])
def test_a_zip_bomb_in_a_workbook_is_refused(tmp_path: Path, name: str) -> None:
    """Before anything reads it as a workbook, whatever its directory says."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 20_000_000)
    limits = Limits(inflation_floor=2**20)
    assert refusal_of(tmp_path, name, out.getvalue(), limits=limits).code == "inflates-too-far"
    assert refusal_of(tmp_path, name, out.getvalue(), limits=Limits(inflated_bytes=2**20)).code == "inflates-too-far"


def test_a_zip_whose_directory_lies_is_refused(tmp_path: Path) -> None:
    """It says that a member is small, and the member is not."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("content.xml", b"0" * 5_000_000)
    data = out.getvalue().replace((5_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert refusal_of(tmp_path, "x.ods", data).code == "workbook-broken"
