"""The gate refuses what the audit calls breached, control by control: on random registers and bundles."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from overt.controls import Control, Effect, Evidence, Settings, read_pack, rendered, run_control, shipped_packs
from overt.controls.engines import SQLiteEngine, SummaryQuery
from overt.gate import Proposed
from overt.gate._decision import Day
from overt.gate._outcome import Staged
from overt.gate.asking._first_look import look_for
from overt.gate.asking._scope import relevant, subject_of
from overt.register import KEPT_TABLES, Register, RegisterSettings, Store, identity, kept_columns
from tests.conftest import NewDatabase
from tests.gate.rows import some_rows
from tests.often import often

DAY = dt.date(2021, 9, 2)
_QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large]
# A variant asks what its base asks, with other limits: the gate finds its neighbours by the same texts.
EVERY = [read_pack(folder) for folder in shipped_packs().values()]
PACKS = [pack for pack in EVERY if pack.variant is None] + [
    replace(pack, controls=tuple(each for each in pack.controls if not pack.is_inherited(each)))
    for pack in EVERY
    if pack.variant
]
CONTROLS = [control for pack in PACKS for control in pack.controls]
# Low limits, so that a few random rows reach them.
THRESHOLDS: dict[str, Any] = {
    **{name: each.value for pack in PACKS for name, each in pack.thresholds.items()},
    "same_grounds_limit": 1,
    "bulk_limit": 1,
}
RUN = Settings(DAY, THRESHOLDS, Evidence.NONE)
Row = tuple[str, dict[str, Any]]
Key = tuple[str, str, bool]


def row(table: str, **values: object) -> Row:
    """A row that has these values and no others."""
    return table, {**dict.fromkeys(kept_columns(table)), **values}


class _Stop(Exception):
    """Undoes what an example wrote."""


def loaded(rows: list[Row]) -> SQLiteEngine:
    """The audit's engine with these rows and no others."""
    engine = empty_engine()
    for name in KEPT_TABLES:
        engine.execute(f"delete from {name}")
    for table, values in rows:
        marks = ", ".join("?" * len(values))
        engine.connection.execute(f"insert into {table} values ({marks})", tuple(values.values()))
    return engine


@cache
def empty_engine() -> SQLiteEngine:
    engine = SQLiteEngine(sqlite3.connect(":memory:", isolation_level=None))
    for name, table in KEPT_TABLES.items():
        columns = ", ".join(f"{each} {engine.types[table.by_name[each].kind]}" for each in kept_columns(name))
        engine.execute(f"create table {name} ({columns})")
    return engine


@cache
def question(number: str) -> str:
    """What the audit asks: the rows that breach, or of which it cannot tell, in the period of the law."""
    control = next(each for each in CONTROLS if each.id == number)
    window = control.in_force
    query = SummaryQuery(
        rendered(control, "sqlite", RUN),
        control.key,
        (),
        0,
        evidence=False,
        dated=control.dated,
        window=(window.starts_on, window.ends_on) if window else None,
    )
    head, tail = empty_engine().with_control(query)
    key = KEPT_TABLES[subject_of(control)].key.name
    return f"{head} select control.{key}, control.breach {tail} and control.breach is not false"


def audited(rows: list[Row], controls: tuple[Control, ...], *, counted: bool = False) -> set[Key]:
    """What the audit says of these rows: control, key, and whether it is unknown."""
    engine = loaded(rows)
    found: set[Key] = set()
    for control in controls:
        answers = engine.fetch(question(control.id))
        found |= {(control.id, str(key), breach is None) for key, breach in answers if key is not None}
        if counted:
            finding = run_control(control, "shipped", engine, RUN)
            unknown = sum(breach is None for _, breach in answers)
            assert (finding.breached, finding.unknown) == (len(answers) - unknown, unknown)
    return found


def with_rows(register: list[Row], staged: list[Row]) -> list[Row]:
    """The register as it is with the staged rows in it."""
    new = {(table, tuple(row[name] for name in identity(table))) for table, row in staged}
    kept = [(table, row) for table, row in register if (table, tuple(row[n] for n in identity(table))) not in new]
    return [*kept, *staged]


