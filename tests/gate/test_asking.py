"""However it is asked, the answer is the same: of one bundle, of many that stand apart, or of a bulk admission."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from overt.controls import Effect
from overt.gate import Gate, Proposed
from overt.gate._decision import Day
from overt.gate._outcome import Staged
from overt.gate.asking import Answers, BulkAsking, ControlAnswer, Units, _workbench
from overt.model import DUCKDB_TYPES
from overt.register import KEPT_TABLES, Store, check_register, identity, kept_columns
from tests.gate.conftest import NOW, listing, open_register
from tests.gate.rows import some_rows
from tests.gate.test_gate_is_audit import RUN, Row, _Stop, fill, opened
from tests.often import often

_OF_LISTING = ("subject", "entry", "item", "item", "item")
_LINKS = ("subject_id", "entry_id", "item_id", "source_ref", "grounds")
_QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large]


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Day]]:
    """An empty register on SQLite, and its gate without a charter."""
    yield from opened(tmp_path_factory.mktemp("gate") / "register", "sqlite:///register.sqlite")


@st.composite
def bundles(draw: st.DrawFn) -> dict[int, list[Row]]:
    """Some listings, of which most share no value with another, or with the register, by which rows are near."""
    drawn: dict[int, list[Row]] = {}
    for number in range(draw(st.integers(4, 6))):
        shared = draw(st.sampled_from([None, None, *_LINKS]))
        drawn[number] = [
            (table, {name: _own(name, value, number) if name != shared else value for name, value in values.items()})
            for table, values in draw(some_rows(1, 5, _OF_LISTING))
        ]
    return drawn


def _own(column: str, value: Any, number: int) -> Any:
    if column == "authority_id":
        # An item under an authority reaches further, and never stands apart.
        return value if number == 0 else None
    return f"{value}-{number}" if column in _LINKS and value else value


def staged(rows: list[Row]) -> list[Staged]:
    """Rows as the gate has them."""
    return [Staged(Proposed(table, {}), values) for table, values in rows]


@settings(max_examples=often(40), deadline=None, suppress_health_check=_QUIET)
@given(register=some_rows(4, 12), proposed=bundles())
def test_a_bundle_that_stands_apart_is_told_what_it_is_told_alone(
    day: tuple[Store, Day], register: list[Row], proposed: dict[int, list[Row]]
) -> None:
    """Whether the others are in the register by then or not, and to the last reason."""
    store, gate = day
    try:
        with store.transaction(), pytest.MonkeyPatch.context() as patch:
            patch.setattr(_workbench, "_FEWEST", 1)
            fill(store, register)
            decisions = gate.decide_apart({number: staged(rows) for number, rows in proposed.items()}, "P1")
            raise _Stop
    except _Stop:
        pass
    for number, decision in decisions.items():
        others = {
            (table, *(values[name] for name in identity(table))): (table, values)
            for rows in ([register, *(rows for other, rows in proposed.items() if other != number)])
            for table, values in rows
        }
        for present in (register, list(others.values())):
            try:
                with store.transaction():
                    fill(store, present)
                    alone = gate.decide(staged(proposed[number]), "P1")
                    raise _Stop
            except _Stop:
                pass
            assert set(decision.reasons) == set(alone.reasons)
            assert decision.standing == alone.standing == {}


def test_most_new_listings_stand_apart(gate: Gate) -> None:
    """New people with entries and items of their own; not one that the register knows, nor two of one source."""
    gate.admit(listing(1), "P1001", NOW)
    shared = [listing(number) for number in (4, 5)]
    for records in shared:
        records[2].values["source_ref"] = "SRC"  # type: ignore[index]
    proposed = [listing(1), listing(2), listing(3), *shared, listing(6)]
    rows = {number: gate._staged((), records).rows for number, records in enumerate(proposed)}
    decisions = gate.day(NOW.isoformat()).decide_apart(rows, "P1001")
    assert {number: decision.effect for number, decision in decisions.items()} == dict.fromkeys((1, 2, 5), Effect.NOTE)


def test_listings_sent_together_come_to_what_they_come_to_one_by_one(tmp_path: Any) -> None:
    """The same outcomes, notes and leaves, with a refusal, a hold and a known person among them."""
    proposed = [listing(number) for number in (1, 2, 3, 4, 5, 6, 1, 7)]
    proposed[1][1].values["role"] = None  # type: ignore[index]
    proposed[3][2].values["source_grade"] = None  # type: ignore[index]
    proposed[4][0].values["birth_date"] = None  # type: ignore[index]
    proposed[6] = [Proposed(each.table, each.values, bundle="again") for each in proposed[6]]
    seen = []
    for name, calls in (("together", [list(chain.from_iterable(proposed))]), ("alone", proposed)):
        with open_register(tmp_path / name) as register:
            gate = Gate(register)
            outcomes = [(each.word, each.reasons) for records in calls for each in gate.admit(records, "P1001", NOW)]
            assert list(check_register(register)) == []
            rows = [
                (version.opened_seq, table, version.values)
                for table in ("subject", "entry", "item")
                for version in register.versions(table)
            ]
            noted = register.store.rows("select * from noted order by 1, 2")
            tally = register.store.rows("select * from tally order by 1, 2, 3")
            seen.append((outcomes, rows, noted, tally))
    assert seen[0] == seen[1]
    assert {word for word, _ in seen[0][0]} == {"admitted", "held", "refused"}


@settings(max_examples=often(25), deadline=None, suppress_health_check=_QUIET)
@given(register=some_rows(0, 9), proposed=some_rows(1, 5, ("subject", "entry", "item", "item", "review", "outcome")))
def test_bulk_says_what_is_said_of_one_bundle(day: tuple[Store, Day], register: list[Row], proposed: list[Row]) -> None:
    """The rows of one entry, asked of in a database that holds the register and them: the same answers."""
    store, gate = day
    of_one = {}
    for table, values in proposed:
        one = {**values, **{name: "e1" for name in values if name == "entry_id"}}
        one |= {name: "s1" for name in values if name == "subject_id"}
        of_one[table, *(one[name] for name in identity(table))] = (table, one)
    rows = list(of_one.values())
    try:
        with store.transaction():
            fill(store, register)
            single = gate.asking.ask(staged(rows))
            raise _Stop
    except _Stop:
        pass
    assert told(in_duckdb(gate, register, rows)) == told(single)


def told(answers: Answers) -> set[tuple[object, ...]]:
    """What was answered, without the key of a row, and whether it was so before: neither is asked in bulk."""
    return {
        (each.control.id, each.unknown, each.says, each.day) if isinstance(each, ControlAnswer) else tuple(each)
        for some in answers.by_place.values()
        for each in some
    }


def in_duckdb(day: Day, register: list[Row], rows: list[Row]) -> Answers:
    """The same asked as a bulk admission asks."""
    with duckdb.connect() as connection:
        keys = {(table, *(values[name] for name in identity(table))) for table, values in rows}
        for name, table in KEPT_TABLES.items():
            columns = ", ".join(f"{each} {DUCKDB_TYPES[table.by_name[each].kind]}" for each in kept_columns(name))
            connection.execute(f"create table {name} ({columns}); create table base_{name} ({columns})")
            connection.execute(f"create table staged_{name} (together varchar, n bigint, {columns})")
        for table, values in register:
            marks = ", ".join("?" * len(values))
            connection.execute(f"insert into base_{table} values ({marks})", list(values.values()))
            if (table, *(values[name] for name in identity(table))) not in keys:
                connection.execute(f"insert into {table} values ({marks})", list(values.values()))
        for number, (table, values) in enumerate(rows):
            marks = ", ".join("?" * len(values))
            connection.execute(f"insert into {table} values ({marks})", list(values.values()))
            connection.execute(f"insert into staged_{table} values ('u', {number}, {marks})", list(values.values()))
        asking = BulkAsking(
            lambda sql: connection.execute(sql).fetchall(), "duckdb", day.controls, RUN, people_apart=False
        )
        tables = tuple(dict.fromkeys(table for table, _ in rows))
        asked, used = asking.ask(Units(tables)), asking.ask_keys(tables)
        return Answers({**{("k", place): some for place, some in used.by_place.items()}, **asked.by_place})  # type: ignore[dict-item]
