"""The totals of a publishable result: rows of each table, and rows examined, breached and not told of each control."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from overt.audits._run import Run
from overt.audits.results._figures import SUPPRESSED, Figure, FigureMark
from overt.audits.results._thumb import (
    NEARLY_ALL,
    SAFE_PERCENT_BASE,
    SAFE_ROUND_BASE,
    SAFE_THRESHOLD,
    first_marks,
    nearly_all,
)
from overt.controls import BREACHED as BREACH
from overt.controls import QUIET, UNKNOWN, Finding, Together, Verdict
from overt.refusals import Refusal

if TYPE_CHECKING:
    from overt.disclosure import Cell, Fact, Rule, SafeRelease

MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
# Beyond so many parts a programme takes too long: breakdowns are then left out.
MOST_PARTS = 4_000
Atoms = frozenset[str]


@dataclass
class SafeFigures:
    """Figures by the place of their finding; a breakdown that is not there is withheld as a whole."""

    rows: dict[str, Figure] = field(default_factory=dict)
    examined: dict[int, Figure] = field(default_factory=dict)
    breached: dict[int, Figure] = field(default_factory=dict)
    unknown: dict[int, Figure] = field(default_factory=dict)
    accepted: dict[int, Figure] = field(default_factory=dict)
    months: dict[int, tuple[tuple[str, Figure], ...]] = field(default_factory=dict)
    units: dict[int, tuple[tuple[str, Figure], ...]] = field(default_factory=dict)
    law: dict[int, tuple[Figure, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class LinkedFindings:
    """Findings whose rows lie over one another, and how; without `together` each stands alone."""

    places: tuple[int, ...]
    together: Together | None
    tables: tuple[str, ...]


def groups_of(run: Run) -> Iterator[LinkedFindings]:
    """What of the run is linked: each group is made safe by itself."""
    linked: set[int] = set()
    tables: set[str] = set()
    for together in run.together or ():
        linked.update(together.controls)
        counted = (together.table,) if together.table in run.rows else ()
        tables.update(atoms for atoms in counted if atoms)
        yield LinkedFindings(together.controls, together, tuple(atoms for atoms in counted if atoms))
    alone = [place for place, finding in enumerate(run.findings) if finding.examined and place not in linked]
    for place in alone:
        yield LinkedFindings((place,), None, ())
    for table in run.rows:
        if table not in tables:
            yield LinkedFindings((), None, (table,))


class Totals:
    """One group: its parts, and the totals made of them."""

    def __init__(self, run: Run, group: LinkedFindings, safe: SafeFigures) -> None:
        from overt.disclosure import Rule  # noqa: PLC0415  an extra

        self.run, self.group, self.made = run, group, safe
        self.rule: Rule = Rule(SAFE_THRESHOLD, SAFE_ROUND_BASE, SAFE_PERCENT_BASE)
        self.counts: dict[str, int] = {}
        self.said: dict[tuple[int, int], set[str]] = {}
        self.patterns: dict[str, frozenset[tuple[int, int]]] = {}
        if group.together is not None:
            self._together(group.together)
        else:
            self._alone()
        self.whole: Atoms = frozenset(self.counts)

    def finding(self, place: int) -> Finding:
        """The finding of a place."""
        return self.run.findings[place]

    def atoms(self, place: int, *tags: int) -> Atoms:
        """The parts of which a control says one of these."""
        return frozenset().union(*(self.said.get((place, tag), set()) for tag in tags))

    def _together(self, together: Together) -> None:
        for number, (pattern, count) in enumerate(together.patterns.items()):
            atom = f"{together.key}/{number}"
            self.counts[atom], self.patterns[atom] = count, pattern
            for tag in pattern:
                self.said.setdefault(tag, set()).add(atom)

    def _alone(self) -> None:
        for place in self.group.places:
            finding = self.finding(place)
            breached, unknown = finding.breached or 0, finding.unknown or 0
            quiet = (finding.examined or 0) - breached - unknown
            for tag, count in ((BREACH, breached), (UNKNOWN, unknown), (QUIET, quiet)):
                if count:
                    atom = f"{place}/{tag}"
                    self.counts[atom], self.patterns[atom] = count, frozenset({(place, tag)})
                    self.said[place, tag] = {atom}
        for table in self.group.tables if self.group.together is None else ():
            self.counts[f"rows/{table}"] = self.run.rows[table]

    # --- totals ---------------------------------------------------------------------------------------------------

    def fill(self) -> SafeRelease:
        """Puts the totals where they belong, and gives the release that they are."""
        from overt.disclosure import Cell, protect  # noqa: PLC0415

        cells: dict[Atoms, Cell] = {}
        withheld = {atoms for place in self.group.places for atoms in self._withheld_first(place)}
        for name, atoms in self._named():
            if atoms:
                cells.setdefault(atoms, Cell("totals", name, atoms, withheld=atoms in withheld))
        nearly = [fact for place in self.group.places for fact in self._nearly(place)]
        facts = [fact for place in self.group.places for fact in self._verdict(place)]
        hidden = self.hidden()
        values = list(cells.values())
        try:
            safe = protect(values, self.counts, rule=self.rule, facts=[*facts, *nearly], hidden=hidden)
            is_near = bool(nearly)
        except Refusal:
            # Nothing can be taken back from "nearly all", so it is not said.
            safe = protect(values, self.counts, rule=self.rule, facts=facts, hidden=hidden)
            is_near = False
        figures = {figures.cell.atoms: figure_of(figures.value) for figures in safe.cells}
        for table in self.group.tables:
            self.made.rows[table] = figures.get(self.whole, Figure(FigureMark.ROUNDED, 0))
        for place in self.group.places:
            self._figures(place, figures, is_near)
        return safe

    def _named(self) -> Iterator[tuple[str, Atoms]]:
        for table in self.group.tables:
            yield f"rows of {table}", self.whole
        for place in self.group.places:
            control = self.finding(place).control.id
            yield f"{control} examined", self.atoms(place, QUIET, BREACH, UNKNOWN)
            yield f"{control} breached", self.atoms(place, BREACH)
            yield f"{control} unknown", self.atoms(place, UNKNOWN)

    def _withheld_first(self, place: int) -> Iterator[Atoms]:
        """What the rule of thumb withholds, before anything is worked out."""
        finding = self.finding(place)
        shown = first_marks(finding.examined or 0, [finding.breached or 0, finding.unknown or 0])
        for tag, figure in zip((BREACH, UNKNOWN), shown, strict=True):
            if figure.value is None:
                yield self.atoms(place, tag)

    def _nearly(self, place: int) -> Iterator[Fact]:
        from overt.disclosure import Fact  # noqa: PLC0415

        finding = self.finding(place)
        if nearly_all(finding.examined or 0, finding.breached or 0):
            rest = self.atoms(place, QUIET, UNKNOWN)
            yield Fact(rest, high=NEARLY_ALL - 1)

    def _verdict(self, place: int) -> Iterator[Fact]:
        from overt.disclosure import Fact  # noqa: PLC0415

        verdict = self.finding(place).verdict
        if verdict is Verdict.BREACHED:
            yield Fact(self.atoms(place, BREACH), low=1)
        elif verdict is Verdict.CANNOT_BE_SHOWN:
            yield Fact(self.atoms(place, UNKNOWN), low=1)
        elif verdict is Verdict.MET:
            yield Fact(self.atoms(place, QUIET), low=1)

    def hidden(self) -> list[Atoms]:
        """What no figure shows and nobody may work out of those that are shown."""
        return [atoms for place in self.group.places for atoms in self._rests(place) if atoms]

    def _rests(self, place: int) -> Iterator[Atoms]:
        yield self.atoms(place, QUIET)
        yield self.atoms(place, QUIET, UNKNOWN)
        yield self.atoms(place, QUIET, BREACH)
        yield self.atoms(place, BREACH, UNKNOWN)

    def _figures(self, place: int, figures: Mapping[Atoms, Figure], is_near: bool) -> None:
        examined = figures[self.atoms(place, QUIET, BREACH, UNKNOWN)]
        finding = self.finding(place)
        # Where fewer are examined than may be shown, not even a zero under them is.
        none = SUPPRESSED if (finding.examined or 0) < SAFE_THRESHOLD else Figure(FigureMark.ROUNDED, 0)
        breached = figures.get(self.atoms(place, BREACH), none)
        nearly = is_near and breached.value is None and examined.value is not None
        if nearly and nearly_all(finding.examined or 0, finding.breached or 0):
            breached = Figure(FigureMark.SUPPRESSED, nearly_all=True)
        self.made.examined[place], self.made.breached[place] = examined, breached
        self.made.unknown[place] = figures.get(self.atoms(place, UNKNOWN), none)


def figure_of(value: int | None) -> Figure:
    """The figure of a value that was made safe."""
    return SUPPRESSED if value is None else Figure(FigureMark.ROUNDED, value)
