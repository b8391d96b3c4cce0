"""What the controller's officers and the public do with requests, as somebody does it who has no script.

Everybody in it is invented. The register has Ann in entry E1, which was sent to another organisation, and Cy in E2.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

from overt.ledger import ED25519, make_signer
from overt.register import Register
from overt.rights import recalls, write_confirmation
from tests.rights.conftest import publish
from tests.web.casework.conftest import CaseWorld
from tests.web.journeys.walker import Walker

NAME, BORN = "Ann Example", "1990-05-17"
TODAY = "2026-07-01"
STREET = "1 Example Street"
COUNCIL = make_signer("council.example", ED25519, b"another seed that is no secret!!")


def _taken_in(one: Walker, kind: str) -> str:
    """A request that came by letter, with the identity checked and the person's entries found; its address."""
    one.go("/staff/requests/new")
    one.press("Take in the request")
    assert len(one.errors()) == 2
    one.fill(kind=kind, on=TODAY)
    one.press("Take in the request")
    where = one.path
    assert re.fullmatch(r"/staff/requests/R\d{4}", where)
    assert "Record first that the identity was checked" in one.text
    one.fill(step="identity", on=TODAY, means="in_person")
    one.press("Record step")
    one.follow("Find the person’s entries")
    one.press("Find the entries")
    assert len(one.errors()) == 2
    one.fill(person_name=NAME, born=BORN, address=f"{STREET}\nExampleton", accounts="no account")
    one.press("Find the entries")
    assert "a line is not an account" in one.errors()[0].lower()
    one.fill(accounts="")
    one.press("Find the entries")
    assert one.path == where, one.errors()
    return where


def _letter(one: Walker, button: str) -> bytes:
    """A form of the letter, as it is downloaded."""
    with one.page.expect_download() as download:
        one.page.locator("main").get_by_role("button", name=button, exact=True).click()
    return Path(download.value.path()).read_bytes()


def access(world: CaseWorld) -> None:
    """From a letter that came in to the letter that goes out: identity, search, draft, record, PDF and page."""
    one = world.somebody("P9001")
    where = _taken_in(one, "access")
    assert "E1: the name and date of birth, or an account, agree" in one.text
    assert "E2" not in one.text
    one.follow("Write the answer")
    one.press("Write the draft")
    assert "Select how you answer" in one.errors()[0]
    one.fill(decision="part", section="s.45(4)(e)", reasons="the source is a child who may be harmed by it")
    one.press("Write the draft")
    assert "Select what is withheld" in one.errors()[0]
    one.page.locator('[name="part_sources"]').check()
    one.press("Write the draft")
    assert "Draft of the answer" in one.heading, one.errors()
    assert NAME in one.text
    assert STREET in one.text
    assert "section 45(4)(e)" in one.text
    one.press("Record the answer")
    assert "The answer is recorded" in one.heading, one.errors()
    pdf, page = _letter(one, "Download as PDF"), _letter(one, "Download as a page")
    assert pdf.startswith(b"%PDF-")
    assert NAME.encode() in page
    assert b"DRAFT" not in page
    one.press("Put the details away")
    assert one.path == where
    assert not [each for each in one.context.cookies() if each["name"] == "overt-person"]
    assert "partly, 1 July 2026" in one.text
    one.go("/staff/requests")
    one.go(f"{where}/answer")
    assert one.path == f"{where}/person"
    one.close()


def deny(world: CaseWorld) -> None:
    """Neither confirming nor denying is dated the day on which all such letters go out."""
    one = world.somebody("P9001")
    _taken_in(one, "access")
    one.follow("Write the answer")
    one.fill(decision="deny", section="s.45(4)(b)", reasons="a live inquiry; decided for all requests of this kind")
    one.press("Write the draft")
    assert "neither confirm nor deny" in one.text
    assert "It is dated" in one.text
    one.press("Record the answer")
    assert "The answer is recorded" in one.heading, one.errors()
    assert _letter(one, "Download as text").startswith(b"SYNTHETIC")
    one.close()


