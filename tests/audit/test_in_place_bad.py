"""Bad input on servers of Spark Connect: views, catalogues, types, names and rights that get in the way of an audit.

`test_in_place.py` has the same for PostgreSQL. Everybody in the registers is invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from overt.audits import Request, ServerOptions, SourceOptions, audit
from overt.audits.place._catalogue import read_catalogue
from overt.controls import Verdict
from overt.controls.engines import Engine, Note
from overt.refusals import Refusal, Refusals
from tests.audit.conftest import AS_OF, Silent, by_id
from tests.audit.servers import counting_proxy, session_of
from tests.controls.servers import sail, spark_connect

pytest.importorskip("pysail")

ENDLESS = "create view entry as select cast(id as string) as entry_id, 'victim' as role from range(1000000000000)"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with sail() as url:
        yield url


def refused(request: Request) -> list[Refusal]:
    with pytest.raises((Refusal, Refusals)) as caught:
        audit(request, Silent())
    return caught.value.refusals if isinstance(caught.value, Refusals) else [caught.value]


def asked(url: str, out: Path, **changes: Any) -> Request:
    given = {"source": SourceOptions(url), "packs": ("core",), "as_of": AS_OF, "only": ("OV-02",), **changes}
    return Request(out=out / "out", **given)


def table_of(folder: Path, name: str, select: str) -> str:
    """A statement that makes a table of the rows of a select."""
    at = folder / f"{name}.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"copy ({select}) to '{at}'")
    return f"create table {name} using parquet location '{at}'"


def test_a_view_that_never_ends_is_refused_on_sail(server: str, tmp_path: Path) -> None:
    """After the time that is allowed, and the server answers the next question."""
    [fault] = refused(asked(session_of(server, ENDLESS), tmp_path, timeout=1))
    assert fault.code == "server-too-slow"
    assert fault.where.endswith(".entry")
    made = table_of(tmp_path, "entry", "select 'E1' as entry_id, 'victim' as role, 'active' as status")
    assert audit(asked(session_of(server, made), tmp_path), Silent()).rows["entry"] == 1


@pytest.mark.spark
@pytest.mark.slow
def test_a_view_that_never_ends_is_refused_on_a_server_of_spark(java: None, tmp_path: Path) -> None:
    with spark_connect() as url:
        [fault] = refused(asked(session_of(url, ENDLESS), tmp_path, timeout=5))
    assert fault.code == "server-too-slow"


def test_types_without_a_bridge_are_refused_by_name_on_sail(server: str, tmp_path: Path) -> None:
    """In a column of the model; another column of such a type is counted and not read."""
    bad = "select 'E1' as entry_id, {'a': 1} as unit, ['x'] as role, interval 1 day as opened_on"
    faults = refused(asked(session_of(server, table_of(tmp_path, "entry", bad)), tmp_path))
    assert {each.code for each in faults} == {"mapping-kind"}
    assert {each.where.partition(",")[0] for each in faults} == {"entry.unit", "entry.role", "entry.opened_on"}
    other = "select 'E1' as entry_id, 'victim' as role, 'active' as status, map {'k': [1]} as more, 'a'::blob as raw"
    run = audit(asked(session_of(server, table_of(tmp_path, "entry", other)), tmp_path), Silent())
    assert run.rows["entry"] == 1
    assert "entry.more" in " ".join(run.notes)
    assert "entry.raw" in " ".join(run.notes)


def test_names_with_quotes_are_names_on_sail(server: str, tmp_path: Path) -> None:
    """Of a schema and of a column."""
    name = "a`b'c \\"
    quoted = f'"{name}"'
    rows = f"select 'E1' as entry_id, 'x' as {quoted}, 'victim' as role, 'active' as status"
    made = table_of(tmp_path, "entry", rows).replace("table entry", "table `re``gister's`.entry")
    url = session_of(server, "create schema `re``gister's`", made)
    run = audit(asked(url, tmp_path, source=SourceOptions(url, server=ServerOptions(schema="re`gister's"))), Silent())
    assert run.rows["entry"] == 1
    assert any(fill.column == name and fill.filled == 1 for fill in run.fills)


def test_many_other_tables_are_counted_and_not_read_on_sail(server: str, tmp_path: Path) -> None:
    """Their names are sent, since the protocol has no other way, and nothing more of them."""
    many = 400
    made = table_of(tmp_path, "entry", "select 'E1' as entry_id, 'victim' as role, 'active' as status")
    others = (f"create view v{number} as select 1 as a" for number in range(many))
    url = session_of(server, made, *others)
    with counting_proxy(url) as (through, counter):
        run = audit(asked(through, tmp_path), Silent())
    assert any(f"{many} other tables were not read" in note for note in run.notes)
    # Of ten thousand tables it would be less than a megabyte.
    assert counter.received < 250_000 + many * 100


class Catalogue(Engine):
    """A server of Spark with two tables, of which this user may read one: servers that ask for rights are not free."""

    dialect = "spark"
    name = "a catalogue"
    words = "[INSUFFICIENT_PERMISSIONS] User does not have SELECT on Table 'review'"

    def _fetch(self, sql: str, timeout: float | None) -> list[tuple[Any, ...]]:
        return [("c", "s")] if "current_catalog" in sql else [("s", "entry", False), ("s", "review", False)]

    def described(self, sql: str, note: Note | None = None) -> list[tuple[str, str]]:
        if "review" in sql:
            raise RuntimeError(self.words)
        return [("entry_id", "string")]

    def execute(self, sql: str) -> None: ...

    def digest(self, key: str) -> tuple[str, str, str]:
        raise NotImplementedError

    def reads_outside(self, control: str, statement: str) -> list[str]:
        raise NotImplementedError

    def close(self) -> None: ...


@pytest.mark.parametrize(
    "words",
    [
        "[INSUFFICIENT_PERMISSIONS] User does not have SELECT on Table 'review'",
        "PERMISSION_DENIED: User does not have USE SCHEMA",
        "org.apache.hadoop.security.AccessControlException: Access denied",
        "403 Forbidden",
    ],
)
def test_a_table_without_rights_is_absent_on_a_server_of_spark(words: str) -> None:
    """And is named; any other fault is one."""
    engine = Catalogue()
    engine.words = words
    found = read_catalogue(engine, ServerOptions(), ["entry", "review"])
    assert list(found.tables) == ["entry"]
    assert found.notes == ("c.s.review: this user may not read it, so it counts as absent: ask for `grant select`",)
    engine.words = "[TABLE_OR_VIEW_NOT_FOUND] it was dropped"
    with pytest.raises(RuntimeError, match="dropped"):
        read_catalogue(engine, ServerOptions(), ["entry", "review"])


def test_what_needs_an_absent_table_cannot_be_shown_on_sail(server: str, tmp_path: Path) -> None:
    made = table_of(tmp_path, "entry", "select 'E1' as entry_id, 'victim' as role, 'active' as status")
    run = audit(asked(session_of(server, made), tmp_path, only=("OV-02", "OV-24")), Silent())
    assert "review" in run.absent
    assert by_id(run)["OV-24"].verdict is Verdict.CANNOT_BE_SHOWN
    assert by_id(run)["OV-02"].verdict is not Verdict.CANNOT_BE_SHOWN
