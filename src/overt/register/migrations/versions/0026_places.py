"""What the rules of other places ask of entries, authorities, requests and encounters, and what is attested for a year.

What stands here is frozen: a later model changes it by a later file.
"""

from __future__ import annotations

from overt.register.migrations.steps import make, widen

revision = "0026"
down_revision = "0025"

_ADDED = {
    "entry": "approved_on:date attestation_ref time_reset_on:date sensitivity_level submitting_agency",
    "authority": "provision",
    "request": "answer_parts",
    "published_count": "percent_said:number percent_rounded_to:number",
    "encounter": "grounds place officer_ref copy_asked_on:date copy_given_on:date",
}
_TABLES = {"attestation": "attestation_id kind year:integer done_on:date document_ref recorded_at:moment"}


def upgrade() -> None:
    """Adds the columns, and makes the table."""
    widen(_ADDED)
    make(_TABLES)
