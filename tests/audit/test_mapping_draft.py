"""A draft can be read and applied as it stands; it guesses nothing where values leave a choice."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from overt.audits.mapping._draft import draft_mapping
from overt.audits.mapping._fill import apply_mapping
from overt.audits.mapping._filled import Filled
from overt.audits.mapping._mapping import Mapping, parse_mapping
from overt.audits.source._sandbox import open_workshop
from overt.model import TABLES, Kind
from overt.rows import Reading
from tests.audit.sources import load, written


def _drafted(
    source: Path, database: Path, timezone: str | None = None, reading: Reading | None = None
) -> tuple[str, Filled]:
    """The draft, and what it fills when it is applied unchanged."""
    account = load(source, database, reading=reading)
    with open_workshop(database, account.held_files) as connection:
        text = draft_mapping(connection, account, timezone)
        return text, apply_mapping(connection, Mapping("draft", "", parse_mapping(text, "draft")), account)


MATRIX = """\
Nominal ID,DOB,Gender,Ethnicity,Borough,Date Added,Added By,Harm Score,RAG Status,Review Date,Status,Reason,Shoe Size
N1,02/01/1999,M,IC3,Haringey,13/01/2016,PC1,10,Red,01/02/2017,Live,x,9
N2,12/11/2001,F,IC1,Haringey,02/03/2016,PC2,3.5,Green,02/03/2017,Archived,"y, z",
N3,12/09/2001,M,IC1,Hackney,02/03/2016,PC2,3.5,Amber,03/04/2017,Live,"y, z",
"""


def test_a_list_of_people_is_drafted_as_subjects_and_entries(tmp_path: Path) -> None:
    """By the names of its columns, with codes turned by what they say."""
    text, filled = _drafted(written(tmp_path, "matrix.csv", MATRIX), tmp_path / "db")
    assert filled.columns["subject"] == {"subject_id", "sex"}
    assert filled.columns["entry"] == {
        "entry_id",
        "subject_id",
        "unit",
        "status",
        "opened_on",
        "opened_by",
        "grounds",
        "score",
        "band",
    }
    assert "when 'f' then 'female'" in text
    assert "when 'red' then 'high'" in text
    assert "strptime(trim(\"Date Added\"), '%d/%m/%Y')" in text


def test_a_date_that_can_be_read_in_two_ways_is_left_to_be_decided(tmp_path: Path) -> None:
    """Both ways are written down, and neither is taken."""
    text, filled = _drafted(written(tmp_path, "matrix.csv", MATRIX), tmp_path / "db")
    (line,) = [each for each in text.splitlines() if "decide: birth_date" in each]
    assert "'%d/%m/%Y'" in line
    assert "'%m/%d/%Y'" in line
    assert "birth_date" not in filled.columns["subject"]


def test_whose_view_an_ethnicity_is_is_not_guessed(tmp_path: Path) -> None:
    """A bare “ethnicity” may be what the person said or what an officer saw."""
    text, filled = _drafted(written(tmp_path, "matrix.csv", MATRIX), tmp_path / "db")
    assert "decide: “Ethnicity”: is it self-defined" in text
    assert not filled.columns["subject"] & {"ethnicity_self", "ethnicity_observed"}


def test_what_is_not_used_is_listed(tmp_path: Path) -> None:
    """With how full it is."""
    text, _ = _drafted(written(tmp_path, "matrix.csv", MATRIX), tmp_path / "db")
    assert "--   “Shoe Size”: filled in 1 of 3 rows, 1 value" in text


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (["2020-01-02", "2021-12-31"], '"Date Added" as opened_on'),
        (["2020-01-02T10:00:00Z", "2020-01-02T11:00:00+01:00"], "with its own offset"),
        (["20200102", "20211231"], "'%Y%m%d'"),
        (["2 Jan 2020", "31 Dec 2021"], "'%d %b %Y'"),
        (["31/12/2020 10:11", "01/02/2020 00:00"], "'%d/%m/%Y %H:%M'"),
        (["12/31/2020", "01/02/2020"], "'%m/%d/%Y'"),
        (["31/12/54", "01/02/20"], "the century is missing"),
        (["31/12/2020", "12/31/2020"], "are not dates of one form: 1 read as %d/%m/%Y"),
        (["2021-12-31", "31/12/2020", "TBC"], "1 of 3 values read as %Y-%m-%d; 1 of 3 read as %d/%m/%Y"),
        (["2016/01/25 00:00:00+00", "2016/02/01 00:00:00+00"], "each on the date given by its own offset"),
        (["TBC", "TBC", "31/12/2020"], "are not dates of one form: 1 read as %d/%m/%Y, 2 have no digit"),
        (["31/12/2020", "soon"], "1 of 2 read as %d/%m/%Y, and as nothing else; 1 have no digit"),
        (["", ""], "blank throughout"),
    ],
)
def test_the_form_of_a_date_is_found_in_all_its_values(tmp_path: Path, values: list[str], said: str) -> None:
    """Or said to be for a person to decide."""
    lines = "".join(f"E{number},x,{value}\n" for number, value in enumerate(values))
    text, _ = _drafted(written(tmp_path, "x.csv", "Entry ID,Status,Date Added\n" + lines), tmp_path / "db")
    assert said in text


def test_codes_that_are_not_the_models_are_left_to_be_decided(tmp_path: Path) -> None:
    """Values that many rows share are shown; one that few do may be somebody's."""
    statuses = ["Under review"] * 12 + ["Zebedee"]
    lines = "".join(f"E{number},2020-01-02,{status}\n" for number, status in enumerate(statuses))
    text, filled = _drafted(written(tmp_path, "x.csv", "Entry ID,Date Added,Status\n" + lines), tmp_path / "db")
    assert "decide: status from “Status”: say which of its 2 values is which of active closed" in text
    assert "“Under review”" in text
    assert "Zebedee" not in text
    assert "status" not in filled.columns["entry"]


