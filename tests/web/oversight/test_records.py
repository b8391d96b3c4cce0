"""From a finding to its rows and a record, the log with its filters, two audits compared, what the unit is asked."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from starlette.testclient import TestClient

from overt.register import Register
from tests.web.conftest import Site
from tests.web.oversight.conftest import JSON, ask_for, send, told


def audited(client: TestClient) -> str:
    return ask_for(client, "/oversight/audits/new", as_of="2024-09-03")


def test_from_a_finding_to_its_rows_to_the_record_with_a_reason(own_site: Site) -> None:
    """The rows are numbers; the record comes after a reason, which the register's log has with the row that it was."""
    client = own_site.signed_in("I7001")
    where = f"{audited(client)}/findings/OV-21"
    assert f"{where}/rows" in client.get(where).text
    page = told(client, f"{where}/rows")
    kept = told(client, where)["evidence"]["keys"]
    assert page["of"] >= len(kept)
    assert [row["key"] for row in page["rows"]] == kept[:50]
    seen, address = page["rows"], page["pages"]["next"]
    while address:
        page = told(client, address)
        seen, address = [*seen, *page["rows"]], page["pages"]["next"]
    assert [row["place"] for row in seen] == list(range(1, page["of"] + 1))

    number = seen[2]["key"]
    with Register.open(own_site.folder) as register:
        rows = register.store.rows("select grounds, subject_id from entry where entry_id = ?", (number,))
        before = register.store.rows("select count(*) from access")[0][0]
    grounds, person = rows[0]
    asked = client.get(f"{where}/rows/3").text
    assert "Why do you need to see this record?" in asked
    assert grounds not in asked
    assert send(client, f"{where}/rows/3", reason="x").status_code == 422
    assert send(client, f"{where}/rows/3", reason="to see why the review is late").status_code == 201
    shown = client.get(f"{where}/rows/3").text
    assert grounds.split(";")[0] in shown
    assert person not in shown
    assert "Amend" not in shown
    with Register.open(own_site.folder) as register:
        lines = register.store.rows(
            "select actor, action, entry_id, reason from access order by occurred_at desc limit 1"
        )
        after = register.store.rows("select count(*) from access")[0][0]
    assert after == before + 1
    assert lines == [("I7001", "consult", number, "to see why the review is late")]
    for place in ("0", "99999", "x", "-1"):
        assert client.get(f"{where}/rows/{place}", headers=JSON).status_code == 404
    # A recorder has no business here.
    assert own_site.signed_in("P1001").get(f"{where}/rows/3", headers=JSON).status_code == 403


def test_the_log_by_date_staff_and_unit_and_as_a_file(watched: Site, inspector: TestClient) -> None:
    """Pages of fifty, newest first, and the file has the same lines; what is not a date is said and not used."""
    with Register.open(watched.folder) as register:
        counted = "select count(*) from access a left join entry e on e.entry_id = a.entry_id where"
        of_unit = register.store.rows(
            f"{counted} a.actor = 'P1001' and e.unit = 'North desk' and a.occurred_at >= '2022-01-01'"
            " and a.occurred_at < '2023-01-01'"
        )[0][0]
        whole = register.store.rows(f"{counted} a.occurred_at >= '2023-01-01' and a.occurred_at < '2024-01-01'")[0][0]
    seen: list[dict[str, str]] = []
    address = "/oversight/log?from=2023-01-01&to=2023-12-31"
    while address:
        page = told(inspector, address)
        assert len(page["lines"]) <= 50
        seen, address = [*seen, *page["lines"]], page["pages"]["next"]
    assert len(seen) == whole > 100
    assert [line["at"] for line in seen] == sorted((line["at"] for line in seen), reverse=True)
    query = "from=2022-01-01&to=2022-12-31&staff=P1001&unit=North+desk"
    page = told(inspector, f"/oversight/log?{query}")
    assert {(line["staff"], line["unit"]) for line in page["lines"]} == {("P1001", "North desk")}
    file = inspector.get(f"/oversight/log/file?{query}")
    assert file.headers["content-disposition"] == 'attachment; filename="access-log-2022-01-01-to-2022-12-31.csv"'
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert len(rows) == of_unit > 0
    assert {row["unit"] for row in rows} == {"North desk"}
    broken = told(inspector, "/oversight/log?from=yesterday&to=2022-12-31")
    assert broken["unread"] == ["From"]
    assert "so it was not used" in inspector.get("/oversight/log?from=yesterday").text
    assert "nothing to show" in inspector.get("/oversight/log?from=2023-01-01&to=2022-01-01").text
    assert inspector.get("/oversight/log?subject_id=x").status_code == 400


