"""What was found of stays on the list, in words, as JSON and as CSV."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from overt.disparities._bounds import BoundLimits
from overt.disparities._figure import figure
from overt.disparities._persons import IntervalBasis
from overt.disparities._table import Ungrouped
from overt.pages import csv_bytes, day, p_value, p_words, percent
from overt.statistics import Lasting, LogRank

ASSUMPTIONS = (
    "An entry that is still listed on the last day is taken to be as likely to be closed later as the others of its "
    "group that had stayed as long. Entries opened at different times are taken to stay alike: after a change of the "
    "rules, neither the old nor the new stay is shown. Entries that were deleted from the source when they ended "
    "cannot be counted, and without them stays look longer than they are."
)
NOT_CONCLUDED = (
    "It cannot be concluded why stays differ, that an entry ought to have been closed sooner, or how long any one "
    "person stays: groups may differ in why and when their entries were opened. A test that is not clear does not show "
    "that the groups stay alike, and where curves cross it can miss a difference."
)
_CLEAR = 0.05


@dataclass(frozen=True)
class StayPoint:
    """The share still listed after so many days, its pointwise limits, and the bounds for what is not known."""

    days: int
    share: float
    low: float | None
    high: float | None
    bound_low: float | None = None
    bound_high: float | None = None


@dataclass(frozen=True)
class StayGroup:
    """One group: its entries that are followed, how many were `closed`, and `undated` ones whose stay is not known.

    `half_life` and `mean` are in days, the mean within the horizon. `bounds` hold the half-life and `mean_bounds` the
    mean whichever group the entries without one belong to, and if the undated had all been closed at once or none had.
    `why` says why there are no figures.
    """

    group: str
    entries: int
    people: int | None
    closed: int
    undated: int
    basis: IntervalBasis
    half_life: Lasting | None = None
    mean: Lasting | None = None
    points: tuple[StayPoint, ...] = ()
    bounds: BoundLimits | None = None
    mean_bounds: BoundLimits | None = None
    must_be_bounded: bool = False
    no_interval: str = ""
    why: str = ""


@dataclass(frozen=True)
class StayTest:
    """The log-rank test of the groups, in `strata` parts; or `why` there is none."""

    groups: tuple[str, ...]
    found: LogRank | None
    strata: int = 1
    why: str = ""


@dataclass(frozen=True)
class StayTimes:
    """How long entries stay, by group, up to a day; of those opened since a day, where one was asked for.

    `undated` counts the entries whose stay is not known by reason, `earlier` those opened before `since`. `missing`
    are followed and have no group.
    """

    as_of: dt.date
    since: dt.date | None
    level: float
    within: str
    horizon: int
    groups: tuple[StayGroup, ...]
    test: StayTest
    missing: Ungrouped
    undated: Mapping[str, int]
    earlier: int

    @property
    def told(self) -> tuple[str, ...]:
        """A sentence for each group, the test, what is not known, what is assumed and what may not be concluded."""
        return (
            *(self._of_group(group) for group in self.groups),
            self._of_test(),
            *self._not_known(),
            ASSUMPTIONS,
            NOT_CONCLUDED,
        )

    def _of_group(self, group: StayGroup) -> str:
        listed = group.entries - group.closed
        counted = (
            f"{group.group}: of {group.entries:,} entries{f' of {group.people:,} people' if group.people else ''}, "
            f"{group.closed:,} were closed and {listed:,} were still listed on {day(self.as_of)}"
        )
        if group.half_life is None or group.mean is None:
            return f"{counted}; no stay is given: {group.why}."
        half = (
            f"half were closed within {_days(group.half_life.days)}{self._limits(group.half_life, group)}"
            if group.half_life.days is not None
            else f"fewer than half were closed within the {_days(group.points[-1].days)} seen, so there is no half-life"
        )
        mean = f"within {_days(self.horizon)} an entry stayed {_days(group.mean.days)} on average"
        sentence = f"{counted}; {half}; {mean}{self._limits(group.mean, group)}."
        if group.no_interval:
            sentence += f" No interval: {group.no_interval}."
        if group.must_be_bounded and group.bounds and group.mean_bounds:
            ends = (group.bounds.low, group.bounds.high)
            low, high = ("not reached" if limit is None else _days(limit) for limit in ends)
            sentence += (
                " Depending on which groups the entries without one belong to, and on stays that are not known, the "
                f"half-life could be {low} or {high}, or lie between, and the mean {_days(group.mean_bounds.low)} to "
                f"{_days(group.mean_bounds.high)}."
            )
        return sentence

    def _limits(self, lasting: Lasting, group: StayGroup) -> str:
        if lasting.low is None:
            return ""
        high = f"to {_days(lasting.high)}" if lasting.high is not None else "with no upper limit"
        events = "" if group.basis is IntervalBasis.PEOPLE else f", {group.basis}"
        return f" ({self.level:.0%} interval {_days(lasting.low).split()[0]} {high}{events})"

    def _of_test(self) -> str:
        found = self.test.found
        if found is None:
            return f"No log-rank test is given: {self.test.why}."
        clear = "the groups do not all stay alike" if found.p_value < _CLEAR else "no clear difference"
        strata = f", within {self.test.strata} parts by {self.within}" if self.within else ""
        degrees = f"{found.degrees} degree{'s' if found.degrees > 1 else ''} of freedom"
        return (
            f"Log-rank test over {', '.join(self.test.groups)}{strata}: {clear} (chi-squared "
            f"{figure(found.chi_squared)}, {degrees}, p {p_words(found.p_value)})."
        )

    def _not_known(self) -> Iterator[str]:
        if self.missing.count:
            yield (
                f"Of {self.missing.total:,} entries, {self.missing.count:,} ({percent(self.missing.share)}) without a "
                "group are in no curve."
            )
        for reason, count in self.undated.items():
            yield f"{_entries_are(count)} in no curve: {reason}."
        if self.earlier and self.since:
            yield f"{_entries_are(self.earlier)} in no curve, since opened before {day(self.since)}."


def stays_as_json(times: StayTimes) -> dict[str, Any]:
    """The fields of docs/formats/disparity.md."""
    found = times.test.found
    test: dict[str, Any] = {"groups": list(times.test.groups), "strata": times.test.strata, "why": times.test.why}
    if found:
        test |= {**asdict(found), "p_value": p_value(found.p_value)}
    return {
        "as_of": times.as_of.isoformat(),
        "since": times.since.isoformat() if times.since else None,
        "horizon": times.horizon,
        "groups": [_group(group) for group in times.groups],
        "test": test,
        "missing": {**asdict(times.missing), "share": times.missing.share},
        "undated": dict(times.undated),
        "earlier": times.earlier,
        "told": list(times.told),
    }


def _group(group: StayGroup) -> dict[str, Any]:
    body = {name: value for name, value in asdict(group).items() if name not in ("basis", "points")}
    return {**body, "interval_of": str(group.basis), "curve": [asdict(point) for point in group.points]}


def stays_csv(times: StayTimes) -> bytes:
    """The curves, a line for each group and point."""
    names = ("days", "share", "low", "high", "bound_low", "bound_high")
    lines = [
        [group.group, group.entries, group.closed, str(group.basis), *(getattr(point, name) for name in names)]
        for group in times.groups
        for point in group.points
    ]
    return csv_bytes(["group", "entries", "closed", "interval_of", *names], lines)


def _entries_are(count: int) -> str:
    return f"{count:,} {'entry is' if count == 1 else 'entries are'}"


def _days(value: float | None) -> str:
    if value is None:
        return "not known"
    text = f"{value:,.1f}".removesuffix(".0") if value < 100 else f"{value:,.0f}"
    return f"{text} day{'' if text == '1' else 's'}"
