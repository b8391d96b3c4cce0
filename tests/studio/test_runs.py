"""From the audit to the ZIP, as a browser without script meets it. Everybody in the source is invented."""

from __future__ import annotations

import datetime as dt
import io
import time
import zipfile
from pathlib import Path

import pytest

from overt.audits import Heading, Request, audit
from overt.web.studio._kept import KeptSource
from overt.web.studio._project import Project
from overt.web.studio._source import source_options
from tests.audit.conftest import Silent
from tests.studio.conftest import Browser, canaries_in
from tests.web.pages import errors_that_do_not_help, markup_shown

LIST = """Ref,Name,Role,Due,Unit,Notes
E1,Zebedee Quagmire,suspect,2026-12-31,Anytown,seen with Philomena
E2,Philomena Thistlewood,victim,,Anytown,a note on Zebedee
E3,Zebedee Quagmire,,2026-01-31,Otherton,-
E4,Zebedee Quagmire,suspect,2026-02-28,Otherton,-
"""
MAPPING = """create view entry as
select "Ref" as entry_id, 'S' || "Ref" as subject_id, nullif("Role", '') as role, 'active' as status, "Unit" as unit,
    cast(nullif("Due", '') as date) as review_due_on
from list;
"""
AUDIT = {"pack-core": "yes", "as_of": "2026-06-30", "evidence": "keys"}


@pytest.fixture
def ready(project: Project) -> Project:
    """A project with a source and a mapping."""
    (project.source_folder / "list.csv").write_text(LIST, encoding="utf-8")
    source = (KeptSource(name="list.csv", copy="source/list.csv"),)
    project.set("Source: list.csv", ["source"], seen=1, source=[part.model_dump(by_alias=True) for part in source])
    project.change("Mapping", ["mapping"], lambda _: {"mapping.sql": MAPPING}, seen=project.history.last)
    return project


