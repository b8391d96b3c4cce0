"""`overt.audit`: from a source to findings."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any
from weakref import finalize

import pyarrow as pa

from overt.audits import FileReading, PartitionBy, Reading, Request, Run, exit_code
from overt.audits import audit as run_audit
from overt.controls import Evidence, Finding, Severity, Value, Verdict
from overt.door._given import Day, Given, Machine, Source, day, some, source_options
from overt.door._progress import ProgressBar, progress
from overt.door._shown import ShownResult, table_of, written
from overt.refusals import Exit, Refusal

_COLUMNS = {
    "control": pa.string(),
    "pack": pa.string(),
    "title": pa.string(),
    "severity": pa.string(),
    "verdict": pa.string(),
    "breached": pa.int64(),
    "accepted": pa.int64(),
    "examined": pa.int64(),
    "unknown": pa.int64(),
    "without": pa.list_(pa.string()),
    "missing": pa.list_(pa.string()),
    "reason": pa.string(),
    "keys": pa.list_(pa.string()),
    "digest": pa.string(),
}
_SAID = {
    Verdict.BREACHED: "breached",
    Verdict.FAILED: "could not be run",
    Verdict.CANNOT_BE_SHOWN: "cannot be shown",
    Verdict.MET: "met",
    Verdict.NOT_APPLICABLE: "not applicable",
}


class Audit(ShownResult):
    """A finished audit: one row of `table` for each control, and the result folder behind it.

    `breached` and `examined` count rows; they are null where a control was not asked. Of an audit that is
    `publishable` every number of `table`, of `json` and of what is saved is the one that may be published.
    """

    def __init__(self, run: Run, folder: Path) -> None:
        self.run = run
        self._folder = folder

    @cached_property
    def json(self) -> dict[str, Any]:
        """The whole of findings.json; docs/formats/findings.md has the fields."""
        document: dict[str, Any] = json.loads((self._folder / "findings.json").read_text(encoding="utf-8"))
        return document

    @cached_property
    def table(self) -> pa.Table:
        """The findings, in the order of the packs and their controls."""
        return table_of(self.json["findings"], _COLUMNS)

    @property
    def report(self) -> str:
        """The report as one HTML page that fetches nothing."""
        return (self._folder / "report.html").read_text(encoding="utf-8")

    def finding(self, control: str) -> dict[str, Any]:
        """All that was found by one control, by its number in any case; refuses one that was not asked."""
        for entry in self.json["findings"]:
            if entry["control"].casefold() == control.casefold():
                return dict(entry)
        names = ", ".join(pack.name for pack in self.run.packs)
        raise Refusal(
            "control-not-found",
            f"finding({control!r})",
            "the audit did not include this control",
            f"a control of {names}",
        )

    def exit_code(self, fail_on: str = "low", fail_on_unshown: str | None = None) -> Exit:
        """What `overt audit` would exit with: 1 where a breach of this severity is open, 2 where a control failed."""
        return exit_code(self.run, Severity(fail_on), Severity(fail_on_unshown) if fail_on_unshown else None)

    def save(self, folder: Given) -> Path:
        """Writes the result folder: report.html, findings as JSON, CSV, SARIF and OSCAL, and the evidence."""
        files = {
            str(path.relative_to(self._folder)): path.read_bytes()
            for path in sorted(self._folder.rglob("*"))
            if path.is_file()
        }
        return written(files, Path(folder))

    def _said(self) -> tuple[str, tuple[str, ...]]:
        counts = Counter(finding["verdict"] for finding in self.json["findings"])
        counted = [f"{counts[verdict]:,} {words}" for verdict, words in _SAID.items() if counts[verdict]]
        invented = ("Every person in it is invented.",) if self.run.synthetic else ()
        title = f"Audit of {self.run.register} as of {self.run.recipe.as_of}"
        return title, (f"Of {counts.total():,} questions: {', '.join(counted)}.", *invented)

    def _rows(self) -> Sequence[Mapping[str, Any]]:
        verdicts = (Verdict.BREACHED, Verdict.FAILED)
        return [_row(finding) for finding in self.json["findings"] if finding["verdict"] in verdicts]

    def _more(self) -> tuple[str, Sequence[str]]:
        return "Assumptions, and data not read", self.run.notes


def _row(finding: Mapping[str, Any]) -> dict[str, Any]:
    """A finding as a notebook shows it."""
    counts = "" if finding["breached"] is None else f"{finding['breached']:,} of {finding['examined']:,}"
    least = "at least " if finding.get("without") and finding.get("unknown") else ""
    return {
        "control": finding["control"],
        "severity": finding["severity"],
        "question": finding["title"],
        "breached": f"{least}{counts}" if counts else finding["verdict"],
    }


def audit(
    source: Source,
    *,
    mapping: Given | None = None,
    packs: str | Iterable[str] | None = None,
    as_of: Day = None,
    controls: str | Iterable[str] | None = None,
    thresholds: Mapping[str, Value] | None = None,
    accept: Given | None = None,
    on: str = "duckdb",
    evidence: str = "keys",
    reason: str = "",
    limit: int = 100,
    publishable: bool = False,
    record: Given | None = None,
    across_jurisdictions: bool = False,
    partition_by: str = "",
    out: Given | None = None,
    reading: Reading | FileReading | None = None,
    memory: str = "530MiB",
    threads: int | None = None,
    timeout: float = 300,
    show_progress: bool = True,
) -> Audit:
    """Audits a register: which duties are met, which are breached by how many of how many, which cannot be shown.

    `source` is a file, a folder or a database address, as `overt audit` takes them; or a table of Arrow, pandas or
    polars, or several by name. `mapping` is a file of SQL, or the SQL itself. `packs` are names or folders; without
    any, those are asked that are about the tables that the source fills. `as_of` is the day to judge by, today if not
    given. `limit` is how many of the lowest keys of breaches are kept, `timeout` the seconds that one control may take.
    With `out`, the result folder is made there and an audit that was interrupted goes on; without, it is gone with the
    result. `partition_by` is as `--partition-by` of the command. `publishable` needs `out` or `record`: what was
    published of which source is kept there, so that no second result gives the first away. Raises `overt.Refusal` for
    what cannot be read or asked, before any control is run.
    """
    if publishable and out is None and record is None:
        wanted = "out=, whose folder it then lies beside, or record="
        raise Refusal(
            "publishable-record", "publishable=True", "there is no lasting place for the private record", wanted
        )
    folder = Path(tempfile.mkdtemp(prefix="overt-"))
    try:
        options = source_options(source, mapping, folder, reading, Machine(memory, threads))
        request = Request(
            source=options,
            packs=some(packs),
            out=Path(out) if out is not None else folder / "result",
            as_of=day(as_of, "as_of"),
            on=on,
            evidence=Evidence(evidence),
            evidence_reason=reason,
            limit=limit,
            timeout=timeout,
            thresholds=dict(thresholds or {}),
            accepted=Path(accept) if accept is not None else None,
            publishable=publishable,
            record=Path(record) if record is not None else None,
            only=some(controls),
            across_jurisdictions=across_jurisdictions,
            parts=PartitionBy.read(partition_by) if partition_by else None,
        )
        with progress(show_progress) as bar:
            run = run_audit(request, _Observed(bar))
        shutil.rmtree(folder / "tables", ignore_errors=True)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    result = Audit(run, request.out)
    finalize(result, shutil.rmtree, folder, ignore_errors=True)
    return result


class _Observed:
    """Tells a bar how an audit is going."""

    def __init__(self, bar: ProgressBar) -> None:
        self._bar, self._done, self._of = bar, 0, 0

    def reading(self, table: str, rows: int) -> None:
        self._bar.show(f"reading {table}: {rows:,} rows")

    def planned(self, controls: int, resumed: int) -> None:
        self._of = controls
        self._bar.show("asking", 0, controls)

    def finished(self, finding: Finding) -> None:
        self._done += 1
        self._bar.show(f"{finding.control.id} {finding.verdict}", self._done, self._of)

    def writing(self) -> None:
        self._bar.show("writing the report", self._of, self._of)
