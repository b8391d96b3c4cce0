"""The process that does a piece of work: `python -m overt.web.portal.oversight._worker FOLDER`.

`_runs.begin` starts it. It works on a snapshot and changes nothing of the register. It gives way to the
portal, and keeps to one thread.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from overt.audits import Opened, Request, SourceOptions, audit, open_source
from overt.audits import sample as samples
from overt.controls import Finding
from overt.ledger import FolderStore, check, read_policy
from overt.lines import first_break
from overt.machine import spare_pandas
from overt.model import SUBJECT
from overt.refusals import Refusal, Refusals
from overt.register import SNAPSHOTS_FOLDER, Register, RegisterLog, check_register, snapshot
from overt.storage import storage_refusal
from overt.web._faults import refusal_data
from overt.web.portal._journal import FOLDER as PORTAL_FOLDER
from overt.web.portal.oversight._measured import measured
from overt.web.portal.oversight._runs import ANSWER, ASKED, DISPARITY, PROGRESS, REFUSED, What, write

_NICE = 10
_MOST_FAULTS = 100
# What a finding says that may be kept: no number of a record is in it.
_KEPT = (
    "control", "title", "asks", "severity", "verdict", "examined", "breached", "unknown", "sentence", "missing",
    "without", "reason", "remedy", "limits", "kind",
)  # fmt: skip


def main(arguments: list[str]) -> None:
    """Does the work that the folder asks for, and leaves in it what came of it."""
    os.nice(_NICE)
    os.umask(0o077)
    spare_pandas()
    folder = Path(arguments[0])
    request = json.loads((folder / ASKED).read_text(encoding="utf-8"))
    does = {What.AUDIT: _audit, What.CHECK: _check, What.SAMPLE: _sample}[What(request["what"])]
    try:
        answer = does(folder, request)
    except Refusal as refusal:
        write(folder / REFUSED, [_as_json(refusal)])
    except Refusals as refusals:
        write(folder / REFUSED, list(map(_as_json, refusals.refusals)))
    except Exception as error:
        refused = storage_refusal(error)
        # What it says may hold a value of a record, so only its kind is kept.
        problem = f"it ended with {type(error).__name__}"
        failed = {"code": "work-failed", "found": problem, "wanted": "", "remedy": "ask again"}
        write(folder / REFUSED, [failed if refused is None else _as_json(refused)])
    else:
        write(folder / ANSWER, answer)


def _as_json(refusal: Refusal) -> dict[str, str]:
    return refusal_data(refusal, Path(refusal.where).name)


# --- an audit -------------------------------------------------------------------------------------------------------


class _ProgressFile:
    """Writes down how far an audit is."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / PROGRESS
        self._done = self._of = 0

    def reading(self, table: str, rows: int) -> None:
        """A source table is read."""
        self.say("reading the register")

    def planned(self, controls: int, resumed: int) -> None:
        """So many questions will be asked."""
        self._of, self._done = controls, resumed
        self.say("asking the questions")

    def finished(self, finding: Finding) -> None:
        """A question has been answered."""
        self._done += 1
        self.say("asking the questions")

    def writing(self) -> None:
        """Report the stage: writing the results."""
        self.say("writing the results")

    def say(self, stage: str) -> None:
        """Writes it."""
        write(self._path, {"stage": stage, "done": self._done, "of": self._of})


def _audit(folder: Path, request: dict[str, Any]) -> dict[str, Any]:
    """The findings and the disparities of the register as it stood at the end of a day."""
    progress, day = _ProgressFile(folder), dt.date.fromisoformat(request["as_of"])
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
        write(folder / PROGRESS, {"stage": "holding every row against its leaf", "done": 0, "of": register.size()})
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
                progress=lambda done, of: write(
                    folder / PROGRESS, {"stage": "checking what was published", "done": done, "of": of}
                ),
            )
            faults = [fault.__dict__ for fault in checked.faults]
            counts = {name: getattr(checked, name) for name in ("entries", "public", "tiles", "fault_count")}
            published = {**counts, "faults": faults, "cosigned_by": list(checked.cosigned_by)}
        return {
            "leaves": register.size(),
            "differing": differing,
            "published": published,
            "access_log_broken_at": first_break(path / PORTAL_FOLDER / "access.jsonl"),
        }


# --- a sample -------------------------------------------------------------------------------------------------------


def _sample(folder: Path, request: dict[str, Any]) -> dict[str, Any]:
    """Rows drawn by chance: their numbers and days. What reviewers read of them stays in the register."""
    write(folder / PROGRESS, {"stage": "drawing", "done": 0, "of": 0})
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
