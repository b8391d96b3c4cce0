"""Fairlearn on the same rows: the share with no further action by group and area, with bootstrap limits.

python fairlearn_run.py FOLDER ROWS DRAWS → one line of JSON: seconds, shares by cell, limits by cell.
"""

from __future__ import annotations

import json
import resource
import sys
import time
import warnings

import numpy as np
import pyarrow.parquet as pq
from fairlearn.metrics import MetricFrame, selection_rate

warnings.simplefilter("ignore")
folder, rows, draws = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
frame = pq.read_table(f"{folder}/encounter.parquet").to_pandas().head(rows)
hit = frame["no_further_action"].to_numpy().astype(int)
started = time.perf_counter()
more = {"n_boot": draws, "ci_quantiles": [0.025, 0.975], "random_state": 1} if draws else {}
made = MetricFrame(
    metrics=selection_rate,
    y_true=np.zeros(len(hit)),
    y_pred=hit,
    sensitive_features=frame[["ethnicity_self_group", "unit"]],
    **more,
)
shares = {", ".join(key): float(value) for key, value in made.by_group.items()}
limits = [{", ".join(k): float(v) for k, v in each.items()} for each in made.by_group_ci] if draws else []
seconds = time.perf_counter() - started
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
sys.stdout.write(json.dumps({"seconds": seconds, "shares": shares, "limits": limits, "peak_mib": peak}) + "\n")
