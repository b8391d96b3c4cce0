"""Tasks that oversight starts: an audit as of a day, a check of every row, a sample. One task runs at a time.

Each is a job of `overt.web._work`, so that staff can keep working. Only counts and numbers of records are kept in the
register's folder, under `portal/oversight`. The rows of evidence are in `snapshots`, which an erasure deletes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from overt.register import SNAPSHOTS_FOLDER
from overt.web import _work
from overt.web._work import Job
from overt.web.portal._desk import Desk

_FOLDER = Path("portal") / "oversight"
_WORKER = "overt.web.portal.oversight._worker"
DISPARITY = "disparity.json"


class What(StrEnum):
    """What can be asked for."""

    AUDIT = "audit"
    CHECK = "check"
    SAMPLE = "sample"


@dataclass(frozen=True)
class OversightRun(Job):
    """One task."""

    @property
    def what(self) -> What:
        """What was asked for."""
        return What(self.asked["what"])

    @property
    def as_of(self) -> str:
        """The day that an audit judges by."""
        return str(self.asked.get("as_of", ""))

    def head(self) -> dict[str, Any]:
        """What a page says of it."""
        request = {name: self.asked.get(name) for name in ("what", "as_of", "asked_by", "asked_at")}
        return {"number": self.number, "state": self.state.value, **request, "progress": dict(self.progress)}


def runs(desk: Desk, what: What | None = None) -> list[OversightRun]:
    """Every task, oldest first; of one kind, if it is given."""
    every = map(_run, _work.jobs(_home(desk)))
    return [run for run in every if what is None or run.what is what]


def find_run(desk: Desk, number: str, what: What | None = None) -> OversightRun | None:
    """The task with a number, as given in an address."""
    job = _work.find_job(_home(desk), number)
    run = _run(job) if job else None
    return run if run and (what is None or run.what is what) else None


def begin(desk: Desk, what: What, request: Mapping[str, Any], *, wait: float = 0.0) -> OversightRun:
    """Starts a task, and waits up to `wait` seconds for its end. Refuses a second task while one is running."""
    asked = {"what": what.value, **request, **_places(desk)}
    return _run(_work.begin(_home(desk), _WORKER, asked, wait=wait))


def at_work(desk: Desk) -> bool:
    """Whether a task is running."""
    return _work.at_work(_home(desk))


def evidence(run: OversightRun) -> Path:
    """The result folder of an audit, which exists until something is erased."""
    return Path(run.asked["register"]) / SNAPSHOTS_FOLDER / f"oversight-{run.number:04}"


def _run(job: Job) -> OversightRun:
    return OversightRun(**{part.name: getattr(job, part.name) for part in fields(Job)})


def _home(desk: Desk) -> Path:
    return desk.folder / _FOLDER


def _places(desk: Desk) -> dict[str, str]:
    given_places = {"register": desk.folder, "ledger": desk.config.ledger, "policy": desk.config.policy}
    return {name: str(path.absolute()) for name, path in given_places.items() if path is not None}
