"""What the gate refuses, holds, notes and admits."""

from __future__ import annotations

import datetime as dt
import traceback
from typing import Any

import pytest

from overt.gate import Admitted, Gate, Held, Judgement, Outcome, Proposed, Refused, decide, waiting
from overt.refusals import Refusal
from overt.register import Register, check_register
from tests.gate.conftest import CHARTERS, NOW, alone, disclosure, entry, item, listing, pseudonym, subject

LATER = NOW + dt.timedelta(seconds=1)
SAID = "Zebedee Quillfeather"


def codes(outcome: Outcome) -> set[str]:
    """The codes of all reasons."""
    return {reason.code for reason in outcome.reasons}


def changed(number: int, table: str, **values: Any) -> list[Proposed]:
    """A listing that would be admitted but for these values."""
    return [
        Proposed(each.table, {**each.values, **values}, bundle=each.bundle) if each.table == table else each
        for each in listing(number)
    ]


def test_gate_admits_a_listing_that_breaches_nothing(gate: Gate, register: Register) -> None:
    """A person, an entry and its items are admitted together, each as a leaf of its own."""
    begun = register.size()
    outcomes = gate.admit(listing(1), "P1001", NOW)
    assert [type(each) for each in outcomes] == [Admitted] * 4
    assert [each.seq for each in outcomes if isinstance(each, Admitted)] == list(range(begun, begun + 4))
    assert register.size() == begun + 4
    assert list(check_register(register)) == []


@pytest.mark.parametrize(
    ("table", "values", "code"),
    [
        ("item", {"visibility": "private"}, "OV-38"),
        ("item", {"visibility": "persona"}, "OV-38"),
        ("item", {"authority_id": "A1", "visibility": "private"}, "reference-unknown"),
        ("item", {"category": "dance_move"}, "category-not-in-force"),
        ("entry", {"role": None}, "OV-02"),
        ("entry", {"role": "associate"}, "role-not-chartered"),
        ("entry", {"role": "victim", "score": 3}, "OV-01"),
        ("entry", {"role": "witness", "band": "low"}, "OV-01"),
        ("item", {"source_ref": "SRC1"}, "OV-06"),
        ("subject", {"birth_date": "2009-12-01"}, "OV-34"),
        ("subject", {"birth_date": "2006-12-01"}, "OV-33"),
        ("item", {"category": "ethnicity"}, "OV-35"),
        ("entry", {"review_due_on": None}, "review-date-missing"),
        ("entry", {"review_due_on": "2022-09-01"}, "review-date-late"),
        ("entry", {"delete_due_on": None}, "delete-date-missing"),
        ("entry", {"delete_due_on": "2030-01-01"}, "delete-date-late"),
        ("entry", {"retention_group": "for_ever"}, "retention-group-unknown"),
        ("entry", {"purpose": "interest"}, "purpose-not-chartered"),
        ("entry", {"approved_by": "P1001"}, "approver-is-recorder"),
        ("entry", {"grounds": "gang"}, "OV-09"),
        ("entry", {"grounds": None}, "OV-09"),
        ("entry", {"decided_by": "automated", "significant": True}, "OV-57b"),
        ("entry", {"colour": "blue"}, "column-unknown"),
        ("entry", {"opened_on": "yesterday"}, "value-unreadable"),
        ("entry", {"score": True}, "value-unreadable"),
        ("entry", {"band": "purple"}, "code-not-listed"),
        ("entry", {"entry_id": None}, "value-missing"),
    ],
)
def test_gate_refuses(gate: Gate, table: str, values: dict[str, Any], code: str) -> None:
    """One fault in a listing refuses all of it, and says which."""
    outcomes = gate.admit(changed(1, table, **values), "P1001", NOW)
    assert all(isinstance(each, Refused) for each in outcomes)
    assert code in codes(outcomes[0])


def test_gate_gives_every_reason_at_once(gate: Gate) -> None:
    """Faults of shape, charter and controls come together, and each says what to do."""
    faulty = changed(
        1, "entry", role="victim", score=3, review_due_on=None, approved_by="P1001", grounds="mail a@b.example"
    )
    (outcome, *_) = gate.admit(faulty, "P1001", NOW)
    assert codes(outcome) >= {"OV-01", "OV-20", "review-date-missing", "approver-is-recorder", "names-a-person"}
    assert all(reason.says and (reason.remedy or reason.effect != "refuse") for reason in outcome.reasons)


