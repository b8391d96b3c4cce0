"""Erasure leaves nothing of what was recorded, and everything of what was proved."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from overt.gate import Admitted, Gate, Proposed
from overt.refusals import Refusal
from overt.register import SNAPSHOTS_FOLDER, Register, check_register, erase, replay, snapshot
from overt.register import _erase as steps
from tests.conftest import NewDatabase
from tests.gate.conftest import NOW, alone, entry, listing, pseudonym, subject

LATER = NOW + dt.timedelta(hours=1)
GROUND = "DPA 2018 s.47(1), the entry was not necessary"
MARK = "a most remarkable fight beside the canal"


def everything(folder: Path) -> bytes:
    """All bytes that the register keeps."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def listed(gate: Gate, number: int) -> None:
    """A listing with words that can be looked for, changed once."""
    gate.admit(listing(number, grounds=f"{MARK} {number}"), "P1001", NOW + dt.timedelta(seconds=number))
    changed = {**entry(number).values, "grounds": f"{MARK} {number} again"}
    (outcome,) = gate.admit(
        [Proposed("entry", changed, "alter")], "P1001", NOW + dt.timedelta(seconds=number, milliseconds=1)
    )
    assert isinstance(outcome, Admitted)


def test_nothing_of_what_was_erased_is_left(gate: Gate, register: Register) -> None:
    """Neither in the pages of the database nor in its log, nor in snapshots that Overt kept."""
    listed(gate, 1)
    listed(gate, 2)
    snapshot(register, LATER, register.folder / SNAPSHOTS_FOLDER / "one")
    assert f"{MARK} 1".encode() in everything(register.folder)
    erase(register, "E1", GROUND, "P1001", LATER)
    left = everything(register.folder)
    for gone in (f"{MARK} 1", pseudonym(1), "SRC1-0", "DOC1-1"):
        assert gone.encode() not in left
    assert f"{MARK} 2".encode() in left


def test_leaves_and_other_records_stay_as_they_were(gate: Gate, register: Register) -> None:
    """The log only grows, and every other row still fits its leaf."""
    begun = register.size()
    listed(gate, 1)
    listed(gate, 2)
    before = register.read(0, register.size())
    erasure = erase(register, "E1", GROUND, "P1001", LATER)
    assert register.read(0, len(before)) == before
    assert register.size() == len(before) + 1
    assert list(check_register(register)) == []
    (record,) = register.versions("erasure")
    assert record.values == {
        "erasure_id": erasure.erasure_id,
        "erased_on": "2021-09-02",
        "kind": "entry and subject",
        "ground": GROUND,
        "leaves": f"{begun}-{begun + 4}",
    }


def test_person_stays_while_another_entry_is_left(gate: Gate, register: Register) -> None:
    """Only with the last entry goes the person."""
    gate.admit(listing(1), "P1001", NOW)
    second = {**entry(1).values, "entry_id": "E1b"}
    items = [
        {**each.values, "entry_id": "E1b", "item_id": f"I1b-{place}", "source_ref": f"SRC1b-{place}"}
        for place, each in enumerate(listing(1)[2:])
    ]
    outcomes = gate.admit(
        [Proposed("entry", second, bundle="b"), *[Proposed("item", each, bundle="b") for each in items]], "P1001", LATER
    )
    assert all(isinstance(each, Admitted) for each in outcomes)
    assert erase(register, "E1", GROUND, "P1001", LATER + dt.timedelta(seconds=1)).kind == "entry"
    assert len(list(register.versions("subject"))) == 1
    assert erase(register, "E1b", GROUND, "P1001", LATER + dt.timedelta(seconds=2)).kind == "entry and subject"
    assert list(register.versions("subject")) == []


