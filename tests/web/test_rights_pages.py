"""Rights work in the portal: steps of a request keep its clock, recalls are confirmed. Nobody in it exists."""

from __future__ import annotations

import re

import pytest

from overt.gate import Gate, Proposed
from overt.pseudonym import Person, read_birth_date, read_name, read_pseudonym_key
from overt.register import Register
from overt.rights import Who, find_request, new_request, note_identity, recalls, work
from tests.gate.conftest import entry, item, subject
from tests.web.conftest import NOW, Site
from tests.web.test_public import opened
from tests.web.test_staff import due_entry, post


def reference(site: Site) -> str:
    return opened(site)[1].rpartition("=")[2]


def test_a_request_of_the_public_is_worked_on_by_its_steps(site: Site) -> None:
    """The clock starts again when the identity was checked (s.54); nothing of the person is on the page."""
    number, client = reference(site), site.signed_in("P9001")
    assert number in client.get("/staff/requests").text
    path = f"/staff/requests/{number}"
    assert "4 October 2024" in client.get(path).text
    asked = post(
        client, path, {"step": "identity_asked", "on": "2024-09-04", "reason": "no address is given that we know"}
    )
    assert asked.headers.get("location") == path, re.sub(r"<[^>]+>", " ", asked.text)
    assert "the clock is paused" in client.get(path).text
    site.clock.seconds += 2 * 86_400
    client = site.signed_in("P9001")
    assert post(client, path, {"step": "identity", "on": "2024-09-06", "means": "in_person"}).status_code == 303
    with Register.open(site.folder) as register:
        found = find_request(register, number)
    assert [each.kind for each in found.steps] == ["identity_asked", "identity"]
    assert str(found.due_on) == "2024-10-07"
    assert "7 October 2024" in client.get(path).text


@pytest.mark.parametrize(
    ("form", "code", "field"),
    [
        ({"step": "identity", "on": "2024-09-04"}, "identity-means", "means"),
        ({"step": "resumed", "on": "2024-09-04"}, "clock-runs", "step"),
        ({"step": "paused", "on": "2024-09-04", "reason": "too short"}, "", "step"),
        ({"step": "withdrawn", "on": "2024-13-04"}, "", "on-day"),
        (
            {"step": "identity_asked", "on": "2023-01-01", "reason": "no address is given that we know"},
            "request-day",
            "on-day",
        ),
    ],
)
def test_a_step_that_does_not_fit_is_refused_at_its_field(
    form: dict[str, str], code: str, field: str, site: Site
) -> None:
    """What the functions behind refuse is said on the page, with a link to the field; nothing is recorded."""
    number, client = reference(site), site.signed_in("P9001")
    refused = post(client, f"/staff/requests/{number}", form)
    assert refused.status_code == 422
    assert code in refused.text
    assert f'href="#{field}"' in refused.text
    with Register.open(site.folder) as register:
        assert find_request(register, number).steps == ()


def test_a_recall_is_confirmed(site: Site) -> None:
    """Open recalls are listed by the day they are due; a confirmation is a record, and given once."""
    number, entry_id = reference(site), due_entry(site)
    with Register.open(site.folder) as register:
        row = {
            "recall_id": "RC0001", "request_id": number, "recipient": "example_force", "recipient_kind": "police",
            "asks": "delete", "sent_on": "2024-09-04", "sent_by": "P9001", "due_on": "2024-10-02",
        }  # fmt: skip
        outcome = Gate(register).admit([Proposed("recall", row)], "P9001", NOW)[0]
    assert outcome.word == "admitted", (outcome, entry_id)
    client = site.signed_in("P9001")
    assert "RC0001" in client.get("/staff/recalls").text
    done = post(client, "/staff/recalls/RC0001", {"confirms": "done", "on": "2024-09-04"})
    assert done.headers.get("location") == "/staff/recalls", re.sub(r"<[^>]+>", " ", done.text)
    assert "RC0001" not in client.get("/staff/recalls").text
    assert client.get("/staff/recalls/RC0001").status_code == 404
    with Register.open(site.folder) as register:
        assert [each.confirmed_as for each in recalls(register) if each.number == "RC0001"] == ["done"]
    assert "recall-confirmed" in post(client, "/staff/recalls/RC0001", {"confirms": "done", "on": "2024-09-04"}).text


def test_what_an_erasure_would_destroy_is_counted_on_the_page(site: Site) -> None:
    """Once somebody has looked: entries, items and organisations, and never a number of an entry that was not found."""
    words = (site.folder.parent / "key/passphrase.txt").read_text().strip()
    key = read_pseudonym_key(site.folder.parent / "key/pseudonym.key", words)
    who = Who("Ann Example", "1990-05-17")
    known = key.subject_id(Person(read_name(who.name), read_birth_date(who.born)))
    dated = {"opened_on": "2024-09-01", "review_due_on": "2024-10-15", "delete_due_on": "2026-08-01"}
    of_ann = {"subject_id": known, "birth_date": who.born}
    records = [subject(71, **of_ann), entry(71, subject_id=known, **dated), item(71, 0), item(71, 1)]
    with Register.open(site.folder) as register:
        outcomes = Gate(register).admit(records, "P9001", NOW)
        assert all(each.word == "admitted" for each in outcomes), outcomes
        made = new_request(register, "erasure", NOW.date(), by="P9001", now=NOW)
        note_identity(register, made.number, "known", NOW.date(), by="P9001", now=NOW)
    client, path = site.signed_in("P9001"), f"/staff/requests/{made.number}"
    assert "What the look-up found" not in client.get(path).text
    with Register.open(site.folder) as register:
        work(register, made.number, key, who, by="P9001", now=NOW)
    text = " ".join(client.get(path).text.split())
    assert "What the look-up found" in text
