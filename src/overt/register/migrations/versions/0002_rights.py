"""Tables for what people ask of a register, for recalls, and for notices that were promised.

What stands here is frozen: a later model changes it by a later file.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

# A column without a kind is text.
_TABLES = {
    "request_step": "step_id request_id kind means done_on:date done_by reason erasure_id recorded_at:moment",
    "recall": (
        "recall_id request_id recipient recipient_kind asks sent_on:date sent_by due_on:date confirmed_on:date "
        "confirmed_as confirmation recorded_at:moment"
    ),
    "notice": "notice_id entry_id given_on:date told exemption reasons recorded_by recorded_at:moment",
    "promise": "promise_id kind days:integer child_told starts_on:date ends_on:date recorded_at:moment",
}
_LOOKUPS = {"request_step": "request_id", "recall": "request_id", "notice": "entry_id"}
_KINDS: dict[str, sa.types.TypeEngine[Any]] = {
    "text": sa.Text(),
    "integer": sa.Integer().with_variant(sa.BigInteger(), "postgresql"),
    "date": sa.Text().with_variant(sa.Date(), "postgresql"),
    "moment": sa.Text().with_variant(sa.TIMESTAMP(), "postgresql"),
}


def upgrade() -> None:
    """Makes the tables, their indexes over the rows standing now, and the views of those rows."""
    for name, said in _TABLES.items():
        columns = [each.partition(":")[::2] for each in said.split()]
        op.create_table(
            f"{name}_version",
            sa.Column("opened_seq", _KINDS["integer"], primary_key=True, autoincrement=False),
            sa.Column("closed_seq", _KINDS["integer"]),
            sa.Column("closed_at", _KINDS["moment"]),
            sa.Column("change", sa.Text, nullable=False),
            sa.Column("proposed_by", sa.Text, nullable=False),
            sa.Column("salt", sa.LargeBinary, nullable=False),
            *[sa.Column(column, _KINDS[kind or "text"]) for column, kind in columns],
        )
        _index(name, f"{name}_current", columns[0][0], unique=True)
        if name in _LOOKUPS:
            _index(name, f"{name}_by_{_LOOKUPS[name]}", _LOOKUPS[name])
        listed = ", ".join(f'"{column}"' for column, _ in columns)
        op.execute(f'create view "{name}" as select {listed} from "{name}_version" where closed_seq is null')


def _index(name: str, index: str, column: str, *, unique: bool = False) -> None:
    stands = sa.text("closed_seq is null")
    op.create_index(index, f"{name}_version", [column], unique=unique, sqlite_where=stands, postgresql_where=stands)
