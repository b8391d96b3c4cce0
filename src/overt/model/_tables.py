"""The tables of a register, one meaning for each column.

Times are UTC timestamps, dates are dates. An audit source fills as many tables and columns as it
has; what it lacks is said in the report and is never taken for compliance.
"""

from __future__ import annotations

from overt.model._collection import AUTHORITY, AUTHORITY_REVIEW, PLATFORM_REQUEST
from overt.model._duties import ASSESSMENT, ATTESTATION, CATEGORY, CLAIM, DATA_BREACH, PROCESSING_RECORD, SPEND
from overt.model._encounters import ENCOUNTER, SOURCE_COLUMN
from overt.model._entries import CONSEQUENCE, DECISION_SAFEGUARD, ENTRY, ITEM, OUTCOME, REVIEW, SUBJECT, TERM_HIT
from overt.model._figures import POPULATION, PUBLISHED_COUNT, RELEASE_CELL
from overt.model._own import DECISION, ERASURE, PADDING
from overt.model._rights import COMPLAINT_WAY, NOTICE, PROMISE, REQUEST, REQUEST_STEP
from overt.model._sharing import ACCESS, AGREEMENT, COPY, CORRECTION, DISCLOSURE, RECALL
from overt.model._table import Column, Table

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        SUBJECT, ENTRY, ITEM, AUTHORITY, AUTHORITY_REVIEW, REVIEW, DECISION_SAFEGUARD, DISCLOSURE, CORRECTION,
        AGREEMENT, ACCESS, COPY, CATEGORY, ASSESSMENT, PROCESSING_RECORD, DATA_BREACH, OUTCOME, TERM_HIT,
        PLATFORM_REQUEST, REQUEST, REQUEST_STEP, RECALL, NOTICE, PROMISE, COMPLAINT_WAY, CONSEQUENCE, RELEASE_CELL,
        PUBLISHED_COUNT, CLAIM, SPEND, POPULATION, ATTESTATION, ENCOUNTER, SOURCE_COLUMN,
    )
}  # fmt: skip
OWN_TABLES: dict[str, Table] = {table.name: table for table in (ERASURE, DECISION, PADDING)}
KEPT_TABLES: dict[str, Table] = {
    **{name: table.as_kept() for name, table in TABLES.items() if table.kept},
    **OWN_TABLES,
}


def parts_of(table: str) -> tuple[str, ...]:
    """A table and those whose rows are part of its rows."""
    return (table, *(name for name, other in TABLES.items() if other.part_of == table))


def that_refer_to(table: str) -> tuple[tuple[str, Column], ...]:
    """The tables whose rows name a row of a table, each with the column that does."""
    return tuple(
        (name, column) for name, other in TABLES.items() for column in other.columns if column.refers_to == table
    )
