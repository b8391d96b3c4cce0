"""The process of one disparity, one sample or one test of a keyword list.

It is `python -m overt.web.studio._figures_worker FOLDER`.
"""

from __future__ import annotations

import datetime as dt
import shutil
import sys
from pathlib import Path
from typing import Any

from overt.audits import as_stood, open_source, take_loaded
from overt.audits import sample as samples
from overt.disparities import DisparityQuestion, measure_source, write_report
from overt.private import private_folder
from overt.web._disparity import kept
from overt.web._work import ProgressFile, do_job
from overt.web.studio._job_source import source_of_job
from overt.web.studio._samples import check_no_names, keep_command


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


def _sample(folder: Path, asked: dict[str, Any]) -> dict[str, Any]:
    """Draws a sample, and writes it where the project keeps samples, with the command that draws it again."""
    progress = ProgressFile(folder)
    progress.say("reading the source")
    options, database, out = source_of_job(folder, asked), folder / "loaded.duckdb", Path(asked["out"])
    try:
        stood = as_stood(options, dt.date.fromisoformat(asked["as_of"]), folder)
        take_loaded(stood, Path(asked["loaded"]), database)
        with open_source(stood, database, profile=False) as opened:
            progress.say("drawing the sample")
            drawn = samples.draw(
                opened.connection,
                table=asked["table"],
                question=asked["question"],
                size=asked["size"],
                seed=asked["seed"],
                strata=asked["by"],
                where=asked["where"],
                register=opened.account.name,
                source_digest=opened.account.digest,
                filled=opened.filled.columns,
            )
    finally:
        for left in folder.glob("loaded.duckdb*"):
            left.unlink()
        shutil.rmtree(folder / "snapshot", ignore_errors=True)
    check_no_names(drawn)
    private_folder(out.parent)
    samples.write_sample(drawn, out)
    keep_command(out, drawn, options, asked["mapping"])
    return {"drawn": len(drawn.rows), "frame": drawn.frame}


def _words(folder: Path, asked: dict[str, Any]) -> dict[str, Any]:
    """Tests a keyword list on labelled texts. Of the texts nothing is kept but counts."""
    # It takes long to load, and a disparity has no use for it.
    from overt.web.studio._words import try_words  # noqa: PLC0415

    return try_words(asked, ProgressFile(folder))


if __name__ == "__main__":
    do_job(Path(sys.argv[1]), {"disparity": _disparity, "sample": _sample, "words": _words})
