"""The staff face: proposing step by step, approving, reviewing, disclosing. Everybody in it is invented."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from starlette.testclient import TestClient

from overt.gate import Gate, Proposed
from overt.register import Register
from tests.web.conftest import NOW, Site, csrf, csrf_of

NOBODY = "ab" * 32
ABOUT = {
    "person": {"subject_id": NOBODY},
    "known": {"known": "no"},
    "birth": {"birth_date-day": "27", "birth_date-month": "3", "birth_date-year": "1999"},
    "sex": {"sex": "female"},
    "ethnicity": {"ethnicity_self": "W1"},
    "role": {"role": "suspect"},
    "purpose": {"purpose": "investigation"},
    "grounds": {"grounds": "Threatened others near the canal in words recorded on 1 September; capture K77"},
    "unit": {"unit": "North desk"},
    "condition": {},
    "significance": {"significant": "yes"},
    "retention": {"retention_group": "standard"},
    "review": {"review_due_on-day": "1", "review_due_on-month": "11", "review_due_on-year": "2024"},
    "delete": {"delete_due_on-day": "1", "delete_due_on-month": "9", "delete_due_on-year": "2028"},
}


def item(number: int, origin: str, **more: str) -> dict[str, dict[str, str]]:
    return {
        "item-what": {"category": "threat", "basis": "fact"},
        "item-source": {
            "origin": origin, "source_ref": f"SRC-T{number}", "visibility": "open", "collected_on-day": "1",
            "collected_on-month": "9", "collected_on-year": "2024", **more,
        },
        "item-evidence": {"evidence_ref": f"EVD-T{number}", "evidence_sha256": "0" * 64},
        "item-grading": {"source_grade": "1", "information_grade": "A", "handling": "P"},
    }  # fmt: skip


def post(client: TestClient, path: str, form: Mapping[str, str] | None = None) -> Any:
    return client.post(path, data={"csrf": csrf(client), **(form or {})})


def answer(client: TestClient, step: str, form: Mapping[str, str]) -> Any:
    return post(client, f"/staff/propose/{step}", form)


def go_through(client: TestClient, about: Mapping[str, Mapping[str, str]], *items: Mapping[str, Any]) -> str:
    """Follows the questions from the first to the check, as a person does; gives the last address."""
    location = post(client, "/staff/propose").headers["location"]
    left = list(items)
    current: Mapping[str, Any] = {}
    while not location.endswith("/check"):
        page = client.get(location)
        if page.status_code == 303:
            location = page.headers["location"]
            continue
        assert page.status_code == 200, location
        step = location.rsplit("/", 1)[1]
        if step == "items":
            form: Mapping[str, str] = {"more": "yes" if left else "no"}
        elif step == "item-what":
            current = left.pop(0)
            form = current[step]
        else:
            form = current[step] if step in current else about[step]
        sent = answer(client, step, form)
        assert sent.status_code == 303, (step, re.sub(r"<[^>]+>", " ", sent.text)[:9_000])
        location = sent.headers["location"]
    return location


def records(site: Site, table: str) -> list[dict[str, Any]]:
    with Register.open(site.folder) as register:
        return [dict(each.values) for each in register.versions(table, "x.closed_seq is null")]


def due_entry(site: Site) -> str:
    with Register.open(site.folder) as register:
        sql = (
            "select e.entry_id from entry e where e.status = 'active' and e.role = 'suspect'"
            " and e.approved_by <> 'P9001' and e.opened_by <> 'P1001' order by review_due_on, entry_id limit 1"
        )
        return str(register.store.rows(sql)[0][0])


def look(client: TestClient, entry_id: str, reason: str = "the review of this week") -> Any:
    return post(client, f"/staff/entries/{entry_id}", {"reason": reason})


def test_a_proposal_goes_from_question_to_question_to_the_approver(site: Site) -> None:
    """One question a page; held, because nobody has approved it; let in by somebody else."""
    recorder, approver = site.signed_in("P1001"), site.signed_in("P9001")
    go_through(recorder, ABOUT, item(1, "police_record"), item(2, "intelligence", source_authority="example_force"))
    check = recorder.get("/staff/propose/check")
    assert "approver-missing" in check.text
    assert "There is a problem" not in check.text
    before = len(records(site, "entry"))
    sent = answer(recorder, "check", {})
    assert sent.status_code == 303, sent.text
    assert len(records(site, "entry")) == before
    hold = re.search(r"hold=(H\w+)", sent.headers["location"])[1]  # type: ignore[index]
    assert "Sent for a decision" in recorder.get(sent.headers["location"]).text
    assert f"/staff/approvals/{hold}" in approver.get("/staff/approvals").text
    # Its content is shown when the approver has said why, and that is a record.
    assert "canal" not in approver.get(f"/staff/approvals/{hold}").text
    assert post(approver, f"/staff/approvals/{hold}", {"reason": "to decide on it"}).status_code == 303
    shown = approver.get(f"/staff/approvals/{hold}").text
    assert "near the canal" in shown
    for apart in (NOBODY, "1999-03-27", "female", "W1"):
        # Two letters may stand in the form's token by chance, but not as a word.
        assert not re.search(rf"(?<![\w-]){apart}(?![\w-])", shown)
    decided = post(approver, f"/staff/approvals/{hold}/decide", {"admit": "yes", "because": "grounds and sources hold"})
    assert decided.headers["location"] == "/staff/done?what=let-in", decided.text
    entry = next(each for each in records(site, "entry") if each["subject_id"] == NOBODY)
    assert (entry["opened_by"], entry["approved_by"], entry["status"]) == ("P1001", "P9001", "active")
    assert entry["significant"] is True
    items = [each for each in records(site, "item") if each["entry_id"] == entry["entry_id"]]
    assert sorted(each["source_authority"] or "" for each in items) == ["", "example_force"]
    assert look(recorder, entry["entry_id"]).status_code == 303
    page = re.sub(r"<[^>]+>|\s+", " ", recorder.get(f"/staff/entries/{entry['entry_id']}").text)
    assert re.search(r"Significant effect on the person +yes", page)
    assert "from Example Neighbouring Force" in page
    looked = [each for each in records(site, "access") if each["actor"] == "P9001"]
    assert [(each["action"], each["reason"]) for each in looked] == [("consult", f"hold {hold}: to decide on it")]


@pytest.mark.parametrize(
    ("step", "form", "code", "law"),
    [
        ("person", {"subject_id": "Jane Example"}, "names-a-person", "s.37"),
        ("birth", {"birth_date": "2018-01-01"}, "OV-34", ""),
        ("grounds", {"grounds": "Seen with @somebody near the canal on Friday evening"}, "names-a-person", "s.37"),
        ("review", {"review_due_on": "2027-01-01"}, "review-date-late", "s.39(2)"),
        ("delete", {"delete_due_on": "2060-01-01"}, "delete-date-late", "s.39(1)"),
    ],
)
def test_what_the_gate_refuses_is_said_where_it_arises(
    step: str, form: dict[str, str], code: str, law: str, site: Site
) -> None:
    """The question comes again, with the reason, its law and what to do; nothing was written or counted."""
    client = site.signed_in("P1001")
    location = post(client, "/staff/propose").headers["location"]
    with Register.open(site.folder) as register:
        size, tally = register.size(), register.store.rows("select sum(count) from tally")
    while not location.endswith(f"/{step}"):
        name = location.rsplit("/", 1)[1]
        sent = answer(client, name, ABOUT[name])
        assert sent.status_code == 303, (name, sent.text)
        location = sent.headers["location"]
    refused = answer(client, step, form)
    assert refused.status_code == 422
    assert code in refused.text
    assert law in refused.text
    assert "govuk-error-message" in refused.text
    with Register.open(site.folder) as register:
        assert (register.size(), register.store.rows("select sum(count) from tally")) == (size, tally)


def test_a_childs_entry_asks_for_the_safeguarding_decision(site: Site) -> None:
    """Under eighteen there is one question more, and a retention group of its own."""
    client = site.signed_in("P1001")
    child = {
        **ABOUT,
        "person": {"subject_id": "cd" * 32},
        "birth": {"birth_date": "2008-01-01"},
        "retention": {"retention_group": "child"},
        "review": {"review_due_on": "2024-10-01"},
        "delete": {"delete_due_on": "2026-09-01"},
        "safeguarding": {"done_by": "P3001", "rationale": "Referred to those who protect children; see note N12"},
    }
    go_through(client, child, item(3, "police_record"), item(4, "intelligence"))
    assert answer(client, "check", {}).headers["location"].startswith("/staff/done?what=proposed&hold=")


def test_one_source_is_refused_at_the_check(site: Site) -> None:
    """OV-06 can be told only of the whole: it stands at the check, and proposing it changes nothing."""
    client = site.signed_in("P1001")
    go_through(client, ABOUT, item(5, "police_record"))
    page = client.get("/staff/propose/check").text
    assert "OV-06" in page
    assert "There is a problem" in page
    refused = answer(client, "check", {})
    assert refused.status_code == 422
    assert not [each for each in records(site, "entry") if each["subject_id"] == NOBODY]
    # The draft is still there to be fixed.
    assert client.get("/staff/propose/check").status_code == 200


def test_private_material_needs_its_authority(site: Site) -> None:
    """OV-38 is said on the page of the source, and goes away with an authority that is registered first."""
    client = site.signed_in("P1001")
    authority = {
        "authority_id": "AUTH9001", "kind": "directed_surveillance", "granted_on": "2024-08-20",
        "granted_by_rank": "superintendent", "urgent": "no", "expires_on": "2024-11-15", "scope": NOBODY,
    }  # fmt: skip
    assert post(client, "/staff/authorities/new", authority).headers["location"] == "/staff/done?what=authority"
    covert = item(6, "social_media", visibility="private", platform="an online platform")
    with pytest.raises(AssertionError, match="item-source"):
        go_through(client, ABOUT, covert)
    assert "(OV-38)" in answer(client, "item-source", covert["item-source"]).text
    sent = answer(client, "item-source", {**covert["item-source"], "authority_id": "AUTH9001"})
    assert sent.status_code == 303, sent.text


def test_nobody_approves_their_own(site: Site) -> None:
    """The page offers nothing to who recorded it; a hand-made request is refused by the gate."""
    approver = site.signed_in("P9001")
    with Register.open(site.folder) as register:
        gate = Gate(register)
        entry = dict(next(register.versions("entry", "x.status = 'active' and x.closed_seq is null")).values)
        ungraded = {
            "item_id": "I99", "entry_id": entry["entry_id"], "category": "threat", "source_ref": "S99",
            "visibility": "open", "collected_on": "2024-09-01",
        }  # fmt: skip
        held = gate.admit([Proposed("item", ungraded)], "P9001", NOW)[0]
    assert held.word == "held", held
    post(approver, f"/staff/approvals/{held.hold_id}", {"reason": "to decide on it"})
    assert "You submitted this record" in approver.get(f"/staff/approvals/{held.hold_id}").text
    refused = post(approver, f"/staff/approvals/{held.hold_id}/decide", {"admit": "yes", "because": "mine"})
    assert refused.status_code == 422
    assert "you recorded this record or are named in it" in refused.text


def test_an_entry_is_shown_when_why_was_said(site: Site) -> None:
    """The look is a record with its reason; of the person nothing is shown; it is over after a quarter of an hour."""
    client, entry_id = site.signed_in("P1001"), due_entry(site)
    assert entry_id in client.get("/staff/due").text
    with Register.open(site.folder) as register:
        entry = next(register.versions("entry", "x.entry_id = ? and x.closed_seq is null", (entry_id,))).values
        person = next(register.versions("subject", "x.subject_id = ?", (entry["subject_id"],))).values
    asked = client.get(f"/staff/entries/{entry_id}")
    assert "Why do you need to see this record?" in asked.text
    assert str(entry["grounds"]) not in asked.text
    before = len(records(site, "access"))
    assert look(client, entry_id, "x").status_code == 422
    assert len(records(site, "access")) == before
    assert look(client, entry_id).headers["location"] == f"/staff/entries/{entry_id}"
    line = records(site, "access")[-1]
    assert (line["actor"], line["action"], line["entry_id"], line["reason"]) == (
        "P1001", "consult", entry_id, "the review of this week",
    )  # fmt: skip
    shown = client.get(f"/staff/entries/{entry_id}").text
    assert str(entry["grounds"]).split(";", maxsplit=1)[0] in shown
    for name in ("subject_id", "birth_date", "ethnicity_self"):
        assert str(person[name]) not in shown.replace("W1", "") or name == "ethnicity_self"
    assert "ethnicity" not in shown.lower()
    site.clock.seconds += 16 * 60
    assert "Why do you need to see this record?" in client.get(f"/staff/entries/{entry_id}").text


@pytest.mark.parametrize("outcome", ["retain", "amend", "remove"])
def test_a_review_is_recorded_with_its_rationale(outcome: str, site: Site) -> None:
    """The review, the entry's new version and the log's line go in together."""
    client, entry_id = site.signed_in("P1001"), due_entry(site)
    form = {"outcome": outcome, "rationale": "A new report supports it; see note N55"}
    path = f"/staff/entries/{entry_id}/review"
    # Without a reason for looking there is no reviewing.
    assert post(client, path, form).headers["location"] == f"/staff/entries/{entry_id}"
    look(client, entry_id)
    if outcome != "remove":
        assert post(client, path, form).status_code == 422
        form["review_due_on"] = "2024-11-20"
    if outcome == "amend":
        assert "Enter new grounds or a new role" in post(client, path, form).text
        form["grounds"] = "Threatened others near the market; report N55 puts the place right"
    done = post(client, path, form)
    done_at = f"/staff/done?what=removed&entry={entry_id}" if outcome == "remove" else "/staff/done?what=reviewed"
    assert done.headers.get("location") == done_at, re.sub(r"<[^>]+>", " ", done.text)[:3_000]
    review = [each for each in records(site, "review") if each["entry_id"] == entry_id][-1]
    assert (review["outcome"], review["done_by"], review["rationale"]) == (outcome, "P1001", form["rationale"])
    entry = next(each for each in records(site, "entry") if each["entry_id"] == entry_id)
    assert entry["status"] == ("closed" if outcome == "remove" else "active")
    if outcome != "remove":
        assert entry["review_due_on"] == "2024-11-20"


def test_a_disclosure_goes_by_the_charter(site: Site) -> None:
    """To whom no agreement is in force with, it is refused with the law; the page says what to do."""
    client, entry_id = site.signed_in("P1001"), due_entry(site)
    look(client, entry_id)
    form = {
        "recipient": "example_force",
        "purpose": "investigation",
        "purpose_kind": "law_enforcement",
        "redacted": "yes",
        "encrypted": "yes",
        "grade_sent": "yes",
    }
    path = f"/staff/entries/{entry_id}/disclose"
    refused = post(client, path, form)
    assert refused.status_code == 422
    assert "OV-47" in refused.text
    assert "OV-66" not in refused.text
    other = {**form, "purpose_kind": "other"}
    assert "OV-66" in post(client, path, other).text
    assert "OV-66" not in post(client, path, {**other, "gateway": "Children Act 2004 s.11"}).text
    assert "nobody-knows" not in post(client, path, {**form, "recipient": "nobody-knows"}).text.split("<form", 1)[0]
    assert not [
        each for each in records(site, "disclosure") if each["sent_by"] == "P1001" and each["sent_at"] > "2024-09-04"
    ]


def test_platform_requests_and_what_came_of_them(site: Site) -> None:
    """Recorded as pending, then with its outcome; both versions are in the register."""
    client = site.signed_in("P1001")
    form = {
        "platform": "an online platform", "sent_on": "2024-09-03", "genre": "drill", "rule_cited": "violent speech",
        "legal_basis": "the platform's own terms",
    }  # fmt: skip
    assert post(client, "/staff/platforms/new", form).headers["location"] == "/staff/done?what=platform"
    made = records(site, "platform_request")[-1]
    path = f"/staff/platforms/{made['request_id']}"
    assert made["request_id"] in client.get("/staff/platforms").text
    assert post(client, path, {"outcome": "refused"}).headers["location"] == "/staff/done?what=outcome"
    assert [
        each["outcome"] for each in records(site, "platform_request") if each["request_id"] == made["request_id"]
    ] == ["refused"]


def test_there_is_no_search(site: Site) -> None:
    """No page of staff has a field that finds a person, and no list is by who."""
    client = site.signed_in("P1001")
    for path in ("/staff", "/staff/due", "/staff/platforms", "/staff/entries", "/staff/authorities"):
        page = client.get(path).text
        assert 'type="search"' not in page
        # A filter is a choice among dates, units and states: nothing can be typed into it.
        for form in re.findall(r'<form method="get".*?</form>', page, re.DOTALL):
            assert re.findall(r'<input type="(?!hidden)|<textarea', form) == []
        assert not re.search(r"[0-9a-f]{64}", page)
    assert client.get("/staff/due?subject=x").status_code == 400


def test_a_form_without_its_token_is_refused(site: Site) -> None:
    """CSRF: none, another session's, or from another site."""
    client, other = site.signed_in("P1001"), site.signed_in("P1001")
    assert client.post("/staff/propose").status_code == 403
    assert client.post("/staff/propose", data={"csrf": csrf_of(other.get("/staff/propose").text)}).status_code == 403
    headers = {"origin": "https://evil.example"}
    assert client.post("/staff/propose", data={"csrf": csrf(client)}, headers=headers).status_code == 403
