"""A large audit keeps to the memory and the disk that it has, or says beforehand what it needs."""

from __future__ import annotations

import random
import shutil
from collections import namedtuple
from pathlib import Path

import duckdb
import pytest

from overt.audits._opened import SourceOptions
from overt.audits._room import check_room, room_needed
from overt.audits._work import working_folder
from overt.audits.mapping._distinct import conditions
from overt.audits.mapping._repeats import Repeat, find_repeats
from overt.audits.source._sandbox import memory_bytes
from overt.refusals import Refusal
from tests.audit.conftest import run_audit, write_register

_GIB = 2**30
_Usage = namedtuple("_Usage", "total used free")


@pytest.fixture
def small() -> duckdb.DuckDBPyConnection:
    """Hardly any memory, so that keys are counted in parts."""
    connection = duckdb.connect(config={"memory_limit": "40MiB", "threads": 1})
    connection.execute("create table entry (entry_id varchar)")
    return connection


def filled(connection: duckdb.DuckDBPyConnection, keys: list[str | None]) -> tuple[Repeat, ...]:
    connection.execute("insert into entry select unnest($1::varchar[])", [keys])
    return find_repeats(connection, {"entry": ["entry_id"]})


def test_keys_are_counted_in_parts_that_fit(small: duckdb.DuckDBPyConnection) -> None:
    """The same counts as of all at once, of keys in any order; a row without a key is not looked at."""
    keys: list[str | None] = [f"E{number}" for number in range(250_000)]
    random.Random(1).shuffle(keys)
    assert len(list(conditions(small, "entry_id", len(keys)))) > 2
    assert filled(small, [*keys, None, None]) == ()
    assert filled(small, ["E77", "E9", "E77", "E9", "E5"]) == (Repeat("entry", "entry_id", 250_005, 250_000, 3, "E77"),)


@pytest.mark.parametrize(
    ("keys", "repeated"),
    [
        ([f"E{number}" for number in range(3_000)], None),
        ([f"{number:08}" for number in range(3_000)] + [None], None),
        (["b", "a", "c"], None),
        (["a", None, "a"], ("a", 2)),
        (["a", "b", "b", "c"], ("b", 2)),
        ([*(f"E{number}" for number in range(5_000)), "E0"], ("E0", 2)),
        (["é", "z", "é", "z"], ("z", 2)),
    ],
)
def test_keys_in_order_repeat_only_beside_one_another(
    small: duckdb.DuckDBPyConnection, keys: list[str | None], repeated: tuple[str, int] | None
) -> None:
    """Keys that ascend, by length or with leading zeros, hold no memory; any other order is counted."""
    repeats = filled(small, keys)
    assert [(each.example, each.most) for each in repeats] == ([repeated] if repeated else [])


@pytest.mark.parametrize(
    ("text", "size"), [("530MiB", 530 * 2**20), ("5.5 GiB", 5.5 * _GIB), ("800 MB", 8e8), ("12 bytes", 12)]
)
def test_sizes_are_read(text: str, size: float) -> None:
    """As people and DuckDB write them."""
    assert memory_bytes(text) == int(size)


def test_a_disk_that_is_too_small_is_refused_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what is free, what is needed and what to do; what was done before stays."""
    folder = tmp_path / "source"
    folder.mkdir()
    with (folder / "entry.parquet").open("wb") as stream:
        stream.truncate(6 * _GIB)
    options = SourceOptions(str(folder), memory="4GiB")
    needed = room_needed(options, loaded=False)
    assert needed > 20 * _GIB
    assert room_needed(SourceOptions(str(folder), memory="64GiB"), loaded=False) == 0
    monkeypatch.setattr(shutil, "disk_usage", lambda _: _Usage(0, 0, 3 * _GIB))
    with pytest.raises(Refusal, match=r"(?s)disk-short.*3\.0 GiB are free.*--memory"):
        check_room(options, tmp_path, loaded=False)
    out = tmp_path / "out"
    for _ in range(2):
        with pytest.raises(Refusal, match="disk-short"):
            run_audit(folder, out)
        assert (tmp_path / "out.partial" / "key").is_file()


def test_a_file_that_is_copied_needs_room_for_its_copy(tmp_path: Path) -> None:
    """Once: an audit that goes on has it already."""
    source = tmp_path / "x.csv"
    with source.open("wb") as stream:
        stream.truncate(2**20)
    assert room_needed(SourceOptions(str(source)), loaded=False) == 2**20
    assert room_needed(SourceOptions(str(source)), loaded=True) == 0


def test_what_a_killed_engine_put_aside_is_cleared_away(tmp_path: Path) -> None:
    """It lies beside the database in the working folder, and is of no use to the next attempt."""
    source, out = write_register(tmp_path / "register"), tmp_path / "out"
    key = SourceOptions(str(source)).source_key()
    with pytest.raises(KeyboardInterrupt), working_folder(out, key) as work:
        with duckdb.connect(work.database, config={"memory_limit": "20MiB", "threads": 1}) as connection:
            connection.execute("set preserve_insertion_order = false")
            row = connection.execute("select current_setting('temp_directory')").fetchone()
        assert row == (f"{work.database}.tmp",)
        aside = Path(row[0])
        aside.mkdir()
        (aside / "duckdb_temp_storage-0.tmp").write_bytes(b"x" * 1_000)
        raise KeyboardInterrupt
    assert aside.is_dir()
    with working_folder(out, key):
        assert not aside.exists()
