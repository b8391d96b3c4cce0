"""With which key an organisation signed that it deleted, corrected or restricted what it had.

What stands here is frozen: a later model changes it by a later file.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Adds the column, and makes the view over it again."""
    # Read from the view as it stands, so that the columns of every change before this one stay in it.
    view = [each["name"] for each in sa.inspect(op.get_bind()).get_columns("recall") if each["name"] != "recorded_at"]
    op.execute('drop view "recall"')
    op.add_column("recall_version", sa.Column("signed_with", sa.Text()))
    listed = ", ".join(f'"{column}"' for column in [*view, "signed_with", "recorded_at"])
    op.execute(f'create view "recall" as select {listed} from "recall_version" where closed_seq is null')