def test_tables_of_the_models_names_are_drafted_each(tmp_path: Path) -> None:
    """Whatever form their names have."""
    folder = tmp_path / "register"
    written(folder, "Entries.csv", "EntryID,Date Opened,Grounds\nE1,2020-01-02,x\n")
    written(folder, "Reviews.csv", "id,Entry ID,Reviewed On,Reviewed By\nR1,E1,2020-01-03,PC1\n")
    written(folder, "Sharing Log.csv", "id,Entry ID,Date Shared,Shared With\nD1,E1,2020-01-04,Council\n")
    _, filled = _drafted(folder, tmp_path / "db")
    assert filled.columns["entry"] == {"entry_id", "opened_on", "grounds"}
    assert filled.columns["review"] == {"review_id", "entry_id", "done_at", "done_by"}
    assert filled.columns["disclosure"] == {"disclosure_id", "entry_id", "sent_at", "recipient"}


@pytest.mark.parametrize("table", TABLES)
def test_a_source_with_every_column_of_the_model_is_drafted_once(tmp_path: Path, table: str) -> None:
    """What could be made of other columns does not stand beside what the source says itself."""
    values = {Kind.DATE: "2020-01-02", Kind.TIMESTAMP: "2020-01-02 03:04:05", Kind.BOOLEAN: "true"}
    columns = TABLES[table].columns
    row = [each.codes[0] if each.codes else values.get(each.kind, "1") for each in columns]
    written(tmp_path / "own", f"{table}.csv", "\n".join([",".join(each.name for each in columns), ",".join(row), ""]))
    _, filled = _drafted(tmp_path / "own", tmp_path / "db")
    assert columns[0].name in filled.columns[table]


def test_a_source_like_nothing_in_the_model_gets_a_beginning(tmp_path: Path) -> None:
    """Each row as an entry, by its number."""
    text, filled = _drafted(written(tmp_path, "x.csv", "colour,count\nred,3\nblue,4\n"), tmp_path / "db")
    assert filled.columns["entry"] == {"entry_id"}
    assert "as many people as “count” gives" in text


def test_a_hostile_name_of_a_column_stays_a_name(tmp_path: Path) -> None:
    """It cannot end a comment, a name or the statement."""
    header = '"Entry ID","Status\n; drop table x; --","a"";select 1;--","*/ create view"\n'
    lines = header + "E1,x,y,z\nE2,x,y,z\n"
    text, filled = _drafted(written(tmp_path, "x\u2028y.csv", lines), tmp_path / "db")
    assert [view.table for view in parse_mapping(text, "draft")] == ["entry"]
    assert filled.rows["entry"] == 2


