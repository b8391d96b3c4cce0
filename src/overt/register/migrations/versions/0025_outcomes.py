"""What the law of some countries turns on: marks and orders, purposes of look-ups, what a machine alone may decide.

What stands here is frozen: a later model changes it by a later file.
"""

from __future__ import annotations

from overt.register.migrations.steps import widen

revision = "0025"
down_revision = "0020"

_ADDED = {
    "entry": "automated_under mention_on:date",
    "outcome": "kept_by_order_on:date",
    "access": "purpose",
    "consequence": "significant:boolean",
}


def upgrade() -> None:
    """Adds the columns."""
    widen(_ADDED)
