"""Great Expectations on PostgreSQL: one `UnexpectedRowsExpectation` a control.

The tables are in the server before the clock starts. With `format=SUMMARY` the counts are kept, with
`format=COMPLETE` also as many failing rows as it will keep (200). Analytics are off.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os

os.environ["GX_ANALYTICS_ENABLED"] = "false"

import great_expectations as gx
from great_expectations.expectations import UnexpectedRowsExpectation
from task import read_task


def main() -> None:
    task = read_task()
    logging.disable(logging.CRITICAL)
    # It prints a line for each query that does not name its batch, and a bar for each metric.
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}
        url = task.options["url"].replace("postgresql://", "postgresql+psycopg2://")
        source = context.data_sources.add_postgres("register", connection_string=url)
        batch = source.add_table_asset("entry", table_name="entry").add_batch_definition_whole_table("all")
        suite = context.suites.add(gx.ExpectationSuite(name="core"))
        for control in task.controls:
            query = f"select * from ({control['postgres']}) as found where breach".replace("{", "{{").replace("}", "}}")
            suite.add_expectation(UnexpectedRowsExpectation(unexpected_rows_query=query, meta={"id": control["id"]}))
        validation = context.validation_definitions.add(gx.ValidationDefinition(name="core", data=batch, suite=suite))
        outcome = validation.run(result_format=task.options["format"])
    for result in outcome.results:
        name = result.expectation_config.meta["id"]
        if "observed_value" in result.result:
            task.found(name, None, int(result.result["observed_value"]))
        else:
            task.refused[name] = str(result.exception_info)[-200:]
    task.answer("great-expectations", "sqlalchemy", "psycopg2-binary")


main()
