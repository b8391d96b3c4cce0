"""The journeys of staff, each as somebody walks it who has no script. Everybody in them is invented."""

from __future__ import annotations

import re
from collections.abc import Mapping

from overt.register import Register
from tests.web.conftest import NOW
from tests.web.journeys.walker import Walker, World

NOBODY = "cd" * 32
ABOUT: Mapping[str, Mapping[str, str]] = {
    "person": {"subject_id": NOBODY},
    "known": {"known": "no"},
    "birth": {"birth_date": "1999-03-27"},
    "sex": {"sex": "female"},
    "ethnicity": {"ethnicity_self": "W1"},
    "role": {"role": "suspect"},
    "purpose": {"purpose": "investigation"},
    "grounds": {"grounds": "Threatened others near the market in words recorded on 2 September; capture K81"},
    "unit": {"unit": "North desk"},
    "condition": {},
    "significance": {},
    "retention": {"retention_group": "standard"},
    "review": {"review_due_on": "2024-11-01"},
    "delete": {"delete_due_on": "2028-09-01"},
}


def _item(number: int, origin: str) -> dict[str, dict[str, str]]:
    return {
        "item-what": {"category": "threat", "basis": "fact"},
        "item-source": {
            "origin": origin, "source_ref": f"SRC-J{number}", "visibility": "open", "collected_on": "2024-09-01",
        },
        "item-evidence": {"evidence_ref": f"EVD-J{number}", "evidence_sha256": "0" * 64},
        "item-grading": {"source_grade": "1", "information_grade": "A", "handling": "P"},
    }  # fmt: skip


def propose_and_approve(world: World) -> None:
    """One question a page, a refusal where it arises, the check, the hold; somebody else lets it in."""
    one = world.somebody("P1001")
    one.follow("Propose an entry")
    one.press("Start now")
    one.fill(subject_id="Jane Example")
    one.press("Continue")
    assert one.errors()
    assert "names-a-person" in one.text
    items = [_item(1, "police_record"), _item(2, "intelligence")]
    now: Mapping[str, Mapping[str, str]] = {}
    for _ in range(60):
        step = one.path.rsplit("/", 1)[1]
        if step == "check":
            break
        if step == "item-what":
            now = items.pop(0)
        more = {"more": "yes" if items else "no"}
        before = one.page.url
        one.fill(**(more if step == "items" else now[step] if step in now else ABOUT[step]))
        one.press("Continue")
        assert one.page.url != before, one.errors()
    assert "approver-missing" in one.text
    one.press("Submit proposal")
    assert "Sent for a decision" in one.text
    hold = re.search(r"H\w{6,}", one.text)
    assert hold
    one.close()

    two = world.somebody("P9001")
    two.follow("Approvals")
    two.page.locator(f"a[href$='{hold[0]}']").first.click()
    two._see()
    assert "near the market" not in two.text
    two.press("Continue")
    assert two.errors()
    two.fill(reason="to decide on it")
    two.press("Continue")
    assert "near the market" in two.text
    assert NOBODY not in two.page.content()
    two.press("Decide")
    assert two.errors()
    two.fill(admit="yes", because="grounds and sources hold")
    two.press("Decide")
    assert "Record admitted" in two.heading
    two.close()


def propose_a_child(world: World) -> None:
    """Of a child it is asked how it is safeguarded; of one too young the gate says no where the birth is asked."""
    one = world.somebody("P1001")
    one.go("/staff/propose")
    one.press("Start now")
    one.fill(subject_id="ef" * 32)
    one.press("Continue")
    one.fill(known="no")
    one.press("Continue")
    one.fill(birth_date="2018-01-01")
    one.press("Continue")
    assert one.errors()
    assert "OV-34" in one.text
    one.fill(birth_date="2009-03-27")
    one.press("Continue")
    while not one.path.endswith("/safeguarding"):
        before = one.page.url
        one.fill(
            **(ABOUT | {"retention": {"retention_group": "child"}, "review": {"review_due_on": "2024-10-01"}})[
                one.path.rsplit("/", 1)[1]
            ]
            | ({"delete_due_on": "2026-08-01"} if one.path.endswith("/delete") else {})
        )
        one.press("Continue")
        assert one.page.url != before, one.errors()
    one.press("Continue")
    assert len(one.errors()) == 2
    one.close()


def _look_at(one: Walker, entry: str) -> None:
    one.go(f"/staff/entries/{entry}")
    one.fill(reason="the review of this week")
    one.press("Continue")


