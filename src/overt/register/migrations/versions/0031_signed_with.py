"""With which key an organisation signed that it deleted, corrected or restricted what it had.

What stands here is frozen: a later model changes it by a later file.
"""

from __future__ import annotations

from overt.register.migrations.steps import widen

revision = "0031"
down_revision = "0030"

_ADDED = {"recall": "signed_with"}


def upgrade() -> None:
    """Adds the column."""
    widen(_ADDED)
