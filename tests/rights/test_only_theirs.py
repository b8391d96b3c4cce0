"""Nothing of another person is answered, corrected, erased or recalled, by whatever path: issue 14, item 11.

`rights erase R0004 --entry E99` once erased another person's entry and told the bodies of both.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from overt.refusals import Refusal
from overt.register import Register
from overt.rights import (
    RequestDecision,
    Requester,
    draft,
    find_request,
    new_request,
    note_identity,
    preview,
    read_correction,
    rectify,
    remove,
    send,
    tell,
    work,
)
from tests.attempts import Count
from tests.rights.conftest import (
    ANN,
    BOB,
    BY,
    KEY,
    LATER,
    PERSON,
    SIGNER,
    asked,
    begin,
    desk,
    listed,
    overt,
    reopened,
    sent,
)

WHEN = LATER + dt.timedelta(days=1)
REASON = "the report of the day names them as a witness"
GROUND = "DPA 2018 s.47(1), the entry was not necessary"
WORDS = "a passphrase that is no secret"
# E2 is another person's; E99 is nobody's; the others are ways to write E2 or to slip past a comparison of texts.
NOT_ANNS = ("E2", "E99", "e2", "E2 ", "E%", "", "none")

Path_ = Callable[[Register, str, str, Path], object]
PATHS: dict[str, Path_] = {
    "erase": lambda register, number, entry, out: remove(register, number, [entry], GROUND, desk(out, WHEN)),
    "erase with one of theirs": lambda register, number, entry, out: remove(
        register, number, ["E1", entry], GROUND, desk(out, WHEN)
    ),
    "preview": lambda register, number, entry, out: preview(register, number, [entry]),
    "rectify the entry": lambda register, number, entry, out: rectify(
        register, number, entry, [read_correction("entry.role=witness")], reason=REASON, desk=desk(out, WHEN)
    ),
    "rectify the person": lambda register, number, entry, out: rectify(
        register, number, entry, [read_correction("subject.birth_date=1991-01-01")], reason=REASON, desk=desk(out, WHEN)
    ),
    "recall": lambda register, number, entry, out: tell(
        register, number, entry, "delete", recipients=[], desk=desk(out, WHEN)
    ),
    "restrict": lambda register, number, entry, out: tell(
        register, number, entry, "restrict", recipients=[], desk=desk(out, WHEN)
    ),
}


def state(register: Register) -> tuple[object, ...]:
    """What stands in the register: every leaf, and the entries."""
    return register.size(), register.read(0, register.size()), register.store.rows("select * from entry_version")


@pytest.fixture
def register(register: Register) -> Register:
    """Both entries were sent to a force."""
    sent(register, 1, "E1")
    sent(register, 2, "E2", now=LATER + dt.timedelta(minutes=1))
    return register


@pytest.mark.parametrize("path", list(PATHS))
def test_no_function_touches_an_entry_that_was_not_found(
    register: Register, tmp_path: Path, path: str, attempts: Count
) -> None:
    """Every function, every kind of request, every way to name somebody else's entry: refused, and nothing changed."""
    tried = 0
    for kind in ("rectification", "erasure", "restriction", "objection"):
        number = asked(register, kind, now=WHEN)
        before = state(register)
        for entry in NOT_ANNS:
            with pytest.raises(Refusal, match="entry-not-theirs"):
                PATHS[path](register, number, entry, tmp_path / "notices")
            tried += 1
        assert state(register) == before
        assert not list((tmp_path / "notices").glob("*"))
    attempts("requests that name somebody else's entry", tried)


@pytest.mark.parametrize("path", list(PATHS))
def test_nothing_is_done_for_a_request_that_was_never_worked(register: Register, tmp_path: Path, path: str) -> None:
    """Not even with the entry that is theirs; nor with the look-up of another request, or of a longer number."""
    bare = new_request(register, "erasure", WHEN.date(), by=BY, now=WHEN).number
    note_identity(register, bare, "in_person", WHEN.date(), by=BY, now=WHEN)
    asked(register, "erasure", now=WHEN)
    with pytest.raises(Refusal, match="request-not-worked"):
        PATHS[path](register, bare, "E1", tmp_path / "notices")


def test_no_answer_to_a_request_that_was_never_worked(register: Register, tmp_path: Path) -> None:
    """Whatever the answer says, and for every kind."""
    refused = RequestDecision(refused="s.47(1)", why=REASON)
    denied = RequestDecision(denies="s.45(4)(b)", reasons=REASON)
    for kind, decisions in (("access", (RequestDecision(), denied)), ("erasure", (RequestDecision(), refused, denied))):
        number = new_request(register, kind, WHEN.date(), by=BY, now=WHEN).number
        note_identity(register, number, "in_person", WHEN.date(), by=BY, now=WHEN)
        for decision in decisions:
            with pytest.raises(Refusal, match="request-not-worked"):
                send(register, number, ANN, decision, key=KEY, out=tmp_path / "out", by=BY, now=WHEN)
            with pytest.raises(Refusal, match="request-not-worked"):
                draft(register, find_request(register, number), ANN, decision, key=KEY, today=WHEN.date())
    assert not (tmp_path / "out").exists()


