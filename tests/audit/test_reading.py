"""What reading and mapping did to the values is counted and said: rows lost, codes turned, keys that repeat."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from overt.audits import parts_of, write_again
from overt.audits.mapping._account import ColumnRead, TableRead, table_read
from overt.audits.mapping._fill import apply_mapping
from overt.audits.mapping._filled import Filled, filled_from_json
from overt.audits.mapping._mapping import Mapping, parse_mapping
from overt.audits.source._sandbox import open_workshop
from tests.audit.conftest import by_id, run_audit
from tests.audit.sources import load, written

PEOPLE = """\
Ref,Role in gang,Next review,Notes,Added
E1,Suspect,2026-12-31,Zebedee Quill was seen,2020-01-02
E2,SUSPECT ,TBC,,2020-01-02
E3,Victim,TBC,Zebedee Quill,2020-01-02
E4,Quagmire,,,2020-01-02
"""
ROLE = "case lower(trim(\"Role in gang\")) when 'suspect' then 'suspect' when 'victim' then 'victim' end as role"
DUE = 'try_cast("Next review" as date) as review_due_on'
SELECT = f'select "Ref" as entry_id, {ROLE}, {DUE} from source_rows'


def _filled(folder: Path, text: str, mapping: str, name: str = "people.csv") -> Filled:
    """What the mapping fills, with its account."""
    database = folder / "db"
    account = load(written(folder, name, text), database)
    with open_workshop(database, account.held_files) as connection:
        return apply_mapping(connection, Mapping("m.sql", "", parse_mapping(mapping, "m.sql")), account)


def _read(folder: Path, select: str, text: str = PEOPLE, table: str = "entry") -> TableRead:
    (read,) = _filled(folder, text, f"create view {table} as {select};").read
    return read


def _columns(read: TableRead) -> dict[str, ColumnRead]:
    return {column.column: column for column in read.columns}


def test_values_that_the_mapping_loses_are_counted(tmp_path: Path) -> None:
    """ "TBC" fills a cell of the source, and is no date of the model."""
    found = _columns(_read(tmp_path, SELECT))
    due = found["review_due_on"]
    assert (due.in_source, due.in_model, due.lost, due.values) == (3, 1, 2, ())
    assert due.origins == ("source_rows.Next review",)
    assert due.loss == "2 of 3 values of entry.review_due_on were lost in the mapping (66.7%)"


def test_what_became_of_each_code_is_told(tmp_path: Path) -> None:
    """With its rows, and what became nothing. A value that nothing names and few rows share may be somebody's name."""
    role = _columns(_read(tmp_path, SELECT))["role"]
    assert [(each.source, each.model, each.rows) for each in role.values] == [
        ("SUSPECT ", "suspect", 1),
        ("Suspect", "suspect", 1),
        ("Victim", "victim", 1),
        (None, None, 1),
    ]
    assert (role.in_source, role.in_model, role.lost) == (4, 3, 1)


@pytest.mark.parametrize(
    "select",
    [
        f'with s as (select "Ref" as r, "Role in gang", "Next review" from source_rows) select r as entry_id, {ROLE}, '
        f"{DUE} from s",
        f"select t.entry_id, t.role, t.review_due_on from ({SELECT}) as t",
        f"{SELECT} where \"Ref\" < 'E3' union all {SELECT} where \"Ref\" >= 'E3'",
        f"select a.entry_id, b.role, a.review_due_on from ({SELECT}) as a join ({SELECT}) as b using (entry_id)",
        f"select distinct {SELECT.removeprefix('select ')}",
        f'select "Ref" as entry_id, max({ROLE.removesuffix(" as role")}) as role, '
        f'max({DUE.removesuffix(" as review_due_on")}) as review_due_on from source_rows group by "Ref"',
        f'select p."Ref" as entry_id, {ROLE}, {DUE} from people as p',
        f"{SELECT} order by 1",
        f'with a as (select * from (select "Ref" as q from source_rows)) {SELECT}',
    ],
)
def test_losses_are_followed_through_selects(tmp_path: Path, select: str) -> None:
    """Through `with`, subqueries, unions, joins and groups: the same values are lost."""
    read = _read(tmp_path, select)
    if read.untraced:
        assert "select *" in select
        return
    found = _columns(read)
    assert [(each, found[each].in_source, found[each].lost) for each in ("role", "review_due_on")] == [
        ("role", 4, 1),
        ("review_due_on", 3, 2),
    ]


