"""A register under another pseudonym key: no name is needed, nothing that was proved is lost."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from overt.gate import (
    Admitted,
    BulkRequest,
    Gate,
    Held,
    Judgement,
    Proposed,
    Refused,
    admit_bulk,
    decide,
    name_key,
    name_proven_key,
    rekey,
)
from overt.ledger import ED25519, FolderStore, SigningState, make_signer, prove, publish, trust, verify
from overt.pseudonym import Person, PseudonymKey, read_name
from overt.refusals import Refusal
from overt.register import (
    SNAPSHOTS_FOLDER,
    Register,
    RegisterLog,
    check_register,
    erase,
    pseudonym_key_of,
    pseudonym_news,
    row_values,
    snapshot,
)
from tests.conftest import NewDatabase
from tests.gate.conftest import KEY, NOW, alone, entry, item, listing, open_register, subject

NEXT = PseudonymKey((*KEY.secrets, bytes(range(32, 64))))
LATER = NOW + dt.timedelta(hours=1)
JO = Person(read_name("Jo Arden Example"), dt.date(1990, 1, 1))
ANN = Person(read_name("Ann Example"), dt.date(1990, 1, 1))


def people(number: int, person: Person) -> list[Proposed]:
    """A listing of a person by the pseudonym under the first key."""
    said = {"subject_id": KEY.subject_id(person)}
    return [
        Proposed(
            each.table, {**each.values, **(said if each.table in ("subject", "entry") else {})}, bundle=each.bundle
        )
        for each in listing(number)
    ]


@pytest.fixture
def kept(gate: Gate, register: Register) -> Register:
    """A register with two people, one of whose entries was changed, and an authority that covers both."""
    gate.admit(people(1, JO), "P1001", NOW)
    gate.admit(people(2, ANN), "P1001", NOW)
    changed = {**people(1, JO)[1].values, "grounds": "seen again at the place of inquiry 1"}
    (outcome,) = gate.admit([Proposed("entry", changed, "alter")], "P1001", NOW + dt.timedelta(seconds=1))
    assert isinstance(outcome, Admitted)
    authority = {
        "authority_id": "A1",
        "kind": "directed_surveillance",
        "granted_on": "2021-08-01",
        "granted_by_rank": "superintendent",
        "urgent": False,
        "expires_on": "2021-10-20",
        "scope": f"{KEY.subject_id(JO)} {KEY.subject_id(ANN)}",
    }
    (outcome,) = gate.admit([Proposed("authority", authority)], "P1001", NOW + dt.timedelta(seconds=2))
    assert isinstance(outcome, Admitted)
    return register


def everything(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_every_pseudonym_that_stands_is_under_the_next_key(kept: Register) -> None:
    """Subjects, entries and the scope of authorities, in one transaction with the leaf that says so."""
    done = rekey(kept, NEXT, "P1001", LATER)
    assert done.rows == {"subject": 2, "entry": 2, "authority": 1}
    standing = {v.values["subject_id"] for v in kept.versions("subject", "x.closed_seq is null")}
    assert standing == {NEXT.subject_id(JO), NEXT.subject_id(ANN)}
    (authority,) = kept.versions("authority", "x.closed_seq is null")
    assert authority.values["scope"] == f"{NEXT.subject_id(JO)} {NEXT.subject_id(ANN)}"
    assert pseudonym_key_of(kept) == NEXT.id
    assert pseudonym_key_of(kept, NOW + dt.timedelta(seconds=1)) == KEY.id
    assert pseudonym_key_of(kept, NOW - dt.timedelta(seconds=1)) == KEY.id


def test_nothing_that_was_said_changes_but_the_pseudonym(kept: Register) -> None:
    """Rows before and after differ in one column; every row fits its leaf, and the log only grew."""
    before = {v.values["entry_id"]: dict(v.values) for v in kept.versions("entry", "x.closed_seq is null")}
    leaves = kept.read(0, kept.size())
    rekey(kept, NEXT, "P1001", LATER)
    after = {v.values["entry_id"]: dict(v.values) for v in kept.versions("entry", "x.closed_seq is null")}
    for entry_id, values in before.items():
        assert after[entry_id] == {**values, "subject_id": NEXT.rekey(values["subject_id"])}
    assert kept.read(0, len(leaves)) == leaves
    assert list(check_register(kept)) == []


def test_tables_as_they_stood_before_keep_their_pseudonyms(kept: Register) -> None:
    """A rotation alone rewrites no history."""
    rekey(kept, NEXT, "P1001", LATER)
    then = {v.values["subject_id"] for v in kept.as_of("entry", NOW + dt.timedelta(seconds=1))}
    now = {v.values["subject_id"] for v in kept.as_of("entry", LATER)}
    assert then == {KEY.subject_id(JO), KEY.subject_id(ANN)}
    assert now == {NEXT.subject_id(JO), NEXT.subject_id(ANN)}


@pytest.mark.parametrize("destroy", [False, True])
def test_receipts_of_before_stay_valid(kept: Register, tmp_path: Path, destroy: bool) -> None:
    """Who was given a record and its receipt can prove it, whatever became of the pseudonym."""
    signer = make_signer("alpha.example/register", ED25519, bytes(32))
    store, state = FolderStore(tmp_path / "public"), SigningState(tmp_path / "state")
    (version,) = kept.versions("entry", "x.entry_id = 'E2'")
    record, salt, leaf = version.body(), version.salt, version.opened_seq
    publish(kept, store, [signer], now=1, state=state, documents=RegisterLog(kept, LATER).document)
    receipt = prove(store, leaf, salt)
    rekey(kept, NEXT, "P1001", LATER, destroy=destroy)
    publish(kept, store, [signer], now=2, state=state, documents=RegisterLog(kept, LATER).document)
    verify(receipt, record, trust(signer.key))
    verify(prove(store, leaf, salt), record, trust(signer.key))
    assert list(check_register(kept)) == []


def test_old_pseudonyms_can_be_destroyed(kept: Register) -> None:
    """No byte of one is left in the register's folder; the people are there under the new ones."""
    snapshot(kept, LATER, kept.folder / SNAPSHOTS_FOLDER / "one")
    assert KEY.subject_id(JO).encode() in everything(kept.folder)
    done = rekey(kept, NEXT, "P1001", LATER, destroy=True)
    assert done.forgotten == 6  # two subjects, two entries of which one in two versions, one authority
    left = everything(kept.folder)
    for person in (JO, ANN):
        assert KEY.subject_id(person).encode() not in left
        assert NEXT.subject_id(person).encode() in left
    assert list(kept.as_of("entry", NOW + dt.timedelta(seconds=1))) == []
    assert len(list(kept.as_of("entry", LATER))) == 2
    assert list(check_register(kept)) == []


