"""Counts made safe before anybody sees them: small ones withheld, and enough others that none can be worked out.

A release is a set of cells. Each is the number of people in some *atoms*, the finest parts that any
table tells apart, at one time. Cells of all tables and of every earlier release are sums over the
same atoms, and links say how atoms of one time follow from those of another (listed then, plus added,
less removed, is listed now). So one system of inequalities is all that the public can know:

1.  A count of 1 to `safe_threshold` - 1 is withheld, and so is every cell under it, a zero too: of one person,
    all zeros but one say what the person is. Other counts are rounded to the nearest `safe_round_base`, totals by
    themselves. Zero is shown, unless rule 4 withholds it. A cell is withheld too in which one or two contributors
    make up nearly all.
2.  What must stay hidden: each cell that is withheld for being small or dominated, each small atom, and each small
    difference of two shown cells of which one lies inside the other, of this release or an earlier one.
3.  For each of these, what all the figures ever published leave open must hold at least as many
    values as the mark itself does: 1 to 7 is seven. Both ends are found by linear programming, and then proven by
    two sets of whole numbers that fit everything published: people come whole, which can tell more than a sum does.
4.  Where they leave fewer, the cheapest further cells of this release are withheld that leave enough:
    one integer programme for each such number, what is withheld already being free. Again, until none is left.
5.  What turned out not to be needed is shown again, the largest first.

An earlier release cannot be taken back. If nothing in this one helps, it is refused. What is public besides the
figures, such as that some row breaches a duty, enters the system as a `Fact`.

Not promised: anything against a reader who knows some of the people listed by other means, or who
reasons about which cells this programme would have withheld. How many were withheld for the sake of others is a
number that such a reader needs, so it is published nowhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack, vstack

from overt.disclosure._cells import TELLS_NOTHING, Cell, Fact, Link, Mark, Rule, SafeCell, SafeRelease
from overt.disclosure._system import System, Vector
from overt.refusals import Refusal

_NEAR = 1e-6


def protect(
    cells: Sequence[Cell],
    counts: Mapping[str, int],
    *,
    links: Sequence[Link] = (),
    earlier: Sequence[SafeRelease] = (),
    rule: Rule | None = None,
    facts: Sequence[Fact] = (),
    hidden: Sequence[frozenset[str]] = (),
) -> SafeRelease:
    """The cells as they may be published after all that was published before. `counts` are those of the new atoms.

    `hidden` are sums that are never shown and must not be worked out where they are small.

    Refuses a cell of an atom that nothing counts, and a release that no withholding makes safe.
    """
    rule = rule or Rule()
    known = dict(chain.from_iterable(release.counts.items() for release in earlier)) | dict(counts)
    _check(cells, links, known)
    first = _below_small_totals([_primary(cell, known, rule) for cell in cells], rule)
    release = SafeRelease(first, tuple(links), dict(counts), rule, facts=tuple(facts))
    if not rule.secondary:
        return release
    return _Search(release, earlier, known, hidden).safe()


def _check(cells: Sequence[Cell], links: Sequence[Link], counts: Mapping[str, int]) -> None:
    for cell in cells:
        if cell.mark is None and (lacking := sorted(cell.atoms - counts.keys())):
            where = f"{cell.table}, {cell.name}"
            raise Refusal("release-atom-unknown", where, f"nothing counts {lacking[0]}", "a count for each part")
    for link in links:
        if sum(sign * counts[atom] for atom, sign in link.terms):
            where = " ".join(atom for atom, _ in link.terms[:3])
            wanted = "counts of one time that follow from those of the other"
            raise Refusal("release-link-broken", where, "the counts do not reconcile", wanted)


def _primary(cell: Cell, counts: Mapping[str, int], rule: Rule) -> SafeCell:
    if cell.mark is not None:
        return SafeCell(cell, cell.mark, None, 0)
    count = sum(counts[atom] for atom in cell.atoms)
    if cell.withheld or (count and (rule.is_small(count) or _is_dominated(cell, rule))):
        return SafeCell(cell, Mark.SUPPRESSED, None, count)
    return _shown(cell, count, rule)


def _below_small_totals(cells: Sequence[SafeCell], rule: Rule) -> tuple[SafeCell, ...]:
    """The cells, with everything withheld that is under a total too small to show, or under what is so withheld."""
    counted = [cell for cell in cells if cell.mark not in TELLS_NOTHING]
    closed = [cell for cell in counted if rule.is_small(cell.count)]
    below: set[tuple[str, str]] = set()
    while closed:
        names = {(cell.cell.table, cell.cell.name) for cell in closed}
        closed = [cell for cell in counted if _is_under(cell.cell, closed, names, below)]
        below |= {(cell.cell.table, cell.cell.name) for cell in closed}
    return tuple(
        SafeCell(cell.cell, Mark.SUPPRESSED, None, cell.count) if (cell.cell.table, cell.cell.name) in below else cell
        for cell in cells
    )


def _is_under(cell: Cell, totals: Sequence[SafeCell], names: set[tuple[str, str]], known: set[tuple[str, str]]) -> bool:
    if (cell.table, cell.name) in known:
        return False
    return (cell.table, cell.under) in names or any(cell.atoms < total.cell.atoms for total in totals)


def _is_dominated(cell: Cell, rule: Rule) -> bool:
    largest = sorted(cell.contributions, reverse=True)[: rule.safe_nk_n]
    return cell.dominated or sum(largest) > rule.safe_nk_k * sum(cell.contributions)


def _shown(cell: Cell, count: int, rule: Rule) -> SafeCell:
    return SafeCell(cell, Mark.SHOWN if count else Mark.ZERO, rule.rounded(count), count)


@dataclass(frozen=True)
class _Secret:
    """A number that must stay hidden: the atoms that make it up, and how it came to be one."""

    atoms: frozenset[str]
    name: str


class _Search:
    """What the public can work out of one release and all before it, and which cells to withhold against it."""

    def __init__(
        self,
        release: SafeRelease,
        earlier: Sequence[SafeRelease],
        counts: Mapping[str, int],
        hidden: Sequence[frozenset[str]] = (),
    ) -> None:
        self.release, self.rule, self.hidden = release, release.rule, hidden
        self.atoms = {atom: place for place, atom in enumerate(sorted(counts))}
        self.truth = np.array([counts[atom] for atom in self.atoms], dtype=np.float64)
        self.cap = 2 * float(self.truth.sum()) + 100
        self.new = [cell for cell in release.cells if cell.mark not in TELLS_NOTHING]
        published = [(before, cell) for before in earlier for cell in before.cells if cell.mark not in TELLS_NOTHING]
        self.old = [cell for _, cell in published]
        limits = [before.rule.limits(cell.mark, cell.value) for before, cell in published]
        limits += [self.rule.limits(cell.mark, cell.value) for cell in self.new]
        self.low, self.high = np.array(limits, dtype=np.float64).reshape(-1, 2).T.copy()
        links = [*chain.from_iterable(before.links for before in earlier), *release.links]
        facts = [*chain.from_iterable(before.facts for before in earlier), *release.facts]
        self.facts = self._matrix([dict.fromkeys(fact.atoms, 1) for fact in facts])
        self.fact_limits = tuple(
            np.array(ends, dtype=np.float64) for ends in ([fact.low for fact in facts], [fact.high for fact in facts])
        )
        self.rows = self._matrix([dict.fromkeys(cell.cell.atoms, 1) for cell in (*self.old, *self.new)])
        self.links = self._matrix([_signs(link) for link in links])
        nothing = np.zeros(len(links))
        system = (
            vstack([self.rows, self.links, self.facts], format="csr"),
            np.concatenate([self.low, nothing, self.fact_limits[0]]),
            np.concatenate([self.high, nothing, self.fact_limits[1]]),
            np.full(len(self.atoms), self.cap),
        )
        # The first is fast and finds nearly everything; the second takes whole numbers only, and has the last word.
        self.public, self.whole = System(*system), System(*system, [True] * len(self.atoms))
        # Two points that the public cannot tell from the truth prove a number hidden, whichever question found them.
        self.points: list[Vector] = [self.truth]
        self.whole_points: list[Vector] = [self.truth]
        self.width = self.rule.safe_threshold - 1

    def safe(self) -> SafeRelease:
        """The release with enough withheld."""
        withheld: set[int] = set()
        while (exposed := self._exposed()) is not None:
            # Where no programme finds enough, everything is tried, and rule 5 takes back what was too much.
            more = self._cheapest(exposed) or self._visible()
            if not more:
                problem = "a small number could be derived from figures already published"
                wanted = "a release from which no small number can be derived"
                remedy = (
                    "leave out a table or column with --without; `people/added` and `people/removed` reveal most. "
                    "Earlier releases cannot be withdrawn. Nothing was published"
                )
                raise Refusal("release-unsafe", exposed.name, problem, wanted, remedy)
            self._mark(more, Mark.SUPPRESSED)
            withheld |= more
        withheld -= self._shown_again(withheld)
        cells = iter(self.new)
        every = tuple(cell if cell.mark in TELLS_NOTHING else next(cells) for cell in self.release.cells)
        return replace(self.release, cells=every, secondary=len(withheld))

    def _matrix(self, sums: Sequence[Mapping[str, int]]) -> csr_array:
        """One row for each sum of atoms."""
        places = [(row, self.atoms[atom], sign) for row, terms in enumerate(sums) for atom, sign in terms.items()]
        rows, columns, signs = (np.array(column) for column in zip(*places, strict=True)) if places else ([], [], [])
        return csr_array((np.array(signs, dtype=np.float64), (rows, columns)), shape=(len(sums), len(self.atoms)))

    def _visible(self) -> set[int]:
        """The cells of this release that say something."""
        return {place for place, cell in enumerate(self.new) if cell.mark is not Mark.SUPPRESSED}

    def _mark(self, places: Iterable[int], mark: Mark) -> None:
        for place in places:
            cell = self.new[place]
            hidden = SafeCell(cell.cell, mark, None, cell.count)
            marked = hidden if mark is Mark.SUPPRESSED else _shown(cell.cell, cell.count, self.rule)
            self.new[place] = marked
            row = len(self.old) + place
            self.low[row], self.high[row] = self.rule.limits(marked.mark, marked.value)
            for system in (self.public, self.whole):
                system.limit(row, self.low[row], self.high[row])
        if mark is not Mark.SUPPRESSED:
            # More is known than before: points that it rules out prove nothing any more.
            self.points = [point for point in self.points if self._fits(point)]
            self.whole_points = [point for point in self.whole_points if self._fits(point)]

    def _fits(self, point: Vector) -> bool:
        values = self.rows @ point
        return bool(np.all(values >= self.low - _NEAR) and np.all(values <= self.high + _NEAR))

    def secrets(self) -> list[_Secret]:
        """Every number of rule 2, once each."""
        by_atoms: dict[frozenset[str], _Secret] = {}
        counts = dict(zip(self.atoms, self.truth, strict=True))

        def add(atoms: frozenset[str], count: float, name: str, always: bool = False) -> None:
            if always or self.rule.is_small(round(count)):
                by_atoms.setdefault(atoms, _Secret(atoms, name))

        every = [*self.old, *self.new]
        for cell in every:
            if cell.mark is Mark.SUPPRESSED:
                dominated = bool(cell.count) and _is_dominated(cell.cell, self.rule)
                add(cell.cell.atoms, cell.count, f"{cell.cell.table}, {cell.cell.name}", dominated)
        for atom, count in counts.items():
            add(frozenset({atom}), count, atom)
        for atoms in self.hidden:
            add(atoms, sum(counts[atom] for atom in atoms), "what the figures leave")
        shown = [cell for cell in every if cell.mark is Mark.SHOWN]
        by_count = sorted(shown, key=lambda cell: cell.count)
        first = 0
        for outer in by_count:
            # Only cells whose counts are close can differ by a small number.
            while outer.count - by_count[first].count >= self.rule.safe_threshold:
                first += 1
            for inner in by_count[first:]:
                if inner.count >= outer.count:
                    break
                if inner.cell.atoms < outer.cell.atoms:
                    names = f"{outer.cell.table}, {outer.cell.name} less {inner.cell.table}, {inner.cell.name}"
                    add(outer.cell.atoms - inner.cell.atoms, outer.count - inner.count, names)
        return list(by_atoms.values())

    def _exposed(self) -> _Secret | None:
        """A number of which too few values are left, or `None`."""
        secrets = self.secrets()
        rows = self._matrix([dict.fromkeys(secret.atoms, 1) for secret in secrets])
        for system, points in ((self.public, self.points), (self.whole, self.whole_points)):
            place = self._first_open(rows, system, points)
            if place is not None:
                return secrets[place]
        return None

    def _first_open(self, rows: csr_array, system: System, points: list[Vector]) -> int | None:
        """The first of these sums of which too few values are left.

        Asking for all that is open together answers most at once; what is then still open is asked one by one.
        """
        is_open = self._open(rows, points)
        for _ in range(3):
            if is_open.any():
                self._ask(np.asarray(rows[is_open].sum(axis=0), dtype=np.float64).ravel(), system, points)
                is_open = self._open(rows, points)
        for place in np.flatnonzero(is_open):
            row = rows[[place]]
            if self._open(row, points)[0]:
                self._ask(row.toarray()[0], system, points)
                if self._open(row, points)[0]:
                    return int(place)
        return None

    def _ask(self, row: Vector, system: System, points: list[Vector]) -> None:
        """Adds the points at which the public may think a sum the least and the most."""
        for sign in (-1, 1):
            solution = system.least(sign * row)
            if solution is None:
                continue
            points.append(solution)
            if points is not self.whole_points and np.abs(solution - np.rint(solution)).max(initial=0) < _NEAR:
                self.whole_points.append(np.rint(solution))

    def _open(self, rows: csr_array, points: Sequence[Vector]) -> NDArray[np.bool_]:
        """Of which of these sums the points leave too few values."""
        values = rows @ np.array(points).T
        least, most = np.maximum(np.ceil(values.min(axis=1) - _NEAR), 1), np.floor(values.max(axis=1) + _NEAR)
        return np.asarray(most - least + 1 < self.width)

    def _cheapest(self, secret: _Secret) -> set[int]:
        """The cells to withhold for one number, by rule 4; none if nothing helps.

        Two points that the public could not tell apart, as far apart in this number as the rule wants, and a yes or no
        for each shown cell: where it is no, both points keep to what the cell says.
        """
        shown = sorted(self._visible())
        size, cells = len(self.atoms), len(shown)
        reach = float(self.rule.safe_threshold * 6)
        at = [len(self.old) + place for place in shown]
        freed = (np.array(at, dtype=np.int64), np.arange(cells))
        upper = csr_array((np.full(cells, -reach), freed), shape=(len(self.low), cells))
        lower = csr_array((self.low[at], freed), shape=(len(self.low), cells))
        gap = self._matrix([dict.fromkeys(secret.atoms, 1)])
        parts, none = [], np.full(len(self.low), np.inf)
        for one, other in ((self.rows, None), (None, self.rows)):
            parts.append(([one, other, upper], -none, self.high))
            parts.append(([one, other, lower], self.low, none))
        parts.append(([-gap, gap, None], np.array([self.width]), np.array([np.inf])))
        parts.append(([None, gap, None], np.array([self.width + 1]), np.array([np.inf])))
        zero = np.zeros(self.links.shape[0])
        for one, other in ((self.links, None), (None, self.links)):
            parts.append(([one, other, None], zero, zero))
        for one, other in ((self.facts, None), (None, self.facts)):
            parts.append(([one, other, None], self.fact_limits[0], self.fact_limits[1]))
        widths = (size, size, cells)
        blocks = [
            [csr_array((len(low), wide)) if block is None else block for block, wide in zip(row, widths, strict=True)]
            for row, low, _ in parts
        ]
        system = System(
            vstack([hstack(row) for row in blocks], format="csr"),
            np.concatenate([low for _, low, _ in parts]),
            np.concatenate([high for _, _, high in parts]),
            np.concatenate([np.full(2 * size, self.cap), np.ones(cells)]),
            [False] * (2 * size) + [True] * cells,
        )
        # A cell costs one, and a little more the more it says.
        weights = [1 + 0.1 * self.new[place].count / max(self.truth.sum(), 1) for place in shown]
        solution = system.least(np.concatenate([np.zeros(2 * size), weights]))
        if solution is None:
            return set()
        self.points += [solution[:size], solution[size : 2 * size]]
        return {place for place, chosen in zip(shown, solution[2 * size :], strict=True) if chosen > 0.5}

    def _shown_again(self, withheld: set[int]) -> set[int]:
        """Those of the withheld that are not needed after all."""
        again: set[int] = set()
        for place in sorted(withheld, key=lambda each: -self.new[each].count):
            points = list(self.points), list(self.whole_points)
            self._mark([place], Mark.SHOWN)
            if self._exposed() is None:
                again.add(place)
            else:
                self._mark([place], Mark.SUPPRESSED)
                self.points, self.whole_points = points
        return again


def _signs(link: Link) -> dict[str, int]:
    signs: Counter[str] = Counter()
    for atom, sign in link.terms:
        signs[atom] += sign
    return signs
