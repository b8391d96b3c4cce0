"""Hostile selects of mappings: nothing that lies outside the source is seen or guessed, by either barrier alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from overt.audits.mapping import _mapping, apply_mapping
from overt.audits.mapping._mapping import MappedView, Mapping
from overt.audits.mapping._reads import source_room, would_read
from overt.audits.source import load_source, open_workshop
from overt.controls.engines import DuckDBEngine, Room
from overt.refusals import Refusal, Refusals
from tests.attempts import Count
from tests.controls.hostile_texts import Hostile, mappings
from tests.controls.test_hostile_texts import tally
from tests.controls.worlds import World, both, duckdb_world


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, World]]:
    """A source of one table, in a DuckDB without a lock that holds a secret elsewhere."""

    def make(folder: Path, secret: str) -> DuckDBEngine:
        engine = duckdb_world(folder, secret)
        assert isinstance(engine, DuckDBEngine)
        for statement in (
            "drop table source.secret",
            "create table source.stops as select 'E1' as id, 'active' as state",
            "create schema numbered",
            "create view numbered.stops as select id, state, 1::bigint as _row, 'stops' as _table from source.stops",
            "set search_path = 'numbered,source,main'",
        ):
            engine.execute(statement)
        return engine

    pair = both(make, tmp_path_factory.mktemp("mappings"))
    yield pair
    for world in pair:
        world.engine.close()


def connection_of(world: World) -> duckdb.DuckDBPyConnection:
    assert isinstance(world.engine, DuckDBEngine)
    return world.engine.connection


def is_read(sql: str) -> bool:
    """Whether the reading of the mapping lets the select through."""
    try:
        _mapping.parse_mapping(f"create view entry as {sql}", "mapping.sql")
    except (Refusal, Refusals):
        return False
    return True


def rows(world: World, sql: str) -> str:
    try:
        return f"answer: {connection_of(world).execute(f'select * from ({chr(10)}{sql}{chr(10)}) as given').fetchall()}"
    except duckdb.Error as error:
        return f"error: {error}"


def of_the_engine_alone(world: World, room: Room, text: Hostile) -> str:
    """What comes of a select that nobody has read."""
    sql = text.in_folder(world.folder)
    try:
        outside = would_read(connection_of(world), room, sql)
    except duckdb.Error as error:
        return f"error: {error}"
    return f"refused: {outside}" if outside else rows(world, sql)


@pytest.fixture(scope="module")
def rooms(worlds: tuple[World, World]) -> dict[str, Room]:
    return {world.secret: source_room(connection_of(world)) for world in worlds}


@pytest.mark.parametrize("number", [60, pytest.param(1_000, marks=pytest.mark.slow)])
def test_no_mapping_reads_outside_the_source(
    worlds: tuple[World, World], rooms: dict[str, Room], attempts: Count, number: int
) -> None:
    """Neither barrier taken away."""
    texts = mappings(number)
    read = [text for text in texts if is_read(text.sql)]
    found = tally(worlds, read, lambda world, text: of_the_engine_alone(world, rooms[world.secret], text))
    attempts("hostile texts of mappings", len(texts))
    assert found.leaks == []


@pytest.mark.parametrize("number", [200, pytest.param(1_000, marks=pytest.mark.slow)])
def test_no_mapping_reads_outside_the_source_by_the_engine_alone(
    worlds: tuple[World, World], rooms: dict[str, Room], attempts: Count, number: int
) -> None:
    """The text was never read: DuckDB's own word for it holds by itself."""
    texts = mappings(number)
    found = tally(worlds, texts, lambda world, text: of_the_engine_alone(world, rooms[world.secret], text))
    attempts("hostile texts of mappings, the engine's barrier alone", len(texts))
    assert found.leaks == []


def test_the_attacker_sees_the_secret_where_there_is_no_barrier(worlds: tuple[World, World]) -> None:
    """Else the tests above would show nothing."""
    texts = [text for text in mappings(150) if "drop" not in text.sql and "taken" not in text.sql]
    assert len(tally(worlds, texts, lambda world, text: rows(world, text.in_folder(world.folder))).leaks) > 10


@pytest.mark.parametrize(
    "select",
    [
        "select x as entry_id from '{folder}/other.csv'",
        "select stops.id as entry_id, exists (select 1 from duckdb_tables()) as unit from stops",
        "select stops.id as entry_id, current_setting('memory_limit') as unit from stops",
        "select filled as entry_id from overt.filled",
    ],
)
def test_a_mapping_that_nobody_read_is_refused_before_it_is_run(tmp_path: Path, select: str) -> None:
    """Where a real source is mapped, with a code of its own."""
    (tmp_path / "stops.csv").write_text("id,state\nE1,active\n")
    (tmp_path / "other.csv").write_text("x\n1\n")
    database = tmp_path / "loaded.duckdb"
    account = load_source(str(tmp_path / "stops.csv"), database)
    view = MappedView("entry", ("entry_id", "unit"), select.replace("{folder}", str(tmp_path)), 1, ("stops",))
    with (
        open_workshop(database, account.held_files) as connection,
        pytest.raises(Refusal, match="mapping-reads-outside"),
    ):
        apply_mapping(connection, Mapping("mapping.sql", "", (view,)), account)
