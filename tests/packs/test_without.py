"""A control answered without a column says nothing that it would not say with it.

A breach found without a column is one with it, no row turns out in order that was not, and no row is lost: what
breaches is found, or it is said that it cannot be told. This is asked of rows drawn at random from what is near the
edge of each duty, and of registers with planted faults.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import duckdb
import pytest
from tests.often import NIGHTLY

from overt.audits._elsewhere import engine_for
from overt.audits._opened import SourceOptions, open_prepared, prepare
from overt.controls import EVERYTHING, Control, Settings, find_pack, read_pack, rendered, shipped_packs
from overt.controls.engines import DuckDBEngine, Engine, SparkEngine
from overt.controls.engines._open import FEW_ROWS
from overt.model import TABLES, Column, Kind, Table
from overt.synthetic import KINDS, generate

AS_OF, ANY_DAY = dt.date(2026, 6, 30), dt.date(4321, 1, 23)
SMALL = {"calgang": 1_500, "chicago": 17_000, "taj": 3_000, "dgs": 2_500}
Left = tuple[str, str]
Rows = dict[str, list[dict[str, object]]]
# The day of the audit and the days beside it, birthdays of 29 February, long ago, and the days of each limit.
_DAYS = [
    "2008-02-29",
    "2008-03-01",
    "2013-06-30",
    "2018-07-20",
    "2021-02-28",
    "2021-03-01",
    "2024-06-29",
    "2026-05-30",
    "2026-06-29",
    "2026-06-30",
    "2026-07-01",
]
_TEXTS = ("", " ", "A", "B", "A B", "long enough to be a reason of its own")
_NUMBERS = (0, 1, 9, 10, 12, 13, 18, 101, 250, 300)


@cache
def controls() -> tuple[tuple[Control, Settings], ...]:
    """Every shipped control that can do without a column, with what its pack sets."""
    return tuple(
        (control, Settings(AS_OF, {name: each.value for name, each in pack.thresholds.items()}))
        for pack in map(read_pack, map(find_pack, sorted(shipped_packs())))
        for control in pack.controls
        if control.optional and not pack.is_inherited(control)
    )


def left_out(control: Control) -> list[Left]:
    """Each column that the control can do without."""
    return [(table, column) for table, columns in control.optional.items() for column in columns]


@cache
def _any_day(control: str, dialect: str, left: Left | None) -> str:
    """The text that an engine is given for a source that fills every column but one, as of a day in its place."""
    found, settings = next(each for each in controls() if each[0].id == control)
    filled = {name: [c for c in columns if (name, c) != left] for name, columns in EVERYTHING.items()}
    return rendered(found, dialect, Settings(ANY_DAY, settings.thresholds), filled)


def text(control: str, dialect: str, left: Left | None, day: dt.date) -> str:
    """The text as of a day: reading it anew for each register takes longer than the registers do."""
    return _any_day(control, dialect, left).replace(ANY_DAY.isoformat(), day.isoformat())


def answers(
    control: Control, engine: Engine, left: Left | None, day: dt.date = AS_OF
) -> Mapping[str, list[bool | None]]:
    """What the control says of each row in scope, by the row's key; sorted, where a key is given more than once."""
    shadows = ", ".join(f"{name} as ({select})" for name, select in engine.views.items())
    sql = f"select {control.key}, breach from ({text(control.id, engine.dialect, left, day)}) as c"
    found: dict[str, list[bool | None]] = defaultdict(list)
    for key, breach in engine.fetch(f"with {shadows} {sql}" if shadows else sql):
        found[str(key)].append(None if breach is None else bool(breach))
    return found


def untrue(whole: Mapping[str, list[bool | None]], part: Mapping[str, list[bool | None]]) -> Iterator[str]:
    """What is said without the column and not with it, and what is no longer said at all."""
    for key, said in part.items():
        known = whole.get(key, [])
        if said.count(True) > known.count(True):
            yield f"{key}: breaches, and with the column {known or 'is not in scope'}"
        if set(said) == {False} and set(known) - {False}:
            yield f"{key}: is in order, and with the column {known}"
    for key, known in whole.items():
        if set(known) - {False} and key not in part:
            yield f"{key}: is not in scope, and with the column {known}"
        if known.count(True) > part.get(key, []).count(True) + part.get(key, []).count(None):
            yield f"{key}: is a breach that was lost"


