"""Correction: a new version, the old one still there as it stood, and everybody told."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from overt.refusals import Refusal
from overt.register import Register, check_register
from overt.rights import Decision, confirm, draft, find_request, read_correction, read_notice, recalls, rectify
from tests.gate.conftest import disclosure
from tests.rights.conftest import ANN, BY, KEY, LATER, SIGNER, admit, asked, desk, sent

REASON = "the report of the day names them as a witness"
WHEN = LATER + dt.timedelta(days=1)


def test_correction_opens_a_version_and_tells_who_was_sent_it(register: Register, tmp_path: Path) -> None:
    """The register keeps what it said before; the body is told what to set, by a signed notice and a disclosure."""
    sent(register, 1, "E1")
    number = asked(register, "rectification", now=WHEN)
    corrections = [read_correction("subject.birth_date=1990-05-18"), read_correction("item.I1-0.basis=assessment")]
    made = rectify(register, number, "E1", corrections, reason=REASON, desk=desk(tmp_path / "notices", WHEN))
    (now,) = register.versions("item", "x.item_id = 'I1-0' and x.closed_seq is null")
    assert now.values["basis"] == "assessment"
    before = {each.values["item_id"]: each.values["basis"] for each in register.as_of("item", LATER)}
    assert before["I1-0"] == "fact"
    (recall,) = made.recalls
    assert (recall.recipient, recall.asks) == ("example_force", "correct")
    (path,) = made.notices
    assert read_notice(path.read_bytes(), [SIGNER.key], "notice")["asks"] == "correct"
    assert 'set item.I1-0.basis "assessment"' in path.read_text()
    assert 'set subject.birth_date "1990-05-18"' in path.read_text()
    corrected = [each.values for each in register.versions("disclosure", "x.corrects = 'D1'")]
    assert [(each["recipient"], each["entry_id"], each["redacted"]) for each in corrected] == [
        ("example_force", "E1", True)
    ]
    logged = [each.values["action"] for each in register.versions("access", "x.entry_id = 'E1'")]
    assert sorted(logged) == ["alter", "consult", "disclose"]
    assert list(check_register(register)) == []
    text = draft(register, find_request(register, number), ANN, Decision(), key=KEY, today=WHEN.date()).files[
        "answer.txt"
    ]
    assert b"We corrected it on 3 September 2021." in text


def test_second_correction_is_told_again(register: Register, tmp_path: Path) -> None:
    """A body that confirmed the first has another recall to confirm."""
    sent(register, 1, "E1")
    number = asked(register, "rectification", now=WHEN)
    first = rectify(
        register,
        number,
        "E1",
        [read_correction("item.I1-0.basis=assessment")],
        reason=REASON,
        desk=desk(tmp_path / "1", WHEN),
    )
    confirm(register, first.recalls[0].number, "done", WHEN.date(), by=BY, now=WHEN)
    later = WHEN + dt.timedelta(hours=1)
    second = rectify(
        register,
        number,
        "E1",
        [read_correction("item.I1-0.basis=fact")],
        reason=REASON,
        desk=desk(tmp_path / "2", later),
    )
    assert second.recalls[0].number != first.recalls[0].number
    assert [each.confirmed_on is None for each in recalls(register, number)] == [False, True]


def test_body_that_may_no_longer_be_sent_it_is_told_to_delete(register: Register, tmp_path: Path) -> None:
    """The corrected role is none that the agreement covers; nothing more of the entry goes there."""
    admit(register, disclosure(1, entry_id="E1", sent_at=LATER.isoformat()), now=LATER)
    number = asked(register, "rectification", now=WHEN)
    made = rectify(
        register, number, "E1", [read_correction("entry.role=witness")], reason=REASON, desk=desk(tmp_path / "n", WHEN)
    )
    (recall,) = made.recalls
    assert recall.asks == "delete"
    assert "set " not in made.notices[0].read_text()
    assert [each.values["disclosure_id"] for each in register.versions("disclosure")] == ["D1"]


def test_correction_that_the_gate_refuses_changes_nothing(register: Register, tmp_path: Path) -> None:
    """A purpose that the charter does not know: every reason, no notice, no step."""
    sent(register, 1, "E1")
    number = asked(register, "rectification", now=WHEN)
    with pytest.raises(Refusal, match=r"rights-not-admitted.*purpose-not-chartered"):
        rectify(
            register,
            number,
            "E1",
            [read_correction("entry.purpose=marketing")],
            reason=REASON,
            desk=desk(tmp_path / "n", WHEN),
        )
    assert list((tmp_path / "n").iterdir()) == []
    assert [each.kind for each in find_request(register, number).steps] == ["identity"]
    assert recalls(register) == []


@pytest.mark.parametrize(
    "text",
    [
        "entry.role",
        "entry.subject_id=x",
        "entry.nothing=1",
        "item.basis=fact",
        "review.outcome=retain",
        "subject.age_recorded=old",
    ],
)
def test_what_cannot_be_corrected_is_refused(text: str) -> None:
    """An entry is not turned into another person's; the value is not repeated."""
    with pytest.raises(Refusal, match="correction-malformed") as refused:
        read_correction(text)
    assert "old" not in str(refused.value)


def test_row_of_another_entry_is_not_corrected(register: Register, tmp_path: Path) -> None:
    """Only what stands under the entry."""
    number = asked(register, "rectification", now=WHEN)
    with pytest.raises(Refusal, match="correction-row"):
        rectify(
            register,
            number,
            "E1",
            [read_correction("item.I2-0.basis=fact")],
            reason=REASON,
            desk=desk(tmp_path / "n", WHEN),
        )
