"""What the processes of a portal share, on a server: sessions, limits, one-time numbers, a secret, the log of attempts.

A register in a file has these tables in a file of their own. What stands here is frozen: a later change comes in a
later file.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0050"


def upgrade() -> None:
    """Makes the tables, on PostgreSQL alone."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.create_table(
        "portal_session",
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("staff", sa.Text, nullable=False),
        sa.Column("roles", sa.Text, nullable=False),
        sa.Column("began", sa.Double, nullable=False),
        sa.Column("seen", sa.Double, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_index("portal_session_by_staff", "portal_session", ["staff", "began"])
    for name, more in (("portal_limit", [sa.Column("tries", sa.Double, nullable=False)]), ("portal_once", [])):
        op.create_table(
            name,
            sa.Column("key", sa.LargeBinary, primary_key=True),
            *more,
            sa.Column("at", sa.Double, nullable=False),
        )
        op.create_index(f"{name}_by_at", name, ["at"])
    op.create_table(
        "portal_secret",
        sa.Column("one", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("secret", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "portal_attempt",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("face", sa.Text, nullable=False),
        sa.Column("line", sa.LargeBinary, nullable=False),
    )
    for column in ("at", "who", "face"):
        op.create_index(f"portal_attempt_by_{column}", "portal_attempt", [column, "number"])