def correct(world: CaseWorld) -> None:
    """A field is put right; the organisation that was sent the entry gets a signed notice, and confirms it."""
    one = world.somebody("P9001")
    where = _taken_in(one, "rectification")
    one.follow("Correct an entry")
    one.press("Correct the entry")
    assert len(one.errors()) == 3
    one.fill(entry="E1", field_1="entry.role", value_1="nonsense", reason="the report names them as a witness")
    one.press("Correct the entry")
    assert one.errors()
    one.fill(entry="E1", field_1="entry.role", value_1="witness", reason="the report names them as a witness")
    one.press("Correct the entry")
    assert one.path == where, one.errors()
    number = one.page.locator("main a[href^='/staff/recalls/']").first.inner_text()
    one.follow(number)
    notice = one.context.request.get(f"{world.base}/staff/recalls/{number}/notice")
    assert f"recall {number}" in notice.text()
    assert NAME not in notice.text()
    one.press("Record confirmation")
    assert len(one.errors()) == 2
    one.fill(confirms="done", on=TODAY)
    one.press("Record confirmation")
    assert one.path == "/staff/recalls"
    one.go(where)
    one.follow("Write the answer")
    one.fill(decision="do", section="s.46(1)")
    one.press("Write the draft")
    assert "What we corrected" in one.text, one.errors()
    one.press("Record the answer")
    assert "The answer is recorded" in one.heading, one.errors()
    one.close()


def restrict(world: CaseWorld) -> None:
    """Use of an entry is restricted on a section that the letter names."""
    one = world.somebody("P9001")
    where = _taken_in(one, "restriction")
    one.follow("Restrict an entry, or recall it from organisations")
    one.press("Record and write the notices")
    assert len(one.errors()) == 2
    one.fill(entry="E1", told_to="restrict")
    one.press("Record and write the notices")
    assert one.path == where, one.errors()
    assert "entry E1 is not used" in one.text
    one.follow("Write the answer")
    one.fill(decision="do", section="s.47(3)")
    one.press("Write the draft")
    assert "We no longer use entry E1" in one.text, one.errors()
    one.press("Record the answer")
    assert "The answer is recorded" in one.heading, one.errors()
    one.close()


def erase(world: CaseWorld) -> None:
    """What an erasure destroys is shown first; afterwards the organisation signs, and the person holds the proof."""
    one = world.somebody("P9001")
    where = _taken_in(one, "erasure")
    one.follow("Erase entries")
    assert "This destroys 1 entry and 2 items." in one.text, one.text
    one.fill(entries="E1 E2", ground="DPA 2018 s.47(1)")
    one.page.locator('[name="sure"]').check()
    one.press("Erase")
    assert one.errors()
    assert "entry-not-theirs" in one.text
    one.fill(entries="E1", ground="DPA 2018 s.47(1), the entry was not necessary")
    if one.page.locator('[name="sure"]').is_checked():
        one.page.locator('[name="sure"]').uncheck()
    one.press("Erase")
    assert "you are sure" in one.errors()[0]
    one.page.locator('[name="sure"]').check()
    one.press("Erase")
    assert one.path == where, one.errors()
    assert "Certificate of removal" in one.text
    with Register.open(world.folder) as register:
        assert register.store.rows("select entry_id from entry") == [("E2",)]
        publish(register)
        open_ = [each for each in recalls(register, where.rpartition("/")[2]) if not each.confirmed_on]
    certificate = f"{world.base}{where}/certificate"
    assert one.context.request.get(certificate).status == 422
    interim = one.context.request.get(f"{certificate}?interim=yes").body()
    assert "certificate.pdf" in zipfile.ZipFile(io.BytesIO(interim)).namelist()
    for recall in open_:
        one.go(f"/staff/recalls/{recall.number}")
        notice = one.context.request.get(f"{world.base}/staff/recalls/{recall.number}/notice").body()
        reply = world.shots / "reply.note"
        reply.write_bytes(write_confirmation(notice, "done", COUNCIL, world.now(), "the notice"))
        one.press("Check and record the reply")
        assert len(one.errors()) == 2
        one.fill(note=str(reply), key=str(COUNCIL.key))
        one.press("Check and record the reply")
        assert one.path == "/staff/recalls", one.errors()
    with Register.open(world.folder) as register:
        publish(register)
    whole = zipfile.ZipFile(io.BytesIO(one.context.request.get(certificate).body()))
    assert b"council.example" in whole.read("certificate.txt")
    one.go(f"{where}/answer")
    one.fill(decision="do", section="s.47(1)", erased="E1")
    one.press("Write the draft")
    assert "This is what we deleted: entry E1" in one.text, one.errors()
    one.press("Record the answer")
    assert "The answer is recorded" in one.heading, one.errors()
    one.close()


