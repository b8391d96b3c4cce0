"""The mappings of `examples` on servers: the rows that they give in DuckDB, and the same audits of the real files."""

from __future__ import annotations

import gzip
import itertools
import re
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest

from overt.audits import Request, Run, SourceOptions, audit
from overt.audits.mapping._mapping import parse_mapping
from overt.audits.mapping._server_from import ServerTable
from overt.audits.mapping._server_view import render_view
from overt.refusals import Refusal, Refusals
from tests.audit.conftest import Silent
from tests.audit.server_views import plain
from tests.audit.servers import answers, counting_proxy, fill_postgres, fill_spark, sail_with
from tests.audit.sources import written
from tests.controls.servers import spark_connect
from tests.examples.conftest import BY_NAME, EXAMPLES, Example

ROWS = 80
# By each mapping that needs a file of its own, the file.
OTHERS = {
    "chicago-ssl-counts/men-and-women-20-29.sql": "ssl-chicago/ssl_gte_score_chi_20_29_by_race_sex.csv",
    "compas/errors.sql": "compas-aequitas/compas_for_aequitas.csv",
}
MAPPINGS = {f"{name}/mapping.sql": example.data for name, example in BY_NAME.items()} | OTHERS


def first_rows(shared_data: Path, name: str, folder: Path, rows: int = ROWS) -> Path:
    """The first rows of a public file as `source_rows.csv`, and beside it, with their numbers, as a Parquet file."""
    path = shared_data / name
    folder.mkdir(parents=True)
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
        (folder / "source_rows.csv").write_bytes(b"".join(itertools.islice(stream, rows + 1)))
    with duckdb.connect() as connection:
        read = f"read_csv('{folder / 'source_rows.csv'}', all_varchar = true, header = true)"
        connection.execute(
            f"copy (select row_number() over () as _row, * from {read}) to '{folder / 'source_rows.parquet'}'"
        )
    tables = folder / "tables"
    tables.mkdir()
    (folder / "source_rows.parquet").rename(tables / "source_rows.parquet")
    return folder / "source_rows.csv"


