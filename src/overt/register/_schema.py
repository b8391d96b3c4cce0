"""The tables of a register's own store: every row is a version, every version came in by one leaf.

For each table of the model there is `<table>_version`: the model's columns and when this version was
opened and closed, by which leaf. A view under the model's name gives the rows that stand now. Dates
and moments are ISO text on SQLite, as its engine of controls has them, and their own types on PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from overt.model import (
    ACCESS,
    ASSESSMENT,
    AUTHORITY,
    DISCLOSURE,
    ENTRY,
    ITEM,
    KEPT_TABLES,
    PLATFORM_REQUEST,
    RECALL,
    REQUEST,
    REQUEST_STEP,
    SUBJECT,
    Kind,
    Table,
)


@cache
def identity(name: str) -> tuple[str, ...]:
    """The columns that name one row of a kept table."""
    return tuple(column.name for column in KEPT_TABLES[name].identity)


@cache
def kept_columns(name: str) -> tuple[str, ...]:
    """The columns of a kept table that a record fills: all but `recorded_at`, which the register gives."""
    return tuple(column.name for column in KEPT_TABLES[name].own_columns)


def _type(kind: Kind) -> sa.types.TypeEngine[Any]:
    on_postgres: dict[Kind, tuple[sa.types.TypeEngine[Any], sa.types.TypeEngine[Any]]] = {
        Kind.TEXT: (sa.Text(), sa.Text()),
        Kind.INTEGER: (sa.Integer(), sa.BigInteger()),
        Kind.NUMBER: (sa.REAL(), sa.Double()),
        Kind.BOOLEAN: (sa.Integer(), sa.Boolean()),
        Kind.DATE: (sa.Text(), sa.Date()),
        Kind.TIMESTAMP: (sa.Text(), sa.TIMESTAMP()),
    }
    plain, other = on_postgres[kind]
    return plain.with_variant(other, "postgresql")


_MOMENT = _type(Kind.TIMESTAMP)
_SEQ = sa.Integer().with_variant(sa.BigInteger(), "postgresql")

METADATA = sa.MetaData()

LEAF = sa.Table(
    "leaf",
    METADATA,
    sa.Column("seq", _SEQ, primary_key=True, autoincrement=False),
    sa.Column("recorded_at", _MOMENT, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("bytes", sa.LargeBinary, nullable=False),
)
sa.Index(
    "leaf_public", LEAF.c.seq, sqlite_where=sa.text("kind = 'public'"), postgresql_where=sa.text("kind = 'public'")
)
ERASED = sa.Table(
    "erased",
    METADATA,
    sa.Column("seq", _SEQ, primary_key=True, autoincrement=False),
    sa.Column("erasure_id", sa.Text, nullable=False),
)
HELD = sa.Table(
    "held",
    METADATA,
    sa.Column("hold_id", sa.Text, primary_key=True),
    sa.Column("held_at", _MOMENT, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("reasons", sa.Text, nullable=False),
    sa.Column("records", sa.Text),
    sa.Column("outcome", sa.Text),
    sa.Index("held_by_outcome", "outcome", "held_at", "hold_id"),
    sa.Index("held_by_actor", "actor", "held_at", "hold_id"),
)
OUTCOME_OF_KEY = sa.Table(
    "idempotency",
    METADATA,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("salt", sa.LargeBinary, nullable=False),
    sa.Column("digest", sa.LargeBinary, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("seq", _SEQ),
)
TALLY = sa.Table(
    "tally",
    METADATA,
    sa.Column("on_date", _type(Kind.DATE), primary_key=True),
    sa.Column("outcome", sa.Text, primary_key=True),
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("count", _SEQ, nullable=False),
)
NOTED = sa.Table(
    "noted",
    METADATA,
    sa.Column("seq", _SEQ, primary_key=True, autoincrement=False),
    sa.Column("code", sa.Text, primary_key=True),
    sa.Column("what", sa.Text, nullable=False),
    sa.Index("noted_by_code", "code", "seq"),
)

# Files that no leaf names, as they stood when Overt wrote them or somebody vouched for them.
VOUCHED = sa.Table(
    "vouched", METADATA, sa.Column("path", sa.Text, primary_key=True), sa.Column("digest", sa.Text, nullable=False)
)
BULK = sa.Table("bulk", METADATA, sa.Column("run", sa.Text, primary_key=True), sa.Column("done", _SEQ, nullable=False))

# The recalls that a removal raised: of which entry, and the lines by which the body finds its copy. The entry stands
# here until it is erased, and the lines until the body was told.
RAISED = sa.Table(
    "raised",
    METADATA,
    sa.Column("recall_id", sa.Text, primary_key=True),
    sa.Column("entry_id", sa.Text),
    sa.Column("found_by", sa.Text),
    sa.Index("raised_by_entry", "entry_id"),
)

# What oversight asks the unit, and the notes of both: see `_observations`.
OBSERVATION = sa.Table(
    "observation",
    METADATA,
    sa.Column("observation_id", sa.Text, primary_key=True),
    sa.Column("raised_at", _MOMENT, nullable=False),
    sa.Column("raised_by", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("audit", sa.Text, nullable=False),
    sa.Column("control", sa.Text, nullable=False),
    sa.Column("due_on", _type(Kind.DATE), nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Index("observation_by_due", "state", "due_on", "observation_id"),
)
OBSERVATION_NOTE = sa.Table(
    "observation_note",
    METADATA,
    sa.Column("observation_id", sa.Text, primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("made_at", _MOMENT, nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("side", sa.Text, nullable=False),
    sa.Column("words", sa.Text, nullable=False),
)

# What people wrote who asked by a form, until it is destroyed: see `_inbox`.
INBOX = sa.Table(
    "inbox",
    METADATA,
    sa.Column("reference", sa.Text, primary_key=True),
    sa.Column("request_id", sa.Text, nullable=False, unique=True),
    sa.Column("words", sa.Text),
    sa.Column("name", sa.Text),
    sa.Column("address", sa.Text),
)

# What the gate looks up beside a staged row, besides what is of one entry or person: see `overt.gate._neighbours`.
_LOOKUPS: dict[str, tuple[tuple[str, ...], ...]] = {
    ENTRY.name: ((ENTRY.grounds,),),
    ITEM.name: ((ITEM.source_ref, ITEM.collected_on),),
    DISCLOSURE.name: ((DISCLOSURE.recipient, DISCLOSURE.sent_at),),
    ASSESSMENT.name: ((ASSESSMENT.kind, ASSESSMENT.signed_on),),
    REQUEST_STEP.name: ((REQUEST_STEP.request_id,),),
    RECALL.name: ((RECALL.request_id,),),
}
_LOOKED_UP_BY = (ENTRY.name, SUBJECT.name)

# By which a person's or a unit's lists of work are read, a page at a time: see `overt.web.portal`.
_LISTED: dict[str, dict[str, tuple[str, ...]]] = {
    ENTRY.name: {
        "entry_of_opener_by_review": (ENTRY.opened_by, ENTRY.status, ENTRY.review_due_on, ENTRY.entry_id),
        "entry_of_opener_by_opening": (ENTRY.opened_by, ENTRY.status, ENTRY.opened_on, ENTRY.entry_id),
        "entry_of_unit_by_review": (ENTRY.unit, ENTRY.status, ENTRY.review_due_on, ENTRY.entry_id),
        "entry_of_unit_by_opening": (ENTRY.unit, ENTRY.status, ENTRY.opened_on, ENTRY.entry_id),
        "entry_by_review": (ENTRY.status, ENTRY.review_due_on, ENTRY.entry_id),
        "entry_by_opening": (ENTRY.status, ENTRY.opened_on, ENTRY.entry_id),
        "entry_by_deletion": (ENTRY.status, ENTRY.delete_due_on, ENTRY.entry_id),
    },
    ITEM.name: {"item_of_authority": (ITEM.authority_id, ITEM.collected_on, ITEM.item_id)},
    AUTHORITY.name: {
        "authority_by_expiry": (AUTHORITY.cancelled_on, AUTHORITY.expires_on, AUTHORITY.authority_id),
        "authority_by_cancellation": (AUTHORITY.cancelled_on, AUTHORITY.authority_id),
        "authority_by_renewed": (AUTHORITY.renews, AUTHORITY.authority_id),
    },
    RECALL.name: {
        "recall_by_due": (RECALL.confirmed_on, RECALL.due_on, RECALL.recall_id),
        "recall_by_sent": (RECALL.confirmed_on, RECALL.sent_on),
    },
    REQUEST.name: {
        "request_by_due": (REQUEST.answered_on, REQUEST.due_on, REQUEST.request_id),
        "request_by_receipt": (REQUEST.kind, REQUEST.answered_on, REQUEST.received_on, REQUEST.request_id),
        "request_by_answer": (REQUEST.kind, REQUEST.answered_on, REQUEST.request_id),
    },
    PLATFORM_REQUEST.name: {"platform_request_by_sent": (PLATFORM_REQUEST.sent_on, PLATFORM_REQUEST.request_id)},
    ACCESS.name: {
        "access_by_moment": (ACCESS.occurred_at, ACCESS.access_id),
        "access_of_actor": (ACCESS.actor, ACCESS.occurred_at, ACCESS.access_id),
    },
}


def _lookups(table: Table) -> list[tuple[str, ...]]:
    named = [(column,) for column in table.columns if column.refers_to in _LOOKED_UP_BY and column != table.key]
    return [*named, *_LOOKUPS.get(table.name, ())]


def _version_table(name: str) -> sa.Table:
    columns = [sa.Column(column.name, _type(column.kind)) for column in KEPT_TABLES[name].columns]
    table = sa.Table(
        f"{name}_version",
        METADATA,
        sa.Column("opened_seq", _SEQ, primary_key=True, autoincrement=False),
        sa.Column("closed_seq", _SEQ),
        sa.Column("closed_at", _MOMENT),
        sa.Column("change", sa.Text, nullable=False),
        sa.Column("proposed_by", sa.Text, nullable=False),
        sa.Column("salt", sa.LargeBinary, nullable=False),
        *columns,
    )
    _index(table, f"{name}_current", identity(name), unique=True)
    for columns_of in _lookups(KEPT_TABLES[name]):
        _index(table, f"{name}_by_{'_'.join(columns_of)}", columns_of)
    for index, columns_of in _LISTED.get(name, {}).items():
        _index(table, index, columns_of)
    return table


def _index(table: sa.Table, name: str, columns: Sequence[str], *, unique: bool = False) -> None:
    stands = table.c.closed_seq.is_(None)
    keys = [table.c[column] for column in columns]
    sa.Index(name, *keys, unique=unique, sqlite_where=stands, postgresql_where=stands)


VERSIONS: dict[str, sa.Table] = {name: _version_table(name) for name in KEPT_TABLES}
