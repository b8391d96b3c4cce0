"""How long entries stay on the list, by group: the half-life, the mean within a horizon, the log-rank test.

The figures of `overt.statistics._survival` with what a reader must know of them: entries whose stay is not known are
counted, entries without a group bound every half-life, and the test is withheld where either could turn it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from overt.audits import Opened
from overt.disparities._bounds import BoundLimits, name_of
from overt.disparities._counts import Counting
from overt.disparities._measure_list import MeasureShape
from overt.disparities._persons import FEWEST, Group, IntervalBasis
from overt.disparities._question import DisparityQuestion
from overt.disparities._stay_rows import EARLIER, UNDATED, StayRows, read_stays
from overt.disparities._stay_words import StayGroup, StayPoint, StayTest, StayTimes
from overt.disparities._table import Ungrouped
from overt.statistics import (
    FEW,
    LogRank,
    Stays,
    SurvivalCurve,
    log_rank,
    possible_curves,
    restricted_mean,
    survival_curve,
)

_CLEAR = 0.05
_POINTS = 60


@dataclass(frozen=True)
class _Part:
    """The entries of one group, those that may be of it, and how many have no known stay."""

    group: Group
    stays: Stays
    maybe: Stays
    undated: int
    maybe_undated: int


def stay_times(opened: Opened, question: DisparityQuestion, counting: Counting) -> StayTimes | None:
    """The stays of a question about the time to removal; `None` for another measure."""
    if counting.measure.shape is not MeasureShape.EXPOSURE:
        return None
    rows = read_stays(opened.connection, opened.filled.columns, counting, question.as_of, question.since)
    within = question.by.index(question.within) if question.within else None
    parts = list(_parts(rows, within))
    shown = [part for part in parts if _why_none(part) == ""]
    horizon = min((int(part.stays.days.max()) for part in shown), default=0)
    unknown = _is_unknown(rows, within)
    reasons = {reason: sum(n for (_, why), n in rows.left_out.items() if why == reason) for reason in UNDATED}
    missing = int(np.count_nonzero(unknown[rows.place]))
    return StayTimes(
        question.as_of,
        question.since,
        question.level,
        question.within,
        horizon,
        tuple(_figures(part, rows.basis, horizon, question.level) for part in parts),
        _test(rows, shown, within),
        Ungrouped(missing, len(rows.stays)),
        {reason: count for reason, count in reasons.items() if count},
        sum(count for (_, why), count in rows.left_out.items() if why == EARLIER),
    )


def _own(group: Group, within: int | None) -> Group:
    return tuple(part for place, part in enumerate(group) if place != within)


def _is_unknown(rows: StayRows, within: int | None) -> NDArray[np.bool_]:
    """Of each of the groups, whether a part other than the stratum is not known."""
    return np.array([None in _own(group, within) for group in rows.groups], dtype=bool)


def _parts(rows: StayRows, within: int | None) -> Iterator[_Part]:
    own = [_own(group, within) for group in rows.groups]
    labels = [of_axis for place, of_axis in enumerate(rows.counted.labels) if place != within]
    loose = [{spot.name for spot in one.unplaced().values()} if not one.is_own_list else set() for one in labels]

    def may_be(other: Group, group: Group) -> bool:
        """Whether entries that are not of the group may be."""
        fits = zip(other, group, loose, strict=True)
        return other != group and all(a is None or a == b or a in names for a, b, names in fits)

    left_out = [(_own(group, within), count) for (group, why), count in rows.left_out.items() if why in UNDATED]
    named = dict.fromkeys(group for group in (*own, *(group for group, _ in left_out)) if None not in group)
    for group in sorted(named, key=name_of):
        mine = np.array([one == group for one in own], dtype=bool)
        maybe = np.array([may_be(one, group) for one in own], dtype=bool)
        yield _Part(
            group,
            rows.stays.only(mine[rows.place]),
            rows.stays.only(maybe[rows.place]),
            sum(count for one, count in left_out if one == group),
            sum(count for one, count in left_out if may_be(one, group)),
        )


def _why_none(part: _Part) -> str:
    ended = int(part.stays.ended.sum())
    return f"{ended} of its entries were closed, and {FEW} are needed" if ended < FEW else ""


def _lacks_people(stays: Stays, basis: IntervalBasis) -> str:
    """Why there are no limits by person, in the words of other figures."""
    if basis is not IntervalBasis.BY_PERSON or stays.people == len(stays) or stays.people >= FEWEST:
        return ""
    return f"{stays.people:,} people are too few to tell how many entries each has: {FEWEST} are needed"


def _by_basis(stays: Stays, basis: IntervalBasis) -> Stays:
    """Where nobody knows whose most entries are, each is taken for another person's, and this is said."""
    return replace(stays, person=np.arange(len(stays))) if basis is IntervalBasis.EVENTS else stays


