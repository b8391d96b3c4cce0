"""The evidence of each breached control: its lowest rows, as Parquet and as CSV."""

from __future__ import annotations

from collections.abc import Sequence

from overt.audits.results import _words as words
from overt.audits.results._figures import ShownFinding, ShownRun
from overt.controls import Scalar
from overt.pages import csv_bytes

FOLDER = "evidence"
MARK = "synthetic"


def evidence_files(run: ShownRun) -> dict[str, bytes]:
    """Path in the folder and content of each evidence file; none where evidence is off or withheld."""
    files: dict[str, bytes] = {}
    for shown in run.findings:
        rows = evidence_rows(shown)
        if not rows:
            continue
        # It takes long to load, and an audit that keeps no rows does without.
        from overt.audits.results._evidence_parquet import parquet_bytes  # noqa: PLC0415

        names, columns = _columns(rows, run.synthetic)
        stem = f"{FOLDER}/{shown.evidence_name}"
        files[f"{stem}.csv"] = csv_bytes(names, zip(*columns, strict=True))
        files[f"{stem}.parquet"] = parquet_bytes(run, shown, names, columns)
    return files


def evidence_rows(shown: ShownFinding) -> Sequence[dict[str, Scalar]]:
    """The rows of a finding's evidence; the bare keys where no more was kept."""
    return shown.rows or [{shown.control.key: key} for key in shown.keys]


def _columns(rows: Sequence[dict[str, Scalar]], synthetic: bool) -> tuple[list[str], list[list[Scalar]]]:
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = [[row.get(name) for row in rows] for name in names]
    if synthetic:
        # A copied file keeps no folder around it, so each row says that it is made up.
        return [*names, MARK], [*columns, [words.SYNTHETIC] * len(rows)]
    return names, columns