@pytest.mark.parametrize(
    ("values", "timezone", "days"),
    [
        (["2021-07-31T23:30:00.000", "2021-07-31T22:30:00.000"], None, {"2021-07-31"}),
        (["2021-07-31T23:30:00.000", "2021-07-31T22:30:00.000"], "Europe/London", {"2021-07-31"}),
        (["2021-07-31T23:30:00Z", "2021-08-01T00:30:00+01:00"], None, {"2021-07-31", "2021-08-01"}),
        (["2021-07-31T23:30:00Z", "2021-08-01T00:30:00+01:00"], "Europe/London", {"2021-08-01"}),
        (["2021/07/31 23:30:00+00", "2021/07/31 22:00:00+00"], None, {"2021-07-31"}),
        (["2021/07/31 23:30:00+00", "2021/07/31 23:00:00+00"], "Europe/London", {"2021-08-01"}),
        (["31/07/2021 23:30", "31/07/2021 22:30"], None, {"2021-07-31"}),
    ],
)
def test_the_day_of_a_time_is_the_one_written(
    tmp_path: Path, values: list[str], timezone: str | None, days: set[str]
) -> None:
    """Without a zone it is the clock on the wall, with an offset that of its own; of a place only if one is given."""
    lines = "".join(f"{number},{value},x\n" for number, value in enumerate(values))
    path = written(tmp_path, "x.csv", "Stop ID,Date of stop,Object of search\n" + lines)
    _drafted(path, tmp_path / "db", timezone)
    with duckdb.connect(tmp_path / "db") as connection:
        found = connection.execute("select distinct occurred_on::varchar from main.encounter").fetchall()
    assert {day for (day,) in found} == days


def test_a_column_that_repeats_numbers_nothing(tmp_path: Path) -> None:
    """Whatever it is called. The first column does if it has one value a row and is nobody's name."""
    lines = "File,Entry,Status\n16-1,Walk In,Live\n16-2,Walk In,Live\n"
    text, _ = _drafted(written(tmp_path, "x.csv", lines), tmp_path / "db")
    assert 'trim("File") as entry_id' in text
    lines = "Name,Entry,Date Added,Status\nA,Walk In,2020-01-02,Live\nB,Walk In,2020-01-02,Live\n"
    text, _ = _drafted(written(tmp_path, "y.csv", lines), tmp_path / "db2")
    assert "“Entry” has 1 values in 2 rows, so it numbers nothing; by row" in text
    assert '"Name"' not in text.partition("-- Not used")[0].partition("create view")[2]


def test_people_of_several_entries_are_taken_once(tmp_path: Path) -> None:
    """So that a person is one row of the subjects."""
    lines = "Ref,Nominal ID,Gender,DOB,Status\n1,N1,M,1999-01-02,Live\n2,N1,M,1999-01-02,Live\n"
    _, filled = _drafted(written(tmp_path, "x.csv", lines), tmp_path / "db")
    assert (filled.rows["entry"], filled.rows["subject"]) == (2, 1)


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("Ref No.", "entry_id"),
        ("REF. NO", "entry_id"),
        ("Case #", "entry_id"),
        ("Role in gang ", "role"),
        ("Next Review Due", "review_due_on"),
        ("Date of Next Review", "review_due_on"),
        ("Date Added (dd/mm/yyyy)", None),
        ("Added On", "opened_on"),
    ],
)
def test_names_with_dots_blanks_and_brackets_are_known(tmp_path: Path, name: str, column: str | None) -> None:
    """Written short, or with words that say nothing."""
    values = {"role": "suspect", "review_due_on": "2021-01-02", "opened_on": "2021-01-02"}
    lines = f"Status,Harm Score,Borough,{name}\nlive,1,x,{values.get(column or '', 'E1')}\n"
    text, filled = _drafted(written(tmp_path, "x.csv", lines), tmp_path / "db")
    assert column is None or f'"{name}"' in text.split("as " + column)[0]
    assert column is None or column in filled.columns["entry"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Ethnicity (self def)", "as ethnicity_self,"),
        ("Self-defined ethnic group", "as ethnicity_self,"),
        ("Officer-defined eth.", "as ethnicity_observed,"),
        ("race_ethnicity", "is it self-defined or officer-observed"),
    ],
)
def test_whose_word_an_ethnicity_is_is_read_from_its_name(tmp_path: Path, name: str, said: str) -> None:
    """Or asked."""
    lines = f"Stop ID,Date of stop,Object of search,{name}\n1,2021-01-02,x,White\n2,2021-01-02,x,Black\n"
    text, _ = _drafted(written(tmp_path, "x.csv", lines), tmp_path / "db")
    assert said in text


