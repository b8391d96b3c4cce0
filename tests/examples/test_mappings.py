"""What the shipped mappings make of the public files, read back table by table."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from overt.model import TABLES

pytestmark = pytest.mark.data

Mapped = Callable[[str], duckdb.DuckDBPyConnection]
NAMES = (
    "met-stop-and-search",
    "haringey-stops",
    "chicago-ssl-counts",
    "chicago-ssl-records",
    "nyc-sqf",
    "compas",
    "use-of-force",
)


def _expected(shared_data: Path, folder: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((shared_data / folder / "expected.json").read_text(encoding="utf-8"))
    return loaded


def _counts(connection: duckdb.DuckDBPyConnection, what: str, value: str = "count(*)") -> dict[Any, Any]:
    return dict(connection.execute(f"select {what}, {value} from encounter group by all").fetchall())


@pytest.mark.parametrize("name", NAMES)
def test_a_mapping_fills_columns_of_the_model_only(mapped: Mapped, name: str) -> None:
    """Each view is a table of the model and has no column that the model lacks."""
    connection = mapped(name)
    views = connection.execute("select view_name from duckdb_views() where not internal").fetchall()
    assert views
    for (view,) in views:
        columns = {row[0] for row in connection.execute(f"describe {view}").fetchall()}
        assert columns <= set(TABLES[view].by_name)


@pytest.mark.parametrize("name", NAMES)
def test_keys_are_whole_and_differ(mapped: Mapped, name: str) -> None:
    """No row of a mapped table is without its key, and no two share it."""
    connection = mapped(name)
    for (view,) in connection.execute("select view_name from duckdb_views() where not internal").fetchall():
        key = TABLES[view].key.name
        rows, keys = connection.execute(f"select count(*), count(distinct {key}) from {view}").fetchall()[0]
        assert rows == keys > 0


@pytest.mark.parametrize("name", NAMES)
def test_coded_columns_hold_codes(mapped: Mapped, name: str) -> None:
    """What a mapping writes into a column with a list is in the list, a code of the source never."""
    connection = mapped(name)
    for (view,) in connection.execute("select view_name from duckdb_views() where not internal").fetchall():
        for column, *_ in connection.execute(f"describe {view}").fetchall():
            codes = TABLES[view].by_name[column].codes
            if codes:
                found = connection.execute(
                    f"select distinct {column} from {view} where {column} is not null"
                ).fetchall()
                assert {value for (value,) in found} <= set(codes)


def test_met_groups_are_the_known_ones(mapped: Mapped, shared_data: Path) -> None:
    """By what people said and by what officers saw, to the person."""
    expected = _expected(shared_data, "uk-stops-met-2016-06")
    observed = _counts(mapped("met-stop-and-search"), "coalesce(ethnicity_observed_group, '')")
    assert observed == expected["officer_defined"]
    stated = _counts(
        mapped("met-stop-and-search"),
        "case when ethnicity_self_group is not null then ethnicity_self_group"
        " when ethnicity_self is null then '' else 'Not Stated' end",
    )
    assert stated == expected["self_defined_groups"]


def test_met_no_further_action_by_observed_group(mapped: Mapped, shared_data: Path) -> None:
    """The shares that were computed from the file by hand."""
    expected = _expected(shared_data, "uk-stops-met-2016-06")["no_further_action_by_officer_defined"]
    shares = _counts(
        mapped("met-stop-and-search"), "ethnicity_observed_group", "round(avg(cast(no_further_action as integer)), 4)"
    )
    assert {group: shares[group] for group in expected} == expected


def test_met_times_are_utc_and_days_are_londons(mapped: Mapped) -> None:
    """31 May 23:01Z is 1 June in London, and every row falls in June 2016."""
    connection = mapped("met-stop-and-search")
    moment = "timezone('UTC', cast(occurred_at as timestamptz))"
    first = connection.execute(f"select {moment}, occurred_on from encounter order by 1 limit 1").fetchall()
    assert [tuple(map(str, row)) for row in first] == [("2016-05-31 23:01:00", "2016-06-01")]
    days = connection.execute("select min(occurred_on), max(occurred_on) from encounter").fetchall()
    assert [tuple(map(str, row)) for row in days] == [("2016-06-01", "2016-06-30")]


def test_a_police_uk_file_of_the_newer_wording_is_read_too() -> None:
    """One mapping reads every month: the newer wording, "A no further action disposal" and a winter midnight."""
    examples = Path(__file__).resolve().parent.parent.parent / "examples"
    mapping = (examples / "met-stop-and-search" / "mapping.sql").read_text(encoding="utf-8")
    columns = {
        "Type": "Person search",
        "Date": "2021-12-31T23:30:00+00:00",
        "Part of a policing operation": "False",
        "Policing operation": "",
        "Latitude": "51.5",
        "Longitude": "-0.1",
        "Gender": "Male",
        "Age range": "18-24",
        "Self-defined ethnicity": "Asian/Asian British - Chinese",
        "Officer-defined ethnicity": "Other",
        "Legislation": "Police and Criminal Evidence Act 1984 (section 1)",
        "Object of search": "Stolen goods",
        "Outcome": "A no further action disposal",
        "Outcome linked to object of search": "False",
        "Removal of more than just outer clothing": "True",
    }
    connection = duckdb.connect()
    selected = ", ".join(f"'{value}' as \"{name}\"" for name, value in columns.items())
    connection.execute(f"create table source_rows as select 1 as _row, {selected}")
    connection.execute(mapping)
    row = connection.execute(
        "select ethnicity_self_group, ethnicity_observed_group, no_further_action, occurred_on,"
        " cast(outcome_linked as boolean), cast(more_than_outer_clothing as boolean) from encounter"
    ).fetchall()[0]
    assert (*row[:3], str(row[3]), *row[4:]) == ("Asian", "Other", True, "2021-12-31", False, True)


def test_haringey_groups_are_the_published_ones(mapped: Mapped, shared_data: Path) -> None:
    """2,224 Black and 1,905 White people, as BlackThrive published."""
    expected = _expected(shared_data, "uk-stops-haringey")["stopped"]
    groups = _counts(mapped("haringey-stops"), "ethnicity_self_group")
    assert {group: groups[group] for group in expected} == expected


def test_ssl_counts_are_the_known_ones(mapped: Mapped, shared_data: Path) -> None:
    """Totals, thresholds and quartiles, to the person; the lowest score is 21 and 153 people have 500."""
    expected = _expected(shared_data, "ssl-chicago")
    connection = mapped("chicago-ssl-counts")
    cells = ", ".join(f"count(*) filter (where score >= {score})" for score in expected["at_or_above"])
    total, low, high, quartiles, *above = connection.execute(
        "select count(*), min(score), count(*) filter (where score = 500),"
        f" quantile_disc(score, [0.25, 0.5, 0.75]), {cells} from entry"
    ).fetchall()[0]
    assert (total, low, high) == (expected["total_with_age_group"], 21, 153)
    assert quartiles == expected["quartiles"]
    assert above == list(expected["at_or_above"].values())


def test_ssl_records_have_an_item_for_each_predictor(mapped: Mapped, shared_data: Path) -> None:
    """83 with the gang flag, 34 at 400 or more, 175 with no predictor of the six."""
    expected = _expected(shared_data, "ssl-chicago")["records_even_500"]
    connection = mapped("chicago-ssl-records")
    categories = dict(connection.execute("select category, count(*) from item group by category").fetchall())
    assert categories == {
        "victim_of_shooting": 43,
        "victim_of_battery_or_assault": 92,
        "arrest_for_violent_offence": 213,
        "gang_affiliation": expected["gang_flag"],
        "arrest_for_narcotics": 100,
        "arrest_for_unlawful_use_of_weapon": 65,
    }
    high, without, high_without = connection.execute(
        "select count(*) filter (where score >= 400), count(*) filter (where bare),"
        " count(*) filter (where bare and score >= 250) from"
        " (select score, entry_id not in (select entry_id from item) as bare from entry)"
    ).fetchall()[0]
    assert (high, without) == (expected["heat_score_400_plus"], expected["all_six_predictors_zero"])
    assert high_without == 161


def test_compas_scores_are_carried_and_outcomes_are_not(mapped: Mapped, shared_data: Path) -> None:
    """7,214 people, of whom 3,317 have the higher of two scores."""
    expected = _expected(shared_data, "compas-aequitas")
    rows = mapped("compas").execute("select count(*), cast(sum(score) as bigint) from entry").fetchall()
    assert rows == [(expected["rows"], 3_317)]


def test_use_of_force_adds_up_to_the_published_totals(mapped: Mapped, shared_data: Path) -> None:
    """Each use once: the forces without the national rows, the parts without the sums."""
    expected = _expected(shared_data, "uk-use-of-force")
    connection = mapped("use-of-force")
    restraint = (
        "'Compliant handcuffing', 'Non-compliant handcuffing', 'Not stated handcuffing',"
        " 'Limb / Body restraints', 'Ground restraint'"
    )
    sums = connection.execute(
        "select cast(sum(row_count) filter (where tactic <> 'Not reported') as bigint),"
        " cast(sum(row_count) filter (where tactic = 'Not reported') as bigint),"
        f" cast(sum(row_count) filter (where tactic in ({restraint})) as bigint), count(distinct force) from encounter"
    ).fetchall()
    assert sums == [(630_793, 1_729, expected["restraint_tactics"], 43)]


def test_use_of_force_by_group_is_the_national_row(mapped: Mapped) -> None:
    """Every group of the forces adds up to the publisher's own total, to one use."""
    connection = mapped("use-of-force")
    forces = _counts(
        connection,
        "ethnicity_observed",
        "cast(sum(row_count) filter (where tactic <> 'Not reported') as bigint)",
    )
    names = ", ".join(f'cast(cast("{name.replace(chr(34), "")}" as double) as bigint)' for name in forces)
    total = "\"Police Force\" = 'Total England and Wales' and \"Tactic\" = '*Total Tactics'"
    national = connection.execute(f"select {names} from source_rows where {total}").fetchall()[0]
    assert tuple(forces.values()) == national
