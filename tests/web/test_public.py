"""The public face: what anybody reads, asks and checks. No cookie, no script, nothing kept of who asks."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from overt.gate import Gate, Proposed
from overt.model import TABLES
from overt.publication import DraftRequest
from overt.register import Register, erase, identity
from overt.rights import new_request
from overt.web.portal import Face, PortalConfig, all_actions
from overt.web.portal.public import _asking
from tests.attempts import Count
from tests.publication.conftest import release
from tests.web.conftest import NOW, Clock, Site

PAGES = [
    each.path for each in all_actions(PortalConfig())
    if each.face is Face.PUBLIC and each.method == "GET" and "{" not in each.path and each.path != "/ask/opened"
]  # fmt: skip


@pytest.mark.parametrize("path", [*PAGES, "/answers/0001", "/figures/0003/index.html", "/openapi.json", "/health"])
def test_public_pages_set_no_cookie_and_run_nothing(path: str, site: Site) -> None:
    """A public page has no cookie, no script, no style of its own, and names no other host."""
    answer = site.client().get(path)
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script" not in answer.text.lower().replace("description", "") or path == "/openapi.json"
    if "html" in answer.headers["content-type"]:
        assert not re.search(r"\son[a-z]+=|<style|\sstyle=|(?:src|href|action)=\"(?:https?:)?//", answer.text)


def test_first_page_shows_how_the_kinds_of_data_grew(site: Site) -> None:
    """16 kinds, then 34, as a picture with words; each kind with its reason and its day."""
    text = site.client().get("/").text
    assert "16 categories" in text
    assert "34 categories" in text
    assert "16 from September 2020, then 34 from July 2021" in text
    assert text.count('<rect class="plot-bar"') == 34
    assert "An emoji may change the meaning of a threat that is in words." in text


def test_a_page_is_json_for_programs(site: Site) -> None:
    """The same figures, without markup."""
    found = site.client().get("/figures", headers={"accept": "application/json"}).json()
    assert found["release"]["release"] == "0003"
    assert {each["what"] for each in found["tiles"]} >= {"people listed", "people added", "people removed"}


def test_cached_pages_carry_a_tag(site: Site) -> None:
    """Who has the page already is told so."""
    client = site.client()
    first = client.get("/changes")
    again = client.get("/changes", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_figures_are_those_of_the_latest_day(site: Site) -> None:
    """A later release about an earlier day, made for somebody who asked, does not become the public face."""
    before = site.client().get("/figures", headers={"accept": "application/json"}).json()["release"]
    with Register.open(site.folder) as register:
        made = release(register, NOW, DraftRequest(day=dt.date(2021, 2, 1), without=("people/added", "people/removed")))
    assert made.release > before["release"]
    found = site.client().get("/figures", headers={"accept": "application/json"}).json()
    assert found["release"] == before
    assert made.release in {each["release"] for each in found["releases"]}


def test_changes_count_nothing_that_a_release_has_not_published(site: Site) -> None:
    """An erasure shows neither as a number nor by its ground, which is an officer's words."""
    with Register.open(site.folder) as register:
        entry = str(register.store.rows("select entry_id from entry where status = 'active' limit 1")[0][0])
        erase(register, entry, "Judge Ampleforth ordered it (synthetic)", "P1001", NOW)
    text = site.client().get("/changes").text
    assert "Ampleforth" not in text
    found = site.client().get("/changes", headers={"accept": "application/json"}).json()
    documents = [site.client().get(f"/figures/{each}/release.json").json() for each in ("0003", "0002", "0001")]
    told = [
        row["figures"]["removed"]
        for each in documents for table in each["tables"] if table["name"] == "people" and "removed" in table["columns"]
        for row in table["rows"] if row["attribute"] == "all"
    ]  # fmt: skip
    assert "Ampleforth" not in site.client().get("/changes.atom").text
    assert len(found["removals"]) == len(told)
    for shown, figure in zip(found["removals"], told, strict=True):
        assert shown["figure"].replace(",", "") == str(figure.get("value", shown["figure"]))


