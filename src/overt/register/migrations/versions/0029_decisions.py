"""Whether a decision is significant, whether the person consented to a machine, and the safeguards they had.

What stands here is frozen: a later model changes it by a later file.
"""

from __future__ import annotations

from overt.register.migrations.steps import make, widen

revision = "0029"
down_revision = "0028"

_ADDED = {"entry": "significant:boolean explicit_consent:boolean"}
_TABLES = {"decision_safeguard": "safeguard_id entry_id kind on_date:date recorded_at:moment"}


def upgrade() -> None:
    """Adds the columns, and makes the tables."""
    widen(_ADDED)
    make(_TABLES)
