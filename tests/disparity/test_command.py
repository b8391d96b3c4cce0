"""`overt disparity` as a person or a script gives it."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path

import pytest

from overt import disparities as disparity
from overt.audits import SourceOptions, open_source
from overt.cli import main
from tests.disparity.conftest import population, write_table
from tests.forgotten import forget


@pytest.fixture
def given(tmp_path: Path) -> list[str]:
    """A source, a mapping and a population."""
    rows = [
        {"who": who, "when": f"2026-05-0{day}", "where": where}
        for who, day, where, many in (("W1", 1, "North", 24), ("W1", 1, "South", 16), ("B1", 2, "North", 18),
                                      ("B1", 2, "South", 12))
        for _ in range(many)
    ]  # fmt: skip
    source = write_table(tmp_path / "stops.csv", rows)
    mapping = tmp_path / "mapping.sql"
    mapping.write_text(
        'create view encounter as select cast(stops._row as varchar) as encounter_id, stops."when" as occurred_on, '
        'stops."where" as force, stops.who as ethnicity_self from stops;',
        encoding="utf-8",
    )
    people = population(tmp_path / "people.csv", {"White": 4000, "Black": 1000})
    return ["disparity", str(source), "--map", str(mapping), "--population", people, "--as-of", "2026-06-30"]


def _run(words: list[str], monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr("sys.argv", ["overt", *words])
    with pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0)


ASKED = ["--measure", "encounters", "--by", "ethnicity_self_group"]


def test_json_is_all_that_is_printed(
    given: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Results on standard output, talk elsewhere."""
    assert _run([*given, *ASKED, "--output", "json", "--bootstrap", "200"], monkeypatch) == 0
    body = json.loads(capsys.readouterr().out)
    black = next(row for row in body["rows"] if row["group"] == "Black")
    assert black["relative_rate"] == pytest.approx(3.0)
    assert black["bootstrap"]["low"] < 3 < black["bootstrap"]["high"]


