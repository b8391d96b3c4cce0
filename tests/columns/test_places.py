"""Where in its file the rows of a key lie. Everybody in the source is invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from overt.audits.mapping import read_mapping
from overt.audits.mapping._places import KeyRows, rows_of_keys
from tests.audit.sources import written
from tests.columns.sources import loaded

LIST = "Ref,Role,Again\nE1,suspect,E1\nE2,victim,E1\n E3 ,victim,E2\n"
PLAIN = 'select trim("Ref") as entry_id, "Role" as role from list where "Role" <> \'x\''
JOINED = 'select a."Ref" as entry_id from list as a join list as b on a."Ref" = b."Again"'


@pytest.mark.parametrize(
    ("select", "rows"),
    [
        (PLAIN, {"E1": (2,), "E3": (4,)}),
        ('select "Again" as entry_id from list', {"E1": (2, 3)}),
        (JOINED, None),
        (f"{PLAIN} union all {PLAIN}", None),
        ('select "Role" as role from list', None),
    ],
)
def test_rows_are_counted_as_the_file_counts_them(
    select: str, rows: dict[str, tuple[int, ...]] | None, tmp_path: Path
) -> None:
    """Of one table alone; where a row of the model is no one row of the source, nothing is said."""
    source = written(tmp_path, "list.csv", LIST)
    mapping = read_mapping(written(tmp_path, "mapping.sql", f"create view entry as {select};"))
    with loaded(tmp_path, source) as (connection, account):
        found = rows_of_keys(connection, mapping, account, "entry", ["E1", "E3", "E9"])
        assert rows_of_keys(connection, mapping, account, "review", ["E1"]) is None
    assert found == (None if rows is None else KeyRows("list.csv", rows))