def test_two_audits_are_compared(inspector: TestClient) -> None:
    """Each question with what both found; only what changed unless all are asked for."""
    page = told(inspector, "/oversight/compare")
    assert (page["earlier"]["as_of"], page["later"]["as_of"]) == ("2022-09-03", "2024-09-03")
    assert page["same_packs"] is True
    assert {row["change"] for row in page["rows"]}.isdisjoint({"no change"})
    overdue = next(row for row in page["rows"] if row["control"] == "OV-21")
    assert re.match(r"worse by [\d,]+|new", overdue["change"])
    every = told(inspector, "/oversight/compare?show=all")
    assert len(every["rows"]) == every["questions"] > len(page["rows"])
    number = page["later"]["number"]
    same = told(inspector, f"/oversight/compare?before={number}&after={number}")
    assert same["rows"] == []
    assert (
        "has changed between these audits" in inspector.get(f"/oversight/compare?before={number}&after={number}").text
    )


def test_an_observation_goes_to_the_unit_and_back(own_site: Site) -> None:
    """Sent by an inspector, answered by the controller, asked again, answered, closed: each turn has its side."""
    inspector, controller = own_site.signed_in("I7001"), own_site.signed_in("P9001")
    asked = {
        "audit": "1", "control": "OV-21", "title": "Reviews that are late", "due_on": "2024-10-01",
        "words": "Why are so many reviews overdue, and by when will they be done?",
    }  # fmt: skip
    named = send(inspector, "/oversight/observations/new", **{**asked, "words": "Ask Jane Example why it is late"})
    assert named.status_code == 422
    assert "looks like a name" in named.text
    assert send(inspector, "/oversight/observations/new", **{**asked, "due_on": "2024-09-01"}).status_code == 422
    sent = send(inspector, "/oversight/observations/new", **asked)
    assert sent.status_code == 201, sent.text
    number = sent.json()["number"]
    there, here = f"/staff/observations/{number}", f"/oversight/observations/{number}"
    # It is not oversight's turn yet.
    early = send(inspector, here, settles="yes", words="content without an answer")
    assert early.status_code == 422
    listed = told(controller, "/staff/observations")["observations"]
    assert [(each["number"], each["next"]) for each in listed] == [(number, "The unit: answer it")]
    assert send(controller, there).status_code == 422
    assert send(controller, there, words="Two reviewers start on Monday").status_code == 201
    assert send(controller, there, words="and again").status_code == 422
    answered = told(inspector, "/oversight/observations?state=answered")["observations"]
    assert [each["next"] for each in answered] == ["Oversight: close it or ask again"]
    assert send(inspector, here, settles="no", words="By when will they be done?").status_code == 422
    again = send(inspector, here, settles="no", words="By when will they be done?", due_on="2024-10-20")
    assert again.status_code == 201, again.text
    assert send(controller, there, words="By the end of October").status_code == 201
    assert send(inspector, here, settles="yes", words="Noted with thanks").status_code == 201
    closed = told(inspector, here)
    assert (closed["state"], closed["due_on"], closed["next"]) == ("closed", "2024-10-20", "No one: it is closed")
    assert [note["side"] for note in closed["notes"]] == ["oversight", "unit", "oversight", "unit", "oversight"]
    assert "Two reviewers start on Monday" in controller.get(there).text


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York"])
def test_moments_are_shown_by_the_registers_clocks(zone: str, make_site: Callable[..., Site]) -> None:
    """Half past ten in London in summer is half past five in New York, and each page says which it means."""
    site = make_site(time_zone=ZoneInfo(zone))
    client = site.signed_in("I7001")
    client.get("/oversight/own-visits")
    shown = client.get("/oversight/own-visits").text
    assert ("4 September 2024 at 10:30 BST" if zone == "Europe/London" else "4 September 2024 at 05:30 EDT") in shown
    assert f"by the clocks of {zone}" in client.get("/oversight/access").text