@pytest.mark.parametrize(
    "select",
    [
        f"select entry_id, role, review_due_on from (select distinct {SELECT.removeprefix('select ')}) as t",
        f"{SELECT} except select 'x', 'y', null",
    ],
)
def test_what_cannot_be_followed_is_said_to_be_so(tmp_path: Path, select: str) -> None:
    """And nothing is counted wrongly."""
    read = _read(tmp_path, select)
    assert read.untraced
    assert read.columns == ()
    assert (read.in_source, read.in_model) == (4, 4)


def test_rows_that_a_mapping_leaves_out_are_seen(tmp_path: Path) -> None:
    """By the rows of the source beside those of the model."""
    read = _read(tmp_path, f"{SELECT} where \"Role in gang\" <> 'Victim'")
    assert (read.in_source, read.in_model) == (4, 3)


@pytest.mark.parametrize(
    "items",
    [
        "case when \"Notes\" ilike '%seen%' then 'suspect' else 'other' end as role, \"Notes\" as grounds",
        "\"Notes\" as opened_by, case when \"Notes\" is null then 'other' else 'suspect' end as role",
        "\"Notes\" as subject_id, case when \"Notes\" is null then 'other' else 'suspect' end as role",
        '"Notes" as grounds, "Notes" is not null and false as status, \'other\' as role',
    ],
)
def test_words_names_and_numbers_are_never_shown(tmp_path: Path, items: str) -> None:
    """Not where they decide a code either."""
    filled = _filled(tmp_path, PEOPLE, f'create view entry as select "Ref" as entry_id, {items} from source_rows;')
    assert "Zebedee" not in filled.as_json()
    assert "E1" not in filled.as_json()


@pytest.mark.parametrize("long", [False, True])
def test_a_column_of_many_or_long_values_shows_none(tmp_path: Path, long: bool) -> None:
    """For it holds words and no codes."""
    values = ["Zebedee " + "x" * 60] if long else [f"Zebedee {number}" for number in range(51)]
    text = "Ref,Role\n" + "".join(f"E{number},{value}\n" for number, value in enumerate(values))
    select = "select \"Ref\" as entry_id, case when \"Role\" = 'x' then 'suspect' end as role from source_rows"
    role = _columns(_read(tmp_path, select, text))["role"]
    assert (role.values, role.lost) == ((), len(values))


def test_fifty_values_are_shown_and_several_in_a_cell_marked(tmp_path: Path) -> None:
    """As what they are, and it is noted in how many rows."""
    values = [f"v{number}" for number in range(49) for _ in range(10)] + ["v1; v2"] * 10
    text = "Ref,Role\n" + "".join(f"E{number},{value}\n" for number, value in enumerate(values))
    select = "select \"Ref\" as entry_id, case when \"Role\" = 'v1' then 'suspect' end as role from source_rows"
    filled = _filled(tmp_path, text, f"create view entry as {select};")
    (read,) = filled.read
    assert len(_columns(read)["role"].values) == 50
    assert [each.source for each in _columns(read)["role"].values if each.several] == ["v1; v2"]
    assert "entry.role: 10 rows hold several values in one cell" in filled.notes


def test_the_account_is_kept_and_read_back(tmp_path: Path) -> None:
    """As it was."""
    filled = _filled(tmp_path, PEOPLE, f"create view entry as {SELECT};")
    assert filled_from_json(filled.as_json()) == filled
    assert [table_read(json.loads(json.dumps(asdict(each)))) for each in filled.read] == list(filled.read)


def test_a_source_with_the_models_own_tables_is_accounted_for_too(tmp_path: Path) -> None:
    """A word outside a list of codes becomes nothing there, and is lost."""
    database = tmp_path / "db"
    text = "entry_id,status,opened_on\nE1,Active,2020-01-02\nE2,active,2020-01-02\n"
    account = load(written(tmp_path, "entry.csv", text), database)
    with open_workshop(database, account.held_files) as connection:
        (read,) = apply_mapping(connection, None, account).read
    status = _columns(read)["status"]
    assert (status.in_source, status.in_model, status.lost) == (2, 1, 1)
    assert {(each.source, each.model) for each in status.values} == {("Active", None), ("active", "active")}