def touched(staged: list[Row]) -> set[tuple[str, str]]:
    """The rows that a bundle is about: its own, and the entries and people that they are part of."""
    keys = set()
    for table, row in staged:
        keys.add((table, str(row[KEPT_TABLES[table].key.name])))
        if "entry_id" in row and table != "entry":
            keys.add(("entry", str(row["entry_id"])))
        if table == "entry":
            keys.add(("subject", str(row["subject_id"])))
    return keys


def promised(staged: list[Row], register: list[Row]) -> set[Key]:
    """What the audit says of the rows that the bundle is about, by the controls that the bundle can breach."""
    keys = touched(staged)
    controls = {each.id: each for each in asked_of(staged)}
    said = audited(with_rows(register, staged), tuple(controls.values()), counted=True)
    return {each for each in said if (subject_of(controls[each[0]]), each[1]) in keys}


def asked_of(staged: list[Row]) -> tuple[Control, ...]:
    """The gate's controls that rows of these tables can breach."""
    gated = [control for control in CONTROLS if control.gate is not Effect.NONE]
    return relevant(gated, {table for table, _ in staged})


def fill(store: Store, rows: list[Row]) -> None:
    """Puts rows into a register past its gate."""
    for number, (table, values) in enumerate(rows):
        columns = ("opened_seq", "change", "proposed_by", "salt", "recorded_at", *values)
        store.run(
            f"insert into {table}_version ({', '.join(columns)}) values ({', '.join('?' * len(columns))})",
            (number, "collect", "P1", b"", "2021-09-01 00:00:00", *values.values()),
        )


def agree(store: Store, day: Day, register: list[Row], staged: list[Row]) -> None:
    """Holds the gate's answers to the audit's, then leaves the store as it was."""
    bundle = [Staged(Proposed(table, {}), values) for table, values in staged]
    try:
        with store.transaction():
            fill(store, register)
            answers = day.asking.ask(bundle)
            raise _Stop
    except _Stop:
        pass
    got = {(each.control.id, each.key, each.unknown) for each in answers.controls}
    assert got == promised(staged, register)
    stood = {(each.control.id, each.key, each.unknown) for each in answers.controls if each.stood}
    assert stood == got & audited(register, asked_of(staged))


@pytest.fixture(scope="module")
def sqlite_day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Day]]:
    """An empty register on SQLite, and its gate without a charter."""
    yield from opened(tmp_path_factory.mktemp("gate") / "register", "sqlite:///register.sqlite")


@pytest.fixture(scope="module")
def postgres_day(tmp_path_factory: pytest.TempPathFactory, new_database: NewDatabase) -> Iterator[tuple[Store, Day]]:
    """The same on PostgreSQL."""
    yield from opened(tmp_path_factory.mktemp("gate") / "register", new_database())


def opened(folder: Path, database: str) -> Iterator[tuple[Store, Day]]:
    with Register.create(folder, RegisterSettings("test", "test.example/r", database)) as register:
        yield register.store, Day(register.store, CONTROLS, THRESHOLDS, None, DAY)


def test_a_change_that_leads_to_another_entry_is_no_old_breach(sqlite_day: tuple[Store, Day]) -> None:
    """A disclosure of a suspect that becomes one of nobody knows whom cannot be judged now, and could before."""
    register = [
        row("entry", entry_id="e1", subject_id="s1"),
        row("entry", entry_id="e2", subject_id="s2", role="suspect", status="active"),
        row("disclosure", disclosure_id="d1", entry_id="e2", recipient_kind="school"),
    ]
    agree(*sqlite_day, register, [row("disclosure", disclosure_id="d1", entry_id="e1", recipient_kind="school")])


def test_what_items_said_of_an_entry_stood_before_it_had_a_row(sqlite_day: tuple[Store, Day]) -> None:
    """A control may be about an entry that only its items name; what it said then is no new breach."""
    register = [row("item", item_id="i5", entry_id="e4"), row("item", item_id="i3", entry_id="e3")]
    agree(*sqlite_day, register, [row("entry", entry_id="e4"), row("item", item_id="i1", entry_id="e3")])


