"""Audits of the public data sets by the shipped mappings, each run once for all tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb
import pytest

from overt.audits import Request, Run, SourceOptions, audit
from overt.controls import Finding

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"


@dataclass(frozen=True)
class Example:
    """One example: its mapping, the shared file, the packs and the day, as its README gives them."""

    name: str
    data: str
    packs: tuple[str, ...]
    as_of: dt.date


_SSL_PACK = str(EXAMPLES / "chicago-ssl-counts" / "pack")
_ALL = (
    Example(
        "met-stop-and-search",
        "uk-stops-met-2016-06/2016-06-metropolitan-stop-and-search.noloc.csv.gz",
        ("encounters",),
        dt.date(2016, 7, 31),
    ),
    Example(
        "haringey-stops",
        "uk-stops-haringey/haringey_stops_2020-09_2021-08.csv.gz",
        ("encounters",),
        dt.date(2021, 12, 31),
    ),
    Example(
        "chicago-ssl-counts",
        "ssl-chicago/ssl_score_race_sex_age_counts.csv",
        ("core", _SSL_PACK),
        dt.date(2017, 5, 1),
    ),
    Example("chicago-ssl-records", "ssl-chicago/ssl_records_even_500.csv", ("core",), dt.date(2017, 5, 1)),
    Example("nyc-sqf", "nyc-sqf-aequitas/nyc_sqf_for_aequitas.csv", ("encounters",), dt.date(2018, 1, 31)),
    Example("compas", "compas-aequitas/compas_for_aequitas.csv", ("core",), dt.date(2016, 6, 30)),
    Example(
        "use-of-force",
        "uk-use-of-force/by-ethnicity-force-april2018-march2019.csv",
        ("encounters",),
        dt.date(2019, 12, 31),
    ),
)
BY_NAME = {example.name: example for example in _ALL}


class Silent:
    """Nobody who is told how an audit is going."""

    def reading(self, table: str, rows: int) -> None:
        """Says nothing."""

    def planned(self, controls: int, resumed: int) -> None:
        """Says nothing."""

    def finished(self, finding: Finding) -> None:
        """Says nothing."""

    def writing(self) -> None:
        """Says nothing."""


@pytest.fixture(scope="session")
def examples() -> dict[str, Example]:
    """Every example by the name of its folder."""
    return BY_NAME


@pytest.fixture(scope="session")
def run_of(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Run]:
    """The run of an example on its shared file."""

    @cache
    def run(name: str) -> Run:
        example = BY_NAME[name]
        source = SourceOptions(str(shared_data / example.data), EXAMPLES / name / "mapping.sql")
        out = tmp_path_factory.mktemp(name) / "out"
        return audit(Request(source=source, packs=example.packs, out=out, as_of=example.as_of), Silent())

    return run


@pytest.fixture(scope="session")
def finding_of(run_of: Callable[[str], Run]) -> Callable[[str, str], Finding]:
    """The finding of one control on an example."""

    def finding(name: str, control: str) -> Finding:
        return next(each for each in run_of(name).findings if each.control.id == control)

    return finding


@pytest.fixture(scope="session")
def mapped(shared_data: Path) -> Callable[[str], duckdb.DuckDBPyConnection]:
    """The model's tables as an example's mapping fills them, read by DuckDB alone."""

    @cache
    def connect(name: str) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect()
        path = str(shared_data / BY_NAME[name].data)
        connection.execute(
            "create table source_rows as select row_number() over () as _row, * "
            f"from read_csv('{path}', all_varchar = true, header = true)"
        )
        connection.execute((EXAMPLES / name / "mapping.sql").read_text(encoding="utf-8"))
        return connection

    return connect
