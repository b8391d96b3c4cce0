"""Servers on which a register is audited in place: what they are asked, what is refused, how a statement is stopped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.audit.servers import counting_proxy
from tests.controls.servers import sail, spark_connect
from tests.controls.test_execute import engine_with
from tests.postgres import own_server

from overt.controls import Control, Settings, Verdict, find_pack, read_pack, run_control
from overt.controls.engines import Engine, Summary, SummaryQuery, TimeLimit, merged, open_server
from overt.model import TABLES
from overt.refusals import Refusal, Refusals

SETTINGS = Settings(dt.date(2026, 6, 30))
PASSWORD = "not-to-be-shown-7f3a"  # noqa: S105  of a test


@pytest.fixture(scope="module")
def sail_engine() -> Iterator[Engine]:
    with sail() as url:
        engine = open_server(url)
        yield engine
        engine.close()


@pytest.fixture(scope="module")
def control() -> Control:
    return next(each for each in read_pack(find_pack("core")).controls if each.id == "OV-20")


def filled(engine: Engine, rows: list[dict[str, Any]]) -> Engine:
    entry = TABLES["entry"]
    engine.views["entry"] = engine.values(entry, list(entry.by_name), rows)
    return engine


ROWS: list[dict[str, Any]] = [
    {"entry_id": key, "status": "active", "opened_on": "1905-02-03", "unit": unit}
    for key, unit in (("a", "u"), ("\ue000", None), ("\U0001f600", "u"), ("B", "'\\ ${env:PATH}"), ("B", "u"))
]


@pytest.mark.postgres
def test_postgresql_in_place_finds_the_same_as_duckdb(control: Control, postgres_url: str) -> None:
    """Counts, keys with those that stand twice, digest, months and units, by one statement."""
    engine = filled(open_server(postgres_url), ROWS)
    there = run_control(control, "core", engine, SETTINGS)
    engine.close()
    same_as_duckdb(control, there)
    sent = [each for each in engine.statements if each.note.what.startswith("OV-20")]
    assert len(sent) == 1
    assert "tally as materialized" in sent[0].sql


def test_sail_in_place_finds_the_same_as_duckdb(control: Control, sail_engine: Engine) -> None:
    """As a client of Spark Connect."""
    same_as_duckdb(control, run_control(control, "core", filled(sail_engine, ROWS), SETTINGS))


def test_a_statement_is_not_sent_back() -> None:
    """What crosses the wire from a server does not grow with what it is asked: by one request, without an echo."""
    with sail() as server, counting_proxy(server) as (url, counter):
        engine = open_server(url)
        before = counter.received
        long = "x" * 200_000
        assert engine.fetch(f"select 1 as n where 'y' <> '{long}'") == [(1,)]
        assert engine.described(f"select 1 as n where 'y' <> '{long}'") == [("n", "int")]
        assert counter.received - before < 50_000
        engine.close()


def same_as_duckdb(control: Control, there: Any) -> None:
    here = run_control(control, "core", engine_with(ROWS), SETTINGS)
    assert there.reason == ""
    assert here.breached == 5
    assert replace(there, seconds=None) == replace(here, seconds=None)


@pytest.mark.postgres
def test_nothing_can_be_written_and_one_snapshot_is_seen(postgres_url: str) -> None:
    """The transaction is read-only and repeatable: what others write meanwhile is not seen. A fault does not end it."""
    with psycopg.connect(postgres_url, autocommit=True) as other:
        other.execute("drop table if exists public.seen_once")
        other.execute("create table public.seen_once as select 1 as x")
        engine = open_server(postgres_url)
        assert engine.fetch("select count(*) from public.seen_once") == [(1,)]
        other.execute("insert into public.seen_once values (2)")
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            engine.fetch("delete from public.seen_once returning x")
        with pytest.raises(TimeLimit):
            engine.fetch("select pg_sleep(20)", 0.2)
        assert engine.fetch("select count(*) from public.seen_once") == [(1,)]
        assert engine.settings()["transaction_isolation"] == "repeatable read"
        engine.close()


@pytest.mark.postgres
def test_a_server_that_dies_leaves_the_control_unanswered(control: Control) -> None:
    """Failed, with a reason; never met and never breached."""
    with own_server() as server:
        engine = filled(open_server(server.url), ROWS)
        server.stop("immediate")
        finding = run_control(control, "core", engine, SETTINGS)
        assert finding.verdict is Verdict.FAILED
        assert finding.reason
        server.start()


@pytest.mark.postgres
@pytest.mark.parametrize("change", ["wrong user", "wrong port", "no encryption"])
def test_what_cannot_be_reached_is_refused_without_the_password(postgres_url: str, change: str) -> None:
    """With a reason in words."""
    authority = postgres_url.split("@")[1]
    host = authority.split(":")[0]
    url, found = {
        "wrong user": (f"postgresql://nobody-there:{PASSWORD}@{authority}", "no such user"),
        "wrong port": (f"postgresql://overt:{PASSWORD}@{host}:1/postgres", "nothing answers"),
        "no encryption": (f"postgresql://overt:{PASSWORD}@{authority}?sslmode=require", "no encrypted connection"),
    }[change]
    with pytest.raises(Refusal, match=found) as caught:
        open_server(url)
    assert PASSWORD not in str(caught.value)


def test_a_server_of_spark_that_cannot_be_reached_is_refused_without_the_token() -> None:
    """As for PostgreSQL; and so is a URL that names none."""
    for url in ("sc://127.0.0.1:1/;token=" + PASSWORD, "sc://", "oracle://" + PASSWORD):
        with pytest.raises(Refusal) as caught:
            open_server(url)
        assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("select s.x from secret as s", "the relation secret"),
        ("select entry.entry_id from other.entry", "the relation other.entry"),
        ("select current_user() as x from entry", "the function current_user"),
        ("select reflect('java.lang.System', 'getenv', 'PATH') as x from entry", "the function reflect"),
        ("select r.id from range(3) as r", "the function range"),
        ("select x from entry lateral view explode(array(1)) as x", "explode"),
        ("select entry.entry_id from entry; select 1", "not one select"),
        ("show tables", "not one select"),
    ],
)
def test_spark_connect_is_asked_for_nothing_outside_the_model(sail_engine: Engine, text: str, named: str) -> None:
    """Tables, functions, commands and second statements."""
    assert named in " ".join(sail_engine.reads_outside(text, text))


@pytest.mark.spark
@pytest.mark.slow
def test_a_setting_that_would_change_an_answer_is_refused(java: None) -> None:
    """With its name and what to set; nothing is set."""
    settings = {"spark.sql.ansi.enabled": "false", "spark.sql.session.timeZone": "Europe/London"}
    with spark_connect(**settings) as url, pytest.raises(Refusals) as caught:
        open_server(url)
    assert {(each.code, each.wanted) for each in caught.value.refusals} == {
        ("engine-setting", "spark.sql.ansi.enabled=true"),
        ("engine-setting", "spark.sql.session.timeZone=UTC"),
    }
    assert all(f"--conf {each.wanted}" in each.remedy for each in caught.value.refusals)


@given(st.lists(st.tuples(st.text(max_size=3), st.sampled_from("xyz"), st.booleans(), st.integers(0, 3)), max_size=12))
def test_summaries_of_parts_add_up_to_that_of_the_whole(rows: list[tuple[str, str, bool, int]]) -> None:
    """Counts, digest, lowest rows, months and units of rows that are split at random."""
    query = SummaryQuery("", "k", ("k",), 4, evidence=True)

    def summary(some: list[tuple[str, str, bool, int]]) -> Summary:
        breaching = [(key, unit) for key, unit, breach, _ in some if breach]
        units = sorted((unit, sum(u == unit for _, u in breaching)) for unit in {u for _, u in breaching})
        lowest = tuple({"k": key} for key in sorted(key for key, _ in breaching)[: query.limit])
        digest = sum(hash(key) & 0xFFFFFFFFFFFFFFFF for key, _ in breaching)
        return Summary(len(some), len(breaching), 0, digest, lowest, (len(breaching),), (), tuple(units))

    parts = [summary([row for row in rows if row[3] == part]) for part in range(4)]
    assert merged(parts, query) == summary(rows)
