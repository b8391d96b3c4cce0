"""No page does anything for a request to an entry that its own search did not find. Nobody in it exists.

The pages are those that the portal has; one that changes something and that nobody has classified fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from overt.gate import Gate
from overt.pseudonym import Person, read_birth_date, read_name, read_pseudonym_key
from overt.register import Register
from overt.rights import Requester, new_request, note_identity, preview, work
from overt.web.portal import PortalConfig
from overt.web.portal._action import Action
from overt.web.portal._portal import all_actions
from tests.attempts import Count
from tests.gate.conftest import entry, item, subject
from tests.web.conftest import HOST, NOW, Site, csrf

# What is done with a request: none of it is done to an entry.
FOR_REQUEST = {
    "staff.step", "staff.confirm", "staff.confirm-signed", "staff.notify", "staff.person", "staff.person-away",
    "staff.new-request", "staff.complaint-step", "staff.new-complaint",
}  # fmt: skip
# What is done for a request to an entry: only to one that its own search found.
BOUND = {"staff.correct", "staff.erase", "staff.recall", "staff.answer", "staff.answer-record", "staff.letter"}
# What an authority does of its own, or the public does: none of it takes a request of a person.
OWN = {
    "staff.hold-look", "staff.decide", "staff.authority", "staff.disclose", "staff.look", "staff.platform",
    "staff.outcome", "staff.review", "public.ask", "public.verify-receipt", "public.verify-release", "oversight.run",
    "oversight.check", "oversight.draw", "oversight.mark", "oversight.hand-in",
    "public.ask-information", "public.ask-complaint", "staff.questions", "staff.withhold", "staff.clarify",
    "staff.open", "staff.add-item", "staff.amend", "staff.amend-item", "staff.authority-review",
    "staff.authority-cancel", "staff.observation-answer", "staff.sign-out", "oversight.observe", "oversight.settle",
    "oversight.record-look",
    "staff.clarified", "staff.more-time", "staff.information-draft", "staff.information-send",
}  # fmt: skip
ENTRIES = re.compile("entr|item|subject|set|erase|erasure|correct|recall_|restrict")
# Fields that somebody who forges a form would add.
FORGED = (
    "entry", "entry_id", "entries", "entry-0", "--entry", "request", "request_id", "number", "bundle", "set", "correct",
    "ask", "asks", "erase", "erasure_id", "restrict", "item_id", "subject_id", "access_id", "kind", "recipient",
    "ground",
)  # fmt: skip


def changing() -> list[Action]:
    """Every action that changes something."""
    return [each for each in all_actions(PortalConfig(hosts=(HOST,))) if each.method != "GET"]


def test_every_page_that_changes_something_is_classified() -> None:
    """A new one says here whether it is for a request; what is takes no entry, and what is not takes no request."""
    names = {each.name for each in changing() if not re.match(r"staff\.propose\.|door\.", each.name)}
    assert names == FOR_REQUEST | BOUND | OWN
    for each in all_actions(PortalConfig(hosts=(HOST,))):
        takes = {field.name for field in (*each.fields, *each.query)} | {*re.findall(r"{(\w+)", each.path)}
        if each.name in BOUND:
            assert each.path.startswith("/staff/requests/{request_id}/"), each.name
        elif each.name in FOR_REQUEST or each.path.startswith(("/staff/requests", "/staff/recalls")):
            assert not [name for name in takes if ENTRIES.search(name)], each.name
        elif not each.path.startswith(("/staff/platforms", "/staff/information")):
            assert not [name for name in takes if "request" in name], each.name


@pytest.fixture
def worked(site: Site) -> dict[str, str]:
    """Requests of Ann, who has one entry, and of Cy, who has two; and one of Ann's in which nobody has looked."""
    words = (site.folder.parent / "key/passphrase.txt").read_text().strip()
    key = read_pseudonym_key(site.folder.parent / "key/pseudonym.key", words)
    made = {}
    with Register.open(site.folder) as register:
        for name, numbers in (("Ann Example", (71,)), ("Cy Else", (72, 73))):
            who = Requester(name, "1990-05-17")
            known = key.subject_id(Person(read_name(who.name), read_birth_date(who.born)))
            dated = {"opened_on": "2024-09-01", "review_due_on": "2024-10-15", "delete_due_on": "2026-08-01"}
            of_them = {"subject_id": known, "birth_date": who.born}
            records = [subject(numbers[0], **of_them)]
            for number in numbers:
                records += [entry(number, subject_id=known, **dated), item(number, 0), item(number, 1)]
            outcomes = Gate(register).admit([_in(each, numbers[0]) for each in records], "P9001", NOW)
            assert all(each.word == "admitted" for each in outcomes), outcomes
            request = new_request(register, "erasure", NOW.date(), by="P9001", now=NOW).number
            note_identity(register, request, "known", NOW.date(), by="P9001", now=NOW)
            work(register, request, key, who, by="P9001", now=NOW)
            made[name[:2].strip()] = request
        unworked = new_request(register, "erasure", NOW.date(), by="P9001", now=NOW).number
        note_identity(register, unworked, "known", NOW.date(), by="P9001", now=NOW)
        made["unworked"] = unworked
        made["unchecked"] = new_request(register, "erasure", NOW.date(), by="P9001", now=NOW).number
    return made