def test_losses_stand_beside_the_counts_that_rest_on_them(tmp_path: Path) -> None:
    """In the finding, the report and findings.json; the mapping's text lies beside them. None of it is published."""
    source = written(tmp_path, "people.csv", PEOPLE)
    mapping = written(tmp_path, "m.sql", f"-- Zebedee\ncreate view entry as {SELECT.replace('select', DATED, 1)};")
    run = run_audit(source, tmp_path / "out", mapping=mapping)
    findings = json.loads((tmp_path / "out" / "findings.json").read_text(encoding="utf-8"))
    said = {each["control"]: each["remarks"] for each in findings["findings"]}
    loss = "2 of 3 values of entry.review_due_on were lost in the mapping (66.7%)."
    uses = [each.control.id for each in run.findings if "review_due_on" in each.control.needs.get("entry", ())]
    asked = [name for name in uses if by_id(run)[name].examined is not None]
    assert asked
    assert all(loss in said[name] for name in asked)
    assert not any(loss in remarks for name, remarks in said.items() if name not in asked)
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "How the source was read" in report
    # A reason why it is intended stands with it, and in the ZIP that repeats the audit.
    accepted = written(
        tmp_path, "accepted.toml", '[[loss]]\ncolumn = "entry.review_due_on"\nreason = "No date was set"\n'
    )
    again = write_again(run, tmp_path / "again", accepted=accepted)
    report = (tmp_path / "again" / "report.html").read_text(encoding="utf-8")
    assert f"{loss} This is intended: No date was set." in report
    assert "Why it is intended" in report
    assert dict(parts_of(again, tmp_path / "again"))["accepted.toml"] == accepted.read_bytes()
    assert loss in report
    assert "SUSPECT" in report
    assert "Quagmire" not in report
    assert (tmp_path / "out" / "mapping.sql").read_bytes() == mapping.read_bytes()
    (read,) = findings["run"]["read"]
    assert {each["column"]: each["lost"] for each in read["columns"]}["role"] == 1


DATED = "select 'active' as status, \"Added\"::date as opened_on,"


def test_nothing_of_how_a_source_was_read_is_published(tmp_path: Path) -> None:
    """Neither counts nor values nor the mapping; and the report says that they are left out."""
    text = "Ref,Role in gang,Next review,Notes,Added\n"
    text += "".join(f"E{number},Suspect,{'TBC' if number < 3 else '2026-12-31'},,2020-01-02\n" for number in range(200))
    text += text.splitlines()[1] + "\n"
    source = written(tmp_path, "people.csv", text)
    mapping = written(tmp_path, "m.sql", f"-- Zebedee\ncreate view entry as {SELECT.replace('select', DATED, 1)};")
    run_audit(source, tmp_path / "out", mapping=mapping, publishable=True)
    assert not (tmp_path / "out" / "mapping.sql").exists()
    for path in (tmp_path / "out").rglob("*"):
        if path.is_file():
            content = path.read_text(encoding="utf-8", errors="replace")
            assert "lost in the mapping" not in content
            assert "rows are 200" not in content
            assert "TBC" not in content
            assert "Zebedee" not in content
    findings = json.loads((tmp_path / "out" / "findings.json").read_text(encoding="utf-8"))
    assert findings["run"]["read"] == []
    assert "no description of how the source was read" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


REPEATED = """\
Ref,Role,Score
G-1,victim,5
G-1,victim,6
G-1,victim,7
G-2,victim,8
"""
SCORED = 'create view entry as select "Ref" as entry_id, "Role" as role, "Score"::double as score'


def test_a_key_that_repeats_is_said_wherever_rows_are_counted(tmp_path: Path) -> None:
    """In the notes, and beside each count of these rows."""
    source = written(tmp_path, "people.csv", REPEATED)
    mapping = written(tmp_path, "m.sql", f"{SCORED}, 'low' as band from source_rows;")
    run = run_audit(source, tmp_path / "out", mapping=mapping)
    note = "entry.entry_id has 2 values in 4 rows, one of them in 3: 4 rows are 2 entries, and a row is not a whole one"
    assert note in run.notes
    findings = json.loads((tmp_path / "out" / "findings.json").read_text(encoding="utf-8"))["findings"]
    counted = [each for each in findings if each["examined"]]
    assert counted
    remark = "In this source 4 rows are 2 entries, and rows are counted."
    assert all(remark in each["remarks"] for each in counted if each["breached"])


def test_an_acceptance_takes_in_one_row_of_a_key(tmp_path: Path) -> None:
    """Two more rows with the same number are open: which of the three was meant nobody can tell."""
    source = written(tmp_path, "people.csv", REPEATED)
    mapping = written(tmp_path, "m.sql", f"{SCORED}, 'low' as band from source_rows;")
    run = run_audit(source, tmp_path / "out", mapping=mapping)
    breached = [each for each in run.findings if each.breached == 4]
    assert breached
    control = breached[0].control.id
    accept = written(
        tmp_path,
        "accepted.toml",
        f'[[accept]]\ncontrol = "{control}"\nowner = "x"\nreason = "known since the audit"\nexpires = 2027-01-31\n'
        'keys = ["G-1", "G-2"]\n',
    )
    found = by_id(run_audit(source, tmp_path / "again", mapping=mapping, accepted=accept))[control]
    assert (found.breached, found.accepted, found.open_breaches) == (4, 2, 2)
