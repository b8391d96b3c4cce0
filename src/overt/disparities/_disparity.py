"""Measures a disparity: what is counted, by what, against which populations; tables, trend and sweep out."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from overt.audits import Opened, SourceOptions, as_stood, open_source, take_loaded
from overt.disparities._adjusted import check_adjustment
from overt.disparities._axes import ETHNICITY, find_axis
from overt.disparities._bounds import name_of
from overt.disparities._counts import Counting, GroupCount, GroupTally, Window, only_name, tally
from overt.disparities._darkness import Darkness, check_darkness, darkness, read_stops
from overt.disparities._divide import Doubt, doubts_of_counts
from overt.disparities._dusk import DuskPlace, find_place
from overt.disparities._labels import Labels
from overt.disparities._measure_list import Measure, MeasureShape
from overt.disparities._measures import find_measure
from overt.disparities._periods import STEPS, periods, span
from overt.disparities._persons import Group, IntervalBasis
from overt.disparities._populations import Benchmark, PopulationRow, benchmark, read_populations
from overt.disparities._question import Disparity, DisparityQuestion, TrendStep
from overt.disparities._stays import stay_times
from overt.disparities._submitted import (
    Submitted,
    months_apart,
    months_counted,
    months_of,
    over_shared_months,
    submitted,
)
from overt.disparities._table import INSIDE, RateTable, Ungrouped, build
from overt.disparities._warnings import by_person, lost, of_events, repeats, warnings
from overt.disparities._withheld import Doubts, Manner
from overt.model import ENTRY
from overt.refusals import Refusal
from overt.schemes import LineKind, read
from overt.statistics import Unit

# A cell that crosses more attributes is so often one person that it is no statistic.
MOST_DIVISIONS = 3
# What White is called in a list of groups, in the police's codes and in those of officers.
_WHITE = ("group White", "W1", "IC1")


@dataclass(frozen=True)
class _Plan:
    """A question with everything that it names found and read."""

    question: DisparityQuestion
    counting: Counting
    populations: list[tuple[str, list[PopulationRow]]] = field(default_factory=list)
    place: DuskPlace | None = None

    @property
    def measure(self) -> Measure:
        return self.counting.measure

    def manner(self, counted: GroupTally, *, whole: bool = False) -> Manner:
        """How the intervals of a count are made, `whole` being that of all the time and one threshold."""
        question, basis = self.question, self.basis(counted)
        # Each two-by-two table is read by a person: a trend, a sweep or an intersection has too many of them.
        tables = whole and len(question.by) == 1
        noun = self.measure.noun
        return Manner(
            self.measure.unit, question.level, question.method, question.draws, question.seed, tables, basis, noun
        )

    def basis(self, counted: GroupTally) -> IntervalBasis:
        """What intervals take for independent: people, or events as far as the source says whose they are."""
        if self.measure.counts_people:
            return IntervalBasis.PEOPLE
        return counted.persons.basis if counted.persons else IntervalBasis.EVENTS

    def benchmarks(self, year: int, labels: Sequence[Labels]) -> list[Benchmark]:
        areas = self.question.areas
        counting = self.counting
        return [benchmark(rows, source, counting, labels, areas=areas, year=year) for source, rows in self.populations]


def measure_source(question: DisparityQuestion, options: SourceOptions, *, loaded: Path | None = None) -> Disparity:
    """The disparity of a source that is loaded for it; a register of Overt is taken as it stood at the end of the day.

    Of such a register the populations of its charter are known by name. Nothing that was loaded is kept. Where `loaded`
    is a database into which `load` loaded this source, it is copied, and the source is not read again.
    """
    with tempfile.TemporaryDirectory(prefix="overt-disparity-") as name:
        folder = Path(name)
        stood = as_stood(options, question.as_of, folder, populations=True)
        if loaded is not None:
            take_loaded(stood, loaded, folder / "loaded.duckdb")
        with open_source(stood, folder / "loaded.duckdb", profile=False) as opened:
            return measure(question, opened)


def measure(question: DisparityQuestion, opened: Opened) -> Disparity:
    """The disparity of a source opened for reading. Refuses a question that the source or a population cannot answer.

    Groups are counted by one statement; nothing of a single person leaves the engine.
    """
    window = Window(question.as_of, question.since)
    plan = _plan(question, opened)
    months = months_of(opened.connection, opened.filled.columns, plan.counting, window)
    plan = replace(plan, counting=over_shared_months(plan.counting, months, question.by, question.within))
    counted = tally(opened.connection, opened.filled.columns, plan.counting, window)
    cells = counted.cells()
    if not cells:
        raise Refusal("disparity-nothing-counted", f"--measure {question.measure}", "no row is in scope", "some rows")
    reference, note = _reference(plan, counted, cells)
    benchmarks = plan.benchmarks(question.as_of.year, counted.labels)
    tables = _tables(plan, counted, reference, benchmarks, plan.manner(counted, whole=True))
    is_rate = bool(question.populations) and not plan.measure.is_share
    dated = [months_counted(plan.counting, months)] if months is not None and is_rate else []
    people = _people_in_several(plan, opened, cells)
    return Disparity(
        question,
        plan.measure,
        opened.account.name,
        opened.account.digest,
        opened.account.synthetic,
        tables,
        tables[0].missing,
        _trend(plan, opened, reference) if question.trend else (),
        _sweep(plan, opened, reference, benchmarks) if question.sweep else (),
        (
            *repeats(plan.measure, opened.filled),
            *lost(plan.counting, opened.filled),
            *_in_several(people, cells),
            *months_apart(plan.counting, months),
            *of_events(plan.measure, plan.basis(counted), counted.persons),
            *warnings(plan.counting, question.level, tables, counted, benchmarks),
        ),
        tuple(
            dict.fromkeys(
                [
                    note,
                    *by_person(plan.measure, plan.basis(counted), counted.persons),
                    *_folds(plan),
                    *opened.notes,
                    *counted.notes,
                    *dated,
                ]
            )
        ),
        (*(labels.account for labels in counted.labels), *(one for labels in benchmarks for one in labels.accounts)),
        counted.left_out,
        people,
        _darkness(plan, opened, window, counted, reference),
        stay_times(opened, question, plan.counting),
    )


def _darkness(plan: _Plan, opened: Opened, window: Window, counted: GroupTally, reference: Group) -> Darkness | None:
    if plan.place is None:
        return None
    columns, labels = opened.filled.columns, counted.labels[0]
    stops = read_stops(opened.connection, columns, plan.counting, window, labels=labels, place=plan.place)
    return darkness(stops, name_of(reference), plan.question.level)


def _people_in_several(plan: _Plan, opened: Opened, cells: Sequence[GroupCount]) -> int | None:
    """How many people there are, where people with several entries stand in several groups."""
    counting = plan.counting
    if counting.measure.counts != ENTRY.subject_id.path or counting.only:
        return None
    if not any(column.startswith("entry.") for axis in counting.axes for column in axis.columns):
        return None
    whole, window = replace(counting, axes=()), Window(plan.question.as_of, plan.question.since)
    alone = tally(opened.connection, opened.filled.columns, whole, window)
    people = sum(line.counted[0] for line in alone.lines)
    return people if people < sum(cell.count for cell in cells) else None


def _in_several(people: int | None, cells: Sequence[GroupCount]) -> list[str]:
    """That people stand in several groups, and how many times more often than there are people."""
    if people is None:
        return []
    counted = sum(cell.count for cell in cells)
    return [
        f"there are {people:,} people; the groups add up to {counted:,}, since a person with several entries "
        "counts in the group of each"
    ]


def _plan(question: DisparityQuestion, opened: Opened) -> _Plan:
    measure = find_measure(question.measure)
    if not question.by or len(set(question.by)) != len(question.by):
        raise Refusal(
            "disparity-by-unknown",
            "--by",
            "there is no column, or the same one twice",
            "one or more, for example ethnicity_self,sex",
        )
    check_adjustment(question)
    many = len(question.by) + len({name for name, _ in question.only})
    if many > MOST_DIVISIONS:
        wanted = f"{MOST_DIVISIONS} at most: more would identify individuals"
        raise Refusal("disparity-too-fine", "--by and --only", f"{many} divisions", wanted)
    populations = read_populations(question.populations, opened.connection, opened.filled.columns)
    folded = _has_groups_only(populations) and not question.codes
    names = [f"{name}_group" if folded and name in ETHNICITY else name for name in question.by]
    axes = tuple(find_axis(measure.table, name, question.codes) for name in names)
    values: dict[str, tuple[str, ...]] = {}
    for name, value in question.only:
        values[name] = (*values.get(name, ()), value)
    only = tuple((find_axis(measure.table, name, question.codes), wanted) for name, wanted in values.items())
    if question.trend and question.trend not in STEPS:
        raise Refusal("disparity-needs", "--trend", question.trend, ", ".join(STEPS))
    threshold = question.threshold if not question.sweep or question.threshold is not None else question.sweep[0]
    counting = Counting(measure, axes, only, threshold, (), question.outcomes, question.age_bands, question.schemes)
    place = find_place(question.darkness) if question.darkness else None
    if place:
        check_darkness(counting)
    return _Plan(question, counting, populations, place)


def _has_groups_only(populations: Sequence[tuple[str, list[PopulationRow]]]) -> bool:
    """Whether there are populations, and all of them know the broad ethnic groups and no finer ones."""
    has_read_groups = False
    for _, rows in populations:
        labels = {row.label("ethnicity") for row in rows if "ethnicity" in row.attributes}
        kinds = {place.kind for place in read(labels).places.values()} - {LineKind.UNKNOWN, LineKind.TOTAL}
        if kinds - {LineKind.GROUP}:
            return False
        has_read_groups = has_read_groups or bool(kinds)
    return has_read_groups


def _tables(
    plan: _Plan,
    counted: GroupTally,
    reference: Group,
    benchmarks: Sequence[Benchmark],
    manner: Manner,
    *,
    period: str = "",
) -> tuple[RateTable, ...]:
    """One table for each population; of a share one more, of its own base."""
    tables = []
    for population in benchmarks:
        cells = counted.cells(population.labels, period)
        theirs = _reference_in(reference, counted.labels, population.labels)
        doubts = Doubts(tuple(_doubts(counted, population.labels, period, population)), population.doubts)
        outside = replace(manner, unit=_unit_outside(plan.measure, manner))
        spreads = counted.spreads(population.labels, period)
        tables.append(
            build(cells, population.counts, population, theirs, outside, inside=False, doubts=doubts, spreads=spreads)
        )
    cells = counted.cells(period=period)
    if plan.measure.is_share:
        bases = {cell.group: cell.base for cell in cells if None not in cell.group}
        about = Benchmark(INSIDE, None, "", plan.measure.of, bases)
        doubts = Doubts((*_doubts(counted, counted.labels, period, None), *_undecided(counted, period)))
        spreads = counted.spreads(counted.labels, period)
        tables.append(build(cells, bases, about, reference, manner, inside=True, doubts=doubts, spreads=spreads))
    if not tables:
        about = Benchmark("no population", None, "", "", {})
        tables.append(build(cells, {}, about, reference, manner, inside=False))
    return tuple(tables)


def _unit_outside(measure: Measure, manner: Manner) -> Unit:
    """What is counted of a population: people where no two of those counted are one, else events."""
    if manner.basis is IntervalBasis.PEOPLE and measure.shape is not MeasureShape.EXPOSURE:
        return Unit.PEOPLE
    # Of entries whose person nobody knows most are still another's.
    is_near = manner.basis is IntervalBasis.EVENTS and measure.table == "entry"
    return measure.unit if is_near else Unit.EVENTS


def _doubts(counted: GroupTally, labels: Sequence[Labels], period: str, against: Benchmark | None) -> list[Doubt]:
    """Counts that may be of another group than their own label: what no scheme has, and the population has not."""
    groups: dict[int, set[str]] = {}
    if against is not None:
        for place in range(len(labels)):
            known = {group[place] for group in against.counts}
            groups[place] = {spot.key for spot in labels[place].spots.values() if spot.name in known}
    else:
        # Inside the register the labels of a list of its own are its groups.
        groups = {place: set(of_axis.names) for place, of_axis in enumerate(labels) if of_axis.is_own_list}
    lines = ((line.values, line.counted[0], line.base) for line in counted.lines if line.period == period)
    return doubts_of_counts(lines, labels, groups)


def _undecided(counted: GroupTally, period: str) -> Iterator[Doubt]:
    """Those in scope without an outcome, all of whom may count in their group, or none."""
    for group, line in counted.grouped(counted.labels, period):
        if line.left_out:
            yield Doubt(group, 0, line.left_out)
            yield Doubt(group, line.left_out, line.left_out)


def _reference_in(reference: Group, before: Sequence[Labels], after: Sequence[Labels]) -> Group:
    """The reference group as it is called once the labels of the counts meet those of a population."""
    parts: list[str | None] = []
    for name, old, new in zip(reference, before, after, strict=True):
        if name is None:
            parts.append(None)
            continue
        labels = [label for label in old.spots if old.group(label) == name]
        parts.append(next((new.group(label) for label in labels if new.group(label)), name))
    return tuple(parts)


def _reference(plan: _Plan, counted: GroupTally, cells: Sequence[GroupCount]) -> tuple[Group, str]:
    """The group that others are compared with, and a sentence that says why it is this one."""
    groups = {cell.group for cell in cells if None not in cell.group}
    if plan.question.reference:
        return _given_reference(plan, counted, groups)
    chosen: list[str | None] = []
    for place, axis in enumerate(plan.counting.axes):
        if plan.question.by[place] == plan.question.within:
            chosen.append(None)
            continue
        sizes: dict[str, float] = {}
        for cell in cells:
            if (value := cell.group[place]) is not None:
                sizes[value] = sizes.get(value, 0) + (cell.base or cell.count)
        names = counted.labels[place].names if axis.is_ethnicity else {}
        white = next((names[key] for key in _WHITE if names.get(key) in sizes), None)
        chosen.append(white or max(sorted(sizes), key=lambda value: sizes[value], default="none"))
    reference = tuple(chosen)
    name = name_of(tuple(part for part in reference if part is not None))
    where = f" within each {plan.question.within}" if plan.question.within else ""
    return reference, f"reference group: {name}{where} (default)"


def _given_reference(plan: _Plan, counted: GroupTally, groups: set[Group]) -> tuple[Group, str]:
    """The group that was named; of fewer parts than there are divisions, within each group of the others."""
    named_parts, axes = plan.question.reference, plan.counting.axes
    text = f"--reference {','.join(named_parts)}"
    if len(named_parts) == 1 < len(axes):
        names = [only_name(labels, named_parts[0]) for labels in counted.labels]
        places = [at for at, name in enumerate(names) if any(group[at] == name for group in groups)]
        if len(places) != 1:
            raise Refusal(
                "disparity-reference", text, "no column, or more than one, has such a group", "a group of one column"
            )
        inside = tuple(names[at] if at == places[0] else None for at in range(len(axes)))
        others = ", ".join(axis.name for at, axis in enumerate(axes) if at != places[0])
        return inside, f"reference group: {names[places[0]]} within each {others}"
    if len(named_parts) != len(axes):
        wanted = f"one group for each of {', '.join(plan.question.by)}"
        raise Refusal("disparity-reference", text, f"{len(named_parts)} groups", wanted)
    named = tuple(only_name(labels, value) for labels, value in zip(counted.labels, named_parts, strict=True))
    known = {name_of(group).lower(): group for group in groups}
    population = {group for _, rows in plan.populations for row in rows if (group := row.groups)}
    match = known.get(name_of(named).lower())
    if match is None and not any(tuple(parts) == named_parts for parts in population):
        wanted = "; ".join(sorted(name_of(group) for group in groups)[:20])
        raise Refusal("disparity-reference", text, "no such group was counted", wanted)
    return match or named, f"reference group: {name_of(match or named)}"


def _folds(plan: _Plan) -> list[str]:
    """What was put together because no population is finer."""
    return [
        f"{name}: counted by broad group, since no population is more detailed"
        for name, axis in zip(plan.question.by, plan.counting.axes, strict=True)
        if axis.name != name
    ]


def _trend(plan: _Plan, opened: Opened, reference: Group) -> tuple[TrendStep, ...]:
    question = plan.question
    first, last = span(opened.connection, opened.filled.columns, plan.measure, question.as_of)
    begin = max(first, question.since or first)
    divided = periods(begin, last, question.trend)
    if plan.measure.shape is not MeasureShape.FLOW:
        divided = tuple(replace(period, last=min(period.last, question.as_of)) for period in divided)
    window = Window(question.as_of, question.since or first, question.trend, divided)
    counted = tally(opened.connection, opened.filled.columns, plan.counting, window)
    labels = [period.label for period in divided]
    handed_in = submitted(opened.connection, opened.filled.columns, plan.measure, labels, question.trend)
    steps = []
    for period in divided:
        if handed_in[period.label] is Submitted.GAP:
            steps.append(TrendStep(period.label, Submitted.GAP, (), Ungrouped(0, 0)))
            continue
        against = plan.benchmarks(period.last.year, counted.labels)
        tables = _tables(plan, counted, reference, against, plan.manner(counted), period=period.label)
        days = (min(period.last, last) - max(period.first, begin)).days + 1
        steps.append(TrendStep(period.label, handed_in[period.label], tables, tables[0].missing, days))
    return tuple(steps)


def _sweep(plan: _Plan, opened: Opened, reference: Group, benchmarks: Sequence[Benchmark]) -> tuple[TrendStep, ...]:
    question = plan.question
    counting = replace(plan.counting, threshold=None, thresholds=question.sweep)
    counted = tally(opened.connection, opened.filled.columns, counting, Window(question.as_of, question.since))
    steps = []
    for place, threshold in enumerate(question.sweep):
        tables = _tables(plan, counted.at(place), reference, benchmarks, plan.manner(counted))
        steps.append(TrendStep(f"{threshold:g}", Submitted.WHOLE, tables, tables[0].missing))
    return tuple(steps)
