"""Engines that pass the known answers, and engines that are refused since they differ in one."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import pytest
from tests.controls.servers import sail, spark_connect
from typer.testing import CliRunner

from overt.cli._app import command_line
from overt.controls import Settings, Verdict, find_pack, prove_briefly, read_pack, run_control
from overt.controls.engines import DuckDBEngine, Engine, SQLiteEngine, is_server, open_for_cases, open_server
from overt.controls.engines._connect import ConnectEngine, open_session
from overt.model import TABLES, Kind
from overt.refusals import Refusal

# The SHA-256 of the known answers: the same on every engine that passes.
ANSWERS = "5ee5e0e7b984c5a2a53cc47f44f03f7b4fcd7abd9a2507c8282a601407d8c5eb"


@pytest.fixture(scope="module")
def sail_url() -> Iterator[str]:
    with sail() as url:
        yield url


@pytest.fixture(scope="module")
def connect_url(java: None) -> Iterator[str]:
    with spark_connect() as url:
        yield url


def passes(location: str) -> None:
    engine = open_server(location) if is_server(location) else open_for_cases(location)
    proof = prove_briefly(engine)
    engine.close()
    assert proof.differences == ()
    assert proof.digest == ANSWERS
    proof.refuse_differences()


@pytest.mark.parametrize("name", ["duckdb", "sqlite"])
def test_engines_of_this_process_give_the_known_answers(name: str) -> None:
    """Without a server."""
    passes(name)


@pytest.mark.postgres
def test_postgresql_gives_the_known_answers(postgres_url: str) -> None:
    """In a read-only transaction."""
    passes(postgres_url)


def test_sail_gives_the_known_answers(sail_url: str) -> None:
    """As a client of Spark Connect, without Java."""
    passes(sail_url)


@pytest.mark.spark
def test_spark_connect_gives_the_known_answers(connect_url: str) -> None:
    """Spark's own server."""
    passes(connect_url)


class _LateEngine(DuckDBEngine):
    """Begins its days in 1970, as ClickHouse does."""

    def _fetch(self, sql: str, timeout: float | None) -> list[tuple[Any, ...]]:
        first = "cast('1970-01-01' as date)"
        return [
            tuple(
                "1970-01-01" if isinstance(value, str) and value[:5] in ("1582-", "1905-") else value for value in row
            )
            for row in super()._fetch(sql.replace("CAST('1582-10-10' AS DATE)", first), timeout)
        ]


class _OverflowingEngine(SQLiteEngine):
    """Gives null for a number of 64 bits, as servers did whose digests were wrong in silence."""

    def digest(self, key: str) -> tuple[str, str, str]:
        high, low, _ = super().digest(key)
        return high, low, f"count(case when control.breach and {self.as_text(f'control.{key}')} <> 'a' then 1 end)"


def test_an_engine_whose_days_begin_in_1970_is_refused() -> None:
    """It would find no breach of a limit that lies before."""
    proof = prove_briefly(_LateEngine(duckdb.connect()))
    with pytest.raises(Refusal, match=r"engine-differs: DuckDB .*1582-10-04: expected 1582-10-04; got 1970-01-01"):
        proof.refuse_differences()


def test_an_engine_that_digests_too_few_rows_is_refused() -> None:
    """A digest that leaves out a row is none: the engine differs, and a control on it is not answered."""
    engine = _OverflowingEngine(sqlite3.connect(":memory:"))
    proof = prove_briefly(engine)
    assert any("digested 16 of 17 breaching rows" in each for each in proof.differences)
    control = next(each for each in read_pack(find_pack("core")).controls if each.id == "OV-20")
    entry = TABLES["entry"]
    rows: list[dict[str, Any]] = [{"entry_id": key, "status": "active"} for key in "ab"]
    engine.views["entry"] = engine.values(entry, list(entry.by_name), rows)
    finding = run_control(control, "core", engine, Settings(dt.date(2026, 6, 30)))
    assert (finding.verdict, finding.digest) == (Verdict.FAILED, None)
    assert "digested 1 of 2 breaching rows" in finding.reason


class _FirstDigest(ConnectEngine):
    """Adds up numbers of 64 bits, as the first edition did."""

    def digest(self, key: str) -> tuple[str, str, str]:
        md5 = f"md5(coalesce({self.as_text(f'control.{key}')}, ''))"
        digits = ", ".join(f"substr({md5}, {start}, 2)" for start in range(31, 16, -2))
        number = f"cast(conv(concat({digits}), 16, 10) as decimal(38, 0))"
        return "0", f"sum(case when control.breach then {number} end)", "count(case when control.breach then 1 end)"


def test_sail_with_the_first_digest_is_refused(sail_url: str) -> None:
    """It gives no number for most of 64 bits, so the digest was wrong although every breach was counted."""
    engine = _FirstDigest(open_session(sail_url))
    assert engine.fetch("select conv('ffffffffffffffff', 16, 10)") == [(None,)]
    proof = prove_briefly(engine)
    engine.close()
    assert [each.partition(":")[0] for each in proof.differences] == ["digest of the keys"]
    with pytest.raises(Refusal, match="engine-differs"):
        proof.refuse_differences()


@dataclass
class _ClickHouse(Engine):
    """ClickHouse inside this process, in the words of PostgreSQL, which it follows most."""

    session: Any
    dialect = "postgres"

    def __post_init__(self) -> None:
        kinds = zip(Kind, ("String", "Int64", "Float64", "Bool", "Date", "DateTime64(6)"), strict=True)
        self.types = {kind: f"Nullable({name})" for kind, name in kinds}

    @property
    def name(self) -> str:
        return "ClickHouse"

    def _fetch(self, sql: str, timeout: float | None) -> list[tuple[Any, ...]]:
        said = json.loads(str(self.session.query(sql, "JSONCompact")))
        return [tuple(row) for row in said["data"]]

    def execute(self, sql: str) -> None:
        self.session.query(sql)

    def close(self) -> None:
        self.session.close()

    def digest(self, key: str) -> tuple[str, str, str]:
        low = f"reinterpretAsUInt64(substring(MD5(coalesce(control.{key}, '')), 9, 8))"
        return "0", f"sumIf({low}, control.breach)", "countIf(control.breach)"

    def reads_outside(self, control: str, statement: str) -> list[str]:
        return []


def test_clickhouse_is_refused() -> None:
    """Its days begin in 1970 or 1900, by their type."""
    session = pytest.importorskip("chdb.session").Session()
    engine = _ClickHouse(session)
    proof = prove_briefly(engine)
    engine.close()
    assert "the day 1905-01-01: expected 1905-01-01; got 1970-01-01" in proof.differences
    with pytest.raises(Refusal, match="engine-differs"):
        proof.refuse_differences()


def test_the_command_says_what_was_proved() -> None:
    """Known answers and the cases of all packs, as text or as JSON; a name that no engine has is refused."""
    run = CliRunner().invoke(command_line("engine", "model"), ["engine", "prove", "sqlite", "--json"])
    assert run.exit_code == 0
    said = json.loads(run.stdout)
    assert (said["differences"], said["cases_that_differ"], said["digest"]) == ([], [], ANSWERS)
    assert said["cases"] > 1500
    assert isinstance(
        CliRunner().invoke(command_line("engine", "model"), ["engine", "prove", "oracle"]).exception, Refusal
    )