def test_doing_it_again_changes_nothing(kept: Register) -> None:
    """So that a rotation that was cut short can be given again; destroying may follow later."""
    rekey(kept, NEXT, "P1001", LATER)
    size = kept.size()
    assert rekey(kept, NEXT, "P1001", LATER).rows == {}
    assert kept.size() == size
    assert rekey(kept, NEXT, "P1001", LATER, destroy=True).forgotten == 6
    assert rekey(kept, NEXT, "P1001", LATER, destroy=True).forgotten == 0


def test_a_rotation_that_fails_leaves_the_register_as_it_was(kept: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    """All rows and the leaf, or none."""
    before = kept.read(0, kept.size())

    def fail(*_: object, **__: object) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr("overt.gate._rekey._publish", fail)
    with pytest.raises(OSError, match="the disk is gone"):
        rekey(kept, NEXT, "P1001", LATER)
    assert kept.read(0, kept.size()) == before
    assert {v.values["subject_id"] for v in kept.versions("subject", "x.closed_seq is null")} == {
        KEY.subject_id(JO),
        KEY.subject_id(ANN),
    }


def test_twice_rotated(kept: Register) -> None:
    """Each rotation needs the one before it."""
    third = NEXT.rotated(os.urandom)
    with pytest.raises(Refusal, match="pseudonym-key-other"):
        rekey(kept, third, "P1001", LATER)
    rekey(kept, NEXT, "P1001", LATER)
    rekey(kept, third, "P1001", LATER + dt.timedelta(seconds=1))
    assert third.subject_id(JO) in {v.values["subject_id"] for v in kept.versions("subject", "x.closed_seq is null")}


def test_a_wrong_key_is_refused(kept: Register, register: Register) -> None:
    """A register under a key that nobody has would be lost to every right."""
    other = PseudonymKey((bytes(32), bytes(32)))
    with pytest.raises(Refusal, match="pseudonym-key-other"):
        rekey(kept, other, "P1001", LATER)
    with pytest.raises(Refusal, match="pseudonym-key-other"):
        rekey(kept, KEY, "P1001", LATER)
    with pytest.raises(Refusal, match="pseudonym-key-other"):
        name_key(kept, other.id, "P1001", LATER)
    name_key(kept, KEY.id, "P1001", LATER)


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Register]:
    """A register of before registers had to name their key, with one person on it."""
    with open_register(tmp_path / "old", key=None) as register:
        with register.writing(NOW) as writer:
            for each in people(1, JO)[:2]:
                writer.append(each.table, row_values(each.table, each.values), "collect", "P1001")
        yield register


def test_nobody_is_recorded_before_the_key_is_named(tmp_path: Path) -> None:
    """One by one, weighed, or by the million; afterwards everybody is."""
    (tmp_path / "people.jsonl").write_text(
        "".join(json.dumps({"table": each.table, "values": dict(each.values)}) + "\n" for each in people(2, ANN))
    )
    request = BulkRequest((tmp_path / "people.jsonl",), "P1001")
    with open_register(tmp_path / "unnamed", key=None) as register:
        gate = Gate(register)
        for outcome in gate.admit(people(1, JO), "P1001", NOW):
            assert isinstance(outcome, Refused)
            assert "pseudonym-key-unnamed" in {each.code for each in outcome.reasons}
        assert "pseudonym-key-unnamed" in {each.code for each in gate.weigh(people(1, JO), "P1001", NOW)}
        with pytest.raises(Refusal, match="pseudonym-key-unnamed"):
            admit_bulk(gate, request, lambda: NOW)
        name_key(register, KEY.id, "P1001", NOW)
        assert {each.word for each in gate.admit(people(1, JO), "P1001", NOW)} == {"admitted"}
        assert admit_bulk(gate, request, lambda: NOW).refused == 0


