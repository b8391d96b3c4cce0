"""Parquet: read where it lies, whole or not at all."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from overt.audits.source._account import Limits, check_unchanged
from overt.audits.source._sandbox import open_locked
from overt.refusals import Refusal
from tests.audit.sources import load, refusal_of, refused


def _parquet(path: Path, table: pa.Table, **options: object) -> Path:
    pq.write_table(table, path, **options)
    return path


PEOPLE = pa.table({"id": [1, 2], "name": ["A", None], "added": [dt.date(2020, 1, 2), None], "tags": [["x"], []]})


def test_parquet_is_not_copied(tmp_path: Path) -> None:
    """It becomes a view over the file, with its own types, that a locked connection can read."""
    account = load(_parquet(tmp_path / "people.parquet", PEOPLE), tmp_path / "db")
    (table,) = account.tables
    assert table.columns == (("id", "BIGINT"), ("name", "VARCHAR"), ("added", "DATE"), ("tags", "VARCHAR[]"))
    assert (table.rows, table.held) == (2, str(tmp_path / "people.parquet"))
    assert account.held_files == [tmp_path / "people.parquet"]
    with open_locked(tmp_path / "db", account.held_files) as connection:
        found = connection.execute("select id, name from source.people").fetchall()
    assert found == [(1, "A"), (2, None)]


@pytest.mark.parametrize("name", ["a*b", "a?b", "a[1]", "it's", "a{b,c}", "sp ace", "Ünï"])
def test_a_name_is_no_pattern(tmp_path: Path, name: str) -> None:
    """A star in a name means a star, in the file's name and in that of its folder."""
    folder = tmp_path / name
    folder.mkdir()
    for other in ("axb", "a1", "ab", "ac"):
        _parquet(folder / f"{other}.parquet", PEOPLE)
    account = load(_parquet(folder / f"{name}.parquet", PEOPLE.slice(0, 1)), tmp_path / "db")
    assert account.tables[0].rows == 1
    with open_locked(tmp_path / "db", account.held_files) as connection:
        table = account.tables[0].name
        assert connection.execute(f'select count(*) from source."{table}"').fetchall() == [(1,)]


def test_folders_add_no_columns(tmp_path: Path) -> None:
    """`year=2020` in a path is a folder's name."""
    folder = tmp_path / "year=2020"
    folder.mkdir()
    account = load(_parquet(folder / "x.parquet", PEOPLE), tmp_path / "db")
    assert [name for name, _ in account.tables[0].columns] == ["id", "name", "added", "tags"]


def test_damaged_parquet_is_refused(tmp_path: Path) -> None:
    """Cut short anywhere, or changed inside where only a control would have come."""
    table = pa.table({"a": [f"text {number}" for number in range(10_000)], "b": list(range(10_000))})
    data = _parquet(tmp_path / "whole.parquet", table).read_bytes()
    for damaged in (data[:-5], data[: len(data) // 2], data[:8], b"PAR1" + data[4:2000], b"a,b\n1,2\n"):
        assert refusal_of(tmp_path, "x.parquet", damaged).code == "parquet-broken"
    for place in range(200, len(data) // 2, len(data) // 12):
        flipped = data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]
        try:
            load(_written(tmp_path / "x.parquet", flipped), tmp_path / "db")
            (tmp_path / "db").unlink()
        except Refusal as refusal:
            assert refusal.code in ("parquet-broken", "nul-byte")


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_names_that_differ_in_case_alone_are_refused(tmp_path: Path) -> None:
    """DuckDB would rename the second in silence."""
    table = pa.table([[1], [2], [{"a": 1, "b": {"c": 2}}], [3]], names=["id", "ID", "inner", "a"])
    refusal = refused(_parquet(tmp_path / "x.parquet", table), tmp_path / "db")
    assert (refusal.code, refusal.where) == ("header-twice", "x.parquet, column B")
    blank = pa.table([[1], [2]], names=["id", " "])
    assert refused(_parquet(tmp_path / "x.parquet", blank), tmp_path / "db").code == "header-blank"


def test_long_texts_and_nul_characters_are_refused(tmp_path: Path) -> None:
    """By row and column, as in every source."""
    long = pa.table({"a": ["x", "é" * 101]})
    refusal = refused(_parquet(tmp_path / "x.parquet", long), tmp_path / "db", limits=Limits(field_characters=100))
    assert (refusal.code, refusal.where) == ("field-too-long", "x.parquet, row 2, column A")
    nul = pa.table({"a": [1, 2, 3], "b": ["x", "y", "z\0"]})
    refusal = refused(_parquet(tmp_path / "x.parquet", nul), tmp_path / "db")
    assert (refusal.code, refusal.where) == ("nul-byte", "x.parquet, row 3, column B")


@pytest.mark.parametrize(("value", "synthetic"), [("true", True), ("seed 7", True), ("false", False), ("", False)])
def test_a_file_says_that_it_is_synthetic(tmp_path: Path, value: str, synthetic: bool) -> None:
    """In its own metadata."""
    table = PEOPLE.replace_schema_metadata({"overt.synthetic": value, "other": "x"})
    assert load(_parquet(tmp_path / "x.parquet", table), tmp_path / "db").synthetic is synthetic


def test_a_file_that_changes_after_it_was_read_is_noticed(tmp_path: Path) -> None:
    """Since it is read again by every control."""
    account = load(_parquet(tmp_path / "x.parquet", PEOPLE), tmp_path / "db")
    check_unchanged(account)
    _parquet(tmp_path / "x.parquet", PEOPLE.slice(0, 1))
    with pytest.raises(Refusal, match="source-changed"):
        check_unchanged(account)
    (tmp_path / "x.parquet").unlink()
    with pytest.raises(Refusal, match="source-changed"):
        check_unchanged(account)


def test_an_encrypted_file_is_refused(tmp_path: Path) -> None:
    """Its first bytes say so."""
    with duckdb.connect() as connection:
        # The file is for this test and nobody's secret.
        connection.execute("set force_mbedtls_unsafe = 'true'")
        connection.execute("pragma add_parquet_key('k', '0123456789112345')")
        connection.execute(
            f"copy (select 1 as a) to '{tmp_path}/x.parquet' (format parquet, encryption_config {{footer_key: 'k'}})"
        )
    assert refused(tmp_path / "x.parquet", tmp_path / "db").code == "parquet-broken"