def _in(record: Any, bundle: int) -> Any:
    return type(record)(record.table, record.values, record.change, f"b{bundle}")


def kept(site: Site) -> dict[str, object]:
    """All that the register holds of people and requests."""
    with Register.open(site.folder) as register:
        rows = register.store.rows("select name from sqlite_master where name like '%_version'")
        names = [*(name for (name,) in rows if name != "padding_version"), "held", "erasure"]
        return {name: register.store.rows(f"select * from {name}") for name in names}


def forms(client: TestClient, action: Action, path: str) -> Iterator[tuple[str, Any]]:
    """The answers to forms with a field too many, as a browser and as a program would send them."""
    token, honest = csrf(client), {"step": "identity", "on": "2024-09-04", "means": "known", "confirms": "done"}
    fields = {name: value for name, value in honest.items() if name in {each.name for each in action.fields}}
    for name in FORGED:
        if name in {each.name for each in action.fields}:
            continue
        forged = {**fields, name: "E72"}
        yield f"{name} in a form", client.post(path, data={"csrf": token, **forged})
        yield f"{name} in JSON", client.post(path, json=forged, headers={"x-csrf-token": token})


def test_no_form_takes_an_entry_for_a_request(site: Site, worked: dict[str, str], attempts: Count) -> None:
    """Every form of the staff, with the numbers of entries, requests and corrections in it: refused, nothing done."""
    client, before, tried = site.signed_in("P9001"), kept(site), 0
    numbers = {
        "request_id": worked["An"], "number": "RC0001", "entry_id": "E72", "hold_id": "H1", "place": "1",
        "item_id": "I72-0", "authority_id": "AU1", "control": "OV-01",
    }  # fmt: skip
    for action in changing():
        if action.name not in FOR_REQUEST and not action.path.startswith("/staff"):
            continue
        path = re.sub(r"{(\w+)(:\w+)?}", lambda found: numbers[found[1]], action.path)
        if action.name not in FOR_REQUEST:
            # One of each suffices: all forms are read by one reader.
            (what, answered), *_ = forms(client, action, path)
            assert answered.status_code in (400, 403, 404), (action.name, what, answered.status_code)
            tried += 1
            continue
        for what, answered in forms(client, action, path):
            assert answered.status_code == 400, (action.name, what, answered.status_code)
            tried += 1
    assert kept(site) == before
    attempts("forged forms of the staff that name an entry or a request", tried)
    assert tried > 60


def test_no_step_erases_corrects_or_restricts(site: Site, worked: dict[str, str], attempts: Count) -> None:
    """Steps that say that something was done to an entry are none that the page takes, of whatever request."""
    client, before, tried = site.signed_in("P9001"), kept(site), 0
    for number in (*worked.values(), "R9999", "R%", "E72", "R0001-look-1"):
        for step in ("erased", "rectified", "recalled", "restricted", "looked", "erase", "look"):
            form = {
                "csrf": csrf(client),
                "step": step,
                "on": "2024-09-04",
                "reason": "E72 was not necessary, it is said",
            }
            answered = client.post(f"/staff/requests/{number}", data=form)
            assert answered.status_code in (404, 422), (number, step)
            tried += 1
    assert kept(site) == before
    attempts("steps on the page of a request that no page takes", tried)


def test_a_page_shows_what_its_own_request_found(site: Site, worked: dict[str, str], attempts: Count) -> None:
    """Never what another request found, and nothing where nobody looked, whatever the address says."""
    client, before = site.signed_in("P9001"), kept(site)
    with Register.open(site.folder) as register:
        own = {number: preview(register, number, entries).weighed.entries
               for number, entries in ((worked["An"], ["E71"]), (worked["Cy"], ["E72", "E73"]))}  # fmt: skip
    assert own == {worked["An"]: 1, worked["Cy"]: 2}
    tried = 0
    for name, number in worked.items():
        for query in ("", "?entry=E72", f"?request_id={worked['Cy']}", f"?number={worked['Cy']}&entry=E73"):
            answered = client.get(f"/staff/requests/{number}{query}", headers={"accept": "application/json"})
            tried += 1
            if query:
                assert answered.status_code in (200, 400, 404), query
            if answered.status_code == 200:
                shown = answered.json()["erasure"]
                assert (shown["entries"] if shown else None) == own.get(number), (name, query)
                entries = {"An": {"E71"}, "Cy": {"E72", "E73"}}.get(name, set[str]())
                assert {*re.findall(r"\bE7[123]\b", answered.text)} == entries, (name, query)
    for path in ("/staff/requests/E72", "/staff/requests/R9999", f"/staff/requests/{worked['An']}/E72",
                 f"/staff/requests/{worked['An']}/erase", f"/staff/requests/{worked['An']}/rectify"):  # fmt: skip
        for method in ("GET", "POST", "PUT", "DELETE"):
            answered = client.request(method, path, headers={"x-csrf-token": csrf(client)})
            # What an erasure would destroy can be looked at; nothing is done by looking.
            is_page = method == "GET" and path == f"/staff/requests/{worked['An']}/erase"
            assert answered.status_code in ((200,) if is_page else (400, 403, 404, 405, 422)), (method, path)
            tried += 1
    assert kept(site) == before
    attempts("pages of requests asked for what another request found", tried)
