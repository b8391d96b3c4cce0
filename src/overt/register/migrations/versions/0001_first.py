"""The tables of the first registers.

What stands here is frozen: a later model changes them by a later file. Dates and moments are text on
SQLite, as its engine of controls has them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# A column without a kind is text.
_TABLES = {
    "subject": (
        "subject_id birth_date:date age_recorded:integer sex ethnicity_self ethnicity_observed died_on:date "
        "recorded_at:timestamp"
    ),
    "entry": (
        "entry_id subject_id unit role status opened_on:date opened_by approved_by grounds purpose condition "
        "score:number band score_as_of:date retention_group review_due_on:date delete_due_on:date decided_by "
        "closed_on:date closed_reason recorded_at:timestamp"
    ),
    "item": (
        "item_id entry_id category basis origin platform source_ref evidence_ref evidence_sha256 source_grade "
        "information_grade handling visibility authority_id collected_on:date recorded_by "
        "recorded_at:timestamp"
    ),
    "authority": (
        "authority_id kind granted_on:date granted_by_rank urgent:boolean expires_on:date cancelled_on:date "
        "scope recorded_at:timestamp"
    ),
    "authority_review": "authority_id done_on:date recorded_at:timestamp",
    "review": "review_id entry_id done_at:timestamp done_by outcome rationale recorded_at:timestamp",
    "disclosure": (
        "disclosure_id entry_id sent_at:timestamp sent_by recipient recipient_kind agreement_id purpose "
        "redacted:boolean encrypted:boolean grade_sent:boolean corrects recorded_at:timestamp"
    ),
    "agreement": "agreement_id recipient starts_on:date ends_on:date purposes guidance_ref recorded_at:timestamp",
    "access": "access_id occurred_at:timestamp actor action entry_id reason recorded_at:timestamp",
    "copy": "copy_id location owner subject_id as_of:date recorded_at:timestamp",
    "category": (
        "category title adopted_on:date retired_on:date sensitive:boolean assessment_id reason recorded_at:timestamp"
    ),
    "assessment": (
        "assessment_id kind signed_on:date review_due_on:date officer_consulted_on:date recorded_at:timestamp"
    ),
    "outcome": "subject_id kind on_date:date recorded_at:timestamp",
    "term_hit": "hit_id entry_id term occurred_at:timestamp decided_by recorded_at:timestamp",
    "platform_request": (
        "request_id platform sent_on:date genre rule_cited legal_basis outcome user_told_on:date "
        "appealed_on:date recorded_at:timestamp"
    ),
    "request": (
        "request_id kind received_on:date due_on:date answered_on:date outcome ground reasons recorded_at:timestamp"
    ),
    "consequence": "consequence_id subject_id kind body on_date:date notified_on:date recorded_at:timestamp",
    "release_cell": "release_id table_name cell value:integer base:integer recorded_at:timestamp",
    "claim": "claim_id kind stated evidence_ref recorded_at:timestamp",
    "spend": "year:integer purpose amount_pence:integer recorded_at:timestamp",
    "population": "population_id area year:integer attribute grp count:integer recorded_at:timestamp",
    "encounter": (
        "encounter_id kind occurred_at:timestamp occurred_on:date period force unit age_band sex "
        "ethnicity_self ethnicity_observed ethnicity_self_group ethnicity_observed_group legislation "
        "object_of_search tactic outcome no_further_action:boolean outcome_linked:boolean "
        "more_than_outer_clothing:boolean row_count:integer row_digest recorded_at:timestamp"
    ),
    "erasure": "erasure_id erased_on:date kind ground recorded_at:timestamp",
    "decision": "decision_id decided_on:date decided_by outcome reason recorded_at:timestamp",
}
_IDENTITY = {
    "authority_review": ("authority_id", "done_on"),
    "outcome": ("subject_id", "kind", "on_date"),
    "release_cell": ("release_id", "table_name", "cell"),
    "spend": ("year", "purpose"),
    "population": ("population_id", "area", "year", "attribute", "grp"),
}
_LOOKUPS: dict[str, tuple[tuple[str, ...], ...]] = {
    "entry": (("subject_id",), ("grounds",)),
    "item": (("entry_id",), ("source_ref", "collected_on")),
    "review": (("entry_id",),),
    "disclosure": (("entry_id",), ("recipient", "sent_at")),
    "access": (("entry_id",),),
    "term_hit": (("entry_id",),),
    "copy": (("subject_id",),),
    "consequence": (("subject_id",),),
    "assessment": (("kind", "signed_on"),),
}
_KINDS: dict[str, tuple[sa.types.TypeEngine[Any], sa.types.TypeEngine[Any]]] = {
    "text": (sa.Text(), sa.Text()),
    "integer": (sa.Integer(), sa.BigInteger()),
    "number": (sa.REAL(), sa.Double()),
    "boolean": (sa.Integer(), sa.Boolean()),
    "date": (sa.Text(), sa.Date()),
    "timestamp": (sa.Text(), sa.TIMESTAMP()),
}


def upgrade() -> None:
    """Makes the tables, their indexes over the rows standing now, and the views of those rows."""
    seq, moment = _type("integer"), _type("timestamp")
    op.create_table(
        "leaf",
        sa.Column("seq", seq, primary_key=True, autoincrement=False),
        sa.Column("recorded_at", moment, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("bytes", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "erased",
        sa.Column("seq", seq, primary_key=True, autoincrement=False),
        sa.Column("erasure_id", sa.Text, nullable=False),
    )
    op.create_table(
        "held",
        sa.Column("hold_id", sa.Text, primary_key=True),
        sa.Column("held_at", moment, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("reasons", sa.Text, nullable=False),
        sa.Column("records", sa.Text),
        sa.Column("outcome", sa.Text),
    )
    op.create_table(
        "idempotency",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("seq", seq),
    )
    op.create_table(
        "tally",
        sa.Column("on_date", _type("date"), primary_key=True),
        sa.Column("outcome", sa.Text, primary_key=True),
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("count", seq, nullable=False),
    )
    op.create_table(
        "noted",
        sa.Column("seq", seq, primary_key=True, autoincrement=False),
        sa.Column("code", sa.Text, primary_key=True),
        sa.Column("what", sa.Text, nullable=False),
    )
    op.create_table(
        "bulk",
        sa.Column("run", sa.Text, primary_key=True),
        sa.Column("done", seq, nullable=False),
    )
    for name, columns in _TABLES.items():
        _create_versions(name, [each.partition(":")[::2] for each in columns.split()])


def _create_versions(name: str, columns: Sequence[tuple[str, str]]) -> None:
    seq, moment = _type("integer"), _type("timestamp")
    op.create_table(
        f"{name}_version",
        sa.Column("opened_seq", seq, primary_key=True, autoincrement=False),
        sa.Column("closed_seq", seq),
        sa.Column("closed_at", moment),
        sa.Column("change", sa.Text, nullable=False),
        sa.Column("proposed_by", sa.Text, nullable=False),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        *[sa.Column(column, _type(kind or "text")) for column, kind in columns],
    )
    _index(name, f"{name}_current", _IDENTITY.get(name, (columns[0][0],)), unique=True)
    for looked_up in _LOOKUPS.get(name, ()):
        _index(name, f"{name}_by_{'_'.join(looked_up)}", looked_up)
    listed = ", ".join(f'"{column}"' for column, _ in columns)
    op.execute(f'create view "{name}" as select {listed} from "{name}_version" where closed_seq is null')


def _index(name: str, index: str, columns: Sequence[str], *, unique: bool = False) -> None:
    stands = sa.text("closed_seq is null")
    op.create_index(
        index, f"{name}_version", list(columns), unique=unique, sqlite_where=stands, postgresql_where=stands
    )


def _type(kind: str) -> sa.types.TypeEngine[Any]:
    plain, other = _KINDS[kind]
    return plain.with_variant(other, "postgresql")