@pytest.mark.parametrize(
    ("table", "values", "code"),
    [
        ("item", {"basis": None}, "OV-04"),
        ("item", {"source_grade": None}, "OV-05"),
        ("item", {"origin": "social_media"}, "OV-14"),
        ("entry", {"approved_by": None}, "approver-missing"),
    ],
)
def test_gate_holds(gate: Gate, table: str, values: dict[str, Any], code: str) -> None:
    """What a human must look at waits, and is not in the register."""
    outcomes = gate.admit(changed(1, table, **values), "P1001", NOW)
    assert all(isinstance(each, Held) for each in outcomes)
    assert code in codes(outcomes[0])
    (held,) = waiting(gate)
    assert held.tables == {"subject": 1, "entry": 1, "item": 2}
    assert (held.entries, held.units) == (("E1",), ("north desk",))


def test_gate_holds_where_a_refusing_control_cannot_tell(gate: Gate) -> None:
    """An age that is not known is no proof that the person is old enough: a human decides."""
    (outcome, *_) = gate.admit(changed(1, "subject", birth_date=None), "P1001", NOW)
    assert isinstance(outcome, Held)
    assert {reason.code for reason in outcome.reasons if reason.unknown} >= {"OV-33", "OV-34"}


def test_gate_admits_and_notes(gate: Gate, register: Register) -> None:
    """What is only to be noted is admitted, and the note is kept."""
    (outcome, *_) = gate.admit(changed(1, "subject", ethnicity_self=None, ethnicity_observed=None), "P1001", NOW)
    assert isinstance(outcome, Admitted)
    assert codes(outcome) == {"OV-37"}
    assert register.store.rows("select code from noted where seq = ?", (outcome.seq,)) == [("OV-37",)]


_TO_COUNCIL = {
    "recipient": "example_council", "recipient_kind": "council", "agreement_id": "ISA-2", "purpose": "safeguarding"
}  # fmt: skip


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"agreement_id": None}, "OV-47"),
        ({"agreement_id": "ISA-9"}, "agreement-not-chartered"),
        ({**_TO_COUNCIL, "redacted": False}, "OV-46"),
        ({"grade_sent": False}, "OV-49"),
        ({"recipient": "newspaper"}, "recipient-not-chartered"),
        ({"recipient_kind": "school"}, "recipient-kind"),
        ({"purpose": "safeguarding"}, "purpose-not-agreed"),
        ({"entry_id": "E9"}, "reference-unknown"),
    ],
)
def test_gate_refuses_a_disclosure(gate: Gate, values: dict[str, Any], code: str) -> None:
    """An entry goes to nobody but whom the charter names, as the agreement says."""
    gate.admit(listing(1), "P1001", NOW)
    (outcome,) = gate.admit([alone(disclosure(1), **values)], "P1001", LATER)
    assert isinstance(outcome, Refused)
    assert code in codes(outcome)


def test_gate_refuses_disclosure_in_bulk(gate: Gate, register: Register) -> None:
    """Beyond fifty entries to one body on one day, the next is refused."""
    for number in range(1, 53):
        gate.admit(listing(number), "P1001", NOW + dt.timedelta(milliseconds=number))
    sent = [
        gate.admit([disclosure(number)], "P1001", LATER + dt.timedelta(milliseconds=number))[0]
        for number in range(1, 52)
    ]
    assert all(isinstance(each, Admitted) for each in sent[:50])
    assert codes(sent[50]) == {"OV-46"}


def test_gate_refuses_disclosure_of_a_role_the_recipient_may_not_have(gate: Gate) -> None:
    """The agreement with a force is about suspects and convicted people, not about victims."""
    gate.admit(listing(1, role="victim"), "P1001", NOW)
    (outcome,) = gate.admit([disclosure(1)], "P1001", LATER)
    assert codes(outcome) == {"role-not-agreed"}


def test_gate_refuses_without_a_charter_in_force(gate: Gate, register: Register) -> None:
    """Before the first charter takes effect nothing is admitted."""
    assert CHARTERS
    with pytest.raises(Refusal, match="clock-behind"):
        gate.admit(listing(1), "P1001", dt.datetime(2020, 9, 1, tzinfo=dt.UTC))


