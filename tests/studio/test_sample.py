"""Samples in Studio: drawn and estimated as the command does it, marked by two reviewers who see nothing of each other.

Everybody in the source is invented.
"""

from __future__ import annotations

import io
import json
import re
import shlex
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from overt.audits import sample as samples
from overt.refusals import Refusal
from overt.web._work import Job, State, at_work, write
from overt.web.studio import Studio
from overt.web.studio._kept import KeptSource
from overt.web.studio._numbered import go_on
from overt.web.studio._project import Project
from overt.web.studio._samples import find_sample
from tests.command import overt
from tests.studio.conftest import Browser, canaries_in
from tests.waiting import until
from tests.web.pages import errors_that_do_not_help, markup_shown

ROWS = 60
_ROLES = ("suspect", "victim", "witness")


def _line(number: int) -> str:
    name = f"Zebedee Quagmire{chr(97 + number // 26)}{chr(97 + number % 26)}"
    status = "active" if number % 4 else "closed"
    return f"E{number:03},{name},{_ROLES[number % 3]},{status},seen with Philomena"


MAPPING = """create view entry as
select "Ref" as entry_id, 'S' || "Ref" as subject_id, "Role" as role, "Status" as status, "Notes" as grounds,
    date '2026-01-31' as review_due_on from list;
"""
QUESTION = "Are these grounds adequate?"
DRAWN = {"table": "entry", "question": QUESTION, "size": "30", "seed": "7"}


@pytest.fixture
def ready(browser: Browser, project: Project) -> str:
    """The address of a project whose source is read and mapped."""
    (project.source_folder / "list.csv").write_text(
        "\n".join(["Ref,Name,Role,Status,Notes", *map(_line, range(1, ROWS + 1)), ""]), "utf-8"
    )
    source = KeptSource(name="list.csv", copy="source/list.csv").model_dump(by_alias=True)
    project.set("Source: list.csv", ["source"], seen=1, source=[source])
    project.change("Mapping", ["mapping"], lambda _: {"mapping.sql": MAPPING}, seen=project.history.last)
    home = f"/p/{project.ident}/"
    assert browser.post(f"{home}source/load", **{"use-1": "yes"}).status_code == 303
    until(lambda: "has been read" in browser.get(f"{home}source").text, "the source", every=0.1)
    return home


def page_of(browser: Browser, path: str) -> str:
    """A page as it should be: found, without markup shown and without a name."""
    answer = browser.get(path)
    assert answer.status_code == 200, answer.text
    assert markup_shown(answer.text) == []
    assert canaries_in(answer.text) == []
    return answer.text


def drawn(browser: Browser, home: str, **fields: str) -> str:
    """The address of a sample when its drawing has ended."""
    sent = browser.post(f"{home}sample", **{**DRAWN, **fields})
    assert sent.status_code == 303, sent.text
    place = str(sent.headers["location"])
    until(lambda: "Studio is" not in browser.get(place).text, "the sample", every=0.1)
    return place


def marked(browser: Browser, place: str, reviewer: str, mark_of: Callable[[int], str]) -> str:
    """The address of a reviewer's page when every row that it offers is marked."""
    address = f"{place}/reviewer/{reviewer}"
    while fields := re.findall(r'name="mark-(\d+)" type="radio" value="adequate"', page_of(browser, address)):
        marks = {f"mark-{number}": mark_of(int(number)) for number in fields}
        assert browser.post(address, **marks).status_code == 303
    return address


def handed_in(browser: Browser, place: str, reviewer: str, mark_of: Callable[[int], str]) -> None:
    """A reviewer marks every row and hands in."""
    address = marked(browser, place, reviewer, mark_of)
    assert browser.post(f"{address}/hand-in").status_code == 303


