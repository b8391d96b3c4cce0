"""Writes the result folder, and says whether one is whole."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Mapping
from pathlib import Path

from overt.audits._run import Run
from overt.audits.results._csv import findings_csv
from overt.audits.results._evidence import evidence_files
from overt.audits.results._figures import ShownRun
from overt.audits.results._json import findings_json, run_json
from overt.audits.results._junit import junit
from overt.audits.results._oscal import oscal
from overt.audits.results._publishable import show
from overt.audits.results._report import report
from overt.audits.results._sarif import sarif
from overt.encoding import read_json
from overt.private import private_folder, write_private
from overt.refusals import Refusal

RUN = "run.json"
MAPPING = "mapping.sql"
STATEMENTS = "statements.jsonl"
REMEDY = "run the audit again into an empty folder. The same input always produces identical files"
_OURS = re.compile(
    r"report\.html|mapping\.sql|statements\.jsonl|findings\.(json|csv|sarif)|oscal-assessment-results\.json|junit\.xml"
    r"|evidence/[A-Za-z_][A-Za-z0-9_.-]*\.(csv|parquet)"
)


def write_results(run: Run, folder: Path) -> list[Path]:
    """Every file of the result folder, written from a finished run; gives their paths, run.json last.

    The same run gives the same bytes. `run.json` holds the digest of every other file and is written
    last, so a folder that was left half-written has none that fits: `check_results` refuses it. What an
    earlier run left in the folder goes; files that Overt did not write stay.
    """
    files = results(show(run))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _clear(folder)
        for name, content in files.items():
            _write(folder / name, content)
    except OSError as error:
        fault = error.strerror or type(error).__name__
        raise Refusal("results-not-written", str(folder), fault, "a folder with room to write in", REMEDY) from error
    return [folder / name for name in files]


def results(run: ShownRun) -> dict[str, bytes]:
    """Path in the folder and content of every file; run.json is the last."""
    findings = findings_json(run)
    identity = uuid.uuid5(uuid.NAMESPACE_OID, hashlib.sha256(findings).hexdigest())
    evidence = evidence_files(run)
    files = {
        "report.html": report(run),
        "findings.json": findings,
        "findings.csv": findings_csv(run),
        "findings.sarif": sarif(run, identity),
        "oscal-assessment-results.json": oscal(run, identity, evidence),
        "junit.xml": junit(run),
        **({MAPPING: run.mapping_text.encode()} if run.mapping_text else {}),
        **({STATEMENTS: run.in_place.statements.encode()} if run.in_place else {}),
        **evidence,
    }
    return {**files, RUN: run_json(run, files)}


def check_results(folder: Path) -> None:
    """Refuses a result folder that is not whole: without run.json, or with a file missing or altered."""
    for name, digest in _digests(folder).items():
        path = folder / name
        if not path.is_file():
            raise Refusal("results-not-whole", str(path), "the file is missing", f"the file that {RUN} lists", REMEDY)
        if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            raise Refusal(
                "results-not-whole",
                str(path),
                "the file has been changed since the audit",
                f"the digest recorded in {RUN}",
                REMEDY,
            )


def _digests(folder: Path) -> Mapping[str, str]:
    path = folder / RUN
    try:
        files = read_json(path.read_bytes())["files"]
        digests = {str(name): str(digest) for name, digest in files.items()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        fault = "there is no readable list of files"
        raise Refusal("results-not-whole", str(path), fault, "a finished audit", REMEDY) from error
    strange = [name for name in digests if not _OURS.fullmatch(name)]
    if strange:
        raise Refusal(
            "results-not-whole", str(path), f"it lists a file that no audit writes: {strange[0]!r}", "", REMEDY
        )
    return digests


def _clear(folder: Path) -> None:
    """Removes what an earlier run wrote here, and nothing else: run.json first, so that nothing looks whole."""
    try:
        earlier = _digests(folder)
    except Refusal:
        earlier = {}
    (folder / RUN).unlink(missing_ok=True)
    for name in earlier:
        (folder / name).unlink(missing_ok=True)


def _write(path: Path, content: bytes) -> None:
    is_evidence = path.parent.name == "evidence"
    private_folder(path.parent) if is_evidence else path.parent.mkdir(exist_ok=True)
    half = path.with_name(f"{path.name}.partial")
    try:
        # Evidence may hold whole rows of the register.
        write_private(half, content) if is_evidence else half.write_bytes(content)
        half.replace(path)
    except OSError:
        half.unlink(missing_ok=True)
        raise
