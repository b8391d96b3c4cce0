"""From files to a loaded source by clicks, with nobody's name on a page."""

from __future__ import annotations

import html
import re
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from overt.audits import FileReading, read_reading, write_reading
from overt.audits._opened import take_loaded
from overt.web.studio._project import Project
from overt.web.studio._source import loaded_tables, source_options
from tests.studio.conftest import Browser, canaries_in
from tests.studio.files import gangs, names, two_separators

SECRET = "hush-hush"  # noqa: S105  of nobody


def _home(project: Project) -> str:
    return f"/p/{project.ident}"


def add_files(browser: Browser, project: Project, *paths: Path, name: str = "") -> str:
    files = [("files", (name or path.name, path.read_bytes())) for path in paths]
    answer = browser.post(f"{_home(project)}/source/files", files=files)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def read_source(browser: Browser, project: Project, **ticks: str) -> str:
    """The page of the source once it is read; everything on the way is looked through for names."""
    answer = browser.post(f"{_home(project)}/source/load", **ticks)
    assert answer.status_code == 303, answer.text
    end = time.monotonic() + 60
    while "Stop loading" in (page := browser.get(f"{_home(project)}/source").text):
        assert canaries_in(page) == []
        assert time.monotonic() < end
        time.sleep(0.05)
    assert canaries_in(page) == []
    return page