def test_a_sample_is_that_of_the_command(browser: Browser, ready: str, project: Project, tmp_path: Path) -> None:
    """To the byte, by the command that its page shows; the page says what each size would give before it is drawn."""
    offered = page_of(browser, f"{ready}sample?about=entry.grounds")
    low, high = samples.foreseen(ROWS, 30)
    assert f"{low:.1%} to {high:.1%}" in offered
    assert "why the person is listed" in offered
    assert "Ethnicity" not in offered
    place = drawn(browser, ready, by_1="role", active="yes")
    shown = page_of(browser, place)
    assert "seed 7" in page_of(browser, f"{ready}history")
    folder = project.folder / "samples" / "0001"
    command = (folder / "repeat.txt").read_text("utf-8")
    assert shlex.split(command)[:4] == ["overt", "sample", "draw", "list.csv"]
    assert "--where" in command
    assert "overt sample draw list.csv" in shown
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.copy(project.source_folder / "list.csv", elsewhere)
    shutil.copy(folder / "mapping.sql", elsewhere)
    assert overt(*shlex.split(command)[1:], cwd=elsewhere).returncode == 0
    for name in ("sample.csv", "sample.xlsx", "sample.json"):
        assert (folder / name).read_bytes() == (elsewhere / "again" / name).read_bytes()
        assert browser.get(f"{place}/files/{name}").content == (folder / name).read_bytes()
    assert {oct(path.stat().st_mode & 0o077) for path in (project.folder / "samples").rglob("*")} == {"0o0"}
    for nowhere in ("draft-A.json", "marks-A.json", "%2e%2e%2f%2e%2e%2fstudio.toml", "estimate.json"):
        assert browser.get(f"{place}/files/{nowhere}").status_code == 404
    for nowhere in ("sample/9", "sample/x", "sample/1/reviewer/D", "sample?about=x"):
        assert browser.get(f"{ready}{nowhere}").status_code == 404


def test_two_reviewers_are_blind_and_a_third_decides(
    browser: Browser, ready: str, project: Project, tmp_path: Path
) -> None:
    """No page or file shows a mark before both have handed in; then the figures are those of the command."""
    place = drawn(browser, ready)
    first = page_of(browser, f"{place}/reviewer/A")
    kept = find_sample(project, "1")
    assert kept is not None
    row = kept.sample.rows[0].key
    assert f"{row}</bdi>, row {int(row[1:]) + 1} of the file" in first
    none = browser.post(f"{place}/reviewer/A")
    assert none.status_code == 422
    assert errors_that_do_not_help(none.text) == []
    assert "Mark at least one row" in none.text
    early = browser.post(f"{place}/reviewer/A/hand-in")
    assert "30 rows have no mark yet" in early.text
    assert errors_that_do_not_help(early.text) == []
    address = marked(browser, place, "A", lambda number: "inadequate" if number <= 6 else "adequate")
    for path in (place, address, f"{address}?row=3", f"{place}/reviewer/B", f"{ready}history"):
        assert not re.search(r"checked|nadequate</td|marks-A", page_of(browser, path)), path
    assert "30 of 30 rows marked" in page_of(browser, place)
    assert browser.post(address, **{"mark-3": "cannot tell"}).status_code == 303
    assert browser.post(f"{address}/hand-in").status_code == 303
    assert browser.get(f"{place}/files/marks-A.csv").status_code == 404
    assert "95% interval" not in page_of(browser, place).split("What was drawn")[0]
    assert "This reviewer has handed in" in page_of(browser, address)
    assert "marked-already" in browser.post(address, **{"mark-3": "adequate"}).text
    handed_in(browser, place, "B", lambda number: "inadequate" if number in (1, 2, 9) else "adequate")
    result = page_of(browser, place)
    folder = project.folder / "samples" / "0001"
    found = samples.estimate(folder)
    assert len(found.disagreements) == 5
    assert all(f'<bdi class="portal-key">{key}</bdi>' in result for key in found.disagreements)
    assert result.count("to be decided") == 5
    assert "closed entries" in result
    assert "--where" not in result.split("The command that repeats it")[0]
    assert f"{found.agreements[0].kappa.value:.2f}" in result
    handed_in(browser, place, "C", lambda number: "inadequate")
    result = page_of(browser, place)
    assert "to be decided" not in result
    printed = overt("sample", "estimate", folder, "--json").stdout
    assert browser.get(f"{place}/files/estimate.json").text == printed
    assert browser.get(f"{place}/files/estimate.txt").text == overt("sample", "estimate", folder).stdout
    again = tmp_path / "again"
    again.mkdir()
    for name in ("sample.json", "sample.csv"):
        shutil.copy(folder / name, again)
    for reviewer, more in (("A", ()), ("B", ()), ("C", ("--settles",))):
        sheet = tmp_path / f"{reviewer}.csv"
        sheet.write_bytes(browser.get(f"{place}/files/marks-{reviewer}.csv").content)
        assert overt("sample", "mark", again, "--reviewer", reviewer, "--worksheet", sheet, *more).returncode == 0
        assert (again / f"marks-{reviewer}.json").read_bytes() == (folder / f"marks-{reviewer}.json").read_bytes()


