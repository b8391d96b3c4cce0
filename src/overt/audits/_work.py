"""The folder an audit works in until its results are whole.

Everything is written beside the result folder, in `NAME.partial`. The result folder appears by one
rename, at the end: whatever is found under its name is whole. Finished controls are kept line by
line, so that an audit that was interrupted goes on where it stopped.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from overt.controls import Basis, Control, Finding, LawCount, Verdict
from overt.lines import BadLine, cut_torn_line, read_line, whole_lines, written
from overt.machine import LockHeld, lock, sync
from overt.private import private_files, private_folder, share
from overt.refusals import Refusal, Refusals
from overt.storage import storage_refused

RESULT_MARK = "run.json"
EVIDENCE_FOLDER = "evidence"
_FINDINGS, _DATABASE = "findings.jsonl", "loaded.duckdb"
# The disk was full, or the server did not answer any more, of which nothing was copied.
_KEPT_AFTER = ("disk-full", "disk-short", "engine-unreachable", "server-failed")


@dataclass
class Work:
    """An open working folder; `key` says what it was begun for, and the descriptor `lock` holds it."""

    folder: Path
    key: str
    lock: int

    @property
    def database(self) -> Path:
        """The source, loaded."""
        return self.folder / _DATABASE

    @property
    def result(self) -> Path:
        """The result folder while it is being written."""
        return self.folder / "result"

    def finished(self, controls: Mapping[str, Control], run_key: str) -> dict[str, Finding]:
        """Findings of an earlier attempt at the same run. A line that cannot be read counts as not written."""
        findings: dict[str, Finding] = {}
        for line in whole_lines(self.folder / _FINDINGS):
            try:
                line_kept = read_line(line)
                if line_kept["run"] == run_key and line_kept["control"] in controls:
                    findings[line_kept["control"]] = finding_of(line_kept, controls[line_kept["control"]])
            except (BadLine, KeyError, TypeError, ValueError):
                continue  # the control is run again
        return findings

    @contextmanager
    def keeping(self, run_key: str) -> Iterator[_Keeper]:
        """Keeps each finding as it is made, on the disk before the next begins."""
        # A torn line of an earlier attempt must not swallow the first of this one.
        cut_torn_line(self.folder / _FINDINGS)
        with (self.folder / _FINDINGS).open("ab") as stream:
            yield _Keeper(stream, run_key)

    def publish(self, out: Path) -> None:
        """Puts the result folder in its place in one step and clears away the rest."""
        for path in sorted(self.result.rglob("*")):
            sync(path)
            if EVIDENCE_FOLDER not in path.relative_to(self.result).parts:
                share(path)
        share(self.result)
        sync(self.result)
        aside = self.folder / "replaced"
        if out.exists():
            out.rename(aside)
        self.result.rename(out)
        sync(out.parent)
        shutil.rmtree(self.folder)


@dataclass
class _Keeper:
    stream: IO[bytes]
    run_key: str

    def keep(self, finding: Finding) -> None:
        # Dates become text before the line is given its digest.
        line_kept = json.loads(json.dumps({"run": self.run_key, **kept(finding)}, default=str))
        self.stream.write(written(line_kept) + b"\n")
        self.stream.flush()
        os.fsync(self.stream.fileno())


@contextmanager
def working_folder(out: Path, key: str) -> Iterator[Work]:
    """The working folder of `out`, alone in it; what was begun for another `key` is thrown away.

    Refuses an `out` that holds something other than a result of ours, and a folder in which another
    audit is at work.
    """
    if out.exists() and any(out.iterdir() if out.is_dir() else [out]) and not (out / RESULT_MARK).is_file():
        problem = "this folder contains files that Overt did not write, so it was left unchanged"
        raise Refusal("out-not-a-result", str(out), problem, "", "a new or empty folder")
    folder = out.with_name(out.name + ".partial")
    try:
        private_folder(folder)
    except OSError as error:
        problem = error.strerror or "it cannot be made"
        raise Refusal("out-not-writable", str(out), problem, "a folder that can be written") from error
    # The source is copied there, with all that it holds. Of the results only evidence stays closed to others.
    with private_files(), storage_refused(folder), _alone(folder) as held:
        mark = folder / "key"
        if not mark.is_file() or mark.read_text(encoding="utf-8") != key:
            _empty(folder)
            mark.write_text(key, encoding="utf-8")
        shutil.rmtree(folder / "result", ignore_errors=True)
        # What an engine that was killed had put aside is of no use to another.
        shutil.rmtree(folder / f"{_DATABASE}.tmp", ignore_errors=True)
        # An earlier audit may have stopped between putting the old result aside and the new one in its place.
        if (folder / "replaced").exists() and not out.exists():
            (folder / "replaced").rename(out)
        try:
            with storage_refused(folder):
                yield Work(folder, key, held)
        except (Refusal, Refusals) as refusal:
            # A refused source must not leave a copy of itself behind. What a later attempt can go on with is kept.
            if not (isinstance(refusal, Refusal) and refusal.code in _KEPT_AFTER):
                shutil.rmtree(folder)
            raise


@contextmanager
def _alone(folder: Path) -> Iterator[int]:
    """Holds the folder's lock; gives the descriptor that holds it."""
    with (folder / "lock").open("w", encoding="utf-8") as stream:
        try:
            lock(stream)
        except LockHeld as error:
            raise Refusal(
                "audit-under-way",
                str(folder),
                "another audit is already writing to this folder",
                "",
                "wait for it to finish",
            ) from error
        yield stream.fileno()


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.name == "lock":
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def kept(finding: Finding) -> dict[str, Any]:
    """A finding as JSON."""
    return {
        "control": finding.control.id,
        "pack": finding.pack,
        "verdict": finding.verdict,
        "examined": finding.examined,
        "breached": finding.breached,
        "unknown": finding.unknown,
        "accepted": finding.accepted,
        "keys": finding.keys,
        "digest": finding.digest,
        "rows": finding.rows,
        "law": [(one.basis.citation, one.basis.starts_on, one.basis.ends_on, one.breached) for one in finding.law],
        "by_month": finding.by_month,
        "by_unit": finding.by_unit,
        "missing": finding.missing,
        "without": finding.without,
        "reason": finding.reason,
        "seconds": finding.seconds,
    }


def finding_of(kept: dict[str, Any], control: Control) -> Finding:
    """The finding that `kept` wrote."""
    names = ("examined", "breached", "unknown", "accepted", "digest", "reason", "seconds")
    return Finding(
        control,
        kept["pack"],
        Verdict(kept["verdict"]),
        **{name: kept[name] for name in names},
        keys=tuple(kept["keys"]),
        rows=tuple(kept["rows"]),
        missing=tuple(kept["missing"]),
        without=tuple(kept["without"]),
        by_month=tuple((month, count) for month, count in kept["by_month"]),
        by_unit=tuple((unit, count) for unit, count in kept["by_unit"]),
        law=tuple(
            LawCount(_basis(control, citation, _day(first), _day(last)), breached)
            for citation, first, last, breached in kept["law"]
        ),
    )


def _basis(control: Control, citation: str, first: dt.date | None, last: dt.date | None) -> Basis:
    stored = Basis(citation, first, last)
    return next((basis for basis in control.basis if replace(basis, texts=()) == stored), stored)


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
