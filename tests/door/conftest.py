"""An export as somebody has it in Python. Every person in it is invented."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

MAPPING = """
create view entry as
select ref as entry_id, person as subject_id, role, status, score, opened_on, unit from source_rows;
"""
ROWS = {
    "ref": ["G-1", "G-2", "G-3", "<b>G-4</b>"],
    "person": ["P-1", "P-2", "P-3", "P-4"],
    "role": ["suspect", "victim", "victim", None],
    "status": ["active", "active", "active", "closed"],
    "score": ["10", "40", None, "0"],
    "opened_on": ["2025-03-01", "2025-05-12", "2025-11-20", "2023-01-09"],
    "unit": ["Hackney", "Hackney", "Brent", "Brent"],
}


@pytest.fixture
def rows() -> pa.Table:
    """Four entries, one of a victim with a score."""
    return pa.table(ROWS)


@pytest.fixture
def export(tmp_path: Path, rows: pa.Table) -> Path:
    """The same as a file."""
    path = tmp_path / "export.csv"
    lines = [",".join(rows.column_names), *(",".join(v or "" for v in row.values()) for row in rows.to_pylist())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path
