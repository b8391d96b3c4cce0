"""How far every step is, from a project without a source to one that was audited."""

from __future__ import annotations

import html
import re
from pathlib import Path

from overt.private import private_folder
from overt.web.studio._project import Project
from tests.studio import files
from tests.studio.conftest import Browser
from tests.waiting import until

_ITEM = re.compile(r'<li class="govuk-task-list__item.*?</li>', re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_STATES = ("Not started", "Needs a decision", "Running", "Done", "Cannot start yet")
AFTER_READING = ("Columns", "Meaning", "What can be answered", "Lost and changed", "Audit", "Sample", "Disparity")
MAPPING = """create view entry as
select "Ref" as entry_id, "Status" as status from small;
"""


def steps(browser: Browser, home: str) -> dict[str, tuple[str, str]]:
    """The state and the hint of each step, as the page shows them; a step that cannot start has no link."""
    found = {}
    for item in _ITEM.findall(browser.get(home).text):
        words = [part.strip() for part in html.unescape(_TAG.sub("\n", item)).split("\n") if part.strip()]
        assert ("<a " in item) == (words[-1] != "Cannot start yet"), words
        assert words[-1] in _STATES, words
        found[words[0]] = (words[-1], " ".join(words[1:-1]))
    return found


def test_no_step_says_more_than_was_done(browser: Browser, project: Project, tmp_path: Path) -> None:
    """Nothing is done before the source is read, and nothing answered before its columns have a meaning."""
    home = f"/p/{project.ident}/"
    empty = steps(browser, home)
    assert empty.pop("Source")[0] == "Not started"
    assert {empty.pop(name) for name in ("Findings", "Report")} == {("Cannot start yet", "Run an audit first")}
    assert empty.pop("Words") == ("Not started", "Needs a keyword list and labelled texts, and no source")
    assert empty == dict.fromkeys(AFTER_READING, ("Cannot start yet", "Choose a source first"))

    assert browser.post(f"{home}source/place", place=str(files.small(tmp_path))).status_code == 303
    chosen = steps(browser, home)
    assert chosen["Source"] == ("Needs a decision", "Choose which tables are read")
    assert {chosen[name] for name in AFTER_READING} == {("Cannot start yet", "Read the source first")}

    assert browser.post(f"{home}source/load", **{"use-1": "yes"}).status_code == 303
    until(lambda: steps(browser, home)["Source"][0] == "Done", "the source", every=0.3)
    read = steps(browser, home)
    assert (read["Columns"][0], read["Meaning"][0]) == ("Done", "Not started")
    assert {read[name] for name in AFTER_READING[2:]} == {("Cannot start yet", "Say first what the columns mean")}

    project.change("Mapping", ["mapping"], lambda _: {"mapping.sql": MAPPING}, seen=project.history.last)
    mapped = steps(browser, home)
    assert [mapped[name][0] for name in AFTER_READING] == [*["Done"] * 4, *["Not started"] * 3]
    assert mapped["Findings"][0] == "Cannot start yet"

    (private_folder(project.folder / "results") / "0001.run.json").touch()
    audited = steps(browser, home)
    assert {audited[name][0] for name in ("Audit", "Findings", "Report")} == {"Done"}


def test_tables_of_the_model_need_no_mapping(browser: Browser, project: Project, tmp_path: Path) -> None:
    """Their meaning is known."""
    home = f"/p/{project.ident}/"
    source = tmp_path / "entry.csv"
    source.write_text("entry_id,status\nE1,active\n", encoding="utf-8")
    browser.post(f"{home}source/place", place=str(source))
    browser.post(f"{home}source/load", **{"use-1": "yes"})
    until(lambda: steps(browser, home)["Source"][0] == "Done", "the source", every=0.3)
    found = steps(browser, home)
    assert [found[name][0] for name in ("Meaning", "What can be answered", "Audit")] == ["Done", "Done", "Not started"]
    assert found["Lost and changed"] == ("Cannot start yet", "There is no mapping, so nothing is changed")
