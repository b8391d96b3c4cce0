"""The process of one audit: `python -m overt.web.studio._worker FOLDER`."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Any

from overt.audits import Heading, Request, audit, read_threshold
from overt.controls import Evidence, Verdict
from overt.web._work import ProgressFile, do_job
from overt.web.studio._audits import kept_of, result_of
from overt.web.studio._job_source import kept_text, source_of_job


def _audit(folder: Path, asked: dict[str, Any]) -> dict[str, Any]:
    """Audits the source as it was asked, into the results of the project, and keeps the run beside them."""
    results, number = Path(asked["results"]), int(folder.name)
    request = Request(
        source_of_job(folder, asked),
        tuple(asked["packs"]),
        dt.date.fromisoformat(asked["as_of"]),
        out=result_of(results, number),
        keep=kept_of(results, number),
        thresholds=dict(map(read_threshold, asked["thresholds"])),
        evidence=Evidence(asked["evidence"]),
        accepted=kept_text(folder / "accepted.toml", asked["accepted"]),
        heading=Heading(*asked["heading"]),
    )
    run = audit(request, ProgressFile(folder), loaded=Path(asked["loaded"]))
    return {verdict.value: sum(finding.verdict is verdict for finding in run.findings) for verdict in Verdict}


if __name__ == "__main__":
    do_job(Path(sys.argv[1]), {"audit": _audit}, gives_way=False)
