"""A small register for tests of whole audits. Every person in it is invented."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest

from overt.audits import Request, Run, SourceOptions, audit
from overt.controls import Finding

AS_OF = dt.date(2026, 6, 30)

ENTRIES = [
    {"entry_id": "E1", "subject_id": "S1", "role": "suspect", "status": "active", "opened_on": "2020-01-01",
     "review_due_on": "2026-12-31", "unit": "Anytown"},
    {"entry_id": "E2", "subject_id": "S2", "role": "victim", "status": "active", "opened_on": "2021-02-03",
     "review_due_on": "", "score": "40", "unit": "Anytown"},
    {"entry_id": "E3", "subject_id": "S3", "role": "", "status": "active", "opened_on": "2017-05-06",
     "review_due_on": "2026-01-31", "unit": "=cmd|' /C calc'!A0"},
    {"entry_id": "E4", "subject_id": "S4", "role": "witness", "status": "closed", "opened_on": "2019-01-01",
     "review_due_on": "2020-01-01", "unit": "Otherton"},
]  # fmt: skip
COLUMNS = ["entry_id", "subject_id", "role", "status", "opened_on", "review_due_on", "score", "band", "unit"]


class Silent:
    """An observer who is told nothing."""

    def reading(self, table: str, rows: int) -> None:
        """Nothing."""

    def planned(self, controls: int, resumed: int) -> None:
        """Remembers how many were taken over."""
        self.resumed = resumed

    def finished(self, finding: Finding) -> None:
        """Nothing."""

    def writing(self) -> None:
        """Nothing."""


def write_register(folder: Path, without: str = "") -> Path:
    """A folder with one table, `entry`; one column may be left out."""
    folder.mkdir(parents=True, exist_ok=True)
    columns = [column for column in COLUMNS if column != without]
    with (folder / "entry.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(ENTRIES)
    return folder


def run_audit(source: Path, out: Path, mapping: Path | None = None, **changes: object) -> Run:
    """An audit with the core pack; `changes` go to the request."""
    options = SourceOptions(str(source), mapping)
    request = Request(**{"source": options, "packs": ("core",), "out": out, "as_of": AS_OF, **changes})  # type: ignore[arg-type]
    return audit(request, Silent())


def by_id(run: Run) -> dict[str, Finding]:
    """Findings by their control."""
    return {finding.control.id: finding for finding in run.findings}


@pytest.fixture
def register(tmp_path: Path) -> Path:
    return write_register(tmp_path / "register")
