"""The tables of a register's own store: every row is a version, every version came in by one leaf.

For each table of the model there is `<table>_version`: the model's columns and when this version was
opened and closed, by which leaf. A view under the model's name gives the rows that stand now. Dates
and moments are ISO text on SQLite, as its engine of controls has them, and their own types on PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import sqlalchemy as sa

from overt.model import IDENTITY, TABLES, Column, Kind, Table

# Audit fills this table itself while it reads a source; nobody keeps it.
_NOT_KEPT = ("source_column",)
# An audit must know which encounters are one person's, to say how sure a rate is. A register that kept it would hold
# a history of stops for each person.
_COLUMNS_NOT_KEPT = {"encounter": ("subject_id",)}

# Where the model's first column names a row of another table, more columns are needed to name one of this.

ERASURE = Table(
    "erasure",
    "That something was erased, or lost with a disk: when and on which ground, and nothing of what it was.",
    (
        Column("erasure_id", Kind.TEXT, "The number of the erasure."),
        Column("erased_on", Kind.DATE, "The day it was erased."),
        Column("kind", Kind.TEXT, "What was erased.", ("entry", "entry and subject", "closed versions", "lost")),
        Column("ground", Kind.TEXT, "The ground for it, in words."),
        Column("leaves", Kind.TEXT, "The numbers of the leaves whose records it destroyed, such as 3-7 12."),
        Column("recorded_at", Kind.TIMESTAMP, "When the register learned of this row."),
    ),
)
DECISION = Table(
    "decision",
    "What a named human decided on a record that the gate had held.",
    (
        Column("decision_id", Kind.TEXT, "The number of the hold it settles."),
        Column("decided_on", Kind.DATE, "The day of the decision."),
        Column("decided_by", Kind.TEXT, "Who decided: a staff reference."),
        Column("outcome", Kind.TEXT, "What was decided.", ("admitted", "refused")),
        Column("reason", Kind.TEXT, "Why, in words."),
        Column("recorded_at", Kind.TIMESTAMP, "When the register learned of this row."),
    ),
)
PADDING = Table(
    "padding",
    "Leaves that stand for nothing, so that nobody can count from outside how many records there are.",
    (
        Column("padding_id", Kind.TEXT, "The number of its leaf."),
        Column("recorded_at", Kind.TIMESTAMP, "When the register learned of this row."),
    ),
)
OWN_TABLES = {each.name: each for each in (ERASURE, DECISION, PADDING)}


def _kept(table: Table) -> Table:
    dropped = _COLUMNS_NOT_KEPT.get(table.name, ())
    return replace(table, columns=tuple(each for each in table.columns if each.name not in dropped))


KEPT_TABLES: dict[str, Table] = {
    **{name: _kept(each) for name, each in TABLES.items() if name not in _NOT_KEPT},
    **OWN_TABLES,
}


@cache
def identity(name: str) -> tuple[str, ...]:
    """The columns that name one row of a kept table."""
    return IDENTITY.get(name, (KEPT_TABLES[name].key.name,))


@cache
def kept_columns(name: str) -> tuple[str, ...]:
    """The columns of a kept table that a record fills: all but `recorded_at`, which the register gives."""
    return tuple(column.name for column in KEPT_TABLES[name].columns if column.name != "recorded_at")


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
)

# Files that no leaf names, as they stood when Overt wrote them or somebody vouched for them.
VOUCHED = sa.Table(
    "vouched",
    METADATA,
    sa.Column("path", sa.Text, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False),
)
BULK = sa.Table(
    "bulk",
    METADATA,
    sa.Column("run", sa.Text, primary_key=True),
    sa.Column("done", _SEQ, nullable=False),
)

# The recalls that a removal raised: of which entry, and the lines by which the body finds its copy. The entry stands
# here until it is erased, and the lines until the body was told.
RAISED = sa.Table(
    "raised",
    METADATA,
    sa.Column("recall_id", sa.Text, primary_key=True),
    sa.Column("entry_id", sa.Text),
    sa.Column("found_by", sa.Text),
)

# What the gate looks up beside a staged row: see `overt.gate._neighbours`.
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
    "request_step": (("request_id",),),
    "recall": (("request_id",),),
    "notice": (("entry_id",),),
    "correction": (("entry_id",),),
    "decision_safeguard": (("entry_id",),),
}


def _version_table(name: str) -> sa.Table:
    columns = [sa.Column(each.name, _type(each.kind)) for each in KEPT_TABLES[name].columns]
    made = sa.Table(
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
    _index(made, f"{name}_current", identity(name), unique=True)
    for columns_of in _LOOKUPS.get(name, ()):
        _index(made, f"{name}_by_{'_'.join(columns_of)}", columns_of)
    return made


def _index(made: sa.Table, name: str, columns: Sequence[str], *, unique: bool = False) -> None:
    stands = made.c.closed_seq.is_(None)
    sa.Index(name, *[made.c[each] for each in columns], unique=unique, sqlite_where=stands, postgresql_where=stands)


VERSIONS: dict[str, sa.Table] = {name: _version_table(name) for name in KEPT_TABLES}