def test_nothing_came_of_it_however_it_is_written(tmp_path: Path) -> None:
    """ "Nothing found – NFA" is no further action; "Nothing found" alone says less."""
    outcomes = ["Nothing found – NFA", "No further action", "nfa", "Arrest", "Nothing found"]
    lines = "".join(f"{number},2021-01-02,x,{each}\n" for number, each in enumerate(outcomes))
    _drafted(written(tmp_path, "x.csv", "Stop ID,Date,Object of search,Outcome\n" + lines), tmp_path / "db")
    with duckdb.connect(tmp_path / "db") as connection:
        found = connection.execute("select no_further_action from main.encounter order by encounter_id").fetchall()
    assert [each for (each,) in found] == [True, True, True, False, False]


def test_several_values_in_a_cell_are_of_no_one_group(tmp_path: Path) -> None:
    """They are kept as several, and it is said of how many rows. A label that has a stroke in it is one value."""
    groups = ["Black | White", "Black", "White", "Asian; Black", "Black / White", "Asian / Asian British", "Mixed"]
    lines = "".join(f"{number},2021-01-02,x,{each}\n" for number, each in enumerate(groups))
    path = written(tmp_path, "x.csv", "Stop ID,Date,Object of search,Officer-defined ethnicity\n" + lines)
    text, _ = _drafted(path, tmp_path / "db")
    with duckdb.connect(tmp_path / "db") as connection:
        query = "select ethnicity_observed_group from main.encounter order by encounter_id"
        found = [each for (each,) in connection.execute(query).fetchall()]
    assert found == ["several", "Black", "White", "several", "several", "Asian", "Mixed"]
    assert "several" in text


def test_copied_rows_with_new_numbers_are_alike(tmp_path: Path) -> None:
    """The digest of a row leaves its number out."""
    lines = "Stop ID,Date,Object of search\n1,2021-01-02,x\n2,2021-01-02,x\n3,2021-01-02,y\n"
    _drafted(written(tmp_path, "x.csv", lines), tmp_path / "db")
    with duckdb.connect(tmp_path / "db") as connection:
        found = connection.execute("select count(distinct row_digest) from main.encounter").fetchone()
    assert found == (2,)


def test_roles_in_many_spellings_are_one_code_each(tmp_path: Path) -> None:
    """What is known is turned; of what is not, the rows are counted and left to be decided."""
    roles = ["Suspect", "SUSPECT ", "suspect.", "Susp", "Victim", "Nominal", "Suspect; Victim"]
    lines = "".join(f"E{number},2021-01-02,{each}\n" for number, each in enumerate(roles))
    text, _ = _drafted(written(tmp_path, "x.csv", "Entry ID,Date Added,Role in gang \n" + lines), tmp_path / "db")
    with duckdb.connect(tmp_path / "db") as connection:
        found = connection.execute("select role, count(*) from main.entry group by 1 order by 1").fetchall()
    assert found == [("suspect", 4), ("victim", 1), (None, 2)]
    assert "5 of its 7 values say the same as codes; 2 rows become unknown" in text
    assert "decide: role from “Role in gang ”: say which of its 2 values" in text
    assert "1 row holds several values in one cell" in text


@pytest.mark.data
def test_the_header_of_the_police_site_is_known(tmp_path: Path, shared_data: Path) -> None:
    """Every column of the file that says anything is mapped, the local day and the broad groups with it."""
    folder = shared_data / "uk-stops-met-2016-06"
    path = folder / "2016-06-metropolitan-stop-and-search.noloc.csv.gz"
    account = load(path, tmp_path / "db")
    with open_workshop(tmp_path / "db", []) as connection:
        text = draft_mapping(connection, account, "Europe/London")
        filled = apply_mapping(connection, Mapping("draft", "", parse_mapping(text, "draft")), account)
        (row,) = connection.execute(
            "select count(*), count(*) filter (where no_further_action), count(distinct row_digest), "
            "count(*) filter (where strftime(occurred_at, '%m') <> strftime(occurred_on, '%m')), "
            "count(ethnicity_observed_group) from main.encounter"
        ).fetchall()
    assert row == (10_490, 7_104, 10_490 - 428, 13, 10_366)
    assert {"legislation", "object_of_search", "outcome", "age_band", "ethnicity_self"} <= filled.columns["encounter"]


