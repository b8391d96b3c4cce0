"""The consent that an item rests on, the authority that another renews, and who was sent what the log calls disclosed.

What stands here is frozen: a later model changes it by a later file.
"""

from __future__ import annotations

from overt.register.migrations.steps import widen

revision = "0027"
down_revision = "0026"

_ADDED = {
    "item": "consent_ref consent_withdrawn_on:date",
    "authority": "renews",
    "access": "recipient",
}


def upgrade() -> None:
    """Adds the columns."""
    widen(_ADDED)
