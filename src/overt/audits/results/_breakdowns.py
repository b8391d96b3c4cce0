"""The breakdowns of a publishable result: months, units, periods of law and accepted breaches, beside the totals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from overt.audits.results._figures import SUPPRESSED, Figure, FigureMark
from overt.audits.results._thumb import (
    first_marks,
)
from overt.audits.results._totals import MONTH, MOST_PARTS, Atoms, Totals, figure_of
from overt.controls import BREACHED as BREACH
from overt.controls import Finding, Spread
from overt.refusals import Refusal

if TYPE_CHECKING:
    from overt.disclosure import Cell, Link, SafeRelease

_Label = tuple[str, Atoms, bool]


@dataclass
class _Parts:
    """Parts of breaches, and how they follow from one another."""

    counts: dict[str, int] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)


class Breakdowns:
    """Months, units, periods of law and accepted breaches of the controls whose breaches are shown."""

    def __init__(self, safe: Totals, totals: SafeRelease) -> None:
        self.safe, self.run, self.made, self.totals = safe, safe.run, safe.made, totals
        self.places = [
            place
            for place in safe.group.places
            if safe.finding(place).breached and safe.made.breached[place].value is not None
        ]
        self.parts = _Parts()
        self.wanted: dict[tuple[int, str], list[_Label]] = {}

    def fill(self) -> None:
        """Puts the breakdowns where they belong; those that cannot be made safe are left out."""
        self._gather()
        left = dict(self.wanted) if len(self.parts.counts) <= MOST_PARTS else {}
        while left:
            figures = self._safe(left)
            if figures is not None:
                return self._put(left, figures)
            # Only that there is some of each of many gives them away: the longest list for its total goes.
            del left[max(left, key=lambda cell: (len(left[cell]) / (self.safe.finding(cell[0]).breached or 1), cell))]
        return self._put({}, {})

    def _safe(self, left: Mapping[tuple[int, str], list[_Label]]) -> dict[Atoms, Figure] | None:
        """The figures of these breakdowns; none where nothing makes them safe."""
        from overt.disclosure import Cell, Fact, protect  # noqa: PLC0415

        cells: dict[Atoms, Cell] = {}
        facts = []
        for (place, kind), labels in left.items():
            for label, atoms, withheld in labels:
                if atoms not in cells or withheld:
                    cells[atoms] = Cell(kind, f"{place} {kind} {label}", atoms, withheld=withheld)
                if kind != "accepted" and any(self.parts.counts[atom] for atom in atoms):
                    facts.append(Fact(atoms, low=1))
            finding = self.safe.finding(place)
            if kind == "accepted" and finding.accepted == finding.breached:
                facts.append(Fact(frozenset({f"{place}/accepted/rest"}), high=0))
        try:
            safe = protect(
                list(cells.values()),
                self.parts.counts,
                links=self.parts.links,
                earlier=[self.totals],
                rule=self.safe.rule,
                facts=facts,
                hidden=self.safe.hidden(),
            )
        except Refusal:
            return None
        return {cell.cell.atoms: figure_of(cell.value) for cell in safe.cells}

    def _put(self, left: Mapping[tuple[int, str], list[_Label]], by_atoms: Mapping[Atoms, Figure]) -> None:
        for (place, kind), labels in self.wanted.items():
            figures = tuple((label, by_atoms.get(atoms, SUPPRESSED)) for label, atoms, _ in labels)
            if (place, kind) not in left:
                figures = tuple((label, SUPPRESSED) for label, _, _ in labels)
            if kind == "accepted":
                self.made.accepted[place] = figures[0][1]
            elif kind == "law":
                self.made.law[place] = tuple(figure for _, figure in figures)
            elif (place, kind) in left:
                breakdowns = self.made.months if kind == "month" else self.made.units
                breakdowns[place] = figures

    def _gather(self) -> None:
        together = self.safe.group.together
        done: set[tuple[int, str]] = set()
        for number, spread in enumerate(together.spreads if together else ()):
            places = [place for place in spread.controls if place in self.places and self._fits(spread, place)]
            if places:
                self._spread(f"{number}", spread, places)
                done.update((place, "unit" if spread.name == "unit" else "month") for place in places)
        for place in self.places:
            finding = self.safe.finding(place)
            if (place, "month") not in done:
                self._alone(place, "month", finding.by_month)
                self._law_alone(place)
            if (place, "unit") not in done:
                self._alone(place, "unit", finding.by_unit)
            self._accepted(place)

    # --- what is spread over rows that lie over one another ---------------------------------------------------------

    def _fits(self, spread: Spread, place: int) -> bool:
        """Whether the spread counts what the finding counted."""
        counted: dict[str, int] = {}
        for (breached, label), count in spread.parts.items():
            if place in breached and label is not None:
                name = label if spread.name == "unit" else label.partition("|")[0]
                counted[name] = counted.get(name, 0) + count
        finding = self.safe.finding(place)
        return counted == dict(finding.by_unit if spread.name == "unit" else finding.by_month)

    def _spread(self, name: str, spread: Spread, places: Sequence[int]) -> None:
        from overt.disclosure import Link  # noqa: PLC0415

        atoms: dict[tuple[frozenset[int], str | None], str] = {}
        by_set: dict[frozenset[int], list[str]] = {}
        for number, (key, count) in enumerate(spread.parts.items()):
            atoms[key] = f"{name}/{number}"
            self.parts.counts[atoms[key]] = count
            by_set.setdefault(key[0], []).append(atoms[key])
        wholes: dict[frozenset[int], list[str]] = {}
        for atom, pattern in self.safe.patterns.items():
            breached = frozenset(place for place, tag in pattern if tag == BREACH and place in spread.controls)
            wholes.setdefault(breached, []).append(atom)
        for breached, parts in by_set.items():
            terms = [*((atom, 1) for atom in parts), *((atom, -1) for atom in wholes.get(breached, []))]
            self.parts.links.append(Link(tuple(terms)))
        for place in places:
            mine = [
                (label, atom) for (breached, label), atom in atoms.items() if place in breached and label is not None
            ]
            if spread.name == "unit":
                self._cells(place, "unit", _by((label, atom) for label, atom in mine))
            else:
                months = [(label.partition("|")[0], atom) for label, atom in mine]
                self._cells(place, "month", _by(label for label in months if MONTH.fullmatch(label[0])))
                self._law(place, spread, mine)

    def _law(self, place: int, spread: Spread, mine: Sequence[tuple[str, str]]) -> None:
        """The periods of the provisions, each of whole stretches of days."""
        labels = []
        for number, basis in enumerate(self.safe.finding(place).law):
            starts, ends = basis.basis.starts_on, basis.basis.ends_on
            first = spread.boundaries.index(starts) + 1 if starts else 0
            last = len([day for day in spread.boundaries if day <= ends]) if ends else len(spread.boundaries)
            atoms = frozenset(atom for label, atom in mine if first <= int(label.partition("|")[2]) <= last)
            if sum(self.parts.counts[atom] for atom in atoms) != basis.breached:
                return
            labels.append((str(number), atoms))
        self._cells(place, "law", dict(labels))

    # --- what stands alone ------------------------------------------------------------------------------------------

    def _alone(self, place: int, kind: str, counted: Sequence[tuple[str, int]]) -> None:
        if kind == "month":
            counted = [pair for pair in counted if MONTH.fullmatch(pair[0])]
        total = self.safe.finding(place).breached or 0
        if counted and sum(count for _, count in counted) <= total:
            self._cells(place, kind, self._divide(place, kind, counted))

    def _law_alone(self, place: int) -> None:
        finding = self.safe.finding(place)
        total = finding.breached or 0
        counted = [(str(number), basis.breached) for number, basis in enumerate(finding.law)]
        if not finding.control.dated or not counted:
            return
        if all(count in {0, total} for _, count in counted):
            whole = self.made.breached[place]
            self.made.law[place] = tuple(whole if count else Figure(FigureMark.ROUNDED, 0) for _, count in counted)
        elif _apart(finding) and sum(count for _, count in counted) <= total:
            self._cells(place, "law", self._divide(place, "law", counted))

    def _accepted(self, place: int) -> None:
        finding = self.safe.finding(place)
        if finding.accepted:
            self._cells(place, "accepted", self._divide(place, "accepted", [("accepted", finding.accepted)]))

    def _divide(self, place: int, kind: str, counted: Sequence[tuple[str, int]]) -> dict[str, Atoms]:
        """Parts of the breaches of one control, and what is left of them."""
        from overt.disclosure import Link  # noqa: PLC0415

        atoms = {label: f"{place}/{kind}/{number}" for number, (label, _) in enumerate(counted)}
        rest = f"{place}/{kind}/rest"
        self.parts.counts |= {atoms[label]: count for label, count in counted}
        self.parts.counts[rest] = (self.safe.finding(place).breached or 0) - sum(count for _, count in counted)
        whole = [(atom, -1) for atom in self.safe.atoms(place, BREACH)]
        self.parts.links.append(Link((*((atom, 1) for atom in (*atoms.values(), rest)), *whole)))
        return {label: frozenset({atom}) for label, atom in atoms.items()}

    # --- figures ----------------------------------------------------------------------------------------------------

    def _cells(self, place: int, kind: str, labels: Mapping[str, Atoms]) -> None:
        """Wants a figure for each label; that it is listed says that there is some."""
        counts = [sum(self.parts.counts[atom] for atom in atoms) for atoms in labels.values()]
        first = self._first(place, kind, labels, counts)
        self.wanted[place, kind] = [(*cell, withheld) for cell, withheld in zip(labels.items(), first, strict=True)]

    def _first(self, place: int, kind: str, labels: Mapping[str, Atoms], counts: Sequence[int]) -> list[bool]:
        """What the rule of thumb withholds of parts that do not overlap."""
        total = self.safe.finding(place).breached or 0
        if sum(counts) > total or len(labels) != len({*labels.values()}):
            return [False] * len(counts)
        order = sorted(range(len(counts)), key=lambda at: (-counts[at], at)) if kind != "law" else range(len(counts))
        marks = dict(zip(order, first_marks(total, [counts[at] for at in order]), strict=True))
        return [marks[at].value is None for at in range(len(counts))]


def _by(pairs: Iterable[tuple[str, str]]) -> dict[str, Atoms]:
    labels: dict[str, set[str]] = {}
    for label, atom in pairs:
        labels.setdefault(label, set()).add(atom)
    return {label: frozenset(labels[label]) for label in sorted(labels)}


def _apart(finding: Finding) -> bool:
    """Whether no day falls in two of the periods."""
    spans = sorted(
        (
            basis.basis.starts_on.toordinal() if basis.basis.starts_on else 0,
            basis.basis.ends_on.toordinal() if basis.basis.ends_on else 10**9,
        )
        for basis in finding.law
    )
    return all(before[1] < after[0] for before, after in pairwise(spans))