@pytest.fixture(scope="module")
def files(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The first rows of each public file, by its name."""
    folder = tmp_path_factory.mktemp("files")
    return {name: first_rows(shared_data, name, folder / str(at)) for at, name in enumerate(set(MAPPINGS.values()))}


Ask = Callable[[str], list[tuple[Any, ...]]]
AskAbout = Callable[[Path], Ask]


@pytest.fixture(scope="module")
def on_postgres(new_database: Callable[[], str]) -> AskAbout:
    def about(csv: Path) -> Ask:
        url = new_database()
        fill_postgres(url, csv.parent / "tables")
        connection = psycopg.connect(url, autocommit=True)
        connection.execute("set time zone 'UTC'")
        return lambda sql: connection.execute(sql.encode()).fetchall()

    return about


@pytest.fixture(scope="module")
def on_spark(java: None) -> AskAbout:
    from overt.controls.engines._spark import start_session

    def about(csv: Path) -> Ask:
        session = start_session()
        session.read.parquet(str(csv.parent / "tables" / "source_rows.parquet")).createOrReplaceTempView("source_rows")
        return lambda sql: [tuple(row) for row in session.sql(sql).collect()]

    return about


@pytest.fixture(scope="module")
def on_sail() -> Iterator[AskAbout]:
    pytest.importorskip("pysail")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pyspark.sql.connect.session import SparkSession

    with sail_with() as url:
        session = SparkSession.builder.remote(url).create()

        def about(csv: Path) -> Ask:
            made = session.read.parquet(str(csv.parent / "tables" / "source_rows.parquet"))
            made.createOrReplaceTempView("source_rows")
            return lambda sql: [tuple(row) for row in session.sql(sql).collect()]

        yield about


def compare(mapping: str, csv: Path, dialect: str, about: AskAbout) -> None:
    """Every row and value of each view, and none on which anything fails."""
    ask = about(csv)
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        relation = connection.execute(f"from '{csv.parent}/tables/source_rows.parquet'")
        kinds = {name: "bigint" if name == "_row" else "text" for name, *_ in relation.description or ()}
        spark_kinds = {name: kind.replace("text", "string") for name, kind in kinds.items()}
        table = ServerTable("source_rows", kinds if dialect == "postgres" else spark_kinds)
        connection.execute(f"create view source_rows as from '{csv.parent}/tables/source_rows.parquet'")
        for view in parse_mapping((EXAMPLES / mapping).read_text("utf-8"), mapping):
            sql = render_view(view, dialect, {"source_rows": table}, mapping).sql
            width = len(view.columns)
            answered = ask(sql)
            assert not any(flag for row in answered for flag in row[width:])
            expected = connection.execute(view.select).fetchall()
            assert expected
            assert _sorted(row[:width] for row in answered) == _sorted(expected)


def _sorted(rows: Any) -> list[tuple[Any, ...]]:
    return sorted((tuple(map(plain, row)) for row in rows), key=repr)


@pytest.mark.postgres
@pytest.mark.parametrize("mapping", MAPPINGS)
def test_a_shipped_mapping_gives_the_same_rows_on_postgres(
    mapping: str, files: dict[str, Path], on_postgres: AskAbout
) -> None:
    compare(mapping, files[MAPPINGS[mapping]], "postgres", on_postgres)


@pytest.mark.spark
@pytest.mark.parametrize("mapping", MAPPINGS)
def test_a_shipped_mapping_gives_the_same_rows_on_spark(
    mapping: str, files: dict[str, Path], on_spark: AskAbout
) -> None:
    compare(mapping, files[MAPPINGS[mapping]], "spark", on_spark)


@pytest.mark.parametrize("mapping", MAPPINGS)
def test_a_shipped_mapping_gives_the_same_rows_on_sail(mapping: str, files: dict[str, Path], on_sail: AskAbout) -> None:
    compare(mapping, files[MAPPINGS[mapping]], "spark", on_sail)


@pytest.mark.parametrize("dialect", ["postgres", "spark"])
def test_every_mapping_of_the_examples_can_be_written_for_a_server(dialect: str) -> None:
    """Those of populations and counts among them, whatever their files are called."""
    written = 0
    for path in sorted(EXAMPLES.glob("*/*.sql")):
        text = path.read_text("utf-8")
        if "create view" not in text:
            continue
        names = _columns_named(text)
        table = ServerTable("t", {"_row": "bigint"} | dict.fromkeys(names, "string" if dialect == "spark" else "text"))
        for view in parse_mapping(text, str(path)):
            assert render_view(view, dialect, {"source_rows": table}, str(path)).sql
        written += 1
    assert written > len(MAPPINGS)


def _columns_named(text: str) -> list[str]:
    found = re.findall(r'source_rows\.(?:"([^"]+)"|(\w+))', text)
    return sorted({quoted or bare for quoted, bare in found} - {"_row"}, key=str.lower)


def audited(example: Example, location: str, out: Path) -> Run:
    source = SourceOptions(location, EXAMPLES / example.name / "mapping.sql")
    return audit(Request(source=source, packs=example.packs, out=out, as_of=example.as_of), Silent())


def same_audit(example: Example, csv: Path, url: str, folder: Path) -> None:
    with counting_proxy(url) as (through, counter):
        placed = audited(example, through, folder / "placed")
    loaded = audited(example, str(csv), folder / "loaded")
    assert answers(placed.findings) == answers(loaded.findings)
    assert (placed.rows, placed.absent, placed.read, placed.repeats) == (
        loaded.rows, loaded.absent, loaded.read, loaded.repeats,
    )  # fmt: skip
    assert sorted(placed.fills, key=str) == sorted(loaded.fills, key=str)
    assert counter.received < 5_000_000


DAILY = ("met-stop-and-search",)


@pytest.mark.postgres
@pytest.mark.parametrize(
    "name", [name if name in DAILY else pytest.param(name, marks=pytest.mark.slow) for name in BY_NAME]
)
def test_a_real_file_has_the_same_findings_on_postgres(
    name: str, files: dict[str, Path], tmp_path: Path, new_database: Callable[[], str]
) -> None:
    """With the mapping as it is shipped: the table's column `_row` numbers its rows, and is none of the source."""
    url = new_database()
    csv = files[BY_NAME[name].data]
    fill_postgres(url, csv.parent / "tables")
    same_audit(BY_NAME[name], csv, url, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("name", BY_NAME)
def test_a_real_file_has_the_same_findings_on_sail(name: str, files: dict[str, Path], tmp_path: Path) -> None:
    csv = files[BY_NAME[name].data]
    with sail_with(csv.parent / "tables") as url:
        same_audit(BY_NAME[name], csv, url, tmp_path)


@pytest.mark.spark
@pytest.mark.slow
def test_the_real_files_have_the_same_findings_on_a_server_of_spark(
    java: None, files: dict[str, Path], tmp_path: Path
) -> None:
    for name, example in BY_NAME.items():
        csv = files[example.data]
        with spark_connect() as server:
            same_audit(example, csv, fill_spark(server, csv.parent / "tables"), tmp_path / name)


@pytest.mark.postgres
def test_the_name_for_all_rows_stands_for_the_only_table(
    files: dict[str, Path], tmp_path: Path, new_database: Callable[[], str]
) -> None:
    """Whatever it is called there, as in a file; with another table beside it, the name stands for none."""
    url, csv = new_database(), files[BY_NAME["nyc-sqf"].data]
    fill_postgres(url, csv.parent / "tables")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("alter table source_rows rename to stops_2017")
        run = audited(BY_NAME["nyc-sqf"], url, tmp_path / "one")
        assert run.rows["encounter"] == ROWS
        connection.execute("create table more (a text)")
    with pytest.raises((Refusal, Refusals), match="source_rows"):
        audited(BY_NAME["nyc-sqf"], url, tmp_path / "two")


_ENTRY = """create view entry as
select ref as entry_id, cast(score as double) as score from people
where ref <> 'X' and cast(points as integer) > 3;
"""
_ITEM = """create view item as
select ref || '-' || g.number as item_id, ref as entry_id
from people, unnest(range(1, cast(points as integer))) as g(number)
"""


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("mapping", "points", "faults"),
    [
        (_ENTRY + _ITEM, ("5", "2", "9"), []),
        (_ENTRY, ("5", "2", "9", "many"), []),
        (_ENTRY + _ITEM, ("five", "2", "9"), ["entry", "item"]),
    ],
    ids=["every value can be read", "the one that cannot is left out before", "one cannot"],
)
def test_a_value_that_a_condition_cannot_read_is_counted(
    mapping: str, points: tuple[str, ...], faults: list[str], tmp_path: Path, new_database: Callable[[], str]
) -> None:
    """As DuckDB stops at it; one in a row that an earlier condition leaves out is none."""
    url, path = new_database(), written(tmp_path, "m.sql", mapping)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("create table people (ref text, score text, points text)")
        for ref, number in zip("ABCX", points, strict=False):
            connection.execute("insert into people values (%s, '1', %s)", (ref, number))
    request = Request(SourceOptions(url, path), ("core",), BY_NAME["compas"].as_of, out=tmp_path / "out")
    if not faults:
        rows = audit(request, Silent()).rows
        assert (rows["entry"], rows.get("item", 13)) == (2, 13)
        return
    with pytest.raises((Refusal, Refusals)) as caught:
        audit(request, Silent())
    refusals = caught.value.refusals if isinstance(caught.value, Refusals) else [caught.value]
    assert [each.where.partition(" ")[0] for each in refusals] == faults
    assert all(each.code == "mapping-value" and "1 row is affected" in each.found for each in refusals)