def opened(site: Site, **more: str) -> tuple[int, str]:
    client = site.client()
    token = re.search(r'name="token" value="([^"]+)"', client.get("/ask").text)
    assert token
    site.clock.seconds += 5
    answer = client.post("/ask", data={"token": token[1], "kind": "access", **more})
    return answer.status_code, answer.headers.get("location", "")


def requests_in(site: Site) -> list[dict[str, object]]:
    with Register.open(site.folder) as register:
        return [dict(each.values) for each in register.versions("request")]


def test_a_request_is_a_record_of_kind_and_days(site: Site) -> None:
    """The form takes nothing of who asks. Its due day is a month on; the reference cannot be guessed."""
    before = len(requests_in(site))
    status, location = opened(site)
    assert (status, location[:22]) == (303, "/ask/opened?reference=")
    made = requests_in(site)[-1]
    assert len(requests_in(site)) == before + 1
    assert {name: value for name, value in made.items() if value is not None} == {
        "request_id": location[22:], "kind": "access", "received_on": "2024-09-04", "due_on": "2024-10-04",
    }  # fmt: skip
    assert re.fullmatch(r"Q[0-9A-Z]{4}(-[0-9A-Z]{5}){4}-[0-9A-Z]{3}", location[22:])
    page = site.client().get(location)
    assert location[22:] in page.text
    assert "4 October 2024" in page.text
    followed = site.client().get(f"/ask/follow?reference={location[22:].lower()}").text
    assert "not yet" in followed


@pytest.mark.parametrize("outcome", ["answered", "partly", "ncnd", "refused", "withdrawn", "unidentified"])
def test_the_page_of_a_request_has_words_for_what_became_of_it(site: Site, outcome: str) -> None:
    """In every kind and outcome of the model: no code is shown to the person."""
    assert TABLES["request"].by_name["kind"].codes == tuple(kind for kind, _ in _asking._KINDS)
    assert set(TABLES["request"].by_name["outcome"].codes) == _asking._OUTCOMES.keys()
    location = opened(site)[1]
    with Register.open(site.folder) as register:
        number = location[22:]
        (row,) = register.versions("request", "x.request_id = ? and x.closed_seq is null", (number,))
        standing = {name: value for name, value in row.values.items() if name != "recorded_at"}
        more = {"answered_on": "2024-09-04", "outcome": outcome, "ground": "DPA 2018 s.45(4)(b)", "reasons": "recorded"}
        asked = Proposed("request", standing | more, "alter", of_rights=True)
        (became,) = Gate(register).admit([asked], "P9001", NOW)
    assert became.word == "admitted", became
    page = site.client().get(f"/ask/follow?reference={number}").text
    assert "Find out what information you hold about me" in page
    assert _asking._OUTCOMES[outcome] in page
    assert "ncnd" not in page


def test_who_asks_is_told_what_to_do_next(site: Site) -> None:
    """On the first page, the form, the page of the reference, and where the request is followed."""
    client = site.client()
    assert 'href="/ask">Make a request' in client.get("/").text
    assert "date of birth" in client.get("/ask").text
    location = opened(site)[1]
    for page in (location, f"/ask/follow?reference={location[22:]}"):
        assert "date of birth" in client.get(page).text


def test_only_the_random_reference_follows_a_request(site: Site, attempts: Count) -> None:
    """The register's own numbers follow one another, so that anybody could list everybody's requests."""
    with Register.open(site.folder) as register:
        numbers = [new_request(register, "access", NOW.date(), by="P1001", now=NOW).number for _ in range(3)]
    tried = [f"R{number:04}" for number in range(1, 30)] + [f" {each.lower()} " for each in numbers]
    tried += ["%", "_" * 28, "Q%", "R0001' or 1=1 --", "Q" + "2" * 27, "Q7K3M-2F9TX"]
    pages = {site.client().get("/ask/follow", params={"reference": each}).status_code for each in tried}
    for number in numbers:
        opened_page = site.client().get("/ask/opened", params={"reference": number}).text
        assert "must be answered by" not in opened_page
    assert pages == {404}
    attempts("guessed references of rights requests", len(tried) + len(numbers))


