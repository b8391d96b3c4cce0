"""Sources written, loaded and refused, for the tests of reading."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from overt.audits.source._account import Limits, SourceAccount
from overt.audits.source._source import is_complete, load_source
from overt.refusals import Refusal, Refusals
from overt.rows import Reading

Row = tuple[Any, ...]
Sheet = list[list[Any]]


def written(folder: Path, name: str, data: bytes | str) -> Path:
    """A file of that name and content in the folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def workbook(path: Path, sheets: dict[str, Sheet]) -> Path:
    """An Excel workbook of these sheets, each as rows of cells."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, cells in sheets.items():
        sheet = book.create_sheet(name)
        for row in cells:
            sheet.append(row)
    book.save(path)
    return path


def load(
    path: Path | str, database: Path, *, limits: Limits | None = None, reading: Reading | None = None
) -> SourceAccount:
    """The account of a source that is loaded to its end."""
    account = load_source(str(path), database, limits=limits, reading=reading)
    assert is_complete(database)
    return account


def rows(database: Path, table: str) -> list[Row]:
    """Every row of a table of the source, in order; for sources that are copied."""
    with duckdb.connect(database, read_only=True) as connection:
        return connection.execute(f'select * from source."{table}"').fetchall()


def read_back(
    folder: Path, name: str, data: bytes | str, *, limits: Limits | None = None, reading: Reading | None = None
) -> list[Row]:
    """The rows that a file of one table is read as."""
    database = folder / "loaded.duckdb"
    account = load(written(folder, name, data), database, limits=limits, reading=reading)
    found = rows(database, account.tables[0].name)
    assert len(found) == account.tables[0].rows
    database.unlink()
    return found


def refused(
    path: Path | str, database: Path, *, limits: Limits | None = None, reading: Reading | None = None
) -> Refusal:
    """The first refusal of a source, of which nothing is left behind."""
    with pytest.raises((Refusal, Refusals)) as caught:
        load_source(str(path), database, limits=limits, reading=reading)
    assert not database.exists()
    assert not is_complete(database)
    assert [each.name for each in database.parent.iterdir() if each.name.startswith(database.name)] == []
    error = caught.value
    return error.refusals[0] if isinstance(error, Refusals) else error


def refusal_of(
    folder: Path, name: str, data: bytes | str, *, limits: Limits | None = None, reading: Reading | None = None
) -> Refusal:
    """The refusal of a file."""
    return refused(written(folder, name, data), folder / "loaded.duckdb", limits=limits, reading=reading)
