"""The folder: the same bytes for the same seed, marked in every file, whole or not there, and what is refused."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from overt.machine import lock
from overt.model import TABLES
from overt.refusals import Refusal, Refusals
from overt.synthetic import KINDS, _alpha, _gangs_matrix, generate
from overt.synthetic._numbers import number_of, numbered
from overt.synthetic._plan import RegisterPlan, Rounds, Slots
from overt.synthetic._setting import SERVICES
from overt.synthetic._write import table_sql, tables_of

from .conftest import Made

_TYPES = {
    "text": "string",
    "integer": "int64",
    "number": "double",
    "boolean": "bool",
    "date": "date32[day]",
    "timestamp": "timestamp[us]",
}


def digests(folder: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(folder.iterdir())}


@pytest.mark.parametrize("kind", KINDS)
def test_same_seed_gives_same_bytes(kind: str, made: Callable[[str], Made], tmp_path: Path) -> None:
    first = made(kind)
    key = generate(kind, tmp_path / "again", rows=first.key.rows, seed=7)
    assert digests(tmp_path / "again") == digests(first.folder)
    assert key == first.key


def test_other_seed_gives_other_people(made: Callable[[str], Made], tmp_path: Path) -> None:
    """Other rows breach, as many as before."""
    first = made("alpha").key
    other = generate("alpha", tmp_path / "other", rows=first.rows, seed=8)
    assert {name: each.breached for name, each in other.answers.items()} == {
        name: each.breached for name, each in first.answers.items()
    }
    assert other.answers["OV-38"].digest != first.answers["OV-38"].digest


@pytest.mark.parametrize("kind", KINDS)
def test_every_file_says_that_it_is_synthetic(kind: str, made: Callable[[str], Made]) -> None:
    folder = made(kind).folder
    for file in folder.iterdir():
        if file.suffix == ".parquet":
            assert pq.read_metadata(file).metadata[b"overt.synthetic"] == b"true", file.name
        else:
            assert "synthetic" in file.read_text().lower(), file.name
    assert (folder / "SYNTHETIC.txt").read_text().startswith("SYNTHETIC: EVERY PERSON IN THIS FOLDER IS INVENTED")
    run = json.loads((folder / "answer-key.json").read_text())["_run"]
    assert run["synthetic"] is True
    assert run["as_of"] in (folder / "SYNTHETIC.txt").read_text()


@pytest.mark.parametrize("kind", KINDS)
def test_files_hold_the_model_and_nothing_else(kind: str, made: Callable[[str], Made]) -> None:
    for file in made(kind).folder.glob("*.parquet"):
        table = TABLES[file.stem]
        schema = pq.read_schema(file)
        wanted = {name: _TYPES[column.kind] for name, column in table.by_name.items()}
        assert {field.name: str(field.type) for field in schema}.items() <= wanted.items(), file.name
        codes = {column.name: column.codes for column in table.columns if column.codes and column.name in schema.names}
        found = pq.read_table(file, columns=list(codes))
        for name, allowed in codes.items():
            planted = {"O1", "IC8", "4", "", "3"}
            assert set(found[name].to_pylist()) <= {*allowed, None, *planted}, (file.name, name)


def test_keys_are_not_repeated(made: Callable[[str], Made]) -> None:
    """A key names one row, but for people who were recorded twice."""
    register = made("alpha")
    for table in ("entry", "item", "review", "disclosure", "access", "authority", "copy", "term_hit", "request"):
        key = TABLES[table].key.name
        assert register.value(f"select count(*) - count(distinct {key}) from {table}") == 0, table


def test_csv_has_the_rows_of_parquet(made: Callable[[str], Made], tmp_path: Path) -> None:
    parquet = made("alpha")
    generate("alpha", tmp_path / "csv", rows=parquet.key.rows, seed=7, form="csv")
    for table in ("entry", "item", "disclosure"):
        lines = parquet.value(
            f"select count(*) from read_csv('{tmp_path / 'csv' / f'{table}.csv'}', all_varchar = true)"
        )
        assert lines == parquet.value(f"select count(*) from {table}")
    assert (tmp_path / "csv" / "SYNTHETIC.txt").exists()


def test_every_row_of_csv_says_that_it_is_synthetic(tmp_path: Path) -> None:
    generate("calgang", tmp_path / "csv", rows=1_000, form="csv")
    for file in (tmp_path / "csv").glob("*.csv"):
        header, *rows = file.read_text().splitlines()
        assert header.endswith(",synthetic")
        assert all(row.endswith(",yes") for row in rows), file.name


def test_progress_is_told_of_every_table(tmp_path: Path) -> None:
    told: dict[str, int] = {}
    generate("calgang", tmp_path / "out", rows=1_000, seed=1, progress=told.__setitem__)
    assert told["item"] == 563
    assert {f"{table}.parquet" for table in told} < {file.name for file in (tmp_path / "out").iterdir()}


@pytest.mark.parametrize(
    ("given", "code", "words"),
    [
        ({"kind": "violence-matrix"}, "synth-kind", "gangs-matrix"),
        ({"rows": 0}, "synth-rows", "1 to"),
        ({"rows": 200_000_000}, "synth-rows", "1 to"),
        ({"rows": 100}, "synth-rows", "room for"),
        ({"seed": -1}, "synth-seed", "0 to"),
        ({"form": "xml"}, "synth-form", "parquet"),
    ],
)
def test_silly_arguments_are_refused(given: dict[str, object], code: str, words: str, tmp_path: Path) -> None:
    arguments = {"kind": "gangs-matrix", "out": tmp_path / "out", **given}
    with pytest.raises(Refusal) as refused:
        generate(**arguments)
    assert refused.value.code == code
    assert words in str(refused.value)
    assert not list(tmp_path.iterdir())


def test_every_silly_argument_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(Refusals) as refused:
        generate("nothing", tmp_path / "out", rows=-1, seed=-1)
    assert [each.code for each in refused.value.refusals] == ["synth-kind", "synth-rows", "synth-seed"]


def test_least_size_is_made_and_one_person_less_is_refused(tmp_path: Path) -> None:
    """At the least size there is nobody but the special people."""
    generate("calgang", tmp_path / "least", rows=780, seed=1)
    with pytest.raises(Refusal, match="room for 1 more"):
        generate("calgang", tmp_path / "less", rows=779, seed=1)


def test_folder_that_is_there_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(Refusal, match="synth-folder-there"):
        generate("calgang", tmp_path / "out", rows=1_000)
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_interrupted_it_leaves_nothing(tmp_path: Path) -> None:
    def stop(table: str, rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate("gangs-matrix", tmp_path / "out", progress=stop)
    assert not list(tmp_path.iterdir())


def test_no_room_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    """The system lets the process write no file above 64 kB."""
    program = (
        "import resource, sys; from pathlib import Path\n"
        "from overt.refusals import Refusal; from overt.synthetic import generate\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))\n"
        "try:\n    generate('chicago', Path(sys.argv[1]), rows=40000)\n"
        "except Refusal as refusal:\n    print(refusal.code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "out")],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ,
    )
    assert done.stdout.strip() == "synth-folder"
    assert not list(tmp_path.iterdir())


def test_after_a_kill_the_same_command_goes_on_with_whole_tables_kept(tmp_path: Path) -> None:
    """The folder is the one that an uninterrupted run writes; finished tables are not written again."""
    program = (
        "import os, signal, sys; from pathlib import Path; from overt.synthetic import generate\n"
        "def stop(table, rows):\n    os.kill(os.getpid(), signal.SIGKILL)\n"
        "generate('calgang', Path(sys.argv[1]), rows=2000, progress=stop)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "out")]
    assert subprocess.run(command, check=False, env=os.environ).returncode == -9
    partial = tmp_path / ".out.partial"
    finished = {file.name for file in partial.glob("*.parquet")}
    assert finished
    (partial / "item.unfinished").write_bytes(b"half a table")
    again: dict[str, int] = {}
    generate("calgang", tmp_path / "out", rows=2000, progress=again.__setitem__)
    assert not finished & {f"{table}.parquet" for table in again}
    generate("calgang", tmp_path / "whole", rows=2000)
    assert digests(tmp_path / "out") == digests(tmp_path / "whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "whole"]


def test_what_a_killed_process_left_of_another_register_is_not_taken(tmp_path: Path) -> None:
    """Another seed, size or form is another register."""
    partial = tmp_path / ".out.partial"
    partial.mkdir()
    (partial / "mark").write_text("of another register")
    (partial / "entry.parquet").write_bytes(b"no table")
    generate("calgang", tmp_path / "out", rows=2000)
    generate("calgang", tmp_path / "whole", rows=2000)
    assert digests(tmp_path / "out") == digests(tmp_path / "whole")


def test_two_processes_do_not_write_one_register(tmp_path: Path) -> None:
    partial = tmp_path / ".out.partial"
    partial.mkdir()
    with (partial / "lock").open("w") as held:
        lock(held)
        with pytest.raises(Refusal, match="synth-under-way"):
            generate("calgang", tmp_path / "out", rows=2000)
    assert (partial / "lock").exists()


def test_rounds_are_the_groups_one_after_the_other() -> None:
    """What SQL says of a row is what Python says of the person."""
    rounds = Rounds(Slots(10, 10 + 2 * 7), (3, 4))
    numbers = duckdb.sql(f"select {rounds.group}, {rounds.number} from range(10, 24) r(i)").fetchall()
    assert [rounds.group_of(index) for index in rounds.slots] == [group for group, _ in numbers]
    assert [group for group, _ in numbers] == [0] * 3 + [1] * 4 + [2] * 3 + [3] * 4
    assert [group // 2 for group, _ in numbers] == [number for _, number in numbers]
    assert list(rounds.people(1)) == [13, 14, 15, 16, 20, 21, 22, 23]
    assert len(rounds) == 4


def test_numbers_of_the_largest_register_are_not_cut() -> None:
    """The hundred-millionth has nine digits, in SQL as in Python."""
    assert duckdb.sql(f"select {numbered('99999999')}").fetchall() == [(number_of(99_999_999),)] == [("100000000",)]


def test_a_register_of_more_than_one_district_has_more_bodies_and_services_stay_last() -> None:
    """Else chance alone would send one body more entries in a day than the limit."""
    setting = _gangs_matrix.SETTING
    small, large = RegisterPlan(setting, 5_000_000, 1), RegisterPlan(setting, 100_000_000, 1)
    assert small.bodies == setting.bodies
    assert len(large.bodies) == len({body.name for body in large.bodies}) == 20 * len(setting.bodies)
    services = [body.kind in SERVICES for body in large.bodies]
    assert services == sorted(services)


def test_the_text_that_makes_a_large_register_is_no_longer() -> None:
    """However many sets of faults there are: a branch for each would take longer to plan than to run."""

    def length(rows: int) -> int:
        plan = RegisterPlan(_alpha.SETTING, rows, 1)
        _alpha.plant(plan)
        return sum(len(table_sql(plan, table)) for table in tables_of(plan))

    assert length(400_000) < 1.02 * length(40_000)
