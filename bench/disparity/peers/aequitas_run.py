"""Aequitas on the same rows: its crosstab and disparities, which have no interval.

python aequitas_run.py FOLDER ROWS → one line of JSON: seconds, shares by cell.
"""

from __future__ import annotations

import json
import resource
import sys
import time
import warnings

import pyarrow.parquet as pq
from aequitas.bias import Bias
from aequitas.group import Group

warnings.simplefilter("ignore")
folder, rows = sys.argv[1], int(sys.argv[2])
frame = pq.read_table(f"{folder}/encounter.parquet").to_pandas().head(rows)
data = frame[[]].copy()
data["score"] = frame["no_further_action"].astype(int)
data["label_value"] = 0
data["cell"] = frame["ethnicity_self_group"] + ", " + frame["unit"]
started = time.perf_counter()
table, _ = Group().get_crosstabs(data, attr_cols=["cell"])
Bias().get_disparity_predefined_groups(table, original_df=data, ref_groups_dict={"cell": "White, Area 00"})
seconds = time.perf_counter() - started
shares = dict(zip(table["attribute_value"], table["pprev"].astype(float), strict=True))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
sys.stdout.write(json.dumps({"seconds": seconds, "shares": shares, "limits": [], "peak_mib": peak}) + "\n")
