"""The letters of people who ask by a form, until some weeks after they were answered.

What stands here is frozen: a later model changes it by a later file.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0041"


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "inbox",
        sa.Column("reference", sa.Text, primary_key=True),
        sa.Column("request_id", sa.Text, nullable=False, unique=True),
        sa.Column("words", sa.Text),
        sa.Column("name", sa.Text),
        sa.Column("address", sa.Text),
    )
