"""Overt's own engine on the PostgreSQL tables that Great Expectations is given: the controls, no report."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path

from task import read_task

from overt.controls import Evidence, Settings, find_pack, read_pack, run_control
from overt.controls.engines import PostgresEngine
from overt.controls.engines._postgres import connect


def main() -> None:
    task = read_task()
    given = json.loads(Path(sys.argv[1]).read_text())
    pack = read_pack(find_pack(given["location"]))
    days = {name: dt.date.fromisoformat(day) for name, day in given["thresholds"].items()}
    settings = Settings(
        dt.date.fromisoformat(task.as_of),
        {name: threshold.value for name, threshold in pack.thresholds.items()} | days,
        Evidence(task.options["evidence"]),
        timeout=None,
    )
    engine = PostgresEngine(connect(task.options["url"]))
    wanted = {control["id"] for control in task.controls}
    for control in pack.controls:
        if control.id in wanted:
            finding = run_control(control, pack.name, engine, settings)
            if finding.examined is None:
                task.refused[control.id] = finding.reason
                continue
            task.found(control.id, finding.examined, finding.breached or 0, finding.unknown)
            task.seconds[control.id] = finding.seconds or 0.0
    engine.close()
    task.answer("overt")


main()
