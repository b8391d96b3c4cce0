"""Tumult Analytics on the same rows: 768 counts with Laplace noise, on a Spark session that is up already.

python tumult_run.py FOLDER DRAWS → one line of JSON: seconds, peak of this process, mean error, counts.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import re
import sys
import time
import warnings
from pathlib import Path

import numpy as np
from pyspark.sql import SparkSession
from tmlt.analytics import AddOneRow, CountMechanism, KeySet, PureDPBudget, QueryBuilder, Session

warnings.simplefilter("ignore")
folder, draws = sys.argv[1], int(sys.argv[2])
os.environ["PYSPARK_PYTHON"] = sys.executable
with contextlib.redirect_stdout(sys.stderr):
    spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    spark.range(10).count()
    started = time.perf_counter()
    entries = spark.read.parquet(f"{folder}/entry.parquet").select("grp", "area", "role")
    rows = entries.groupBy("grp", "area", "role").count().collect()
    exact = {(row["grp"], row["area"], row["role"]): row["count"] for row in rows}
    counted = time.perf_counter() - started
    names = [sorted({key[place] for key in exact}) for place in range(3)]
    keys = KeySet.from_dict(dict(zip(("grp", "area", "role"), names, strict=True)))
    errors, taken = [], []
    for _ in range(draws):
        begun = time.perf_counter()
        session = Session.from_dataframe(PureDPBudget(1.0), "entries", entries, protected_change=AddOneRow())
        query = QueryBuilder("entries").groupby(keys).count(name="n", mechanism=CountMechanism.LAPLACE)
        found = session.evaluate(query, PureDPBudget(1.0)).collect()
        taken.append(time.perf_counter() - begun)
        errors += [abs(row["n"] - exact.get((row["grp"], row["area"], row["role"]), 0)) for row in found]
    spark.stop()
counts = {", ".join(key): exact.get(key, 0) for key in itertools.product(*names)}
peak = int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) / 1024
said = {"seconds": taken[0], "later": min(taken), "peak_mib": peak, "error": float(np.mean(errors)), "counts": counts}
sys.stdout.write(json.dumps({**said, "draws": draws, "counted": counted}) + "\n")