def sent_letter(site: Site, path: str = "/ask/information", **answers: str) -> tuple[int, str]:
    """A form with words, filled in by a person who does not exist."""
    client = site.client()
    token = re.search(r'name="token" value="([^"]+)"', client.get(path).text)
    assert token
    site.clock.seconds += 5
    letter = {"words": "How many people are listed?", "person_name": "Ann Example", "address": "ann@mail.example"}
    answer = client.post(path, data={"token": token[1], **letter, **answers})
    return answer.status_code, answer.headers.get("location", "")


def test_information_is_due_in_twenty_working_days(site: Site) -> None:
    """FOIA 2000, s.10: the day it came in does not count. The request has a number that everybody may know."""
    assert opened(site, kind="information") == (303, "/ask/information")
    status, location = sent_letter(site)
    assert status == 303, location
    made = requests_in(site)[-1]
    assert (made["request_id"], made["due_on"]) == ("FOI-0002", "2024-10-02")
    assert "/answers/0002" in site.client().get(location).text
    assert "2 October 2024" in site.client().get(f"/ask/follow?reference={location[22:]}").text


def test_the_honeypot_takes_nothing(site: Site) -> None:
    """A program that fills in every field is thanked like anybody, and nothing is recorded."""
    before = len(requests_in(site))
    status, location = opened(site, website="https://spam.example")
    assert (status, location[:11]) == (303, "/ask/opened")
    assert len(requests_in(site)) == before
    assert site.client().get(location).status_code == 200


def test_a_form_that_was_not_asked_for_is_not_taken(site: Site) -> None:
    """No token, a made-up one, one sent back at once, an old one: shown again with the reason, nothing recorded."""
    before, client = len(requests_in(site)), site.client()
    token = re.search(r'name="token" value="([^"]+)"', client.get("/ask").text)[1]  # type: ignore[index]
    assert client.post("/ask", data={"kind": "access", "token": token}).status_code == 422
    site.clock.seconds += 8_000
    for given in (token, "", "1.2", f"9{token}", "nan.nan", "é.é"):
        answer = client.post("/ask", data={"kind": "access", "token": given})
        assert answer.status_code == 422
        assert "Submit the form again" in answer.text
    assert len(requests_in(site)) == before


def test_requests_are_limited(make_site: Callable[..., Site]) -> None:
    """So many a minute from one place; then a minute's wait."""
    site = make_site(form_posts_per_minute=3)
    assert [opened(site)[0] for _ in range(5)].count(429) >= 1


def test_receipts_are_checked_in_the_page(site: Site, demonstration: Path) -> None:
    """The person's own receipt is good; with one letter changed in the record it is not, and says nothing of it."""
    receipt = (demonstration / "person" / "entry.json.tlog-proof").read_bytes()
    record = (demonstration / "person" / "entry.json").read_bytes()
    client = site.client()
    good = client.post("/verify/receipt", files={"receipt": receipt, "record": record})
    assert good.status_code == 200
    assert "The receipt is valid" in good.text
    assert "ombudsman and university" in good.text
    changed = json.dumps({**json.loads(record), "role": "suspect"}).encode()
    bad = client.post("/verify/receipt", files={"receipt": receipt, "record": changed})
    assert "This receipt is not valid" in bad.text
    assert "proof-bad" in bad.text
    assert "suspect" not in bad.text
    assert client.post("/verify/receipt", files={"receipt": b"x", "record": b"{"}).status_code == 200
    assert client.post("/verify/receipt", files={"receipt": receipt}).status_code == 422


