"""Whose events were counted: how far the counts vary when a person may have several.

If each of k people had one event, their number would vary as a Poisson count, and the usual intervals hold. A person
with n events moves the count by n at once: it varies by the sum of the squares, the sum of n² over people, and the
dispersion is how many times more that is than the number of events. Of a share the same is reckoned of what each person
adds to it beyond their part. Both are the variance that resampling people with all their events would give.

A dispersion is found from the data, and from few people it is found badly: where one in twenty has ten events, a sample
of 30 to 60 people may by chance hold none of them, and looks even. It is used where at least 100 people stand behind
it, and where no few of them make most of it: the squares must vary as little as those of 10 people who are alike.
bench/disparity has the cover.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Group = tuple[str | None, ...]
FEWEST, _ALIKE = 100, 10
# A dispersion below this would say that the data are nearly certain, which a wrong population can make them look.
_LEAST = 0.25
# Above this share of events without a person, intervals by person would leave too much out.
UNNAMED_LIMIT = 0.05


class IntervalBasis(StrEnum):
    """What an interval takes for independent of one another."""

    PEOPLE = "people"
    BY_PERSON = "events, by person"
    EVENTS = "events, not people"


@dataclass(frozen=True)
class PersonSpread:
    """Sums over the people of a group: of what was counted, of what it is a share of, and of their powers."""

    people: int
    count: float
    squares: float
    fourths: float
    holders: int
    base: float
    base_squares: float
    base_fourths: float
    cross: float

    def lacks(self, noun: str, *, is_share: bool) -> str:
        """Why no interval by person is given; nothing where there are people enough for one."""
        people, squares, fourths = self.people, self.squares, self.fourths
        if is_share:
            people, squares, fourths = self.holders, self.base_squares, self.base_fourths
        if people < FEWEST:
            return f"{people:,} people are too few to tell how many {noun} each has: {FEWEST} are needed"
        if squares**2 < _ALIKE * fourths:
            return f"too few of the {people:,} people have most of the {noun} to tell how their number varies"
        return ""

    def dispersion(self, population: float | None) -> float:
        """How many times more the count varies than if each event were another person's; of a share, for `None`."""
        if population is None:
            return self._of_share()
        # Of a population that holds all of them, the more were counted the less is left to chance.
        finite = self.count**2 / population if self.people <= population else 0.0
        return max((self.squares - finite) / self.count, _LEAST) if self.count else 1.0

    def _of_share(self) -> float:
        share = self.count / self.base if self.base else 0.0
        if not 0 < share < 1:
            # Nobody differs from anybody: all events of a person may have gone the same way.
            return max(self.base_squares / self.base, 1.0) if self.base else 1.0
        own = self.squares - 2 * share * self.cross + share**2 * self.base_squares
        own *= self.holders / max(self.holders - 1, 1)
        return max(own / (self.base * share * (1 - share)), 1.0)

    def of_exposure(self) -> float:
        """The same of events over time at risk."""
        rate = self.count / self.base if self.base else 0.0
        own = self.squares - 2 * rate * self.cross + rate**2 * self.base_squares
        return max(own / self.count, _LEAST) if self.count else 1.0


@dataclass(frozen=True)
class KeyedLine:
    """The labels of a line of the count as the engine has them, its period, and the group that they were read as."""

    key: tuple[str | None, ...]
    period: str
    group: Group


@dataclass(frozen=True)
class Persons:
    """Who the events of a count are about, asked of the engine again for any reading of the labels.

    `sql` is the statement of the count, divided by person too; `people` and `events` are all in scope, `unnamed` the
    events whose person the source leaves out. Nothing of a single person leaves the engine.
    """

    connection: DuckDBPyConnection
    sql: str
    parameters: Mapping[str, object]
    width: int
    people: int = 0
    events: int = 0
    unnamed: int = 0
    place: int | None = None
    cached: dict[tuple[KeyedLine, ...], Mapping[Group, PersonSpread]] = field(default_factory=dict, compare=False)

    @property
    def basis(self) -> IntervalBasis:
        """Whether intervals are by person, or need not be."""
        if self.unnamed > UNNAMED_LIMIT * self.events:
            return IntervalBasis.EVENTS
        return IntervalBasis.PEOPLE if self.events <= self.people else IntervalBasis.BY_PERSON

    def at(self, place: int) -> Persons:
        """The same for one threshold of a sweep, by its place."""
        return replace(self, place=place, cached={})

    def spreads(self, lines: Iterable[KeyedLine]) -> Mapping[Group, PersonSpread]:
        """The spread of each group over people, of the lines of one period."""
        key = tuple(dict.fromkeys(lines))
        if key not in self.cached:
            self.cached[key] = self._spreads(key)
        return self.cached[key]

    def _spreads(self, lines: Sequence[KeyedLine]) -> Mapping[Group, PersonSpread]:
        if not lines:
            return {}
        groups = list(dict.fromkeys(line.group for line in lines))
        number = {group: place for place, group in enumerate(groups)}
        counted = "counted" if self.place is None else f"counted_{self.place}"
        sums = ", ".join(
            f"coalesce(sum({power}), 0)"
            for power in ("c", "c * c", "c * c * c * c", "b", "b * b", "b * b * b * b", "b * c")
        )
        sql = (
            f"{self._read(lines)}, person as (select place, axis_{self.width} as who, sum({counted})::double as c,"
            f" coalesce(sum(base), 0)::double as b from scoped group by all)"
            " select place, count(*) filter (where c > 0), count(*) filter (where b > 0),"
            f" {sums} from person group by 1"
        )
        rows = self.connection.execute(sql, self._asked(lines, [number[line.group] for line in lines])).fetchall()
        return {
            groups[place]: PersonSpread(people, c, cc, c4, holders, b, bb, b4, bc)
            for place, people, holders, c, cc, c4, b, bb, b4, bc in rows
        }

    def whole(self, lines: Sequence[KeyedLine], *, is_share: bool) -> Persons:
        """With the people and events of all these lines counted."""
        of = "base" if is_share else "counted" if self.place is None else f"counted_{self.place}"
        sql = (
            f"{self._read(lines)} select count(distinct axis_{self.width}) filter (where {of} > 0),"
            f" coalesce(sum({of}), 0), coalesce(sum({of}) filter (where axis_{self.width} like '{NOBODY}%'), 0)"
            " from scoped"
        )
        row: Any = self.connection.execute(sql, self._asked(lines, [0] * len(lines))).fetchone()
        return replace(self, people=int(row[0]), events=round(row[1]), unnamed=round(row[2]), cached={})

    def _read(self, lines: Sequence[KeyedLine]) -> str:
        keys = ", ".join(f"unnest($keys_{at}::varchar[]) as key_{at}" for at in range(self.width))
        same = " and ".join(
            [f"counted.axis_{at}::varchar is not distinct from label.key_{at}" for at in range(self.width)]
            + ["coalesce(counted.period, '') = label.period"]
        )
        return (
            f"with counted as ({self.sql}), label as (select {keys}, unnest($of_period::varchar[]) as period,"
            f" unnest($of_group::integer[]) as place), scoped as (select * from counted join label on {same})"
        )

    def _asked(self, lines: Sequence[KeyedLine], places: Sequence[int]) -> dict[str, object]:
        keys = {f"keys_{at}": [line.key[at] for line in lines] for at in range(self.width)}
        return {**self.parameters, **keys, "of_period": [line.period for line in lines], "of_group": list(places)}


# What stands for the person of an event that names none, so that each such event is somebody else's.
NOBODY = "\x01"
