"""From the audit to the ZIP, as a browser without script meets it. Everybody in the source is invented."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import time
import zipfile
from pathlib import Path

import pytest

from overt.audits import Heading, Request, audit
from overt.web._work import write
from overt.web.studio._kept import KeptSource
from overt.web.studio._project import Project
from overt.web.studio._source import source_options
from tests.audit.conftest import Silent
from tests.studio.conftest import Browser, canaries_in
from tests.waiting import until
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


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the results of the first audit are kept for the other tests."""
    return tmp_path_factory.mktemp("once")


@pytest.fixture
def audited(browser: Browser, ready: Project, once: Path) -> str:
    """The address of the project, whose first audit is done: by the first test that asks, and copied for the others."""
    home = f"/p/{ready.ident}/"
    if (once / "results").is_dir():
        shutil.copytree(once / "results", ready.folder / "results")
        shutil.copytree(once / "jobs", ready.work / "jobs")
        return home
    started = browser.post(f"{home}audit", **AUDIT)
    assert started.headers["location"] == f"{home}audit/1"
    assert "See the findings" in done(browser, f"{home}audit/1")
    shutil.copytree(ready.work / "jobs", once / "jobs")
    shutil.copytree(ready.folder / "results", once / "results")
    return home


def read_page(browser: Browser, path: str) -> str:
    """A page as it should be: found, with no markup shown, and no name of a person."""
    answer = browser.get(path)
    assert answer.status_code == 200, path
    assert markup_shown(answer.text) == []
    assert canaries_in(answer.text) == []
    return answer.text


def test_findings_are_filtered_and_read(browser: Browser, audited: str) -> None:
    """By words, severity and unit, and in order; one finding has its law, its counts and its lowest keys."""
    home = audited
    assert "undecided" not in read_page(browser, f"{home}audit")
    assert "Of the " in read_page(browser, f"{home}findings/1")
    assert browser.get(f"{home}findings").headers["location"] == f"{home}findings/1"
    few = read_page(browser, f"{home}findings/1?words=review+date&severity=critical&unit=0&order=breached")
    assert "OV-20" in few.split("duties</h2>")[1]
    assert "OV-21" not in few.split("duties</h2>")[1]
    assert "No finding fits these filters" in read_page(browser, f"{home}findings/1?words=nothing+of+the+kind")
    assert browser.get(f"{home}findings/1?severity=terrible").status_code == 400
    one = read_page(browser, f"{home}findings/1/OV-21")
    assert all(words in one for words in ("Not met for 2 of 3", "E3", "legislation.gov.uk"))
    assert "<svg" in one
    assert "<bdi>list.csv</bdi>" not in one
    assert browser.post(f"{home}source/load", **{"use-1": "yes"}).status_code == 303
    until(lambda: "has been read" in browser.get(f"{home}source").text, "the source", every=0.2)
    assert "<bdi>Name</bdi>" in read_page(browser, f"{home}audit")
    placed = read_page(browser, f"{home}findings/1/OV-21")
    assert "The rows are those of <bdi>list.csv</bdi>" in placed
    assert '<bdi class="portal-key">E3</bdi>, row 4' in placed
    assert browser.get(f"{home}findings/1/OV-999").status_code == browser.get(f"{home}findings/9").status_code == 404


def test_from_the_acceptance_to_the_zip(browser: Browser, ready: Project, audited: str) -> None:
    """An acceptance, both reports, the ZIP, and the end of the copy; no name of a person on any page or in any file."""
    home = audited
    read_page(browser, f"{home}findings/1/OV-21/accept")
    wrong = browser.post(f"{home}findings/1/OV-21/accept", owner="Head", reason="short", expires="2026-01-01", keys="")
    assert wrong.status_code == 422
    assert "The date must be after 30 June 2026" in wrong.text
    assert errors_that_do_not_help(wrong.text) == []
    accepted = {"owner": "Head of Unit", "reason": "Reviews are being caught up", "expires": "2026-12-31"}
    assert browser.post(f"{home}findings/1/OV-21/accept", **accepted, keys="E3").status_code == 303
    assert "1 of them accepted" in read_page(browser, f"{home}findings/1/OV-21")
    assert "Accepted OV-21 until 31 December 2026" in read_page(browser, f"{home}history")

    read_page(browser, f"{home}report/1")
    head = {"title": "Audit of the list", "organisation": "Midshire Inspectorate", "date": "2026-07-15"}
    for kind in ("full", "publishable"):
        assert browser.post(f"{home}report/1", **head, kind=kind).status_code == 303
        report = browser.get(f"{home}report/1/{kind}/files/report.html").text
        assert "Midshire Inspectorate" in report
        assert "1 of them accepted" in report or kind == "publishable"
        assert canaries_in(report) == []
        opened = browser.get(f"{home}report/1/{kind}/read")
        assert opened.text == report
        assert "content-disposition" not in opened.headers
        assert opened.headers["content-security-policy"].startswith("sandbox allow-scripts; default-src 'none'")
        assert opened.headers["cross-origin-opener-policy"] == "unsafe-none"
    full, public = (zip_of(browser, f"{home}report/1/{kind}/everything.zip") for kind in ("full", "publishable"))
    assert {"audit-0001/repeat.txt", "audit-0001/mapping.sql", "audit-0001/accepted.toml"} <= full.keys()
    assert canaries_in("".join(full.values())) == []
    assert not {name.split("/")[-1] for name in public} & {"mapping.sql", "accepted.toml", "crosswalk.csv"}
    for outside in ("../../../../studio.toml", "evidence/../../studio.toml", "../0001.run.json"):
        assert browser.get(f"{home}report/1/full/files/{outside}").status_code == 404
    assert {oct(path.stat().st_mode & 0o077) for path in (ready.folder / "results").rglob("*")} == {"0o0"}

    read_page(browser, home)
    assert browser.post(f"{home}report/1/delete-copy").status_code == 303
    assert not (ready.source_folder / "list.csv").exists()
    read_page(browser, f"{home}findings/1")


