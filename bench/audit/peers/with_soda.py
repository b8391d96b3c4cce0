"""Soda Core: one contract, one `failed_rows` check a control, the count of failing rows pushed to DuckDB.

With `tested=yes` each check also counts the rows it looked at. Rows of which nothing can be told are
not counted by Soda. Telemetry is off.
"""

from __future__ import annotations

import json
import logging
import os
from typing import Any

os.environ["SODA_CORE_TELEMETRY_ENABLED"] = "false"

import duckdb
from soda_core.contracts import verify_contract_locally
from task import Task, read_task


def main() -> None:
    task = read_task()
    logging.disable(logging.CRITICAL)
    work = task.target.with_suffix(".soda")
    work.mkdir(exist_ok=True)
    database = work / "register.duckdb"
    database.unlink(missing_ok=True)
    with duckdb.connect(str(database)) as connection:
        for statement in task.views():
            connection.execute(statement)
    source, contract = work / "source.yml", work / "contract.yml"
    # JSON is YAML.
    source.write_text(json.dumps({"type": "duckdb", "name": "register", "connection": {"database": str(database)}}))
    contract.write_text(json.dumps(_contract(task)))
    session = verify_contract_locally(data_source_file_path=str(source), contract_file_path=str(contract))
    for result in session.contract_verification_results[0].check_results:
        values = result.diagnostic_metric_values or {}
        if values.get("failed_rows_count") is None:
            task.refused[result.check.name] = str(result.outcome)
            continue
        task.found(result.check.name, values.get("check_rows_tested"), int(values["failed_rows_count"]))
    task.answer("soda-core", "soda-duckdb", "duckdb")


def _contract(task: Task) -> dict[str, Any]:
    checks = []
    for control in task.controls:
        select = control["duckdb"]
        failing = f"select * from ({select}) as c where breach"
        check = {"name": control["id"], "qualifier": control["id"], "query": failing}
        if task.options.get("tested") == "yes":
            check["rows_tested_query"] = f"select count(*) from ({select}) as c"
        checks.append({"failed_rows": check})
    return {"dataset": "register/register/main/entry", "columns": [{"name": "entry_id"}], "checks": checks}


main()