@pytest.mark.parametrize(
    ("table", "field", "value"),
    [
        ("entry", "grounds", f"said by @{SAID.split(maxsplit=1)[0]} online and written down"),
        ("entry", "grounds", "write to zebedee.quill@post.example about the fight"),
        ("entry", "grounds", "he answers at 07700 900123 in the evening"),
        ("entry", "grounds", "lives at SW1A 1AA and was seen there often"),
        ("entry", "grounds", "see https://clips.example/watch for the fight"),
        ("entry", "subject_id", SAID),
        ("entry", "subject_id", "f" * 63),
        ("entry", "opened_by", "quillfeather"),
        ("entry", "unit", "07700 900123"),
        ("item", "platform", SAID),
        ("item", "platform", "@zebedee"),
        ("item", "source_ref", SAID),
        ("item", "evidence_ref", "zebedee.quill"),
        ("item", "item_id", "www.clips.example/1"),
    ],
)
def test_gate_refuses_what_names_a_person(  # noqa: PLR0917  its cases
    gate: Gate, register: Register, capsys: pytest.CaptureFixture[str], table: str, field: str, value: str
) -> None:
    """Names, handles and addresses are refused with the field named, and never repeated or kept."""
    (outcome, *_) = gate.admit(changed(1, table, **{field: value}), "P1001", NOW)
    assert f"{table}.{field}" in {reason.where for reason in outcome.reasons if reason.code == "names-a-person"}
    assert value not in repr(outcome) + "".join(capsys.readouterr())
    register.store.wipe([])
    assert value.encode() not in (register.folder / "register.sqlite").read_bytes()


@pytest.mark.parametrize(
    "grounds",
    [
        "taken to hospital on 2 March 2021 after the fight in inquiry 17",
        "convicted on 01-02-2020 at 10:00 and again on 3.4.2021 of affray",
        "named in crime report 1234567 as one of five people who took part",
        "came second, as the 2nd of 3 in the B2 4th division of the league",
        "the statement of 12 November 2020, pages 10 to 14, says that he held a knife",
    ],
)
def test_gate_admits_ordinary_words(gate: Gate, grounds: str) -> None:
    """Dates, numbers of reports and ordinals are not telephone numbers or postcodes."""
    (outcome, *_) = gate.admit(changed(1, "entry", grounds=grounds), "P1001", NOW)
    assert isinstance(outcome, Admitted)


def test_tracebacks_do_not_repeat_values() -> None:
    """What is proposed does not show itself."""
    proposed = Proposed("entry", {"grounds": SAID})
    try:
        raise ValueError(proposed)
    except ValueError:
        assert SAID not in traceback.format_exc()


def test_key_is_used_once(gate: Gate) -> None:
    """The same row again is refused; a change of it has to say so."""
    gate.admit(listing(1), "P1001", NOW)
    (outcome,) = gate.admit([alone(subject(1))], "P1001", LATER)
    assert codes(outcome) == {"key-used"}
    (outcome,) = gate.admit([Proposed("subject", subject(2).values, "alter")], "P1001", LATER)
    assert codes(outcome) == {"key-unknown"}


def test_change_closes_one_version_and_opens_the_next(gate: Gate, register: Register) -> None:
    """After a change both versions are there, and each moment has its own."""
    gate.admit(listing(1), "P1001", NOW)
    closed = {**entry(1).values, "status": "closed", "closed_on": "2021-09-02"}
    (outcome,) = gate.admit([Proposed("entry", closed, "alter")], "P1001", LATER)
    assert isinstance(outcome, Admitted)
    assert [each.values["status"] for each in register.as_of("entry", NOW)] == ["active"]
    assert [each.values["status"] for each in register.as_of("entry", LATER)] == ["closed"]
    assert list(check_register(register)) == []


def test_breach_that_stood_before_does_not_stop_a_fix(gate: Gate, register: Register) -> None:
    """An entry that the register holds in breach can be closed: the breach is noted and not held against it."""
    gate.admit(listing(1), "P1001", NOW)
    young = {**subject(1).values, "birth_date": "2010-01-01"}
    (corrected,) = gate.admit([Proposed("subject", young, "alter")], "P1001", LATER)
    assert isinstance(corrected, Admitted)
    closed = {**entry(1).values, "status": "closed", "closed_on": "2021-09-02"}
    (outcome,) = gate.admit([Proposed("entry", closed, "alter")], "P1001", LATER + dt.timedelta(seconds=1))
    assert isinstance(outcome, Admitted)
    assert {each.code for each in outcome.reasons if each.stood} >= {"OV-34"}


def test_repeated_idempotency_key_gives_the_first_outcome(gate: Gate, register: Register) -> None:
    """A retry neither admits twice nor is refused as a second record."""
    begun = register.size()
    keyed = Proposed("subject", subject(1).values, idempotency_key="k1")
    (first,) = gate.admit([keyed], "P1001", NOW)
    (again,) = gate.admit([keyed], "P1001", LATER)
    assert isinstance(first, Admitted)
    assert isinstance(again, Admitted)
    assert (again.seq, again.repeated) == (first.seq, True)
    assert register.size() == begun + 1


