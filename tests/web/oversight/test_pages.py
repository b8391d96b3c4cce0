"""The gate, who looked, the charter, the ledger, and oversight's own visits."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections import Counter
from zoneinfo import ZoneInfo

import pytest
from starlette.testclient import TestClient

from overt.gate import Gate, Proposed
from overt.register import Register
from overt.web.portal.oversight._access import is_out_of_hours
from tests.web.conftest import NOW, Site
from tests.web.oversight.conftest import JSON, ask_for, told


def test_the_gates_tally(watched: Site, inspector: TestClient) -> None:
    """The counts are those that the gate kept, the quarters add up to them, and each hold has its decision."""
    page = told(inspector, "/oversight/gate")
    with Register.open(watched.folder) as register:
        rows = register.store.rows("select outcome, sum(count) from tally where code = '' group by outcome")
        held = register.store.rows("select count(*) from held")[0][0]
        by_code = register.store.rows("select sum(count) from tally where code = 'OV-46' and outcome = 'refused'")
    assert page["total"] == {"admitted": 0, "held": 0, "refused": 0} | {name: int(count) for name, count in rows}
    added: Counter[str] = Counter()
    for each in page["quarters"]:
        added.update({name: each[name] for name in page["total"]})
    assert dict(added) == page["total"]
    assert len(page["held"]) == min(held, 50) > 0
    decided = [each for each in page["held"] if each["outcome"]]
    assert decided
    assert all(each["decided_by"] == "P9001" and each["why"] for each in decided)
    few = told(inspector, "/oversight/gate?state=admitted&code=OV-14")
    assert {each["outcome"] for each in few["held"]} == {"admitted"}
    assert all("OV-14" in each["codes"] for each in few["held"])
    assert [each["code"] for each in few["codes"]] == ["OV-14"]
    assert told(inspector, "/oversight/gate?state=waiting")["held"] == []
    codes = {each["code"]: each for each in page["codes"]}
    assert codes["OV-46"]["refused"] == by_code[0][0]
    assert codes["OV-46"]["title"] == "Entries should not be disclosed unredacted or in bulk"
    assert codes["OV-14"]["admitted"] > 0


@pytest.mark.parametrize(
    ("moment", "out"),
    [
        ("2024-07-03T05:59:00", True),  # 06:59 in London in summer
        ("2024-07-03T06:00:00", False),
        ("2024-07-03T17:59:00", False),
        ("2024-07-03T18:00:00", True),
        ("2024-01-03T06:59:00", True),  # 06:59 in London in winter
        ("2024-01-03T07:00:00", False),
        ("2024-01-06T12:00:00", True),  # a Saturday
    ],
)
def test_out_of_hours_is_told_by_the_clock_on_the_wall(moment: str, out: bool) -> None:
    """Moments are kept in UTC; in summer the wall is an hour ahead."""
    at = dt.datetime.fromisoformat(moment).replace(tzinfo=dt.UTC)
    assert is_out_of_hours(at, ZoneInfo("Europe/London")) is out


def test_patterns_of_who_looked(own_site: Site) -> None:
    """Looks, at how many entries, at removed ones and at night are counted for each member of staff."""
    with Register.open(own_site.folder) as register:
        rows = register.store.rows
        active = [row[0] for row in rows("select entry_id from entry where status = 'active' order by 1 limit 2")]
        closed = rows("select entry_id from entry where closed_on < '2024-07-01' order by 1 limit 1")[0][0]
    looks = [
        (active[0], "2024-09-03T10:00:00"),
        (active[0], "2024-09-03T11:00:00"),
        (active[1], "2024-09-03T23:30:00"),
        (closed, "2024-09-03T12:00:00"),
        ("E99999", "2024-09-03T12:30:00"),
    ]
    lines = [
        Proposed(
            "access",
            {
                "access_id": f"L9{place}", "occurred_at": moment, "actor": "P4321", "action": "consult",
                "entry_id": entry, "reason": f"reason {place}",
            },
        )
        for place, (entry, moment) in enumerate(looks)
    ]  # fmt: skip
    with Register.open(own_site.folder) as register:
        admitted = sum(each.word == "admitted" for each in Gate(register).admit(lines, "P4321", NOW))
    client = own_site.signed_in("I7001")
    staff = {each["staff"]: each for each in told(client, "/oversight/access?days=30")["staff"]}
    found = staff["P4321"]
    assert admitted == len(looks)
    assert (found["looks"], found["entries"], found["most_at_one"]) == (5, 4, 2)
    assert (found["removed"], found["out_of_hours"]) == (2, 1)
    page = told(client, "/oversight/access/P4321?days=30")
    assert [each["entry"] for each in page["lines"] if each["removed"]] == ["E99999", closed]
    assert [each["reason"] for each in page["lines"] if each["out_of_hours"]] == ["reason 2"]
    assert page["often"] == [{"entry": active[0], "times": 2}]
    assert client.get("/oversight/access/P0000", headers=JSON).status_code == 404
    assert client.get("/oversight/access?entry_id=E1").status_code == 400


def test_what_was_forbidden_is_shown(own_site: Site) -> None:
    """An attempt that a role does not allow stands where oversight looks, with who tried what."""
    recorder = own_site.signed_in("P1001")
    assert recorder.get("/oversight/gate", headers=JSON).status_code == 403
    page = told(own_site.signed_in("I7001"), "/oversight/access")
    line = {"who": "P1001", "action": "oversight.gate", "title": "Read decisions at the gate", "times": 1}
    assert line in page["forbidden"]
    assert next(each for each in page["tried"] if each["who"] == "P1001")["forbidden"] == 1


def test_the_controller_sees_what_oversight_looked_at(own_site: Site) -> None:
    """Each page that an inspector opened is a line that the controller reads."""
    inspector = own_site.signed_in("I7001")
    inspector.get("/oversight/gate")
    inspector.get("/oversight/gate")
    page = told(own_site.signed_in("P9001"), "/oversight/own-visits")
    line = {"who": "I7001", "action": "oversight.gate", "title": "Read decisions at the gate", "times": 2}
    assert line in page["visits"]
    assert page["last"][0]["action"] == "oversight.gate"


def test_the_charters_history(inspector: TestClient) -> None:
    """Sixteen kinds of data, then thirty-four, each version with its day, its leaf and what it changed."""
    page = told(inspector, "/oversight/charter")
    assert [each["categories"] for each in page["versions"]] == [34, 16]
    assert "categories 16 → 34" in page["versions"][0]["lines"]
    assert page["versions"][0]["rules"]
    assert inspector.get(f"/charters/{page['versions'][0]['version']:04}.toml").status_code in (200, 404)
    assert "16 categories, then 34 categories" in inspector.get("/oversight/charter").text


def test_the_ledgers_health(watched: Site, inspector: TestClient) -> None:
    """The head is the published one, both witnesses cosigned it, and what is not published yet is said."""
    page = told(inspector, "/oversight/ledger")
    ledger = watched.folder.parent / "ledger"
    published = (ledger / "checkpoint").read_text(encoding="utf-8").splitlines()
    assert page["head"]["entries"] == int(published[1])
    assert page["head"]["behind"] == page["leaves"] - int(published[1])
    assert page["head"]["witnesses"] == [{"name": name, "signed": True} for name in ("ombudsman", "university")]
    (ledger / "checkpoint").rename(ledger / "aside")
    try:
        assert told(inspector, "/oversight/ledger")["head"]["believed"] is False
    finally:
        (ledger / "aside").rename(ledger / "checkpoint")


def test_a_check_finds_what_was_altered(own_site: Site) -> None:
    """A row that was changed behind the gate, and a line taken out of the access log, are both found."""
    client = own_site.signed_in("I7001")
    good = told(client, ask_for(client, "/oversight/ledger"))
    assert good["good"]
    assert good["published"]["cosigned_by"] == ["ombudsman", "university"]

    with sqlite3.connect(own_site.folder / "register.sqlite") as connection:
        seq = connection.execute("select opened_seq from entry_version where status = 'active' limit 1").fetchone()[0]
        connection.execute("update entry_version set unit = 'another desk' where opened_seq = ?", (seq,))
    with sqlite3.connect(own_site.folder / "portal" / "state.sqlite") as connection:
        connection.execute("delete from portal_attempt where number = 2")

    bad = told(client, ask_for(client, "/oversight/ledger"))
    assert not bad["good"]
    assert [(each["seq"], each["table"]) for each in bad["differing"]] == [(seq, "entry")]
    assert "another desk" not in json.dumps(bad)
    assert bad["access_log_broken_at"] == 2
    page = client.get(f"/oversight/ledger/{bad['number']}").text
    assert "Some rows do not match" in page


def test_a_register_on_its_first_day(own_site: Site) -> None:
    """Every page of oversight is there before anything was asked for."""
    client = own_site.signed_in("I7001")
    for address in ("", "/audits", "/disparity", "/samples", "/gate", "/access", "/charter", "/ledger", "/own-visits"):
        assert client.get(f"/oversight{address}").status_code == 200, address
    for address in ("/audits/1", "/audits/x", "/samples/1", "/samples/1/rows/1", "/ledger/1", "/audits/1/files/a.csv"):
        assert client.get(f"/oversight{address}").status_code == 404, address