def test_releases_are_checked_in_the_page(site: Site) -> None:
    """What was published is found by its digest; a figure changed is not."""
    data = site.client().get("/figures/0003/release.json").content
    good = site.client().post("/verify/release", files={"release": data})
    assert "Release 0003 is exactly as published" in good.text
    other = data.replace(b'"value": 34', b'"value": 16', 1)
    assert other != data
    assert "does not match any release" in site.client().post("/verify/release", files={"release": other}).text
    assert "is not valid" in site.client().post("/verify/release", files={"release": b"{}"}).text


def test_the_ledger_is_served(site: Site) -> None:
    """Checkpoint and tiles are where verifiers look for them; nothing beside them is."""
    client = site.client()
    assert client.get("/ledger/checkpoint").content.startswith(b"alpha.example/register\n")
    assert client.get("/ledger/tile/0/000").status_code == 200
    for path in ("/ledger/.lock", "/ledger/..%2fpolicy", "/ledger/%2e%2e/register/register.toml"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/figures/0003/..%2fkept.json", "/figures/0003/../kept.json", "/figures/0004/index.html", "/charters/0009",
             "/figures/..%2f..%2fregister.toml/x", "/answers/0009", "/figures/0003/%00"],
)  # fmt: skip
def test_no_path_leads_out(path: str, site: Site) -> None:
    """What is not a published file is not there, however it is asked for."""
    assert site.client().get(path).status_code == 404


def test_identity_is_not_asked_anywhere(site: Site) -> None:
    """The form has one question. What else is sent with it is refused."""
    assert identity("request") == ("request_id",)
    client = site.client()
    assert client.post("/ask", data={"kind": "access", "name": "A. N. Other"}).status_code == 400


def test_pages_are_made_again_after_a_while(make_site: Callable[..., Site]) -> None:
    """A cached page is shown for its seconds, then made anew."""
    site = make_site(cache_seconds=5.0)
    clock: Clock = site.clock
    first = site.client().get("/changes").headers["etag"]
    clock.seconds += 60
    assert site.client().get("/changes").headers["etag"] == first


def test_an_agreement_that_has_ended_is_not_among_those_who_may_be_told(site: Site) -> None:
    """Each organisation is listed until the last day of its agreement, and after it as one to which nothing can go."""
    with Register.open(site.folder) as register:
        charter = register.charters()[-1]
    for day in sorted({each.ends_on for each in charter.recipients.values()}):
        for today in (day, day + dt.timedelta(days=1)):
            site.clock.seconds = 1_000.0 + (today - NOW.date()).days * 86_400
            text = html.unescape(site.client().get("/").text).split("Who information can be shared with</h2>")[1]
            told, _, others = text.partition("cannot be shared with these organisations")
            for each in charter.recipients.values():
                assert (each.title in told) is each.in_force(today)
                assert (each.title in others) is not each.in_force(today)


_CODE = re.compile(r"(?<!\()\b(?:[a-z]+_[a-z_]+|IC\d|20\d\d-\d\d-\d\d)\b(?!\))")
_NOT_READ = re.compile(r"<head>.*?</head>|<(style|svg|script|code|pre|textarea)\b.*?</\1>|<[^>]+>", re.DOTALL)


def test_public_pages_have_titles_and_days_in_words(site: Site) -> None:
    """On every page that a reader comes to from the first one; a code stands in brackets behind its title."""
    browser, seen, waiting = site.client(), set[str](), ["/"]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        page = browser.get(path)
        if page.status_code != 200 or "html" not in page.headers["content-type"]:
            continue
        assert _CODE.findall(html.unescape(_NOT_READ.sub(" ", page.text))) == [], path
        for link in re.findall(r'href="([^"#?:]+)"', page.text):
            waiting.append(link if link.startswith("/") else f"{path.rpartition('/')[0]}/{link}")
    assert {"/changes", "/verify", "/figures/0003/tables/people", "/figures/0001", "/answers/0001"} <= seen
