"""The process of one audit: `python -m overt.web.studio._worker FOLDER`."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Any

from overt.audits import Heading, Request, SourceOptions, audit, read_reading, read_threshold
from overt.controls import Evidence, Verdict
from overt.private import write_private
from overt.web._work import ProgressFile, do_job
from overt.web.studio._audits import kept_of, result_of


def _audit(folder: Path, asked: dict[str, Any]) -> dict[str, Any]:
    """Audits the source as it was asked, into the results of the project, and keeps the run beside them."""
    mapping = _kept_text(folder / "mapping.sql", asked["mapping"])
    reading = _kept_text(folder / "reading.toml", asked["reading"])
    results, number = Path(asked["results"]), int(folder.name)
    source = SourceOptions(asked["location"], mapping, memory=asked["memory"])
    if reading:
        source = SourceOptions(asked["location"], mapping, read_reading(reading), asked["memory"])
    request = Request(
        source,
        tuple(asked["packs"]),
        dt.date.fromisoformat(asked["as_of"]),
        out=result_of(results, number),
        keep=kept_of(results, number),
        thresholds=dict(map(read_threshold, asked["thresholds"])),
        evidence=Evidence(asked["evidence"]),
        accepted=_kept_text(folder / "accepted.toml", asked["accepted"]),
        heading=Heading(*asked["heading"]),
    )
    run = audit(request, ProgressFile(folder))
    return {verdict.value: sum(finding.verdict is verdict for finding in run.findings) for verdict in Verdict}


def _kept_text(path: Path, text: str) -> Path | None:
    """The file with a text, under the name that the results give it; none without one."""
    if not text:
        return None
    if not path.is_file():
        write_private(path, text.encode())
    return path


if __name__ == "__main__":
    do_job(Path(sys.argv[1]), {"audit": _audit})