def _words(page: str) -> str:
    """The text of a page, on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_the_first_page_has_three_ways_in(browser: Browser, project: Project) -> None:
    """And the step says that there is no source yet."""
    page = _words(browser.get(f"{_home(project)}/source").text)
    ways = ("Choose files", "A file or folder on this computer", "A database", "Try it with an invented register")
    assert [words for words in ways if words not in page] == []
    assert "Not started" in browser.get(f"{_home(project)}/").text


def test_a_workbook_is_read_from_its_headings_on(browser: Browser, project: Project, tmp_path: Path) -> None:
    """Row 4 is proposed, the notes are not used, and the readings are those that a command would be given."""
    add_files(browser, project, gangs(tmp_path))
    page = browser.get(f"{_home(project)}/source").text
    assert canaries_in(page) == []
    words = _words(page)
    assert "Row 4 (proposed)" in words
    assert "Looks like notes" in words
    assert 'name="use-1" type="checkbox" value="yes" checked' in page
    assert 'name="use-2" type="checkbox" value="yes" checked' not in page
    words = _words(read_source(browser, project, **{"use-1": "yes"}))
    assert "This source has been read: 1 table, 240 rows" in words
    assert "sheet “Notes” was not read, as was asked" in words
    reading = read_reading(project.folder / "studio.toml")
    assert reading.files == {
        "gangs.xlsx#Gangs list Q2": FileReading(header_row=4),
        "gangs.xlsx#Notes": FileReading(use=False),
    }
    loaded = loaded_tables(project)
    assert loaded is not None
    assert loaded["tables"][0]["rows"] == 240
    assert canaries_in((project.work / "loaded.json").read_text()) == []
    # An audit reads its copy of the readings, and need not read the source.
    (tmp_path / "reading.toml").write_text(write_reading(reading))
    options = replace(source_options(project), reading=read_reading(tmp_path / "reading.toml"))
    assert take_loaded(options, project.work / "loaded.duckdb", tmp_path / "taken.duckdb")
    assert "Done" in _words(browser.get(f"{_home(project)}/").text)


def test_one_table_is_set_by_its_rows(browser: Browser, project: Project, tmp_path: Path) -> None:
    """Rows are shown as shapes; one that holds data needs a tick; what is stated is kept and can be undone."""
    add_files(browser, project, gangs(tmp_path))
    address = f"{_home(project)}/source/1"
    page = browser.get(address).text
    assert canaries_in(page) == []
    words = _words(page)
    assert "Headings: row 4 (proposed: the first row with words" in words
    assert "3 rows above the headings" in words
    refused = browser.post(address, header="7")
    assert refused.status_code == 422
    assert canaries_in(refused.text) == []
    assert "Row 7 looks like data, not headings" in _words(refused.text)
    assert browser.post(address, header="3").status_code == 422
    wrong = browser.post(address, header="4", last="2")
    assert "Enter the number of a row at or below the headings" in wrong.text
    assert browser.post(address, header="4", last="100").status_code == 303
    assert "96 rows in 14 columns are read" in _words(browser.get(address).text)
    assert browser.post(address, header="7", sure="yes").status_code == 303
    page = browser.get(address).text
    assert canaries_in(page) == []
    assert browser.get(f"{_home(project)}/source/9").status_code == 404
    assert "headings in row 7" in browser.get(f"{_home(project)}/history").text


def test_two_texts_are_read_each_as_it_is(browser: Browser, project: Project, tmp_path: Path) -> None:
    """Their encodings and separators are proposed with the evidence, and what a join would match is counted."""
    add_files(browser, project, *two_separators(tmp_path))
    page = browser.get(f"{_home(project)}/source/1").text
    words = _words(page)
    assert "utf-8: cannot be, byte 0x" in words
    assert "windows-1252: " in words
    assert canaries_in(page) == []
    assert "Semicolon: " in _words(browser.get(f"{_home(project)}/source/2").text)
    read_source(browser, project, **{"use-1": "yes", "use-2": "yes"})
    loaded = loaded_tables(project)
    assert loaded is not None
    columns = {table["name"]: [name for name, _ in table["columns"]] for table in loaded["tables"]}
    left, right = columns["list"].index("Ref") + 1, columns["reviews"].index("Entry ref") + 1
    join = {"left": f"1/{left}", "right": f"2/{right}", "kind": "many", "trim": "yes"}
    same = browser.post(f"{_home(project)}/joins", **(join | {"right": f"1/{left}"}))
    assert "Choose a column of another table" in same.text
    assert browser.post(f"{_home(project)}/joins", **join).status_code == 303
    page = browser.get(f"{_home(project)}/joins").text
    assert canaries_in(page) == []
    assert "2 of 3 rows matched" in _words(page)
    assert browser.post(f"{_home(project)}/joins/remove", number="0").status_code == 303
    assert project.settings.join == ()


def test_files_that_cannot_be_read_stay_listed(browser: Browser, project: Project, tmp_path: Path) -> None:
    """With their reason; the others go on. Names are cleaned, and none leads out of the project."""
    (tmp_path / "empty.csv").write_bytes(b"")
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 70_000_000)
    add_files(browser, project, names(tmp_path), tmp_path / "empty.csv", tmp_path / "bomb.xlsx")
    add_files(browser, project, names(tmp_path), name="../../<b>evil\u202e.csv")
    assert sorted(path.name for path in project.source_folder.iterdir()) == [
        "bevil.csv",
        "bomb.xlsx",
        "empty.csv",
        "names.csv",
    ]
    page = browser.get(f"{_home(project)}/source").text
    assert "Files that cannot be read" in page
    assert "source-empty" in page
    assert "inflates-too-far" in page
    assert canaries_in(page) == []
    page = read_source(browser, project, **{"use-1": "yes", "use-2": "yes"})
    assert "This source has been read: 2 tables" in _words(page)
    refused = browser.post(f"{_home(project)}/source/files", files=[("files", ("x.pdf", b"%PDF"))])
    assert refused.status_code == 422
    assert "Overt does not read files of this kind" in refused.text
    assert browser.post(f"{_home(project)}/source/remove", name="empty.csv").status_code == 303
    assert "empty.csv" not in (project.folder / "studio.toml").read_text()


def test_a_source_that_cannot_be_read_says_why(browser: Browser, project: Project, tmp_path: Path) -> None:
    """In the four parts of a refusal, and no value is among them."""
    (tmp_path / "bad.csv").write_text("a,b\n1,2\nZebedee Quagmire\n")
    add_files(browser, project, tmp_path / "bad.csv")
    page = read_source(browser, project, **{"use-1": "yes"})
    words = _words(page)
    assert "The source was not read" in words
    assert "bad.csv, line 3" in words
    assert loaded_tables(project) is None
    assert "Choose at least one table to use" in browser.post(f"{_home(project)}/source/load").text


def test_a_place_is_read_where_it_is(browser: Browser, project: Project, tmp_path: Path) -> None:
    """Nothing is copied; an address of a database keeps its password out of every file."""
    names(tmp_path)
    post = f"{_home(project)}/source"
    assert "There is no such file or folder" in browser.post(f"{post}/place", place="none.csv").text
    assert browser.post(f"{post}/place", place="names.csv").status_code == 303
    assert list(project.source_folder.iterdir()) == []
    assert "Remove the source that is there first" in browser.post(f"{post}/place", place="names.csv").text
    assert browser.post(f"{post}/remove", name="names.csv").status_code == 303
    secret = browser.post(f"{post}/database", url="postgresql://a:b@localhost/x")
    assert "Enter the password in its own field" in secret.text
    assert "Enter an address that begins with" in browser.post(f"{post}/database", url="https://localhost/x").text
    url = "postgresql://auditor@127.0.0.1:1/x"
    assert browser.post(f"{post}/database", **{"url": url, "password": SECRET}).status_code == 303
    assert browser.studio.passwords == {project.ident: SECRET}
    written = [path for path in project.folder.rglob("*") if path.is_file() and path.name != "lock"]
    assert [path.name for path in written if SECRET.encode() in path.read_bytes()] == []


@pytest.mark.parametrize("count", [2_001])
def test_a_table_of_too_many_columns_is_refused_by_name(
    browser: Browser, project: Project, tmp_path: Path, count: int
) -> None:
    """The page shows the first of them."""
    (tmp_path / "wide.csv").write_text(",".join(f"</textarea>{n}" for n in range(count)) + "\n")
    add_files(browser, project, tmp_path / "wide.csv")
    page = browser.get(f"{_home(project)}/source/1").text
    assert len(page) < 400_000
    assert "</textarea>" not in page
    assert "header-too-wide" in read_source(browser, project, **{"use-1": "yes"})