@pytest.mark.parametrize("form", ["text", "csv", "md", "json"])
def test_every_form_names_the_groups_and_says_that_stops_are_not_people(
    given: list[str], form: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Text, CSV, Markdown and JSON: beside each interval."""
    assert _run([*given, *ASKED, "-o", form], monkeypatch) == 0
    printed = capsys.readouterr().out
    assert "Black" in printed
    assert "events, not people" in printed
    assert "chi_squared" not in printed


def test_each_area_is_compared_with_its_own_reference_group(
    given: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--within force`, with resampled limits: South has 12 Black and 16 White, North 18 and 24."""
    people = write_table(
        tmp_path / "areas.csv",
        [
            {"population_id": "r", "area": area, "year": 2021, "attribute": "ethnicity", "grp": group, "count": count}
            for area, group, count in [("North", "White", 2000), ("North", "Black", 500), ("South", "White", 2000),
                                       ("South", "Black", 1500)]
        ],
    )  # fmt: skip
    words = [*given, *ASKED, "--within", "force", "--bootstrap", "500", "-o", "json"]
    words[words.index("--population") + 1] = str(people)
    assert _run(words, monkeypatch) == 0
    rows = {row["group"]: row for row in json.loads(capsys.readouterr().out)["rows"]}
    assert rows["Black, North"]["relative_rate"] == pytest.approx((18 / 500) / (24 / 2000))
    assert rows["Black, South"]["relative_rate"] == pytest.approx((12 / 1500) / (16 / 2000))
    for name in ("North", "South"):
        black = rows[f"Black, {name}"]
        assert black["bootstrap"]["low"] < black["relative_rate"] < black["bootstrap"]["high"]


def test_one_column_narrowed_twice_means_either(
    given: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--only force=North --only force=South` is all of both; one of them is that one."""
    totals, at = [], given.index("--population")
    without = given[:at] + given[at + 2 :]
    for only in (["North"], ["South"], ["North", "South"]):
        more = [word for name in only for word in ("--only", f"force={name}")]
        assert _run([*without, *ASKED, *more, "-o", "json"], monkeypatch) == 0
        body = json.loads(capsys.readouterr().out)
        totals.append(sum(row["count"] for row in body["rows"]))
    assert totals == [42, 28, 70]
    assert body["only"] == {"force": ["North", "South"]}


def test_a_trend_over_one_period_is_told_in_the_singular(
    given: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The one period is named once."""
    assert _run([*given, *ASKED, "--trend", "month"], monkeypatch) == 0
    assert "The trend covers 1 period, 2026-05." in capsys.readouterr().out


def test_a_tiny_probability_is_no_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of people listed: 2,000 of 2,500 against 100 of 40,000."""
    people = [("B1", 2000), ("W1", 100)]
    rows = [{"subject_id": f"{who}-{n}", "ethnicity_self": who} for who, many in people for n in range(many)]
    register = tmp_path / "register"
    register.mkdir()
    write_table(register / "subject.csv", rows)
    entries = [{"entry_id": f"e{n}", "subject_id": row["subject_id"]} for n, row in enumerate(rows)]
    write_table(register / "entry.csv", entries)
    residents = population(tmp_path / "people.csv", {"White": 40_000, "Black": 2_500})
    words = ["disparity", str(register), "--measure", "listed", "--by", "ethnicity_self_group", "-o", "json"]
    assert _run([*words, "--population", residents], monkeypatch) == 0
    black = next(row for row in json.loads(capsys.readouterr().out)["rows"] if row["group"] == "Black")
    assert black["two_by_two"]["p_value"] == "< 1e-300"
    assert black["two_by_two"]["p_value_yates"] == "< 1e-300"


def test_a_folder_is_written_when_asked_for(given: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Page, JSON, CSV and plots."""
    assert _run([*given, *ASKED, "--out", str(tmp_path / "out")], monkeypatch) == 0
    written = {path.name for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert written == {"report.html", "disparity.json", "disparity.csv", "disparity-ratios-0.svg"}


def test_without_the_statistics_it_says_what_to_install(
    given: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The extra is named, and the exit code is that of a refusal."""
    forget(monkeypatch, "overt.disparities", "overt.statistics")
    monkeypatch.setitem(sys.modules, "scipy.special", None)
    assert _run([*given, *ASKED], monkeypatch) == 3
    assert "overt[stats]" in capsys.readouterr().err


@pytest.mark.parametrize(
    "more",
    [
        [*ASKED, "--sweep", "9:1:1"],
        [*ASKED, "--only", "sex"],
        [*ASKED, "--age-bands", "18,10"],
        [*ASKED, "--interval", "guess"],
        [*ASKED, "--codes", "5+1"],
        ["--measure", "encounters", "--by", "ethnicity"],
    ],
)
def test_wrong_options_leave_with_three(
    given: list[str], more: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A refusal on standard error and nothing on standard output."""
    assert _run([*given, *more], monkeypatch) == 3
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "disparity-" in printed.err


REPEATED = """\
Case,Received,Complainant group,Allegation
C-1,2021-03-01,Black,Force
C-1,2021-03-01,Black,Procedure
C-1,2021-03-01,Black,Demeanour
C-1,2021-03-01,Black,Search
C-2,2021-03-02,White,Force
C-3,2021-03-03,N/K,Procedure
"""


def test_figures_of_rows_that_share_a_number_say_so(tmp_path: Path) -> None:
    """Six rows of three complaints are no six complaints; and what was lost of a division stands with it."""
    source, mapping = tmp_path / "complaints.csv", tmp_path / "m.sql"
    source.write_text(REPEATED, encoding="utf-8")
    mapping.write_text(
        'create view encounter as select "Case" as encounter_id, "Received"::date as occurred_on, '
        'nullif("Complainant group", \'N/K\') as ethnicity_self_group, "Allegation" as kind from source_rows;',
        encoding="utf-8",
    )
    question = disparity.DisparityQuestion("encounters", ("ethnicity_self_group",), dt.date(2021, 12, 31))
    with open_source(SourceOptions(str(source), mapping), tmp_path / "db.duckdb", profile=False) as opened:
        found = disparity.measure(question, opened)
    assert found.warnings[0] == (
        "6 rows are 3 encounters, by encounter_id, and one of these appears in 4 rows: these figures count rows, not "
        "each encounter once"
    )
    assert found.warnings[1].startswith("1 of 6 values of encounter.ethnicity_self_group was lost in the mapping")
