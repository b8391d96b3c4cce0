"""Rights work in the portal: steps of a request keep its clock, recalls are confirmed. Nobody in it exists."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from overt.gate import Gate, Proposed
from overt.pseudonym import Person, read_birth_date, read_name, read_pseudonym_key
from overt.register import Register
from overt.rights import Requester, find_request, new_request, note_identity, recalls, work
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
    assert "Paused" in client.get(path).text
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
        outcome = Gate(register).admit([Proposed("recall", row, of_rights=True)], "P9001", NOW)[0]
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
    who = Requester("Ann Example", "1990-05-17")
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
    assert "What the search found" not in client.get(path).text
    with Register.open(site.folder) as register:
        work(register, made.number, key, who, by="P9001", now=NOW)
    text = " ".join(client.get(path).text.split())
    assert "What the search found" in text
    assert "Erasing everything destroys 1 entry and 2 items." in text


def request_of(site: Site, received: dt.date, kind: str = "access") -> str:
    """A request that came in on a day, on a site whose clock stands after it."""
    with Register.open(site.folder) as register:
        return new_request(register, kind, received, by="P9001", now=site.clock.now()).number


def page_of(site: Site, received: dt.date, kind: str = "access") -> str:
    number = request_of(site, received, kind)
    return " ".join(site.signed_in("P9001").get(f"/staff/requests/{number}").text.split())


@pytest.fixture
def this_year(site: Site) -> Site:
    """The site in March 2026."""
    site.clock.seconds += (dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC) - NOW).total_seconds()
    return site


def test_the_page_offers_the_sections_of_the_day_of_receipt(this_year: Site) -> None:
    """4 and 5 September 2025: the aim of national security, and the exemptions that took its place."""
    old, new = (page_of(this_year, dt.date(2025, 9, day)) for day in (4, 5))
    assert "s.45(4)(d)" in old
    assert "s.78A" not in old
    assert "s.45A" not in old
    assert "s.45(4)(d)" not in new
    assert "s.78A" in new
    assert "s.45A" in new
    refusing = page_of(this_year, dt.date(2025, 9, 5), "erasure")
    assert "s.47(1)" in refusing
    assert "s.48(3)(b)" in refusing.partition("To withhold reasons")[2]
    assert "s.48(3)" not in refusing.partition("To refuse<")[2].partition("</ul>")[0]


@pytest.mark.parametrize(("day", "known"), [(dt.date(2026, 2, 4), False), (dt.date(2026, 2, 5), True)])
def test_the_page_offers_steps_that_the_law_of_receipt_knows(this_year: Site, day: dt.date, known: bool) -> None:
    """No pause and no extension for a request of before 5 February 2026 (SI 2026/82); no pause of an erasure."""
    page = page_of(this_year, day)
    assert ('value="extended"' in page) is known
    assert ('value="paused"' in page) is known
    assert 'value="paused"' not in page_of(this_year, day, "erasure")
    number, client = request_of(this_year, day), this_year.signed_in("P9001")
    sent = {"step": "extended", "on": "2026-03-02", "reason": "eleven requests came in about the same entry"}
    refused = post(client, f"/staff/requests/{number}", sent)
    assert (refused.status_code == 303) is known
    assert ("clock-law" in refused.text) is not known


@pytest.mark.parametrize(
    ("day", "says"),
    [
        (dt.date(2026, 6, 18), "you can complain to the Information Commissioner."),
        (dt.date(2026, 6, 19), "you can complain to us and to the Information Commissioner."),
        (dt.date(2026, 9, 29), "you can complain to us and to the Information Commissioner."),
        (dt.date(2026, 9, 30), "you can complain to us and to the Information Commission."),
    ],
)
def test_the_public_page_says_to_whom_one_can_complain_that_day(site: Site, day: dt.date, says: str) -> None:
    """Section 164A, and the regulator's name."""
    site.clock.seconds += (dt.datetime.combine(day, dt.time(9, 30), dt.UTC) - NOW).total_seconds()
    assert says in " ".join(site.client().get("/ask").text.split())
