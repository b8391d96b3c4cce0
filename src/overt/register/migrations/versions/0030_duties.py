"""What the law asks beyond entries: the record of processing, data breaches, purposes, consultations, covert notices.

What stands here is frozen: a later model changes it by a later file.
"""

from __future__ import annotations

from overt.register.migrations.steps import make, widen

revision = "0030"
down_revision = "0029"

_ADDED = {
    "authority": (
        "long_term:boolean commissioner_told_on:date approved_on:date risk_assessed_on:date age_at_grant:integer "
        "against_parent:boolean notice_on:date confirmed_on:date agreed_by"
    ),
    "disclosure": "purpose_kind gateway",
    "assessment": "residual_risk commissioner_consulted_on:date reviewed_on:date withdrawn_on:date",
}
_TABLES = {
    "processing_record": (
        "record_id starts_on:date ended_on:date controller officer purposes recipients subject_categories "
        "data_categories profiling transfers legal_basis retention security condition lawfulness policy_followed "
        "recorded_at:moment"
    ),
    "data_breach": (
        "breach_id aware_at:moment risk notified_at:moment delay_reason facts effects action subjects_told_on:date "
        "exemption recorded_at:moment"
    ),
}


def upgrade() -> None:
    """Adds the columns, and makes the tables."""
    widen(_ADDED)
    make(_TABLES)
