"""Whoever removes an entry, and however: every body that has a copy is recalled, in the same transaction.

People who were removed from the Gangs Matrix stayed on the lists of those it had been sent to.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from overt.cli._app import command_line
from overt.gate import Admitted, BulkRequest, Gate, Held, Judgement, Proposed, admit_bulk, decide
from overt.refusals import Refusal
from overt.register import Register, check_register, erase, untold_recalls
from overt.rights import confirm, notify, read_notice, recalls, remove
from overt.web.gate_api import gate_app
from overt.web.portal import LocalPerson, PortalConfig, hash_password
from tests.conftest import NewDatabase
from tests.gate.conftest import NOW, disclosure, entry, item, listing, open_register, pseudonym
from tests.gate.test_bulk import as_tables
from tests.rights.conftest import ANN, BY, SIGNER, asked, desk, listed, pseudonym_of
from tests.web.conftest import HOST, Clock, Site, csrf

LATER = NOW + dt.timedelta(hours=1)
NEXT = NOW + dt.timedelta(hours=2)
GROUND = "DPA 2018 s.47(1), the entry was not necessary"
NUMBERS = itertools.count()
TOKEN = "a-token-of-enough-letters"  # noqa: S105  of a test
PROBATION = {"recipient": "example_probation", "recipient_kind": "probation", "agreement_id": "ISA-3"}
REVIEW = {
    "review_id": "V1",
    "entry_id": "E1",
    "done_at": NEXT.replace(tzinfo=None).isoformat(),
    "done_by": BY,
    "outcome": "remove",
    "rationale": "there is no purpose left for keeping it",
}
ROLE = "convicted"
CLOSED = {"status": "closed", "closed_on": "2021-09-02", "closed_reason": "removed by review"}


def removal() -> list[Proposed]:
    """A review that removes an entry, and the entry's new version."""
    altered = Proposed("entry", {**entry(1, role=ROLE).values, **CLOSED}, "alter", bundle="r")
    return [Proposed("review", REVIEW, bundle="r"), altered]


@dataclass(frozen=True)
class Room:
    """A register in which E1 was sent to a force twice and to a probation service, and stands on an officer's list."""

    folder: Path
    out: Path


def fill(register: Register) -> None:
    """Two entries; the first was disclosed and copied."""
    gate = Gate(register)
    sent = [
        disclosure(1),
        disclosure(2, entry_id="E1", sent_at="2021-09-02T08:30:00"),
        disclosure(3, entry_id="E1", purpose="prevention", **PROBATION),
        disclosure(4, entry_id="E2"),
    ]
    copy = {"copy_id": "C1", "location": "a drive", "owner": "P1077", "subject_id": pseudonym(1), "as_of": "2021-08-01"}
    records = [*listing(1, role=ROLE), *listing(2), *sent, Proposed("copy", copy)]
    outcomes = gate.admit(records, BY, LATER)
    assert all(isinstance(each, Admitted) for each in outcomes), outcomes
    assert recalls(register) == []


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """It, on SQLite."""
    folder = tmp_path_factory.mktemp("doors") / "alpha"
    with open_register(folder) as made:
        fill(made)
    return folder


@pytest.fixture(scope="module")
def server_template(tmp_path_factory: pytest.TempPathFactory, new_database: NewDatabase) -> tuple[Path, str]:
    """It, on PostgreSQL: the folder, and the address of the database."""
    folder, url = tmp_path_factory.mktemp("doors") / "alpha", new_database()
    with open_register(folder, url) as made:
        fill(made)
    return folder, url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def room(request: pytest.FixtureRequest, tmp_path: Path) -> Room:
    """A copy of it on each engine."""
    folder = tmp_path / "alpha"
    if request.param == "sqlite":
        shutil.copytree(request.getfixturevalue("template"), folder)
        return Room(folder, tmp_path)
    source, url = request.getfixturevalue("server_template")
    shutil.copytree(source, folder)
    settings = folder / "register.toml"
    settings.write_text(settings.read_text().replace(url, request.getfixturevalue("new_database")(url)))
    return Room(folder, tmp_path)


def by_function(room: Room) -> None:
    with Register.open(room.folder) as register:
        assert all(isinstance(each, Admitted) for each in Gate(register).admit(removal(), BY, NEXT))


def by_review_alone(room: Room) -> None:
    with Register.open(room.folder) as register:
        (outcome,) = Gate(register).admit([Proposed("review", REVIEW)], BY, NEXT)
        assert isinstance(outcome, Admitted), outcome


def by_retention(room: Room) -> None:
    values = {**entry(1, role=ROLE).values, **CLOSED, "closed_reason": "its time was over"}
    with Register.open(room.folder) as register:
        (outcome,) = Gate(register).admit([Proposed("entry", values, "alter")], BY, NEXT)
        assert isinstance(outcome, Admitted), outcome