def test_what_was_so_of_a_person_without_an_entry_is_no_new_breach(sqlite_day: tuple[Store, Day]) -> None:
    """Whose age is not plausible was so before the first entry about them."""
    register = [row("subject", subject_id="s1", age_recorded=140)]
    agree(*sqlite_day, register, [row("subject", subject_id="s2"), row("entry", entry_id="e1", subject_id="s1")])


@settings(max_examples=often(60), deadline=None, suppress_health_check=_QUIET)
@given(register=some_rows(7, 14), staged=some_rows(3, 6))
def test_gate_says_what_the_audit_says(sqlite_day: tuple[Store, Day], register: list[Row], staged: list[Row]) -> None:
    """For random records the gate finds breached, or unknown, exactly what the audit does, control by control."""
    agree(*sqlite_day, register, staged)


@settings(max_examples=often(120), deadline=None, suppress_health_check=_QUIET)
@given(register=some_rows(0, 9), staged=some_rows(1, 1, ("subject", "entry", "item", "item", "review")))
def test_gate_says_it_of_one_record(sqlite_day: tuple[Store, Day], register: list[Row], staged: list[Row]) -> None:
    """A record alone, which a first look may tell to need little of the register, is judged as by the audit."""
    agree(*sqlite_day, register, staged)


@pytest.mark.parametrize(
    ("staged", "near"),
    [
        (row("subject", subject_id="s2"), True),
        (row("subject", subject_id="s1"), False),
        (row("entry", entry_id="e2", subject_id="s2"), True),
        (row("entry", entry_id="e2", subject_id="s1"), False),
        (row("entry", entry_id="e1", subject_id="s2"), False),
        (row("item", item_id="i3", entry_id="e1"), True),
        (row("item", item_id="i3", entry_id="e1", source_ref="r9"), False),
        (row("item", item_id="i3", entry_id="e1", source_ref="r7"), False),
        (row("item", item_id="i3", entry_id="e9"), False),
    ],
)
def test_what_a_first_look_tells(sqlite_day: tuple[Store, Day], staged: Row, near: bool) -> None:
    """Somebody or something new stands alone, and an item of a known entry, unless another entry is in question."""
    store, day = sqlite_day
    register = [
        row("entry", entry_id="e1", subject_id="s1"),
        row("item", item_id="i1", entry_id="e1", source_ref="r1"),
        row("item", item_id="i2", entry_id="e8", source_ref="r9"),
        row("item", item_id="i7", entry_id=None, source_ref="r7"),
    ]
    table, values = staged
    look = look_for(table, KEPT_TABLES)
    assert look is not None
    try:
        with store.transaction():
            fill(store, register)
            empty, person = look.at(store, values)
            raise _Stop
    except _Stop:
        pass
    assert (empty is not None) == near
    assert not near or person == (values.get("subject_id", "s1"),)
    agree(store, day, register, [staged])


@settings(max_examples=often(40), deadline=None, suppress_health_check=_QUIET)
@given(register=some_rows(4, 9), staged=some_rows(1, 4))
def test_an_engine_that_takes_little_at_once_says_the_same(
    sqlite_day: tuple[Store, Day], register: list[Row], staged: list[Row]
) -> None:
    """A newer SQLite takes a thousand selects in one statement, counting each as often as it is read."""
    store, _ = sqlite_day
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "takes", lambda text: len(text) < 15_000)
        agree(store, in_pieces(store), register, staged)


@cache
def in_pieces(store: Store) -> Day:
    """A gate that has built no statement yet."""
    return Day(store, CONTROLS, THRESHOLDS, None, DAY)


@pytest.mark.postgres
@settings(max_examples=often(40), deadline=None, suppress_health_check=_QUIET)
@given(register=some_rows(7, 14), staged=some_rows(3, 6))
def test_gate_says_the_same_on_postgres(
    postgres_day: tuple[Store, Day], register: list[Row], staged: list[Row]
) -> None:
    """PostgreSQL's answers are those of the audit too."""
    agree(*postgres_day, register, staged)
