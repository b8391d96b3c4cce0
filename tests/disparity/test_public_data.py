"""The published figures, from the public files to the printed digits."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from overt.disparities import INSIDE, Disparity, RateTable
from tests.disparity.conftest import ask_source, population

pytestmark = pytest.mark.data
EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"


def _expected(shared_data: Path, name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((shared_data / name / "expected.json").read_text(encoding="utf-8"))
    return read


def _ratios(table: RateTable) -> Mapping[str, float | None]:
    return {row.group: row.relative_rate for row in table.rows}


def test_haringey_gives_the_published_statistics(shared_data: Path, tmp_path: Path) -> None:
    """From 7,135 rows to odds ratio, risk ratio and their intervals.

    The published chi-squared takes every stop for another person's, which the file does not say: none is given.
    """
    expected = _expected(shared_data, "uk-stops-haringey")
    source = shared_data / "uk-stops-haringey" / "haringey_stops_2020-09_2021-08.csv.gz"
    people = population(tmp_path / "people.csv", expected["population"])
    mapping = EXAMPLES / "haringey-stops" / "mapping.sql"
    found = ask_source(
        str(source),
        tmp_path / "loaded.duckdb",
        mapping,
        measure="encounters",
        by=("ethnicity_self_group",),
        populations=(people,),
    )
    rows = {row.group: row for row in found.first.rows}
    black = rows["Black"]
    assert {name: rows[name].count for name in ("Black", "White")} == expected["stopped"]
    assert black.two_by_two is not None
    assert black.two_by_two.chi_squared is None
    assert any("encounters and not people" in each for each in found.warnings)
    fisher, wald = expected["fisher_exact_scipy"], expected["risk_ratio_wald"]
    assert black.two_by_two.odds_ratio == pytest.approx(fisher["or_"], abs=5e-7)
    limits = (black.two_by_two.odds_ratio_low, black.two_by_two.odds_ratio_high)
    assert limits == pytest.approx(tuple(fisher["ci95"]), abs=5e-7)
    assert black.relative_rate == pytest.approx(wald["rr"], abs=5e-4)
    assert (black.low, black.high) == pytest.approx(tuple(wald["ci95"]), abs=5e-5)
    assert (found.missing.count, found.missing.must_be_shown) == (2098, True)


@pytest.mark.parametrize(
    ("by", "wanted"),
    [("ethnicity_observed_group", "ratio_black_white_officer"), ("ethnicity_self_group", "ratio_black_white_self")],
)
def test_met_ratio_depends_on_whose_word_it_is(shared_data: Path, tmp_path: Path, by: str, wanted: str) -> None:
    """4.215 as officers saw it, 3.702 as people said it, against the census of the 32 boroughs."""
    expected = _expected(shared_data, "uk-stops-met-2016-06")
    source = shared_data / "uk-stops-met-2016-06" / "2016-06-metropolitan-stop-and-search.noloc.csv.gz"
    census = shared_data / "uk-population" / "la-ethnic-groups-2011.csv"
    people = f"{census}:{EXAMPLES / 'populations' / 'london-boroughs-2011.sql'}"
    mapping = EXAMPLES / "met-stop-and-search" / "mapping.sql"
    database = tmp_path / "loaded.duckdb"
    found = ask_source(str(source), database, mapping, measure="encounters", by=(by,), populations=(people,))
    assert _ratios(found.first)["Black"] == pytest.approx(expected[wanted], abs=5e-4)
    if by == "ethnicity_observed_group":
        rates = {row.group: round(row.rate_per_1000 or 0, 3) for row in found.first.rows}
        assert expected["per_1000_officer"].items() <= rates.items()
        actions = ask_source(str(source), database, mapping, measure="no_further_action", by=(by,))
        shares = {row.group: round((row.rate_per_1000 or 0) / 1000, 4) for row in actions.first.rows}
        assert shares == expected["no_further_action_by_officer_defined"]


def _chicago(shared_data: Path, tmp_path: Path, **more: Any) -> Disparity:
    expected = _expected(shared_data, "ssl-chicago")
    counts = {"Black,male": expected["acs_2015_black_men_20_29"], "White,male": expected["acs_2015_white_men_20_29"]}
    people = population(tmp_path / "acs.csv", counts, "ethnicity,sex", "residents of Chicago")
    source = shared_data / "ssl-chicago" / "ssl_gte_score_chi_20_29_by_race_sex.csv"
    return ask_source(
        str(source),
        tmp_path / "loaded.duckdb",
        EXAMPLES / "chicago-ssl-counts" / "men-and-women-20-29.sql",
        measure="score_at_or_above",
        threshold=250,
        by=("ethnicity_observed",),
        only=(("sex", "male"),),
        populations=(people,),
        **more,
    )


def test_chicago_list_hardly_differs_inside_and_nine_fold_outside(shared_data: Path, tmp_path: Path) -> None:
    """56.25 % and 5.90 % of residents, 9.53 times; among those listed, nearly all of either."""
    found = _chicago(shared_data, tmp_path)
    outside, inside = found.tables
    rates = {row.group: row.rate_per_1000 for row in outside.rows}
    assert (round((rates["Black"] or 0) / 10, 2), round((rates["White"] or 0) / 10, 2)) == (56.25, 5.9)
    assert round(_ratios(outside)["Black"] or 0, 2) == 9.53
    assert inside.population == INSIDE
    assert _ratios(inside)["Black"] == pytest.approx(1.0, abs=0.002)


def test_chicago_sweep_shows_how_the_threshold_decides(shared_data: Path, tmp_path: Path) -> None:
    """Against residents the ratio is over nine at every threshold, and grows with it."""
    found = _chicago(shared_data, tmp_path, sweep=(100, 200, 250, 300, 350, 400))
    ratios = [_ratios(step.tables[0])["Black"] or 0 for step in found.sweep]
    assert ratios[0] > 9
    assert max(ratios) == ratios[-1] > 70


def test_use_of_force_incidents_and_their_share(shared_data: Path, tmp_path: Path) -> None:
    """427,725 incidents, 69.97 % of a person seen as White, from the Home Office's own ODS."""
    expected = _expected(shared_data, "uk-use-of-force")
    book = CalamineWorkbook.from_path(
        str(shared_data / "uk-use-of-force" / "police-use-of-force-apr2018-mar2019-hosb3319-tables.ods")
    )
    table = book.get_sheet_by_name("Table_4").to_python()
    # The sheet has no name over two of its columns, so header and totals are saved as a CSV, as a person would.
    with (tmp_path / "incidents.csv").open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows(line[2:10] for line in table[4:6])
    mapping = EXAMPLES / "use-of-force" / "incidents.sql"
    found = ask_source(
        str(tmp_path / "incidents.csv"),
        tmp_path / "loaded.duckdb",
        mapping,
        measure="encounters",
        by=("ethnicity_observed_group",),
    )
    white = next(row for row in found.first.rows if row.group == "White")
    assert sum(row.count for row in found.first.rows) + found.missing.count == expected["incidents"]
    assert (white.count, round(100 * (white.share or 0), 2)) == (expected["white"], expected["white_pct"])
    assert found.missing.count == expected["dont_know"] + expected["not_reported"]


