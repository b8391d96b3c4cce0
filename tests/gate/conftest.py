"""A register under the synthetic charter of Project Alpha's replay, and records that it admits."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from overt.gate import Gate, Proposed, adopt, name_key
from overt.pseudonym import PseudonymKey
from overt.register import Register, RegisterSettings
from tests.conftest import ROOT

CHARTERS = sorted((ROOT / "examples/alpha/charters").glob("*.toml"))
NOW = dt.datetime(2021, 9, 2, 9, 0, tzinfo=dt.UTC)
ORIGIN = "alpha.example/register"
KEY = PseudonymKey((bytes(range(32)),))
"""The pseudonym key of these registers; it is no secret."""


def pseudonym(number: int) -> str:
    """A pseudonym that stands for nobody."""
    return hashlib.sha256(f"nobody {number}".encode()).hexdigest()


def entropy() -> Callable[[int], bytes]:
    """Bytes that are the same in each run."""
    return random.Random(1).randbytes


def open_register(
    folder: Path,
    database: str = "sqlite:///register.sqlite",
    key: PseudonymKey | None = KEY,
    publication: str = "",
    without: str = "",
) -> Register:
    """A new register with both charters adopted, which names its key unless told otherwise; `publication` is what
    the second says of publication besides, `without` a line that both are without.
    """
    settings = RegisterSettings("Alpha, a replay (synthetic)", ORIGIN, database, ("P2001",), clock_ahead_days=3_650)
    register = Register.create(folder, settings, entropy())
    first, second = (path.read_text(encoding="utf-8") for path in CHARTERS)
    second = second.replace("[publication]\n", f"[publication]\n{publication}")
    if without:
        known = sha256(first.encode()).hexdigest()
        first = first.replace(f"{without}\n", "")
        second = second.replace(f"{without}\n", "").replace(known, sha256(first.encode()).hexdigest())
    adopt(register, first.encode(), "P1001", dt.datetime(2020, 8, 1, tzinfo=dt.UTC))
    adopt(register, second.encode(), "P1001", dt.datetime(2021, 7, 1, tzinfo=dt.UTC))
    if key is not None:
        name_key(register, key.id, "P1001", dt.datetime(2021, 7, 1, 1, tzinfo=dt.UTC))
    return register


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    """A new register on SQLite."""
    with open_register(tmp_path / "alpha") as made:
        yield made


@pytest.fixture
def gate(register: Register) -> Gate:
    """Its gate."""
    return Gate(register)


def subject(number: int, **values: Any) -> Proposed:
    """An invented grown-up."""
    given = {
        "subject_id": pseudonym(number),
        "birth_date": "1990-01-01",
        "sex": "male",
        "ethnicity_self": "W1",
        "ethnicity_observed": "IC1",
    }
    return Proposed("subject", {**given, **values}, bundle=f"b{number}")


def entry(number: int, **values: Any) -> Proposed:
    """An entry that breaches nothing when its items are with it."""
    given = {
        "entry_id": f"E{number}",
        "subject_id": pseudonym(number),
        "unit": "north desk",
        "role": "suspect",
        "status": "active",
        "opened_on": "2021-09-01",
        "opened_by": "P1001",
        "approved_by": "P1002",
        "grounds": f"seen taking part in the fight of inquiry {number}",
        "purpose": "investigation",
        "retention_group": "standard",
        "review_due_on": "2021-11-01",
        "delete_due_on": "2024-01-01",
        "decided_by": "human",
    }
    return Proposed("entry", {**given, **values}, bundle=f"b{number}")


def item(number: int, place: int, **values: Any) -> Proposed:
    """An item from a source of its own."""
    given = {
        "item_id": f"I{number}-{place}",
        "entry_id": f"E{number}",
        "category": "threat",
        "basis": "fact",
        "origin": "police_record",
        "source_ref": f"SRC{number}-{place}",
        "evidence_ref": f"DOC{number}-{place}",
        "evidence_sha256": pseudonym(number * 10 + place),
        "source_grade": "1",
        "information_grade": "A",
        "handling": "P",
        "visibility": "open",
        "collected_on": "2021-08-02",
        "recorded_by": "P1001",
    }
    return Proposed("item", {**given, **values}, bundle=f"b{number}")


def disclosure(number: int, **values: Any) -> Proposed:
    """An entry sent to the neighbouring force, as the charter allows."""
    given = {
        "disclosure_id": f"D{number}",
        "entry_id": f"E{number}",
        "sent_at": "2021-09-02T08:00:00",
        "sent_by": "P1001",
        "recipient": "example_force",
        "recipient_kind": "police",
        "agreement_id": "ISA-1",
        "purpose": "investigation",
        "purpose_kind": "law_enforcement",
        "redacted": True,
        "encrypted": True,
        "grade_sent": True,
    }
    return Proposed("disclosure", {**given, **values})


def listing(number: int, **of_entry: Any) -> list[Proposed]:
    """A person, an entry and two items: one bundle that the gate admits."""
    return [subject(number), entry(number, **of_entry), item(number, 0), item(number, 1)]


def alone(proposed: Proposed, **values: Any) -> Proposed:
    """The same record outside its bundle, with other values."""
    return replace(proposed, bundle=None, values={**proposed.values, **values})
