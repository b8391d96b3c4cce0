"""Audits in parts give what audits of the whole give, whatever the parts are, and ask again only what changed."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest
import sqlglot

from overt.audits import PartitionBy, Request, SourceOptions, audit, plan_audit
from overt.audits._partition import Ground, part_register
from overt.audits._parts import whole_note
from overt.controls import EVERYTHING, Evidence, Verdict, across_parts
from overt.controls.engines import DuckDBEngine
from overt.model import DUCKDB_TYPES, TABLES
from overt.refusals import Refusal
from overt.synthetic import generate

from .conftest import AS_OF, Silent, run_audit, write_register
from .parted import asked_in_parts, asked_whole, parted_controls, register_of, shipped
from .servers import answers, fill_postgres

CORE = [control for pack, control, _ in shipped().values() if pack == "core"]


@pytest.mark.parametrize(
    ("kind", "rows", "by", "packs"),
    [
        ("alpha", 8_000, "entry.status", None),
        ("gangs-matrix", 4_000, "entry.status", ("core",)),
        ("calgang", 800, "entry.entry_id/2", ("us-calgang",)),
        ("chicago", 18_000, "subject.sex", ("core",)),
    ],
)
def test_parts_together_give_what_the_whole_gives(
    kind: str, rows: int, by: str, packs: tuple[str, ...] | None, tmp_path: Path
) -> None:
    """Verdicts, counts, keys, digests, evidence, law, months and units of every control; of alpha with every pack."""
    generate(kind, tmp_path / kind, rows=rows, seed=7)
    register = register_of(tmp_path / kind)
    controls = parted_controls(by, [control for pack, control, _ in shipped().values() if not packs or pack in packs])
    assert len(controls) >= 10
    in_parts, asked, kept = asked_in_parts(register, controls, by, tmp_path / "parts")
    assert in_parts == asked_whole(register, controls)
    assert all(finding.verdict is not Verdict.FAILED for finding in in_parts)
    assert sum(finding.verdict is Verdict.BREACHED for finding in in_parts) > 3
    assert (asked > len(controls), kept) == (True, 0)


@pytest.mark.parametrize("seed", range(5))
def test_any_register_in_parts_gives_what_the_whole_gives(seed: int, tmp_path: Path) -> None:
    """Random rows: keys that are missing, that repeat and that no entry has; values that are missing."""
    register = _random_register(random.Random(seed))
    by = ("entry.unit", "entry.opened_on", "entry.entry_id/2", "subject.sex", "item.origin")[seed]
    controls = random.Random(seed).sample(parted_controls(by, CORE), 12 if "entry" in by else 8)
    in_parts, _, _ = asked_in_parts(register, controls, by, tmp_path)
    assert in_parts == asked_whole(register, controls)


def test_every_row_is_in_one_part(tmp_path: Path) -> None:
    """Also where a key has two units, none, or no entry."""
    register = _random_register(random.Random(3))
    register.execute(
        "insert into main.entry (entry_id, opened_on) values ('E99', '0044-03-15 (BC)'), ('E98', 'infinity')"
    )
    engine = DuckDBEngine(register)
    for by, repeats in (("entry.unit", True), ("entry.opened_on", True), ("entry.entry_id/3", False)):
        parts = part_register(PartitionBy.read(by), Ground(engine, {}), EVERYTHING, repeats, ())
        for table in parts.tables:
            whole = register.execute(f"select count(*) from main.{table}").fetchone()
            rows = [
                register.execute(f"select count(*) from ({parts.views(part)[table]})").fetchone()
                for part in range(parts.count)
            ]
            number, source = parts.number(table)
            numbered = dict(register.execute(f"select {number}, count(*) {source} group by 1").fetchall())
            assert [count for (count,) in rows] == [numbered.get(part, 0) for part in range(parts.count)], (by, table)
            assert sum(numbered.values()) == whole[0]


def test_only_a_part_that_changed_is_asked_again(tmp_path: Path) -> None:
    """And, whole, only the controls that read a table that changed."""
    generate("alpha", tmp_path / "alpha", rows=8_000, seed=7)
    register = register_of(tmp_path / "alpha")
    controls = [control for control in CORE if control.id in ("OV-06", "OV-14", "OV-15", "OV-24", "OV-38", "OV-47")]
    by = "entry.unit"
    units = register.execute("select count(distinct unit) from main.entry").fetchone()[0]
    _, asked, _ = asked_in_parts(register, controls, by, tmp_path / "parts")
    # Four are asked of each unit, OV-15 and OV-24 of the whole.
    assert asked == 4 * units + 2
    _, again, kept = asked_in_parts(register, controls, by, tmp_path / "parts")
    assert (again, kept) == (0, asked)
    register.execute("update main.item set authority_id = 'A0' where item_id = (select min(item_id) from main.item)")
    in_parts, after, _ = asked_in_parts(register, controls, by, tmp_path / "parts")
    # OV-06, OV-14 and OV-38 read items, each of the one unit.
    assert after == 3
    assert in_parts == asked_whole(register, controls)
    register.execute(
        "update main.agreement set purposes = '' where agreement_id = (select min(agreement_id) from main.agreement)"
    )
    in_parts, after, _ = asked_in_parts(register, controls, by, tmp_path / "parts")
    # OV-47 reads agreements, which every unit has whole.
    assert after == units
    assert in_parts == asked_whole(register, controls)
    register.execute("update main.entry set unit = 'moved' where entry_id = (select min(entry_id) from main.entry)")
    in_parts, _, _ = asked_in_parts(register, controls, by, tmp_path / "parts")
    assert in_parts == asked_whole(register, controls)


def test_every_table_that_a_control_reads_is_known_to_it() -> None:
    """Else a part would be taken as unchanged though a table has changed from which only a unit or date is shown."""
    for _, control, _ in shipped().values():
        tables = {table.name for table in sqlglot.parse_one(control.sql, dialect="duckdb").find_all(sqlglot.exp.Table)}
        assert tables & set(TABLES) <= set(control.reads), control.id


def test_what_a_part_kept_is_not_taken_for_another_question(tmp_path: Path) -> None:
    """Another column, day or number of keys, and a line that was changed."""
    generate("alpha", tmp_path / "alpha", rows=8_000, seed=7)
    register = register_of(tmp_path / "alpha")
    controls = [control for control in CORE if control.id == "OV-06"]
    _, asked, _ = asked_in_parts(register, controls, "entry.status", tmp_path / "parts")
    assert asked_in_parts(register, controls, "entry.role", tmp_path / "parts")[2] == 0
    store = tmp_path / "parts" / "parts.jsonl"
    store.write_text(store.read_text().replace('"breached":', '"breached":1', 1))
    findings, again, kept = asked_in_parts(register, controls, "entry.status", tmp_path / "parts")
    assert (again, kept) == (1, asked - 1)
    assert findings == asked_whole(register, controls)


def test_a_whole_audit_says_which_controls_ran_on_the_whole_and_gives_the_same_files(tmp_path: Path) -> None:
    """The same findings; the store lies beside the result, for its owner alone."""
    source = write_register(tmp_path / "register")
    run_audit(source, tmp_path / "whole", only=("OV-01", "OV-03", "OV-20", "OV-21"))
    run = run_audit(
        source, tmp_path / "out", only=("OV-01", "OV-03", "OV-20", "OV-21"), parts=PartitionBy.read("entry.unit")
    )
    for name in ("findings.csv", "breakdowns.csv"):
        if (tmp_path / "whole" / name).exists():
            assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    one, other = (json.loads((tmp_path / name / "findings.json").read_text())["findings"] for name in ("out", "whole"))
    assert one == other
    assert "3 of 3 controls were asked part by part, by entry.unit." in run.notes
    assert "--partition-by entry.unit" in json.loads((tmp_path / "out" / "run.json").read_text())["command"]
    assert (tmp_path / "out.parts").stat().st_mode & 0o077 == 0


def test_controls_that_ran_on_the_whole_are_named_with_the_reason() -> None:
    note = whole_note(PartitionBy.read("entry.unit"), [control for control in CORE if control.id in ("OV-01", "OV-03")])
    assert note == (
        "1 of 2 controls were asked part by part, by entry.unit. "
        "On the whole register: OV-03 (it counts rows of more than one entry_id together)."
    )


def test_killed_between_two_parts_it_goes_on_with_those_that_are_kept(tmp_path: Path) -> None:
    """kill -9 while a control is asked part by part."""
    source = write_register(tmp_path / "register")
    command = [sys.executable, "-m", "overt.cli", "audit", str(source), "--out", str(tmp_path / "out"), "--as-of"]
    command += [str(AS_OF), "-q", "--partition-by", "entry.unit", "--control", "OV-21", "--control", "OV-20"]
    store = tmp_path / "out.parts" / "parts.jsonl"
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and not (store.exists() and store.read_bytes().count(b"}\n")):
        time.sleep(0.002)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    kept = store.read_bytes()
    if kept:
        kept = kept[: kept.rindex(b"\n") + 1]
        store.write_bytes(kept + b'{"place": ["core", "torn')
    assert subprocess.run(command, check=False, capture_output=True).returncode == 1
    # What was kept stands first in the store; nothing of it was asked again.
    lines = store.read_bytes().splitlines()
    assert lines[: len(kept.splitlines())] == kept.splitlines()
    assert len(lines) == len({json.dumps(json.loads(line)["place"]) for line in lines}) == 6
    run_audit(source, tmp_path / "whole", only=("OV-20", "OV-21"))
    one, other = (json.loads((tmp_path / name / "findings.json").read_text())["findings"] for name in ("out", "whole"))
    assert one == other


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("unit", "no such column"),
        ("entry.colour", "no such column"),
        ("outcome.kind", "no key of their own"),
        ("entry.entry_id", "entry.entry_id/16"),
        ("entry.unit/4", "entry_id and 2 to 1,000 ranges"),
        ("entry.entry_id/1", "2 to 1,000 ranges"),
        ("entry.grounds", "a code, a unit"),
        ("entry.score", "a code, a unit"),
    ],
)
def test_what_a_register_cannot_be_parted_by_is_refused(text: str, words: str) -> None:
    with pytest.raises(Refusal, match="partition-by") as refused:
        PartitionBy.read(text)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"on": "sqlite"}, "--on"),
        ({"publishable": True}, "--publishable"),
        ({"evidence": Evidence.ROWS, "evidence_reason": "a test"}, "--evidence rows"),
    ],
)
def test_what_cannot_be_done_in_parts_is_refused(changes: dict[str, Any], where: str, tmp_path: Path) -> None:
    source = write_register(tmp_path / "register")
    with pytest.raises(Refusal, match="not-in-parts") as refused:
        run_audit(source, tmp_path / "out", parts=PartitionBy.read("entry.unit"), **changes)
    assert where in str(refused.value)


@pytest.mark.postgres
@pytest.mark.parametrize(
    "by", ["entry.entry_id/3", *(pytest.param(by, marks=pytest.mark.slow) for by in ("entry.unit", "entry.opened_on"))]
)
def test_parts_on_a_server_give_what_the_whole_gives(by: str, tmp_path: Path, new_database: Callable[[], str]) -> None:
    """Of PostgreSQL, where it lies; later only parts that have changed are asked, and every statement is listed."""
    generate("alpha", tmp_path / "alpha", rows=2_000, seed=7)
    url, only = new_database(), ("OV-06", "OV-14", "OV-15", "OV-38", "OV-47")
    fill_postgres(url, tmp_path / "alpha")
    settings = {"only": only, "packs": ("core",), "as_of": dt.date(2023, 6, 30)}

    def audited(name: str, **changes: Any) -> tuple[list[Any], list[dict[str, Any]]]:
        out = tmp_path / name
        run = audit(Request(SourceOptions(url), out=out, **settings, **changes), Silent())  # type: ignore[arg-type]
        lines = (out / "statements.jsonl").read_text("utf-8").splitlines()
        return answers(run.findings), [json.loads(line) for line in lines]

    def controls(sent: list[dict[str, Any]]) -> int:
        return sum(each["what"].startswith("OV-") for each in sent)

    whole, _ = audited("whole")
    parts = {"parts": PartitionBy.read(by)}
    first, asked = audited("out", **parts)
    assert first == whole
    assert controls(asked) > len(only)
    again, fewer = audited("out", **parts)
    assert again == whole
    assert controls(fewer) == 0
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("update entry set role = null where entry_id = (select min(entry_id) from entry)")
    changed, some = audited("out", **parts)
    assert changed == audited("later")[0]
    # One part of each control that is asked in parts, and those that are not.
    assert 0 < controls(some) < controls(asked)
    assert all(each["what"] and each["reads"] and each["returns"] for each in asked)


def test_parts_are_not_asked_of_a_server_that_keeps_no_state_nor_planned(tmp_path: Path) -> None:
    request = Request(
        SourceOptions("sc://127.0.0.1:1"), ("core",), AS_OF, out=tmp_path, parts=PartitionBy.read("entry.unit")
    )
    with pytest.raises(Refusal, match="keeps no state"):
        audit(request, Silent())
    with pytest.raises(Refusal, match="--plan"):
        plan_audit(replace(request, source=SourceOptions("postgresql://127.0.0.1:1/x")))


def test_a_column_that_the_source_lacks_is_refused(tmp_path: Path) -> None:
    source = write_register(tmp_path / "register", without="unit")
    with pytest.raises(Refusal, match="the source does not have this column"):
        run_audit(source, tmp_path / "out", parts=PartitionBy.read("entry.unit"), only=("OV-01",))


_ENTRY = "select entry.entry_id, true as breach, '' as reason from entry"


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        (f"{_ENTRY} where entry.role = 'x'", ""),
        (f"{_ENTRY} join item on item.entry_id = entry.entry_id", ""),
        (f"{_ENTRY} left join item on item.entry_id = entry.entry_id and item.basis = 'fact'", ""),
        (f"{_ENTRY} left join subject on subject.subject_id = entry.subject_id", ""),
        (f"{_ENTRY} join item on item.item_id = entry.entry_id", "it joins item by more than entry_id"),
        (f"{_ENTRY} join item on coalesce(item.entry_id, '') = coalesce(entry.entry_id, '')", "by more than entry_id"),
        (f"{_ENTRY} join item on item.entry_id = entry.entry_id or item.basis = 'fact'", "by more than entry_id"),
        (f"{_ENTRY} cross join item", "by more than entry_id"),
        (
            "select subject.subject_id, true as breach, '' as reason from subject "
            "left join entry on entry.subject_id = subject.subject_id",
            "it keeps rows of entry, or without entry, in each part",
        ),
        (
            "select subject.subject_id, true as breach, '' as reason from subject "
            "join entry on entry.subject_id = subject.subject_id",
            "",
        ),
        (
            "select entry.subject_id, count(*) > 1 as breach, '' as reason from entry group by entry.subject_id",
            "it counts rows of more than one entry_id together",
        ),
        (
            "select entry.entry_id, count(*) > 1 as breach, '' as reason from entry "
            "group by entry.entry_id, entry.role",
            "",
        ),
        ("select 'all' as listed, count(*) > 1 as breach, '' as reason from entry", "it counts all rows together"),
        (
            "select item.item_id, row_number() over (partition by item.entry_id order by item.item_id) > 2 as breach, "
            "'' as reason from item",
            "",
        ),
        (
            "select item.item_id, row_number() over (partition by item.basis order by item.item_id) > 2 as breach, "
            "'' as reason from item",
            "it compares rows of more than one entry_id",
        ),
        ("select distinct entry.role, true as breach, '' as reason from entry", "it removes rows that are alike"),
        ("select distinct entry.entry_id, true as breach, '' as reason from entry", ""),
        (
            f"{_ENTRY} where exists (select item.item_id from item where item.entry_id = entry.entry_id)",
            "a condition looks up other rows by more than entry_id",
        ),
        (
            f"{_ENTRY} where exists (select subject.sex from subject where subject.subject_id = entry.subject_id)",
            "",
        ),
        (
            # Where no review is found its key is null, and all such rows would be counted together.
            "with one as (select review.entry_id, entry.role from entry "
            "left join review on review.entry_id = entry.entry_id) "
            "select one.entry_id, count(*) > 1 as breach, '' as reason from one group by one.entry_id",
            "it counts rows of more than one entry_id together",
        ),
        (
            "with one as (select entry.entry_id as k from entry union all select item.entry_id as k from item) "
            "select one.k, count(*) > 1 as breach, '' as reason from one group by one.k",
            "",
        ),
        (
            "with one as (select entry.entry_id as k from entry union all select subject.subject_id as k from subject) "
            "select one.k, true as breach, '' as reason from one",
            "it puts rows of parted and of whole tables into one list",
        ),
        ("select subject.subject_id, true as breach, '' as reason from subject", "it reads no table that has entry_id"),
    ],
)
def test_a_control_that_looks_across_parts_is_run_whole(sql: str, why: str) -> None:
    """Decided from its text; where the text does not show that it need not, it is."""
    assert why in across_parts(sql, "entry_id")
    assert bool(why) == bool(across_parts(sql, "entry_id"))


def _random_register(chance: random.Random) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 1})
    for table in TABLES.values():
        columns = ", ".join(f"{column.name} {DUCKDB_TYPES[column.kind]}" for column in table.columns)
        connection.execute(f"create table main.{table.name} ({columns})")
        rows = [[_value(chance, column) for column in table.columns] for _ in range(chance.choice((0, 5, 14)))]
        places = ", ".join("?" * len(table.columns))
        if rows:
            connection.executemany(f"insert into main.{table.name} values ({places})", rows)
    return connection


def _value(chance: random.Random, column: Any) -> object:
    if chance.random() < 0.15:
        return None
    if column.codes:
        return chance.choice(column.codes)
    values: dict[str, Callable[[], object]] = {
        "date": lambda: f"20{chance.randint(10, 12)}-0{chance.randint(1, 3)}-15",
        "timestamp": lambda: f"20{chance.randint(10, 12)}-0{chance.randint(1, 3)}-15 12:00:00",
        "boolean": lambda: chance.random() < 0.5,
        "integer": lambda: chance.randint(0, 20),
        "number": lambda: chance.randint(0, 300),
        "text": lambda: f"{column.name[0]}{chance.randint(1, 4)}",
    }
    return values[str(column.kind)]()