def test_what_the_schemes_know_is_drafted_and_the_rest_is_said(tmp_path: Path) -> None:
    """A code alone is read by the list that the codes beside words are from."""
    values = ["B1 - Caribbean", "W1 - British", "A3", "Refused", "from Mars"]
    lines = "".join(f"N{n},{value}\n" for n, value in enumerate(values))
    text, _ = _drafted(written(tmp_path, "x.csv", "Nominal ID,Self defined ethnicity\n" + lines), tmp_path / "db")
    for said in ("when 'a3' then 'A3'", "when 'b1 - caribbean' then 'B1'", "when 'refused' then 'NS'"):
        assert said in text
    assert "4 of its 5 values say the same as codes; 1 row becomes unknown" in text
    assert "decide: ethnicity_self from “Self defined ethnicity”: say which code its one other value is of W1" in text


@pytest.mark.parametrize(
    ("name", "values", "drafted"),
    [
        ("Status on matrix", "Live,Archived", True),
        ("Marital status", "married,single", False),
    ],
)
def test_a_name_within_a_name_counts_where_the_values_agree(
    tmp_path: Path, name: str, values: str, drafted: bool
) -> None:
    one, two = values.split(",")
    path = written(
        tmp_path, "x.csv", f"Entry ID,Date added,Nominal ID,{name}\n1,2026-01-01,a,{one}\n2,2026-01-01,b,{two}\n"
    )
    text, _ = _drafted(path, tmp_path / "db")
    assert (" as status" in text) is drafted
    assert ("“status” is in its name" in text) is drafted


def test_dates_of_several_forms_get_sql_that_reads_what_it_can(tmp_path: Path) -> None:
    path = written(tmp_path, "x.csv", "Entry ID,Review due\n1,2026-01-31\n2,31/03/2026\n3,TBC\n4,31/02/2026\n")
    text, _ = _drafted(path, tmp_path / "db")
    sql = text.partition("map check counts what it cannot: ")[2].splitlines()[0]
    with duckdb.connect(tmp_path / "db") as connection:
        read = connection.execute(f"select {sql} from source.x").fetchall()
    assert [str(day) for (day,) in read] == ["2026-01-31", "2026-03-31", "None", "None"]


@pytest.mark.parametrize(("day", "column"), [("13/01/2025", "occurred_on"), ("13/01/2025 14:05", "occurred_at")])
def test_a_day_is_no_time_of_day(tmp_path: Path, day: str, column: str) -> None:
    """Midnight is not made up; the day of a time is taken besides."""
    path = written(tmp_path, "x.csv", f"Stop ID,Date,Object of search\n1,{day},drugs\n")
    _, filled = _drafted(path, tmp_path / "db")
    assert {"occurred_on", column} == filled.columns["encounter"] & {"occurred_on", "occurred_at"}


def test_a_name_of_the_source_never_ends_a_comment(tmp_path: Path) -> None:
    """Not where its column is left to be decided, with SQL that names it."""
    path = tmp_path / "x.jsonl"
    name = "review\ndue"
    path.write_text(
        "".join(
            json.dumps({"Entry ID": n, name: day}) + "\n"
            for n, day in enumerate(["2026-01-31", "31/03/2026", "31/02/2026"])
        )
    )
    text, _ = _drafted(path, tmp_path / "db")
    assert "decide: review_due_on" in text
    assert not any(line.startswith("due") for line in text.splitlines())


def test_days_that_may_stand_for_no_date_are_said(tmp_path: Path) -> None:
    path = written(tmp_path, "x.csv", "Entry ID,Date closed\n1,9999-12-31\n2,1900-01-01\n3,2024-05-05\n4,\n")
    _, filled = _drafted(path, tmp_path / "db")
    assert filled.notes == (
        "entry.closed_on: 2 values lie before 1901 or after 2150; "
        "they may mean that there is no date, and were used unchanged",
    )
