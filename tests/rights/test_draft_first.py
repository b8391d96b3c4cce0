"""A letter is read before it is final: an answer is recorded only beside the draft that says the same."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from overt.refusals import Refusal
from overt.register import Register
from overt.rights import (
    FORMS,
    RequestDecision,
    draft,
    find_request,
    note_identity,
    read_correction,
    rectify,
    send,
    work,
    write_answer,
)
from tests.rights.conftest import ANN, BY, KEY, LATER, asked, desk, read_and_sent, sent
from tests.rights.test_answer import said

WHEN = LATER + dt.timedelta(days=1)
WHOLE = RequestDecision()
NCND = RequestDecision(denies="s.45(4)(b)", reasons="a live inquiry; decided for all requests of this kind")


def drafted(
    register: Register, number: str, out: Path, decision: RequestDecision = WHOLE, now: dt.datetime = LATER
) -> None:
    """Writes the draft of an answer into a folder."""
    write_answer(draft(register, find_request(register, number), ANN, decision, key=KEY, today=now.date()), out)


def record(
    register: Register, number: str, out: Path, decision: RequestDecision = WHOLE, now: dt.datetime = LATER
) -> None:
    """Records the answer beside the draft in a folder."""
    send(register, number, ANN, decision, key=KEY, out=out, by=BY, now=now)


def kept(out: Path) -> dict[str, bytes]:
    """What stands in a folder."""
    return {each.name: each.read_bytes() for each in out.iterdir()} if out.exists() else {}


def check_refused(register: Register, number: str, out: Path, decision: RequestDecision = WHOLE) -> None:
    """The answer is not recorded, and no file is changed."""
    before = kept(out)
    with pytest.raises(Refusal, match="letter-not-drafted"):
        record(register, number, out, decision)
    assert kept(out) == before
    assert find_request(register, number).outcome is None


def test_nothing_is_recorded_before_a_draft_was_written(register: Register, tmp_path: Path) -> None:
    """Neither without a folder, nor with an empty one, nor with the draft of another request."""
    number, other = asked(register), asked(register)
    check_refused(register, number, tmp_path / "none")
    (tmp_path / "empty").mkdir()
    check_refused(register, number, tmp_path / "empty")
    drafted(register, other, tmp_path / "other")
    check_refused(register, number, tmp_path / "other")


@pytest.mark.parametrize("decision", [WHOLE, NCND], ids=["whole", "ncnd"])
def test_a_draft_says_that_it_is_one_and_the_answer_does_not(
    register: Register, tmp_path: Path, decision: RequestDecision
) -> None:
    """In each form that a person reads, and for machines."""
    number = asked(register)
    made = draft(register, find_request(register, number), ANN, decision, key=KEY, today=LATER.date())
    final = read_and_sent(register, number, decision, tmp_path / "letter")
    assert kept(tmp_path / "letter") == dict(final.files)
    for name in ("answer.html", "answer.txt"):
        assert "DRAFT: not sent yet." in said(made, name)
        assert "DRAFT" not in said(final, name)
    assert json.loads(made.files["answer.json"])["draft"] is True
    assert "draft" not in json.loads(final.files["answer.json"])


def test_a_draft_of_what_the_register_no_longer_says_is_not_sent(register: Register, tmp_path: Path) -> None:
    """Corrected for another request since: the letter that was read is out of date."""
    number = asked(register, now=WHEN)
    drafted(register, number, tmp_path / "letter", now=WHEN)
    change = asked(register, "rectification", now=WHEN)
    given = [read_correction("item.I1-0.basis=assessment")]
    rectify(register, change, "E1", given, reason="the report says so of them", desk=desk(tmp_path / "n", WHEN))
    check_refused(register, number, tmp_path / "letter")
    drafted(register, number, tmp_path / "letter", now=WHEN)
    record(register, number, tmp_path / "letter", now=WHEN)
    assert find_request(register, number).outcome == "answered"


def test_a_draft_of_another_decision_or_that_was_changed_is_not_sent(register: Register, tmp_path: Path) -> None:
    """What is recorded is what stands in the letter that was read, in every form."""
    number = asked(register)
    drafted(register, number, tmp_path / "letter")
    check_refused(register, number, tmp_path / "letter", NCND)
    for name in FORMS:
        drafted(register, number, tmp_path / "letter")
        path = tmp_path / "letter" / name
        path.write_bytes(path.read_bytes() + b" ")
        check_refused(register, number, tmp_path / "letter")
    drafted(register, number, tmp_path / "letter")
    (tmp_path / "letter" / "answer.txt").unlink()
    with pytest.raises(Refusal, match="file-unreadable"):
        record(register, number, tmp_path / "letter")


def test_a_draft_that_was_read_yesterday_is_sent_with_the_date_of_today(register: Register, tmp_path: Path) -> None:
    """Nothing has changed but the day."""
    number = asked(register)
    drafted(register, number, tmp_path / "letter")
    record(register, number, tmp_path / "letter", now=WHEN)
    text = (tmp_path / "letter" / "answer.txt").read_text()
    assert f"Date: {WHEN.day} September 2021" in text
    assert find_request(register, number).answered_on == WHEN.date()


def test_an_answer_that_the_gate_does_not_admit_leaves_the_draft(
    register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No letter without the mark stays behind that nobody recorded."""
    from overt.rights import _answer

    number = asked(register)
    drafted(register, number, tmp_path / "letter")
    before = kept(tmp_path / "letter")

    def refuse(*_: object) -> None:
        raise Refusal("rights-not-admitted", "the gate", "nothing", "nothing")

    monkeypatch.setattr(_answer, "admit", refuse)
    with pytest.raises(Refusal, match="rights-not-admitted"):
        record(register, number, tmp_path / "letter")
    assert kept(tmp_path / "letter") == before


def test_only_a_request_whose_identity_was_checked_is_answered(register: Register, tmp_path: Path) -> None:
    """A draft may be read before; the answer waits for it."""
    from overt.rights import new_request

    sent(register, 1, "E1")
    number = new_request(register, "access", LATER.date(), by=BY, now=LATER).number
    work(register, number, KEY, ANN, by=BY, now=LATER)
    drafted(register, number, tmp_path / "letter")
    with pytest.raises(Refusal, match="identity-not-noted"):
        record(register, number, tmp_path / "letter")
    note_identity(register, number, "in_person", LATER.date(), by=BY, now=LATER)
    record(register, number, tmp_path / "letter")
