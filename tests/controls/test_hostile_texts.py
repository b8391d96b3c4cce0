"""Hostile texts of controls on four engines: nothing that lies outside the model is seen or guessed.

Each text is given to the whole of it, as a pack would be, and to the engine alone, as if nobody had read the text.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import pytest
from sqlglot import parse_one
from tests.attempts import Count
from tests.controls import hostile_texts
from tests.controls.hostile_texts import Hostile
from tests.controls.worlds import World, both, duckdb_world, postgres_world, spark_world, sqlite_world

from overt.controls import Control, Settings, new_control, read_pack, run_control
from overt.controls._has import EVERYTHING, Filled, without
from overt.controls._text import read_text
from overt.controls.engines import Engine, ReadsOutside, SummaryQuery
from overt.refusals import Refusal

SHORT, LONG = 300, 2_100
SHORT_HAS, LONG_HAS = 120, 800
AS_OF = dt.date(2026, 6, 30)
COLUMNS = ("entry_id", "unit", "reason")
# Sources that lack what the texts ask about, and one that lacks a whole table.
LACKING: tuple[Filled, ...] = (
    {**EVERYTHING, "entry": ("entry_id", "unit"), "item": ("item_id", "entry_id")},
    {name: columns for name, columns in EVERYTHING.items() if name != "item"},
)
# The most that one text may take: none of them is meant to be slow.
SECONDS = 120.0


@pytest.fixture(scope="module")
def plain_control(tmp_path_factory: pytest.TempPathFactory) -> Control:
    folder = tmp_path_factory.mktemp("pack")
    new_control(folder / "p", "XX-01")
    return read_pack(folder / "p").controls[0]


def of_the_engine_alone(world: World, text: Hostile) -> str:
    """What comes of a text that nobody has read: an answer, a refusal or an error."""
    query = SummaryQuery(text.in_folder(world.folder), "entry_id", COLUMNS, 20, evidence=True)
    try:
        return f"answer: {world.engine.summarise(query, SECONDS)}"
    except ReadsOutside as error:
        return f"refused: {error.refusal('XX-01')}"
    except Exception as error:
        return f"error: {error}"


@cache
def is_refused_unasked(sql: str) -> bool:
    """Whether the reading of the text refuses it, which no engine and no secret has a part in."""
    return read_text(sql, "xx-01.sql", dated=None, scoped_by_date=False)[0] is None


def of_the_engine_alone_without(world: World, text: Hostile) -> str:
    """What comes of a text that nobody has read, after `has()` was written as what the source lacks."""
    said = [of_the_engine_alone(world, text)]
    for filled in LACKING:
        try:
            sql = without(parse_one(text.sql, dialect="duckdb"), filled).sql(world.engine.dialect, comments=False)
        except Exception as error:
            said.append(f"error: {type(error).__name__}")
        else:
            said.append(of_the_engine_alone(world, Hostile(text.kind, sql)))
    return "\n".join(said)


def of_the_whole_without(world: World, text: Hostile, control: Control) -> str:
    """What comes of a pack with this text, of a source that has everything and of those that lack something."""
    return "\n".join(of_the_whole(world, text, control, filled) for filled in (EVERYTHING, *LACKING))


def of_the_whole(world: World, text: Hostile, control: Control, filled: Filled = EVERYTHING) -> str:
    """What comes of a pack with this text."""
    if is_refused_unasked(text.sql):
        return "refused: before any engine was asked"
    sql = text.in_folder(world.folder)
    read, _ = read_text(sql, "xx-01.sql", dated=None, scoped_by_date=False)
    assert read is not None
    names = {"key": read.key, "columns": read.columns, "needs": read.needs, "optional": read.optional}
    changed = replace(control, sql=sql, dated=None, in_force=None, **names)
    try:
        finding = run_control(changed, "p", world.engine, Settings(AS_OF, timeout=SECONDS), filled)
    except Refusal as refusal:
        return f"refused: {refusal}"
    return f"{'error' if finding.reason else 'answer'}: {replace(finding, seconds=None)}"


@dataclass
class Tally:
    """What came of the texts, and those that got something out."""

    outcomes: Counter[str] = field(default_factory=Counter)
    leaks: list[str] = field(default_factory=list)

    def add(self, text: Hostile, worlds: tuple[World, World], said: tuple[str, str]) -> None:
        """Counts one text in its two worlds. A word of the secret is a leak, and so is any difference."""
        first, second = (world.say(each) for world, each in zip(worlds, said, strict=True))
        self.outcomes[first.split(":", 1)[0]] += 1
        shown = any(world.secret in each for world in worlds for each in said)
        if shown or first != second:
            self.leaks.append(f"{text.kind}: {text.sql}\n  {first[:300]}\n  {second[:300]}")


def tally(worlds: tuple[World, World], texts: list[Hostile], ask: Callable[[World, Hostile], str]) -> Tally:
    """Every text in both worlds."""
    found = Tally()
    for text in texts:
        found.add(text, worlds, (ask(worlds[0], text), ask(worlds[1], text)))
    return found


@pytest.fixture(scope="module")
def on_duckdb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, World]]:
    yield from _open(both(duckdb_world, tmp_path_factory.mktemp("duckdb")))


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, World]]:
    yield from _open(both(sqlite_world, tmp_path_factory.mktemp("sqlite")))


@pytest.fixture(scope="module")
def on_postgresql(tmp_path_factory: pytest.TempPathFactory, postgres_url: str) -> Iterator[tuple[World, World]]:
    yield from _open(both(postgres_world(postgres_url), tmp_path_factory.mktemp("postgres")))


def _open(worlds: tuple[World, World]) -> Iterator[tuple[World, World]]:
    yield worlds
    for world in worlds:
        world.engine.close()


ENGINES = [
    pytest.param("on_duckdb", id="DuckDB"),
    pytest.param("on_sqlite", id="SQLite"),
    pytest.param("on_postgresql", id="PostgreSQL", marks=pytest.mark.postgres),
]
NAMES = {each.values[0]: f"on {each.id}" for each in ENGINES}
NUMBERS = [SHORT, pytest.param(LONG, marks=pytest.mark.slow)]


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("name", ENGINES)
def test_no_pack_reads_outside_the_model(
    request: pytest.FixtureRequest, attempts: Count, plain_control: Control, name: str, number: int
) -> None:
    """Neither barrier taken away: nothing of the secret is shown, and no answer depends on it."""
    worlds = request.getfixturevalue(name)
    found = tally(worlds, hostile_texts.controls(number), lambda world, text: of_the_whole(world, text, plain_control))
    attempts(f"hostile texts of controls {NAMES[name]}", number)
    assert found.leaks == []


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("name", ENGINES)
def test_no_text_reads_outside_the_model_by_the_engine_alone(
    request: pytest.FixtureRequest, attempts: Count, name: str, number: int
) -> None:
    """The text was never read: the engine's own barrier holds by itself."""
    found = tally(request.getfixturevalue(name), hostile_texts.controls(number), of_the_engine_alone)
    attempts(f"hostile texts of controls {NAMES[name]}, the engine's barrier alone", number)
    assert found.leaks == []


