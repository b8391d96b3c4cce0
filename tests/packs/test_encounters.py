"""The encounters pack: its lists agree with each other and with the model, and its words with its scope."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from overt.controls import Control, Finding, Pack, Settings, Verdict, find_pack, read_pack, run_control
from overt.controls.engines import open_for_cases
from overt.controls.engines._duckdb import DuckDBEngine
from overt.model import DUCKDB_TYPES, TABLES


@pytest.fixture(scope="module")
def pack() -> Pack:
    return read_pack(find_pack("encounters"))


def _control(pack: Pack, number: str) -> Control:
    return next(control for control in pack.controls if control.id == number)


def _lists(control: Control, column: str) -> list[set[str]]:
    """The values of each list that the control compares the column with, in the order of its text."""
    tree = sqlglot.parse_one(control.sql, dialect="duckdb")
    lists = [node for node in tree.find_all(exp.In) if column in node.this.sql()]
    return [{value.name for value in node.expressions} for node in lists]


def test_self_defined_list_holds_every_code_of_the_model_and_the_older_one_for_chinese(pack: Pack) -> None:
    """The bare codes that EN-04 takes are those of the model's 18+1 list, and O1 of the 16+1."""
    (listed,) = _lists(_control(pack, "EN-04"), "ethnicity_self")
    codes = set(TABLES["subject"].by_name["ethnicity_self"].codes)
    assert {value for value in listed if len(value) == 2} == codes | {"O1"}


def test_older_and_newer_list_share_no_value_and_are_both_listed(pack: Pack) -> None:
    """No value marks both lists in EN-06, and each is one that EN-04 takes."""
    older, newer = _lists(_control(pack, "EN-06"), "ethnicity_self")
    (listed,) = _lists(_control(pack, "EN-04"), "ethnicity_self")
    assert not older & newer
    assert older | newer < listed
    shared = {"NS", "Not Stated (NS)"} | {code for code in listed if len(code) == 2} - older - newer
    assert listed - older - newer == shared


def test_observed_list_holds_every_code_of_the_model(pack: Pack) -> None:
    """The codes that EN-05 takes are those of the model."""
    (listed,) = _lists(_control(pack, "EN-05"), "ethnicity_observed")
    assert {value for value in listed if value.startswith("IC")} == set(
        TABLES["subject"].by_name["ethnicity_observed"].codes
    )


def test_observed_groups_of_the_model_are_listed(pack: Pack) -> None:
    """A value that is a broad group already is in the list."""
    (listed,) = _lists(_control(pack, "EN-05"), "ethnicity_observed")
    assert set(TABLES["encounter"].by_name["ethnicity_observed_group"].codes) <= listed


@pytest.mark.parametrize(
    ("number", "needed"),
    [
        ("EN-01", {"source_column": {"column_name", "filled_count", "row_count"}}),
        ("EN-03", {"source_column": {"column_name", "determined_by", "distinct_count"}}),
        ("EN-11", {"encounter": {"encounter_id", "ethnicity_observed_group", "ethnicity_self_group"}}),
        ("EN-13", {"encounter": {"encounter_id", "row_digest"}}),
        ("EN-14", {"encounter": {"encounter_id", "occurred_at", "occurred_on"}}),
    ],
)
def test_a_unit_or_a_day_is_carried_and_not_needed(pack: Pack, number: str, needed: dict[str, set[str]]) -> None:
    """A source without units, or without a day where the day does not decide, can still be held to the control."""
    assert {table: set(columns) for table, columns in _control(pack, number).needs.items()} == needed


@pytest.mark.parametrize("number", [f"EN-{n:02}" for n in range(4, 26)])
def test_a_source_without_a_needed_column_cannot_show_it(pack: Pack, number: str) -> None:
    """Whatever column a control needs, its absence is never taken for compliance."""
    control = _control(pack, number)
    engine = open_for_cases("duckdb")
    columns = [column.name for column in TABLES["encounter"].columns]
    for dropped in control.needs["encounter"]:
        filled = {"encounter": tuple(name for name in columns if name != dropped)}
        finding = run_control(control, pack.name, engine, Settings(dt.date(2026, 6, 30)), filled)
        assert finding.verdict is Verdict.CANNOT_BE_SHOWN
        assert finding.missing == (f"encounter.{dropped}",)


def _encounters(rows: str) -> DuckDBEngine:
    """An engine whose `encounter` holds the rows of a query and null in every column that it lacks."""
    connection = duckdb.connect()
    connection.execute(f"create table given as {rows}")
    given = {row[0] for row in connection.execute("describe given").fetchall()}
    columns = ", ".join(
        f"cast({column.name if column.name in given else 'null'} as {DUCKDB_TYPES[column.kind]}) as {column.name}"
        for column in TABLES["encounter"].columns
    )
    connection.execute(f"create table encounter as select {columns} from given")
    return DuckDBEngine(connection)


def _run(pack: Pack, number: str, rows: str, **thresholds: int) -> Finding:
    values = {name: threshold.value for name, threshold in pack.thresholds.items()} | thresholds
    settings = Settings(dt.date(2026, 6, 30), values)
    return run_control(_control(pack, number), pack.name, _encounters(rows), settings)


def test_a_share_is_exact_where_a_quotient_would_not_be(pack: Pack) -> None:
    """Ten per cent of a million and ten people is no whole number; no rounding decides."""
    rows = "select 'Person search' as kind, {} as row_count, {} as ethnicity_self, {} as ethnicity_self_group"
    table = f"{rows.format(900_009, chr(39) + 'W1' + chr(39), chr(39) + 'White' + chr(39))} union all "
    quiet = _run(pack, "EN-09", table + rows.format(100_001, "null", "null"))
    breached = _run(pack, "EN-09", table + rows.format(100_002, "null", "null"))
    assert (quiet.verdict, breached.verdict) == (Verdict.MET, Verdict.BREACHED)


def test_identical_rows_are_counted_and_none_is_lost(pack: Pack) -> None:
    """Of a thousand rows with ten values each first one is quiet and each repeat is flagged."""
    rows = "select printf('%08d', i) as encounter_id, (i % 10)::varchar as row_digest from range(1000) as t(i)"
    finding = _run(pack, "EN-13", rows)
    assert (finding.examined, finding.breached, finding.unknown) == (1000, 990, 0)
    assert finding.keys[0] == "00000010"


def test_a_file_of_another_country_is_not_held_to_the_lists(pack: Pack) -> None:
    """Words that are in no list of England and Wales are unknown until one row uses such a list."""
    rows = "select i::varchar as encounter_id, 'BLACK HISPANIC' as ethnicity_observed from range(9) as t(i)"
    finding = _run(pack, "EN-05", rows)
    assert (finding.verdict, finding.breached, finding.unknown) == (Verdict.CANNOT_BE_SHOWN, 0, 9)
    finding = _run(pack, "EN-05", f"{rows} union all select 'x', 'Black'")
    assert (finding.verdict, finding.breached, finding.unknown) == (Verdict.BREACHED, 9, 0)