def done(browser: Browser, address: str) -> str:
    """The page of an audit when it is no longer at work."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        page = browser.get(address).text
        if "http-equiv" not in page:
            return page
        time.sleep(0.2)
    raise TimeoutError


@pytest.fixture
def audited(browser: Browser, ready: Project) -> str:
    """The address of the project, whose first audit is done."""
    home = f"/p/{ready.ident}/"
    started = browser.post(f"{home}audit", **AUDIT)
    assert started.headers["location"] == f"{home}audit/1"
    assert "See the findings" in done(browser, f"{home}audit/1")
    return home


def test_from_the_audit_to_the_zip(browser: Browser, ready: Project, audited: str, tmp_path: Path) -> None:
    """Findings by filter, one finding, an acceptance, both reports, the ZIP; no name of a person on any page."""
    home, pages = audited, []

    def get(path: str) -> str:
        answer = browser.get(path)
        assert answer.status_code == 200, path
        assert markup_shown(answer.text) == []
        pages.append(answer.text)
        return answer.text

    assert "Of the " in get(f"{home}findings/1")
    assert browser.get(f"{home}findings").headers["location"] == f"{home}findings/1"
    few = get(f"{home}findings/1?words=review+date&severity=critical&unit=0&order=breached")
    assert "OV-20" in few.split("duties</h2>")[1]
    assert "OV-21" not in few.split("duties</h2>")[1]
    assert "No finding fits these filters" in get(f"{home}findings/1?words=nothing+of+the+kind")
    assert browser.get(f"{home}findings/1?severity=terrible").status_code == 400
    one = get(f"{home}findings/1/OV-21")
    assert "Not met for 2 of 3" in one
    assert "E3" in one
    assert "legislation.gov.uk" in one
    assert browser.get(f"{home}findings/1/OV-999").status_code == browser.get(f"{home}findings/9").status_code == 404

    get(f"{home}findings/1/OV-21/accept")
    wrong = browser.post(f"{home}findings/1/OV-21/accept", owner="Head", reason="short", expires="2026-01-01", keys="")
    assert wrong.status_code == 422
    assert "The date must be after 30 June 2026" in wrong.text
    assert errors_that_do_not_help(wrong.text) == []
    accepted = {"owner": "Head of Unit", "reason": "Reviews are being caught up", "expires": "2026-12-31"}
    assert browser.post(f"{home}findings/1/OV-21/accept", **accepted, keys="E3").status_code == 303
    assert "1 of them accepted" in get(f"{home}findings/1/OV-21")
    assert "Accepted OV-21 until 31 December 2026" in get(f"{home}history")

    get(f"{home}report/1")
    head = {"title": "Audit of the list", "organisation": "Midshire Inspectorate", "date": "2026-07-15"}
    for kind in ("full", "publishable"):
        assert browser.post(f"{home}report/1", **head, kind=kind).status_code == 303
        report = browser.get(f"{home}report/1/{kind}/files/report.html")
        assert "Midshire Inspectorate" in report.text
        assert "1 of them accepted" in report.text or kind == "publishable"
        pages.append(report.text)
    whole = browser.get(f"{home}report/1/full/everything.zip")
    with zipfile.ZipFile(io.BytesIO(whole.content)) as archive:
        names = archive.namelist()
        pages.append(b"".join(archive.read(name) for name in names).decode("utf-8", "replace"))
    assert {f"audit-0001/{name}" for name in ("repeat.txt", "mapping.sql", "accepted.toml")} <= set(names)
    public = browser.get(f"{home}report/1/publishable/everything.zip")
    with zipfile.ZipFile(io.BytesIO(public.content)) as archive:
        assert not {name.split("/")[-1] for name in archive.namelist()} & {
            "mapping.sql",
            "accepted.toml",
            "crosswalk.csv",
        }
    assert browser.get(f"{home}report/1/full/files/../../../../studio.toml").status_code == 404
    assert browser.get(f"{home}report/1/full/files/evidence/../../studio.toml").status_code == 404

    get(home)
    assert browser.post(f"{home}report/1/delete-copy").status_code == 303
    assert not (ready.source_folder / "list.csv").exists()
    get(f"{home}findings/1")
    assert [page[:200] for page in pages if canaries_in(page)] == []


def test_results_are_those_of_the_command_line(ready: Project, audited: str, tmp_path: Path) -> None:
    """To the byte."""
    heading = Heading(ready.settings.title)
    request = Request(source_options(ready), ("core",), dt.date(2026, 6, 30), out=tmp_path / "out", heading=heading)
    audit(request, Silent())
    studio = ready.folder / "results" / "0001"
    files = sorted(path.relative_to(studio) for path in studio.rglob("*") if path.is_file())
    assert files
    assert [name for name in files if (studio / name).read_bytes() != (tmp_path / "out" / name).read_bytes()] == []


def test_an_audit_that_cannot_begin_says_why(browser: Browser, ready: Project) -> None:
    """At the field, and with what was typed."""
    home = f"/p/{ready.ident}/"
    page = browser.get(f"{home}audit")
    assert markup_shown(page.text) == []
    none = browser.post(f"{home}audit", as_of="2026-06-30", evidence="keys")
    assert none.status_code == 422
    assert "Choose at least one pack" in none.text
    assert errors_that_do_not_help(none.text) == []
    wrong = browser.post(f"{home}audit", **AUDIT, thresholds="minimum_age")
    assert "is no threshold" in wrong.text
    assert not (ready.folder / "results").exists()


def test_an_audit_is_stopped_and_goes_on(browser: Browser, ready: Project) -> None:
    """Its page says so, and the end is the same."""
    home = f"/p/{ready.ident}/"
    browser.post(f"{home}audit", **AUDIT)
    assert browser.post(f"{home}audit/1/stop").status_code == 303
    page = browser.get(f"{home}audit/1").text
    assert "Go on" in page or "See the findings" in page
    assert browser.post(f"{home}audit/1/resume").status_code == 303
    assert "See the findings" in done(browser, f"{home}audit/1")
