"""Casework in the portal: lists, an entry by its number, items and versions, what the proposer is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from overt.gate import Gate, Proposed
from overt.register import Register
from tests.web.conftest import NOW, Site
from tests.web.test_staff import ABOUT, answer, due_entry, go_through, item, look, post, records

JSON = {"accept": "application/json"}


def told(client: TestClient, address: str) -> dict[str, Any]:
    """What a page says, as a program reads it."""
    response = client.get(address, headers=JSON)
    assert response.status_code == 200, (address, response.text[:500])
    return dict(response.json())


def words(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


# --- lists ----------------------------------------------------------------------------------------------------------


def pages(client: TestClient, address: str, way: str = "next") -> Iterator[dict[str, Any]]:
    """A list's pages from an address on, in one direction."""
    while address:
        page = told(client, address)
        yield page
        address = page["pages"][way]


@pytest.mark.parametrize(
    ("address", "condition"),
    [
        ("/staff/entries?list=unit&unit=North+desk&status=closed", "unit = 'North desk' and status = 'closed'"),
        ("/staff/entries?list=mine&status=closed", "opened_by = 'P1001' and status = 'closed'"),
        ("/staff/entries?list=mine&sort=opened-last", "opened_by = 'P1001' and status = 'active'"),
        ("/staff/entries?list=due&days=92", "status = 'active' and review_due_on <= '2024-12-05'"),
        ("/staff/entries?list=due&days=0", "status = 'active' and review_due_on <= '2024-09-04'"),
        ("/staff/entries?list=new&days=365", "status = 'active' and opened_on >= '2023-09-05'"),
        ("/staff/entries?list=delete", "status = 'active' and delete_due_on < '2024-09-04'"),
    ],
)
def test_a_list_has_each_entry_once_in_pages_of_fifty(address: str, condition: str, site: Site) -> None:
    """Forwards and backwards, and as many as the register has."""
    client = site.signed_in("P1001")
    with Register.open(site.folder) as register:
        wanted = sorted(row[0] for row in register.store.rows(f"select entry_id from entry where {condition}"))
    seen = list(pages(client, address))
    numbers = [[each["entry_id"] for each in page["entries"]] for page in seen]
    assert sorted(number for page in numbers for number in page) == wanted
    assert all(len(page) == 50 for page in numbers[:-1])
    if len(seen) > 1:
        back = list(pages(client, seen[-1]["pages"]["previous"], "previous"))
        assert [[each["entry_id"] for each in page["entries"]] for page in reversed(back)] == numbers[:-1]
    assert all(each["next"] for page in seen for each in page["entries"])


def test_lists_are_sorted_as_asked_and_say_whose_they_are(site: Site) -> None:
    """By review or opening date, either way; the unit is that of the sign-in unless another is selected."""
    client = site.signed_in("P1001")
    for sort, column, backwards in (
        ("review", "review_due_on", False), ("review-last", "review_due_on", True),
        ("opened", "opened_on", False), ("opened-last", "opened_on", True),
    ):  # fmt: skip
        page = told(client, f"/staff/entries?list=unit&sort={sort}")
        dates = [each[column] for each in page["entries"]]
        assert dates == sorted(dates, reverse=backwards)
        assert {each["unit"] for each in page["entries"]} == {"North desk"}
    assert told(client, "/staff/entries")["units"] == ["East desk", "North desk", "South desk", "West desk"]
    assert {each["unit"] for each in told(client, "/staff/due?unit=West+desk")["entries"]} == {"West desk"}
    for broken in ("after=x", "after=yesterday%7CE1", "before=2024-13-01%7CE1"):
        assert told(client, f"/staff/entries?{broken}")["entries"] == told(client, "/staff/entries")["entries"]
    assert client.get("/staff/entries?subject_id=x").status_code == 400


