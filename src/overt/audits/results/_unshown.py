"""What the source lacks: the duties that cannot be answered, gathered by the table that most of them need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from overt.audits.results._figures import ShownFinding, ShownRun, token
from overt.model import TABLES


@dataclass(frozen=True)
class Gap:
    """A table of which the source lacks all (`whole`) or the `columns` named, and the duties that need it.

    `doc` says what the table holds, and `other` are further tables that some of these duties need.
    """

    table: str
    whole: bool
    doc: str
    columns: tuple[str, ...]
    other: tuple[str, ...]
    controls: tuple[ShownFinding, ...]

    @property
    def is_of_one(self) -> bool:
        """Whether one duty alone needs it."""
        return len(self.controls) == 1

    @property
    def token(self) -> str:
        """Its name in a link."""
        return token(self.table)


def gaps(missing: Sequence[ShownFinding]) -> list[Gap]:
    """Each duty once, under the table that most duties need of those that it lacks; the largest group first."""
    needed = Counter(table for finding in missing for table in _tables(finding))
    groups: dict[str, list[ShownFinding]] = {}
    for finding in missing:
        table = min(_tables(finding), key=lambda name: (-needed[name], name))
        groups.setdefault(table, []).append(finding)
    made = [_gap(table, findings) for table, findings in groups.items()]
    return sorted(made, key=lambda gap: (-len(gap.controls), gap.table))


def in_part(run: ShownRun) -> list[tuple[str, list[ShownFinding]]]:
    """Each column without which duties are answered in part, and these duties; the one of most first."""
    findings: dict[str, list[ShownFinding]] = {}
    for finding in run.findings:
        for name in finding.without if finding.in_part else ():
            findings.setdefault(name, []).append(finding)
    return sorted(findings.items(), key=lambda pair: (-len(pair[1]), pair[0]))


def _gap(table: str, findings: Sequence[ShownFinding]) -> Gap:
    names = list(dict.fromkeys(name for finding in findings for name in finding.missing))
    other = sorted({_table(name) for name in names} - {table})
    columns = tuple(name for name in names if _table(name) == table and name != table)
    doc = TABLES[table].doc.partition(". ")[0].rstrip(".") if table in TABLES else ""
    return Gap(table, table in names, doc, columns, tuple(other), tuple(findings))


def _tables(finding: ShownFinding) -> set[str]:
    return {_table(name) for name in finding.missing}


def _table(name: str) -> str:
    return name.partition(".")[0]
