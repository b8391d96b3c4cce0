"""Notices that a charter promises: who is owed one, and what the audit says of the same register."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from overt.audits import Request, SourceOptions, audit
from overt.charter import read_charter
from overt.gate import Proposed, adopt
from overt.refusals import Refusal
from overt.register import Register, snapshot
from overt.rights import Requester, exempt, give_notice, owed
from tests.audit.conftest import Silent
from tests.gate.conftest import CHARTERS, entry, item, subject
from tests.rights.conftest import BY, LATER, admit, listed, pseudonym_of, reopened

# The third version of the replay's charter, which no register ever had: it promises notice.
PROMISED = LATER + dt.timedelta(days=60)
REASONS = "it would warn those whom the inquiry is about"
PROMISE = """
[notification]
when = "after"
days = 28
child = "parent"
reason = "Whoever is listed must be able to answer what is said."
exemptions = ["RIPA 2000 s.19"]
"""


def third(register: Register) -> bytes:
    """The charter with a promise, adopted on the day of the second's effect."""
    head, rest = CHARTERS[1].read_text(encoding="utf-8").split("\n[register]", 1)
    return (
        renewed(head, 3, register.charters()[-1].digest, "2021-09-03", "2021-10-01") + "\n[register]" + rest + PROMISE
    ).encode()


def renewed(head: str, version: int, previous: str, adopted_on: str, effective_on: str) -> str:
    """The head of a charter as that of its next version."""
    given = {"version": version, "previous": f'"{previous}"', "adopted_on": adopted_on, "effective_on": effective_on}
    names = [(line, line.partition(" =")[0]) for line in head.split("\n")]
    return "\n".join(f"{name} = {given[name]}" if name in given else line for line, name in names)