def test_an_old_register_names_only_a_key_that_finds_somebody(old: Register) -> None:
    """A wrong key that became the register's would have everybody told that nothing is held."""
    other = PseudonymKey((bytes(32),))
    with pytest.raises(Refusal, match="pseudonym-key-unnamed"):
        rekey(old, NEXT, "P1001", LATER)
    with pytest.raises(Refusal, match="pseudonym-key-unproven"):
        name_key(old, KEY.id, "P1001", LATER)
    for key, known in ((other, JO), (KEY, ANN)):
        with pytest.raises(Refusal, match="pseudonym-key-unproven"):
            name_proven_key(old, key, known, "P1001", LATER)
    assert pseudonym_key_of(old) is None
    name_proven_key(old, KEY, JO, "P1001", LATER)
    assert pseudonym_key_of(old) == KEY.id
    with pytest.raises(Refusal, match="pseudonym-key-other"):
        name_proven_key(old, other, None, "P1001", LATER)


def test_an_old_register_whose_people_nobody_knows_may_name_its_key_unproven(old: Register) -> None:
    """Somebody says so, and it is on the record."""
    name_proven_key(old, KEY, None, "P1001", LATER)
    assert pseudonym_key_of(old) == KEY.id


def test_what_is_held_follows(gate: Gate, kept: Register) -> None:
    """A record that waits for a decision is about the same person."""
    said = {"subject_id": KEY.subject_id(JO)}
    waiting = [
        Proposed("entry", {**alone(entry(3), **said, approved_by=None).values}, bundle="h"),
        *[Proposed("item", dict(item(3, place).values), bundle="h") for place in (0, 1)],
    ]
    held = gate.admit(waiting, "P1001", NOW + dt.timedelta(seconds=3))[0]
    assert isinstance(held, Held), held
    rekey(kept, NEXT, "P1001", LATER)
    records = json.loads(kept.store.rows("select records from held")[0][0])
    assert records[0]["values"]["subject_id"] == NEXT.subject_id(JO)
    decided = decide(Gate(kept), held.hold_id, Judgement("P2001", True, "approved by phone"), LATER)
    assert all(isinstance(each, Admitted) for each in decided), decided


def test_erasure_reaches_both_pseudonyms(kept: Register) -> None:
    """A person who was re-keyed and is then erased is gone under the old pseudonym and the new."""
    rekey(kept, NEXT, "P1001", LATER)
    erase(kept, "E1", "DPA 2018 s.47(1)", "P1001", LATER + dt.timedelta(seconds=1))
    left = everything(kept.folder)
    assert KEY.subject_id(JO).encode() not in left
    assert NEXT.subject_id(JO).encode() not in left
    assert NEXT.subject_id(ANN).encode() in left


def test_the_gate_admits_under_the_new_key(gate: Gate, kept: Register) -> None:
    """The next record about the same person joins the same subject."""
    rekey(kept, NEXT, "P1001", LATER)
    born = {**subject(9).values, "subject_id": NEXT.subject_id(JO), "sex": "female"}
    (outcome,) = gate.admit([Proposed("subject", born, "alter")], "P1001", LATER + dt.timedelta(seconds=1))
    assert isinstance(outcome, Admitted), outcome


def test_watchers_are_told_in_words(kept: Register) -> None:
    """Which key, and which one before it; a document that is not ours tells nothing."""
    rekey(kept, NEXT, "P1001", LATER)
    folder = kept.folder / "documents"
    told = [pseudonym_news((folder / f"pseudonyms-{key.id}.json").read_bytes(), key.id) for key in (KEY, NEXT)]
    assert told == [
        [f"the pseudonyms are under key {KEY.id}"],
        [f"the pseudonyms were put under another key: {KEY.id} → {NEXT.id}"],
    ]
    assert pseudonym_news(b"no json", KEY.id) == pseudonym_news(b"[]", KEY.id) == []


@pytest.mark.postgres
def test_rekeyed_on_postgres(tmp_path: Path, new_database: NewDatabase) -> None:
    """A server's register is put under another key as a file's is."""
    with open_register(tmp_path / "alpha", new_database()) as register:
        Gate(register).admit(people(1, JO), "P1001", NOW + dt.timedelta(seconds=1))
        assert rekey(register, NEXT, "P1001", LATER).rows == {"subject": 1, "entry": 1}
        assert pseudonym_key_of(register) == NEXT.id
        assert pseudonym_key_of(register, NOW + dt.timedelta(seconds=2)) == KEY.id
        assert list(check_register(register)) == []
        assert rekey(register, NEXT, "P1001", LATER + dt.timedelta(seconds=1), destroy=True).forgotten == 2
        assert list(check_register(register)) == []
        (version,) = register.versions("subject")
        assert version.values["subject_id"] == NEXT.subject_id(JO)
