"""What was found wrong and who was told of it, what the person was told of an answer, and how one can complain.

What stands here is frozen: a later model changes it by a later file.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

_NUMBER = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
_MOMENT = sa.Text().with_variant(sa.TIMESTAMP(), "postgresql")
_KINDS: dict[str, sa.types.TypeEngine[Any]] = {
    "text": sa.Text(),
    "boolean": sa.Integer().with_variant(sa.Boolean(), "postgresql"),
    "date": sa.Text().with_variant(sa.Date(), "postgresql"),
    "moment": _MOMENT,
}
# A column without a kind is text.
_ADDED = {
    "item": "source_authority",
    "request": "told_on:date told_withheld_reason names_complaint:boolean",
}
_TABLES = {
    "correction": (
        "correction_id entry_id item_id disclosure_id kind on_date:date request_id recipient told_on:date "
        "recorded_at:moment"
    ),
    "complaint_way": "way_id kind starts_on:date ends_on:date recorded_at:moment",
}


def upgrade() -> None:
    """Adds the columns, and makes the views over them again; makes the tables with their indexes."""
    for name, said in _ADDED.items():
        # Read from the view as it stands, so that the columns of every change before this one stay in it.
        view = [each["name"] for each in sa.inspect(op.get_bind()).get_columns(name) if each["name"] != "recorded_at"]
        op.execute(f'drop view "{name}"')
        added = _columns(said)
        for column in added:
            op.add_column(f"{name}_version", column)
        _view(name, [*view, *(column.name for column in added), "recorded_at"])
    for name, said in _TABLES.items():
        columns = _columns(said)
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
        _index(name, f"{name}_current", columns[0].name, unique=True)
        if "entry_id" in said.split():
            _index(name, f"{name}_by_entry_id", "entry_id")
        _view(name, [column.name for column in _columns(said)])


def _columns(said: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, _KINDS[kind or "text"]) for name, _, kind in (each.partition(":") for each in said.split())]


def _index(name: str, index: str, column: str, *, unique: bool = False) -> None:
    stands = sa.text("closed_seq is null")
    op.create_index(index, f"{name}_version", [column], unique=unique, sqlite_where=stands, postgresql_where=stands)


def _view(name: str, columns: list[str]) -> None:
    listed = ", ".join(f'"{column}"' for column in columns)
    op.execute(f'create view "{name}" as select {listed} from "{name}_version" where closed_seq is null')
