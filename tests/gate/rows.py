"""Random rows of every table that the gate's controls read, so few keys that they meet, values missing often."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from overt.model import Kind
from overt.register import KEPT_TABLES, identity, row_values

DAYS = [
    "2009-03-01", "2012-02-29", "2019-01-01", "2021-06-01", "2021-08-30", "2021-09-01", "2021-09-02", "2024-01-01",
    "2030-01-01",
]  # fmt: skip
MOMENTS = [f"{day} 08:00:00" for day in DAYS[3:]]
KEYS = {
    "subject_id": ["s1", "s2", "s3"],
    "entry_id": ["e1", "e2", "e3", "e4"],
    "item_id": ["i1", "i2", "i3", "i4", "i5", "i6"],
    "authority_id": ["a1", "a2"],
    "agreement_id": ["g1", "g2"],
    "assessment_id": ["d1", "d2"],
    "category": ["c1", "c2"],
    "source_ref": ["r1", "r2", ""],
    "recipient": ["police", "school"],
    "grounds": ["same", "a longer text that says why", "another longer text that says it"],
    "rationale": ["x", "because of this and of that"],
    "purpose": ["p1", "p2"],
    "purposes": ["p1", "p1 p2"],
    "scope": ["s1", "s1 s2", "s3"],
    "request_id": ["q1", "q2"],
    "ground": ["s.45", " "],
    "reasons": ["told", ""],
    "decided_by": ["P1", "automated", ""],
    "evidence_ref": ["DOC1", "", " "],
    "release_id": ["x1"],
    "table_name": ["t1"],
    "cell": ["k1", "k2", "k3"],
}
# Some more often than others: most controls are about entries and their items.
TABLES = (
    "subject", "entry", "item", "review", "outcome", "authority", "agreement", "category", "assessment",
    "disclosure", "term_hit", "request", "request_step", "recall", "notice", "correction",
    "decision_safeguard", "release_cell", "item", "item", "item",
    "item", "entry", "entry", "outcome", "review",
)  # fmt: skip


def cells(table: str, name: str) -> st.SearchStrategy[Any]:
    """A value of a column, or none."""
    column = KEPT_TABLES[table].by_name[name]
    if name in KEYS and not (column.codes and name != "decided_by"):
        values = st.sampled_from(KEYS[name])
    elif column.codes:
        values = st.sampled_from(column.codes)
    elif column.kind is Kind.DATE:
        values = st.sampled_from(DAYS)
    elif column.kind is Kind.TIMESTAMP:
        values = st.sampled_from(MOMENTS)
    elif column.kind is Kind.BOOLEAN:
        values = st.booleans()
    elif column.kind is Kind.INTEGER:
        values = st.sampled_from([0, 1, 5, 9, 12, 17, 101])
    elif column.kind is Kind.NUMBER:
        values = st.sampled_from([0.0, 1.0, 99.0, 250.0])
    else:
        values = st.sampled_from([f"{name}{number}" for number in range(9 if name == table_key(table) else 2)])
    return values


def table_key(table: str) -> str:
    """The first column of a table."""
    return KEPT_TABLES[table].key.name


@st.composite
def rows(draw: st.DrawFn, table: str) -> dict[str, Any]:
    """A row with its key; every other column may be absent."""
    named = identity(table)
    given = {}
    for column in KEPT_TABLES[table].columns:
        if column.name == "recorded_at":
            continue
        if column.name in named or draw(st.integers(0, 5)):
            given[column.name] = draw(cells(table, column.name))
    return row_values(table, given)


@st.composite
def some_rows(
    draw: st.DrawFn, least: int, most: int, tables: Sequence[str] = TABLES
) -> list[tuple[str, dict[str, Any]]]:
    """Rows of several tables, each key once."""
    found = {}
    for _ in range(draw(st.integers(least, most))):
        table = draw(st.sampled_from(tables))
        values = draw(rows(table))
        found[table, tuple(values[name] for name in identity(table))] = (table, values)
    return list(found.values())
