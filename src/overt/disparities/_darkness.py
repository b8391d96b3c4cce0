"""The veil of darkness: who is stopped in daylight compared with darkness, at the same time of the clock."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from overt.disparities._axes import Axis
from overt.disparities._bounds import BoundLimits
from overt.disparities._counts import Counting, Window, lines_of
from overt.disparities._dusk import OPTION, DuskPlace, Twilight, changes_in, clock, twilights, without_extra, year_of
from overt.disparities._figure import figure
from overt.disparities._labels import Labels
from overt.model import ENCOUNTER
from overt.pages import p_words
from overt.refusals import Refusal
from overt.statistics import DaylightRatio, LightCell, adjusted, daylight_ratio

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ASSUMPTIONS = (
    "The test compares who was stopped in daylight with who was stopped in darkness at the same time of the clock. It "
    "assumes that at a given time the people who are out and could be stopped are the same on light days and on dark "
    "days, and that officers can see less of a person in darkness. Street lighting lets officers see in darkness and "
    "draws the ratio towards 1. Light evenings are in summer and dark ones in winter, so a seasonal change in who is "
    "out, who drives at that hour or where officers are sent can look like a difference; the comparison of the weeks "
    "around the change of the clocks has less of this. Stops that were not decided by sight, such as those after a "
    "call, are included"
)
NOT_CONCLUDED = (
    "A ratio of 1 does not show that nobody was selected by appearance. A ratio above 1 does not show why the shares "
    "differ, or that any one stop was wrong"
)
# As Grogger and Ridgeway have it.
_FREEDOM = 6
WEEKS_AROUND = 4
# A year outside these is a mistake of the source's.
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


@dataclass(frozen=True)
class DarknessTest:
    """One group against the reference group; `of` is "year" or "clock changes". `why` says why there is no ratio.

    Counts are of stops in the window. `bounds` hold the ratio if all stops without a group in daylight were of the one
    group and all in darkness of the other, or the reverse.
    """

    group: str
    reference: str
    of: str
    formula: str
    light: int
    light_reference: int
    dark: int
    dark_reference: int
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    p_value: float | None = None
    p_adjusted: float | None = None
    days: int | None = None
    bounds: BoundLimits | None = None
    why: str = ""

    def told(self, level: float) -> str:
        """The ratio in words, with the formula and the shares."""
        begun = f"{self.group} compared with {self.reference}, {_OF[self.of]}, {self.formula}"
        if self.ratio is None or self.p_value is None or self.p_adjusted is None:
            return f"{begun}: no ratio is given, since {self.why}."
        sentence = (
            f"{begun}: ratio of odds {figure(self.ratio)}, daylight to darkness ({level:.0%} interval "
            f"{figure(self.low)} to {figure(self.high)}, by day, {self.days:,} days; p {p_words(self.p_value)}, "
            f"adjusted for the number of tests {p_words(self.p_adjusted)}). Of the two groups' stops "
            f"{self.light:,} of {self.light + self.light_reference:,} in daylight and {self.dark:,} of "
            f"{self.dark + self.dark_reference:,} in darkness were of the group {self.group}."
        )
        if self.bounds:
            limits = f"{figure(self.bounds.low)} to {figure(self.bounds.high)}"
            sentence += f" Depending on which groups the stops without one belong to, the ratio could be {limits}."
        return sentence


@dataclass(frozen=True)
class Darkness:
    """The tests, and where every stop went: `light` and `dark` are in the window, the rest are left out.

    `without_group` are those of `light` and of `dark`; `on_the_hour` those of both at a full hour; `other_date` have a
    date that is not the one of their time at this place.
    """

    zone: str
    latitude: float
    longitude: float
    window: tuple[str, str]
    light: int
    dark: int
    outside: int
    twilight: int
    without_time: int
    without_group: tuple[int, int]
    on_the_hour: int
    other_date: int
    tests: tuple[DarknessTest, ...]

    @property
    def told(self) -> tuple[str, ...]:
        """Where the stops went, and what to doubt."""
        inside = self.light + self.dark
        sentences = [
            f"the window is {self.window[0]} to {self.window[1]} ({self.zone}), between the earliest and the latest "
            f"end of civil dusk of the year: {self.light:,} stops in daylight and {self.dark:,} in darkness. Left out: "
            f"{self.outside:,} at other times, {self.twilight:,} between sunset and the end of civil dusk, "
            f"{self.without_time:,} without a time of day",
            f"{sum(self.without_group):,} of {inside:,} stops in the window have no known group "
            f"({self.without_group[0]:,} in daylight, {self.without_group[1]:,} in darkness)",
            f"{self.on_the_hour:,} of {inside:,} times are a full hour: rounded times can put a stop on the wrong side "
            "of dusk",
            f"times are read as UTC and converted to {self.zone}: if the source has local times and its mapping does "
            "not convert them, every stop in summer is an hour out of place, and the ratio is wrong",
        ]
        if self.other_date:
            sentences.append(
                f"{self.other_date:,} stops have a date other than that of their time in {self.zone}: the times may "
                "not be in UTC, or the time zone may be wrong"
            )
        return tuple(sentences)


_OF = {
    "year": "the whole year",
    "clock changes": f"the {WEEKS_AROUND} weeks before and after each change of the clocks",
}


@dataclass
class Stops:
    """Counts of the stops with a time, by group, local day and minute; those without a group have `None`."""

    place: DuskPlace
    by_time: Counter[tuple[str | None, dt.date, float]] = field(default_factory=Counter)
    without_time: int = 0
    other_date: int = 0

    def add(self, group: str | None, time: str, date: str, count: int) -> None:
        moment = dt.datetime.fromisoformat(time) if time else None
        # A time of exactly midnight is what a date without a time becomes.
        known = moment is not None and _FIRST_YEAR <= moment.year <= _LAST_YEAR
        local = self.place.local(moment) if moment and known else None
        if moment is None or local is None or dt.time() in (moment.time(), local.time()):
            self.without_time += count
            return
        self.other_date += count if date and date[:10] != local.date().isoformat() else 0
        self.by_time[group, local.date(), local.hour * 60 + local.minute + local.second / 60] += count


def check_darkness(counting: Counting) -> None:
    """Refuses what has no time of day, or more than one division."""
    measure = counting.measure
    if not measure.counts_encounters or measure.is_share:
        wanted = "--measure encounters: the test compares who was stopped"
        raise Refusal("disparity-needs", OPTION, f"--measure {measure.name}", wanted)
    if len(counting.axes) != 1:
        found = f"--by has {len(counting.axes)} divisions"
        raise Refusal("disparity-needs", OPTION, found, "one division, whose groups are compared")


def darkness(stops: Stops, reference: str, level: float) -> Darkness:
    """The tests of every group against the reference group.

    Refuses without the extra, a place without dusk, and stops without a time.
    """
    place = stops.place
    if not stops.by_time:
        wanted = "a time of day in encounter.occurred_at; exactly midnight is read as a date without a time"
        raise Refusal("disparity-nothing-counted", OPTION, "no stop has a time of day", wanted)
    years = sorted({day.year for _, day, _ in stops.by_time})
    dusks = twilights(place, (day for year in years for day in year_of(year)))
    hours = _hours(dusks.values())
    whole = _lit(stops, dusks, dict.fromkeys(dusks, 0), {0: hours})
    parts = {
        change + dt.timedelta(days): part
        for part, change in enumerate(change for year in years for change in changes_in(place, year))
        for days in range(-7 * WEEKS_AROUND, 7 * WEEKS_AROUND)
    }
    # A change in January or December has weeks in a year without stops.
    parts = {day: part for day, part in parts.items() if day in dusks}
    hours_around = {
        part: _hours(dusks[day] for day, own in parts.items() if own == part) for part in set(parts.values())
    }
    groups = sorted({group for group, _, _ in stops.by_time if group is not None and group != reference})
    try:
        tests = [
            *_tests("year", groups, reference, whole, level),
            *_tests("clock changes", groups, reference, _lit(stops, dusks, parts, hours_around), level),
        ]
    except ModuleNotFoundError as error:
        raise without_extra(error) from None
    p_values = iter(adjusted([test.p_value for test in tests if test.p_value is not None]))
    outside = sum(count for (_, _, minute), count in stops.by_time.items() if not hours[0] <= minute <= hours[1])
    light, dark = (sum(whole[stop] for stop in whole if stop.is_light is is_light) for is_light in (True, False))
    bare = [stop for stop in whole if stop.group is None]
    return Darkness(
        place.zone.key,
        place.latitude,
        place.longitude,
        (clock(hours[0]), clock(hours[1])),
        light,
        dark,
        outside,
        stops.by_time.total() - outside - light - dark,
        stops.without_time,
        (sum(whole[s] for s in bare if s.is_light), sum(whole[s] for s in bare if not s.is_light)),
        sum(count for stop, count in whole.items() if stop.minute % 60 == 0),
        stops.other_date,
        tuple(one if one.p_value is None else replace(one, p_adjusted=next(p_values)) for one in tests),
    )


@dataclass(frozen=True)
class _LitStop:
    """Stops in the window that are in daylight or in darkness, of one group, day and time."""

    group: str | None
    day: int
    minute: float
    is_light: bool
    part: int


def read_stops(
    connection: DuckDBPyConnection,
    filled: Mapping[str, Collection[str]],
    counting: Counting,
    window: Window,
    *,
    labels: Labels,
    place: DuskPlace,
) -> Stops:
    """The stops of a counting by group, day and time. Refuses a source that has no times."""
    on = ENCOUNTER.occurred_on
    columns = [ENCOUNTER.occurred_at, *([on] if on in filled.get(ENCOUNTER.name, ()) else [])]
    timed = replace(counting, axes=(*counting.axes, *(Axis(column, (column.path,)) for column in columns)))
    stops = Stops(place)
    for line in lines_of(connection, filled, timed, window):
        value, time, *date = line.values
        if not labels.is_total(value):
            stops.add(labels.group(value), time, "".join(date), line.counted[0])
    return stops


def _hours(dusks: Iterable[Twilight]) -> tuple[float, float]:
    """The earliest and the latest end of dusk."""
    ends = [twilight.dusk for twilight in dusks]
    return (min(ends), max(ends)) if ends else (0.0, 0.0)


def _lit(
    stops: Stops,
    dusks: Mapping[dt.date, Twilight],
    parts: Mapping[dt.date, int],
    hours: Mapping[int, tuple[float, float]],
) -> Counter[_LitStop]:
    """Those on the days of a part and within its hours, before sunset or after dusk."""
    lit: Counter[_LitStop] = Counter()
    for (group, day, minute), count in stops.by_time.items():
        if (part := parts.get(day)) is None or not hours[part][0] <= minute <= hours[part][1]:
            continue
        twilight = dusks[day]
        if minute < twilight.sunset or minute >= twilight.dusk:
            lit[_LitStop(group, day.toordinal(), minute, minute < twilight.sunset, part)] += count
    return lit


def _tests(
    of: str, groups: Sequence[str], reference: str, lit: Mapping[_LitStop, int], level: float
) -> Iterator[DarknessTest]:
    change = "" if of == "year" else " + change of the clocks"
    for group in groups:
        cells = _cells(lit, group, reference)
        sums = {
            (of_group, is_light): sum(
                n for stop, n in lit.items() if (stop.group, stop.is_light) == (of_group, is_light)
            )
            for of_group in (group, reference)
            for is_light in (True, False)
        }
        base = DarknessTest(
            group,
            reference,
            of,
            f"log odds = intercept + daylight + spline of the time ({_FREEDOM} degrees of freedom){change}",
            sums[group, True],
            sums[reference, True],
            sums[group, False],
            sums[reference, False],
        )
        model = daylight_ratio(cells, freedom=_FREEDOM, level=level)
        if not isinstance(model, DaylightRatio):
            why = model if of == "year" or lit else "the clocks do not change there, or no stop is near a change"
            yield replace(base, why=why)
            continue
        extremes = [
            daylight_ratio(_cells(lit, group, reference, to_group_in_light=is_light), freedom=_FREEDOM, level=level)
            for is_light in (True, False)
            if any(stop.group is None for stop in lit)
        ]
        ratios = [one.ratio for one in extremes if isinstance(one, DaylightRatio)]
        yield replace(
            base,
            ratio=model.ratio,
            low=model.low,
            high=model.high,
            p_value=model.p_value,
            days=model.days,
            bounds=BoundLimits(min(ratios), max(ratios)) if len(ratios) == 2 else None,
        )


def _cells(
    lit: Mapping[_LitStop, int], group: str, reference: str, *, to_group_in_light: bool | None = None
) -> list[LightCell]:
    """The stops of two groups; with those without a group of the one in daylight and of the other in darkness."""
    sums: dict[tuple[int, float, bool, int], list[int]] = defaultdict(lambda: [0, 0])
    for stop, count in lit.items():
        known = stop.group
        if known is None and to_group_in_light is not None:
            known = group if stop.is_light is to_group_in_light else reference
        if known in (group, reference):
            sums[stop.day, stop.minute, stop.is_light, stop.part][known == reference] += count
    return [LightCell(day, minute, light, pair[0], pair[1], part) for (day, minute, light, part), pair in sums.items()]
