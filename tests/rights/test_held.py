"""Work on a request that the gate holds: a decider permits it, and the same command then does the whole of it."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from overt.gate import Gate, Judgement, Permitted, Proposed, Refused, decide, waiting
from overt.refusals import Refusal
from overt.register import Register
from overt.rights import Told, draft, find_request, read_correction, recalls, rectify, remove, tell, write_answer
from overt.rights._answer import send
from overt.rights._decision import RequestDecision
from tests.rights.conftest import ANN, BY, KEY, LATER, asked, desk, overt, sent

WHEN = LATER + dt.timedelta(days=1)
THEN = WHEN + dt.timedelta(days=3)
DECIDER, WHY = "P2001", "the panel has seen the report and agrees"
REASON = "the report does not say which it is"
# OV-04 asks of every item whether it is a fact or an assessment, and the gate holds one that does not say.
OPEN_QUESTION = "item.I1-0.basis="


@pytest.fixture
def number(register: Register) -> str:
    """Ann asks for a correction of E1, which was sent to a force."""
    sent(register, 1, "E1")
    return asked(register, "rectification", now=WHEN)


def correct(register: Register, number: str, out: Path, now: dt.datetime = WHEN, change: str = OPEN_QUESTION) -> Told:
    """Corrects the item so that the gate asks a human."""
    return rectify(register, number, "E1", [read_correction(change)], reason=REASON, desk=desk(out, now))


def held(register: Register, number: str, out: Path, change: str = OPEN_QUESTION, now: dt.datetime = WHEN) -> str:
    """The hold under which a correction waits; nothing of it was done."""
    before = [each.values for each in register.versions("item")]
    with pytest.raises(Refusal, match=r"(?s)work-held.*OV-04.*overt admit decide REGISTER H"):
        correct(register, number, out, now, change)
    assert [each.values for each in register.versions("item")] == before
    assert not list(out.glob("*"))
    return waiting(Gate(register))[-1].hold_id


def permit(register: Register, hold: str, by: str = DECIDER) -> None:
    """A decider permits what waits."""
    outcomes = decide(Gate(register), hold, Judgement(by, True, WHY), WHEN)
    assert all(isinstance(each, Permitted) for each in outcomes)


def test_a_held_correction_is_done_whole_by_the_same_command(register: Register, number: str, tmp_path: Path) -> None:
    """Days later: corrected, the notice written and signed, the recall dated that day, the decision a record."""
    hold = held(register, number, tmp_path / "n")
    permit(register, hold)
    assert [each.values["basis"] for each in register.versions("item") if each.values["item_id"] == "I1-0"] == ["fact"]
    assert recalls(register, number) == []
    made = correct(register, number, tmp_path / "n", THEN)
    assert [each.sent_on for each in made.recalls] == [THEN.date()]
    assert all(each.is_file() for each in made.notices)
    assert [each.kind for each in find_request(register, number).steps] == ["identity", "rectified"]
    standing = list(register.versions("item", "x.item_id = 'I1-0' and x.closed_seq is null"))
    assert [each.values["basis"] for each in standing] == [None]
    (decision,) = register.versions("decision", "x.closed_seq is null")
    assert (decision.values["decided_by"], decision.values["outcome"]) == (DECIDER, "admitted")


def test_a_permit_is_good_for_once_and_for_the_same_work(register: Register, number: str, tmp_path: Path) -> None:
    """Another value, another person's entry, another reason, another officer: each waits for a decision of its own."""
    hold = held(register, number, tmp_path / "n")
    permit(register, hold)
    other = held(register, number, tmp_path / "n", "item.I1-1.basis=")
    assert other != hold
    with pytest.raises(Refusal, match="work-held"):
        rectify(
            register,
            number,
            "E1",
            [read_correction(OPEN_QUESTION)],
            reason=f"{REASON} now",
            desk=desk(tmp_path / "n", THEN),
        )
    correct(register, number, tmp_path / "n", THEN)
    assert [each.hold_id for each in waiting(Gate(register))].count(hold) == 0
    rows = register.store.rows("select outcome, records from held where hold_id = ?", (hold,))
    assert rows == [("admitted", None)]
    correct(register, number, tmp_path / "m", THEN, "item.I1-0.basis=fact")
    again = held(register, number, tmp_path / "k", now=THEN)
    assert again not in (hold, other)


def test_the_same_work_given_again_waits_once(register: Register, number: str, tmp_path: Path) -> None:
    """An officer who tries again makes no second hold."""
    assert held(register, number, tmp_path / "n") == held(register, number, tmp_path / "n")
    assert len(waiting(Gate(register))) == 1


