"""Findings: an audit as of any day, with evidence by number, and the trend; what is kept, and what an erasure takes."""

from __future__ import annotations

import fcntl
import json
import re
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from overt.register import Register, erase
from overt.web._work import State
from overt.web.portal.oversight._audits import trend
from overt.web.portal.oversight._runs import OversightRun
from tests.web.conftest import NOW, Site
from tests.web.oversight.conftest import ask_for, send, told

# What was published and spent came after the audit that the demonstration makes for itself.
SAME = ("OV-14", "OV-21", "OV-29", "OV-43", "OV-55a", "OV-56", "OV-06", "OV-20")


def test_the_findings_are_those_of_the_audit(demonstration: Path, inspector: TestClient) -> None:
    """What the page says of a question is what `overt audit` says of the register: verdict, counts and numbers."""
    body = json.loads((demonstration / "audit" / "findings.json").read_text(encoding="utf-8"))
    known = {each["control"]: each for each in body["findings"]}
    for name in SAME:
        page = told(inspector, f"/oversight/audits/2/findings/{name}")
        for column in ("verdict", "breached", "examined", "sentence", "severity"):
            assert page["finding"][column] == known[name][column], (name, column)
        assert page["evidence"]["keys"] == known[name]["keys"]
        assert page["evidence"]["more"] == max(0, (known[name]["breached"] or 0) - len(known[name]["keys"]))


def test_the_register_is_judged_as_it_stood_on_the_day(inspector: TestClient) -> None:
    """The audit as of 2022 sees fewer entries than the one as of 2024, though both were run today."""
    examined = [
        told(inspector, f"/oversight/audits/{number}/findings/OV-21")["finding"]["examined"] for number in (1, 2)
    ]
    assert 0 < examined[0] < examined[1]


def test_every_page_of_audits_can_be_read(inspector: TestClient) -> None:
    """The first audit, which has none before it, and the second, which has; a finding of each verdict."""
    for number in (1, 2):
        page = inspector.get(f"/oversight/audits/{number}")
        assert page.status_code == 200
        assert ("Changes are compared with the audit as of 3 September 2022" in page.text) is (number == 2)
        found = {each["verdict"]: each for group in told(inspector, f"/oversight/audits/{number}")["groups"]
                 for each in group["findings"]}  # fmt: skip
        assert len(found) >= 4
        for each in found.values():
            assert inspector.get(f"/oversight/audits/{number}/findings/{each['control']}").status_code == 200


def test_trend_between_the_audits(inspector: TestClient) -> None:
    """Each breach with what both audits found, and what became of it."""
    page = told(inspector, "/oversight/audits")
    assert [each["as_of"] for each in page["columns"]] == ["2022-09-03", "2024-09-03"]
    rows = {each["control"]: each for each in page["trend"]}
    assert rows["OV-14"]["change"] == "new"
    before, after = (int(cell.partition(" ")[0]) for cell in rows["OV-21"]["cells"])
    assert rows["OV-21"]["change"] == f"worse by {after - before}"
    since = told(inspector, "/oversight/audits/2/findings/OV-21")["since"]
    assert since["means"] == "breached by more rows than before"
    # Of more than a hundred breaching rows a finding keeps the numbers of the first hundred.
    assert len(since["new"]) + before - len(since["gone"]) == min(after, 100)


