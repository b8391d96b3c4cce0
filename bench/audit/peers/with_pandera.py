"""Pandera on Polars: row controls as checks of one schema a table, all errors collected.

By itself Pandera keeps every failing row; `cases=N` keeps N of each check, and the count is then taken
from the check's own output. The columns that the checks read are loaded, and no others.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pandera.polars as pa
import polars as pl
from task import read_task


def main() -> None:
    task = read_task()
    limit = int(task.options["cases"]) if "cases" in task.options else None
    by_table: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for control in task.controls:
        by_table[control["rows"]["table"]].append(control)
    for table, controls in by_table.items():
        with task.timed(table):
            columns = sorted({column for each in controls for column in each["rows"]["columns"]})
            frame = pl.read_parquet(task.parquet(table), columns=columns)
            schema = pa.DataFrameSchema({}, checks=[_check(each, limit) for each in controls])
            failed = {each["id"]: 0 for each in controls}
            try:
                schema.validate(frame, lazy=True)
            except pa.errors.SchemaErrors as errors:
                for error in errors.schema_errors:
                    output = error.check_output.lazy().collect().to_series()
                    failed[error.check.name] = int((~output).sum())
            for name, count in failed.items():
                task.found(name, None, count)
    task.answer("pandera", "polars")


def _check(control: dict[str, Any], limit: int | None) -> pa.Check:
    breaches = pl.sql_expr(control["rows"]["scope"]) & pl.sql_expr(control["rows"]["breach"])
    passes = (~breaches).fill_null(True)
    return pa.Check(lambda data: data.lazyframe.select(passes), name=control["id"], n_failure_cases=limit)


main()
