"""The page of disparity: what the columns allow, the figures, and no name of anybody."""

from __future__ import annotations

from pathlib import Path

from overt.disparities import DisparityQuestion, as_csv, measure_source, offered
from overt.web.studio import Studio
from overt.web.studio._project import Project
from overt.web.studio._source import source_options
from tests.studio.conftest import NOW, Browser, asks_for_the_whole_page, canaries_in
from tests.waiting import until
from tests.web.pages import errors_that_do_not_help, markup_shown

MAPPING = """
create view entry as select "Ref" as entry_id, "Person" as subject_id, 'active' as status, "Unit" as unit from list;
create view subject as select "Person" as subject_id, "Sex" as sex from list;
"""


def started(studio: Studio, folder: Path) -> Project:
    rows = [f"E{number},P{number},{'male' if number % 3 else 'female'},North,Zebedee Quagmire" for number in range(60)]
    (folder / "list.csv").write_text("\n".join(["Ref,Person,Sex,Unit,Name", *rows, ""]), encoding="utf-8")
    project = studio.create(folder / "one", "Invented list")
    project.set("Source", ["source"], seen=1, source=({"name": "list.csv", "path": str(folder / "list.csv")},))
    return project


def test_what_the_columns_allow_is_offered_and_the_rest_says_what_it_lacks() -> None:
    """From the columns alone; no data is read."""
    choices = {
        choice.measure.name: choice for choice in offered({"entry": {"entry_id", "subject_id", "status", "unit"}})
    }
    assert choices["listed"].can_be_asked
    assert dict(choices["listed"].divisions) == {"unit": "unit", "status": "status"}
    assert choices["platform_requests"].lacks
    assert not any(choice.can_be_asked for choice in offered({}))


def test_a_disparity_is_measured_as_the_command_measures_it(browser: Browser, studio: Studio, tmp_path: Path) -> None:
    """The same bytes; and nobody's name on any page."""
    project = started(studio, tmp_path)
    home = f"/p/{project.ident}/"
    assert "Read the source first" in browser.get(home).text
    nothing = browser.get(f"{home}disparity")
    assert "do not allow any measure yet" in nothing.text
    project.change("Mapping", ["entry"], lambda _: {"mapping.sql": MAPPING}, seen=project.history.last)
    page = browser.get(f"{home}disparity")
    assert "People with an active entry" in page.text
    wrong = browser.post(f"{home}disparity", measure="listed", by="role", **day("as_of"))
    assert wrong.status_code == 422
    assert errors_that_do_not_help(wrong.text) == []
    sent = browser.post(f"{home}disparity", measure="listed", by="sex", **day("as_of"))
    assert sent.status_code == 303, sent.text
    place = sent.headers["location"]
    until(lambda: "Studio is" not in browser.get(place).text, "the disparity", every=0.3)
    result = browser.get(place)
    assert asks_for_the_whole_page(browser, place, "running")
    assert "disparity.csv" in result.text, result.text
    question = DisparityQuestion("listed", ("sex",), NOW.date())
    assert browser.get(f"{place}/disparity.csv").content == as_csv(measure_source(question, source_options(project)))
    for nowhere in (
        f"{place}/asked.json",
        f"{place}/%2e%2e%2fasked.json",
        f"{home}disparity/0009",
        f"{home}disparity/x",
    ):
        assert browser.get(nowhere).status_code == 404
    for shown in (nothing, page, wrong, result):
        assert canaries_in(shown.text) == []
        assert markup_shown(shown.text) == []


def day(name: str) -> dict[str, str]:
    today = NOW.date()
    return {f"{name}-day": str(today.day), f"{name}-month": str(today.month), f"{name}-year": str(today.year)}