def test_a_letter_goes_to_the_person_who_was_looked_up(register: Register, tmp_path: Path) -> None:
    """Ann's look-up and Bob's file make no letter to Bob about Ann, nor one to Ann without her newer entry."""
    number = asked(register, now=WHEN)
    for other in (BOB, Requester("Cy Else", "1991-02-03")):
        with pytest.raises(Refusal, match="look-up-differs"):
            send(register, number, other, RequestDecision(), key=KEY, out=tmp_path / "out", by=BY, now=WHEN)
    listed(register, 7, Requester("Ann Quill Example", "1990-05-17"), now=WHEN)
    with pytest.raises(Refusal, match="look-up-differs"):
        send(register, number, ANN, RequestDecision(), key=KEY, out=tmp_path / "out", by=BY, now=WHEN)
    for entry in ("E2", "E99"):
        work(register, number, KEY, ANN, by=BY, now=WHEN)
        with pytest.raises(Refusal, match="entry-not-theirs"):
            send(
                register, number, ANN, RequestDecision(), key=KEY, named=[entry], out=tmp_path / "out", by=BY, now=WHEN
            )


def test_the_newest_look_up_is_the_one_that_binds(register: Register, tmp_path: Path) -> None:
    """A first look with somebody else's file gives no lasting hold of their entry."""
    number = asked(register, "erasure", now=WHEN, who=Requester("Cy Else", "1991-02-03"))
    assert preview(register, number, ["E2"]).weighed.entries == 1
    work(register, number, KEY, ANN, by=BY, now=WHEN)
    with pytest.raises(Refusal, match="entry-not-theirs"):
        remove(register, number, ["E2"], GROUND, desk(tmp_path / "notices", WHEN))


def test_an_erasure_that_goes_on_takes_nobody_elses_entry(register: Register, tmp_path: Path) -> None:
    """After an erasure the same command may name what is gone, and nothing else that stands."""
    begin(register)
    number = asked(register, "erasure", now=WHEN)
    remove(register, number, ["E1"], GROUND, desk(tmp_path / "notices", WHEN))
    remove(register, number, ["E1"], GROUND, desk(tmp_path / "notices", WHEN))
    with pytest.raises(Refusal, match="entry-not-theirs"):
        remove(register, number, ["E1", "E2"], GROUND, desk(tmp_path / "notices", WHEN))
    assert [each.values["entry_id"] for each in register.versions("entry")] == ["E2"]


def test_nothing_is_changed_under_a_request_for_access(register: Register, tmp_path: Path) -> None:
    """It asks what is held, and no more."""
    number = asked(register, now=WHEN)
    for path in PATHS.values():
        with pytest.raises(Refusal, match="request-for-access"):
            path(register, number, "E1", tmp_path / "notices")


def test_the_preview_counts_before_anything_is_done(register: Register, tmp_path: Path) -> None:
    """Entries, items, organisations by their title, and what would stay."""
    listed(register, 7, Requester("Ann Quill Example", "1990-05-17"), now=WHEN)
    number = asked(register, "erasure", now=WHEN)
    before = state(register)
    made = preview(register, number, ["E1"])
    assert (made.weighed.entries, made.weighed.items, made.weighed.people) == (1, 2, 1)
    assert (made.organisations, made.stays) == (("Example Neighbouring Force",), ("E7",))
    assert preview(register, number, ["E1", "E7"]).weighed.items == 4
    assert state(register) == before


def test_commands_take_only_what_was_found(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Erase, rectify, recall and answer; and an erasure that nobody confirms destroys nothing."""
    folder = tmp_path / "alpha"
    with reopened(base, folder) as made:
        sent(made, 1, "E1")
        begin(made)
    monkeypatch.setenv("OVERT_LEDGER_KEY", SIGNER.secret())
    monkeypatch.setenv("OVERT_LEDGER_PASSPHRASE", WORDS)
    monkeypatch.setenv("OVERT_PSEUDONYM_KEY", KEY.text())
    person = tmp_path / "person.toml"
    person.write_text(PERSON)
    out = ("--out", tmp_path / "notices", "--by", BY)
    for number, kind in (("R0001", "erasure"), ("R0002", "access")):
        overt("rights", "new", folder, "--kind", kind, "--by", BY)
        overt("rights", "identity", folder, number, "--how", "in_person", "--by", BY)
    erase = ("rights", "erase", folder, "R0001", "--ground", GROUND, *out)
    letter = ("rights", "answer", folder, "R0002", "--person", person, "--out", tmp_path / "letter", "--by", BY)
    overt(*erase, "--entry", "E1", "--yes", code=3)
    overt(*letter, code=3)
    for number in ("R0001", "R0002"):
        overt("rights", "work", folder, number, "--person", person, "--by", BY)
    overt(*erase, "--entry", "E2", "--yes", code=3)
    overt(*erase, "--entry", "E1", "--entry", "E2", "--yes", code=3)
    change = ("--set", "entry.role=witness", "--reason", REASON)
    overt("rights", "rectify", folder, "R0001", "--entry", "E2", *change, *out, code=3)
    overt("rights", "recall", folder, "R0001", "--entry", "E2", "--ask", "delete", *out, code=3)
    overt(*letter, "--entry", "E2", code=3)
    overt(*erase, "--entry", "E1", "--preview")
    overt(*erase, "--entry", "E1", code=3)
    overt("register", "erase", folder, "--entry", "E2", "--ground", GROUND, "--by", BY, code=3)
    with Register.open(folder) as register:
        assert [each.values["entry_id"] for each in register.versions("entry")] == ["E1", "E2"]
        assert find_request(register, "R0001").erasures == ()
    assert not (tmp_path / "notices").exists() or not list((tmp_path / "notices").iterdir())
