"""The cells of each topic, and what ties them to one another and to every release before.

Each attribute has atoms of its own, tied by their sum: tables that divide the same people once each
can be laid over one another in every way in which their totals agree, so that nothing is lost by it.
Atoms of people show who stayed, came and went, so no one can have gone who was not there.

Releases are tied where one begins on the day of the other, where both are of one day, and where their periods
overlap. Where the counts do not follow, because something was recorded late or erased, an atom of its own says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from overt.disclosure import Cell, Fact, Link, Mark, Rule, SafeRelease
from overt.publication._topics import ALL, BRIDGE_OF_PEOPLE, VERDICTS_TELL, Attribute, TopicCounts

__all__ = ["ALL", "SafeTopic", "cell_name", "make_safe"]


@dataclass(frozen=True)
class SafeTopic:
    """One topic of an earlier release, with what only its keeper knows: see `TopicCounts` and `SafeRelease`."""

    release: str
    day: dt.date
    since: dt.date | None
    counted: TopicCounts = field(repr=False)
    safe: SafeRelease = field(repr=False)

    def covers(self, part: str) -> bool:
        """Whether a stretch of days that ends on `part` lies inside its period."""
        day = dt.date.fromisoformat(part)
        return day <= self.day and (self.since is None or day > self.since)


def make_safe(
    counted: TopicCounts, release: str, period: tuple[dt.date | None, dt.date], earlier: Sequence[SafeTopic], rule: Rule
) -> SafeTopic:
    """The topic as it may be published as part of `release`, after all that was published of it before."""
    since, day = period
    naming = _Naming(release, counted)
    counts = {naming.atom(part, name, group): count for (part, name, group), count in counted.counts.items()}
    for part, attribute, group in naming.every():
        counts.setdefault(naming.atom(part, attribute, group), 0)
    links = list(naming.sums())
    for before in earlier:
        links += _ties(naming, before, day, since, counts)
    cells = list(_cells(naming, rule))
    before_this = [topic.safe for topic in earlier]
    from overt.disclosure import protect  # noqa: PLC0415  an extra

    safe = protect(cells, counts, links=links, earlier=before_this, rule=rule, facts=list(_facts(naming, rule)))
    return SafeTopic(release, day, since, counted, safe)


@dataclass(frozen=True)
class _Naming:
    """The atoms of one topic of one release."""

    release: str
    counted: TopicCounts

    def atom(self, part: str, attribute: str, group: str) -> str:
        return f"{self.release}/{self.counted.topic.name}/{part}/{attribute}/{group}"

    def every(self) -> Iterator[tuple[str, str, str]]:
        for attribute in self.counted.topic.attributes:
            for group in self.counted.groups(attribute):
                for part in self.counted.parts:
                    yield part, attribute.name, group

    def atoms(self, parts: Sequence[str], attribute: Attribute, groups: Sequence[str] | None = None) -> list[str]:
        chosen = self.counted.groups(attribute) if groups is None else groups
        return [self.atom(part, attribute.name, group) for part in parts for group in chosen]

    def sums(self) -> Iterator[Link]:
        """Every attribute divides the same things. Who moved between groups did so in one attribute and not in all."""
        first, *others = self.counted.topic.attributes
        for parts in self.counted.same_in_all:
            for other in others:
                plus = [(atom, 1) for atom in self.atoms(parts, first)]
                yield Link((*plus, *((atom, -1) for atom in self.atoms(parts, other))))


def _cells(naming: _Naming, rule: Rule) -> Iterator[Cell]:
    """One cell for the whole of each measure, and one for each group of each attribute."""
    counted = naming.counted
    for measure, parts in counted.measures.items():
        mark = Mark.NOT_ASKED if parts is None else None
        first = counted.topic.attributes[0]
        whole = frozenset(naming.atoms(parts or (), first))
        dominated = counted.is_dominated(ALL, ALL, rule.safe_nk_k)
        total = cell_name(ALL, ALL, measure)
        yield Cell(counted.topic.name, total, whole, mark=mark, dominated=dominated)
        for attribute in counted.topic.attributes:
            for group in counted.rows(attribute, rule.safe_threshold):
                atoms = frozenset(naming.atoms(parts or (), attribute, [group]))
                dominated = counted.is_dominated(attribute.name, group, rule.safe_nk_k)
                name = cell_name(attribute.name, group, measure)
                if measure in BRIDGE_OF_PEOPLE:
                    yield Cell(counted.topic.name, name, frozenset(), mark=Mark.NOT_ASKED)
                    continue
                yield Cell(counted.topic.name, name, atoms, mark=mark, dominated=dominated, under=total)


def _facts(naming: _Naming, rule: Rule) -> Iterator[Fact]:
    """What is public besides the figures: which groups have a row because something was found, and verdicts.

    Verdicts of audits are published. That everything asked for is recorded, or that no review is overdue, is a verdict:
    whether there is any such row may be known whatever is withheld.
    """
    counted = naming.counted
    for attribute in counted.topic.attributes:
        rows = counted.rows(attribute, rule.safe_threshold)
        for group in counted.groups(attribute):
            if group in VERDICTS_TELL:
                for parts in filter(None, counted.measures.values()):
                    yield _is_there(naming, attribute, group, parts)
            elif group in rows and group not in attribute.given and _count(counted, attribute, group, counted.parts):
                yield _is_there(naming, attribute, group, counted.parts)


def _is_there(naming: _Naming, attribute: Attribute, group: str, parts: Sequence[str]) -> Fact:
    atoms = frozenset(naming.atoms(parts, attribute, [group]))
    return Fact(atoms, low=1) if _count(naming.counted, attribute, group, parts) else Fact(atoms, high=0)


def _count(counted: TopicCounts, attribute: Attribute, group: str, parts: Sequence[str]) -> int:
    return sum(counted.counts.get((part, attribute.name, group), 0) for part in parts)


def cell_name(attribute: str, group: str, measure: str) -> str:
    """How a cell is named wherever one stands alone."""
    return f"{attribute} / {group} / {measure}"


def _ties(
    naming: _Naming, before: SafeTopic, day: dt.date, since: dt.date | None, counts: dict[str, int]
) -> Iterator[Link]:
    """How the atoms of this release follow from those of one before."""
    there = _Naming(before.release, before.counted)
    shared = {attribute.name for attribute in before.counted.topic.attributes}
    for attribute in naming.counted.topic.attributes:
        for group in naming.counted.groups(attribute) if attribute.name in shared else ():
            tie = _Tie(naming, there, before, attribute, group, counts, since)
            if group not in before.counted.groups(attribute):
                yield from tie.of_none() if naming.counted.topic.flow else ()
            elif naming.counted.topic.flow:
                yield from tie.of_flow()
            elif before.day == day:
                yield tie.link(_standing(before.counted), _standing(naming.counted))
            elif before.day == since and "erased" in naming.counted.parts:
                yield tie.link(_standing(before.counted), ["stayed", "moved out", "removed", "erased"])
            elif before.day == since and "removed" in naming.counted.parts and not attribute.moves:
                yield tie.link(_standing(before.counted), ["stayed", "removed"])


def _standing(counted: TopicCounts) -> list[str]:
    return list(next(parts for parts in counted.measures.values() if parts))


@dataclass(frozen=True)
class _Tie:
    """One group of one attribute in two releases."""

    here: _Naming
    there: _Naming
    before: SafeTopic
    attribute: Attribute
    group: str
    counts: dict[str, int]
    since: dt.date | None

    def of_flow(self) -> Iterator[Link]:
        """What happened in both periods happened once; what is left of the earlier one lies outside this."""
        inside = [part for part in self.here.counted.parts if self.before.covers(part)]
        if inside:
            yield self.link(list(self.before.counted.parts), inside, rest=not self._is_whole())

    def of_none(self) -> Iterator[Link]:
        """A group that had no row in the earlier period did not occur in it, unless it was recorded late."""
        inside = [part for part in self.here.counted.parts if self.before.covers(part)]
        if inside:
            yield self.link([], inside)

    def _is_whole(self) -> bool:
        """Whether the earlier period lies inside this one."""
        begins = self.since is None or (self.before.since is not None and self.before.since >= self.since)
        return begins and str(self.before.day) <= self.here.counted.parts[-1]

    def link(self, old: Sequence[str], new: Sequence[str], rest: bool = False) -> Link:
        """Old parts are new parts, with an atom for what was recorded late, or is gone, where they differ."""
        olds = self.there.atoms(old, self.attribute, [self.group])
        news = self.here.atoms(new, self.attribute, [self.group])
        known = self.before.safe.counts
        gap = sum(known[atom] for atom in olds) - sum(self.counts[atom] for atom in news)
        terms = [*((atom, 1) for atom in olds), *((atom, -1) for atom in news)]
        if gap or rest:
            word = "elsewhere" if gap >= 0 else "late"
            atom = self.here.atom(f"{word} {self.before.release}", self.attribute.name, self.group)
            self.counts[atom] = abs(gap)
            terms.append((atom, -1 if gap >= 0 else 1))
        return Link(tuple(terms))
