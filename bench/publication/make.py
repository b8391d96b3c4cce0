"""A million invented entries in 768 cells: 6 groups, 32 areas and 4 roles, of which some are rare together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

GROUPS = ("White", "Mixed", "Asian", "Black", "Other", "Sixth")
AREAS = tuple(f"Area {number:02}" for number in range(32))
ROLES = ("suspect", "associate", "victim", "witness")


def make(folder: Path, rows: int, seed: int = 4) -> None:
    """`entry.parquet` in the folder, one row for each entry."""
    random = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    columns = {
        "grp": (GROUPS, random.choice(6, rows, p=(0.45, 0.06, 0.14, 0.26, 0.07, 0.02))),
        "area": (AREAS, random.integers(0, 32, rows)),
        "role": (ROLES, random.choice(4, rows, p=(0.8, 0.15, 0.04, 0.01))),
    }
    table = {
        name: pa.DictionaryArray.from_arrays(codes.astype(np.int8), list(words)).cast("string")
        for name, (words, codes) in columns.items()
    }
    pq.write_table(pa.table({"entry_id": pa.array(np.arange(rows).astype(str)), **table}), folder / "entry.parquet")
