"""Every column of the model says what its values are, and somebody has decided it."""

from __future__ import annotations

from pathlib import Path

import pytest

from overt.model import OWN_TABLES, SUBJECT, TABLES, Column, Kind, Role

CLASSIFIED = Path(__file__).with_name("columns.txt")
TABLES_AND_OWN = {**TABLES, **OWN_TABLES}
COLUMNS = [column for table in TABLES_AND_OWN.values() for column in table.columns]
FLAGS = ("must_exist", "required", "chartered", "under_audit", "personal", "of_source", "named")


def meaning(column: Column) -> str:
    """A line of `columns.txt`."""
    said = [column.path, column.role.replace(" ", "-")]
    said += [f"-> {column.refers_to}"] if column.refers_to else []
    said += [flag for flag in FLAGS if getattr(column, flag)]
    said += [] if column.kept else ["not_kept"]
    return " ".join(said)


def test_every_column_is_classified() -> None:
    """Who adds a column decides what it is a second time, in `columns.txt`: whether it may name a person, and the rest.

    The gate, the audit, evidence and answers take from it what they may show. A new column stands in no list here.
    """
    assert [meaning(column) for column in COLUMNS] == CLASSIFIED.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    ("ending", "roles"),
    [
        ("_id", {Role.KEY, Role.REFERENCE, Role.PSEUDONYM}),
        ("_on", {Role.DAY}),
        ("_at", {Role.MOMENT}),
        ("_ref", {Role.DOCUMENT, Role.ACTOR, Role.PHRASE}),
        ("_by", {Role.ACTOR, Role.CODE, Role.LABEL}),
        ("_count", {Role.FIGURE}),
    ],
)
def test_a_name_tells_the_role(ending: str, roles: set[Role]) -> None:
    """Names keep to the endings by which a reader guesses what is in a column."""
    assert {column.role for column in COLUMNS if column.name.endswith(ending)} <= roles


def test_kinds_and_roles_agree() -> None:
    """What is no text has the one role of its kind, and the codes are of text."""
    one_role = {
        Kind.DATE: Role.DAY,
        Kind.TIMESTAMP: Role.MOMENT,
        Kind.BOOLEAN: Role.YES_OR_NO,
        Kind.INTEGER: Role.FIGURE,
        Kind.NUMBER: Role.FIGURE,
    }
    for column in COLUMNS:
        assert column.role == one_role.get(column.kind, column.role), column.path
        assert (column.kind is Kind.TEXT) == (column.role not in one_role.values()), column.path
        assert not column.codes or column.role in (Role.CODE, Role.LABEL), column.path
        assert bool(column.codes) or column.role is not Role.CODE, column.path


def test_references_lead_to_keys_of_their_shape() -> None:
    """A reference names a table, and looks as the key there does; what is one by its name says to which table."""
    for column in COLUMNS:
        if column.role is Role.REFERENCE or (column.role is Role.PSEUDONYM and column is not SUBJECT.subject_id):
            key = TABLES_AND_OWN[column.refers_to].key
            assert (key.kind, key.chartered) == (column.kind, column.chartered), column.path
        assert not column.must_exist or column.refers_to, column.path


def test_tables_are_parts_of_what_they_name() -> None:
    """A table that is part of another has a column that says of which row."""
    for table in TABLES_AND_OWN.values():
        assert not table.part_of or table.part_of in {column.refers_to for column in table.columns}, table.name
        assert set(table.identity) <= set(table.columns), table.name


def test_a_column_is_its_name() -> None:
    """A column stands where a name is wanted, and knows its table; the table kept has the columns that are kept."""
    table = TABLES["encounter"]
    assert {str(column): column for column in table.columns} == table.by_name
    assert table.by_name["occurred_on"].path == "encounter.occurred_on"
    assert set(table.columns) - set(table.as_kept().columns) == {"subject_id"}
    assert SUBJECT.as_kept() is SUBJECT


def test_every_column_is_said_in_words_of_its_own() -> None:
    """By which people choose it: no two alike, and no name of a program in them."""
    words = [column.in_words for column in COLUMNS]
    assert [each for each in set(words) if words.count(each) > 1] == []
    assert [each for each in words if "_" in each or len(each) > 120 or each.endswith(": ")] == []
    assert TABLES["entry"].key.in_words == "Entry: the register's own number of the entry"
