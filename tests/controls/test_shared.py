"""What several controls compute alike is computed once, where its meaning does not depend on the control around it."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from overt.controls.engines._shared import SharedSelects, grouped_selects

PERSON = "SELECT subject.subject_id, MAX(subject.birth_date) AS born FROM subject GROUP BY subject.subject_id"
CONTROL = f"SELECT entry.entry_id FROM entry LEFT JOIN ({PERSON}) AS person ON person.subject_id = entry.subject_id"


@pytest.fixture
def shared() -> Iterator[SharedSelects]:
    connection = duckdb.connect()
    connection.execute("create table subject (subject_id varchar, birth_date date)")
    connection.execute("create table entry (entry_id varchar, subject_id varchar)")
    connection.execute("insert into subject values ('P-1', '2001-01-01'), ('P-1', '2002-01-01')")
    yield SharedSelects(connection)
    connection.close()


def test_the_second_control_that_has_a_select_finds_it_computed(shared: SharedSelects) -> None:
    """The first is asked as it is written: what nobody asks again need not be kept."""
    assert shared.put_into(CONTROL) == CONTROL
    assert PERSON not in shared.put_into(CONTROL)
    rows = shared.connection.execute(shared.tables[PERSON]).fetchall()
    assert [str(born) for _, born in rows] == ["2002-01-01"]


def test_a_select_that_names_something_of_the_control_around_it_is_not_shared(shared: SharedSelects) -> None:
    """A table expression of the control, or a column of the select outside, may mean another thing elsewhere."""
    for inside in (
        "SELECT listed.subject_id FROM listed GROUP BY listed.subject_id",
        "SELECT subject.subject_id, entry.entry_id AS e FROM subject GROUP BY subject.subject_id, entry.entry_id",
    ):
        control = f"WITH listed AS (SELECT * FROM entry) SELECT * FROM entry JOIN ({inside}) AS x ON TRUE"
        assert shared.put_into(control) == shared.put_into(control) == shared.put_into(control) == control


@pytest.mark.parametrize(
    ("text", "selects"),
    [
        (CONTROL, [PERSON]),
        (f"WITH person AS ({PERSON}) SELECT * FROM person", [PERSON]),
        # What is compared or listed is no table, and what is quoted is no select.
        (f"SELECT * FROM entry WHERE entry.subject_id IN ({PERSON})", []),
        (f"SELECT '(FROM ({PERSON})' AS text FROM entry", []),
        ("SELECT 'it''s (' AS a, \"(\" AS b FROM entry", []),
        ("SELECT * FROM (SELECT entry.entry_id FROM entry) AS e", []),
    ],
)
def test_selects_that_group_rows_are_found_in_a_text(text: str, selects: list[str]) -> None:
    """In the place of a table, whatever stands between quotes."""
    assert list(grouped_selects(text)) == selects
