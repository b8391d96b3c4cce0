"""A register under the synthetic charters of Project Alpha's replay, with invented people of several kinds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from overt.gate import Admitted, Gate, Proposed
from overt.publication import DraftRequest, ReleaseDocument, approve, draft, publish_release
from overt.register import Register
from tests.gate.conftest import Template, disclosure, entry, item, open_register, subject

# After both charters took effect.
FIRST = dt.datetime(2021, 9, 2, 9, 0, tzinfo=dt.UTC)
EARLIER = FIRST - dt.timedelta(minutes=30)
SECOND = dt.datetime(2021, 12, 2, 9, 0, tzinfo=dt.UTC)
ETHNICITIES = ("W1", "B1", "B1", "A1", "W1", "M1", "B1")


def person(number: int, opened_on: str = "2021-09-01") -> list[Proposed]:
    """A person and an entry that the gate admits; a few of them are women, a few are witnesses."""
    code = ETHNICITIES[number % len(ETHNICITIES)]
    born = f"{1970 + number % 30}-05-17"
    person = subject(number, birth_date=born, sex="female" if number % 17 == 0 else "male", ethnicity_self=code)
    listed = entry(number, opened_on=opened_on, role="witness" if number % 23 == 0 else "suspect")
    return [person, listed, item(number, 0), item(number, 1)]


def fill(register: Register, numbers: range, now: dt.datetime, opened_on: str = "2021-09-01") -> None:
    """Admits invented people; every one of them must be admitted."""
    records = [record for number in numbers for record in person(number, opened_on)]
    outcomes = Gate(register).admit(records, "P1001", now)
    refused = [each for each in outcomes if not isinstance(each, Admitted)]
    assert not refused, refused[0].reasons


def release(register: Register, moment: dt.datetime, asked: DraftRequest | None = None) -> ReleaseDocument:
    """A release that was drafted, approved by two others and published."""
    made = draft(register, moment, asked or DraftRequest(), "P1001", moment)
    approve(register, made.release, "P2001", moment)
    approve(register, made.release, "P2002", moment)
    return publish_release(register, made.release, "P1001", moment)[0]


@pytest.fixture(scope="session")
def sixty(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A register with 60 invented people, to be copied."""
    made = open_register(tmp_path_factory.mktemp("sixty") / "alpha")
    fill(made, range(1, 61), EARLIER)
    Gate(made).admit([disclosure(number) for number in range(1, 12)], "P1001", EARLIER)
    return Template.of(made)


@pytest.fixture
def register(sixty: Template, tmp_path: Path) -> Iterator[Register]:
    """A copy of it."""
    with sixty.open_copy(tmp_path / "alpha") as made:
        yield made
