"""Between which limits a figure lies whatever the missing counts are: each put where it makes most of a difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from overt.disparities._counts import GroupCount
from overt.disparities._persons import Group
from overt.disparities._withheld import reference_of
from overt.statistics import Counted, Unit

THOUSAND = 1000.0


@dataclass(frozen=True)
class BoundLimits:
    """The lowest and the highest that a figure may be."""

    low: float | None
    high: float | None


NOTHING = BoundLimits(None, None)


@dataclass(frozen=True)
class FigureBounds:
    """What a group's rate and its ratio to the reference are at least and at most, wherever the missing belong."""

    group: str
    rate_per_1000: BoundLimits
    relative_rate: BoundLimits


def name_of(group: Group) -> str:
    """A group in words: "Black", or "Black, female" for an intersection."""
    return ", ".join(part if part is not None else "missing" for part in group)


def bounds_of(
    counted: Mapping[Group, Counted | None], missing: Sequence[GroupCount], reference: Group, inside: bool, unit: Unit
) -> list[FigureBounds]:
    """Every missing count put where it makes most of a difference, among the groups that it may belong to."""
    bounds = []
    for group, cell in counted.items():
        own = reference_of(group, reference)
        against = counted.get(own)
        if cell is None:
            continue
        low, high = _extremes(cell, *_possible(missing, group, inside), unit)
        rate, ratio = BoundLimits(low * THOUSAND, high * THOUSAND), NOTHING
        if against and group != own:
            least, most = _extremes(against, *_possible(missing, own, inside), unit)
            ratio = BoundLimits(low / most if most else None, high / least if least else None)
        bounds.append(FigureBounds(name_of(group), rate, ratio))
    return bounds


def _possible(missing: Sequence[GroupCount], group: Group, inside: bool) -> tuple[int, float | None]:
    """Counts, and of a share their base, that may belong to the group: no axis that is known speaks against it."""
    fitting = [cell for cell in missing if all(a is None or a == b for a, b in zip(cell.group, group, strict=True))]
    return sum(cell.count for cell in fitting), sum(cell.base or 0 for cell in fitting) if inside else None


def _extremes(cell: Counted, count: int, base: float | None, unit: Unit) -> tuple[float, float]:
    """The lowest and highest rate of a group that may gain up to `count` counts, of which `base` rows are undecided."""
    if base is None:
        return cell.rate, (cell.count + count) / cell.population
    if unit is Unit.EVENTS:
        return cell.count / (cell.population + base), (cell.count + count) / cell.population
    # Of a share, those who were not counted are missing too, and may all be in the group.
    return cell.count / (cell.population + base - count), (cell.count + count) / (cell.population + count)
