"""Running one control: verdicts, evidence, law by date, limits of time; the same on four engines."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.often import often

from overt.controls import Control, Evidence, Finding, Pack, Settings, Verdict, new_control, read_pack, run_control
from overt.controls._text import read_text
from overt.controls.engines import DuckDBEngine, Engine, SparkEngine, open_for_cases
from overt.controls.engines._spark import start_session
from overt.model import TABLES

AS_OF = dt.date(2026, 6, 30)
SETTINGS = Settings(AS_OF)
Row = dict[str, str | None]


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    """A pack of one control: each active entry has a review date."""
    new_control(tmp_path / "p", "XX-01")
    return read_pack(tmp_path / "p")


@pytest.fixture
def control(pack: Pack) -> Control:
    return pack.controls[0]


def engine_with(rows: list[Row], name: str = "duckdb") -> Engine:
    engine = open_for_cases(name)
    entry = TABLES["entry"]
    engine.views["entry"] = engine.values(entry, [column.name for column in entry.columns], rows)
    return engine


def entry(number: int, review: str | None = None, status: str | None = "active") -> Row:
    return {"entry_id": f"E{number:03}", "status": status, "review_due_on": review, "opened_on": "2020-01-01"}


def digest(keys: list[str]) -> str:
    total = sum(int.from_bytes(hashlib.md5(key.encode()).digest()[8:16], "little") for key in keys)
    return f"{total:032x}"


def ask(control: Control, rows: list[Row], **changes: object) -> Finding:
    return run_control(control, "p", engine_with(rows), replace(SETTINGS, **changes))  # type: ignore[arg-type]


def test_met_when_every_row_is_quiet(control: Control) -> None:
    """A duty is met only when rows were examined and all of them were quiet."""
    finding = ask(control, [entry(1, "2026-12-31")])
    assert (finding.verdict, finding.examined, finding.breached, finding.unknown) == (Verdict.MET, 1, 0, 0)
    assert finding.digest == "0" * 32


def test_not_applicable_when_nothing_is_in_scope(control: Control) -> None:
    """Nothing examined is never an all-clear."""
    assert ask(control, []).verdict is Verdict.NOT_APPLICABLE


def test_cannot_be_shown_while_rows_are_unknown(control: Control) -> None:
    """One row that cannot be judged keeps a duty from being met."""
    finding = ask(control, [entry(1, "2026-12-31"), entry(2, status=None)])
    assert (finding.verdict, finding.unknown) == (Verdict.CANNOT_BE_SHOWN, 1)


def test_breached_keeps_the_lowest_keys_in_order_and_a_digest_of_all(control: Control) -> None:
    """Evidence is the exact count, the lowest keys and a fingerprint of every key."""
    finding = ask(control, [entry(number) for number in (5, 3, 9, 1)], limit=2)
    assert (finding.verdict, finding.breached, finding.keys) == (Verdict.BREACHED, 4, ("E001", "E003"))
    assert finding.digest == digest(["E001", "E003", "E005", "E009"])
    assert finding.rows[0] == {"entry_id": "E001", "opened_on": "2020-01-01", "reason": "no review date is set"}


def test_evidence_none_keeps_no_key(control: Control) -> None:
    """Counts alone, where even a key is too much."""
    finding = ask(control, [entry(1)], evidence=Evidence.NONE)
    assert (finding.breached, finding.keys, finding.rows, finding.digest) == (1, (), (), None)


def test_a_missing_column_cannot_be_shown_and_is_named(control: Control) -> None:
    """A control is not run on a column that the source does not have."""
    finding = run_control(control, "p", engine_with([entry(1)]), SETTINGS, {"entry": {"entry_id", "status"}})
    assert (finding.verdict, finding.missing) == (Verdict.CANNOT_BE_SHOWN, ("entry.review_due_on",))
    assert finding.examined is None


def test_a_missing_table_cannot_be_shown(control: Control) -> None:
    """Nor on a table."""
    assert run_control(control, "p", engine_with([]), SETTINGS, {}).missing == ("entry",)


def test_an_error_is_failed_and_neither_met_nor_breached(control: Control) -> None:
    """A control that could not run has no other verdict."""
    finding = run_control(control, "p", open_for_cases("duckdb"), SETTINGS)
    assert finding.verdict is Verdict.FAILED
    assert "entry" in finding.reason


def test_a_control_that_never_ends_is_stopped(control: Control) -> None:
    """The time limit is per control and is reported."""
    engine = DuckDBEngine(duckdb.connect())
    engine.views["entry"] = (
        "select 'E' as entry_id, 'active' as status, null as review_due_on, null as opened_on from range(3000000000)"
    )
    finding = run_control(control, "p", engine, replace(SETTINGS, timeout=0.3))
    assert finding.verdict is Verdict.FAILED
    assert finding.reason == "time limit: stopped after 0.3 seconds"


def test_law_is_cited_as_on_each_row_s_date(tmp_path: Path) -> None:
    """A breach is counted under the provision that was in force on its date, first and last day included."""
    control = _with_header(
        tmp_path,
        "-- basis: Data Protection Act 1998 principle 5 (.. 2018-05-24)\n"
        "-- basis: Data Protection Act 2018 s.39(2) (2018-05-25 ..)\n-- dated: opened_on",
    )
    rows = [entry(n) | {"opened_on": day} for n, day in enumerate(["2018-05-24", "2018-05-25", "2020-01-01", None])]
    counted = [(each.basis.citation, each.breached) for each in ask(control, rows).law]
    assert counted == [("Data Protection Act 1998 principle 5", 1), ("Data Protection Act 2018 s.39(2)", 2)]


def test_rows_before_the_law_was_in_force_are_out_of_scope(tmp_path: Path) -> None:
    """A control binds only from the day its law does; a row without a date stays in scope."""
    control = _with_header(
        tmp_path, "-- basis: Data Protection Act 2018 s.39(2)\n-- dated: opened_on\n-- in force: 2018-05-25 .."
    )
    rows = [entry(n) | {"opened_on": day} for n, day in enumerate(["2018-05-24", "2018-05-25", None])]
    assert ask(control, rows).keys == ("E001", "E002")


def test_accepted_breaches_are_counted_and_stay_breaches(control: Control) -> None:
    """Accepting a breach hides nothing: the verdict and the count remain."""
    finding = ask(control, [entry(1), entry(2)], accepted={control.id: ("E001", "E404")})
    assert (finding.verdict, finding.breached, finding.accepted, finding.open_breaches) == (Verdict.BREACHED, 2, 1, 1)
    assert ask(control, [entry(1), entry(2)], accepted={control.id: None}).open_breaches == 0


keys = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=8)


@settings(max_examples=often(30), deadline=None)
@given(st.lists(st.tuples(keys, st.sampled_from([None, "2026-12-31"]), st.sampled_from(["active", "closed", None]))))
def test_engines_agree_with_a_plain_oracle(rows: list[tuple[str, str | None, str | None]]) -> None:
    """DuckDB and SQLite give the counts, keys and digest that plain Python gives."""
    control = _plain_control()
    given_rows: list[Row] = [{"entry_id": key, "review_due_on": due, "status": status} for key, due, status in rows]
    breaching = sorted(key for key, due, status in rows if status == "active" and due is None)
    for name in ("duckdb", "sqlite"):
        finding = run_control(control, "p", engine_with(given_rows, name), SETTINGS)
        assert finding.reason == ""
        assert finding.examined == sum(status != "closed" for _, _, status in rows)
        assert finding.unknown == sum(status is None for _, _, status in rows)
        assert list(finding.keys) == breaching[:100]
        assert finding.digest == digest(breaching)


@pytest.mark.postgres
def test_postgresql_finds_the_same(control: Control, postgres_url: str) -> None:
    """Keys in the order of code points and the same digest, whatever the database's collation."""
    _same_as_duckdb(control, postgres_url)


