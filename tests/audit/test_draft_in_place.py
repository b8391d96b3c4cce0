"""A mapping drafted from tables of a server. Everybody in them is invented."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from overt.audits import Request, ServerOptions, SourceOptions, audit, draft
from overt.refusals import Refusal
from tests.audit.conftest import AS_OF, Silent
from tests.audit.servers import answers, counting_proxy, fill_postgres, fill_spark
from tests.controls.servers import sail

MATRIX = """\
Nominal ID,DOB,Gender,Ethnicity,Borough,Date Added,Added By,Harm Score,RAG Status,Review Date,Status,Reason,Shoe Size
N1,02/01/1999,M,IC3,Haringey,13/01/2016,PC1,10,Red,01/02/2017,Live,x,9
N2,12/11/2001,F,IC1,Haringey,02/03/2016,PC2,3.5,Green,02/03/2017,Archived,"y, z",
N3,12/09/2001,M,IC1,Hackney,02/03/2016,PC2,3.5,Amber,03/04/2017,Live,"y, z",
"""
_TIMES = "\n".join(
    f"{'Person search' if n % 3 else 'Vehicle search'},2016-06-{n % 28 + 1:02}T{n % 24:02}:{n % 60:02}:15+01:00,"
    f"{'Male' if n % 2 else 'Female'},{'Asian' if n % 5 else 'White - English'},"
    f"{'A no further action disposal' if n % 4 else 'Arrest'}"
    for n in range(300)
)
STOPS = f"Type,Date,Gender,Self-defined ethnicity,Outcome\n{_TIMES}\n"
PEOPLE = "".join(
    f"P{n},{n % 28 + 1}-Mar-{1950 + n % 60},{n % 12 + 1:02}/{n % 28 + 1:02}/2020 {n % 12 + 1}:30 PM,{n}.5\n"
    for n in range(400)
)
LIST = f"person id,date of birth,date added,score\n{PEOPLE}"
SOURCES = {"matrix": MATRIX, "stops": STOPS, "list": LIST}


def here(folder: Path, text: str) -> str:
    (folder / "export.csv").write_text(text, encoding="utf-8")
    return draft(SourceOptions(str(folder / "export.csv")), folder / "loaded.duckdb")


def as_table(folder: Path) -> Path:
    tables = folder / "tables"
    tables.mkdir()
    read = f"read_csv('{folder}/export.csv', all_varchar = true, header = true)"
    duckdb.execute(f"copy (from {read}) to '{tables}/export.parquet'")
    return tables


def told(text: str) -> list[str]:
    """What a draft says, but for where the source is and for how a row is numbered."""
    text = re.sub(r"(?m)^-- (A draft|Drafted|decide).*\n", "", text)
    text = re.sub(r"row_number\(\) over \(order by [^)]*\)", "_row", text)
    text = re.sub(r"(?m)^from .*;$|^-- Not used of .*$", "", text)
    # A remark stands behind its item or above it.
    parts = (part.strip() for part in re.split(r"\n| -- |^-- ", text))
    return sorted(part for part in parts if part)


@pytest.fixture(scope="module")
def sail_url() -> Iterator[str]:
    with sail() as url:
        yield url


@pytest.mark.parametrize("name", SOURCES)
def test_sail_gives_the_draft_of_a_file(sail_url: str, tmp_path: Path, name: str) -> None:
    """The same guesses for the same reasons, and every statement written down."""
    loaded = here(tmp_path, SOURCES[name])
    url = fill_spark(sail_url, as_table(tmp_path))
    statements = tmp_path / "statements.jsonl"
    placed = draft(SourceOptions(url), tmp_path / "x", tables=("export",), statements=statements)
    assert told(placed) == told(loaded)
    lines = [json.loads(line) for line in statements.read_text("utf-8").splitlines()]
    assert f"by {len(lines)} statements" in placed
    assert all(line["returns"] and line["sql"] for line in lines)


@pytest.mark.postgres
@pytest.mark.parametrize("name", SOURCES)
def test_postgresql_gives_the_draft_of_a_file(tmp_path: Path, new_database: Callable[[], str], name: str) -> None:
    """The same guesses for the same reasons, and nothing crosses the wire but counts and few values."""
    loaded = here(tmp_path, SOURCES[name])
    url = new_database()
    fill_postgres(url, as_table(tmp_path))
    with counting_proxy(url) as (through, counter):
        placed = draft(SourceOptions(through), tmp_path / "x")
    assert told(placed) == told(loaded)
    assert counter.received < 100_000
    (tmp_path / "placed.sql").write_text(placed, encoding="utf-8")
    (tmp_path / "loaded.sql").write_text(loaded, encoding="utf-8")
    runs = [
        audit(Request(SourceOptions(source, tmp_path / f"{way}.sql"), (), AS_OF, out=tmp_path / way), Silent())
        for way, source in (("placed", url), ("loaded", str(tmp_path / "export.csv")))
    ]
    found = [answers(run.findings) for run in runs]
    if "_row" in loaded:  # a row that has no number of its own is numbered by its place
        found = [[(*finding[:5], *finding[7:]) for finding in findings] for findings in found]
    assert found[0] == found[1]


@pytest.mark.postgres
def test_what_cannot_be_drafted_is_said(tmp_path: Path, new_database: Callable[[], str]) -> None:
    """A table without rights, a type that no mapping reads, names with quotes, and more tables than a register has."""
    import psycopg

    url = new_database()
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in (
            "drop role if exists drafter", "create role drafter login",
            'create table "the ""people"" \'s" ("a""b\'; --" text, "date added" date, entry_id text, place point)',
            "insert into \"the \"\"people\"\" 's\" values ('x', '2020-01-01', 'E1', point(1, 2))",
            "create table barred (entry_id text)", "grant select on all tables in schema public to drafter",
            "revoke select on barred from drafter",
        ):  # fmt: skip
            connection.execute(statement.encode())
        text = draft(SourceOptions(url.replace("overt@", "drafter@")), tmp_path / "x")
        assert "-- public.barred: this user may not read it" in text
        assert "place: its type is point, which a mapping in this dialect cannot read" in text
        assert '"date added" as opened_on' in text
        assert "“a\"b'; --”" in text
        many = "do $$ begin for n in 1..101 loop execute 'create view v' || n || ' as select 1 as a'; end loop; end $$"
        connection.execute(many.encode())
        with pytest.raises(Refusal, match="tables-too-many"):
            draft(SourceOptions(url), tmp_path / "x")
        assert "create view entry" in draft(SourceOptions(url), tmp_path / "x", tables=("the_people_s",))
        connection.execute(b"drop owned by drafter")
        connection.execute(b"drop role drafter")
    with pytest.raises(Refusal, match="not-on-a-server"):
        draft(SourceOptions(str(tmp_path)), tmp_path / "x", tables=("entry",))
    with pytest.raises(Refusal, match="source-empty"):
        draft(SourceOptions(url, server=ServerOptions(schema="public")), tmp_path / "x", tables=("absent",))