def review(world: World) -> None:
    """What is due, why it is looked at, and the decision with its rationale."""
    one = world.somebody("P9001")
    one.follow("Reviews due")
    entry = one.page.locator("main a[href^='/staff/entries/']").first.get_attribute("href").rsplit("/", 1)[1]
    one.page.locator("main a[href^='/staff/entries/']").first.click()
    one._see()
    assert "Why do you need to see this record?" in one.text
    one.fill(reason="the review of this week")
    one.press("Continue")
    one.page.locator("main a[href$='/review']").first.click()
    one._see()
    one.press("Record the review")
    assert len(one.errors()) >= 2
    one.fill(outcome="remove", rationale="Nothing new since the last review and no purpose left; note J1")
    one.press("Record the review")
    assert "The review is recorded, and the entry is closed" in one.heading
    assert "recall" in one.text
    with Register.open(world.folder / "register") as register:
        found = register.store.rows("select status from entry where entry_id = ?", (entry,))
    assert found == [("closed",)]
    one.close()


def disclose(world: World) -> None:
    """An entry is sent under an agreement that is in force."""
    with Register.open(world.folder / "register") as register:
        sql = "select entry_id from entry where status = 'active' and role = 'victim' order by entry_id limit 1"
        entry = register.store.rows(sql)[0][0]
    one = world.somebody("P1001")
    _look_at(one, entry)
    one.page.locator("main a[href$='/disclose']").first.click()
    one._see()
    with Register.open(world.folder / "register") as register:
        charter = register.charters()[-1]
    one.press("Record the disclosure")
    assert len(one.errors()) == 6
    name = next(iter(charter.recipients_in_force(NOW.date())))
    one.fill(recipient=name, purpose="safeguarding", purpose_kind="other", gateway="Children Act 2004 s.11")
    one.fill(redacted="yes", encrypted="yes", grade_sent="yes")
    one.press("Record the disclosure")
    assert "The disclosure is recorded" in one.heading, one.errors()
    one.close()


def authorities_and_platforms(world: World) -> None:
    """An authority is registered; a request to a platform is recorded, and later what the platform did."""
    one = world.somebody("P1001")
    one.follow("Authorisations")
    one.press("Register an authorisation")
    one.press("Register")
    assert one.errors()
    one.fill(
        authority_id="AUTH0777", kind="directed_surveillance", granted_on="2024-09-01",
        granted_by_rank="superintendent", urgent="no", expires_on="2024-11-30", scope=NOBODY,
    )  # fmt: skip
    one.press("Register")
    assert "The authorisation is registered" in one.heading, one.errors()
    one.go("/staff/authorities?days=92")
    one.follow("AUTH0777")
    assert "No item rests on it" in one.text
    one.press("Record the cancellation")
    assert one.errors()
    one.fill(done_on="2024-09-04")
    one.press("Record the review")
    assert "review of the authorisation is recorded" in one.heading, one.errors()
    one.go("/staff/authorities/AUTH0777")
    one.follow("Register a renewal")
    assert one.page.locator("[name=renews]").input_value() == "AUTH0777"
    one.follow("Platform requests")
    one.page.locator("main a[href='/staff/platforms/new']").first.click()
    one._see()
    one.press("Record request")
    assert one.errors()
    one.fill(platform="an online platform", sent_on="2024-09-03", genre="none", rule_cited="violent speech")
    one.fill(legal_basis="the platform's own terms")
    one.press("Record request")
    assert "is recorded" in one.heading, one.errors()
    one.go("/staff/platforms")
    one.page.locator("main a[href^='/staff/platforms/PR']").first.click()
    one._see()
    one.fill(outcome="removed", user_told_on="2024-09-04")
    one.press("Record outcome")
    assert "The outcome is recorded" in one.heading, one.errors()
    one.close()


def rights(world: World) -> None:
    """The request that the public form opened is the controller's work; recalls are listed."""
    one = world.somebody("P9001")
    one.follow("Requests")
    one.page.locator("main a[href^='/staff/requests/']").first.click()
    one._see()
    before = one.path
    one.page.locator("main form button").first.click()
    one._see()
    assert one.errors()
    one.fill(step="identity_asked", on="2024-09-04", reason="no address is given that we know")
    one.page.locator("main form button").first.click()
    one._see()
    assert one.path == before
    assert not one.errors(), one.errors()
    one.follow("Recalls")
    assert one.status == 200
    one.close()


def lists_and_numbers(world: World) -> None:
    """My entries, my unit's, what is due and what is new; filters; an entry by its number, with a reason."""
    one = world.somebody("P1001")
    one.follow("Entries that you opened")
    one.follow("Entries of a unit")
    assert "North desk" in one.text
    one.fill(sort="opened-last")
    one.press("Show")
    assert "sort=opened-last" in one.page.url
    for name in ("Reviews due, by date", "Entries added recently", "Entries past their deletion date"):
        one.follow(name)
        assert one.heading == name
    one.follow("Reviews due, by date")
    one.fill(days="365")
    one.press("Show")
    entry = one.page.locator("main th a").first.inner_text()
    if one.page.get_by_role("link", name="Next page").count():
        one.follow("Next page")
        one.follow("Previous page")
        assert one.page.locator("main th a").first.inner_text() == entry
    one.follow("Open an entry by its number")
    one.press("Open")
    assert len(one.errors()) == 2
    one.fill(number="E0", reason="a call from the duty officer")
    one.press("Open")
    assert "No entry has this number" in one.errors()[0]
    one.fill(number=entry)
    one.press("Open")
    assert one.heading.startswith(f"Entry {entry}")
    one.close()