_STOPS = """
create view encounter as
select format('{:08d}', source_rows._row) as encounter_id, source_rows.race as ethnicity_observed,
       cast(source_rows.label_value as double) = 1 as outcome_linked
from source_rows;
"""


def test_new_york_label_rates_are_those_computed_before(shared_data: Path, tmp_path: Path) -> None:
    """8.59 % Black, 8.99 % white, 10.25 % white Hispanic, 10.21 % Black Hispanic; of what, the file does not say."""
    (tmp_path / "stops.sql").write_text(_STOPS, encoding="utf-8")
    found = ask_source(
        str(shared_data / "nyc-sqf-aequitas" / "nyc_sqf_for_aequitas.csv"),
        tmp_path / "loaded.duckdb",
        tmp_path / "stops.sql",
        measure="found_what_was_sought",
        by=("ethnicity_observed",),
        reference=("WHITE",),
    )
    rates = {row.group: round((row.rate_per_1000 or 0) / 10, 2) for row in found.first.rows}
    wanted = {"BLACK": 8.59, "WHITE": 8.99, "WHITE HISPANIC": 10.25, "BLACK HISPANIC": 10.21}
    assert wanted.items() <= rates.items()


COMPAS = {"false_positive": "fpr_pct", "false_negative": "fnr_pct"}


