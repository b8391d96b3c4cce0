"""`overt map check` of a source on a server says what it says of the same source in a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from overt.audits import MappingCheck, SourceOptions, check_mapping, read_source
from overt.refusals import Refusal, Refusals
from tests.audit.sources import written

_ROWS = "Ref,Person,Status,Added,Grounds 1,Grounds 2\n7,P-31,Live,01/03/2024,Intelligence log 12,\n"
_ROWS += "8,P-32,Archived,12/05/2025,Stop of 3 May,Post of 4 May\n9,P-33,Unclear,{day},,\n"
_MAPPING = """create view entry as
select "Ref" as entry_id, "Person" as subject_id,
       case lower("Status") when 'live' then 'active' when 'archived' then 'closed' end as status,
       strptime("Added", '%d/%m/%Y')::date as opened_on
from gangs;
create view item as
select "Ref" || '-1' as item_id, "Ref" as entry_id, "Grounds 1" as evidence_ref from gangs where "Grounds 1" is not null
union all
select "Ref" || '-2', "Ref", "Grounds 2" from gangs where "Grounds 2" is not null;
"""


def _checked(location: str, mapping: Path, folder: Path) -> MappingCheck:
    with read_source(SourceOptions(location, mapping), folder / "loaded.duckdb") as prepared:
        return check_mapping(prepared.filled, [], prepared.account.notes)


def _on_server(url: str, csv: str) -> None:
    lines = [line.split(",") for line in csv.splitlines()]
    with psycopg.connect(url, autocommit=True) as connection:
        columns = ", ".join(f'"{name}" text' for name in lines[0])
        connection.execute(f"create table gangs ({columns})".encode())
        for line in lines[1:]:
            connection.execute(b"insert into gangs values (%s, %s, %s, %s, %s, %s)", [each or None for each in line])


def test_a_check_on_a_server_says_what_it_says_of_a_file(new_database: Callable[[], str], tmp_path: Path) -> None:
    """Tables, rows, filled and unfilled columns."""
    csv, url = _ROWS.format(day="31/12/2025"), new_database()
    _on_server(url, csv)
    mapping = written(tmp_path, "gangs.sql", _MAPPING)
    there = _checked(url, mapping, tmp_path)
    here = _checked(str(written(tmp_path, "gangs.csv", csv)), mapping, tmp_path)
    assert there.tables == here.tables
    assert there.absent == here.absent
    assert not (tmp_path / "loaded.duckdb").exists() or here.tables


def test_a_bad_value_is_counted_on_a_server_as_in_a_file(new_database: Callable[[], str], tmp_path: Path) -> None:
    """The day of one row is no day: the check is refused with the number of such rows and without the value."""
    csv, url = _ROWS.format(day="31/11/2025"), new_database()
    _on_server(url, csv)
    mapping = written(tmp_path, "gangs.sql", _MAPPING)
    said = []
    for location in (url, str(written(tmp_path, "gangs.csv", csv))):
        with pytest.raises((Refusal, Refusals)) as caught:
            _checked(location, mapping, tmp_path)
        refusal = caught.value if isinstance(caught.value, Refusal) else caught.value.refusals[0]
        said.append((refusal.code, "entry.opened_on" in refusal.where, "1 row is affected" in refusal.found))
        assert "31/11/2025" not in str(caught.value)
    assert said == [("mapping-value", True, True)] * 2
