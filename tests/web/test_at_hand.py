"""What a person gave is sealed in the officer's browser: for one request, one officer, a while. Nobody in it exists."""

from __future__ import annotations

import datetime as dt
import html
import re

import pytest
from starlette.testclient import TestClient

from overt.gate import Gate
from overt.pseudonym import Person, PseudonymKey, read_birth_date, read_name
from overt.register import Register
from overt.rights import Requester, find_request, new_request, note_identity
from overt.web.portal._at_hand import LONGEST, seal, unseal
from tests.attempts import Count
from tests.gate.conftest import entry, item, subject
from tests.web.conftest import NOW, Site, csrf

KEY, OTHER = PseudonymKey((bytes(range(32)),)), PseudonymKey((bytes(range(1, 33)),))
WHO = Requester("Ann Example", "1990-05-17", (("Example Video", "@ann"),), ("1 Example Street",))


def opened(sealed: str, number: str = "R0001", staff: str = "P1", key: PseudonymKey = KEY, at: int = 100) -> object:
    return unseal(key, sealed, number, staff, seconds=60, at=at)


def test_a_seal_opens_for_its_request_officer_key_and_time_alone() -> None:
    """Another request, officer or key, a later time, and every changed letter: nothing."""
    sealed = seal(KEY, "R0001", "P1", WHO, 100)
    assert "Ann" not in sealed
    assert opened(sealed) == WHO
    assert opened(sealed, at=160) == WHO
    assert opened(sealed, at=161) is None
    assert opened(sealed, "R0002") is None
    assert opened(sealed, staff="P2") is None
    assert opened(sealed, key=OTHER) is None
    for place in range(0, len(sealed), 7):
        changed = sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]
        assert opened(changed) is None
    assert opened("") is None
    assert opened("é") is None


def listed(site: Site, who: str, number: int) -> None:
    """A person with one entry."""
    key = site.config.unit.pseudonym
    assert key is not None
    known = key.subject_id(Person(read_name(who), read_birth_date("1990-05-17")))
    dated = {"opened_on": "2024-09-01", "review_due_on": "2024-10-15", "delete_due_on": "2026-08-01"}
    records = [subject(number, subject_id=known, birth_date="1990-05-17"),
               entry(number, subject_id=known, **dated), item(number, 0), item(number, 1)]  # fmt: skip
    with Register.open(site.folder) as register:
        outcomes = Gate(register).admit(records, "P9001", NOW)
        assert all(each.word == "admitted" for each in outcomes), outcomes


def asked(site: Site, kind: str) -> str:
    with Register.open(site.folder) as register:
        number = new_request(register, kind, NOW.date(), by="P9001", now=NOW).number
        note_identity(register, number, "known", NOW.date(), by="P9001", now=NOW)
    return number


def found(site: Site, client: TestClient, number: str, name: str = "Ann Example") -> None:
    path = f"/staff/requests/{number}/person"
    answer = client.post(path, data={"csrf": csrf(client), "person_name": name, "born": "1990-05-17",
                                     "address": "1 Example Street"})  # fmt: skip
    assert answer.status_code == 303, re.sub(r"<[^>]+>", " ", answer.text)[-600:]


@pytest.fixture
def worked(site: Site) -> tuple[TestClient, str, str]:
    """An officer's browser, Ann's request for erasure with her entry E71 found; and E72, which is Cy's."""
    listed(site, "Ann Example", 71)
    listed(site, "Cy Else", 72)
    client, number = site.signed_in("P9001"), asked(site, "erasure")
    found(site, client, number)
    return client, number, f"/staff/requests/{number}"


def test_no_form_reaches_an_entry_that_its_search_did_not_find(
    site: Site, worked: tuple[TestClient, str, str], attempts: Count
) -> None:
    """Every form for a request, with another's entry: refused by the function behind, and nothing is changed."""
    client, _, path = worked
    reason, on = "it is said to be wrong, with a reason", {"sure": "yes", "ground": "DPA 2018 s.47(1)"}
    ways = [
        ("correct", {"entry": "E72", "field_1": "entry.role", "value_1": "witness", "reason": reason}),
        ("correct", {"entry": "E71", "field_1": "item.I72-1.basis", "value_1": "fact", "reason": reason}),
        ("correct", {"entry": "E71", "field_1": "entry.subject_id", "value_1": "ab" * 32, "reason": reason}),
        *(("erase", {"entries": entries, **on}) for entries in ("E72", "E71 E72", "E%")),
        ("recall", {"entry": "E72", "told_to": "delete"}), ("recall", {"entry": "E72", "told_to": "restrict"}),
        ("answer", {"decision": "refuse", "section": "s.47(1)", "why": reason, "theirs": "E72"}),
    ]  # fmt: skip
    with Register.open(site.folder) as register:
        before = register.size()
        for where, form in ways:
            answer = client.post(f"{path}/{where}", data={"csrf": csrf(client), **form})
            assert answer.status_code == 422, (where, form)
            assert "govuk-error-summary" in answer.text
        assert register.size() == before
        assert {"E71", "E72"} <= {row[0] for row in register.store.rows("select entry_id from entry")}
    attempts("forms for a request that name an entry of another person", len(ways))


