"""Random lives of a register against a plain oracle in memory: every past moment stays as it was."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from overt.gate import Admitted, Gate, Proposed
from overt.register import Register, check_register, erase
from tests.conftest import NewDatabase
from tests.gate.conftest import NOW, entry, listing, open_register

TABLES = ("subject", "entry", "item")
Rows = dict[tuple[str, str], dict[str, Any]]


class Crash(Exception):
    """The program stops here."""


class Lives(RuleBasedStateMachine):
    """Admissions, changes, erasures, crashes; `moments` is what each past moment looked like."""

    new_database: ClassVar[NewDatabase]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="overt-lives-"))
        self.now = NOW
        self.rows: Rows = {}
        self.moments: list[tuple[dt.datetime, Rows]] = []
        self.size = 0

    @initialize()
    def start(self) -> None:
        self.register = open_register(self.folder / "alpha", self.new_database())
        self.gate = Gate(self.register)
        self.size = self.register.size()

    def teardown(self) -> None:
        self.register.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def tick(self) -> dt.datetime:
        """The next moment."""
        self.now += dt.timedelta(seconds=1)
        return self.now

    def settle(self, records: list[Proposed], expected: bool) -> None:
        """Proposes records and takes down what must have come of it."""
        outcomes = self.gate.admit(records, "P1001", self.tick())
        assert all(isinstance(each, Admitted) == expected for each in outcomes)
        if expected:
            self.size += len(records)
            for each in records:
                key = next(iter(each.values.values()))
                self.rows[each.table, key] = dict(each.values)
        self.moments.append((self.now, dict(self.rows)))

    @rule(number=st.integers(1, 4), role=st.sampled_from(["suspect", "convicted", None]))
    def admit(self, number: int, role: str | None) -> None:
        """A listing, which is refused without a role and when the person is listed already."""
        there = ("entry", f"E{number}") in self.rows or (
            "subject",
            listing(number)[0].values["subject_id"],
        ) in self.rows
        self.settle(listing(number, role=role), role is not None and not there)

    @rule(number=st.integers(1, 4), status=st.sampled_from(["active", "closed"]))
    def change(self, number: int, status: str) -> None:
        """Another version of an entry that is there."""
        closed_on = "2021-09-02" if status == "closed" else None
        values = {**entry(number).values, "status": status, "closed_on": closed_on}
        self.settle([Proposed("entry", values, "alter")], ("entry", f"E{number}") in self.rows)

    @rule(number=st.integers(1, 4))
    def erase(self, number: int) -> None:
        """An entry that is there goes from every moment."""
        if ("entry", f"E{number}") not in self.rows:
            return
        erase(self.register, f"E{number}", "DPA 2018 s.47(1)", "P1001", self.tick())
        gone = {(each.table, next(iter(each.values.values()))) for each in listing(number)}
        self.size += 1
        self.rows = {key: values for key, values in self.rows.items() if key not in gone}
        self.moments = [(at, {key: row for key, row in rows.items() if key not in gone}) for at, rows in self.moments]

    @rule(number=st.integers(1, 4))
    def crash(self, number: int) -> None:
        """A program that stops in the middle of a transaction has done nothing."""
        with pytest.raises(Crash), self.register.writing(self.tick()) as writer:
            for table in TABLES:
                values = next(each.values for each in listing(number + 100) if each.table == table)
                columns = ", ".join(("opened_seq", "change", "proposed_by", "salt", "recorded_at", *values))
                marks = ", ".join("?" * (5 + len(values)))
                row = (writer.next_seq, "collect", "P1001", bytes(32), writer.moment, *values.values())
                self.register.store.run(f"insert into {table}_version ({columns}) values ({marks})", row)
            raise Crash

    @rule()
    def reopen(self) -> None:
        """Another program goes on."""
        self.register.close()
        self.register = Register.open(self.folder / "alpha")
        self.gate = Gate(self.register)

    @invariant()
    def nothing_is_lost(self) -> None:
        """The log has grown by exactly what was admitted, and every row fits its leaf."""
        if hasattr(self, "register"):
            assert self.register.size() == self.size
            assert list(check_register(self.register)) == []

    @invariant()
    def every_moment_is_as_it_was(self) -> None:
        """The tables as of every past moment are those of the oracle."""
        for moment, rows in self.moments[-6:]:
            for table in TABLES:
                found = {
                    next(iter(each.values.values())): {
                        name: value for name, value in each.values.items() if value is not None
                    }
                    for each in self.register.as_of(table, moment)
                }
                wanted = {
                    key: {name: value for name, value in values.items() if value is not None}
                    for (kind, key), values in rows.items()
                    if kind == table
                }
                assert found == wanted


def live(examples: int, new_database: NewDatabase) -> None:
    """Lives so many lives."""
    machine = type("Lived", (Lives,), {"new_database": staticmethod(new_database)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=12,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_lives_on_sqlite() -> None:
    """Whatever happens, SQLite holds what the oracle holds."""
    live(12, lambda: "sqlite:///register.sqlite")


@pytest.mark.postgres
def test_lives_on_postgres(new_database: NewDatabase) -> None:
    """And so does PostgreSQL."""
    live(4, new_database)
