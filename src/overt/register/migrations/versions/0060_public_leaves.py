"""An index of the ledger entries that name documents: a few among millions, read for many pages.

What stands here is frozen: a later change comes in a later file.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0031"


def upgrade() -> None:
    """Adds the index."""
    is_public = sa.text("kind = 'public'")
    op.create_index("leaf_public", "leaf", ["seq"], sqlite_where=is_public, postgresql_where=is_public)
