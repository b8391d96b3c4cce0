"""What the columns of a source say: how full, how many values, fixed by which other."""

from __future__ import annotations

import random
from itertools import product
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from overt.audits.mapping._profile import ColumnProfile, profile_columns
from overt.audits.source._account import Limits
from overt.audits.source._sandbox import open_workshop
from overt.audits.source._texts import Looked, check_texts
from tests.audit.sources import load, written


def _profiles(path: Path, database: Path) -> dict[str, ColumnProfile]:
    account = load(path, database)
    with open_workshop(database, account.held_files) as connection:
        return {profile.column: profile for profile in profile_columns(connection)}


def test_blank_text_is_not_filled(tmp_path: Path) -> None:
    """Whatever kind of blank it is; nor is it a value. A row of blanks is no row."""
    lines = ["a,b,c", "x,1,", " ,2, ", "\u00a0,2,", "\t,,\u3000", " x,,", "é,,"]
    found = _profiles(written(tmp_path, "x.csv", "\n".join(lines) + "\n"), tmp_path / "db")
    assert {name: (each.rows, each.filled, each.distinct) for name, each in found.items()} == {
        "a": (5, 3, 3),
        "b": (5, 3, 2),
        "c": (5, 0, 0),
    }


def test_columns_of_every_type_are_counted(tmp_path: Path) -> None:
    """Numbers, days, truth values and lists."""
    table = pa.table({"n": [1.5, None, 1.5], "b": [True, False, None], "l": [["x"], ["x"], ["y"]]})
    pq.write_table(table, tmp_path / "x.parquet")
    found = _profiles(tmp_path / "x.parquet", tmp_path / "db")
    assert {name: (each.filled, each.distinct) for name, each in found.items()} == {
        "n": (2, 1),
        "b": (2, 2),
        "l": (3, 2),
    }


def _csv(columns: dict[str, list[str]]) -> str:
    lines = [",".join(columns), *(",".join(row) for row in zip(*columns.values(), strict=True))]
    return "\n".join(lines) + "\n"


def test_a_column_fixed_by_another_names_it(tmp_path: Path) -> None:
    """The one with the fewest values, of these the first; blank is a value like any other."""
    draw = random.Random(1)
    power = [draw.choice(["s1", "s23", "s47", ""]) for _ in range(2000)]
    object_of = {"s1": "tools", "s23": "drugs", "s47": "arms", "": "drugs"}
    columns = {
        "free": [draw.choice("abc") for _ in power],
        "code": [f"{each}-{number % 2}" for number, each in enumerate(power)],
        "power": power,
        "twin": [each.upper() for each in power],
        "object": [object_of[each] for each in power],
        "constant": ["x" for _ in power],
        "blank": ["" for _ in power],
        "number": [str(number) for number in range(2000)],
    }
    found = _profiles(written(tmp_path, "x.csv", _csv(columns)), tmp_path / "db")
    assert {name: each.determined_by for name, each in found.items()} == {
        "free": None,
        "code": None,
        "power": "twin",
        "twin": "power",
        "object": "power",
        "constant": None,
        "blank": None,
        "number": None,
    }


def test_one_exception_is_enough_to_fix_nothing(tmp_path: Path) -> None:
    """Even if it stands behind the rows that are looked at first."""
    rows = 250_000
    table = pa.table(
        {"by": [str(number % 4) for number in range(rows)], "fixed": [str(number % 2) for number in range(rows)]}
    )
    pq.write_table(table, tmp_path / "same.parquet")
    assert _profiles(tmp_path / "same.parquet", tmp_path / "db1")["fixed"].determined_by == "by"
    last = pa.table({"by": ["0"], "fixed": ["1"]})
    pq.write_table(pa.concat_tables([table, last]), tmp_path / "other.parquet")
    assert _profiles(tmp_path / "other.parquet", tmp_path / "db2")["fixed"].determined_by is None


def test_chance_is_not_taken_for_a_rule(tmp_path: Path) -> None:
    """Two columns of a few rows nearly always seem to fix each other."""
    columns = {"a": ["x", "y"] * 19, "b": ["1", "2"] * 19}
    assert _profiles(written(tmp_path, "few.csv", _csv(columns)), tmp_path / "db1")["b"].determined_by is None
    columns = {"a": ["x", "y"] * 20, "b": ["1", "2"] * 20}
    assert _profiles(written(tmp_path, "enough.csv", _csv(columns)), tmp_path / "db2")["b"].determined_by == "a"


def test_the_model_table_is_filled(tmp_path: Path) -> None:
    """Columns are named with their table, as is the one that fixes them; filling it again changes nothing."""
    written(tmp_path / "x", "b.csv", "p,q\n" + "x,1\ny,2\n" * 20)
    written(tmp_path / "x", "a.csv", "p\n1\n")
    account = load(tmp_path / "x", tmp_path / "db")
    with open_workshop(tmp_path / "db", account.held_files) as connection:
        profile_columns(connection)
        profile_columns(connection)
    with duckdb.connect(tmp_path / "db", read_only=True) as connection:
        found = connection.execute(
            "select column_name, source_table, row_count, filled_count, distinct_count, determined_by, recorded_at "
            "from source_column"
        ).fetchall()
    assert found == [
        ("a.p", "a", 1, 1, 1, None, None),
        ("b.p", "b", 40, 40, 2, "b.q", None),
        ("b.q", "b", 40, 40, 2, "b.p", None),
    ]


def test_a_table_without_rows_is_profiled(tmp_path: Path) -> None:
    """It has columns, and nothing in them."""
    found = _profiles(written(tmp_path, "x.csv", "a,b\n"), tmp_path / "db")
    assert [(each.rows, each.filled, each.distinct) for each in found.values()] == [(0, 0, 0)] * 2


@pytest.mark.data
def test_the_met_file_has_two_blank_columns_and_one_that_says_nothing(tmp_path: Path, shared_data: Path) -> None:
    """June 2016: the object of a search is a function of the power."""
    folder = shared_data / "uk-stops-met-2016-06"
    found = _profiles(folder / "2016-06-metropolitan-stop-and-search.noloc.csv.gz", tmp_path / "db")
    for name in ("Outcome linked to object of search", "Removal of more than just outer clothing"):
        assert (found[name].rows, found[name].filled) == (10_490, 0)
    assert {name: each.determined_by for name, each in found.items() if each.determined_by} == {
        "Object of search": "Legislation"
    }


def test_one_look_counts_what_is_filled_and_what_is_blank() -> None:
    """Whatever letters texts begin with: as they are counted value by value."""
    texts = (None, "", " ", "\t", "\u00a0", "\u2003", "a", "é", " x", "!", "\x7f", "😀", "~")
    with duckdb.connect() as connection:
        connection.execute("create table pairs (a varchar, b varchar, n integer)")
        rows = [(a, b, None if number % 3 else number) for number, (a, b) in enumerate(product(texts, texts))]
        connection.executemany("insert into pairs values (?, ?, ?)", rows)
        looked = check_texts(connection, "x", "pairs", [("a", "VARCHAR"), ("b", "VARCHAR"), ("n", "INTEGER")], Limits())

    def is_there(value: object) -> bool:
        return value is not None and bool(str(value).strip())

    filled = tuple(sum(is_there(row[place]) for row in rows) for place in range(3))
    assert looked == Looked(len(rows), sum(not any(map(is_there, row)) for row in rows), filled)
