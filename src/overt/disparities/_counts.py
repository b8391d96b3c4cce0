"""Groups counted: one statement, its values read as groups by schemes, and what is missing kept apart."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from overt.ages import age_in_duckdb
from overt.disparities._axes import AGE_BANDS, Axis, band_of
from overt.disparities._ethnicity import losses
from overt.disparities._labels import Labels, read_labels
from overt.disparities._measure_list import Measure, MeasureShape
from overt.disparities._measures import Has, dated_column, has_in, missing_columns, person_sql, statement
from overt.disparities._persons import Group, IntervalBasis, Persons, PersonSpread
from overt.disparities._persons import KeyedLine as Keyed
from overt.model import ENCOUNTER, SUBJECT
from overt.refusals import Refusal, raise_all
from overt.schemes import LineKind, spelling

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ALWAYS = dt.date(1, 1, 1)


@dataclass(frozen=True)
class GroupCount:
    """What was counted of one group in one period. `base` is what a share is a share of, else `None`.

    `group` has `None` where the source says nothing. `sweep` holds the count at each threshold.
    """

    group: Group
    period: str
    count: int
    base: float | None = None
    sweep: tuple[int, ...] = ()


@dataclass(frozen=True)
class Period:
    """A part of a window: what it is called, its first and its last day."""

    label: str
    first: dt.date
    last: dt.date


@dataclass(frozen=True)
class Window:
    """The days looked at: for a stock as of `until`, for a flow from `since` to `until`.

    `step` ("month", "quarter", "year" or "") divides it into `periods`.
    """

    until: dt.date
    since: dt.date | None = None
    step: str = ""
    periods: tuple[Period, ...] = ()


@dataclass(frozen=True)
class Counting:
    """What is to be counted: the measure, its divisions, what some rows must have, and perhaps the months."""

    measure: Measure
    axes: tuple[Axis, ...]
    only: tuple[tuple[Axis, tuple[str, ...]], ...] = ()
    threshold: float | None = None
    thresholds: tuple[float, ...] = ()
    outcomes: tuple[str, ...] = ()
    age_bands: tuple[int, ...] = AGE_BANDS
    schemes: tuple[str, ...] = ()
    months: tuple[str, ...] = ()


@dataclass(frozen=True)
class CountedLine:
    """What the statement counted of one combination of the source's own labels.

    `left_out` are in scope and in no share, since no outcome that decides it is recorded.
    """

    values: tuple[str, ...]
    period: str
    counted: tuple[int, ...]
    base: float | None
    left_out: int = 0
    # What the engine has for each division, those of `only` too.
    key: tuple[str | None, ...] = ()


@dataclass(frozen=True)
class GroupTally:
    """Everything counted, by the source's own labels, with how each division's labels are read.

    `notes` are what a reader must know of how the values were read. `persons` knows whose what was counted is, where
    the source says so and it was no people that were counted.
    """

    lines: tuple[CountedLine, ...]
    labels: tuple[Labels, ...]
    has_sweep: bool = False
    notes: tuple[str, ...] = ()
    persons: Persons | None = None

    def cells(self, labels: Sequence[Labels] | None = None, period: str = "") -> list[GroupCount]:
        """The cells of a period, by groups as `labels` have them; a total is in no cell."""
        sums = _Sums(self.has_sweep)
        for group, line in self.grouped(labels or self.labels, period):
            sums.add(group, line)
        return [replace(cell, period=period) for cell in sums.cells()]

    def grouped(self, labels: Sequence[Labels], period: str) -> Iterator[tuple[Group, CountedLine]]:
        """Each line of a period that is no total, with its group."""
        for line in self.lines:
            pairs = list(zip(labels, line.values, strict=True))
            if line.period == period and not any(labels.is_total(value) for labels, value in pairs):
                yield tuple(labels.group(value) for labels, value in pairs), line

    def spreads(self, labels: Sequence[Labels], period: str = "") -> Mapping[Group, PersonSpread]:
        """How each group's counts are spread over people, where they are not all of different people."""
        if self.persons is None or self.persons.basis is not IntervalBasis.BY_PERSON:
            return {}
        return self.persons.spreads(Keyed(line.key, period, group) for group, line in self.grouped(labels, period))

    @property
    def left_out(self) -> int:
        """How many are in scope and in no share."""
        return sum(line.left_out for line in self.lines)

    def at(self, threshold: int) -> GroupTally:
        """What was counted at one threshold of a sweep, by its place."""
        lines = tuple(replace(line, counted=(line.counted[threshold],)) for line in self.lines)
        persons = self.persons.at(threshold) if self.persons else None
        return replace(self, lines=lines, has_sweep=False, persons=persons)


