"""Ways to the findings: by severity, by pack and by unit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from overt.audits.results._figures import ShownFinding, ShownRun
from overt.controls import Severity

MOST_UNITS = 60


@dataclass(frozen=True)
class IndexLine:
    """A name, and the findings under it."""

    name: str
    findings: list[ShownFinding]


@dataclass(frozen=True)
class Index:
    """One way to the findings."""

    heading: str
    lines: list[IndexLine]


def indexes(run: ShownRun) -> list[Index]:
    """Those of which there is more than one line; by unit, findings that have breaches there."""
    units = sorted({cell.label for finding in run.findings for cell in finding.by_unit})[:MOST_UNITS]
    made = [
        _index(
            "Duties by severity",
            [level.value for level in reversed(Severity)],
            run,
            lambda each: [each.control.severity],
        ),
        _index("Duties by pack", [pack.name for pack in run.packs], run, lambda each: [each.pack]),
        _index(
            "Breaches by unit", units, run, lambda each: [cell.label for cell in each.by_unit if cell.breached.is_some]
        ),
    ]
    return [index for index in made if len(index.lines) > 1]


def _index(
    heading: str, names: Iterable[str], run: ShownRun, names_of: Callable[[ShownFinding], Iterable[str]]
) -> Index:
    lines = [
        IndexLine(name or "(no unit recorded)", [each for each in run.findings if name in names_of(each)])
        for name in names
    ]
    return Index(
        heading, [IndexLine(line.name[:1].upper() + line.name[1:], line.findings) for line in lines if line.findings]
    )
