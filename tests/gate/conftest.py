"""A register under the synthetic charter of Project Alpha's replay, and records that it admits."""

from __future__ import annotations

import atexit
import datetime as dt
import hashlib
import itertools
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from overt.gate import Gate, Proposed, adopt, name_key
from overt.pseudonym import PseudonymKey
from overt.register import Register, RegisterSettings
from overt.register._settings import SETTINGS_FILE, read_settings
from overt.register._vouch import vouch_for_settings
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
    the second says of publication besides, `without` a line that both are without. Its tables were made once for all.
    """
    server, _, name = database.rpartition("/")
    if not database.startswith("postgresql"):
        return _begun_once(database, key, publication, without).open_copy(folder)
    template = _begun_once(server, key, publication, without)
    copy_database(f"{server}/postgres", _TEMPLATE_DATABASE.format(number=template.number), name)
    register = template.open_copy(folder, database)
    vouch_for_settings(register)
    return register


@dataclass(frozen=True)
class Template:
    """A register that is copied and not changed, and where its source of salts had come to."""

    folder: Path
    state: Any
    number: int = 0

    @classmethod
    def of(cls, register: Register) -> Template:
        """From one that was opened with `entropy()`; closes it."""
        register.close()
        return cls(register.folder, register.entropy.__self__.getstate())

    def open_copy(self, folder: Path, database: str = "") -> Register:
        """A copy, which goes on as the register would have."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        if database:
            settings = replace(read_settings(folder), database=database)
            (folder / SETTINGS_FILE).write_text(settings.as_toml(), encoding="utf-8")
        draw = random.Random()
        draw.setstate(self.state)
        return Register.open(folder, draw.randbytes)


_TEMPLATE_DATABASE = "begun_{number}"
_NUMBERS = itertools.count(1)


@cache
def _begun_once(server: str, key: PseudonymKey | None, publication: str, without: str) -> Template:
    """A register in a file, or on a server in a database of its own."""
    number = next(_NUMBERS)
    folder = Path(tempfile.mkdtemp(prefix="overt-register-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    database = server
    if server.startswith("postgresql"):
        database = f"{server}/{_TEMPLATE_DATABASE.format(number=number)}"
        copy_database(f"{server}/postgres", "template1", database.rpartition("/")[2])
    return replace(Template.of(_begin(folder / "alpha", database, key, publication, without)), number=number)


def copy_database(server: str, template: str, name: str) -> None:
    """Puts a copy of a database in the place of one that is empty, or of none."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'drop database if exists "{name}"'.encode())
        connection.execute(f'create database "{name}" template "{template}"'.encode())


def _begin(folder: Path, database: str, key: PseudonymKey | None, publication: str, without: str) -> Register:
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