@pytest.fixture(scope="module")
def promised(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register whose charter promises notice within 28 days after the entry, from October 2021 on."""
    folder = tmp_path_factory.mktemp("promised") / "alpha"
    with reopened(base, folder) as register:
        data = third(register)
        assert read_charter(data).notification is not None
        adopt(register, data, BY, dt.datetime(2021, 9, 3, tzinfo=dt.UTC))
        day = {"opened_on": "2021-10-10", "review_due_on": "2021-12-01"}
        listed(register, 11, Requester("Ada Grown", "1980-01-01"), now=PROMISED, **day)
        listed(register, 12, Requester("Bo Grown", "1980-01-02"), now=PROMISED, **day)
        of_child = {**day, "delete_due_on": "2023-01-01"}
        known = pseudonym_of(Requester("Cat Child", "2006-05-06"))
        records = [
            subject(13, subject_id=known, birth_date="2006-05-06"),
            entry(
                13,
                subject_id=known,
                role="victim",
                purpose="safeguarding",
                retention_group="child",
                **of_child,
            ),
            item(13, 0),
            item(13, 1),
            Proposed(
                "review",
                {
                    "review_id": "RV13",
                    "entry_id": "E13",
                    "done_at": "2021-10-10T10:00:00",
                    "done_by": "P3001",
                    "outcome": "safeguarding",
                    "rationale": "referred to those who protect children; see note 13",
                },
                bundle="b13",
            ),
        ]
        admit(register, *records, now=PROMISED)
    return folder


@pytest.fixture
def register(promised: Path, tmp_path: Path) -> Iterator[Register]:
    """A copy of it."""
    with reopened(promised, tmp_path / "alpha") as made:
        yield made


NEXT = PROMISED + dt.timedelta(days=1)


def test_only_entries_under_the_promise_are_owed_a_notice(register: Register) -> None:
    """Those made before it are not; a child's parent is told; days count from the entry. No name and no pseudonym."""
    found = owed(register, dt.date(2021, 11, 1))
    assert [(each.entry_id, each.to, str(each.due_on), each.is_child) for each in found] == [
        ("E11", "person", "2021-11-07", False),
        ("E12", "person", "2021-11-07", False),
        ("E13", "parent", "2021-11-07", True),
    ]
    assert not any(each.is_late(dt.date(2021, 11, 7)) for each in found)
    assert all(each.is_late(dt.date(2021, 11, 8)) for each in found)


def test_notice_or_exemption_ends_it(register: Register) -> None:
    """A child who was told in place of a parent does not; an exemption needs a provision and reasons."""
    give_notice(register, "E11", "person", dt.date(2021, 10, 20), by=BY, now=NEXT)
    exempt(register, "E12", "RIPA 2000 s.19", REASONS, by=BY, now=NEXT)
    give_notice(register, "E13", "person", dt.date(2021, 10, 20), by=BY, now=NEXT)
    assert [each.entry_id for each in owed(register, NEXT.date())] == ["E13"]
    give_notice(register, "E13", "parent", dt.date(2021, 10, 21), by=BY, now=NEXT)
    assert owed(register, NEXT.date()) == []


def test_exemption_is_of_the_law_or_the_charter(register: Register) -> None:
    """And has reasons; a notice is of somebody who can be told, and of a day that was."""
    with pytest.raises(Refusal, match="notice-exemption"):
        exempt(register, "E11", "s.31", REASONS, by=BY, now=NEXT)
    with pytest.raises(Refusal, match="rights-reason"):
        exempt(register, "E11", "s.44(4)(b)", "harm", by=BY, now=NEXT)
    with pytest.raises(Refusal, match="notice-told"):
        give_notice(register, "E11", "friend", NEXT.date(), by=BY, now=NEXT)
    with pytest.raises(Refusal, match="request-day"):
        give_notice(register, "E11", "person", NEXT.date() + dt.timedelta(days=1), by=BY, now=NEXT)
    with pytest.raises(Refusal, match=r"rights-not-admitted.*reference-unknown"):
        give_notice(register, "E99", "person", NEXT.date(), by=BY, now=NEXT)


def test_promise_ends_with_the_version_that_drops_it(register: Register) -> None:
    """Entries made while it held are still owed one."""
    rows = {each.values["promise_id"]: each.values for each in register.versions("promise", "x.closed_seq is null")}
    assert rows["notice-3"]["starts_on"] == "2021-10-01"
    assert rows["notice-3"]["ends_on"] is None
    head, rest = third(register).decode().partition("\n[notification]")[0].split("\n[register]", 1)
    fourth = renewed(head, 4, register.charters()[-1].digest, "2021-11-02", "2021-12-01")
    adopt(register, f"{fourth}\n[register]{rest}".encode(), BY, NEXT)
    (row,) = [each.values for each in register.versions("promise", "x.closed_seq is null")]
    assert row["ends_on"] == "2021-11-30"
    assert [each.entry_id for each in owed(register, dt.date(2021, 12, 2))] == ["E11", "E12", "E13"]


def breached(folder: Path, control: str) -> set[str]:
    """The keys that an audit kept of a control's breaches."""
    path = folder / "evidence" / f"{control}.csv"
    return {row["entry_id"] for row in csv.DictReader(path.open(encoding="utf-8"))} if path.is_file() else set()


def test_audit_finds_what_the_list_says(register: Register, tmp_path: Path) -> None:
    """RT-03 and RT-04 on a snapshot of the register: the entries past their day, neither more nor fewer."""
    give_notice(register, "E11", "person", dt.date(2021, 10, 20), by=BY, now=NEXT)
    day = dt.date(2021, 11, 30)
    snapshot(register, dt.datetime(2021, 11, 30, tzinfo=dt.UTC), tmp_path / "snapshot")
    audit(Request(SourceOptions(str(tmp_path / "snapshot")), ("rights",), day, out=tmp_path / "audit"), Silent())
    late = {each.entry_id for each in owed(register, day) if each.is_late(day)}
    assert late == {"E12", "E13"}
    assert breached(tmp_path / "audit", "RT-03") == late
    assert breached(tmp_path / "audit", "RT-04") == {"E13"}


def test_ways_to_complain_are_those_of_the_charter(register: Register, tmp_path: Path) -> None:
    """Named from the day the version takes effect, which the next version ends; the audit asks for both kinds."""
    head, rest = third(register).decode().split("\n[register]", 1)
    fourth = renewed(head, 4, register.charters()[-1].digest, "2021-11-02", "2021-12-01")
    ways = '\n[complaint_ways]\nelectronic = "the form on our page"\nother = "a letter to us"\n'
    adopt(register, f"{fourth}\n[register]{rest}{ways}".encode(), BY, NEXT)
    rows = [each.values for each in register.versions("complaint_way", "x.closed_seq is null")]
    assert [(each["kind"], each["starts_on"], each["ends_on"]) for each in rows] == [
        ("electronic", "2021-12-01", None),
        ("other", "2021-12-01", None),
    ]
    day = dt.datetime(2026, 8, 2, tzinfo=dt.UTC)
    snapshot(register, day, tmp_path / "snapshot")
    source = SourceOptions(str(tmp_path / "snapshot"))
    audit(Request(source, ("rights",), day.date(), out=tmp_path / "audit"), Silent())
    found = json.loads((tmp_path / "audit" / "findings.json").read_text(encoding="utf-8"))["findings"]
    assert [each["verdict"] for each in found if each["control"] == "RT-08"] == ["met"]
    fifth = renewed(head, 5, register.charters()[-1].digest, "2021-12-30", "2022-01-28")
    adopt(register, f"{fifth}\n[register]{rest}".encode(), BY, dt.datetime(2021, 12, 30, 9, tzinfo=dt.UTC))
    rows = [each.values for each in register.versions("complaint_way", "x.closed_seq is null")]
    assert [each["ends_on"] for each in rows] == ["2022-01-27", "2022-01-27"]