def test_idempotency_key_of_another_record_is_refused(gate: Gate) -> None:
    """A key stands for one record."""
    gate.admit([Proposed("subject", subject(1).values, idempotency_key="k1")], "P1001", NOW)
    (outcome,) = gate.admit([Proposed("subject", subject(2).values, idempotency_key="k1")], "P1001", LATER)
    assert codes(outcome) == {"idempotency-key-reused"}


def test_decider_admits_what_was_held(gate: Gate, register: Register) -> None:
    """A named human who did not record it decides; the decision is a record, and nothing waits any more."""
    (held, *_) = gate.admit(changed(1, "item", basis=None), "P1001", NOW)
    assert isinstance(held, Held)
    outcomes = decide(gate, held.hold_id, Judgement("P2001", True, "the panel has seen the document"), LATER)
    assert all(isinstance(each, Admitted) for each in outcomes)
    assert waiting(gate) == []
    (decision,) = register.versions("decision")
    assert (decision.values["decided_by"], decision.values["outcome"]) == ("P2001", "admitted")
    assert list(check_register(register)) == []


@pytest.mark.parametrize(
    ("by", "reason", "code"),
    [("P1001", "because", "decider-without-power"), ("P2001", " ", "decision-without-reason")],
)
def test_hold_is_not_decided_by_anybody(gate: Gate, by: str, reason: str, code: str) -> None:
    """Only a decider decides, and says why."""
    (held, *_) = gate.admit(changed(1, "item", basis=None), "P1001", NOW)
    assert isinstance(held, Held)
    with pytest.raises(Refusal, match=code):
        decide(gate, held.hold_id, Judgement(by, True, reason), LATER)


def test_recorder_does_not_decide(gate: Gate) -> None:
    """A decider who recorded the entry is not the second pair of eyes."""
    (held, *_) = gate.admit(changed(1, "item", basis=None), "P2001", NOW)
    assert isinstance(held, Held)
    with pytest.raises(Refusal, match="decider-is-recorder"):
        decide(gate, held.hold_id, Judgement("P2001", True, "I am sure"), LATER)


def test_decisions_are_counted_without_content(gate: Gate, register: Register) -> None:
    """Refusals are counted by control and code; of what was refused nothing is kept."""
    gate.admit(changed(1, "entry", role=None, grounds=f"words about {SAID} and the fight"), "P1001", NOW)
    counted = {(row[0], row[1]): row[2] for row in register.store.rows("select outcome, code, count from tally")}
    assert counted["refused", ""] == 4
    assert counted["refused", "OV-02"] == 4
    register.store.wipe([])
    assert SAID.encode() not in (register.folder / "register.sqlite").read_bytes()


def test_clock_that_goes_back_a_little_is_put_right(gate: Gate, register: Register) -> None:
    """Moments never go back."""
    gate.admit([alone(subject(1))], "P1001", NOW)
    (outcome,) = gate.admit([alone(subject(2))], "P1001", NOW - dt.timedelta(seconds=5))
    assert isinstance(outcome, Admitted)
    assert outcome.recorded_at == "2021-09-02 09:00:00.000001"


def test_clock_that_goes_back_far_is_refused(gate: Gate, register: Register) -> None:
    """A clock that is wrong by more than a minute writes nothing."""
    begun = register.size()
    gate.admit([alone(subject(1))], "P1001", NOW)
    with pytest.raises(Refusal, match="clock-behind"):
        gate.admit([alone(subject(2))], "P1001", NOW - dt.timedelta(hours=1))
    assert register.size() == begun + 1


def test_actor_is_a_staff_reference(gate: Gate) -> None:
    """Who proposes is not named."""
    with pytest.raises(Refusal, match="staff-reference") as refused:
        gate.admit([alone(subject(1))], SAID, NOW)
    assert SAID not in str(refused.value)


def test_item_under_no_entry_is_refused(gate: Gate) -> None:
    """A fact about nobody in the register has no place in it."""
    (outcome,) = gate.admit([alone(item(1, 0))], "P1001", NOW)
    assert "reference-unknown" in codes(outcome)


def test_same_grounds_on_many_entries_are_refused(gate: Gate) -> None:
    """Beyond fifty entries the same words are a template."""
    for number in range(51):
        gate.admit(
            listing(number, grounds="linked to the group by social media"), "P1001", NOW + dt.timedelta(seconds=number)
        )
    (outcome, *_) = gate.admit(
        listing(99, grounds="linked to the group by social media"), "P1001", NOW + dt.timedelta(seconds=60)
    )
    assert "OV-09" in codes(outcome)
    assert pseudonym(99) not in repr(outcome)