def nobody_came(world: CaseWorld) -> None:
    """A request whose maker never showed who they are is closed with an outcome of its own, and not before its day."""
    one = world.somebody("P9001")
    one.go("/staff/requests/new")
    one.fill(kind="access", on=TODAY)
    one.press("Take in the request")
    one.fill(step="identity_asked", on=TODAY, reason="no address is given that we know")
    one.press("Record step")
    assert "Paused" in one.text, one.errors()
    assert one.page.locator('[value="unidentified"]').count() == 0
    one.go(f"/staff/requests/{world.unanswered}")
    one.fill(step="unidentified", on="2026-06-01")
    one.press("Record step")
    assert "no-show" in one.text
    one.fill(step="unidentified", on=TODAY)
    one.press("Record step")
    assert "unidentified, 1 July 2026" in one.text
    one.close()


def complain(world: CaseWorld) -> None:
    """A complaint comes by the form, is acknowledged and closed; another comes by letter."""
    person = world.somebody()
    person.go("/ask")
    person.fill(kind="complaint")
    person.page.wait_for_timeout(150)
    person.press("Make request")
    assert person.path == "/ask/complaint"
    person.page.wait_for_timeout(150)
    person.press("Send")
    assert len(person.errors()) == 3
    person.fill(words="My letter was not answered.", person_name="Bo Sample", address="bo@mail.example")
    person.page.wait_for_timeout(150)
    person.press("Send")
    reference = re.search(r"Q\w{4}(?:-\w{5}){4}-\w{3}", person.text)
    assert reference, person.text
    one = world.somebody("P9001")
    one.follow("Complaints")
    one.follow("K0001")
    assert "Bo Sample" in one.text
    one.press("Record step")
    assert len(one.errors()) == 2
    one.fill(step="acknowledged", on=TODAY)
    one.press("Record step")
    one.fill(step="progress", on=TODAY)
    one.press("Record step")
    one.fill(step="answered", on=TODAY)
    one.press("Record step")
    assert "Closed, 1 July 2026" in one.text
    one.go("/staff/complaints")
    one.press("Take in the complaint")
    assert one.errors()
    one.fill(on=TODAY)
    one.press("Take in the complaint")
    assert one.heading == "Complaint K0002"
    one.go("/staff/requests/K0001")
    assert one.path == "/staff/complaints/K0001"
    one.close()
    person.go(f"/ask/follow?reference={reference[0]}")
    assert "Answered" in person.text
    assert person.context.cookies() == []
    person.close()


def _asked(world: CaseWorld) -> tuple[Walker, str]:
    """Somebody who has asked by the form, on the public page of the request; and its address."""
    person = world.somebody()
    person.go("/ask/information")
    person.fill(words="How many are on it, Ann Onymous?", person_name="Ann Onymous", address="2 Any Street")
    person.page.wait_for_timeout(150)
    person.press("Send")
    person.follow("the request and its answer")
    assert "Waiting for our answer" in person.text
    assert "Onymous" not in person.page.content()
    return person, person.path


