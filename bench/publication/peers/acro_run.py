"""ACRO on the same rows: a table of 768 cells with its checks and its suppression.

python acro_run.py FOLDER DRAWS → one line of JSON: seconds, peak, how many cells it withholds, counts.
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
import sys
import time
import warnings
from pathlib import Path

import pandas as pd
from acro import ACRO

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
folder = sys.argv[1]
with contextlib.redirect_stdout(sys.stderr):
    session = ACRO(suppress=True)
    started = time.perf_counter()
    frame = pd.read_parquet(f"{folder}/entry.parquet")
    table = session.crosstab(frame["grp"], [frame["area"], frame["role"]])
    seconds = time.perf_counter() - started
peak = int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024
plain = pd.crosstab(frame["grp"], [frame["area"], frame["role"]])
exact = {
    f"{group}, {area}, {role}": int(plain.loc[group, (area, role)]) for group in plain.index for area, role in plain
}
withheld = int(table.isna().sum().sum())
sys.stdout.write(json.dumps({"seconds": seconds, "peak_mib": peak, "withheld": withheld, "counts": exact}) + "\n")
