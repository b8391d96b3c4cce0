"""The journeys of the three faces, each as somebody walks it who has no script. Everybody in them is invented."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Mapping

from overt.pages import day as in_words
from overt.register import Register
from tests.waiting import until
from tests.web.conftest import NOW
from tests.web.journeys.walker import Walker, World

Journey = Callable[[World], None]
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


# --- the public -----------------------------------------------------------------------------------------------------


def read(world: World) -> None:
    """What it is, its figures to the last file, audits, answers, changes; never a cookie."""
    one = world.somebody()
    one.go("/")
    assert "34 categories of data" in one.text
    one.follow("Figures")
    one.follow("Full release")
    assert one.path == "/figures/0003"
    one.follow("Sharing")
    one.go("/figures")
    one.follow("Audits")
    assert "not applicable" in one.text.lower()
    one.follow("FOI responses")
    one.page.locator("main a[href^='/answers/']").first.click()
    one._see()
    one.follow("Changes")
    assert "Version 2" in one.text
    one.follow("Licences")
    assert one.context.cookies() == []
    one.close()


def ask(world: World) -> None:
    """A request is opened with one answer, and followed by its reference."""
    one = world.somebody()
    one.go("/ask")
    one.page.wait_for_timeout(150)
    one.press("Make request")
    assert one.errors()
    one.fill(kind="access")
    one.page.wait_for_timeout(150)
    one.press("Make request")
    reference = re.search(r"Q\w{4}(?:-\w{5}){4}-\w{3}", one.text)
    assert reference, one.text
    one.go("/ask/follow")
    one.fill(reference="Q2222-2222-2222")
    one.press("Continue")
    assert "We cannot find a request with this reference" in one.errors()[0]
    one.fill(reference=reference[0])
    one.press("Continue")
    assert "not yet" in one.text
    assert one.context.cookies() == []
    one.close()


def verify(world: World) -> None:
    """A receipt and a release are checked by uploading them, good and not good."""
    person = world.folder / "person"
    one = world.somebody()
    one.go("/verify")
    one.fill(receipt=str(person / "entry.json.tlog-proof"), record=str(person / "entry.json"))
    one.press("Check the receipt")
    assert "The receipt is valid" in one.text
    other = world.shots / "another-record.json"
    other.write_text(json.dumps({"@table": "entry", "entry_id": "E1"}), encoding="utf-8")
    one.fill(receipt=str(person / "entry.json.tlog-proof"), record=str(other))
    one.press("Check the receipt")
    assert "not valid" in one.text
    release = world.folder / "register" / "releases" / "0003" / "release.json"
    one.fill(release=str(release))
    one.press("Check the release")
    assert "is exactly as published" in one.text
    one.press("Check the release")
    assert one.errors()
    one.close()


# --- staff ----------------------------------------------------------------------------------------------------------


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
    assert "The review is recorded" in one.heading
    with Register.open(world.folder / "register") as register:
        found = register.store.rows("select status from entry where entry_id = ?", (entry,))
    assert found == [("closed",)]
    one.close()


def disclose(world: World) -> None:
    """An entry is sent under an agreement; where none is in force the gate says so at the field."""
    with Register.open(world.folder / "register") as register:
        sql = "select entry_id from entry where status = 'active' and role = 'convicted' order by entry_id limit 1"
        entry = register.store.rows(sql)[0][0]
    one = world.somebody("P1001")
    _look_at(one, entry)
    one.page.locator("main a[href$='/disclose']").first.click()
    one._see()
    with Register.open(world.folder / "register") as register:
        charter = register.charters()[-1]
    if not charter.recipients_in_force(NOW.date()):
        assert one.heading == "You cannot share entries because no agreement is in force"
        assert all(in_words(each.ends_on) in one.text for each in charter.recipients.values())
        one.close()
        return
    one.press("Record the disclosure")
    assert len(one.errors()) == 5
    purpose = next(iter(charter.purposes))
    for name in charter.recipients:
        one.fill(recipient=name, purpose=purpose, redacted="yes", encrypted="yes", grade_sent="yes")
        one.press("Record the disclosure")
        if one.path == "/staff/done":
            break
        assert one.errors(), one.text
    one.close()


def authorities_and_platforms(world: World) -> None:
    """An authority is registered; a request to a platform is recorded, and later what the platform did."""
    one = world.somebody("P1001")
    one.follow("Authorisations")
    one.press("Register")
    assert one.errors()
    one.fill(
        authority_id="AUTH0777", kind="directed_surveillance", granted_on="2024-09-01",
        granted_by_rank="superintendent", urgent="no", expires_on="2024-11-30", scope=NOBODY,
    )  # fmt: skip
    one.press("Register")
    assert "The authorisation is registered" in one.heading, one.errors()
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


# --- oversight ------------------------------------------------------------------------------------------------------


def _until_done(one: Walker) -> None:
    """Looks again until the work has ended, however long a busy machine takes for it."""

    def ended() -> bool:
        if one.page.locator("main").get_by_role("button", name="Refresh progress").count():
            one.press("Refresh progress")
            return False
        return True

    until(ended, "the end of the work", every=0.6)


def audit(world: World) -> None:
    """An audit as of a day, how far it is, its findings with evidence, and the disparity it measured."""
    one = world.somebody("I7001")
    assert one.heading == "Oversight"
    one.follow("Disparity", 1)
    assert "No audit has been run" in one.text
    one.go("/oversight/audits")
    one.press("Run an audit")
    one.fill(as_of="2030-01-01")
    one.press("Run the audit")
    assert "must be today or in the past" in one.errors()[0]
    for day in ("2023-09-03", "2024-09-03"):
        one.go("/oversight/audits/new")
        one.fill(as_of=day)
        one.press("Run the audit")
        _until_done(one)
        assert "Breached" in one.text
    one.follow("OV-21")
    assert "Evidence" in one.text
    assert re.search(r"E\d{5}", one.text)
    one.go("/oversight/audits")
    assert "worse by" in one.text
    one.go("/oversight/disparity")
    assert "21.06" in one.text
    one.fill(what="time_to_removal.age_band")
    one.press("Show")
    assert "Removals per year" in one.text
    one.close()


def judge(world: World) -> None:
    """A sample is drawn, two reviewers mark it blind to each other, and the page says what their marks show."""
    one = world.somebody("I7001")
    one.follow("Samples", 1)
    one.press("Draw a sample")
    one.fill(question="")
    one.press("Draw the sample")
    assert one.errors()
    one.fill(table="entry", question="Are these grounds adequate?", size="4", seed="3")
    one.fill(reason="only a reader can tell whether grounds are adequate")
    one.press("Draw the sample")
    _until_done(one)
    where = one.path
    _mark(one, ["adequate", "adequate", "inadequate", "adequate"])
    assert "when two reviewers have submitted" in one.text
    one.close()
    two = world.somebody("I7002")
    two.go(where)
    two.page.locator("main a[href$='/rows/1']").first.click()
    two._see()
    two.press("Save and continue")
    assert two.errors()
    _mark(two, ["adequate", "inadequate", "inadequate", "adequate"], begun=True)
    assert "Cohen’s kappa" in two.text
    assert "0.50" in two.text
    two.close()
    three = world.somebody("P9001")
    three.go(where)
    assert "Resolve the differences" in three.text
    three.close()


def _mark(one: Walker, marks: list[str], *, begun: bool = False) -> None:
    if not begun:
        one.press("Start")
    for each in marks:
        one.fill(mark=each)
        one.press("Save and continue")
    one.press("Submit your marks")


def watch(world: World) -> None:
    """The gate, who looked, the charter, the ledger with a check of every row, and oversight's own visits."""
    one = world.somebody("I7001")
    for link, words in (("Gate", "Held records"), ("Access log", "Attempts in the portal"), ("Charter", "Version 2")):
        one.page.locator(".portal-nav").get_by_role("link", name=link, exact=True).click()
        one._see()
        assert words in one.text
    one.go("/oversight/access?days=365")
    one.page.locator("main a[href^='/oversight/access/']").first.click()
    one._see()
    assert "Reason given" in one.text
    one.go("/oversight/ledger")
    one.press("Check now")
    _until_done(one)
    assert "All rows match the ledger" in one.heading
    one.go("/oversight/own-visits")
    assert "oversight.gate" in one.text
    one.go("/oversight/audits/999")
    assert one.status == 404
    one.go("/staff")
    assert one.status == 403
    one.page.get_by_role("button", name="Sign out").click()
    one._see()
    one.go("/oversight/gate")
    assert one.path == "/sign-in"
    one.press("Sign in")
    assert one.errors()
    one.close()


JOURNEYS: dict[str, Journey] = {
    each.__name__: each
    for each in (
        read, ask, verify, propose_and_approve, propose_a_child, review, disclose, authorities_and_platforms, rights,
        audit, judge, watch,
    )
}  # fmt: skip


def walk_all(world: World) -> list[str]:
    """Every journey, each once; the names of those that failed, which do not keep the others from being walked."""
    for name, journey in JOURNEYS.items():
        with contextlib.suppress(Exception):
            world.walk(name, journey)
    return [name for name, error in world.walked.items() if error is not None]


__all__ = ["JOURNEYS", "walk_all"]