@pytest.mark.parametrize(
    ("before", "last", "change"),
    [
        (("met", 0), ("breached", 3), "new"),
        (("breached", 3), ("breached", 5), "worse by 2"),
        (("breached", 5), ("breached", 3), "better by 2"),
        (("breached", 3), ("breached", 3), "no change"),
        (("breached", 3), ("met", 0), "fixed"),
        (("breached", 3), ("cannot be shown", None), "can no longer be shown"),
        (("breached", 3), None, "not asked in both audits"),
    ],
)
def test_what_became_of_a_breach(before: Any, last: Any, change: str) -> None:
    """Each way a breach may have gone has its words; that it can no longer be told is not that it was fixed."""

    def run(number: int, found: Any) -> OversightRun:
        findings = []
        if found:
            verdict, breached = found
            told = {"breached": breached, "examined": 9, "title": "A duty", "severity": "high"}
            findings.append({"control": "X-1", "verdict": verdict, **told})
        return OversightRun(number, Path(), {"as_of": f"2024-01-0{number}"}, State.DONE, {}, {"findings": findings})

    assert trend([run(1, before), run(2, last)])[0]["change"] == change


def test_what_is_kept_has_no_number_of_a_record(watched: Site) -> None:
    """Counts are kept for the trend; the numbers of records lie in the snapshots, which an erasure deletes."""
    home = watched.folder / "portal" / "oversight"
    kept = [path for path in home.rglob("*.json") if path.is_file()]
    assert {path.name for path in kept} >= {"asked.json", "answer.json", "disparity.json"}
    for path in kept:
        assert not re.search(r"\b[EIRDKL]\d{5}\b", path.read_text(encoding="utf-8")), path
    assert (watched.folder / "snapshots" / "oversight-0002" / "evidence").is_dir()
    assert not [path for path in (watched.folder / "snapshots").iterdir() if path.name.startswith(".")]


def test_files_of_an_audit(inspector: TestClient) -> None:
    """A file that the audit wrote can be taken away, and nothing else that lies near it."""
    response = inspector.get("/oversight/audits/2/files/evidence/OV-21.csv")
    assert response.status_code == 200
    assert response.headers["content-disposition"] == 'attachment; filename="audit-2024-09-03-evidence-OV-21.csv"'
    for name in ("run.json", "../../register.toml", "%2e%2e/%2e%2e/register.toml", "evidence/../run.json", "none.csv"):
        assert inspector.get(f"/oversight/audits/2/files/{name}").status_code == 404, name


@pytest.mark.parametrize(("day", "says"), [("2024-09-05", "in the past"), ("2024-02-30", "real date"), ("", "As of")])
def test_a_day_that_cannot_be_judged(inspector: TestClient, day: str, says: str) -> None:
    """A day in the future, one that is none, and none at all are refused at the field."""
    response = send(inspector, "/oversight/audits/new", as_of=day)
    assert response.status_code == 422
    assert says in json.dumps(response.json()["faults"]) or "Enter" in json.dumps(response.json()["faults"])
    assert response.json()["faults"][0]["field"] == "as_of"


