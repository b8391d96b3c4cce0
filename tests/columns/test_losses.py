"""What a mapping would lose, counted without filling anything, and equal to what an audit counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from overt.audits.columns import columns_of, losses
from overt.audits.mapping import apply_mapping, read_mapping
from overt.audits.source import SourceAccount, open_workshop
from overt.refusals import Refusal, Refusals
from tests.audit.sources import load, written
from tests.columns.sources import loaded

PEOPLE = """Ref,Role,Next review,Added,Name
E1,Suspect,31/12/2026,2020-01-02,Zebedee Quagmire
E2,SUSPECT ,TBC,2020-01-02,Philomena Thistlewood
E3,Victim,TBC,2020-01-02,Zebedee Quagmire
E4,Quagmire,soon Zebedee,2020-01-02,
E5,,,2020-01-02,Zebedee Quagmire
"""
ROLE = "case lower(trim(\"Role\")) when 'suspect' then 'suspect' when 'victim' then 'victim' end as role"
DUE = "cast(try_strptime(trim(\"Next review\"), '%d/%m/%Y') as date) as review_due_on"
SELECT = (
    f'select "Ref" as entry_id, {ROLE}, {DUE}, "Added"::date as opened_on, \'active\' as status, "Name" as opened_by,'
    " format('{:03d}', _row) as subject_id from source_rows"
)
UNION = f"{SELECT} where \"Ref\" < 'E3' union all {SELECT} where \"Ref\" >= 'E3'"
GROUPED = 'select "Role" as subject_id, max("Added"::date) as died_on from source_rows group by "Role"'


def _mapping(folder: Path, text: str) -> Path:
    return written(folder, "mapping.sql", text)


@pytest.mark.parametrize(
    "text",
    [
        f"create view entry as {SELECT};",
        f"create view entry as {UNION};",
        f"create view entry as {SELECT}; create view subject as {GROUPED};",
        'create view entry as select a."Ref" as entry_id, '
        + ROLE.replace('"Role"', 'b."Role"')
        + ' from people as a left join people as b on a."Ref" = b."Ref";',
        f"create view entry as select entry_id, role from (select distinct * from ({SELECT})) as t;",
    ],
)
def test_losses_are_those_of_an_audit(tmp_path: Path, text: str) -> None:
    """Tables, rows, columns, counts and values, on a source that is open for reading only."""
    source = written(tmp_path, "people.csv", PEOPLE)
    mapping = read_mapping(_mapping(tmp_path, text))
    with loaded(tmp_path, source) as (connection, account):
        found = losses(connection, mapping, account)
        columns = columns_of(mapping, connection, account)
    database = tmp_path / "filled.duckdb"
    account = load(source, database)
    with open_workshop(database, account.held_files) as connection:
        filled = apply_mapping(connection, mapping, account)
    assert columns == filled.columns
    assert [(each.table, each.sources, each.in_source, each.in_model, each.untraced) for each in found] == [
        (each.table, each.sources, each.in_source, each.in_model, each.untraced) for each in filled.read
    ]
    for table, read in zip(found, filled.read, strict=True):
        assert tuple(each.read for each in table.columns if each.origins) == read.columns
        assert all(sum(value.rows for value in each.lost_values) == each.lost for each in table.columns)


def test_lost_values_are_named_by_their_rows(tmp_path: Path) -> None:
    """A word for no date is shown; a name is a shape with the row that a person sees in the file."""
    source = written(tmp_path, "people.csv", PEOPLE)
    mapping = read_mapping(_mapping(tmp_path, f"create view entry as {SELECT};"))
    with loaded(tmp_path, source) as (connection, account):
        (table,) = losses(connection, mapping, account)
    by_name = {each.column: each for each in table.columns}
    due, role = by_name["review_due_on"], by_name["role"]
    assert [(each.value, each.rows, each.places, each.shapes) for each in due.lost_values] == [
        ("TBC", 2, (3, 4), ()),
        (None, 1, (5,), ("aaaa Aaaaaaa",)),
    ]
    assert [(each.value, each.rows, each.places) for each in role.lost_values] == [(None, 1, (5,))]
    assert (role.in_source, role.in_model, role.lost, role.changed) == (4, 3, 1, 3)
    assert (by_name["status"].made, by_name["subject_id"].made) == ("the same in every row", "the number of the row")
    assert "Quagmire" not in repr(table)
    assert "Thistlewood" not in repr(table)


def test_what_an_audit_refuses_is_refused_here(tmp_path: Path) -> None:
    """A value that a strict form cannot read, by its row; a column that is not there."""
    source = written(tmp_path, "people.csv", PEOPLE)
    strict = _mapping(tmp_path, f"create view entry as {SELECT.replace('try_strptime', 'strptime')};")
    absent = written(tmp_path, "absent.sql", 'create view entry as select "Reference" as entry_id from people;')
    with loaded(tmp_path, source) as (connection, account):
        with pytest.raises((Refusal, Refusals), match=r"mapping-value.*row 3 of people\.csv"):
            losses(connection, read_mapping(strict), account)
        with pytest.raises((Refusal, Refusals), match="mapping-source"):
            columns_of(read_mapping(absent), connection, account)
        # What is seen without reading a row says nothing of values.
        assert "review_due_on" in columns_of(read_mapping(strict), connection, account)["entry"]


def test_a_source_that_is_named_as_the_model_needs_no_mapping(tmp_path: Path) -> None:
    """A value outside the codes is lost; which row it is, is not looked for."""
    source = written(tmp_path, "entry.csv", "entry_id,status\nE1,Active\nE2,active\n")
    with loaded(tmp_path, source) as (connection, account):
        assert isinstance(account, SourceAccount)
        (table,) = losses(connection, None, account)
        assert columns_of(None, connection, account)["entry"] == {"entry_id", "status"}
    (status,) = table.columns
    assert (status.lost, [(each.value, each.rows, each.places) for each in status.lost_values]) == (
        1,
        [("Active", 1, ())],
    )