@pytest.mark.parametrize("measure", [*COMPAS, "false_discovery"])
def test_compas_error_rates_are_those_of_propublica(shared_data: Path, tmp_path: Path, measure: str) -> None:
    """False positives 44.85 % and 23.45 %, false negatives 27.99 % and 47.72 %, precision 62.97 % and 59.13 %."""
    expected = _expected(shared_data, "compas-aequitas")
    found = ask_source(
        str(shared_data / "compas-aequitas" / "compas_for_aequitas.csv"),
        tmp_path / "loaded.duckdb",
        EXAMPLES / "compas" / "errors.sql",
        measure=measure,
        threshold=1,
        outcomes=("serious_offence",),
        by=("ethnicity_observed",),
    )
    rates = {row.group: (row.rate_per_1000 or 0) / 10 for row in found.first.rows}
    wanted = expected[COMPAS[measure]] if measure in COMPAS else {g: 100 - v for g, v in expected["ppv_pct"].items()}
    assert {group: round(rates[group], 2) for group in wanted} == {group: round(v, 2) for group, v in wanted.items()}


_AEQUITAS = """
create view subject as
select format('{:03d}', source_rows._row) as subject_id, source_rows.class as ethnicity_observed from source_rows;
create view entry as
select format('{:03d}', source_rows._row) as entry_id, format('{:03d}', source_rows._row) as subject_id,
       cast(source_rows.score as double) as score from source_rows;
create view outcome as
select format('{:03d}', source_rows._row) as subject_id, 'arrest' as kind from source_rows
where source_rows.label_value = '1';
"""


@pytest.mark.parametrize("number", [1, 2, 3, 4, 6, 7, 8])
def test_error_rates_and_disparities_are_aequitas_own(shared_data: Path, tmp_path: Path, number: int) -> None:
    """Every rate and ratio of its expected outputs that has a value; where it has none, neither has Overt."""
    folder = shared_data / "compas-aequitas" / "test_bias_report"
    (tmp_path / "aequitas.sql").write_text(_AEQUITAS, encoding="utf-8")
    with (folder / f"expected_output_test_{number}.csv").open(encoding="utf-8") as stream:
        lines = [each for each in csv.DictReader(stream) if each.get("attribute_name") == "class"]
    measures = {"false_positive": "fpr", "false_negative": "fnr", "false_discovery": "fdr", "false_omission": "for"}
    for measure, name in measures.items():
        known = {each["attribute_value"]: _number(each[name]) for each in lines}
        if all(value is None for value in known.values()):
            continue
        found = ask_source(
            str(folder / f"test_{number}.csv"),
            tmp_path / f"{measure}.duckdb",
            tmp_path / "aequitas.sql",
            measure=measure,
            threshold=1,
            outcomes=("arrest",),
            by=("ethnicity_observed",),
            reference=(lines[0]["reference_group"],),
        )
        rows = {row.group: row for row in found.first.rows}
        for each in lines:
            row, rate = rows.get(each["attribute_value"]), known[each["attribute_value"]]
            assert (row.rate_per_1000 if row else None) == (None if rate is None else pytest.approx(1000 * rate))
            ratio = _number(each[f"{name}_disparity"])
            if ratio is not None and row and row.relative_rate is not None:
                assert row.relative_rate == pytest.approx(ratio)


def _number(text: str) -> float | None:
    return None if text in ("", "NA", "NaN", "nan") else float(text)
