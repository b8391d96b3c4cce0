"""The process of one disparity or one test of a word list: `python -m overt.web.studio._figures_worker FOLDER`."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Any

from overt.audits import SourceOptions, read_reading
from overt.disparities import DisparityQuestion, measure_source, write_report
from overt.private import private_folder, write_private
from overt.web._disparity import kept
from overt.web._work import ProgressFile, do_job


def _disparity(folder: Path, asked: dict[str, Any]) -> dict[str, Any]:
    """Measures what was asked, and writes its files where the project keeps them."""
    progress = ProgressFile(folder)
    progress.say("reading the source")
    mapping = _kept_text(folder / "mapping.sql", asked["mapping"])
    reading = _kept_text(folder / "reading.toml", asked["reading"])
    options = SourceOptions(asked["location"], mapping, memory=asked["memory"])
    if reading is not None:
        options = SourceOptions(asked["location"], mapping, read_reading(reading), asked["memory"])
    question = DisparityQuestion(
        asked["measure"],
        (asked["by"],),
        dt.date.fromisoformat(asked["as_of"]),
        tuple(asked["populations"]),
        reference=tuple(asked["reference"]),
        since=dt.date.fromisoformat(asked["since"]) if asked["since"] else None,
    )
    result = measure_source(question, options)
    progress.say("writing the results")
    out = private_folder(Path(asked["out"]))
    write_report(result, out)
    return {"files": sorted(path.name for path in out.iterdir() if path.is_file()), **kept(result)}


def _kept_text(path: Path, text: str) -> Path | None:
    """The file with a text, under the name that the results give it; none without one."""
    if not text:
        return None
    write_private(path, text.encode())
    return path


if __name__ == "__main__":
    do_job(Path(sys.argv[1]), {"disparity": _disparity})
