"""What the law asks beyond entries: the record of processing, data breaches, purposes, consultations, covert notices.

What stands here is frozen: a later model changes it by a later file.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

_NUMBER = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
_MOMENT = sa.Text().with_variant(sa.TIMESTAMP(), "postgresql")
_KINDS: dict[str, sa.types.TypeEngine[Any]] = {
    "text": sa.Text(),
    "integer": _NUMBER,
    "yes": sa.Integer().with_variant(sa.Boolean(), "postgresql"),
    "date": sa.Text().with_variant(sa.Date(), "postgresql"),
    "moment": _MOMENT,
}
# A column without a kind is text.
_ADDED = {
    "authority": (
        "long_term:yes commissioner_told_on:date approved_on:date risk_assessed_on:date age_at_grant:integer "
        "against_parent:yes notice_on:date confirmed_on:date agreed_by"
    ),
    "disclosure": "purpose_kind gateway",
    "assessment": "residual_risk commissioner_consulted_on:date reviewed_on:date withdrawn_on:date",
}
_MADE = {
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
    """Adds the columns, and makes the views over them again; makes the tables."""
    for name, said in _ADDED.items():
        # Read from the view as it stands, so that the columns of every change before this one stay in it.
        view = [each["name"] for each in sa.inspect(op.get_bind()).get_columns(name) if each["name"] != "recorded_at"]
        op.execute(f'drop view "{name}"')
        added = _columns(said)
        for column in added:
            op.add_column(f"{name}_version", column)
        _view(name, [*view, *(column.name for column in added), "recorded_at"])
    for name, said in _MADE.items():
        _make(name, said)


def _make(name: str, said: str) -> None:
    columns = _columns(said)
    key = columns[0].name
    op.create_table(
        f"{name}_version",
        sa.Column("opened_seq", _NUMBER, primary_key=True, autoincrement=False),
        sa.Column("closed_seq", _NUMBER),
        sa.Column("closed_at", _MOMENT),
        sa.Column("change", sa.Text, nullable=False),
        sa.Column("proposed_by", sa.Text, nullable=False),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        *columns,
    )
    stands = sa.text("closed_seq is null")
    op.create_index(
        f"{name}_current", f"{name}_version", [key], unique=True, sqlite_where=stands, postgresql_where=stands
    )
    _view(name, [column.name for column in _columns(said)])


def _columns(said: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, _KINDS[kind or "text"]) for name, _, kind in (each.partition(":") for each in said.split())]


def _view(name: str, columns: list[str]) -> None:
    listed = ", ".join(f'"{column}"' for column in columns)
    op.execute(f'create view "{name}" as select {listed} from "{name}_version" where closed_seq is null')