@pytest.mark.parametrize("step", ["_admit_erasure", "_clear_held", "shutil.rmtree", "note_done"])
def test_erasure_cut_short_is_finished_when_the_register_is_opened(
    gate: Gate, register: Register, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Wherever it stopped, opening the register goes on from there."""
    listed(gate, 1)
    snapshot(register, LATER, register.folder / SNAPSHOTS_FOLDER / "one")
    calls = []

    def stop(*arguments: object, **named: object) -> None:
        calls.append(arguments)
        raise KeyboardInterrupt

    owner, name = (shutil, "rmtree") if "." in step else (steps, step)
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, stop)
        with pytest.raises(KeyboardInterrupt):
            erase(register, "E1", GROUND, "P1001", LATER)
    register.close()
    with Register.open(register.folder) as opened:
        assert f"{MARK} 1".encode() not in everything(register.folder)
        assert list(check_register(opened)) == []
        assert len(list(opened.versions("erasure"))) == 1


def test_erasure_is_repeated_after_a_backup_is_restored(gate: Gate, register: Register) -> None:
    """Rows that come back with a backup go again, and what was recorded since keeps its place."""
    listed(gate, 1)
    register.store.wipe([])
    backup = (register.folder / "register.sqlite").read_bytes()
    erase(register, "E1", GROUND, "P1001", LATER)
    register.close()
    (register.folder / "register.sqlite").write_bytes(backup)
    assert f"{MARK} 1".encode() in everything(register.folder)
    with pytest.raises(Refusal, match="register-behind"):
        Register.open(register.folder)
    with Register.open(register.folder, finish=False) as opened:
        replay(opened, None)
    with Register.open(register.folder) as opened:
        assert f"{MARK} 1".encode() not in everything(register.folder)
        assert list(check_register(opened)) == []


def test_pseudonym_leaves_the_scope_of_authorities(gate: Gate, register: Register) -> None:
    """An authority that covered two people covers one, and its earlier version is gone."""
    gate.admit([*listing(1), *listing(2)], "P1001", NOW)
    authority = {
        "authority_id": "A1",
        "kind": "directed_surveillance",
        "granted_on": "2021-08-01",
        "granted_by_rank": "superintendent",
        "urgent": False,
        "expires_on": "2021-10-01",
        "scope": f"{pseudonym(1)} {pseudonym(2)}",
    }
    (outcome,) = gate.admit([Proposed("authority", authority)], "P1001", LATER)
    assert isinstance(outcome, Admitted)
    erase(register, "E1", GROUND, "P1001", LATER + dt.timedelta(seconds=1))
    (left,) = register.versions("authority")
    assert left.values["scope"] == pseudonym(2)
    assert pseudonym(1).encode() not in everything(register.folder)
    assert list(check_register(register)) == []


def test_what_is_held_about_the_person_is_not_kept(gate: Gate, register: Register) -> None:
    """A record that waits for a decision repeats what was erased, and goes with it."""
    listed(gate, 1)
    waiting = {**listing(1)[2].values, "item_id": "I1-9", "basis": None}
    gate.admit([Proposed("item", waiting)], "P1001", LATER)
    erase(register, "E1", GROUND, "P1001", LATER + dt.timedelta(seconds=1))
    assert b"I1-9" not in everything(register.folder)


def test_erasure_needs_an_entry_and_a_ground(gate: Gate, register: Register) -> None:
    """Nothing is erased without a reason, and what is not there is said."""
    gate.admit([alone(subject(1))], "P1001", NOW)
    with pytest.raises(Refusal, match="entry-absent"):
        erase(register, "E1", GROUND, "P1001", LATER)
    with pytest.raises(Refusal, match="erasure-without-ground"):
        erase(register, "E1", " ", "P1001", LATER)


@pytest.mark.postgres
def test_erasure_on_postgres(tmp_path: Path, new_database: NewDatabase) -> None:
    """Nothing is left in the rows of a server either."""
    from tests.gate.conftest import open_register

    with open_register(tmp_path / "alpha", new_database()) as register:
        listed(Gate(register), 1)
        erase(register, "E1", GROUND, "P1001", LATER)
        assert list(check_register(register)) == []
        assert list(register.versions("entry")) == []
