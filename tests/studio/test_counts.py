"""Counts by group, as ministries publish them: each cell counts as many, totals are left out, and the form reads it."""

from __future__ import annotations

from pathlib import Path

from overt.audits import SourceOptions, open_source
from overt.audits.mapping.form import read_form, write_form
from overt.rows import FileReading, Reading
from overt.web.studio._kept import SETTINGS
from overt.web.studio._project import Project
from tests.studio import files
from tests.studio.conftest import Browser
from tests.studio.test_every_page import loaded
from tests.web.pages import errors_that_do_not_help, markup_shown


def test_counts_are_mapped_without_sql(browser: Browser, project: Project, tmp_path: Path) -> None:
    """Each use is counted once: no total of rows or of columns, and no blank or zero cell."""
    source = files.force(tmp_path)
    home = loaded(browser, project, source)
    page = browser.get(f"{home}counts/1").text
    assert markup_shown(page) == []
    assert "“Tactic” begins with “Total”: 3 rows" in page
    one = {"what": "Use of force", "group": "ethnicity_observed", "count-3": "yes"}
    alone = browser.post(f"{home}counts/1", **one)
    assert (alone.status_code, errors_that_do_not_help(alone.text)) == (422, [])
    counted = {f"count-{place}": "yes" for place in range(3, 9)}
    asked = {**one, **counted, "also-1": "force", "also-2": "tactic", "total-2": "yes"}
    assert browser.post(f"{home}counts/1", **asked).status_code == 303
    text = project.mapping
    assert write_form(read_form(text)) == text
    assert read_form(text).views[0].kind == "F3"
    (tmp_path / "mapping.sql").write_text(text, encoding="utf-8")
    reading = Reading(files={"force.ods#Table_16": FileReading(header_row=5, last_row=17)})
    options = SourceOptions(str(source), tmp_path / "mapping.sql", reading)
    with open_source(options, tmp_path / "loaded.duckdb") as opened:
        found = opened.connection.execute(
            "select count(*), sum(row_count), count(distinct tactic), count(ethnicity_observed_group) from encounter"
        ).fetchone()
    uses = [100 * place + 10 * at + 3 * tactic for place in range(3) for tactic in (1, 2, 3) for at in range(6)]
    assert found == (54, sum(uses), 3, 45)
    assert "header_row = 5" in (project.folder / SETTINGS).read_text(encoding="utf-8")


def test_a_table_without_counts_says_so(browser: Browser, project: Project, tmp_path: Path) -> None:
    """And a table that is not there is not found."""
    home = loaded(browser, project, files.small(tmp_path))
    assert "no two columns whose cells are all whole numbers" in browser.get(f"{home}counts/1").text
    assert browser.get(f"{home}counts/2").status_code == 404
