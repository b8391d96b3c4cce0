"""Correction: a new version, the old one still there as it stood, and everybody told."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from overt.audits import Request, SourceOptions, audit
from overt.gate import Gate, Proposed
from overt.refusals import Refusal
from overt.register import Register, check_register, snapshot
from overt.rights import (
    RequestDecision,
    confirm,
    draft,
    find_request,
    read_correction,
    read_notice,
    recalls,
    rectify,
    tell,
)
from tests.audit.conftest import Silent
from tests.gate.conftest import disclosure, item
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
    text = draft(register, find_request(register, number), ANN, RequestDecision(), key=KEY, today=WHEN.date()).files[
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


def corrections(register: Register) -> list[tuple[object, ...]]:
    """What was corrected and who was told of it: the item, the kind, the body and its day."""
    columns = ("item_id", "kind", "recipient", "told_on")
    return [tuple(each.values[name] for name in columns) for each in register.versions("correction")]


def answered(register: Register, folder: Path, control: str) -> tuple[str, int, int]:
    """What an audit says of the register: the verdict, and how many rows were examined and breach."""
    snapshot(register, WHEN + dt.timedelta(days=1), folder / "snapshot")
    source, day = SourceOptions(str(folder / "snapshot")), WHEN.date() + dt.timedelta(days=1)
    audit(Request(source, ("core", "rights"), day, out=folder / "audit"), Silent())
    found = json.loads((folder / "audit" / "findings.json").read_text(encoding="utf-8"))["findings"]
    (said,) = [each for each in found if each["control"] == control]
    return said["verdict"], said["examined"], said["breached"]


def test_correction_is_recorded_with_who_was_told(register: Register, tmp_path: Path) -> None:
    """A row for what was corrected and each body: the one that is told what to set, and the one that must delete."""
    sent(register, 1, "E1")
    number = asked(register, "rectification", now=WHEN)
    changes = [read_correction("entry.role=witness"), read_correction("item.I1-0.basis=assessment")]
    rectify(register, number, "E1", changes, reason=REASON, desk=desk(tmp_path / "n", WHEN))
    assert corrections(register) == [
        (None, "rectified", "example_force", "2021-09-03"),
        ("I1-0", "rectified", "example_force", "2021-09-03"),
    ]
    assert answered(register, tmp_path, "OV-28") == ("met", 1, 0)


def test_correction_of_what_nobody_was_sent_is_recorded_too(register: Register, tmp_path: Path) -> None:
    """With no body."""
    number = asked(register, "rectification", now=WHEN)
    changes = [read_correction("item.I1-0.basis=assessment")]
    rectify(register, number, "E1", changes, reason=REASON, desk=desk(tmp_path / "n", WHEN))
    assert corrections(register) == [("I1-0", "rectified", None, None)]


def test_audit_finds_a_correction_of_which_a_recipient_was_not_told(register: Register, tmp_path: Path) -> None:
    """Written down by whoever put the data right without a request, and nobody was told."""
    sent(register, 1, "E1")
    row = {"correction_id": "K1", "entry_id": "E1", "kind": "rectified", "on_date": str(WHEN.date())}
    admit(register, Proposed("correction", row), now=WHEN)
    assert answered(register, tmp_path, "OV-28") == ("breached", 1, 1)


def test_restriction_is_recorded_with_who_was_told(register: Register, tmp_path: Path) -> None:
    """A recall that asks to restrict is a restriction (s.48(9)); one that asks to delete is none."""
    sent(register, 1, "E1")
    number = asked(register, "restriction", now=WHEN)
    tell(register, number, "E1", "restrict", recipients=(), desk=desk(tmp_path / "1", WHEN))
    tell(register, number, "E1", "delete", recipients=(), desk=desk(tmp_path / "2", WHEN))
    assert corrections(register) == [(None, "restricted", "example_force", "2021-09-03")]
    assert answered(register, tmp_path, "OV-28") == ("met", 1, 0)


def test_authority_that_an_item_came_from_is_told_of_it_alone(register: Register, tmp_path: Path) -> None:
    """Section 48(7): its notice says which item, and only what was wrong in that; the audit sees that it was told."""
    supplied = item(1, 1, source_authority="other_force")
    admit(register, Proposed("item", supplied.values, "alter"), now=LATER)
    sent(register, 1, "E1")
    number = asked(register, "rectification", now=WHEN)
    changes = [read_correction(f"item.I1-{place}.basis=assessment") for place in (0, 1)]
    made = rectify(register, number, "E1", changes, reason=REASON, desk=desk(tmp_path / "n", WHEN))
    assert [(each.recipient, each.asks) for each in made.recalls] == [
        ("example_force", "correct"),
        ("other_force", "correct"),
    ]
    force, source = (path.read_text() for path in made.notices)
    assert "set item.I1-0.basis" in force and "set item.I1-1.basis" in force
    assert "supplied I1-1 source SRC1-1" in source
    assert "set item.I1-1.basis" in source
    assert "I1-0" not in source and "D1" not in source
    assert corrections(register) == [
        ("I1-0", "rectified", "example_force", "2021-09-03"),
        ("I1-1", "rectified", "example_force", "2021-09-03"),
        ("I1-1", "rectified", "other_force", "2021-09-03"),
    ]
    assert answered(register, tmp_path, "RT-13") == ("met", 1, 0)


def test_authority_that_may_no_longer_be_sent_the_entry_is_told_both(register: Register, tmp_path: Path) -> None:
    """It deletes what it was sent, and corrects what it supplied; no disclosure goes there."""
    supplied = item(1, 1, source_authority="example_force")
    admit(register, Proposed("item", supplied.values, "alter"), now=LATER)
    sent(register, 1, "E1")
    number = asked(register, "rectification", now=WHEN)
    changes = [read_correction("entry.role=witness"), read_correction("item.I1-1.basis=assessment")]
    made = rectify(register, number, "E1", changes, reason=REASON, desk=desk(tmp_path / "n", WHEN))
    assert [each.asks for each in made.recalls] == ["delete", "correct"]
    assert "entry.role" not in made.notices[1].read_text()
    assert [each.values["disclosure_id"] for each in register.versions("disclosure")] == ["D1"]
    assert answered(register, tmp_path, "OV-28") == ("met", 1, 0)


def test_nobody_outside_the_rights_work_records_a_correction_for_a_request(register: Register) -> None:
    """The same without a number of a request is admitted."""
    number = asked(register, "rectification", now=WHEN)
    row = {"correction_id": "K1", "entry_id": "E1", "kind": "rectified", "on_date": str(WHEN.date())}
    (refused,) = Gate(register).admit([Proposed("correction", {**row, "request_id": number})], BY, WHEN)
    assert [each.code for each in refused.reasons] == ["rights-only"]
    admit(register, Proposed("correction", row), now=WHEN)
