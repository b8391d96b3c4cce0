"""A figure as it may be shown, and a finding made of such figures.

Zero, suppressed, unknown and not asked are four values. A `Figure` keeps them apart, and every
writer of results is given figures and never a raw count: what is withheld once is withheld everywhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from overt.audits._recipe import Recipe
from overt.audits._run import Acceptance, InPlace, PackUsed
from overt.audits.mapping import TableRead
from overt.controls import Basis, Control, Scalar, Threshold, Verdict


class FigureMark(StrEnum):
    """What kind of value a figure is."""

    EXACT = "exact"
    ROUNDED = "rounded"
    SUPPRESSED = "suppressed"
    UNKNOWN = "unknown"
    NOT_ASKED = "not asked"


@dataclass(frozen=True)
class Figure:
    """A count, or the mark of why there is none. `nearly_all`: withheld because the rest would be a small number."""

    mark: FigureMark
    value: int | None = None
    nearly_all: bool = False

    def __str__(self) -> str:
        if self.value is not None:
            return f"{self.value:,}"
        return {FigureMark.SUPPRESSED: "*", FigureMark.UNKNOWN: "not known"}.get(self.mark, "not asked")

    @property
    def is_some(self) -> bool:
        """Whether it stands for at least one, or is withheld: what is withheld may be none too."""
        return bool(self.value) or self.mark is FigureMark.SUPPRESSED

    @property
    def order(self) -> int:
        """A number to sort by; what is withheld sorts just above zero."""
        return self.value if self.value is not None else int(self.is_some)


def exact(value: int) -> Figure:
    """A count as it is."""
    return Figure(FigureMark.EXACT, value)


SUPPRESSED = Figure(FigureMark.SUPPRESSED)
UNKNOWN = Figure(FigureMark.UNKNOWN)
NOT_ASKED = Figure(FigureMark.NOT_ASKED)


@dataclass(frozen=True)
class LabelledFigure:
    """One cell of a breakdown: a month or a unit, and its breaching rows."""

    label: str
    breached: Figure


@dataclass(frozen=True)
class LawShown:
    """A provision, and how many breaching rows are dated in its period."""

    basis: Basis
    breached: Figure


@dataclass(frozen=True)
class FillShown:
    """How complete a column of the source is."""

    table: str
    column: str
    rows: Figure
    filled: Figure
    share: float | None

    @property
    def name(self) -> str:
        """`table.column`."""
        return f"{self.table}.{self.column}"


@dataclass(frozen=True)
class ShownFinding:
    """A finding as every writer sees it. `name` is the control's id, with its pack where two packs share the id.

    `remarks` must stand beside its counts: how much of a column was lost that it uses, and that its rows share keys.
    """

    name: str
    control: Control
    pack: str
    verdict: Verdict
    examined: Figure
    breached: Figure
    unknown: Figure
    accepted: Figure
    share: float | None
    wholly_accepted: bool
    keys: tuple[str, ...]
    digest: str | None
    rows: tuple[dict[str, Scalar], ...]
    law: tuple[LawShown, ...]
    by_month: tuple[LabelledFigure, ...]
    by_unit: tuple[LabelledFigure, ...]
    missing: tuple[str, ...]
    without: tuple[str, ...]
    reason: str
    seconds: float | None
    remarks: tuple[str, ...] = ()

    @property
    def suppressed(self) -> bool:
        """Whether any of its four counts is withheld."""
        return any(count.mark is FigureMark.SUPPRESSED for count in self.counts.values())

    @property
    def in_part(self) -> bool:
        """Whether it cannot be told of some rows, and the source lacks a column that the control can do without."""
        return bool(self.without) and self.unknown.is_some

    @property
    def counts(self) -> dict[str, Figure]:
        """The four counts by their names."""
        return {
            "examined": self.examined,
            "breached": self.breached,
            "unknown": self.unknown,
            "accepted": self.accepted,
        }

    @property
    def evidence_name(self) -> str:
        """The name of its evidence files without the suffix: safe in a path, an id and a link."""
        return token(self.name)


@dataclass(frozen=True)
class ShownRun:
    """A run as every writer sees it: nothing in it may be withheld from its reader.

    `verdicts_only` says why there are no counts, where there are none.
    """

    recipe: Recipe
    source_digest: str | None
    source_kind: str
    mapping_digest: str | None
    packs: tuple[PackUsed, ...]
    thresholds: dict[str, Threshold]
    engine: str
    version: str
    rows: tuple[tuple[str, Figure], ...]
    absent: tuple[str, ...]
    fills: tuple[FillShown, ...]
    findings: tuple[ShownFinding, ...]
    acceptances: tuple[Acceptance, ...]
    synthetic: bool
    notes: tuple[str, ...]
    verdicts_only: str = ""
    read: tuple[TableRead, ...] = ()
    intended: Mapping[str, str] = field(default_factory=dict)
    mapping_text: str = ""
    in_place: InPlace | None = None

    @property
    def register(self) -> str:
        """The name of the source, without a password."""
        return self.recipe.source.location

    def verdicts(self) -> dict[Verdict, int]:
        """How many controls had each answer; every verdict is named."""
        return {verdict: sum(finding.verdict is verdict for finding in self.findings) for verdict in Verdict}

    def accepting(self, control: str) -> list[Acceptance]:
        """The acceptances of a control that are in force on the date of the audit."""
        return [
            acceptance
            for acceptance in self.acceptances
            if acceptance.control == control and acceptance.expires_on >= self.recipe.as_of
        ]

    def pack_digest(self, name: str) -> str:
        """The digest of a pack that was run."""
        return next((pack.digest for pack in self.packs if pack.name == name), "")


def token(text: str) -> str:
    """`text` as a name that is safe in a path, an XML id and a fragment; two texts never get the same one."""
    safe = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_.") else "_" for letter in text)
    safe = safe if safe[:1].isalpha() else f"_{safe}"
    return (
        safe
        if safe == text and len(text) <= 80
        else f"{safe[:60]}-{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:12]}"
    )