def tally(
    connection: DuckDBPyConnection, filled: Mapping[str, Collection[str]], counting: Counting, window: Window
) -> GroupTally:
    """Counts by one statement. Refuses, all at once, columns that the source does not fill."""
    has = has_in(filled)
    asked = _asked(counting, window, has)
    counted = read_rows(asked.rows(connection), counting, has)
    persons = None
    if person := person_sql(counting.measure, has):
        by_person = asked.written({**asked.expressions, "person": person})
        place = 0 if counting.thresholds else None
        persons = Persons(connection, by_person, asked.parameters, len(asked.expressions), place=place)
        keyed = [Keyed(line.key, line.period, ()) for line in counted.lines]
        # The base of an exposure is years, and says nothing of how many entries a person has.
        of_base = counting.measure.is_share and counting.measure.shape is not MeasureShape.EXPOSURE
        persons = persons.whole(keyed, is_share=of_base)
    return replace(counted, persons=persons)


def lines_of(
    connection: DuckDBPyConnection, filled: Mapping[str, Collection[str]], counting: Counting, window: Window
) -> list[CountedLine]:
    """The lines alone, by the source's own labels, which are not read as groups."""
    asked = _asked(counting, window, has_in(filled))
    return _in_scope(asked.rows(connection), counting, _all_axes(counting))[0]


@dataclass(frozen=True)
class _Asked:
    """The statement of a counting, its parameters, and SQL for its divisions, those of `only` too."""

    expressions: Mapping[str, str]
    written: Callable[[Mapping[str, str]], str]
    parameters: dict[str, object]

    def rows(self, connection: DuckDBPyConnection) -> list[tuple[Any, ...]]:
        return connection.execute(self.written(self.expressions), self.parameters).fetchall()


def _asked(counting: Counting, window: Window, has: Has) -> _Asked:
    _check(counting, _all_axes(counting), has)
    expressions = expressions_of(counting, has)

    def written(divided: Mapping[str, str]) -> str:
        many, in_months = len(counting.thresholds), bool(counting.months)
        return statement(counting.measure, divided, has, window.step, many, in_months=in_months)

    return _Asked(expressions, written, _parameters(written(expressions), counting, window))


def expressions_of(counting: Counting, has: Has) -> dict[str, str]:
    """SQL for each division and then each column of `only`, by its place; the source fills them."""
    return {f"{place}": _expression(axis, has) for place, axis in enumerate(_all_axes(counting))}


def read_rows(rows: Iterable[tuple[Any, ...]], counting: Counting, has: Has) -> GroupTally:
    """What a statement counted, read by groups.

    Each row has the value of every division and column of `only`, a period, the counts, their base and how many are in
    no share.
    """
    lines, notes = _in_scope(rows, counting, _all_axes(counting))
    labels = _labels_of(lines, counting, has(ENCOUNTER.row_count.path))
    notes += _notes(counting, has, labels)
    return GroupTally(tuple(lines), labels, bool(counting.thresholds), tuple(dict.fromkeys(notes)))


def _all_axes(counting: Counting) -> list[Axis]:
    return [*counting.axes, *(axis for axis, _ in counting.only)]


