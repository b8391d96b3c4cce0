"""A register under a key, with people whose names exist nowhere but in these tests. All are invented."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from overt.gate import Admitted, Gate, Proposed
from overt.pseudonym import Person, read_name
from overt.register import Register
from tests.gate.conftest import KEY, NOW, listing, open_register

BORN = dt.date(1990, 5, 3)
LATER = NOW + dt.timedelta(days=1)
OTHERS = 10


def person(name: str, born: dt.date = BORN) -> Person:
    return Person(read_name(name), born)


class People:
    """Lists people and removes them."""

    def __init__(self, register: Register) -> None:
        self.register, self.gate = register, Gate(register)
        self._number = self._minutes = 0
        self._entries: dict[str, dict[str, object]] = {}

    def _next(self) -> dt.datetime:
        self._minutes += 1
        return NOW + dt.timedelta(minutes=self._minutes)

    def add(self, name: str, role: str = "suspect", born: dt.date = BORN) -> None:
        self._number += 1
        said = {"subject_id": KEY.subject_id(person(name, born))}
        purpose = {"victim": "safeguarding"}.get(role, "investigation")
        bundle = []
        for each in listing(self._number, role=role, purpose=purpose):
            more = said if each.table in ("subject", "entry") else {}
            bundle.append(Proposed(each.table, {**each.values, **more}, bundle=each.bundle))
        outcomes = self.gate.admit(bundle, "P1001", self._next())
        assert all(isinstance(each, Admitted) for each in outcomes), outcomes
        self._entries[name] = dict(bundle[1].values)

    def remove(self, name: str) -> None:
        closed = {
            **self._entries[name],
            "status": "closed",
            "closed_on": "2021-09-02",
            "closed_reason": "no purpose left",
        }
        (outcome,) = self.gate.admit([Proposed("entry", closed, "alter")], "P1001", self._next())
        assert isinstance(outcome, Admitted), outcome

    def entry_of(self, name: str) -> str:
        return str(self._entries[name]["entry_id"])


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    """An empty register that names its key."""
    with open_register(tmp_path / "alpha") as register:
        yield People(register)


@pytest.fixture
def listed(tmp_path: Path) -> Callable[..., Path]:
    """Writes a list: the rows given, and others below them, so that it is a list and no search for one person."""

    def write(
        *rows: str, header: str = "Name,DOB,Role", name: str = "list.csv", others: int = OTHERS, birth: int = 1
    ) -> Path:
        path, blanks = tmp_path / name, "," * header.count(",")
        more = [f"Other{'abcdefghijkl'[at]} Invented{blanks}".split(",") for at in range(others)]
        for each in more:
            each[birth] = "1970-06-05"
        path.write_text("\n".join([header, *rows, *map(",".join, more), ""]), encoding="utf-8")
        return path

    return write
