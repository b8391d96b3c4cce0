"""Indexes by which lists of work are read a page at a time.

What stands here is frozen: a later model changes it by a later file.
"""

from __future__ import annotations

from alembic import op

from overt.register.migrations.steps import index

revision = "0040"
down_revision = "0060"

_OF_VERSIONS = {
    "entry": {
        "entry_of_opener_by_review": "opened_by status review_due_on entry_id",
        "entry_of_opener_by_opening": "opened_by status opened_on entry_id",
        "entry_of_unit_by_review": "unit status review_due_on entry_id",
        "entry_of_unit_by_opening": "unit status opened_on entry_id",
        "entry_by_review": "status review_due_on entry_id",
        "entry_by_opening": "status opened_on entry_id",
        "entry_by_deletion": "status delete_due_on entry_id",
    },
    "item": {"item_of_authority": "authority_id collected_on item_id"},
    "authority": {
        "authority_by_expiry": "cancelled_on expires_on authority_id",
        "authority_by_cancellation": "cancelled_on authority_id",
        "authority_by_renewed": "renews authority_id",
    },
    "request": {"request_by_due": "answered_on due_on request_id"},
    "platform_request": {"platform_request_by_sent": "sent_on request_id"},
    "access": {
        "access_by_moment": "occurred_at access_id",
        "access_of_actor": "actor occurred_at access_id",
    },
}
_OTHERS = {
    "held": {"held_by_outcome": "outcome held_at hold_id", "held_by_actor": "actor held_at hold_id"},
    "raised": {"raised_by_entry": "entry_id"},
    "noted": {"noted_by_code": "code seq"},
}


def upgrade() -> None:
    """Adds the indexes."""
    for table, indexes in _OF_VERSIONS.items():
        for name, columns in indexes.items():
            index(table, name, columns)
    for table, indexes in _OTHERS.items():
        for name, columns in indexes.items():
            op.create_index(name, table, columns.split())
