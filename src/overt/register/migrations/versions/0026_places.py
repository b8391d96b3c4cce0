"""What the rules of other places ask of entries, authorities, requests and encounters, and what is attested for a year.

What stands here is frozen: a later model changes it by a later file.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

_NUMBER = sa.Integer().with_variant(sa.BigInteger(), "postgresql")
_MOMENT = sa.Text().with_variant(sa.TIMESTAMP(), "postgresql")
_KINDS: dict[str, sa.types.TypeEngine[Any]] = {
    "text": sa.Text(),
    "integer": _NUMBER,
    "number": sa.REAL().with_variant(sa.Double(), "postgresql"),
    "date": sa.Text().with_variant(sa.Date(), "postgresql"),
    "moment": _MOMENT,
}
# A column without a kind is text.
_ADDED = {
    "entry": "approved_on:date attestation_ref time_reset_on:date sensitivity_level submitting_agency",
    "authority": "provision",
    "request": "answer_parts",
    "published_count": "percent_said:number percent_rounded_to:number",
    "encounter": "grounds place officer_ref copy_asked_on:date copy_given_on:date",
}
_ATTESTATION = "attestation_id kind year:integer done_on:date document_ref recorded_at:moment"


def upgrade() -> None:
    """Adds the columns, and makes the views over them again; makes the table."""
    for name, said in _ADDED.items():
        # Read from the view as it stands, so that the columns of every change before this one stay in it.
        view = [each["name"] for each in sa.inspect(op.get_bind()).get_columns(name) if each["name"] != "recorded_at"]
        op.execute(f'drop view "{name}"')
        added = _columns(said)
        for column in added:
            op.add_column(f"{name}_version", column)
        _view(name, [*view, *(column.name for column in added), "recorded_at"])
    columns = _columns(_ATTESTATION)
    op.create_table(
        "attestation_version",
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
        "attestation_current", "attestation_version", ["attestation_id"], unique=True,
        sqlite_where=stands, postgresql_where=stands,
    )  # fmt: skip
    _view("attestation", [column.name for column in _columns(_ATTESTATION)])


def _columns(said: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, _KINDS[kind or "text"]) for name, _, kind in (each.partition(":") for each in said.split())]


def _view(name: str, columns: list[str]) -> None:
    listed = ", ".join(f'"{column}"' for column in columns)
    op.execute(f'create view "{name}" as select {listed} from "{name}_version" where closed_seq is null')