def faults(engine: Engine, day: dt.date = AS_OF, *, some: random.Random | None = None, share: int = 1) -> list[str]:
    """Every untrue answer on the engine; with `some`, of one column that it draws of each control, or of a share."""
    found = []
    for control, _ in some.sample(controls(), len(controls()) // share) if some else controls():
        whole = answers(control, engine, None, day)
        columns = left_out(control)
        for left in [some.choice(columns)] if some else columns:
            part = answers(control, engine, left, day)
            found += [f"{control.id} without {'.'.join(left)}: {each}" for each in untrue(whole, part)]
    return found


# --- rows drawn at random -------------------------------------------------------------------------------------------


def drawn(seed: int) -> Rows:
    """A few rows of every table, near the edge of each duty. An age is written down where no birth date is held."""
    chance = random.Random(seed)
    rows = {name: [_row(table, number, chance) for number in range(5)] for name, table in TABLES.items()}
    for row in rows["subject"]:
        if row["birth_date"] is not None:
            row["age_recorded"] = None
    return rows


def _row(table: Table, number: int, chance: random.Random) -> dict[str, object]:
    row = {column.name: _cell(column, chance) for column in table.columns}
    # One number of a row stays its own; what it refers to is one of few, so that rows meet.
    row[table.key.name] = f"{table.name[:1].upper()}{number}" if table.key.kind is Kind.TEXT else number
    return row


def _cell(column: Column, chance: random.Random) -> object:
    if chance.random() < 0.2:
        return None
    if column.name.endswith("_id"):
        return f"{column.name[:1].upper()}{chance.randrange(5)}"
    if column.codes:
        return chance.choice((*column.codes, *column.codes, "Z"))
    return {
        Kind.BOOLEAN: lambda: chance.random() < 0.5,
        Kind.INTEGER: lambda: chance.choice(_NUMBERS),
        Kind.NUMBER: lambda: chance.choice(_NUMBERS),
        Kind.DATE: lambda: chance.choice(_DAYS),
        Kind.TIMESTAMP: lambda: f"{chance.choice(_DAYS)} 10:00:00",
        Kind.TEXT: lambda: chance.choice(_TEXTS),
    }[column.kind]()


def held(rows: Rows) -> duckdb.DuckDBPyConnection:
    """A database with these rows in the tables of the model."""
    engine = DuckDBEngine(duckdb.connect(config={"threads": 1}))
    for name, table in TABLES.items():
        columns = [column.name for column in table.columns]
        engine.execute(f"create table {name} as {engine.values(table, columns, rows[name])}")
    return engine.connection


@pytest.mark.parametrize("seed", range(3))
def test_rows_drawn_at_random(seed: int) -> None:
    """On DuckDB, every column of every control."""
    assert faults(DuckDBEngine(held(drawn(seed)))) == []


@pytest.mark.slow
def test_many_rows_drawn_at_random() -> None:
    """The same, many times."""
    for seed in range(1_000, 1_200):
        assert faults(DuckDBEngine(held(drawn(seed)))) == [], seed


def test_rows_drawn_at_random_on_sqlite(tmp_path: Path) -> None:
    """One column of each control on SQLite."""
    assert _elsewhere("sqlite", tmp_path) == []


@pytest.mark.postgres
def test_rows_drawn_at_random_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    """One column of each control on PostgreSQL."""
    assert _elsewhere(postgres_url, tmp_path) == []


@pytest.mark.spark
def test_rows_drawn_at_random_on_spark(tmp_path: Path, java: None) -> None:
    """One column of some controls on Spark, and of each at night."""
    assert _elsewhere("spark", tmp_path, 1 if NIGHTLY else 3) == []


def _elsewhere(name: str, folder: Path, share: int = 1) -> list[str]:
    engine = engine_for(name, held(drawn(7)), folder)
    settings = FEW_ROWS if isinstance(engine, SparkEngine) else ()
    for setting, value in settings:
        engine.session.conf.set(setting, value)
    try:
        return faults(engine, some=random.Random(7), share=share)
    finally:
        for setting, _ in settings:
            engine.session.conf.unset(setting)
        engine.close()


# --- registers with planted faults ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_planted_is_found_or_cannot_be_told(kind: str, tmp_path: Path) -> None:
    """Nothing else breaches, and nothing planted is in order, whichever column the register lacks."""
    key = generate(kind, tmp_path / "register", rows=SMALL.get(kind), seed=7)
    source, database = SourceOptions(str(tmp_path / "register")), tmp_path / "loaded.duckdb"
    prepare(source, database, profile=False)
    with open_prepared(source, database) as opened:
        assert faults(DuckDBEngine(opened.connection), key.as_of) == []