def test_marks_have_a_history_and_two_tabs(browser: Browser, ready: str, project: Project) -> None:
    """One page of marks is one entry: undone by another; the same row in two tabs asks which counts."""
    place = drawn(browser, ready)
    address = f"{place}/reviewer/A"
    seen = project.history.last
    assert browser.post(address, at=seen, **{"mark-1": "adequate", "mark-2": "adequate"}).status_code == 303
    assert browser.post(address, at=seen, **{"mark-3": "adequate"}).status_code == 303
    clash = browser.post(address, at=seen, **{"mark-1": "inadequate"})
    assert clash.status_code == 409
    assert "This was changed in another tab" in clash.text
    assert "Reviewer A marked 1 row of sample 1" in page_of(browser, f"{ready}history")
    assert "3 of 30" in page_of(browser, address)
    last = project.history.last
    assert browser.post(f"{ready}history/undo", number=str(last)).status_code == 303
    assert "2 of 30" in page_of(browser, address)
    assert browser.post(f"{ready}history/undo", number=str(last + 1)).status_code == 303
    assert "3 of 30" in page_of(browser, address)
    assert browser.post(f"{ready}history/return", number="2").status_code == 303
    draft = project.folder / "samples" / "0001" / "draft-A.json"
    assert len(json.loads(draft.read_text("utf-8"))["marks"]) == 3


def test_marks_and_drawing_go_on_after_a_crash(
    browser: Browser, ready: str, project: Project, make_studio: Callable[[], Studio]
) -> None:
    """What was marked is there when the project is opened again; a drawing that was stopped is started again."""
    place = drawn(browser, ready)
    browser.post(f"{place}/reviewer/B", **{"mark-1": "adequate"})
    job = project.work / "samples" / "0001"
    asked = json.loads((job / "asked.json").read_text("utf-8"))
    # As the machine leaves it that goes down while a sample is drawn.
    until(lambda: not at_work(project.work / "samples"), "the end of the first process")
    stopped = project.work / "samples" / "0002"
    stopped.mkdir()
    write(stopped / "asked.json", {**asked, "out": asked["out"].replace("0001", "0002")})
    assert "Going on starts it again" in page_of(browser, f"{ready}sample/2")
    assert "Sample 2" in page_of(browser, f"{ready}sample")
    assert browser.post(f"{ready}sample/2/resume").status_code == 303
    until(lambda: "Studio is" not in browser.get(f"{ready}sample/2").text, "the sample", every=0.1)
    first, second = (find_sample(project, number) for number in "12")
    assert first is not None
    assert second is not None
    assert first.sample == second.sample
    browser.studio.close()
    opened = make_studio().open(project.folder)
    again = find_sample(opened, "1")
    assert again is not None
    assert list(again.marked("B").values()) == ["adequate"]


