"""The journeys of oversight, each as somebody walks it who has no script. Everybody in them is invented."""

from __future__ import annotations

import re

from tests.waiting import until
from tests.web.journeys.walker import Walker, World


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


def records(world: World) -> None:
    """From a finding to its rows to the record with a reason; two audits side by side; the log and its file."""
    world.walk("audit", audit)
    one = world.somebody("I7001")
    one.go("/oversight/audits")
    one.follow("OV-21")
    one.follow("Rows and records")
    one.follow("Row 2")
    assert "Why do you need to see this record?" in one.text
    one.press("Continue")
    assert one.errors()
    one.fill(reason="to see why the review is late")
    one.press("Continue")
    assert "Grounds" in one.text
    one.go("/oversight/audits")
    one.follow("Compare any two audits")
    one.fill(show="all")
    one.press("Compare")
    assert "no change" in one.text
    one.follow("Access log")
    one.follow(re.compile("Log entries by date"))
    one.fill(staff="I7001")
    one.press("Show")
    assert "to see why the review is late" in one.text
    one.page.locator("[name=from]").fill("2021-01-01")
    one.page.locator("[name=staff]").fill("")
    one.press("Show")
    one.follow("Next page")
    one.go("/oversight/gate")
    one.fill(state="admitted", code="OV-14")
    one.press("Show")
    assert "Held records" in one.text
    one.close()


def observe(world: World) -> None:
    """Oversight asks the unit about a finding; the unit answers; oversight closes it."""
    world.walk("audit", audit)
    one, two = world.somebody("I7001"), world.somebody("P9001")
    one.go("/oversight/audits")
    one.follow("OV-21")
    one.follow(re.compile("Send an observation"))
    one.press("Send")
    assert len(one.errors()) == 3
    one.fill(title="Reviews that are late", words="Why are they late?", due_on="2024-10-01")
    one.press("Send")
    assert "The unit: answer it" in one.text, one.errors()
    two.follow("From oversight")
    two.follow("Reviews that are late")
    two.press("Send the answer")
    assert two.errors()
    two.fill(words="Two reviewers start on Monday.")
    two.press("Send the answer")
    assert "Two reviewers start on Monday." in two.text
    one.page.locator(".portal-nav").get_by_role("link", name="Observations", exact=True).click()
    one._see()
    one.fill(state="answered")
    one.press("Show")
    one.follow("Reviews that are late")
    one.press("Send the reply")
    assert len(one.errors()) == 2
    one.fill(settles="yes", words="Noted, with thanks.")
    one.press("Send the reply")
    assert "No one: it is closed" in one.text, one.errors()
    one.close()
    two.close()


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
    assert "Read decisions at the gate" in one.text
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
