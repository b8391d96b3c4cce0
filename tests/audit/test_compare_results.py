"""The comparison reads what the writer of results writes."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from overt.audits import SourceOptions
from overt.audits._recipe import Recipe
from overt.audits._run import PackUsed, Run
from overt.audits.compare._compare import ResultChange, compare
from overt.audits.compare._result import KNOWN_VERSIONS
from overt.audits.results import SCHEMA_VERSION, write_results
from overt.controls import Authority, Basis, Control, Effect, Finding, Severity, Threshold, Verdict

CONTROL = Control(
    id="OV-38",
    title="Private material has an authority in force",
    asks="Was each private item collected under an authority?",
    kind=Authority.STATUTE,
    severity=Severity.CRITICAL,
    gate=Effect.REFUSE,
    basis=(Basis("RIPA 2000 ss.26-29", dt.date(2000, 9, 25)),),
    limits="says nothing of proportionality",
    remedy="record the authority",
    sql="select item.item_id, item.authority_id is null as breach, '' as reason from item",
    key="item_id",
    columns=("item_id", "breach", "reason"),
    needs={"item": ("item_id", "authority_id")},
    thresholds=("minimum_age",),
)


def audited(folder: Path, keys: tuple[str, ...], as_of: dt.date, *, publishable: bool = False) -> Path:
    """A result folder in which these items breach the one control."""
    finding = Finding(
        CONTROL,
        "core",
        Verdict.BREACHED if keys else Verdict.MET,
        examined=200,
        breached=len(keys),
        unknown=0,
        keys=keys,
        digest=f"{len(keys):032x}",
    )
    run = Run(
        recipe=Recipe(SourceOptions("matrix"), (), as_of, publishable=publishable),
        register="matrix",
        source_digest="ab" * 32,
        source_kind="csv",
        mapping_digest=None,
        packs=(PackUsed("core", "1.0.0", "Core", "cd" * 32, {}),),
        thresholds={"minimum_age": Threshold("minimum_age", 10, "a default")},
        engine="DuckDB",
        version="0.1.0",
        rows={"item": 200},
        absent=(),
        fills=(),
        findings=(finding,),
        synthetic=True,
    )
    write_results(run, folder)
    return folder


def test_comparison_reads_written_results(tmp_path: Path) -> None:
    """Counts, keys, dates and rules arrive as they were written."""
    old = audited(tmp_path / "old", ("I1", "I2"), dt.date(2026, 6, 30))
    new = audited(tmp_path / "new", ("I2", "I3", "I4"), dt.date(2026, 7, 31))
    (found,) = compare(old, new).controls
    assert (found.change, found.rows.gone, found.rows.new, found.rows.exact) == (
        ResultChange.WORSE,
        ("I1",),
        ("I3", "I4"),
        True,
    )


def test_comparison_reads_publishable_results(tmp_path: Path) -> None:
    """Figures that were withheld are not made up."""
    old = audited(tmp_path / "old", ("I1", "I2"), dt.date(2026, 6, 30), publishable=True)
    new = audited(tmp_path / "new", ("I2", "I3", "I4"), dt.date(2026, 6, 30))
    (found,) = compare(old, new).controls
    assert (found.change, found.rows.new) == (ResultChange.NOT_COMPARABLE, ())


def test_version_that_is_written_is_one_that_is_read() -> None:
    """A new format of findings.json must be learned here."""
    assert SCHEMA_VERSION in KNOWN_VERSIONS