def by_decision(room: Room) -> None:
    with Register.open(room.folder) as register:
        gate = Gate(register)
        unsure = Proposed("item", {**item(1, 5).values, "source_grade": None}, bundle="r")
        outcomes = gate.admit([*removal(), unsure], BY, NEXT)
        assert isinstance(outcomes[0], Held), outcomes
        assert recalls(register) == []
        decided = decide(gate, outcomes[0].hold_id, Judgement("P2001", True, "the panel has seen it"), NEXT)
        assert all(isinstance(each, Admitted) for each in decided), decided


def by_command(room: Room) -> None:
    lines = [
        json.dumps({"table": each.table, "values": dict(each.values), "action": each.change, "bundle": "r"})
        for each in removal()
    ]
    (room.out / "removal.jsonl").write_text("\n".join(lines) + "\n")
    words = ["admit", str(room.folder), str(room.out / "removal.jsonl"), "--by", BY]
    done = CliRunner().invoke(command_line("admit"), words, standalone_mode=False)
    assert (done.exception, done.return_value) == (None, 0), done.output


def by_api(room: Room) -> None:
    lines = "\n".join(
        json.dumps({"table": each.table, "values": dict(each.values), "action": each.change, "bundle": "r"})
        for each in removal()
    )

    async def send(register: Register) -> httpx.Response:
        transport = httpx.ASGITransport(gate_app(register, {TOKEN: BY}, lambda: NEXT))
        async with httpx.AsyncClient(transport=transport, base_url="http://gate.example") as client:
            return await client.post("/records", content=lines, headers={"authorization": f"Bearer {TOKEN}"})

    with Register.open(room.folder) as register:
        assert asyncio.run(send(register)).status_code == 201


def by_portal(room: Room) -> None:
    people = (LocalPerson("P9001", ("recorder", "approver", "controller"), hash_password("P9001")),)
    site = Site(room.folder, PortalConfig(hosts=(HOST,), people=people, synthetic=True), Clock())
    try:
        client = site.signed_in("P9001")
        look = {"csrf": csrf(client), "reason": "the review that is due in this week"}
        client.post("/staff/entries/E1", data=look)
        sent = {"csrf": csrf(client), "outcome": "remove", "rationale": "there is no purpose left for keeping it"}
        done = client.post("/staff/entries/E1/review", data=sent)
        assert done.headers.get("location") == "/staff/done?what=removed&entry=E1", done.text[:3_000]
        assert "Not sent yet" in client.get("/staff/recalls").text
    finally:
        site.close()


DOORS: dict[str, Callable[[Room], None]] = {
    each.__name__: each
    for each in (by_function, by_review_alone, by_retention, by_decision, by_command, by_api, by_portal)
}


@pytest.mark.parametrize("door", list(DOORS))
def test_a_removal_recalls_every_copy(room: Room, door: str) -> None:
    """One recall for each body, without entry or person; E2's recipient is left alone."""
    DOORS[door](room)
    with Register.open(room.folder) as register:
        check_raised(register)
        # The closing after the review, or a second review, recalls nobody twice.
        if door == "by_review_alone":
            values = {**entry(1, role=ROLE).values, **CLOSED}
            Gate(register).admit([Proposed("entry", values, "alter")], BY, NEXT + dt.timedelta(minutes=1))
            check_raised(register)


def check_raised(register: Register) -> None:
    """There is a recall for each of the three bodies, and a notice for each is still to be written."""
    found = recalls(register)
    assert [(each.recipient, each.kind, each.asks, each.sent_on, each.request) for each in found] == [
        ("P1077", "own", "delete", None, ""),
        ("example_force", "police", "delete", None, ""),
        ("example_probation", "probation", "delete", None, ""),
    ]
    assert len(untold_recalls(register.store)) == 3
    (day,) = {each.due_on for each in found}
    assert day == found_day(register) + dt.timedelta(days=28)
    assert list(check_register(register)) == []


def found_day(register: Register) -> dt.date:
    """The day on which the recalls were raised."""
    return dt.date.fromisoformat(next(register.versions("recall")).recorded_at[:10])


def test_an_erasure_recalls_every_copy(room: Room) -> None:
    """By the register's own command too: what the notices need outlives the entry until they are written."""
    with Register.open(room.folder) as register:
        erased = erase(register, "E1", GROUND, BY, NEXT)
        assert erased.recalls == 3
        check_raised(register)
        assert list(register.versions("disclosure", "x.entry_id = ?", ("E1",))) == []
        told = notify(register, desk(room.out / "notices", NEXT))
        text = (room.out / "notices" / f"{told.recalls[1].number}-example_force.note").read_text()
        assert "title Example Neighbouring Force" in text.splitlines()
        assert "disclosure D1 sent 2021-09-02" in text
        assert "disclosure D2 sent 2021-09-02" in text
        assert untold_recalls(register.store) == {}
        assert register.store.rows("select * from raised") == []


