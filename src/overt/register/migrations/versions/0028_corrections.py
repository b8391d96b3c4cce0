"""What was found wrong and who was told of it, what the person was told of an answer, and how one can complain.

What stands here is frozen: a later model changes it by a later file.
"""

from __future__ import annotations

from overt.register.migrations.steps import make, widen

revision = "0028"
down_revision = "0027"

_ADDED = {
    "item": "source_authority",
    "request": "told_on:date told_withheld_reason names_complaint:boolean",
}
_TABLES = {
    "correction": (
        "correction_id entry_id item_id disclosure_id kind on_date:date request_id recipient told_on:date "
        "recorded_at:moment"
    ),
    "complaint_way": "way_id kind starts_on:date ends_on:date recorded_at:moment",
}


def upgrade() -> None:
    """Adds the columns, and makes the tables."""
    widen(_ADDED)
    make(_TABLES)
