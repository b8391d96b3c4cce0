"""The limit: bare DuckDB counts the very same selects and keeps nothing.

Options: `memory`, `threads` and other settings of DuckDB, as Overt was found to have them; none of them
means DuckDB's own.
"""

from __future__ import annotations

import duckdb
from task import read_task


def main() -> None:
    task = read_task()
    connection = duckdb.connect()
    for name, value in task.options.items():
        if name != "subset":
            connection.execute(f"set {name} = '{value}'")
    for statement in task.views():
        connection.execute(statement)
    counts = "count(*), count(*) filter (where breach), count(*) filter (where breach is null)"
    for control in task.controls:
        with task.timed(control["id"]):
            row = connection.execute(f"select {counts} from ({control['duckdb']})").fetchone()
        assert row is not None
        task.found(control["id"], *row)
    task.answer("duckdb")


main()
