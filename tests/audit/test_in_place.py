"""A register on PostgreSQL, audited where it lies. Everybody in it is invented."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from overt.audits import Request, Run, ServerOptions, SourceOptions, audit, plan_audit
from overt.controls import Finding, Verdict
from overt.refusals import Refusal, Refusals
from overt.synthetic import generate
from tests.audit.conftest import AS_OF, Silent, by_id, run_audit
from tests.audit.servers import answers, counting_proxy, fill_postgres

psycopg = pytest.importorskip("psycopg")
pytestmark = pytest.mark.postgres

ENTRY = (
    "create table entry (entry_id text primary key, subject_id text, role text, status text, opened_on date, "
    "review_due_on date, unit text)"
)
ROWS = (
    "insert into entry values ('E1', 'S1', 'suspect', 'active', '2020-01-01', '2026-12-31', 'Anytown'),"
    " ('E2', 'S2', 'victim', 'Active', '2021-02-03', null, 'Anytown'),"
    " ('E3', 'S3', '', 'active', '2017-05-06', '2026-01-31', 'Otherton')"
)


@pytest.fixture
def database(new_database: Callable[[], str]) -> Callable[..., str]:
    """Makes a database by some statements and says its address."""

    def made(*statements: str) -> str:
        url = new_database()
        run_on(url, *statements)
        return url

    return made


def run_on(url: str, *statements: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            cursor = connection.execute(statement.encode())
        return cursor.fetchall() if statements and cursor.description else []


def audited(
    url: str, out: Path, *, server: ServerOptions | None = None, mapping: Path | None = None, **changes: Any
) -> Run:
    options = SourceOptions(url, mapping, server=server or ServerOptions())
    return audit(Request(**{"source": options, "packs": ("core",), "out": out, "as_of": AS_OF, **changes}), Silent())


def refused(url: str, out: Path, **changes: Any) -> list[Refusal]:
    with pytest.raises((Refusal, Refusals)) as caught:
        audited(url, out, **changes)
    return caught.value.refusals if isinstance(caught.value, Refusals) else [caught.value]


@pytest.mark.parametrize(
    ("register", "rows"),
    [
        ("alpha", 20_000),
        ("gangs-matrix", None),
        ("calgang", None),
        pytest.param("chicago", None, marks=pytest.mark.slow),
    ],
)
def test_a_server_gives_the_findings_of_a_file(
    tmp_path: Path, database: Callable[..., str], register: str, rows: int | None
) -> None:
    """The same findings, keys, digests and accounts; nothing is created, and no rows cross the wire."""
    folder = tmp_path / register
    key = generate(register, folder, rows=rows, seed=3)
    url = database()
    fill_postgres(url, folder)
    objects = "select count(*), max(oid::bigint) from pg_class"
    before = run_on(url, objects)
    settings = {"packs": (key.pack,), "as_of": key.as_of, "thresholds": key.thresholds}
    with counting_proxy(url) as (through, counter):
        placed = audited(through, tmp_path / "placed", **settings)
    loaded = run_audit(folder, tmp_path / "loaded", **settings)
    assert answers(placed.findings) == answers(loaded.findings)
    assert (placed.rows, placed.absent, placed.read, placed.repeats) == (
        loaded.rows, loaded.absent, loaded.read, loaded.repeats,
    )  # fmt: skip
    assert sorted(placed.fills, key=str) == sorted(loaded.fills, key=str)
    assert run_on(url, objects) == before
    # Keys are at most 100 for each control, whatever the size of the register.
    assert counter.received < 5_000_000


def test_columns_are_profiled_where_they_lie(tmp_path: Path, database: Callable[..., str]) -> None:
    """Which column is blank, never varies or follows from another, as in a file."""
    folder = tmp_path / "stops"
    folder.mkdir()
    lines = ["encounter_id,object,power,outcome,officer_ref,unit"]
    lines += [f"N{n},{'drugs' if n % 3 else 'weapons'},{'s23' if n % 3 else 's1'},,{n % 7},one" for n in range(300)]
    (folder / "encounter.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    columns = ", ".join(f"{name} text" for name in lines[0].split(","))
    values = ", ".join("(" + ", ".join(f"'{value}'" for value in line.split(",")) + ")" for line in lines[1:])
    url = database(f"create table encounter ({columns})", f"insert into encounter values {values}")
    settings = {"packs": ("encounters",)}
    placed = audited(url, tmp_path / "placed", **settings)
    loaded = run_audit(folder, tmp_path / "loaded", **settings)
    assert answers(placed.findings) == answers(loaded.findings)
    assert by_id(placed)["EN-03"].breached == 2
    assert placed.read == loaded.read


def test_the_result_names_the_snapshot_the_proof_and_every_statement(
    tmp_path: Path, database: Callable[..., str]
) -> None:
    url = database(ENTRY, ROWS)
    run = audited(url, tmp_path / "out")
    kept = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert kept["source"]["snapshot"].startswith("PostgreSQL snapshot ")
    assert kept["proof"]["differences"] == []
    lines = (tmp_path / "out" / "statements.jsonl").read_text(encoding="utf-8").splitlines()
    statements = [json.loads(line) for line in lines]
    assert all(each["what"] and each["reads"] and each["returns"] and each["sql"] for each in statements)
    assert any("OV-02" in each["what"] for each in statements)
    assert "statements.jsonl" in kept["files"]
    assert run.source_digest == kept["source"]["sha256"]
    again = audited(url, tmp_path / "again")
    assert again.source_digest == run.source_digest
    run_on(url, "update entry set unit = 'Elsewhere' where entry_id = 'E1'")
    assert audited(url, tmp_path / "later").source_digest != run.source_digest


def test_a_table_that_changes_under_the_audit_is_read_as_it_was(tmp_path: Path, database: Callable[..., str]) -> None:
    url = database(ENTRY, ROWS)
    expected = audited(url, tmp_path / "before")

    class Writing(Silent):
        def finished(self, finding: Finding) -> None:
            run_on(url, f"insert into entry values ('N{finding.control.id}', null, null, 'active')")

    request = Request(SourceOptions(url), ("core",), AS_OF, out=tmp_path / "out")
    assert answers(audit(request, Writing()).findings) == answers(expected.findings)


def test_a_table_without_rights_is_absent(tmp_path: Path, database: Callable[..., str]) -> None:
    """The user needs `select` alone, and what needs the barred table cannot be shown."""
    url = database(
        ENTRY, ROWS, "create table review (review_id text, entry_id text, done_at timestamp)",
        "drop role if exists auditor", "create role auditor login", "grant select on entry to auditor",
        "revoke temporary on database postgres from public",
    )  # fmt: skip
    run = audited(url.replace("overt@", "auditor@"), tmp_path / "out")
    run_on(url, "drop owned by auditor", "drop role auditor")
    assert "review" in run.absent
    assert any("review" in note and "may not read" in note for note in run.notes)
    barred = by_id(run)["OV-21"] if "review" in by_id(run)["OV-21"].missing else by_id(run)["OV-24"]
    assert barred.verdict is Verdict.CANNOT_BE_SHOWN
    assert by_id(run)["OV-02"].verdict is not Verdict.CANNOT_BE_SHOWN


def test_values_that_cannot_be_read_are_counted_and_found(tmp_path: Path, database: Callable[..., str]) -> None:
    """The number of a file, and a condition in place of the number of a row; no value is repeated."""
    table = ENTRY.replace("opened_on date", "opened_on text")
    rows = "insert into entry values ('E1', 'S1', 'victim', 'active', '2020-02-30'), ('E2', 'S2', '', '', '03.02.2021')"
    url = database(
        table, rows, "insert into entry values ('E3', 'S3', '', '', ' 2020-02-29 '), ('E4', '', '', '', ' ')"
    )
    [fault] = refused(url, tmp_path / "out")
    assert fault.code == "value-not-date"
    assert "2 rows are affected" in fault.found
    assert "2020-02-30" not in str(fault)
    [query] = [part for part in fault.remedy.split(":  ") if part.startswith("select")]
    assert {row[0] for row in run_on(url, query)} == {"E1", "E2"}


def test_a_type_without_a_bridge_is_refused_by_name(tmp_path: Path, database: Callable[..., str]) -> None:
    url = database("create table entry (entry_id text, opened_on interval, review_due_on timestamptz, unit inet[])")
    faults = refused(url, tmp_path / "out")
    assert {(each.code, each.found) for each in faults} == {
        ("mapping-kind", "a column of the type interval"),
        ("mapping-kind", "a column of the type timestamp with time zone"),
        ("mapping-kind", "a column of the type inet[]"),
    }


def test_types_of_the_server_become_those_of_the_model(tmp_path: Path, database: Callable[..., str]) -> None:
    """An enum, a domain, a UUID and padded text are read; a type that only other columns have is counted."""
    url = database(
        "create type mood as enum ('active', 'closed')", "create domain day as date",
        "create table entry (entry_id uuid, status mood, opened_on day, unit char(20), score numeric, place point)",
        "insert into entry values (gen_random_uuid(), 'active', '2020-01-01', 'one', 12.50, point(1, 2))",
    )  # fmt: skip
    run = audited(url, tmp_path / "out")
    assert run.rows["entry"] == 1
    assert "public.entry.place" in " ".join(run.notes) or "entry.place" in " ".join(run.notes)


def test_names_with_quotes_are_names(tmp_path: Path, database: Callable[..., str]) -> None:
    schema = "Re\"gister's; drop"
    quoted = '"Re""gister\'s; drop"'
    url = database(f"create schema {quoted}", ENTRY.replace("entry (", f'{quoted}.entry ("a""b\'c %s" text, '))
    run = audited(url, tmp_path / "out", server=ServerOptions(schema=schema))
    assert run.rows["entry"] == 0
    [fault] = refused(url, tmp_path / "other", server=ServerOptions(schema="absent"))
    assert fault.code == "schema-unknown"


def test_ten_thousand_other_tables_are_counted_and_not_read(tmp_path: Path, database: Callable[..., str]) -> None:
    many = "do $$ begin for n in 1..10000 loop execute 'create view v' || n || ' as select 1 as a'; end loop; end $$"
    url = database("alter system set max_locks_per_transaction = 512", ENTRY, ROWS)
    for start in range(0, 10_000, 2_000):
        run_on(url, many.replace("1..10000", f"{start + 1}..{start + 2_000}"))
    with counting_proxy(url) as (through, counter):
        run = audited(through, tmp_path / "out", only=("OV-02",))
    assert "public: 10,000 other tables were not read" in run.notes
    assert counter.received < 500_000


def test_a_view_that_never_ends_is_refused(tmp_path: Path, database: Callable[..., str]) -> None:
    endless = "select n::text as entry_id, 'victim'::text as role from generate_series(1, 1000000000000) as n"
    url = database(f"create view entry as {endless}")
    [fault] = refused(url, tmp_path / "out", timeout=1)
    assert (fault.code, fault.where) == ("server-too-slow", "public.entry")


def test_a_server_that_is_lost_ends_the_audit_and_leaves_what_was_found(
    tmp_path: Path, database: Callable[..., str]
) -> None:
    """The next attempt goes on with it, for the snapshot is the same."""
    url = database(ENTRY, ROWS)
    with counting_proxy(url) as (through, counter):
        whole = audited(through, tmp_path / "whole")
    with counting_proxy(url) as (through, cutter):
        cutter.cut_after = counter.received * 4 // 5
        request = Request(SourceOptions(through), ("core",), AS_OF, out=tmp_path / "out")
        with pytest.raises(Refusal) as caught:
            audit(request, Silent())
        assert caught.value.code in ("engine-unreachable", "server-failed")
        cutter.cut_after = None
        observer = Silent()
        run = audit(request, observer)
    assert observer.resumed > 0
    assert answers(run.findings) == answers(whole.findings)


def test_packs_are_those_about_the_tables_that_the_server_has(tmp_path: Path, database: Callable[..., str]) -> None:
    """As for files: a list of stops is not asked about entries."""
    url = database("create table encounter (encounter_id text, occurred_on date)", "create table other (x int)")
    run = audited(url, tmp_path / "out", packs=())
    assert [pack.name for pack in run.packs] == ["encounters"]


def test_a_password_is_neither_shown_nor_kept(tmp_path: Path, database: Callable[..., str]) -> None:
    url = database(ENTRY, ROWS).replace("overt@", "overt:geheim@")
    run = audited(url, tmp_path / "out")
    is_shown = "geheim" in repr(run)  # of a long text pytest would show every difference, for minutes
    assert not is_shown
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or b"geheim" not in path.read_bytes()
    away = url.replace("127.0.0.1:", "127.0.0.1:1")
    assert "geheim" not in str(refused(away.rsplit(":", 1)[0] + ":1/x", tmp_path / "away"))


@pytest.mark.parametrize("changes", [{"publishable": True}, {"on": "spark"}])
def test_what_needs_a_copy_says_so(tmp_path: Path, changes: dict[str, Any]) -> None:
    [fault] = refused("postgresql://127.0.0.1:1/x", tmp_path / "out", **changes)
    assert fault.code == "not-in-place"
    assert "--copy" in fault.remedy


def test_a_copy_gives_the_same_and_says_that_it_is_one(tmp_path: Path, database: Callable[..., str]) -> None:
    pytest.importorskip("ibis.backends.postgres")
    url = database(ENTRY, ROWS)
    placed = audited(url, tmp_path / "placed")
    copied = audited(url, tmp_path / "copied", server=ServerOptions(copy=True))
    assert answers(placed.findings) == answers(copied.findings)
    assert any("copied" in note for note in copied.notes)


MAPPING = """
create view entry as
select nullif(trim(ref), '') as entry_id, person as subject_id,
       case role when 'V' then 'victim' else 'suspect' end as role,
       lower(state) as status, strptime(opened, '%d/%m/%Y')::date as opened_on, try_cast(points as double) as score
