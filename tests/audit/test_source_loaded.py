"""A source is loaded once, with progress, and used again for as long as it is the same source read in the same way."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import duckdb
import openpyxl
import pytest

from overt.audits import FileReading, Reading, Request, SourceOptions, audit, fill, load
from overt.audits._opened import take_loaded
from overt.audits.mapping import read_mapping
from overt.audits.source import is_complete
from overt.refusals import Refusal
from tests.audit.sources import written

MAPPING = "create view entry as select ref as entry_id, day as opened_on from list;\n"


class _Stopped(Exception):
    pass


class _Observer:
    def __init__(self) -> None:
        self.read: list[str] = []

    def reading(self, table: str, rows: int) -> None:
        self.read.append(table)

    def planned(self, controls: int, resumed: int) -> None: ...

    def finished(self, finding: object) -> None: ...

    def writing(self) -> None: ...


def _source(folder: Path) -> SourceOptions:
    written(folder, "list.csv", "ref,day,role\n" + "".join(f"E-{n},2024-01-0{n},suspect\n" for n in range(1, 8)))
    mapping = folder / "map.sql"
    mapping.write_text(MAPPING)
    return SourceOptions(str(folder / "list.csv"), mapping)


def test_another_mapping_fills_what_was_loaded(tmp_path: Path) -> None:
    """The source is not read again, and what was filled through the first mapping is not taken for the second's."""
    options, database, told = _source(tmp_path), tmp_path / "loaded.duckdb", list[tuple[str, int]]()
    account = load(options, database, lambda table, rows: told.append((table, rows)))
    assert told[-1] == ("list", 7)
    assert [count for _, count in told] == sorted(count for _, count in told)
    told.clear()
    first = fill(database, account, options.read_mapping())
    assert first.columns["entry"] == {"entry_id", "opened_on"}
    (tmp_path / "map.sql").write_text("create view entry as select ref as entry_id from list;\n")
    assert load(options, database, lambda table, rows: told.append((table, rows))) == account
    assert fill(database, account, options.read_mapping()).columns["entry"] == {"entry_id"}
    assert fill(database, account, read_mapping(tmp_path / "map.sql")).rows["entry"] == 7
    assert told == []
    (tmp_path / "list.csv").write_text("ref,day\nE-1,2024-01-01\n")
    with pytest.raises(Refusal, match="source-changed"):
        load(options, database)


def _workbook(folder: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.save(folder / "list.xlsx")


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx"])
def test_loading_can_be_stopped(tmp_path: Path, name: str) -> None:
    """It leaves nothing behind, and the next begins anew."""
    _source(tmp_path)
    _workbook(tmp_path)
    options, database = SourceOptions(str(tmp_path / name)), tmp_path / "loaded.duckdb"

    def stop(table: str, rows: int) -> None:
        raise _Stopped

    with pytest.raises(_Stopped):
        load(options, database, stop)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["list.csv", "list.xlsx", "map.sql"]
    load(options, database)
    assert is_complete(database)


def test_a_statement_that_takes_long_can_be_stopped(tmp_path: Path) -> None:
    """It is asked how far it is, and interrupted when the listener has had enough."""
    columns = 40
    row = ",".join("a longer text" for _ in range(columns)) + "\n"
    names = ",".join(f"c{number}" for number in range(columns)) + "\n"
    written(tmp_path, "big.csv", names + row * 60_000)
    heard = list[int]()

    def stop(table: str, rows: int) -> None:
        # The rows are counted first, and then loaded from none.
        if heard and rows < heard[-1]:
            raise _Stopped
        heard.append(rows)

    with pytest.raises(_Stopped):
        load(SourceOptions(str(tmp_path / "big.csv")), tmp_path / "loaded.duckdb", stop)
    assert heard[-1] == 60_000
    assert not (tmp_path / "loaded.duckdb").exists()


def test_an_audit_takes_what_was_loaded(tmp_path: Path) -> None:
    """With the same results, byte for byte, and without reading the source."""
    options, database = _source(tmp_path), tmp_path / "loaded.duckdb"
    load(options, database)
    request = Request(options, ("core",), dt.date(2026, 6, 30), out=tmp_path / "one", only=("OV-02", "OV-20"))
    observer = _Observer()
    audit(request, observer, loaded=database)
    assert observer.read == []
    audit(replace(request, out=tmp_path / "two"), observer)
    assert observer.read[-1] == "list"
    assert (tmp_path / "one" / "run.json").read_bytes() == (tmp_path / "two" / "run.json").read_bytes()


def test_what_was_loaded_in_another_way_is_not_taken(tmp_path: Path) -> None:
    """Nor what was changed since, or never finished, nor a database of somebody else."""
    options, database, target = _source(tmp_path), tmp_path / "loaded.duckdb", tmp_path / "taken.duckdb"
    assert not take_loaded(options, database, target)
    duckdb.connect(database).close()
    assert not take_loaded(options, database, target)
    database.unlink()
    load(options, database)
    assert not take_loaded(replace(options, reading=Reading(FileReading(quoted=False))), database, target)
    assert not target.exists()
    assert take_loaded(replace(options, mapping=None), database, target)
    assert not take_loaded(options, database, target)
    target.unlink()
    (tmp_path / "list.csv").write_text("ref,day\nE-1,2024-01-01\n")
    assert not take_loaded(options, database, target)


def test_results_say_how_each_file_was_read(tmp_path: Path) -> None:
    """As a file with which the command that is shown can be given again, wherever the first one lay."""
    options = _source(tmp_path)
    (tmp_path / "list.csv").write_text("A title\n" + (tmp_path / "list.csv").read_text())
    reading = Reading(files={"list.csv": FileReading(header_row=2)}, file="/home/clerk/how.toml")
    request = Request(
        replace(options, reading=reading), ("core",), dt.date(2026, 6, 30), out=tmp_path / "one", only=("OV-02",)
    )
    audit(request, _Observer())
    record = json.loads((tmp_path / "one" / "run.json").read_text())
    assert record["reading"] == '[reading."list.csv"]\nheader_row = 2\n'
    assert "--reading reading.toml" in record["command"]
    assert "/home/clerk" not in json.dumps(record)
    assert "header_row = 2" in (tmp_path / "one" / "report.html").read_text()
    assert "list.csv: line 1 above the column names was not read, as was asked" in record["notes"]
