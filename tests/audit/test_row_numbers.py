"""Where a source numbers nothing, each row is counted as one; that is said beside every figure that rests on it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.audit.conftest import run_audit
from tests.audit.sources import written

SOURCE = "Status,Review\nactive,2020-01-02\nactive,\nclosed,2020-01-02\n"
MAPPING = """create view entry as
select format('{:08d}', _row) as entry_id, "Status" as status, cast("Review" as date) as review_due_on
from source_rows;
"""
SAID = "In this source entries have no number, so each row is counted as one entry."


def test_a_row_number_is_said_beside_every_figure_that_it_affects(tmp_path: Path) -> None:
    """In the results and the report, the publishable ones too, for it tells no count; nowhere if a column numbers."""
    source = written(tmp_path, "list.csv", SOURCE)
    mapping = written(tmp_path, "m.sql", MAPPING)
    run = run_audit(source, tmp_path / "out", mapping=mapping)
    assert run.numbered == ("entry",)
    findings = json.loads((tmp_path / "out" / "findings.json").read_text(encoding="utf-8"))["findings"]
    keyed = {each.control.id for each in run.findings if each.control.key == "entry_id" and each.examined is not None}
    assert {each["control"] for each in findings if SAID in each["remarks"]} == keyed
    assert {"OV-20", "OV-21"} <= keyed
    assert SAID in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "entry: the source has no number for it, so each row is counted as one" in run.notes
    named = written(tmp_path, "named.sql", MAPPING.replace("format('{:08d}', _row)", "\"Status\" || '1'"))
    assert run_audit(source, tmp_path / "named", mapping=named).numbered == ()
