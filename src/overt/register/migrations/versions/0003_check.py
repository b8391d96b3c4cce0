"""Erasures name their leaves, and the files that no leaf names are vouched for.

What stands here is frozen: a later model changes it by a later file.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Adds the column, makes the view over it again, and makes the table of files."""
    op.execute('drop view "erasure"')
    op.add_column("erasure_version", sa.Column("leaves", sa.Text))
    listed = ", ".join(f'"{name}"' for name in ("erasure_id", "erased_on", "kind", "ground", "leaves", "recorded_at"))
    op.execute(f'create view "erasure" as select {listed} from "erasure_version" where closed_seq is null')
    op.create_table(
        "vouched",
        sa.Column("path", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text, nullable=False),
    )