@pytest.mark.parametrize("number", [SHORT_HAS, pytest.param(LONG_HAS, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", ENGINES)
def test_no_pack_reads_outside_the_model_by_has(
    request: pytest.FixtureRequest, attempts: Count, plain_control: Control, name: str, number: int
) -> None:
    """Whatever stands in `has()` or around it, by the whole and by the engine alone, whatever the source lacks."""
    worlds = request.getfixturevalue(name)
    texts = hostile_texts.controls_with_has(number)
    whole = tally(worlds, texts, lambda world, text: of_the_whole_without(world, text, plain_control))
    alone = tally(worlds, texts, of_the_engine_alone_without)
    attempts(f"hostile texts of controls with has() {NAMES[name]}", len(texts))
    attempts(f"hostile texts of controls with has() {NAMES[name]}, the engine's barrier alone", len(texts))
    assert whole.leaks == []
    assert alone.leaks == []
    assert len(texts) == number
    assert whole.outcomes["answer"] > 0


@pytest.mark.parametrize("name", ENGINES)
def test_the_attacker_sees_the_secret_where_there_is_no_barrier(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Else the tests above would show nothing."""
    monkeypatch.setattr(Engine, "hold_to_model", lambda *_: None)
    worlds = request.getfixturevalue(name)
    texts = [each for each in hostile_texts.controls(150) if "drop" not in each.sql and "taken" not in each.sql]
    assert len(tally(worlds, texts, of_the_engine_alone).leaks) > 10
    texts = [each for each in hostile_texts.controls_with_has(60) if "drop" not in each.sql and "taken" not in each.sql]
    assert len(tally(worlds, texts, of_the_engine_alone_without).leaks) > 5


@pytest.mark.spark
@pytest.mark.slow
def test_no_text_reads_outside_the_model_on_spark(
    attempts: Count, plain_control: Control, tmp_path: Path, java: None
) -> None:
    """Spark analyses each text, and runs those that it would let through."""
    plain, with_has = hostile_texts.controls(LONG), hostile_texts.controls_with_has(LONG_HAS)
    texts = [*plain, *with_has]
    said: dict[str, list[tuple[str, ...]]] = {}

    def make(folder: Path, secret: str) -> Engine:
        engine = spark_world(folder, secret)
        world = World(engine, folder, secret)
        for text in texts:
            answers = (of_the_whole_without(world, text, plain_control), of_the_engine_alone_without(world, text))
            said.setdefault(text.sql, []).append(answers)
        return engine

    pair = both(make, tmp_path)
    whole, alone = Tally(), Tally()
    for text in texts:
        first, second = said[text.sql]
        whole.add(text, pair, (first[0], second[0]))
        alone.add(text, pair, (first[1], second[1]))
    for kind, number in (("", len(plain)), (" with has()", len(with_has))):
        attempts(f"hostile texts of controls{kind} on Spark", number)
        attempts(f"hostile texts of controls{kind} on Spark, the engine's barrier alone", number)
    assert whole.leaks == []
    assert alone.leaks == []
