"""Leaves that stand for nothing, what a published cell counts, and the bridge between two published numbers.

What stands here is frozen: a later model changes it by a later file.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0010"

_NUMBER = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
_MOMENT = sa.Text().with_variant(sa.TIMESTAMP(), "postgresql")


_KINDS: dict[str, sa.types.TypeEngine[Any]] = {
    "text": sa.Text(),
    "integer": _NUMBER,
    "date": sa.Text().with_variant(sa.Date(), "postgresql"),
    "moment": _MOMENT,
}
# A column without a kind is text.
_TABLES = {
    "padding": "padding_id recorded_at:moment",
    "published_count": (
        "count_id series from_on:date to_on:date opening:integer added:integer recorded_late:integer moved_in:integer "
        "removed:integer erased:integer moved_out:integer closing:integer rounded_to:integer source recorded_at:moment"
    ),
}
_CELL = ("release_id", "table_name", "cell", "value", "base", "counts", "rounded_to", "recorded_at")


def upgrade() -> None:
    """Makes the tables, their indexes over the rows standing now, and the views of those rows; widens the cells."""
    for name, said in _TABLES.items():
        columns = [each.partition(":")[::2] for each in said.split()]
        op.create_table(
            f"{name}_version",
            sa.Column("opened_seq", _NUMBER, primary_key=True, autoincrement=False),
            sa.Column("closed_seq", _NUMBER),
            sa.Column("closed_at", _MOMENT),
            sa.Column("change", sa.Text, nullable=False),
            sa.Column("proposed_by", sa.Text, nullable=False),
            sa.Column("salt", sa.LargeBinary, nullable=False),
            *[sa.Column(column, _KINDS[kind or "text"]) for column, kind in columns],
        )
        stands = sa.text("closed_seq is null")
        op.create_index(
            f"{name}_current", f"{name}_version", [columns[0][0]], unique=True,
            sqlite_where=stands, postgresql_where=stands,
        )  # fmt: skip
        _view(name, [column for column, _ in columns])
    op.execute('drop view "release_cell"')
    op.add_column("release_cell_version", sa.Column("counts", sa.Text))
    op.add_column("release_cell_version", sa.Column("rounded_to", _NUMBER))
    _view("release_cell", _CELL)


def _view(name: str, columns: Sequence[str]) -> None:
    listed = ", ".join(f'"{column}"' for column in columns)
    op.execute(f'create view "{name}" as select {listed} from "{name}_version" where closed_seq is null')
