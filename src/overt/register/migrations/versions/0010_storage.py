"""A table for the recalls that a removal raised.

What stands here is frozen: a later model changes it by a later file.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0003"


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "raised",
        sa.Column("recall_id", sa.Text, primary_key=True),
        sa.Column("entry_id", sa.Text),
        sa.Column("found_by", sa.Text),
    )
