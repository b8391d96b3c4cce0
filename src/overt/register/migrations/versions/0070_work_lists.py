"""Indexes by which the lists of recalls, complaints and requests for information are read a page at a time.

What stands here is frozen: a later model changes it by a later file.
"""

from __future__ import annotations

from overt.register.migrations.steps import index

revision = "0070"
down_revision = "0061"

_INDEXES = {
    "recall": {"recall_by_due": "confirmed_on due_on recall_id", "recall_by_sent": "confirmed_on sent_on"},
    "request": {
        "request_by_receipt": "kind answered_on received_on request_id",
        "request_by_answer": "kind answered_on request_id",
    },
}


def upgrade() -> None:
    """Adds the indexes."""
    for table, indexes in _INDEXES.items():
        for name, columns in indexes.items():
            index(table, name, columns)
