"""The frame of Studio: its pages, forms and history, as a browser without script meets them."""

from __future__ import annotations

from pathlib import Path

from overt.audits.source import read_reading
from overt.web.studio import Studio
from overt.web.studio._kept import ProjectSettings
from overt.web.studio._project import Project
from overt.web.studio._source import source_options
from tests.studio.conftest import NOW, Browser
from tests.web.pages import errors_that_do_not_help, forms, markup_shown


def test_a_project_is_started_from_the_first_page(browser: Browser, studio: Studio, tmp_path: Path) -> None:
    """The folder is made, for its owner alone, and its steps are shown."""
    page = browser.get("/")
    assert page.status_code == 200
    assert markup_shown(page.text) == []
    answer = browser.post("/new", title="Midshire (invented)", folder="midshire")
    assert answer.status_code == 303
    steps = browser.get(answer.headers["location"])
    assert "Midshire (invented)" in steps.text
    folder = tmp_path / "midshire"
    assert oct(folder.stat().st_mode & 0o777) == "0o700"
    assert {oct(path.stat().st_mode & 0o777) for path in folder.rglob("*") if path.is_file()} == {"0o600"}
    assert (folder / "studio.toml").read_text(encoding="utf-8") == 'format = 1\ntitle = "Midshire (invented)"\n'


def test_a_form_at_fault_is_shown_again_with_what_was_typed(browser: Browser, tmp_path: Path) -> None:
    """Status 422, a summary, a message at the field."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "other.txt").write_text("x", encoding="utf-8")
    answer = browser.post("/new", title="Kept <b>title</b>", folder="full")
    assert answer.status_code == 422
    assert "“full” holds other files" in answer.text
    assert "Kept &lt;b&gt;title&lt;/b&gt;" in answer.text
    assert errors_that_do_not_help(answer.text) == []
    missing = browser.post("/new", title="", folder="")
    assert "Enter a title" in missing.text
    assert errors_that_do_not_help(missing.text) == []


def test_unknown_and_doubled_fields_are_refused(browser: Browser, studio: Studio) -> None:
    """Nothing is guessed of them."""
    assert browser.post("/new", title="a", folder="b", other="c").status_code == 400
    content = f"csrf={studio.keys.form}&title=a&title=b&folder=c"
    headers = {"origin": studio.address, "content-type": "application/x-www-form-urlencoded"}
    assert browser.client.post("/new", content=content, headers=headers).status_code == 400
    assert browser.get("/?q=1").status_code == 400


def test_undo_is_a_new_entry(browser: Browser, project: Project) -> None:
    """History never shrinks, and an undo can be undone."""
    home = f"/p/{project.ident}/"
    project.set("Title: Second", ["title"], seen=1, title="Second")
    assert "Second" in browser.get(home).text
    assert browser.post(f"{home}history/undo", number="2").status_code == 303
    assert project.settings.title == "Midshire list (invented)"
    assert [entry.words for entry in project.history.entries][-1] == "Undid 2: Title: Second"
    assert browser.post(f"{home}history/undo", number="3").status_code == 303
    assert project.settings.title == "Second"
    assert browser.post(f"{home}history/return", number="1").status_code == 303
    assert project.settings.title == "Midshire list (invented)"
    page = browser.get(f"{home}history")
    assert "Went back to 1" in page.text
    assert markup_shown(page.text) == []
    table = browser.get(f"{home}history.csv")
    assert table.text.startswith(
        "number,at,words,keys,undoes\r\n1,2026-06-30T14:05:12+00:00,Started the project,title,"
    )


def test_two_tabs_are_asked_which_version_counts(browser: Browser, project: Project) -> None:
    """What the other tab saved is not overwritten unless the person says so."""
    home = f"/p/{project.ident}/"
    project.set("Title: Second", ["title"], seen=1, title="Second")
    answer = browser.post(f"{home}history/return", at=1, number="1")
    assert answer.status_code == 409
    assert "This was changed in another tab" in answer.text
    assert project.settings.title == "Second"
    mine = next(form for form in forms(answer.text) if form.action == f"{home}history/return")
    headers = {"origin": browser.studio.address}
    assert browser.client.post(mine.action, data=mine.fields, headers=headers).status_code == 303
    assert project.settings.title == "Midshire list (invented)"


def test_another_key_changed_elsewhere_does_not_matter(project: Project) -> None:
    """Both changes go in."""
    project.set("Title", ["title"], seen=1, title="Second")
    project.set("Author", ["author"], seen=1, author="Data protection officer")
    assert (project.settings.title, project.settings.author) == ("Second", "Data protection officer")


def test_an_unknown_project_is_no_page(browser: Browser) -> None:
    """One sentence."""
    answer = browser.get("/p/00000000/")
    assert (answer.status_code, answer.text) == (404, "There is no such page.\n")


def test_projects_are_remembered_only_if_asked(browser: Browser, studio: Studio, tmp_path: Path) -> None:
    """The settings file names folders, and goes when the person says so."""
    browser.post("/new", title="a", folder="one")
    assert studio.remembered.folders() == ()
    browser.post("/new", title="b", folder="two", remember="yes")
    assert studio.remembered.folders() == (tmp_path / "two",)
    browser.post("/forget")
    assert studio.remembered.folders() == ()


def test_settings_are_written_as_every_command_reads_them(project: Project, tmp_path: Path) -> None:
    """What Studio writes is read again the same, and `--reading studio.toml` reads the same file."""
    (tmp_path / "list.csv").write_text("Ref\n1\n", encoding="utf-8")
    reading = {
        "encoding": "cp1252",
        "list.csv": {"delimiter": ";", "header_row": 4},
        'gangs.xlsx#No "x"': {"use": False},
    }
    project.set(
        "Source", ["source"], seen=1, as_of=NOW.date(), packs=("core",), reading=reading, thresholds={"OV-1.days": 30},
        source=({"name": "list.csv", "path": str(tmp_path / "list.csv"), "bytes": 6, "sha256": "ab"},),
    )  # fmt: skip
    text = (project.folder / "studio.toml").read_text(encoding="utf-8")
    assert ProjectSettings.read(text) == project.settings
    assert ProjectSettings.read(text).write() == text
    options = source_options(project)
    assert options.location == str(tmp_path / "list.csv")
    assert options.reading == read_reading(project.folder / "studio.toml")
    assert options.reading.of("list.csv").header_row == 4