_ADDED = {name: text for form in _item(9, "police_record").values() for name, text in form.items()}


def amend(world: World) -> None:
    """An item is added, then graded again; the entry is changed as a new version; nothing changed is said."""
    with Register.open(world.folder / "register") as register:
        sql = "select entry_id from entry where status = 'active' and role = 'suspect' order by entry_id desc limit 1"
        entry = str(register.store.rows(sql)[0][0])
    one = world.somebody("P1001")
    _look_at(one, entry)
    one.press("Add an item")
    one.press("Add the item")
    assert len(one.errors()) > 5
    one.fill(**_ADDED, because="a report came in after the last review")
    one.press("Add the item")
    assert "The item is recorded" in one.heading, one.errors()
    with Register.open(world.folder / "register") as register:
        item = str(register.store.rows("select item_id from item where source_ref = 'SRC-J9'")[0][0])
    one.go(f"/staff/entries/{entry}")
    one.page.locator(f"main a[href$='/items/{item}']").click()
    one._see()
    one.fill(because="graded again; note N9")
    one.press("Save the new version")
    assert "Change at least one answer" in one.errors()[0]
    one.fill(information_grade="C")
    one.press("Save the new version")
    assert "The new version is recorded" in one.heading, one.errors()
    one.go(f"/staff/entries/{entry}")
    one.press("Amend")
    one.fill(unit="West desk", because="moved to the desk of the borough")
    one.press("Save the new version")
    assert "The new version is recorded" in one.heading, one.errors()
    one.close()


def told_why(world: World) -> None:
    """A draft's item is changed and taken away; the proposal is refused; who proposed reads why."""
    one = world.somebody("P1001")
    one.go("/staff/propose")
    one.press("Start now")
    items = [_item(11, "police_record"), _item(12, "intelligence")]
    grounds = "Threatened others by the arcade on 3 September; capture K99"
    about = ABOUT | {"person": {"subject_id": "ba" * 32}, "grounds": {"grounds": grounds}}
    now: Mapping[str, Mapping[str, str]] = {}
    for _ in range(60):
        step = one.path.rsplit("/", 1)[1]
        if step == "items" and not items:
            break
        if step == "item-what":
            now = items.pop(0)
        one.fill(**({"more": "yes"} if step == "items" else now[step] if step in now else about[step]))
        one.press("Continue")
    one.press(_named(one, "Change item 1"))
    assert one.page.locator("[name=category]").input_value() == "threat"
    for step in _item(13, "police_record").values():
        one.fill(**step)
        one.press("Continue")
    one.page.get_by_role("link", name="Back", exact=True).click()
    one._see()
    assert one.path.endswith("/delete")
    one.press("Continue")
    one.fill(more="no")
    one.press("Continue")
    one.press("Submit proposal")
    one.follow(re.compile("Follow proposal"))
    hold = one.path.rsplit("/", 1)[1]
    assert "An approver other than you" in one.text
    two = world.somebody("P9001")
    two.go(f"/staff/approvals/{hold}")
    two.fill(reason="to decide on it")
    two.press("Continue")
    two.fill(admit="no", because="the second source repeats the first")
    two.press("Decide")
    assert "Record refused" in two.heading
    two.close()
    one.follow("My proposals")
    one.follow(hold)
    assert "the second source repeats the first" in one.text
    one.go("/staff/propose")
    one.press("Start now")
    one.go("/staff/propose")
    one.press("Delete the draft")
    assert not one.page.get_by_role("button", name="Delete the draft").count()
    one.close()


def _named(one: Walker, begins: str) -> str:
    """The whole name of the button that begins so."""
    button = one.page.get_by_role("button", name=re.compile(f"^{begins}")).first
    return " ".join(button.inner_text().split())


def signing_out(world: World) -> None:
    """A controller sees who is signed in, and signs everybody with a role out; a form that says nothing is refused."""
    other, one = world.somebody("P1001"), world.somebody("P9001")
    one.follow("Signed in")
    assert "P1001" in one.text
    one.press("Sign out")
    assert one.errors()
    one.fill(role="recorder")
    one.press("Sign out")
    assert "P1001" not in one.text
    other.close()
    one.close()
