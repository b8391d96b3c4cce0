"""Where the rows of one number say different things, and where one number is given to names in several spellings."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from overt.audits.columns import FIRST_ROWS, Placed
from overt.audits.mapping._mapping import Mapping
from overt.audits.mapping._numbered import drop_numbered, number_tables
from overt.audits.mapping.form import (
    Agreed,
    Cell,
    ItemForm,
    NumberedPeople,
    Rows,
    ViewForm,
    cell_sql,
    choice_sql,
    frame_sql,
    read_form,
    source_of,
)
from overt.audits.source._account import SourceAccount, SourceTable
from overt.audits.source._sandbox import engine_refusals

_MOST_PEOPLE = 50


@dataclass(frozen=True)
class Differing:
    """Of so many numbers, those whose rows say different things of a column; `placed` are these rows in the file."""

    numbers: int
    differing: int
    placed: Placed


@dataclass(frozen=True)
class MergedPerson:
    """A person who is written in several ways: how many, and in which rows of the file, `rows` of the source's own."""

    spellings: int
    rows: tuple[int, ...]
    places: tuple[int, ...]


@dataclass(frozen=True)
class MergedPeople:
    """The people who are numbered: how many of them are written in several ways, and the first fifty of these."""

    people: int
    merged: int
    shown: tuple[MergedPerson, ...]


def differing_rows(
    connection: duckdb.DuckDBPyConnection, mapping: Mapping, account: SourceAccount, table: str, column: str
) -> Differing | None:
    """Which numbers of a table of the model have rows that differ in a column; none where it is taken from one row."""
    view = read_form(mapping.text, account).by_table.get(table)
    item = view.by_column.get(column) if view is not None else None
    source = _source(view, account)
    if view is None or view.by is None or source is None or view.frame is None:
        return None
    if not (isinstance(item, ItemForm) and isinstance(item.choice, Agreed)):
        return None
    where = f"where {view.where}" if view.where else ""
    rows = (
        f"select {cell_sql(view.by)} as number, {choice_sql(item.choice.of)} as value, _row as place"
        f" from {frame_sql(view.frame)} {where}"
    )
    with engine_refusals(account.name):
        try:
            number_tables(connection, account, {source_of(view).lower()}, mapping.name)
            row = connection.execute(
                f"select count(*), count(*) filter (where several), sum(rows) filter (where several),"
                f" list_sort(flatten(list(places) filter (where several)))[:{FIRST_ROWS}] from"
                " (select count(distinct value) > 1 as several, count(*) as rows, list(place) as places"
                f" from ({rows}) group by number)"
            ).fetchone() or (0, 0, 0, None)
        finally:
            drop_numbered(connection)
    places = tuple(int(place) + source.first_row - 1 for place in row[3] or ())
    return Differing(int(row[0]), int(row[1]), Placed(int(row[2] or 0), places))


def merged_people(
    connection: duckdb.DuckDBPyConnection, mapping: Mapping, account: SourceAccount
) -> MergedPeople | None:
    """The people who have one number and several spellings; none where people are not numbered by a column."""
    form = read_form(mapping.text, account)
    frames = [view.frame for view in form.views if isinstance(view.frame, NumberedPeople)]
    frame = frames[0] if frames and isinstance(frames[0], NumberedPeople) else None
    source = account.by_name.get(frame.table.lower(), account.tables[0]) if frame is not None else None
    if frame is None or source is None:
        return None
    spelt = cell_sql(Cell(frame.cell.name))
    with engine_refusals(account.name):
        try:
            number_tables(connection, account, {frame.table.lower()}, mapping.name)
            people = (
                f"select count(distinct {spelt}) as spellings, list_sort(list(_row)) as rows"
                f" from (select *, {cell_sql(frame.cell)} as person_key from {frame_sql(Rows(frame.table))})"
                " where person_key is not null group by person_key"
            )
            counts = connection.execute(
                f"select count(*), count(*) filter (where spellings > 1) from ({people})"
            ).fetchone() or (0, 0)
            found = connection.execute(
                f"select spellings, rows from ({people}) where spellings > 1 order by rows[1] limit {_MOST_PEOPLE}"
            ).fetchall()
        finally:
            drop_numbered(connection)
    shown = tuple(
        MergedPerson(int(spellings), tuple(map(int, rows)), tuple(int(row) + source.first_row - 1 for row in rows))
        for spellings, rows in found
    )
    return MergedPeople(int(counts[0]), int(counts[1]), shown)


def _source(view: ViewForm | None, account: SourceAccount) -> SourceTable | None:
    """The table whose rows a view is made of; of tables that are alike the first."""
    return account.by_name.get(source_of(view).lower(), account.tables[0]) if view is not None else None
