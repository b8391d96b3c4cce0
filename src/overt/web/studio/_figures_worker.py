"""The process of one disparity: `python -m overt.web.studio._figures_worker FOLDER`."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Any

from overt.disparities import DisparityQuestion, measure_source, write_report
from overt.private import private_folder
from overt.web._disparity import kept
from overt.web._work import ProgressFile, do_job
from overt.web.studio._job_source import source_of_job


def _disparity(folder: Path, asked: dict[str, Any]) -> dict[str, Any]:
    """Measures what was asked, and writes its files where the project keeps them."""
    progress = ProgressFile(folder)
    progress.say("reading the source")
    question = DisparityQuestion(
        asked["measure"],
        (asked["by"],),
        dt.date.fromisoformat(asked["as_of"]),
        tuple(asked["populations"]),
        reference=tuple(asked["reference"]),
        since=dt.date.fromisoformat(asked["since"]) if asked["since"] else None,
    )
    result = measure_source(question, source_of_job(folder, asked), loaded=Path(asked["loaded"]))
    progress.say("writing the results")
    out = private_folder(Path(asked["out"]))
    write_report(result, out)
    return {"files": sorted(path.name for path in out.iterdir() if path.is_file()), **kept(result)}


if __name__ == "__main__":
    do_job(Path(sys.argv[1]), {"disparity": _disparity})