def _check(counting: Counting, axes: Sequence[Axis], has: Any) -> None:
    measure = counting.measure
    faults = [
        Refusal(
            "disparity-column-absent",
            f"--measure {measure.name}",
            f"the source does not fill {name}",
            f"a source or mapping that fills {name}",
            "`overt map check` shows which columns are filled",
        )
        for name in dict.fromkeys(missing_columns(measure, [axis.columns for axis in axes], has))
    ]
    if measure.needs_threshold and counting.threshold is None and not counting.thresholds:
        faults.append(Refusal("disparity-needs", f"--measure {measure.name}", "no --threshold", "--threshold NUMBER"))
    if measure.needs_outcome and not counting.outcomes:
        wanted = "--outcome KIND, a value of outcome.kind: what the score was meant to predict"
        faults.append(Refusal("disparity-needs", f"--measure {measure.name}", "no --outcome", wanted))
    if counting.thresholds and not measure.needs_threshold:
        faults.append(
            Refusal(
                "disparity-needs", "--sweep", f"{measure.name} has no threshold", "score_at_or_above, false_positive …"
            )
        )
    raise_all(faults)


def _expression(axis: Axis, has: Any) -> str:
    if not axis.is_age or axis.columns[0] != SUBJECT.birth_date.path:
        return next(name for name in axis.columns if has(name))
    born = age_in_duckdb(SUBJECT.birth_date.path, "moment.as_of")
    if not has(SUBJECT.birth_date.path):
        return SUBJECT.age_recorded.path
    return f"coalesce({born}, subject.age_recorded)" if has(SUBJECT.age_recorded.path) else born


def _parameters(sql: str, counting: Counting, window: Window) -> dict[str, object]:
    """What the statement asks for, and nothing else: an engine refuses a parameter too many."""
    stock = window.step and counting.measure.shape != "flow"
    periods = window.periods if stock else (Period("", window.since or ALWAYS, window.until),)
    every: dict[str, object] = {
        "moments": [period.last for period in periods],
        "sinces": [period.first for period in periods],
        "labels": [period.label for period in periods],
        "all_time": window.since is None,
        "outcomes": list(counting.outcomes),
        "months": list(counting.months),
        **{f"threshold_{place}": value for place, value in enumerate(counting.thresholds)},
    }
    if counting.threshold is not None:
        every["threshold"] = counting.threshold
    words = set("".join(sign if sign.isalnum() or sign in "_$" else " " for sign in sql).split())
    return {name: value for name, value in every.items() if f"${name}" in words}


def _in_scope(
    rows: Iterable[tuple[Any, ...]], counting: Counting, axes: Sequence[Axis]
) -> tuple[list[CountedLine], list[str]]:
    """The rows that have one of the values asked for in each of the columns that are narrowed."""
    width, width_shown = len(axes), len(counting.axes)
    read = []
    for row in rows:
        values = tuple(_text(axis, value, counting.age_bands) for axis, value in zip(axes, row[:width], strict=True))
        *counted, base, left_out = row[width + 1 :]
        numbers = tuple(int(value) for value in counted)
        period = str(row[width] if row[width] is not None else "")
        key = tuple(None if value is None else str(value) for value in row[:width])
        read.append(
            CountedLine(values, period, numbers, None if base is None else float(base), int(left_out or 0), key)
        )
    if not counting.only:
        return read, []
    inside, left_out = read, 0
    for place, (axis, wanted) in enumerate(counting.only, start=width_shown):
        labels = read_labels(axis, _amounts(read, place), "counts", counting.schemes)
        names = {only_name(labels, value) for value in wanted}
        inside = [line for line in inside if labels.group(line.values[place]) in names]
    left_out = sum(line.counted[0] for line in read) - sum(line.counted[0] for line in inside)
    limits = ", ".join(f"{axis.name}={' or '.join(wanted)}" for axis, wanted in counting.only)
    note = f"only {limits}; {left_out:,} others are not in these figures"
    return [replace(line, values=line.values[:width_shown]) for line in inside], [note]