def test_no_list_reads_more_of_the_register_than_its_page(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each query of a list is answered by an index, in the order of the list: nothing is scanned, nothing sorted."""
    client, overseer = site.signed_in("P1001"), site.signed_in("I7001")
    controller = site.signed_in("P9001")
    asked: list[tuple[str, Any]] = []
    with Register.open(site.folder) as register:
        kind = type(register.store)
    plain_rows = kind.rows

    def rows(self: Any, sql: str, parameters: Any = ()) -> Any:
        asked.append((sql, list(parameters)))
        return plain_rows(self, sql, parameters)

    monkeypatch.setattr(kind, "rows", rows)
    for person, address in (
        *((client, f"/staff/entries?list={name}") for name in ("mine", "unit", "due", "new", "delete")),
        (client, "/staff/entries?list=mine&sort=opened&after=2024-01-01%7CE1"),
        (client, "/staff/entries?list=unit&sort=review-last&before=2024-01-01%7CE1"),
        (client, "/staff/entries?list=due&unit=West+desk"), (client, "/staff/due"), (client, "/staff/proposals"),
        (client, "/staff/authorities"), (client, "/staff/authorities?state=ended"), (client, "/staff/platforms"),
        (client, "/staff/authorities?state=cancelled"), (client, "/staff/authorities/AUTH00001"), (client, "/staff"),
        (controller, "/staff/approvals"), (controller, "/staff/requests"), (controller, "/staff/observations"),
        (overseer, "/oversight/log"), (overseer, "/oversight/log?staff=P1001"),
        (overseer, "/oversight/gate?state=refused"), (overseer, "/oversight/observations"),
    ):  # fmt: skip
        assert person.get(address).status_code == 200, address
    monkeypatch.undo()
    lists = {
        sql: parameters
        for sql, parameters in asked
        if re.search(r"from (?!alembic)(\w+_version|held|raised|observation)", sql)
    }
    assert len(lists) > 20
    with Register.open(site.folder) as register:
        for sql, parameters in lists.items():
            plan = [row[3] for row in register.store.rows(f"explain query plan {sql}", parameters)]
            # What is grouped is of one person's proposals of a quarter.
            grouped = "group by" in sql
            bad = [
                step for step in plan
                if (re.match(r"SCAN \w+$", step) and not re.search("known|counted|one row", step))
                or ("TEMP B-TREE" in step and not grouped)
            ]  # fmt: skip
            assert not bad, (sql, plan)


# --- an entry by its number -----------------------------------------------------------------------------------------


def test_an_entry_is_opened_by_its_whole_number_with_a_reason(site: Site) -> None:
    """Without a reason it is not; a part of a number finds nothing; the look is a record, and the number shows it."""
    client, entry_id = site.signed_in("P9001"), due_entry(site)
    before = len(records(site, "access"))
    for form, says in (
        ({}, "Enter the number of the entry"),
        ({"number": entry_id}, "Enter why you need to see this record"),
        ({"number": entry_id[:-1], "reason": "the review of this week"}, "No entry has this number"),
        ({"number": entry_id, "reason": "x"}, "in a few words"),
    ):
        refused = post(client, "/staff/entries/open", form)
        assert refused.status_code == 422
        assert says in refused.text
    assert len(records(site, "access")) == before
    opened = post(client, "/staff/entries/open", {"number": entry_id, "reason": "a call from the duty officer"})
    assert opened.headers["location"] == f"/staff/entries/{entry_id}"
    assert "Grounds" in client.get(f"/staff/entries/{entry_id}").text
    line = records(site, "access")[-1]
    assert (line["actor"], line["entry_id"], line["reason"]) == ("P9001", entry_id, "a call from the duty officer")


# --- items and versions ---------------------------------------------------------------------------------------------


def whole_item(number: int) -> dict[str, str]:
    return {name: text for form in item(number, "police_record").values() for name, text in form.items()}


def test_an_item_is_added_and_amended(site: Site) -> None:
    """It goes to the entry that was opened, with the reason in the log; the earlier version stays in the history."""
    client, entry_id = site.signed_in("P1001"), due_entry(site)
    path = f"/staff/entries/{entry_id}/items/new"
    form = {**whole_item(61), "because": "a report came in after the last review"}
    assert post(client, path, form).headers["location"] == f"/staff/entries/{entry_id}"
    look(client, entry_id)
    without = post(client, path, whole_item(61))
    assert without.status_code == 422
    assert "Enter why it is being added" in without.text
    assert post(client, path, form).headers["location"] == "/staff/done?what=item"
    added = [each for each in records(site, "item") if each["source_ref"] == "SRC-T61"]
    assert [(each["entry_id"], each["recorded_by"]) for each in added] == [(entry_id, "P1001")]
    assert records(site, "access")[-1]["reason"] == "a report came in after the last review"

    path = f"/staff/entries/{entry_id}/items/{added[0]['item_id']}"
    shown = client.get(path)
    assert 'value="EVD-T61"' in shown.text
    same = {name: str(value) for name, value in added[0].items() if value is not None and name in _ITEM_NAMES}
    assert "Change at least one answer" in post(client, path, {**same, "because": "nothing new"}).text
    changed = post(client, path, {**same, "information_grade": "C", "because": "graded again; note N9"})
    assert changed.headers.get("location") == "/staff/done?what=amended", words(changed.text)[:2_000]
    with Register.open(site.folder) as register:
        versions = list(register.versions("item", "x.item_id = ?", (added[0]["item_id"],)))
    assert [each.values["information_grade"] for each in versions] == ["A", "C"]
    assert client.get(f"/staff/entries/{entry_id}/items/I999").status_code == 404


_ITEM_NAMES = (
    "category", "basis", "origin", "platform", "source_ref", "source_authority", "visibility", "authority_id",
    "collected_on", "evidence_ref", "evidence_sha256", "consent_ref", "source_grade", "information_grade", "handling",
)  # fmt: skip
_ENTRY_NAMES = (
    "role", "purpose", "grounds", "unit", "condition", "retention_group", "review_due_on", "delete_due_on",
)  # fmt: skip


def test_an_entry_is_amended_as_a_new_version(site: Site) -> None:
    """What the gate refuses is at its field; what it admits is a version; a closed entry is not changed."""
    client, entry_id = site.signed_in("P1001"), due_entry(site)
    look(client, entry_id)
    entry = next(each for each in records(site, "entry") if each["entry_id"] == entry_id)
    form = {name: str(entry[name]) for name in _ENTRY_NAMES if entry[name] is not None}
    path = f"/staff/entries/{entry_id}/amend"
    assert str(entry["grounds"]).split(";", maxsplit=1)[0] in client.get(path).text
    late = post(client, path, {**form, "delete_due_on": "2060-01-01", "because": "kept for longer"})
    assert late.status_code == 422
    assert "delete-date-late" in late.text
    done = post(client, path, {**form, "unit": "West desk", "because": "moved to the desk of the borough"})
    assert done.headers.get("location") == "/staff/done?what=amended", words(done.text)[:2_000]
    with Register.open(site.folder) as register:
        versions = list(register.versions("entry", "x.entry_id = ?", (entry_id,)))
    assert versions[-1].values["unit"] == "West desk"
    assert len(versions) >= 2
    gone = next(each["entry_id"] for each in records(site, "entry") if each["status"] == "closed")
    look(client, gone)
    refused = post(client, f"/staff/entries/{gone}/amend", {**form, "unit": "East desk", "because": "moved again"})
    assert "The entry is closed, so it cannot be changed" in refused.text


# --- a proposal -----------------------------------------------------------------------------------------------------


def test_an_item_of_a_draft_is_changed_or_taken_away_and_every_page_leads_back(site: Site) -> None:
    """In its place among the items, with the answers that it had; back from any question is the one before it."""
    client = site.signed_in("P1001")
    go_through(client, ABOUT, item(71, "police_record"), item(72, "intelligence"))
    items = told(client, "/staff/propose/items")["items"]
    assert told(client, "/staff/propose/items")["back"] == "/staff/propose/delete"
    first = items[0]["item_id"]
    assert post(client, "/staff/propose/items/change", {"item_id": first}).headers["location"].endswith("/item-what")
    assert 'value="SRC-T71"' in client.get("/staff/propose/item-source").text
    assert told(client, "/staff/propose/item-source")["back"] == "/staff/propose/item-what"
    changed = item(73, "police_record")
    for step, form in changed.items():
        assert answer(client, step, form).status_code == 303
    after = told(client, "/staff/propose/items")["items"]
    assert [each["source_ref"] for each in after] == ["SRC-T73", "SRC-T72"]
    assert after[0]["item_id"] == first
    post(client, "/staff/propose/items/drop", {"item_id": first})
    assert [each["source_ref"] for each in told(client, "/staff/propose/items")["items"]] == ["SRC-T72"]
    assert post(client, "/staff/propose/discard").headers["location"] == "/staff/propose"
    assert client.get("/staff/propose/check").headers["location"] == "/staff/propose"


def test_who_proposed_is_told_of_the_decision_and_why(site: Site) -> None:
    """Where it waits, who acts next, and then the outcome with its reason; nobody else's proposals are shown."""
    recorder, approver = site.signed_in("P1001"), site.signed_in("P9001")
    go_through(recorder, ABOUT, item(81, "police_record"), item(82, "intelligence"))
    sent = answer(recorder, "check", {})
    hold = re.search(r"hold=(H\w+)", sent.headers["location"])[1]  # type: ignore[index]
    assert f'href="/staff/proposals/{hold}"' in recorder.get(sent.headers["location"]).text
    waiting = told(recorder, "/staff/proposals")["proposals"][0]
    assert (waiting["hold_id"], waiting["outcome"], waiting["next"]) == (hold, None, "An approver other than you")
    assert "canal" not in recorder.get(f"/staff/proposals/{hold}").text
    assert told(recorder, "/staff")["mine_waiting"] == 1
    assert approver.get(f"/staff/proposals/{hold}").status_code == 404
    listed = told(approver, "/staff/approvals")["holds"]
    assert next(each for each in listed if each["hold_id"] == hold)["next"] == "You, or another approver"

    post(approver, f"/staff/approvals/{hold}", {"reason": "to decide on it"})
    refused = {"admit": "no", "because": "the second source repeats the first"}
    done = post(approver, f"/staff/approvals/{hold}/decide", refused)
    assert "My proposals" in approver.get(done.headers["location"]).text
    told_of = told(recorder, f"/staff/proposals/{hold}")
    assert (told_of["outcome"], told_of["decided_by"]) == ("refused", "P9001")
    assert told_of["because"] == "the second source repeats the first"
    assert told(recorder, "/staff")["decided"] == {"refused": 1}


# --- removal, sharing, authorisations -------------------------------------------------------------------------------


def shared_entry(site: Site) -> str:
    """An entry in use that was sent to somebody, and not recalled."""
    with Register.open(site.folder) as register:
        sql = (
            "select e.entry_id from entry e where e.status = 'active' and e.opened_by <> 'P1001' and exists"
            " (select 1 from disclosure d where d.entry_id = e.entry_id and d.corrects is null) order by 1 limit 1"
        )
        return str(register.store.rows(sql)[0][0])


def test_a_review_that_removes_says_which_recalls_it_raised(site: Site) -> None:
    """The recall is there at once, on the entry and for the controller, and the page says who acts next."""
    client, entry_id = site.signed_in("P1001"), shared_entry(site)
    look(client, entry_id)
    form = {"outcome": "remove", "rationale": "No purpose is left; see note N77"}
    done = post(client, f"/staff/entries/{entry_id}/review", form)
    assert done.headers["location"] == f"/staff/done?what=removed&entry={entry_id}", words(done.text)[:2_000]
    assert "1 recall was raised" in client.get(done.headers["location"]).text
    recalls = told(client, f"/staff/entries/{entry_id}")["recalls"]
    assert [each["next"] for each in recalls] == ["The controller: send the notice"]
    assert recalls[0]["recall_id"] in site.signed_in("P9001").get("/staff/recalls").text


def test_only_agreements_in_force_are_offered(site: Site) -> None:
    """The demonstration has two on its last day; those that ended are not offered, and one in force is used."""
    client = site.signed_in("P1001")
    with Register.open(site.folder) as register:
        sql = "select entry_id from entry where status = 'active' and role = 'victim' order by 1 limit 1"
        entry_id = str(register.store.rows(sql)[0][0])
    look(client, entry_id)
    path = f"/staff/entries/{entry_id}/disclose"
    offered = next(each for each in told(client, path)["fields"] if each["name"] == "recipient")["choices"]
    assert [name for name, _ in offered] == ["example_youth_service", "example_health"]
    form = {
        "recipient": "example_youth_service", "purpose": "safeguarding", "purpose_kind": "other",
        "gateway": "Children Act 2004 s.11", "redacted": "yes", "encrypted": "yes", "grade_sent": "yes",
    }  # fmt: skip
    ended = post(client, path, {**form, "recipient": "example_council"})
    assert ended.status_code == 422
    done = post(client, path, form)
    assert done.headers.get("location") == "/staff/done?what=disclosed", words(done.text)[:2_000]
    assert records(site, "disclosure")[-1]["agreement_id"] == "ISA-4"


def test_without_an_agreement_in_force_the_page_says_so_and_when_each_ended(site: Site) -> None:
    """Three years on all have ended: no form is offered that nobody could send."""
    site.clock.seconds += 3 * 365 * 86_400
    client, entry_id = site.signed_in("P1001"), due_entry(site)
    look(client, entry_id)
    page = words(client.get(f"/staff/entries/{entry_id}/disclose").text)
    assert "You cannot share entries because no agreement is in force" in page
    assert "Example Neighbouring Force: 3 September 2020 to 2 September 2023" in page
    assert "28 July 2021 to 27 July 2026" in page


def authority(number: str, **more: str) -> dict[str, str]:
    return {
        "authority_id": number, "kind": "directed_surveillance", "granted_on": "2024-08-20",
        "granted_by_rank": "superintendent", "urgent": "no", "expires_on": "2024-09-20", "scope": "ab" * 32, **more,
    }  # fmt: skip


def test_authorisations_with_their_ends_renewals_and_what_rests_on_them(site: Site) -> None:
    """Ending soon first; a renewal names the one before; a cancelled one is listed as cancelled; no pseudonym shown."""
    client = site.signed_in("P1001")
    assert post(client, "/staff/authorities/new", authority("AUTH9101")).status_code == 303
    page = told(client, "/staff/authorities?days=28")
    mine = next(each for each in page["authorities"] if each["authority_id"] == "AUTH9101")
    assert (mine["says"], mine["ends_soon"]) == ("Ends in 16 days", True)
    assert told(client, "/staff")["ending"] == len(page["authorities"])
    again = client.get("/staff/authorities/new?renews=AUTH9101").text
    assert 'value="AUTH9101"' in again
    renewal = authority("AUTH9102", renews="AUTH9101", granted_on="2024-09-04", expires_on="2024-12-03")
    assert post(client, "/staff/authorities/new", renewal).status_code == 303
    one = client.get("/staff/authorities/AUTH9101").text
    assert "AUTH9102" in one
    assert "ab" * 32 not in one
    assert "Enter the date" in post(client, "/staff/authorities/AUTH9101/cancel").text
    done = post(client, "/staff/authorities/AUTH9101/review", {"done_on": "2024-09-03"})
    assert done.headers["location"] == "/staff/done?what=authority-reviewed", words(done.text)[:2_000]
    done = post(client, "/staff/authorities/AUTH9101/cancel", {"cancelled_on": "2024-09-04"})
    assert done.headers["location"] == "/staff/done?what=cancelled", words(done.text)[:2_000]
    listed = told(client, "/staff/authorities?state=cancelled")["authorities"]
    assert [each["authority_id"] for each in listed] == ["AUTH9101"]
    used = records(site, "item")
    rests = next(each["authority_id"] for each in used if each["authority_id"])
    found = told(client, f"/staff/authorities/{rests}")
    assert [each["item_id"] for each in found["items"]] == [
        each["item_id"] for each in used if each["authority_id"] == rests
    ]
    assert client.get("/staff/authorities/AUTH0").status_code == 404


def test_a_hold_leads_to_the_entry_that_it_is_about(site: Site) -> None:
    """The approver sees the numbers of the entries, and titles in place of codes."""
    approver, entry_id = site.signed_in("P9001"), due_entry(site)
    ungraded = {
        "item_id": "I98", "entry_id": entry_id, "category": "threat", "source_ref": "S98", "visibility": "open",
        "collected_on": "2024-09-01", "recorded_by": "P1001",
    }  # fmt: skip
    with Register.open(site.folder) as register:
        held = Gate(register).admit([Proposed("item", ungraded)], "P1001", NOW)[0]
    assert held.word == "held", held
    post(approver, f"/staff/approvals/{held.hold_id}", {"reason": "to decide on it"})
    shown = approver.get(f"/staff/approvals/{held.hold_id}").text
    assert f'href="/staff/entries/{entry_id}"' in shown
    assert "Category of data" in shown
    assert "1 September 2024" in shown
