"""Pointblank, in one of three ways.

`how=select`: each control's select, through Ibis, as the table of a validation on DuckDB, which makes
every control expressible and leaves the work to DuckDB. `how=table`: a row control's rows in scope, whole,
as the table of a validation on DuckDB, everything else left as Pointblank has it. `how=rows`: a row control as
a Polars expression over the columns it needs, rows out of scope filtered away before. `extracts=N` keeps N
failing rows.
"""

from __future__ import annotations

from typing import Any

import pointblank as pb
from task import Task, read_task


def main() -> None:
    task = read_task()
    packages = ("pointblank", "polars") if task.options["how"] == "rows" else ("pointblank", "ibis-framework", "duckdb")
    if task.options["how"] == "rows":
        _rows(task)
    else:
        _selects(task)
    task.answer(*packages)


def _selects(task: Task) -> None:
    import ibis

    whole = task.options["how"] == "table"
    connection = ibis.duckdb.connect()
    for statement in task.views():
        connection.raw_sql(statement)
    for control in task.controls:
        with task.timed(control["id"]):
            validation = pb.Validate(data=connection.sql(_whole(control) if whole else control["duckdb"]))
            met = validation.col_vals_expr(expr=lambda table: ~table.breach | table.breach.isnull())
            _note(task, control["id"], met)


def _whole(control: dict[str, Any]) -> str:
    rows = control["rows"]
    return f"select *, {rows['breach']} as breach from {rows['table']} where {rows['scope']}"


def _rows(task: Task) -> None:
    import polars as pl

    for control in task.controls:
        rows = control["rows"]
        with task.timed(control["id"]):
            table = pl.scan_parquet(task.parquet(rows["table"])).select(rows["columns"])
            scoped = table.filter(pl.sql_expr(rows["scope"])).collect()
            breach = pl.sql_expr(rows["breach"])
            _note(task, control["id"], pb.Validate(data=scoped).col_vals_expr(expr=~breach.fill_null(False)))


def _note(task: Task, control: str, validation: Any) -> None:
    if task.options["how"] == "table":
        done = validation.interrogate()
    else:
        limit = int(task.options.get("extracts", "0"))
        # The table with a mark on every row is only wanted for splitting it in two, which is not asked here.
        done = validation.interrogate(collect_extracts=limit > 0, extract_limit=limit or 1, collect_tbl_checked=False)
    step = done.validation_info[0]
    if step.n == 0:
        # A table without rows is an error to Pointblank; here it means that nothing was in scope.
        task.found(control, 0, 0)
    elif step.n_failed is None:
        task.refused[control] = str(step.notes)[:200]
    else:
        task.found(control, int(step.n), int(step.n_failed))


main()