@pytest.mark.spark
def test_spark_finds_the_same(control: Control, java: None) -> None:
    """The same keys and digest on Spark."""
    _same_as_duckdb(control, "spark")


VARIABLES = [
    f"${{{name}}}"
    for name in (
        "env:PATH", "ENV:PATH", "system:java.version", "spark.app.name", "hiveconf:spark.app.name", "canary",
        "hivevar:canary", "sparkconf:spark.app.name", "spark:spark.app.name", "spark.sql.session.timeZone",
        "env:${spark.overt.name}", "${env:PATH}", "spark.overt.unknown:-x", "set", "metaconf:x",
    )
]  # fmt: skip


@pytest.mark.spark
def test_no_variable_of_spark_is_put_into_a_text(control: Control, java: None) -> None:
    """Neither into a control nor into a value of a row, whatever the session was set to before."""
    session = start_session().newSession()
    for name, value in (("spark.overt.name", "PATH"), ("canary", "x"), ("spark.sql.variable.substitute", "true")):
        session.conf.set(name, value)
    engine, table = SparkEngine(session), TABLES["entry"]
    rows: list[Row] = [{"entry_id": each, "status": "active"} for each in VARIABLES]
    engine.views["entry"] = engine.values(table, [column.name for column in table.columns], rows)
    said = " || ".join(f"'{each}'" for each in VARIABLES)
    sql = f"select entry.entry_id, {said} as unit, true as breach, 'r' as reason from entry where {said} <> ''"
    text, refusals = read_text(sql, "xx-01.sql", dated=None, scoped_by_date=False)
    assert text is not None, refusals
    asked = replace(control, sql=sql, key=text.key, columns=text.columns, needs=text.needs, dated=None, in_force=None)
    finding = run_control(asked, "p", engine, SETTINGS)
    assert finding.reason == ""
    assert sorted(finding.keys) == sorted(VARIABLES)
    assert {row["unit"] for row in finding.rows} == {"".join(VARIABLES)}
    # What is read of the text before it is run has none either, whatever session was last in use.
    others = start_session().newSession()
    for name, value in (("spark.overt.name", "1"), ("spark.sql.variable.substitute", "true")):
        others.conf.set(name, value)
    others.createDataFrame([(1,)]).count()
    assert engine.reads_outside("select ${spark.overt.name} as x", "select ${spark.overt.name} as x") != []


def _same_as_duckdb(control: Control, name: str) -> None:
    odd = ["a", "B", "ä", "Z", "_", "é'\\x", "10", "9", "\U0001f600", "\ue000"]
    rows: list[Row] = [{"entry_id": key, "status": "active", "opened_on": "2020-01-01"} for key in odd]
    here = run_control(control, "p", engine_with(rows), SETTINGS)
    there = run_control(control, "p", engine_with(rows, name), SETTINGS)
    assert there.reason == ""
    assert (there.keys, there.digest, there.rows, there.by_month) == (here.keys, here.digest, here.rows, here.by_month)


def _plain_control() -> Control:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        new_control(Path(folder), "XX-01")
        return read_pack(Path(folder)).controls[0]


def _with_header(folder: Path, lines: str) -> Control:
    new_control(folder / "q", "XX-02")
    path = folder / "q" / "xx-02.sql"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("-- basis: The rule, its section (2018-05-25 ..)", lines), encoding="utf-8")
    return read_pack(folder / "q").controls[0]
