"""A register whose pseudonyms are made of names, as an authority's are. Every name here is invented."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from overt.cli._app import command_line
from overt.gate import Admitted, Gate, Proposed
from overt.ledger import ED25519, Signer, make_signer, read_policy
from overt.ledger import publish as publish_log
from overt.pseudonym import Person, read_birth_date, read_name
from overt.refusals import Refusal, Refusals
from overt.register import Register, RegisterLog
from overt.rights import (
    CaseDesk,
    RequestDecision,
    Requester,
    RightsAnswer,
    draft,
    find_request,
    new_request,
    note_identity,
    send,
    work,
    write_answer,
)
from tests.gate.conftest import KEY, NOW, ORIGIN, disclosure, entry, item, open_register, subject

SIGNER = make_signer(ORIGIN, ED25519, b"a seed that is no secret at all!")
BY = "P1001"
SEEDS = itertools.count(2)
LATER = NOW + dt.timedelta(hours=1)
# The charter of the replay runs into the years of the new law without a change.
THIS_YEAR = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
ANN = Requester("Ann Example", "1990-05-17", address=("1 Example Street", "Exampleton"))
BOB = Requester("Bob Sample", "1990-05-17", address=("1 Example Street", "Exampleton"))
PERSON = 'name = "Ann Example"\nborn = 1990-05-17\naddress = ["1 Example Street", "Exampleton"]\n'


def pseudonym_of(who: Requester) -> str:
    """The pseudonym of a person."""
    return KEY.subject_id(Person(read_name(who.name), read_birth_date(who.born)))


def admit(register: Register, *records: Proposed, now: dt.datetime = NOW) -> None:
    """Admits records, all of them."""
    outcomes = Gate(register).admit(records, BY, now)
    assert all(isinstance(each, Admitted) for each in outcomes), outcomes


def listed(register: Register, number: int, who: Requester, *, now: dt.datetime = NOW, **of_entry: Any) -> str:
    """Lists a person, with two items."""
    known = pseudonym_of(who)
    records = [
        subject(number, subject_id=known, birth_date=who.born),
        entry(number, subject_id=known, **of_entry),
        item(number, 0),
        item(number, 1),
    ]
    admit(register, *records, now=now)
    return f"E{number}"


def listed_again(register: Register, entry_id: str) -> None:
    """Lists Ann a second time, with two items, in an entry that nobody was sent."""
    name = entry_id.removeprefix("E")
    grounds = "seen again at the fight of inquiry 77"
    again = entry(1, entry_id=entry_id, subject_id=pseudonym_of(ANN), grounds=grounds)
    items = [
        item(1, place, item_id=f"I{name}-{place}", entry_id=entry_id, source_ref=f"SRC{name}-{place}")
        for place in (0, 1)
    ]
    admit(register, again, *items, now=LATER)


def sent(register: Register, number: int, entry_id: str, *, now: dt.datetime = LATER, **values: Any) -> None:
    """Sends an entry to another body."""
    admit(register, disclosure(number, entry_id=entry_id, sent_at=now.isoformat(), **values), now=now)


def asked(
    register: Register,
    kind: str = "access",
    received_on: dt.date | None = None,
    now: dt.datetime = LATER,
    *,
    who: Requester = ANN,
) -> str:
    """A request whose identity was checked, and for which an officer has looked for the person's entries."""
    made = new_request(register, kind, received_on or now.date(), by=BY, now=now)
    note_identity(register, made.number, "in_person", now.date(), by=BY, now=now)
    work(register, made.number, KEY, who, by=BY, now=now)
    return made.number


def read_and_sent(
    register: Register,
    number: str,
    decision: RequestDecision,
    out: Path,
    *,
    who: Requester = ANN,
    now: dt.datetime = LATER,
) -> RightsAnswer:
    """An answer that was drafted, read and sent."""
    request = find_request(register, number)
    write_answer(draft(register, request, who, decision, key=KEY, today=now.date()), out)
    return send(register, number, who, decision, key=KEY, out=out, by=BY, now=now)


def desk(out: Path, now: dt.datetime = LATER) -> CaseDesk:
    """An officer at work."""
    return CaseDesk(BY, now, [SIGNER], out)


def overt(*words: object, given: str = "", code: int = 0) -> str:
    """Runs a command in this process, since another takes seconds to start, and holds it to its exit code."""
    first, *rest = map(str, words)
    done = CliRunner().invoke(command_line(first), [first, *rest], input=given, standalone_mode=False)
    if isinstance(done.exception, Refusal | Refusals):
        left, said = 3, str(done.exception)
    else:
        assert done.exception is None, repr(done.exception)
        left, said = int(done.return_value or 0), done.output
    assert left == code, said
    return done.stdout


def begin(register: Register) -> None:
    """Begins the register's log, as `overt ledger init` does, with a key that is kept nowhere."""
    RegisterLog(register, LATER).write_policy([SIGNER.key])
    publish(register)


def publish(register: Register, signer: Signer = SIGNER) -> None:
    """Publishes all leaves."""
    log = RegisterLog(register, LATER)
    publish_log(
        log.leaves(),
        log.store,
        [signer],
        now=int(LATER.timestamp()),
        state=log.state,
        documents=log.document,
        policy=read_policy(log.policy.read_bytes(), "policy"),
    )


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a register; entry E1 is Ann's, E2 is somebody else's."""
    folder = tmp_path_factory.mktemp("rights") / "alpha"
    with open_register(folder) as made:
        listed(made, 1, ANN)
        listed(made, 2, Requester("Cy Else", "1991-02-03"))
    return folder


def reopened(template: Path, folder: Path) -> Register:
    """A copy of a register; its salts are never those of another."""
    shutil.copytree(template, folder)
    return Register.open(folder, random.Random(next(SEEDS)).randbytes)


@pytest.fixture
def register(base: Path, tmp_path: Path) -> Iterator[Register]:
    """A copy of that register."""
    with reopened(base, tmp_path / "alpha") as made:
        yield made


def chance(seed: int) -> random.Random:
    """Chance that is the same in each run."""
    return random.Random(seed)
