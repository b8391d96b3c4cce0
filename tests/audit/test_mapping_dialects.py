"""A mapping in a server's own dialect holds what the list allows and nothing else, and runs on that server alone."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from overt.audits.mapping._mapping import Mapping, parse_mapping
from overt.audits.mapping._server_from import ServerTable
from overt.audits.mapping._server_view import render_view
from overt.refusals import Refusal, Refusals
from tests.audit.sources import load, written

_POSTGRES = """-- dialect: postgres
-- Dates are day/month/year.
create view entry as
with recent as (select "Ref", added from gangs where added ~ '^[0-9/]+$')
select "Ref" as entry_id, to_date(added, 'DD/MM/YYYY') as opened_on, null as status
from recent r;
"""


def _refused(text: str) -> list[Refusal]:
    with pytest.raises((Refusal, Refusals)) as caught:
        parse_mapping(text, "m.sql")
    error = caught.value
    return error.refusals if isinstance(error, Refusals) else [error]


def test_a_mapping_for_postgres_runs_there_as_it_is_written(postgres_url: str) -> None:
    """Its tables are those of the source, whatever else the server has under the same names."""
    (view,) = parse_mapping(_POSTGRES, "m.sql")
    assert (view.dialect, view.sources, view.columns) == ("postgres", ("gangs",), ("entry_id", "opened_on", "status"))
    assert (view.blank, view.lenient, view.line, view.select_line) == ({"status"}, (), 3, 4)
    with psycopg.connect(postgres_url) as connection:
        connection.execute('create schema "Gang unit"; create table "Gang unit"."Gangs" ("Ref" text, added text)')
        connection.execute("""insert into "Gang unit"."Gangs" values ('7', '01/03/2024'), ('8', 'unknown')""")
        table = ServerTable('"Gang unit"."Gangs"', {"Ref": "text", "added": "text"})
        rendered = render_view(view, "postgres", {"gangs": table}, "m.sql")
        rows = connection.execute(rendered.sql.encode()).fetchall()
    assert [(key, str(day), status) for key, day, status in rows] == [("7", "2024-03-01", None)]


def test_a_mapping_in_another_dialect_is_refused(tmp_path: Path) -> None:
    """On files and on a server of another kind, by the names of both."""
    views = parse_mapping(_POSTGRES, "m.sql")
    with pytest.raises(Refusal, match=r"(?s)dialect of PostgreSQL.*DuckDB's dialect, or that of Spark"):
        render_view(views[0], "spark", {"gangs": ServerTable("gangs", {"Ref": "string", "added": "string"})}, "m.sql")
    from overt.audits.mapping._fill import apply_mapping
    from overt.audits.source._sandbox import open_workshop

    account = load(written(tmp_path, "gangs.csv", "Ref,added\n7,01/03/2024\n"), tmp_path / "db")
    with open_workshop(tmp_path / "db", account.held_files) as connection, pytest.raises(Refusal) as caught:
        apply_mapping(connection, Mapping("m.sql", "", views), account)
    assert caught.value.code == "mapping-other-dialect"


@pytest.mark.parametrize(
    ("dialect", "select", "code", "found"),
    [
        ("postgres", "select pg_read_file('x') as entry_id", "mapping-function", "pg_read_file"),
        ("postgres", "select nextval('x') as entry_id", "mapping-function", "nextval"),
        ("postgres", "select \"pg_read_file\"('x') as entry_id", "mapping-function", "in quotation marks"),
        ("postgres", "select pg_catalog.lower('x') as entry_id", "mapping-function", "lower"),
        ("postgres", "select set_config('a', 'b', false) as entry_id", "mapping-function", "set_config"),
        ("postgres", "select random()::text as entry_id", "mapping-function", "random"),
        ("postgres", "select current_date as opened_on", "mapping-function", "current_date"),
        ("postgres", "select now() as opened_on", "mapping-function", "now"),
        ("postgres", "select 'pg_class'::regclass as entry_id", "mapping-type", "regclass"),
        ("postgres", "select a as entry_id from other.t", "mapping-table", "schema other"),
        ("postgres", "select a as entry_id from t limit 3", "mapping-rows", "limit"),
        ("postgres", "select a as entry_id from t offset 3", "mapping-rows", "limit"),
        ("postgres", "select a as entry_id from t fetch first 3 rows only", "mapping-rows", "limit"),
        ("postgres", "select a as entry_id from t tablesample bernoulli (3)", "mapping-", ""),
        ("postgres", "select a as entry_id from t for update", "mapping-expression", "lock"),
        ("postgres", "select a as entry_id into x from t", "mapping-expression", "into"),
        (
            "postgres",
            "with x as (delete from t returning a) select a as entry_id from x",
            "mapping-expression",
            "delete",
        ),
        ("postgres", "select distinct on (a) a as entry_id from t", "mapping-order", "distinct on"),
        ("postgres", "select string_agg(a, ',') as entry_id from t", "mapping-order", "string_agg"),
        ("postgres", "select array_agg(a) as entry_id from t", "mapping-order", "array_agg"),
        ("postgres", "select * from t", "mapping-star", "*"),
        ("postgres", "select a from t", "mapping-column", "a, which is not a column of entry"),
        ("postgres", "select $1 as entry_id from t", "mapping-", ""),
        ("postgres", "select $$a$$ as entry_id from t", "mapping-", ""),
        ("postgres", "select e'a\\'b' as entry_id from t", "mapping-", ""),
        ("postgres", "delete from t", "mapping-syntax", "not a select"),
        ("postgres", "select from where", "mapping-", ""),
        ("postgres", "select a operator(pg_catalog.+) b as entry_id from t", "mapping-", ""),
        ("spark", "select reflect('java.lang.System', 'getenv') as entry_id", "mapping-function", "reflect"),
        ("spark", "select java_method('x', 'y') as entry_id", "mapping-function", "java_method"),
        ("spark", "select input_file_name() as entry_id from t", "mapping-function", "input_file_name"),
        ("spark", "select a as entry_id from parquet.`/etc/passwd`", "mapping-table", "schema parquet"),
        ("spark", "select /*+ broadcast(t) */ a as entry_id from t", "mapping-", ""),
        ("spark", "select a as entry_id from read_files('x')", "mapping-function", "read_files"),
        ("spark", "select uuid() as entry_id from t", "mapping-function", "uuid"),
        ("spark", "select a as entry_id from t version as of 3", "mapping-", ""),
        ("spark", "select listagg(a, ',') as entry_id from t", "mapping-order", ""),
        ("spark", "select transform(a) using 'cat' as entry_id from t", "mapping-", ""),
    ],
)
def test_what_the_list_does_not_have_is_refused(dialect: str, select: str, code: str, found: str) -> None:
    """Functions, settings, other schemas, clocks, limits: by name and line."""
    faults = _refused(f"-- dialect: {dialect}\ncreate view entry as\n{select}")
    assert any(each.code.startswith(code) and found in each.found for each in faults), faults
    assert all(", line 3" in each.where or ", line 2" in each.where for each in faults)


@pytest.mark.parametrize(
    "select",
    [
        "select a as entry_id, try_to_date(b, 'dd/MM/yyyy') as opened_on from t",
        "select `A b` as entry_id, coalesce(try_cast(c as date), to_date(c, 'yyyy')) as opened_on"
        " from t u join v on u.a = v.a",
        "select a as entry_id from t lateral view explode(sequence(1, n)) s as number",
        "select listagg(a, ',') within group (order by a) as entry_id from t group by b",
    ],
)
def test_what_people_write_for_spark_is_read(select: str) -> None:
    """Functions of Spark, names in backquotes, lateral views."""
    (view,) = parse_mapping(f"--dialect: spark\ncreate view entry as {select}", "m.sql")
    assert view.dialect == "spark"


def test_the_dialect_stands_at_the_head() -> None:
    """A comment further down names none, and an unknown one is refused."""
    (view,) = parse_mapping("create view entry as -- dialect: postgres\nselect 'x' as entry_id", "m.sql")
    assert view.dialect == "duckdb"
    (refusal,) = _refused("-- dialect: oracle\ncreate view entry as select 'x' as entry_id")
    assert (refusal.code, refusal.found) == ("mapping-dialect", "the dialect oracle")