def test_a_decision_against_it_leaves_the_way_back(register: Register, number: str, tmp_path: Path) -> None:
    """Nothing is done; the request is open, and can be corrected otherwise or refused."""
    hold = held(register, number, tmp_path / "n")
    outcomes = decide(Gate(register), hold, Judgement(DECIDER, False, WHY), WHEN)
    assert all(isinstance(each, Refused) for each in outcomes)
    assert find_request(register, number).outcome is None
    correct(register, number, tmp_path / "n", THEN, "item.I1-0.basis=assessment")


def test_who_asked_for_it_cannot_permit_it(register: Register, number: str, tmp_path: Path) -> None:
    """Nor who is no decider."""
    hold = held(register, number, tmp_path / "n")
    for by in (BY, "P1077"):
        with pytest.raises(Refusal, match=r"decider-"):
            decide(Gate(register), hold, Judgement(by, True, WHY), WHEN)
    assert [each.hold_id for each in waiting(Gate(register))] == [hold]


def test_a_record_from_outside_does_not_use_a_permit(register: Register, number: str, tmp_path: Path) -> None:
    """The very records of the permitted work, proposed by hand, are refused as before."""
    permit(register, held(register, number, tmp_path / "n"))
    (kept,) = register.store.rows("select records from held where outcome = 'permitted'")
    records = [Proposed(each["table"], each["values"], each["action"], bundle="b") for each in json.loads(kept[0])]
    outcomes = Gate(register).admit(records, BY, THEN)
    assert all("rights-only" in {reason.code for reason in each.reasons} for each in outcomes)
    correct(register, number, tmp_path / "n", THEN)


def test_a_permit_goes_with_the_entry_that_is_erased(register: Register, number: str, tmp_path: Path) -> None:
    """Nothing of an erased entry is left in what waits to be done."""
    permit(register, held(register, number, tmp_path / "n"))
    gone = asked(register, "erasure", now=THEN)
    remove(register, gone, ["E1"], "DPA 2018 s.47(1)", desk(tmp_path / "e", THEN))
    assert register.store.rows("select count(*) from held where records is not null") == [(0,)]


@pytest.mark.parametrize("work", ["erasure", "restriction", "answer"])
def test_every_kind_of_work_is_done_once_it_is_permitted(
    register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, work: str
) -> None:
    """Whatever a pack may hold: an erasure goes on to its end, and a letter that was read is sent."""
    from overt.controls import Effect
    from overt.gate import _decision
    from overt.gate._outcome import hold

    sent(register, 1, "E1")
    asks = asked(register, "access" if work == "answer" else work, now=WHEN)
    whole = RequestDecision()

    def do(now: dt.datetime) -> None:
        if work == "erasure":
            remove(register, asks, ["E1"], "DPA 2018 s.47(1)", desk(tmp_path / "n", now))
        elif work == "restriction":
            tell(register, asks, "E1", "restrict", recipients=[], desk=desk(tmp_path / "n", now))
        else:
            send(register, asks, ANN, whole, key=KEY, out=tmp_path / "n", by=BY, now=now)

    if work == "answer":
        made = draft(register, find_request(register, asks), ANN, whole, key=KEY, today=WHEN.date())
        write_answer(made, tmp_path / "n")
    before = _decision.CharterRules.reasons
    cause = hold("XX-01", "request", "a pack of tomorrow asks a human")
    assert cause.effect is Effect.HOLD
    monkeypatch.setattr(_decision.CharterRules, "reasons", lambda *given: [*before(*given), cause])
    with pytest.raises(Refusal, match="work-held"):
        do(WHEN)
    (waits,) = waiting(Gate(register))
    permit(register, waits.hold_id)
    do(THEN)
    request = find_request(register, asks)
    if work == "erasure":
        assert not register.store.rows("select 1 from entry where entry_id = 'E1'")
    if work == "answer":
        assert request.outcome == "answered"
        assert "DRAFT" not in (tmp_path / "n/answer.txt").read_text()
    else:
        assert [each.sent_on for each in recalls(register, asks)] == [THEN.date()]
        assert len(list((tmp_path / "n").glob("*.note"))) == 1


def test_the_commands_say_the_way_on(register: Register, number: str, tmp_path: Path) -> None:
    """`overt admit decide` says that the officer runs the command again."""
    hold = held(register, number, tmp_path / "n")
    words = ("admit", "decide", register.folder, hold, "--by", DECIDER, "--admit", "--reason", WHY)
    assert "runs the same command again" in overt(*words)
