"""Leaves that stand for nothing, what a published cell counts, and the bridge between two published numbers.

What stands here is frozen: a later model changes it by a later file.
"""

from __future__ import annotations

from overt.register.migrations.steps import make, widen

revision = "0020"
down_revision = "0010"

_TABLES = {
    "padding": "padding_id recorded_at:moment",
    "published_count": (
        "count_id series from_on:date to_on:date opening:integer added:integer recorded_late:integer moved_in:integer "
        "removed:integer erased:integer moved_out:integer closing:integer rounded_to:integer source recorded_at:moment"
    ),
}
_ADDED = {"release_cell": "counts rounded_to:integer"}


def upgrade() -> None:
    """Makes the tables, and widens the cells."""
    make(_TABLES)
    widen(_ADDED)