from people where ref is not null;
create view review as
select ref || '-1' as review_id, ref as entry_id, reviewed::timestamp as done_at from people where reviewed is not null
"""
PEOPLE = [
    ("E1", "S1", "V", "Active", "03/02/2020", "12.5", "2021-01-01"),
    ("E2", "S2", "X", "ACTIVE", "29/02/2020", "n/a", None),
    (" E3 ", "S3", "V", "closed", None, None, "2022-05-06"),
]


def test_a_mapping_gives_the_findings_of_a_file(tmp_path: Path, database: Callable[..., str]) -> None:
    columns = ("ref", "person", "role", "state", "opened", "points", "reviewed")
    folder = tmp_path / "source"
    folder.mkdir()
    lines = [",".join(columns), *(",".join(value or "" for value in row) for row in PEOPLE)]
    (folder / "people.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    mapping = tmp_path / "mapping.sql"
    mapping.write_text(MAPPING, encoding="utf-8")
    url = database(f"create table people ({', '.join(f'{name} text' for name in columns)})")
    with psycopg.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.executemany("insert into people values (%s, %s, %s, %s, %s, %s, %s)", PEOPLE)
    placed = audited(url, tmp_path / "placed", mapping=mapping)
    loaded = run_audit(folder, tmp_path / "loaded", mapping)
    assert answers(placed.findings) == answers(loaded.findings)
    assert (placed.rows, placed.absent) == (loaded.rows, loaded.absent)
    assert [table.untraced for table in placed.read] == [False, False]
    assert placed.read == loaded.read
    run_on(url, "update people set opened = '31/02/2020' where ref = 'E1'")
    [fault] = refused(url, tmp_path / "bad", mapping=mapping)
    assert (fault.code, fault.found) == ("mapping-value", "the expression fails on this value; 1 row is affected")


def test_a_plan_holds_every_statement_and_runs_none(tmp_path: Path, database: Callable[..., str]) -> None:
    """What is sent is what was planned, but for numbers of rows."""
    url = database(ENTRY, ROWS)
    request = Request(SourceOptions(url), ("core",), AS_OF, out=tmp_path / "out")
    before = "select coalesce(sum(seq_scan + coalesce(idx_scan, 0)), 0) from pg_stat_user_tables"
    scans = run_on(url, before)
    planned = plan_audit(request)
    assert run_on(url, before) == scans
    audit(request, Silent())
    sent = [json.loads(line) for line in (tmp_path / "out" / "statements.jsonl").read_text("utf-8").splitlines()]
    assert all(each["what"] and each["reads"] and each["returns"] for each in planned)
    known = {each["sql"] for each in planned}
    # Of these columns a value is none of the codes.
    others = [each["what"] for each in sent if each["sql"] not in known]
    assert others == ["values of entry.role", "values of entry.status"]
    assert known <= {each["sql"] for each in sent}
    with pytest.raises(Refusal, match="not-on-a-server"):
        plan_audit(Request(SourceOptions("export.csv"), ("core",), AS_OF, out=tmp_path / "out"))


@pytest.mark.parametrize("kind", ["text", "bigint"])
def test_a_key_that_an_index_keeps_unique_is_not_counted_apart(
    tmp_path: Path, database: Callable[..., str], kind: str
) -> None:
    """Which the plan says; without a whole and valid index it is counted, and what repeats is named."""
    plain = ENTRY.replace("entry_id text primary key", f"entry_id {kind}")
    for number, (statement, index) in enumerate([
        (ENTRY.replace("entry_id text", f"entry_id {kind}"), ""), (plain, ""),
        (plain, "create unique index on entry (entry_id) where unit is not null"),
    ]):  # fmt: skip
        url = database(statement, *filter(None, [index]))
        run_on(url, "insert into entry (entry_id, status) values (1, 'active'), (2, 'active')")
        request = Request(SourceOptions(url), ("core",), AS_OF, out=tmp_path / str(number), only=("OV-02",))
        [counting] = [each for each in plan_audit(request) if "values that cannot be read: entry" in str(each["what"])]
        assert ("since an index keeps it unique" in str(counting["returns"])) == (number == 0)
        assert ("count(distinct" in str(counting["sql"])) == (number > 0)
    run_on(url, "insert into entry (entry_id, status) values (2, 'active')")
    assert "2 values in 3 rows" in " ".join(audited(url, tmp_path / "repeats", only=("OV-02",)).notes)
