"""What oversight asks a unit, and what the unit answers.

What stands here is frozen: a later model changes it by a later file.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"

_DAY = sa.Text().with_variant(sa.Date(), "postgresql")
_MOMENT = sa.Text().with_variant(sa.TIMESTAMP(), "postgresql")


def upgrade() -> None:
    """Makes the two tables."""
    op.create_table(
        "observation",
        sa.Column("observation_id", sa.Text, primary_key=True),
        sa.Column("raised_at", _MOMENT, nullable=False),
        sa.Column("raised_by", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("audit", sa.Text, nullable=False),
        sa.Column("control", sa.Text, nullable=False),
        sa.Column("due_on", _DAY, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
    )
    op.create_index("observation_by_due", "observation", ["state", "due_on", "observation_id"])
    op.create_table(
        "observation_note",
        sa.Column("observation_id", sa.Text, primary_key=True),
        sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("side", sa.Text, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
    )