def test_one_piece_of_work_at_a_time(watched: Site, inspector: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a process is at work nothing else is begun, and nothing is left of the attempt."""
    # The last piece of work is done: a process that holds the lock would be waited for as one that ends.
    monkeypatch.setattr("overt.web._work._TRIES_AT_THE_END", 3)
    home = watched.folder / "portal" / "oversight"
    before = sorted(path.name for path in home.iterdir())
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        response = send(inspector, "/oversight/audits/new", as_of="2024-09-03")
    assert response.status_code == 422
    assert response.json()["refusals"][0]["code"] == "audit-under-way"
    assert sorted(path.name for path in home.iterdir()) == before


def test_how_far_it_is(own_site: Site) -> None:
    """While it goes on the page says so from the first moment, with a button that asks again and no script."""
    folder = own_site.folder / "portal" / "oversight" / "0001"
    folder.mkdir(parents=True)
    asked = {"what": "audit", "as_of": "2024-09-03", "asked_by": "I7001", "asked_at": "2024-09-04T09:30:00"}
    (folder / "asked.json").write_text(json.dumps({**asked, "register": str(own_site.folder)}), encoding="utf-8")
    client = own_site.signed_in("I7001")
    with (folder.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "<b>Starting</b>" in client.get("/oversight/audits/1").text
        said = {"stage": "running the controls", "done": 26, "of": 62}
        (folder / "progress.json").write_text(json.dumps(said), encoding="utf-8")
        page = client.get("/oversight/audits/1").text
    assert "<b>Running the controls</b>: 26 of 62" in page
    assert "Refresh progress" in page
    assert "http-equiv" not in page


def test_work_that_was_broken_off_says_so(own_site: Site) -> None:
    """A process that ended before it was done leaves neither an all-clear nor a page that waits for ever."""
    folder = own_site.folder / "portal" / "oversight" / "0001"
    folder.mkdir(parents=True)
    asked = {"what": "audit", "as_of": "2024-09-03", "asked_by": "I7001", "asked_at": "2024-09-04T09:30:00"}
    (folder / "asked.json").write_text(json.dumps({**asked, "register": str(own_site.folder)}), encoding="utf-8")
    client = own_site.signed_in("I7001")
    assert told(client, "/oversight/audits/1")["state"] == "stopped"
    page = client.get("/oversight/audits/1").text
    assert "was interrupted" in page
    assert told(client, "/oversight/audits")["newest"] is None


def test_a_refusal_of_the_audit_is_shown(own_site: Site) -> None:
    """A pack that cannot be found any more is a refusal with its code, not an audit without questions."""
    folder = own_site.folder / "portal" / "oversight" / "0001"
    folder.mkdir(parents=True)
    asked = {"what": "audit", "as_of": "2024-09-03", "asked_by": "I7001", "asked_at": "2024-09-04T09:30:00"}
    (folder / "asked.json").write_text(json.dumps({**asked, "register": str(own_site.folder)}), encoding="utf-8")
    (folder / "refused.json").write_text(
        json.dumps([{"code": "pack-not-found", "found": "gone: no such pack", "wanted": "a folder", "remedy": ""}]),
        encoding="utf-8",
    )
    page = own_site.signed_in("I7001").get("/oversight/audits/1").text
    assert "pack-not-found" in page
    assert "was refused" in page


def test_an_erasure_takes_the_evidence(own_site: Site) -> None:
    """After an erasure no number of the erased entry is left of an audit; the counts and the trend are."""
    client = own_site.signed_in("I7001")
    where = ask_for(client, "/oversight/audits/new", as_of="2024-09-03")
    gone = told(client, f"{where}/findings/OV-21")["evidence"]["keys"][0]
    with Register.open(own_site.folder) as register:
        erase(register, gone, "DPA 2018 s.47", "P9001", NOW)
    page = told(client, f"{where}/findings/OV-21")
    assert page["evidence"] is None
    assert page["finding"]["breached"] > 0
    assert told(client, where)["files"] == []
    assert "The evidence was deleted" in client.get(f"{where}/findings/OV-21").text
    for path in (own_site.folder / "portal").rglob("*"):
        if path.is_file():
            assert gone.encode() not in path.read_bytes(), path
    assert client.get(f"{where}/files/findings.json").status_code == 404


def test_disparity_as_the_audit_measured_it(inspector: TestClient) -> None:
    """The table is that of `overt disparity`: groups against the population of the charter, with ratio and interval."""
    page = told(inspector, "/oversight/disparity?audit=2&what=listed.ethnicity_self_group")
    table = page["found"]["tables"][0]
    rows = {each["group"]: each for each in table["rows"]}
    assert table["population"] == "england-wales-2011"
    assert rows["White"]["reference"]
    black, white = rows["Black"], rows["White"]
    ratio = (black["count"] / 1_864_890) / (white["count"] / 48_151_715)
    assert black["relative_rate"] == pytest.approx(ratio)
    assert black["low"] < ratio < black["high"]
    assert rows["Mixed"]["population"] is None
    picture = inspector.get("/oversight/disparity?audit=2&what=listed.ethnicity_self_group").text
    assert picture.count('<svg class="plot"') == 2
    assert inspector.get("/oversight/disparity?what=listed.names").status_code == 400
