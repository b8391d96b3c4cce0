"""Police use of force: the published table as CSV and as the sheet of the publisher's ODS say the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from overt.audits import Run, SourceOptions, open_source
from overt.audits.source._source import load_source
from overt.controls import Finding, Verdict
from overt.rows import FileReading, Reading

pytestmark = pytest.mark.data

EXAMPLE = "use-of-force"
ODS = "uk-use-of-force/police-use-of-force-apr2018-mar2019-hosb3319-tables.ods"
MAPPING = Path(__file__).resolve().parent.parent.parent / "examples" / EXAMPLE / "mapping.sql"


def test_each_use_is_counted_once(run_of: Callable[[str], Run]) -> None:
    """Rows of the model stand for a force, a tactic and a group with at least one use."""
    assert run_of(EXAMPLE).rows["encounter"] == 3_416


def test_tactics_not_reported_are_found(finding_of: Callable[[str, str], Finding]) -> None:
    """83 rows, which stand for the 1,729 uses that the publisher gives."""
    finding = finding_of(EXAMPLE, "EN-25")
    assert (finding.examined, finding.breached, finding.unknown) == (3_416, 83, 0)
    assert sum(int(str(row["row_count"])) for row in finding.rows) == 1_729


def test_a_table_of_totals_shows_no_duty_over_persons(run_of: Callable[[str], Run]) -> None:
    """Only what the table says can be met: the words for groups, the share of the unknown, no row twice."""
    met = {finding.control.id for finding in run_of(EXAMPLE).findings if finding.verdict is Verdict.MET}
    assert met <= {"EN-01", "EN-02", "EN-03", "EN-05", "EN-10", "EN-13"}


def test_the_publishers_sheet_gives_the_same_rows(
    shared_data: Path, tmp_path: Path, mapped: Callable[[str], duckdb.DuckDBPyConnection]
) -> None:
    """`Table_16` of the ODS, its header in row 5, with its notes below, is the table that the CSV is."""
    select = "select force, tactic, ethnicity_observed, row_count from encounter order by all"
    wanted = mapped(EXAMPLE).execute(select).fetchall()
    database = tmp_path / "sheet.duckdb"
    location = str(shared_data / ODS)
    load_source(location, database, reading=Reading(FileReading(header_row=5), sheets=("Table_16",)))
    with open_source(SourceOptions(location, MAPPING), database) as opened:
        found = opened.connection.execute(select).fetchall()
    assert found == wanted