@pytest.mark.parametrize("state", list(State))
def test_a_job_that_goes_on_is_given_the_password_of_its_source(
    state: State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is in memory alone, so a process begun anew does not know it. A job at work or done is left alone."""
    given: list[object] = []
    monkeypatch.setattr("overt.web.studio._numbered.resume", lambda *_, secrets: given.append(secrets))
    go_on(Job(1, tmp_path, {}, state, {}, {}), "hush")
    assert given == ([{"password": "hush"}] if state in (State.STOPPED, State.REFUSED) else [])


def test_a_draft_of_the_same_number_is_never_drawn_over(browser: Browser, ready: str, project: Project) -> None:
    """Without the folder of work the next sample has the next number."""
    drawn(browser, ready)
    shutil.rmtree(project.work / "samples")
    assert drawn(browser, ready).endswith("/sample/2")


def test_what_cannot_be_drawn_says_why(browser: Browser, ready: str, project: Project) -> None:
    """At the field, with what was typed; names as keys are refused by the drawing, and are on no page."""
    wrong = browser.post(f"{ready}sample", table="entry", question="short", size="5", seed="x", by_1="status")
    assert wrong.status_code == 422
    assert errors_that_do_not_help(wrong.text) == []
    assert f"Choose at least 30, or read all {ROWS}" in wrong.text
    assert "Enter a whole number for the seed" in wrong.text
    monitored = browser.post(f"{ready}sample", **DRAWN, by_1="ethnicity_self")
    assert monitored.status_code == 422
    named = MAPPING.replace('"Ref" as entry_id', '"Name" as entry_id')
    project.change("Names", ["mapping"], lambda _: {"mapping.sql": named}, seen=project.history.last)
    place = drawn(browser, ready)
    refused = page_of(browser, place)
    assert "sample-names" in refused
    assert f'href="{ready}meaning">Say what the columns mean</a>' in refused
    assert not (project.folder / "samples" / "0001").exists()


def test_worksheets_with_markup_and_changed_marks_are_refused(browser: Browser, ready: str, project: Project) -> None:
    """Nothing of them is on a page, and nothing is kept."""
    place = drawn(browser, ready)
    folder = project.folder / "samples" / "0001"
    sheet = (folder / "sample.csv").read_bytes()
    hostile = sheet.replace(b",,\r\n", b",<script>alert(1)</script>,Zebedee\r\n")
    for name, content in (("filled.csv", hostile), ("filled.exe", sheet), ("<b>.xlsx", b"no workbook")):
        sent = browser.post(f"{place}/reviewer/A/worksheet", files={"worksheet": (name, content)})
        assert sent.status_code == 422, name
        assert "<script>alert" not in sent.text
        assert str(project.folder) not in sent.text
        assert canaries_in(sent.text) == []
        assert errors_that_do_not_help(sent.text) == []
    assert sorted(path.name for path in folder.glob("marks-*")) == []
    noted = sheet.replace(b",,\r\n", b",adequate,Zebedee Quagmire\r\n")
    assert browser.post(f"{place}/reviewer/A/worksheet", files={"worksheet": ("a.csv", noted)}).status_code == 303
    assert "30 notes were left out" in page_of(browser, f"{ready}history")
    kept = b"".join(
        path.read_bytes() for path in project.folder.rglob("*") if path.is_file() and "work" not in path.parts
    )
    assert b"Quagmire" not in kept.replace((project.source_folder / "list.csv").read_bytes(), b"")
    for name, text in (
        ("draft-B.json", '{"marks": {"<b>": "adequate"}}'),
        ("draft-B.json", "[]"),
        ("marks-B.json", "<b>"),
    ):
        (folder / name).write_text(text, "utf-8")
        answer = browser.get(place)
        assert answer.status_code == 422
        assert "<b>&lt;" not in answer.text
        assert "marks-unreadable" in answer.text
        assert "cannot be read" in page_of(browser, f"{ready}sample")
        (folder / name).unlink()


def test_a_linked_folder_of_a_sample_is_refused(browser: Browser, ready: str, project: Project, tmp_path: Path) -> None:
    """Nothing is read or written where a link leads."""
    drawn(browser, ready)
    folder = project.folder / "samples" / "0001"
    folder.rename(tmp_path / "moved")
    folder.symlink_to(tmp_path / "moved")
    with pytest.raises(Refusal, match="project-link"):
        find_sample(project, "1")


def test_a_sample_goes_into_the_zip(browser: Browser, ready: str, project: Project) -> None:
    """Of the same source, once both have handed in, and never into what is published."""
    place = drawn(browser, ready)
    for reviewer in "AB":
        handed_in(browser, place, reviewer, lambda _: "adequate")
    assert browser.post(f"{ready}audit", **{"pack-core": "yes", "as_of": "2026-06-30", "evidence": "keys"}).is_redirect
    until(lambda: "See the findings" in browser.get(f"{ready}audit/1").text, "the audit", every=0.2)
    assert f"{ready}sample?about=" in page_of(browser, f"{ready}findings/1/OV-20")
    assert "Duties of the newest audit" in page_of(browser, f"{ready}sample?about=OV-20")
    head = {"title": "Audit", "organisation": "Midshire Inspectorate"}
    names = {}
    for kind in ("full", "publishable"):
        browser.post(f"{ready}report/1", **head, kind=kind)
        content = browser.get(f"{ready}report/1/{kind}/everything.zip").content
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names[kind] = {name.partition("/")[2] for name in archive.namelist()}
            text = b"".join(archive.read(name) for name in archive.namelist()).decode("utf-8", "replace")
        assert canaries_in(text) == []
    sampled = {name for name in names["full"] if name.startswith("samples/0001/")}
    assert {"samples/0001/sample.json", "samples/0001/estimate.txt", "samples/0001/marks-A.json"} <= sampled
    assert not [name for name in names["publishable"] if name.startswith("samples/")]