def _figures(part: _Part, basis: IntervalBasis, horizon: int, level: float) -> StayGroup:
    stays = _by_basis(part.stays, basis)
    people = None if basis is IntervalBasis.EVENTS else stays.people
    ended = int(stays.ended.sum())
    group = StayGroup(name_of(part.group), len(stays), people, ended, part.undated, basis, why=_why_none(part))
    if group.why:
        return group
    curve, mean = survival_curve(stays, level), restricted_mean(stays, horizon, level)
    median, points = curve.median, tuple(_points(curve))
    lacks = _lacks_people(stays, basis)
    if lacks:
        median, mean = (replace(figure, low=None, high=None) for figure in (median, mean))
        points = tuple(replace(point, low=None, high=None) for point in points)
    bounds = mean_bounds = None
    if len(part.maybe) or part.undated or part.maybe_undated:
        below, above = possible_curves(stays, part.maybe, part.undated + part.maybe_undated)
        bounds = BoundLimits(below.median.days, above.median.days)
        mean_bounds = BoundLimits(below.mean(horizon), above.mean(horizon))
        points = tuple(
            replace(point, bound_low=below.at(point.days)[0], bound_high=above.at(point.days)[0]) for point in points
        )
    unsure = len(part.maybe) + part.undated + part.maybe_undated
    must = Ungrouped(unsure, len(stays) + unsure).must_be_shown
    return replace(
        group,
        half_life=median,
        mean=mean,
        points=points,
        bounds=bounds,
        mean_bounds=mean_bounds,
        must_be_bounded=must,
        no_interval=lacks,
    )


def _points(curve: SurvivalCurve) -> Iterator[StayPoint]:
    """The curve at equal steps: no day on which a single entry was closed can be read from it."""
    last = int(curve.last)
    for day in sorted({round(last * step / _POINTS) for step in range(_POINTS + 1)}):
        yield StayPoint(day, *curve.at(day))


def _test(rows: StayRows, parts: Sequence[_Part], within: int | None) -> StayTest:
    """The test of the groups that have figures, or why there is none."""
    names = tuple(name_of(part.group) for part in parts)
    if len(parts) < 2:
        return StayTest(names, None, why="fewer than two groups have figures")
    if rows.basis is IntervalBasis.EVENTS:
        return StayTest(names, None, why="it is not known whose the entries are, and one person may have several")
    if lacking := next((why for part in parts if (why := _lacks_people(part.stays, rows.basis))), ""):
        return StayTest(names, None, why=lacking)
    number = {part.group: place for place, part in enumerate(parts)}
    of_row = np.array([number.get(_own(group, within), -1) for group in rows.groups])[rows.place]
    strata = _strata(rows, within)
    inside = of_row >= 0
    found = log_rank(of_row[inside], rows.stays.only(inside), strata[inside])
    if found is None:
        return StayTest(names, None, why="no two groups have entries that could be closed on the same days")
    for changed in _settled(rows, parts, of_row, strata):
        if (found.p_value < _CLEAR) is not (changed.p_value < _CLEAR):
            why = "entries whose group or whose stay is not known could reverse it"
            return StayTest(names, None, why=why)
    return StayTest(names, found, len(np.unique(strata[inside])))


def _strata(rows: StayRows, within: int | None) -> NDArray[np.int64]:
    if within is None:
        return np.zeros(len(rows.stays), np.int64)
    names = {name: place for place, name in enumerate(dict.fromkeys(group[within] for group in rows.groups))}
    return np.array([names[group[within]] for group in rows.groups], np.int64)[rows.place]


def _settled(
    rows: StayRows, parts: Sequence[_Part], of_row: NDArray[np.int64], strata: NDArray[np.int64]
) -> Iterator[LogRank]:
    """The test as it would be if all that is not known were of one group, or the closed or the listed of it alone."""
    unknown = of_row < 0
    undated = [part.undated for part in parts]
    if not unknown.any() and not any(undated):
        return
    last = int(rows.stays.days.max())
    for group, (ended, listed) in itertools.product(range(len(parts)), ((True, True), (True, False), (False, True))):
        which = (unknown & (rows.stays.ended if ended else ~rows.stays.ended)) if ended is not listed else unknown
        taken = ~unknown | which
        more = undated[group]
        stays = rows.stays.only(taken)
        own = np.where(of_row[taken] < 0, group, of_row[taken])
        numbers = np.arange(more) + 1 + int(rows.stays.person.max())
        # Entries without a known stay were closed on their first day, or are listed to the last.
        for day, closed in ((0, True), (last, False)) if more else ((0, True),):
            longer = Stays(
                np.concatenate([stays.days, np.full(more, day)]),
                np.concatenate([stays.ended, np.full(more, closed)]),
                np.concatenate([stays.person, numbers]),
            )
            groups = np.concatenate([own, np.full(more, group)])
            found = log_rank(groups, longer, np.concatenate([strata[taken], np.zeros(more, np.int64)]))
            if found is not None:
                yield found
