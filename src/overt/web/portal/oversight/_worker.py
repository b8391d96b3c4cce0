"""The process that does a piece of work: `python -m overt.web.portal.oversight._worker FOLDER`.

`_runs.begin` starts it. It works on a snapshot and changes nothing of the register. It gives way to the
portal, and keeps to one thread.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from overt.audits import Opened, Request, SourceOptions, audit, open_source
from overt.audits import sample as samples
from overt.ledger import FolderStore, check, read_policy
from overt.model import SUBJECT
from overt.register import SNAPSHOTS_FOLDER, AccessLog, Register, RegisterLog, check_register, snapshot
from overt.web._work import ProgressFile, do_job, write
from overt.web.portal.oversight._measured import measured
from overt.web.portal.oversight._runs import DISPARITY, What

_MOST_FAULTS = 100
# What a finding says that may be kept: no number of a record is in it.
_KEPT = (
    "control", "title", "asks", "severity", "verdict", "examined", "breached", "unknown", "sentence", "missing",
    "without", "reason", "remedy", "limits", "kind",
)  # fmt: skip


def main(arguments: list[str]) -> None:
    """Does the work that the folder asks for, and leaves in it what came of it."""
    do_job(Path(arguments[0]), {What.AUDIT: _audit, What.CHECK: _check, What.SAMPLE: _sample})


# --- an audit -------------------------------------------------------------------------------------------------------


def _audit(folder: Path, request: dict[str, Any]) -> dict[str, Any]:
    """The findings and the disparities of the register as it stood at the end of a day."""
    progress, day = ProgressFile(folder), dt.date.fromisoformat(request["as_of"])
    result = Path(request["register"]) / SNAPSHOTS_FOLDER / f"oversight-{folder.name}"
    progress.say("taking a snapshot")
    with _snapshot(folder, request, dt.datetime.combine(day, dt.time.max)) as (source, account):
        audit(Request(source, tuple(request["packs"]), day, out=result), progress)
        progress.say("measuring disparities")
        work = Path(source.location).parent
        with open_source(source, work / "loaded.duckdb", profile=False) as opened:
            write(folder / DISPARITY, measured(opened, day, request["populations"], work))
    result_data = json.loads((result / "findings.json").read_text(encoding="utf-8"))
    return {
        "verdicts": result_data["run"]["verdicts"],
        "packs": [{name: pack[name] for name in ("name", "version", "digest")} for pack in result_data["run"]["packs"]],
        "source_digest": result_data["run"]["source_digest"],
        "leaves": account.leaves,
        "root": account.root,
        "findings": [_summary(finding) for finding in result_data["findings"]],
    }


def _summary(finding: dict[str, Any]) -> dict[str, Any]:
    law = [citation["citation"] for citation in finding["law"]]
    return {**{name: finding[name] for name in _KEPT}, "law": list(dict.fromkeys(law))}


@contextmanager
def _snapshot(folder: Path, request: dict[str, Any], moment: dt.datetime) -> Iterator[tuple[SourceOptions, Any]]:
    """The register as it stood, where an erasure finds it, for as long as it is needed."""
    register = Path(request["register"])
    work = register / SNAPSHOTS_FOLDER / f".oversight-{folder.name}"
    work.mkdir(parents=True)
    try:
        with Register.open(register) as opened:
            account = snapshot(opened, moment, work / register.name)
        yield SourceOptions(str(work / register.name), threads=1), account
    finally:
        shutil.rmtree(work, ignore_errors=True)


# --- a check of every row -------------------------------------------------------------------------------------------


def _check(folder: Path, request: dict[str, Any]) -> dict[str, Any]:
    """Every row against its leaf, every leaf against what was published, and the access log's chain."""
    path = Path(request["register"])
    with Register.open(path) as register:
        progress = ProgressFile(folder)
        progress.say("holding every row against its leaf", 0, register.size())
        differing = [discrepancy.__dict__ for discrepancy in islice(check_register(register), _MOST_FAULTS)]
        log = RegisterLog(register, dt.datetime.fromisoformat(request["asked_at"]))
        policy = Path(request["policy"]) if "policy" in request else log.policy
        published: dict[str, Any] | None = None
        if policy.is_file():
            reader = FolderStore(Path(request["ledger"])) if "ledger" in request else log.store
            checked = check(
                reader,
                read_policy(policy.read_bytes(), policy.name),
                leaves=register,
                limit=_MOST_FAULTS,
                progress=lambda done, of: progress.say("checking what was published", done, of),
            )
            faults = [fault.__dict__ for fault in checked.faults]
            counts = {name: getattr(checked, name) for name in ("entries", "public", "tiles", "fault_count")}
            published = {**counts, "faults": faults, "cosigned_by": list(checked.cosigned_by)}
        return {
            "leaves": register.size(),
            "differing": differing,
            "published": published,
            "access_log_broken_at": _broken_at(path),
        }


def _broken_at(path: Path) -> int | None:
    log = AccessLog(path)
    try:
        return log.broken_at()
    finally:
        log.close()


# --- a sample -------------------------------------------------------------------------------------------------------


def _sample(folder: Path, request: dict[str, Any]) -> dict[str, Any]:
    """Rows drawn by chance: their numbers and days. What reviewers read of them stays in the register."""
    ProgressFile(folder).say("drawing")
    moment = dt.datetime.fromisoformat(request["asked_at"])
    with _snapshot(folder, request, moment) as (source, _):
        database = Path(source.location).with_name("loaded.duckdb")
        with open_source(source, database, profile=False) as opened:
            drawn = samples.write_sample(_draw(opened, request), folder / "sample")
    return {"frame": drawn.frame, "drawn": len(drawn.rows), "digest": drawn.digest}


def _draw(opened: Opened, request: dict[str, Any]) -> samples.Sample:
    """The rows, without the pseudonym of a person: nobody needs it to judge, and no erasure would reach it there."""
    apart = {name: frozenset(columns) - {SUBJECT.subject_id} for name, columns in opened.filled.columns.items()}
    return samples.draw(
        opened.connection,
        table=request["table"],
        question=request["question"],
        size=request["size"],
        seed=request["seed"],
        strata=tuple(request["by"]),
        where=request["where"],
        reason=request["reason"],
        register=opened.account.name,
        source_digest=opened.account.digest,
        filled=apart,
    )


if __name__ == "__main__":
    main(sys.argv[1:])