def test_another_officer_and_another_request_find_nobody_at_hand(
    site: Site, worked: tuple[TestClient, str, str]
) -> None:
    """The cookie of one request is none of another's; one that was taken from another's browser is none either."""
    client, _, path = worked
    assert client.get(f"{path}/answer").status_code == 200
    other = asked(site, "access")
    assert client.get(f"/staff/requests/{other}/answer").headers["location"].endswith("/person")
    cookie = client.cookies["overt-person"]
    thief = site.signed_in("P9001")
    thief.cookies.set("overt-person", cookie[:-9] + "AAAAAAAA=", domain="register.example")
    assert thief.get(f"{path}/answer").status_code == 303
    site.clock.seconds += 1_801
    assert site.signed_in("P9001").get(f"{path}/answer").status_code == 303


def test_the_cookie_is_for_this_server_and_goes_at_sign_out(site: Site, worked: tuple[TestClient, str, str]) -> None:
    """HttpOnly, same site, no longer than a browser keeps; gone when the officer signs out."""
    client, number, path = worked
    answer = client.post(f"{path}/person", data={"csrf": csrf(client), "person_name": "Ann Example",
                                                 "born": "1990-05-17"})  # fmt: skip
    header = next(each for each in answer.headers.get_list("set-cookie") if each.startswith("overt-person="))
    assert "HttpOnly" in header
    assert "SameSite=strict" in header
    assert len(header) < 4_096
    assert "Ann" not in header
    long = client.post(f"{path}/person", data={"csrf": csrf(client), "person_name": "Ann Example",
                                               "born": "1990-05-17", "address": "\n".join(["ä" * 59] * 10),
                                               "accounts": "\n".join(["ü" * 60 + ": x"] * 12)})  # fmt: skip
    assert long.status_code in (303, 422)
    assert all(len(each) < LONGEST + 300 for each in long.headers.get_list("set-cookie"))
    gone = client.post("/sign-out", data={"csrf": csrf(client)})
    assert 'overt-person=""' in str(gone.headers.get_list("set-cookie"))
    assert number


def test_a_letter_is_recorded_only_as_it_was_read(site: Site, worked: tuple[TestClient, str, str]) -> None:
    """A digest of another draft, another decision under the same digest, a changed register: refused."""
    client, number, path = worked
    form = {"decision": "refuse", "section": "s.47(1)", "why": "the case in which you are a witness is not closed"}
    page = client.post(f"{path}/answer", data={"csrf": csrf(client), **form}).text
    digest = re.search(r'name="digest" value="([0-9a-f]{64})"', page)
    assert digest, re.sub(r"<[^>]+>", " ", page)[-800:]
    kept = {"digest": digest[1], "dated": "2024-09-04"}
    assert "Ann Example" in html.unescape(page)
    tries = [
        {**form, **kept, "digest": "0" * 64},
        {**form, **kept, "why": "the case in which you are a victim is not closed"},
        {**form, **kept, "dated": "2024-09-03"},
    ]
    for each in tries:
        answer = client.post(f"{path}/answer/record", data={"csrf": csrf(client), **each})
        assert answer.status_code == 422
        assert "letter-not-drafted" in answer.text
    with Register.open(site.folder) as register:
        assert find_request(register, number).outcome is None
    sent = client.post(f"{path}/answer/record", data={"csrf": csrf(client), **form, **kept})
    assert "The answer is recorded" in sent.text
    final = re.search(r'name="digest" value="([0-9a-f]{64})"', sent.text)
    assert final
    letter = client.post(f"{path}/answer/letter",
                         data={"csrf": csrf(client), **form, "digest": final[1], "form": "txt"})  # fmt: skip
    assert b"Ann Example" in letter.content
    other = client.post(f"{path}/answer/letter", data={"csrf": csrf(client), **form, "digest": "1" * 64, "form": "txt"})
    assert other.status_code == 422
    again = client.post(f"{path}/answer/record", data={"csrf": csrf(client), **form, **kept})
    assert "request-answered" in again.text


def test_a_portal_without_keys_finds_nobody(make_site: object) -> None:
    """The pages that need the unit's keys say who sets them up, and nothing is done."""
    from overt.web.portal import Unit

    site = make_site(unit=Unit())  # type: ignore[operator]
    client, number = site.signed_in("P9001"), asked(site, "erasure")
    for where in ("person", "answer", "correct", "erase", "recall"):
        page = client.get(f"/staff/requests/{number}/{where}")
        assert (page.status_code, "portal.toml" in page.text) == (404, True), where
    assert client.get(f"/staff/requests/{number}").status_code == 200
    assert dt.date(2024, 9, 4) == NOW.date()