def only_name(labels: Labels, wanted: str) -> str | None:
    """The group that a value of `--only` means: that of the label, or the name itself."""
    for label in labels.spots:
        if spelling(label) == spelling(wanted):
            return labels.group(label)
    alone = read_labels(labels.axis, {wanted: 0}, labels.whose, beside=labels)
    return alone.group(wanted)


def _amounts(lines: Iterable[CountedLine], place: int) -> dict[str, float]:
    amounts: dict[str, float] = defaultdict(float)
    for line in lines:
        amounts[line.values[place]] += line.base if line.base is not None else line.counted[0]
    return amounts


def _labels_of(lines: Sequence[CountedLine], counting: Counting, is_table: bool) -> tuple[Labels, ...]:
    every_labels = []
    for place, axis in enumerate(counting.axes):
        labels = read_labels(axis, _amounts(lines, place), "counts", counting.schemes)
        every_labels.append(once(labels) if is_table else labels)
    return tuple(every_labels)


def once(labels: Labels) -> Labels:
    """Of a table of counts: a group beside its own parts is counted once, where the parts make it up.

    One that is greater than several parts of it may hold them or not, which nothing in the table tells: it is kept
    apart, as a label without a place. One that is smaller cannot hold them, and is added.
    """
    wide: dict[str, list[str]] = defaultdict(list)
    parts: dict[str, list[str]] = defaultdict(list)
    for label, spot in labels.spots.items():
        if labels.axis.is_ethnicity and spot.kind.is_in_group:
            (wide if spot.kind is LineKind.GROUP else parts)[spot.place.group].append(label)
    left_out: list[str] = []
    apart: list[str] = []
    for group, names in wide.items():
        whole, sums = (sum(labels.amounts[label] for label in members) for members in (names, parts[group]))
        if parts[group] and whole == sums:
            left_out += names
        elif whole > sums and len(parts[group]) > 1:
            apart += names
    return labels.without(left_out).kept_apart(apart)


@dataclass
class _Sums:
    has_sweep: bool
    counts: dict[Group, list[int]] = field(default_factory=dict)
    bases: dict[Group, float | None] = field(default_factory=lambda: defaultdict(lambda: None))

    def add(self, group: Group, line: CountedLine) -> None:
        had = self.counts.setdefault(group, [0] * len(line.counted))
        self.counts[group] = [old + new for old, new in zip(had, line.counted, strict=True)]
        if line.base is not None:
            self.bases[group] = (self.bases[group] or 0) + line.base

    def cells(self) -> Iterable[GroupCount]:
        for group in sorted(self.counts, key=lambda group: [(part is None, part or "") for part in group]):
            counts = self.counts[group]
            yield GroupCount(group, "", counts[0], self.bases[group], tuple(counts) if self.has_sweep else ())


def _text(axis: Axis, value: object, bands: Sequence[int]) -> str:
    """A value as a label; an age in years as the band that it is in. A blank says nothing."""
    if axis.is_age and isinstance(value, int | float):
        return band_of(int(value), bands) or ""
    return "" if value is None else str(value)


def _notes(counting: Counting, has: Any, labels: Sequence[Labels]) -> list[str]:
    notes: list[str] = []
    for of_axis in labels:
        notes += [f"{of_axis.axis.name}: {says}" for says in of_axis.account.says]
        if of_axis.axis.codes:
            codes = {spot.place.code for spot in of_axis.spots.values() if spot.place.code}
            notes += [f"{of_axis.axis.name}: {says}" for says in losses(codes, of_axis.axis.codes)]
        if of_axis.left_out:
            notes.append(
                f"{of_axis.axis.name}: {', '.join(sorted(of_axis.left_out))} appears with its parts and is counted once"
            )
    if counting.measure.dated and dated_column(counting.measure, has) is None:
        notes.append("the source has no date for this, so every row is counted, whatever its date")
    return notes