def _explained(world: CaseWorld, one: Walker, where: str) -> None:
    """The officer reads the letter and asks what exactly is wanted; the person says it."""
    home = one.path
    assert "How many are on it, Ann Onymous?" in one.text
    assert "2 Any Street" in one.text
    one.follow("Ask the person what exactly is wanted")
    one.press("Record the question")
    assert len(one.errors()) == 2
    one.fill(reasons="Do you want the number on the last day of the year, or of today?", on=TODAY)
    one.press("Record the question")
    assert one.path == home, one.errors()
    # A browser keeps a public page for some seconds; this one has not seen it yet.
    other = world.somebody()
    other.go(where)
    assert "Waiting for the person to explain" in other.text
    other.close()
    one.press("Record it")
    assert one.errors()
    one.fill(on=TODAY)
    one.press("Record it")
    assert one.path == home, one.errors()


def _answered(one: Walker) -> None:
    """Its questions are chosen, one is said not to be held, and the answer is drafted from a release and recorded."""
    home = one.path
    one.follow("Choose its questions")
    one.press("Save")
    assert one.errors()
    for name in ("q_people", "q_other", "clean"):
        one.page.locator(f'[name="{name}"]').check()
    one.fill(day="2026-06-30", asks="How many people are listed? Write to me: bo@mail.example")
    one.press("Save")
    assert "answer-asks" in one.text
    one.fill(asks="How many people are listed, and what does the unit’s cat cost?")
    one.press("Save")
    assert one.path == home, one.errors()
    one.follow("Withhold a part, or say that it is not held")
    one.press("Withhold it")
    assert len(one.errors()) == 3
    one.fill(question="other", exemption="s.1(1)", reasons="The unit keeps no cat, and so it holds nothing about one.")
    one.press("Withhold it")
    assert one.path == home, one.errors()
    one.follow("Take more time to weigh the public interest")
    one.press("Record it")
    assert one.errors()
    one.go(home)
    one.press("Write the draft")
    assert "Draft of the answer" in one.heading, one.text
    assert "We do not hold this information" in one.text
    one.press("Record the answer as sent")
    assert one.path == home, one.errors()


def information(world: CaseWorld) -> None:
    """Asked by the form, read, put as questions, drafted from a release, sent; everybody follows it by its number."""
    person, where = _asked(world)
    number = where.rpartition("/")[2]
    one = world.somebody("P9001")
    one.follow("Information")
    one.follow(number)
    _explained(world, one, where)
    _answered(one)
    one.close()
    person.close()
    person = world.somebody()
    person.go("/answers")
    person.follow(number)
    assert "what does the unit’s cat cost?" in person.text
    assert "working day" in person.text
    assert person.page.locator("main table").count() >= 1
    assert person.page.locator("main pre").count() == 0
    assert "Onymous" not in person.page.content()
    text = person.context.request.get(f"{world.base}{where}/answer.txt").text()
    assert "You asked: How many people are listed" in text
    person.close()


def read_on(world: CaseWorld) -> None:
    """Releases, their tables, agreements and changes: sorted by a link, taken away as CSV, and a way back."""
    person = world.somebody()
    person.go("/figures")
    person.follow("Full release")
    assert person.path == "/figures/0001"
    person.follow("People listed")
    assert person.path == "/figures/0001/tables/people"
    person.page.locator("main th a").first.click()
    person._see()
    assert person.page.locator('main th[aria-sort="ascending"]').count() == 1
    person.follow("Release 0001")
    assert person.path == "/figures/0001"
    person.go("/figures/0001/people.html")
    assert person.path == "/figures/0001/tables/people"
    person.go("/sharing")
    person.page.locator("main th a").nth(4).click()
    person._see()
    person.go("/audit")
    person.go("/changes")
    got = person.context.request.get(f"{world.base}/changes?csv=removals")
    assert "text/csv" in got.headers["content-type"]
    assert person.context.request.get(f"{world.base}/changes.atom").text().startswith("<?xml")
    person.close()


JOURNEYS = {
    each.__name__: each
    for each in (access, deny, correct, restrict, nobody_came, complain, information, read_on, erase)
}
