"""A table for leaves that stand for nothing.

What stands here is frozen: a later model changes it by a later file.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0010"

_NUMBER = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
_MOMENT = sa.Text().with_variant(sa.TIMESTAMP(), "postgresql")


def upgrade() -> None:
    """Makes the table, its index over the rows standing now, and the view of those rows."""
    op.create_table(
        "padding_version",
        sa.Column("opened_seq", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("closed_seq", _NUMBER),
        sa.Column("closed_at", _MOMENT),
        sa.Column("change", sa.Text, nullable=False),
        sa.Column("proposed_by", sa.Text, nullable=False),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("padding_id", sa.Text),
        sa.Column("recorded_at", _MOMENT),
    )
    stands = sa.text("closed_seq is null")
    op.create_index(
        "padding_current", "padding_version", ["padding_id"], unique=True, sqlite_where=stands, postgresql_where=stands
    )
    op.execute(
        'create view "padding" as select "padding_id", "recorded_at" from "padding_version" where closed_seq is null'
    )