def zip_of(browser: Browser, path: str) -> dict[str, str]:
    """The files of a ZIP, as text."""
    with zipfile.ZipFile(io.BytesIO(browser.get(path).content)) as archive:
        return {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


def test_two_audits_of_a_project_are_compared(browser: Browser, ready: Project, audited: str) -> None:
    """By their numbers; without another audit the page says so."""
    assert "no other audit" in read_page(browser, f"{audited}findings/1/compare")
    results = ready.folder / "results"
    shutil.copytree(results / "0001", results / "0002")
    shutil.copy(results / "0001.run.json", results / "0002.run.json")
    assert "findings/2/compare" in read_page(browser, f"{audited}findings/2")
    compared = read_page(browser, f"{audited}findings/2/compare?earlier=1")
    assert "As before" in compared
    assert "OV-21" in compared
    assert "As before" not in read_page(browser, f"{audited}findings/2/compare?earlier=9")


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
    wrong = browser.post(f"{home}audit", **AUDIT, **{"threshold-minimum_age": "sixteen"})
    assert "Minimum age must be a whole number" in wrong.text
    assert 'value="sixteen"' in wrong.text
    assert errors_that_do_not_help(wrong.text) == []
    other = browser.post(f"{home}audit", **AUDIT, **{"threshold-report_days": "31"})
    assert "Report days is used by us-ma-boston, which is not chosen" in other.text
    assert not (ready.folder / "results").exists()


def test_an_audit_of_a_source_without_meanings_does_not_begin(browser: Browser, ready: Project) -> None:
    """It says so, with the page where they are chosen; findings and reports say that there is no audit yet."""
    ready.change("No mapping", ["mapping"], lambda _: {"mapping.sql": ""}, seen=ready.history.last)
    home = f"/p/{ready.ident}/"
    assert "No column has a meaning yet" in read_page(browser, f"{home}audit")
    refused = browser.post(f"{home}audit", **AUDIT)
    assert refused.status_code == 422
    assert errors_that_do_not_help(refused.text) == []
    assert "<bdi>list.csv</bdi>: no column has a meaning yet" in refused.text
    assert f'href="{home}meaning">Say what the columns mean</a>' in refused.text
    assert not (ready.folder / "results").exists()
    for page in ("findings", "report"):
        assert f'href="{home}audit">Run an audit first</a>' in read_page(browser, f"{home}{page}")


def test_a_refused_audit_says_what_to_do_in_studio(browser: Browser, ready: Project) -> None:
    """On the page where it is done, without a command; going on is offered only where that can help."""
    job = ready.work / "jobs" / "0001"
    job.mkdir(parents=True)
    write(job / "asked.json", {"what": "audit", "as_of": "2026-06-30", "packs": ["core"]})
    remedy = "run `overt map new SOURCE --out mapping.sql` to draft one, then give it with --map"
    needed = {"code": "mapping-needed", "where": "gangs.xlsx", "found": "no table fits", "wanted": "", "remedy": remedy}
    write(job / "refused.json", [needed])
    home = f"/p/{ready.ident}/"
    page = read_page(browser, f"{home}audit/1")
    assert "<bdi>gangs.xlsx</bdi>: no table fits" in page
    assert f'href="{home}meaning">Say what the columns mean</a>' in page
    assert [words for words in ("Go on", "overt map", "--map") if words in page] == []
    assert browser.post(f"{home}audit/1/resume").status_code == 303
    assert (job / "refused.json").is_file()
    write(job / "refused.json", [{"code": "work-failed", "found": "it ended", "wanted": "", "remedy": "ask again"}])
    assert "Go on" in read_page(browser, f"{home}audit/1")


def test_an_audit_is_stopped_and_goes_on(browser: Browser, ready: Project) -> None:
    """Its page says so, and the end is the same."""
    home = f"/p/{ready.ident}/"
    browser.post(f"{home}audit", **AUDIT)
    assert browser.post(f"{home}audit/1/stop").status_code == 303
    page = browser.get(f"{home}audit/1").text
    assert "Go on" in page or "See the findings" in page
    assert browser.post(f"{home}audit/1/resume").status_code == 303
    assert "See the findings" in done(browser, f"{home}audit/1")
