"""A draft can be read and applied as it stands; it guesses nothing where values leave a choice."""

from __future__ import annotations

from pathlib import Path

import pytest

from overt.audit.mapping._draft import draft_mapping
from overt.audit.mapping._fill import Filled, apply_mapping
from overt.audit.mapping._mapping import Mapping, parse_mapping
from overt.audit.source._sandbox import open_workshop
from overt.model import TABLES, Kind
from tests.audit.sources import load, written


def _drafted(source: Path, database: Path) -> tuple[str, Filled]:
    """The draft, and what it fills when it is applied unchanged."""
    account = load(source, database)
    with open_workshop(database, account.held_files) as connection:
        text = draft_mapping(connection, account)
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
    assert "in ('f') then 'female'" in text
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
    assert "decide: “Ethnicity”: is it what the person said" in text
    assert not filled.columns["subject"] & {"ethnicity_self", "ethnicity_observed"}


def test_what_is_not_used_is_listed(tmp_path: Path) -> None:
    """With how full it is."""
    text, _ = _drafted(written(tmp_path, "matrix.csv", MATRIX), tmp_path / "db")
    assert "--   “Shoe Size”: filled in 1 of 3 rows, 1 value" in text


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (["2020-01-02", "2021-12-31"], '"Date Added" as opened_on'),
        (["2020-01-02T10:00:00Z", "2020-01-02T11:00:00+01:00"], "timezone('Europe/London'"),
        (["20200102", "20211231"], "'%Y%m%d'"),
        (["2 Jan 2020", "31 Dec 2021"], "'%d %b %Y'"),
        (["31/12/2020 10:11", "01/02/2020 00:00"], "'%d/%m/%Y %H:%M'"),
        (["12/31/2020", "01/02/2020"], "'%m/%d/%Y'"),
        (["31/12/54", "01/02/20"], "the century is not written"),
        (["31/12/2020", "12/31/2020"], "are not dates of one form"),
        (["31/12/2020", "soon"], "are not dates of one form"),
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
    assert "as many people as “count” says" in text


def test_a_hostile_name_of_a_column_stays_a_name(tmp_path: Path) -> None:
    """It cannot end a comment, a name or the statement."""
    header = '"Entry ID","Status\n; drop table x; --","a"";select 1;--","*/ create view"\n'
    lines = header + "E1,x,y,z\nE2,x,y,z\n"
    text, filled = _drafted(written(tmp_path, "x\u2028y.csv", lines), tmp_path / "db")
    assert [view.table for view in parse_mapping(text, "draft")] == ["entry"]
    assert filled.rows["entry"] == 2


@pytest.mark.data
def test_the_header_of_the_police_site_is_known(tmp_path: Path, shared_data: Path) -> None:
    """Every column of the file that says anything is mapped, the local day and the broad groups with it."""
    folder = shared_data / "uk-stops-met-2016-06"
    path = folder / "2016-06-metropolitan-stop-and-search.noloc.csv.gz"
    account = load(path, tmp_path / "db")
    with open_workshop(tmp_path / "db", []) as connection:
        text = draft_mapping(connection, account)
        filled = apply_mapping(connection, Mapping("draft", "", parse_mapping(text, "draft")), account)
        (row,) = connection.execute(
            "select count(*), count(*) filter (where no_further_action), count(distinct row_digest), "
            "count(*) filter (where strftime(occurred_at, '%m') <> strftime(occurred_on, '%m')), "
            "count(ethnicity_observed_group) from main.encounter"
        ).fetchall()
    assert row == (10_490, 7_104, 10_490 - 428, 13, 10_366)
    assert {"legislation", "object_of_search", "outcome", "age_band", "ethnicity_self"} <= filled.columns["encounter"]