def test_a_rights_erasure_recalls_nobody_twice(room: Room) -> None:
    """It tells the bodies itself, signed; what it told is not raised again, cut short or not."""
    with Register.open(room.folder) as register:
        listed(register, 5, ANN, now=LATER, role=ROLE)
        again = [{"entry_id": "E5"}, {"entry_id": "E5", "purpose": "prevention", **PROBATION}]
        outcomes = Gate(register).admit([disclosure(5 + at, **each) for at, each in enumerate(again)], BY, LATER)
        assert all(isinstance(each, Admitted) for each in outcomes), outcomes
        copy = {
            "copy_id": "C5",
            "location": "a drive",
            "owner": "P1077",
            "subject_id": pseudonym_of(ANN),
            "as_of": "2021-08-01",
        }
        assert isinstance(Gate(register).admit([Proposed("copy", copy)], BY, LATER)[0], Admitted)
        number = asked(register, "erasure", now=NEXT)
        told = remove(register, number, ["E5"], GROUND, desk(room.out / "notices", NEXT))
        assert [each.request for each in recalls(register)] == [number] * 3
        assert len(told.notices) == 3
        assert untold_recalls(register.store) == {}


def test_an_erasure_after_a_removal_recalls_nobody_twice(room: Room) -> None:
    """Who was recalled by the review is not recalled again when the entry is deleted in the end."""
    by_function(room)
    with Register.open(room.folder) as register:
        notify(register, desk(room.out / "notices", NEXT))
        assert erase(register, "E1", GROUND, BY, NEXT + dt.timedelta(minutes=1)).recalls == 0
        assert len(recalls(register)) == 3
        assert register.store.rows("select * from raised") == []


def test_a_disclosure_of_a_removed_entry_is_recalled(room: Room) -> None:
    """One that was recorded late: its recipient has a copy of what was removed."""
    by_function(room)
    with Register.open(room.folder) as register:
        late = Proposed("disclosure", {**disclosure(9).values, "entry_id": "E1"})
        outcomes = Gate(register).admit([late], BY, NEXT + dt.timedelta(minutes=1))
        if isinstance(outcomes[0], Admitted):
            assert len(recalls(register)) == 3
        other = Proposed("disclosure", {**disclosure(8).values, "entry_id": "E2"})
        Gate(register).admit([other], BY, NEXT + dt.timedelta(minutes=2))
        assert len(recalls(register)) == 3


def test_a_recall_is_told_and_confirmed(room: Room) -> None:
    """The notice is signed and names what was sent; only then can a body confirm."""
    by_function(room)
    with Register.open(room.folder) as register:
        first = recalls(register)[1]
        with pytest.raises(Refusal, match="recall-untold"):
            confirm(register, first.number, "done", NEXT.date(), by=BY, now=NEXT)
        told = notify(register, desk(room.out / "notices", NEXT))
        assert [each.sent_on for each in recalls(register)] == [NEXT.date()] * 3
        notice = room.out / "notices" / f"{first.number}-example_force.note"
        assert notice in told.notices
        said = read_notice(notice.read_bytes(), [SIGNER.key], "notice")
        assert (said["recall"], said["asks"]) == (first.number, "delete")
        confirm(register, first.number, "done", NEXT.date(), by=BY, now=NEXT + dt.timedelta(minutes=1))
        assert recalls(register)[1].confirmed_as == "done"
        assert notify(register, desk(room.out / "more", NEXT)).recalls == ()
        assert list(check_register(register)) == []


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Register]:
    """A register that takes over another."""
    database = "sqlite:///register.sqlite"
    if request.param == "postgres":
        database = request.getfixturevalue("new_database")()
    with open_register(tmp_path / "alpha", database) as made:
        yield made


def test_a_register_that_is_taken_over_recalls_what_it_had_removed(empty: Register, tmp_path: Path) -> None:
    """In bulk: entries that come in as removed and had been sent, unless the recipients were told that time."""
    gate, records = Gate(empty), []
    for number in (1, 2, 3):
        values: dict[str, Any] = CLOSED if number < 3 else {}
        records += [entry(number, **values) if each.table == "entry" else each for each in listing(number)]
        records.append(disclosure(number, corrects=None))
    records.append(disclosure(4, entry_id="E2", corrects="D2", sent_at="2021-09-02T08:30:00"))
    source = as_tables(tmp_path / "legacy", records)
    report = admit_bulk(gate, BulkRequest((source,), BY), lambda: LATER)
    assert report.refused == report.held == 0, report.reasons
    assert [(each.recipient, each.asks) for each in recalls(empty)] == [("example_force", "delete")]
    assert list(empty.store.rows("select entry_id from raised")) == [("E1",)]
    assert admit_bulk(gate, BulkRequest((source,), BY), lambda: LATER).is_finished
    assert len(recalls(empty)) == 1
