"""A register that is restored from an older copy: it knows who must still delete, gives no number twice, and its log
goes on from what was published.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from overt.gate import Admitted, Gate, Proposed
from overt.ledger import FolderStore, open_checkpoint, prove, read_policy, root_of, verify
from overt.refusals import Refusal
from overt.register import (
    DUTIES,
    JOURNAL,
    Register,
    RegisterLog,
    Restored,
    back_up,
    check_register,
    erase,
    examine,
    replay,
    restore,
    untold_recalls,
)
from overt.rights import new_request, notify, recalls, requests, withdraw
from tests.attempts import Count
from tests.gate.conftest import NOW, listing, open_register
from tests.rights.conftest import ANN, BOB, BY, SIGNER, begin, desk, listed, publish, sent

GROUND = "DPA 2018 s.47(1), the entry was not necessary"
HOUR = dt.timedelta(hours=1)
CLOSED = {"status": "closed", "closed_on": "2021-09-03", "closed_reason": "removed by review"}
PROBATION = {"recipient": "example_probation", "recipient_kind": "probation", "agreement_id": "ISA-3"}
REVIEW = {
    "review_id": "V1",
    "entry_id": "E2",
    "done_at": (NOW + 30 * HOUR).replace(tzinfo=None).isoformat(),
    "done_by": BY,
    "outcome": "remove",
    "rationale": "there is no purpose left for keeping it",
}


@dataclass(frozen=True)
class Lost:
    """A register that is to be lost, an older backup of it, and what was kept apart."""

    folder: Path
    backup: Path
    apart: Path
    log: Path


def told(register: Register) -> list[Any]:
    """Every request and recall with all that is said of it, but for the leaf it stands under."""
    of_recalls = [{**each.__dict__, "leaf": None} for each in recalls(register)]
    steps = [(each.number, each.kind, each.due_on, each.outcome, each.steps) for each in requests(register)]
    return [steps, of_recalls, untold_recalls(register.store)]


def admit(register: Register, *records: Proposed, now: dt.datetime) -> None:
    outcomes = Gate(register).admit(records, BY, now)
    assert all(isinstance(each, Admitted) for each in outcomes), outcomes


def work(register: Register, out: Path) -> None:
    """What was done after the backup and published: two requests, a person erased, one closed, one listed, a notice."""
    new_request(register, "erasure", NOW.date(), by=BY, now=NOW + 26 * HOUR)
    erase(register, "E1", GROUND, BY, NOW + 27 * HOUR)
    admit(register, *listing(7), now=NOW + 28 * HOUR)
    erase(register, "E7", GROUND, BY, NOW + 29 * HOUR)
    notify(register, desk(out, NOW + 30 * HOUR))
    standing = next(each for each in register.versions("entry", "x.entry_id = 'E2' and x.closed_seq is null"))
    closed = Proposed("entry", {**standing.values, **CLOSED}, "alter", bundle="r")
    admit(register, Proposed("review", REVIEW, bundle="r"), closed, now=NOW + 31 * HOUR)
    new_request(register, "access", NOW.date(), by=BY, now=NOW + 32 * HOUR)


def work_unpublished(register: Register) -> None:
    """What was done after that and never published."""
    new_request(register, "objection", NOW.date(), by=BY, now=NOW + 50 * HOUR)
    admit(register, *listing(8), now=NOW + 51 * HOUR)
    sent(register, 8, "E8", now=NOW + 52 * HOUR)
    erase(register, "E8", GROUND, BY, NOW + 53 * HOUR)
    withdraw(register, "R0003", (NOW + 54 * HOUR).date(), by=BY, now=NOW + 54 * HOUR)


@pytest.fixture(scope="module")
def lost(tmp_path_factory: pytest.TempPathFactory) -> Lost:
    """Backed up with one request; since then requests came in and people were removed, and some of it was published."""
    home = tmp_path_factory.mktemp("lost")
    folder = home / "alpha"
    with open_register(folder) as register:
        listed(register, 1, ANN, role="convicted")
        listed(register, 2, BOB)
        sent(register, 1, "E1")
        sent(register, 2, "E1", purpose="prevention", **PROBATION)
        sent(register, 3, "E2")
        new_request(register, "access", NOW.date(), by=BY, now=NOW + 2 * HOUR)
        begin(register)
        back_up(register, home / "backup")
        work(register, home / "letters")
        publish(register)
        shutil.copytree(folder / "public", home / "published")
        work_unpublished(register)
    apart = home / "apart"
    apart.mkdir()
    for name in (JOURNAL, DUTIES):
        shutil.copy(folder / name, apart / name)
    return Lost(folder, home / "backup", apart, home / "published")


def again(lost: Lost, out: Path, *, log: bool = True) -> Restored:
    reader = FolderStore(lost.log) if log else None
    return restore(lost.backup, out, lost.apart / JOURNAL, duties=lost.apart / DUTIES, log=reader)


def reopened(folder: Path) -> Register:
    return Register.open(folder, random.Random(77).randbytes)


@pytest.mark.parametrize("log", [True, False], ids=["with the log", "without it"])
def test_a_restored_register_knows_who_must_still_delete(lost: Lost, tmp_path: Path, log: bool) -> None:
    """Every request and recall since the backup is there as it was, with the lines of notices that are still to go."""
    made = again(lost, tmp_path / "alpha", log=log)
    with reopened(lost.folder) as before, reopened(tmp_path / "alpha") as after:
        assert len(told(before)[1]) == 4
        assert len(told(before)[2]) == 2
        assert told(after) == told(before)
        assert list(check_register(after)) == []
        gone = {str(each.values["entry_id"]) for each in after.versions("entry")}
        assert gone == {"E2"}
    assert made.replayed.rows["request"] == 4


def test_no_number_is_given_again(lost: Lost, tmp_path: Path) -> None:
    """Neither of a request nor of a recall; and a second restore of what went on afterwards keeps those too."""
    again(lost, tmp_path / "alpha")
    with reopened(tmp_path / "alpha") as register:
        known = {each.number for each in recalls(register)}
        assert new_request(register, "access", NOW.date(), by=BY, now=NOW + 90 * HOUR).number == "R0005"
        erase(register, "E2", GROUND, BY, NOW + 91 * HOUR)
        assert {each.number for each in recalls(register)} >= known
        expected = told(register)
    second = Lost(tmp_path / "alpha", lost.backup, tmp_path / "alpha", lost.log)
    again(second, tmp_path / "beta")
    with reopened(tmp_path / "beta") as register:
        assert told(register) == expected
        assert list(check_register(register)) == []
        assert new_request(register, "access", NOW.date(), by=BY, now=NOW + 92 * HOUR).number == "R0006"


def test_the_log_goes_on_from_what_was_published(lost: Lost, tmp_path: Path) -> None:
    """Published again it has the old log for its beginning, and a receipt of before is as good as ever."""
    keys = [SIGNER.key]
    old = open_checkpoint((lost.log / "checkpoint").read_bytes(), keys).checkpoint
    with reopened(lost.folder) as before:
        (row,) = before.versions("request", "x.request_id = 'R0002'")
        receipt = prove(FolderStore(lost.log), row.opened_seq, row.salt)
    again(lost, tmp_path / "alpha")
    policy = read_policy((tmp_path / "alpha" / "policy").read_bytes(), "policy")
    with reopened(tmp_path / "alpha") as register:
        assert root_of(register, old.size) == old.root
        (same,) = register.versions("request", "x.request_id = 'R0002'")
        verify(receipt, same.body(), policy)
        publish(register)
        new = open_checkpoint((tmp_path / "alpha/public/checkpoint").read_bytes(), keys).checkpoint
        assert new.size > old.size
        assert RegisterLog(register, NOW).state.read() is not None
    found = examine(tmp_path / "alpha", now=int(NOW.timestamp())).discrepancies
    # The key of these tests is kept nowhere, so that nobody vouched for its policy.
    assert [each for each in found if "vouched" not in each.found] == []


def test_what_was_restored_without_the_log_cannot_make_a_second_one(lost: Lost, tmp_path: Path) -> None:
    """Nothing is signed that contradicts what others have seen, and the way on is to restore with the log."""
    again(lost, tmp_path / "alpha", log=False)
    with reopened(tmp_path / "alpha") as register, pytest.raises(Refusal, match="log-forked"):
        replay(register, FolderStore(lost.log))


def test_a_database_that_was_copied_back_is_not_opened_before_it_is_replayed(lost: Lost, tmp_path: Path) -> None:
    """Somebody who puts back the database alone cannot record anything on top of it."""
    folder = tmp_path / "alpha"
    shutil.copytree(lost.folder, folder)
    for path in folder.glob("register.sqlite*"):
        path.unlink()
    shutil.copy(lost.backup / "register.sqlite", folder / "register.sqlite")
    with pytest.raises(Refusal, match="register-behind"):
        reopened(folder)
    assert any("register-behind" in each.found or "copy" in each.found for each in examine(folder).discrepancies)
    with Register.open(folder, finish=False) as register:
        replay(register, FolderStore(lost.log))
    with reopened(lost.folder) as before, reopened(folder) as after:
        assert told(after) == told(before)
        assert list(check_register(after)) == []


def test_journals_that_are_not_this_registers_are_refused(lost: Lost, tmp_path: Path, attempts: Count) -> None:
    """An older journal, one of other content, and one with any line changed: nothing is restored."""
    newest = (lost.apart / DUTIES).read_bytes()
    lines = newest.splitlines(keepends=True)
    own = (lost.backup / DUTIES).read_bytes()
    changed = {
        "older": b"".join(lines[: len(own.splitlines()) - 1]),
        "a number": newest.replace(b"R0002", b"R0009"),
        "without a line": b"".join([*own.splitlines(keepends=True), *lines[len(own.splitlines()) + 1 :]]),
    }
    draw = random.Random(5)
    for number in range(40):
        at = draw.randrange(len(newest) - 1)
        changed[f"byte {number}"] = newest[:at] + bytes([newest[at] ^ draw.randrange(1, 128)]) + newest[at + 1 :]
    for name, data in changed.items():
        (tmp_path / DUTIES).write_bytes(data)
        if name == "without a line":
            continue
        with pytest.raises(Refusal, match="duties-"):
            restore(lost.backup, tmp_path / "alpha", lost.apart / JOURNAL, duties=tmp_path / DUTIES)
        assert not (tmp_path / "alpha").exists()
    attempts("journals of duties that were changed", len(changed))


def test_a_line_that_the_log_contradicts_is_refused(lost: Lost, tmp_path: Path) -> None:
    """Whoever writes lines with their digests cannot put a record under a leaf that commits to another."""
    from overt.lines import read_line, written

    lines = (lost.apart / DUTIES).read_bytes().splitlines()
    at = next(at for at, line in enumerate(lines) if b'"R0002"' in line)
    found = read_line(lines[at])
    found["values"]["received_on"] = "2021-01-01"
    lines[at] = written(found)
    (tmp_path / DUTIES).write_bytes(b"".join(line + b"\n" for line in lines))
    with pytest.raises(Refusal, match="duties-differ"):
        restore(
            lost.backup,
            tmp_path / "alpha",
            lost.apart / JOURNAL,
            duties=tmp_path / DUTIES,
            log=FolderStore(lost.log),
        )


def test_the_journal_names_no_entry_and_no_person(lost: Lost) -> None:
    """What is kept apart from the register must not bring back who was on it."""
    data = (lost.apart / DUTIES).read_text()
    for line in map(json.loads, data.splitlines()):
        assert not {"entry_id", "subject_id", "scope"} & line.get("values", {}).keys()
    with reopened(lost.folder) as register:
        for version in register.versions("subject"):
            assert str(version.values["subject_id"]) not in data
