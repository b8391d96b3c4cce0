"""The steps that most changes to the tables consist of: columns and indexes that are added, tables that are made.

What a change adds stands in its own file and is frozen there. What a step does to a database is frozen with it: a
change that needs another kind of step brings its own.

Columns are said in one line, `name name:kind`; a column without a kind is text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

_NUMBER = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
_MOMENT = sa.Text().with_variant(sa.TIMESTAMP(), "postgresql")
_KINDS: dict[str, sa.types.TypeEngine[Any]] = {
    "text": sa.Text(),
    "integer": _NUMBER,
    "number": sa.REAL().with_variant(sa.Double(), "postgresql"),
    "boolean": sa.Integer().with_variant(sa.Boolean(), "postgresql"),
    "date": sa.Text().with_variant(sa.Date(), "postgresql"),
    "moment": _MOMENT,
}


def widen(added: Mapping[str, str]) -> None:
    """Adds columns to tables, and makes the views of the rows standing now over them again."""
    for name, declared in added.items():
        # Read from the view as it stands, so that the columns of every change before this one stay in it.
        names = (column["name"] for column in sa.inspect(op.get_bind()).get_columns(name))
        view = [column for column in names if column != "recorded_at"]
        op.execute(f'drop view "{name}"')
        columns = _columns(declared)
        for column in columns:
            op.add_column(f"{name}_version", column)
        _view(name, [*view, *(column.name for column in columns), "recorded_at"])


def make(tables: Mapping[str, str]) -> None:
    """Makes tables, the first column of each being its key, with indexes and views of the rows standing now."""
    for name, declared in tables.items():
        columns = _columns(declared)
        op.create_table(
            f"{name}_version",
            sa.Column("opened_seq", _NUMBER, primary_key=True, autoincrement=False),
            sa.Column("closed_seq", _NUMBER),
            sa.Column("closed_at", _MOMENT),
            sa.Column("change", sa.Text, nullable=False),
            sa.Column("proposed_by", sa.Text, nullable=False),
            sa.Column("salt", sa.LargeBinary, nullable=False),
            *columns,
        )
        names = [column.name for column in columns]
        index(name, f"{name}_current", names[0], unique=True)
        if "entry_id" in names:
            index(name, f"{name}_by_entry_id", "entry_id")
        _view(name, names)


def _columns(declared: str) -> list[sa.Column[Any]]:
    parts = (word.partition(":") for word in declared.split())
    return [sa.Column(name, _KINDS[kind or "text"]) for name, _, kind in parts]


def index(table: str, name: str, columns: str, *, unique: bool = False) -> None:
    """Adds an index over the rows of a table that stand now; `columns` are in one line."""
    stands = sa.text("closed_seq is null")
    op.create_index(
        name, f"{table}_version", columns.split(), unique=unique, sqlite_where=stands, postgresql_where=stands
    )


def _view(name: str, columns: Iterable[str]) -> None:
    listed = ", ".join(f'"{column}"' for column in columns)
    op.execute(f'create view "{name}" as select {listed} from "{name}_version" where closed_seq is null')
