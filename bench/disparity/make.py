"""A million invented encounters of six groups in 32 areas, and the people who live there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

GROUPS = ("White", "Mixed", "Asian", "Black", "Other", "Sixth")
SHARES = (0.45, 0.06, 0.14, 0.26, 0.06, 0.03)
AREAS = tuple(f"Area {number:02}" for number in range(32))


def make(folder: Path, rows: int, seed: int = 4) -> None:
    """`encounter.parquet` (rows) and `population.parquet` (192 cells) in the folder."""
    random = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    group, area = random.choice(6, rows, p=SHARES), random.integers(0, 32, rows)
    nothing = random.random(rows) < (0.6 + 0.02 * group + 0.002 * area)
    pq.write_table(
        pa.table(
            {
                "encounter_id": pa.array(np.arange(rows).astype(str)),
                "ethnicity_self_group": pa.DictionaryArray.from_arrays(group.astype(np.int8), list(GROUPS)).cast(
                    "string"
                ),
                "unit": pa.DictionaryArray.from_arrays(area.astype(np.int8), list(AREAS)).cast("string"),
                "no_further_action": nothing,
            }
        ),
        folder / "encounter.parquet",
    )
    people = random.integers(5_000, 90_000, (32, 6))
    cells = [(a, g) for a in range(32) for g in range(6)]
    pq.write_table(
        pa.table(
            {
                "population_id": ["residents"] * 192,
                "area": [AREAS[a] for a, _ in cells],
                "year": [2021] * 192,
                "attribute": ["ethnicity"] * 192,
                "grp": [GROUPS[g] for _, g in cells],
                "count": [int(people[a, g]) for a, g in cells],
            }
        ),
        folder / "population.parquet",
    )
