"""Measures a disparity: what is counted, by what, against which populations; tables, trend and sweep out."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from overt.audits import Opened, SourceOptions, as_stood, open_source
from overt.disparities._axes import ETHNICITY, find_axis
from overt.disparities._bounds import name_of
from overt.disparities._counts import Asked, Cell, Tally, Window, only_name, tally
from overt.disparities._divide import Doubt, doubts_of_counts
from overt.disparities._labels import Labels
from overt.disparities._measure_list import Measure, Shape
from overt.disparities._measures import find_measure
from overt.disparities._periods import STEPS, periods, span
from overt.disparities._persons import Basis, Group
from overt.disparities._populations import Benchmark, PopulationRow, benchmark, read_populations
from overt.disparities._question import Disparity, Question, Step
from overt.disparities._submitted import (
    Submitted,
    months_apart,
    months_counted,
    months_of,
    over_shared_months,
    submitted,
)
from overt.disparities._table import INSIDE, Missing, Table, build
from overt.disparities._warnings import by_person, of_events, warnings
from overt.disparities._withheld import Doubts, Manner
from overt.model import ENTRY
from overt.refusals import Refusal
from overt.schemes import Kind, read
from overt.statistics import Unit

# A cell that crosses more attributes is so often one person that it is no statistic.
MOST_DIVISIONS = 3
# What White is called in a list of groups, in the police's codes and in those of officers.
_WHITE = ("group White", "W1", "IC1")


@dataclass(frozen=True)
class _Plan:
    """A question with everything that it names found and read."""

    question: Question
    asked: Asked
    populations: list[tuple[str, list[PopulationRow]]] = field(default_factory=list)

    @property
    def measure(self) -> Measure:
        return self.asked.measure

    def manner(self, counted: Tally, *, whole: bool = False) -> Manner:
        """How the intervals of a count are made, `whole` being that of all the time and one threshold."""
        asked, basis = self.question, self.basis(counted)
        # Each two-by-two table is read by a person: a trend, a sweep or an intersection has too many of them.
        tables = whole and len(asked.by) == 1
        noun = self.measure.noun
        return Manner(self.measure.unit, asked.level, asked.method, asked.draws, asked.seed, tables, basis, noun)

    def basis(self, counted: Tally) -> Basis:
        """What intervals take for independent: people, or events as far as the source says whose they are."""
        if self.measure.counts_people:
            return Basis.PEOPLE
        return counted.persons.basis if counted.persons else Basis.EVENTS

    def benchmarks(self, year: int, labels: Sequence[Labels]) -> list[Benchmark]:
        areas = self.question.areas
        asked = self.asked
        return [benchmark(rows, source, asked, labels, areas=areas, year=year) for source, rows in self.populations]


def measure_source(question: Question, options: SourceOptions) -> Disparity:
    """The disparity of a source that is loaded for it; a register of Overt is taken as it stood at the end of the day.

    Of such a register the populations of its charter are known by name. Nothing that was loaded is kept.
    """
    with tempfile.TemporaryDirectory(prefix="overt-disparity-") as made:
        folder = Path(made)
        stood = as_stood(options, question.as_of, folder, populations=True)
        with open_source(stood, folder / "loaded.duckdb", profile=False) as opened:
            return measure(question, opened)


def measure(question: Question, opened: Opened) -> Disparity:
    """The disparity of a source opened for reading. Refuses a question that the source or a population cannot answer.

    Groups are counted by one statement; nothing of a single person leaves the engine.
    """
    window = Window(question.as_of, question.since)
    plan = _plan(question, opened)
    months = months_of(opened.connection, opened.filled.columns, plan.asked, window)
    plan = replace(plan, asked=over_shared_months(plan.asked, months, question.by, question.within))
    counted = tally(opened.connection, opened.filled.columns, plan.asked, window)
    cells = counted.cells()
    if not cells:
        raise Refusal("disparity-nothing-counted", f"--measure {question.measure}", "no row is in scope", "some rows")
    reference, said = _reference(plan, counted, cells)
    benchmarks = plan.benchmarks(question.as_of.year, counted.labels)
    tables = _tables(plan, counted, reference, benchmarks, plan.manner(counted, whole=True))
    is_rate = bool(question.populations) and not plan.measure.is_share
    dated = [months_counted(plan.asked, months)] if months is not None and is_rate else []
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
            *_repeats(plan, opened),
            *_lost(plan, opened),
            *_in_several(people, cells),
            *months_apart(plan.asked, months),
            *of_events(plan.measure, plan.basis(counted), counted.persons),
            *warnings(plan.asked, question.level, tables, counted, benchmarks),
        ),
        tuple(
            dict.fromkeys(
                [
                    said,
                    *by_person(plan.measure, plan.basis(counted), counted.persons),
                    *_folds(plan),
                    *opened.notes,
                    *counted.notes,
                    *dated,
                ]
            )
        ),
        (*(each.account for each in counted.labels), *(one for each in benchmarks for one in each.accounts)),
        counted.left_out,
        people,
    )


def _people_in_several(plan: _Plan, opened: Opened, cells: Sequence[Cell]) -> int | None:
    """How many people there are, where people with several entries stand in several groups."""
    asked = plan.asked
    if asked.measure.counts != ENTRY.subject_id.path or asked.only:
        return None
    if not any(column.startswith("entry.") for axis in asked.axes for column in axis.columns):
        return None
    window = Window(plan.question.as_of, plan.question.since)
    alone = tally(opened.connection, opened.filled.columns, replace(asked, axes=()), window)
    people = sum(line.counted[0] for line in alone.lines)
    return people if people < sum(cell.count for cell in cells) else None


def _in_several(people: int | None, cells: Sequence[Cell]) -> list[str]:
    """That people stand in several groups, and how many times more often than there are people."""
    if people is None:
        return []
    counted = sum(cell.count for cell in cells)
    return [
        f"there are {people:,} people; the groups add up to {counted:,}, since a person with several entries "
        "counts in the group of each"
    ]


def _plan(question: Question, opened: Opened) -> _Plan:
    found = find_measure(question.measure)
    if not question.by or len(set(question.by)) != len(question.by):
        raise Refusal(
            "disparity-by-unknown",
            "--by",
            "there is no column, or the same one twice",
            "one or more, for example ethnicity_self,sex",
        )
    many = len(question.by) + len({name for name, _ in question.only})
    if many > MOST_DIVISIONS:
        wanted = f"{MOST_DIVISIONS} at most: more would identify individuals"
        raise Refusal("disparity-too-fine", "--by and --only", f"{many} divisions", wanted)
    populations = read_populations(question.populations, opened.connection, opened.filled.columns)
    folded = _has_groups_only(populations) and not question.codes
    names = [f"{name}_group" if folded and name in ETHNICITY else name for name in question.by]
    axes = tuple(find_axis(found.table, name, question.codes) for name in names)
    values: dict[str, tuple[str, ...]] = {}
    for name, value in question.only:
        values[name] = (*values.get(name, ()), value)
    only = tuple((find_axis(found.table, name, question.codes), wanted) for name, wanted in values.items())
    if question.trend and question.trend not in STEPS:
        raise Refusal("disparity-needs", "--trend", question.trend, ", ".join(STEPS))
    threshold = question.threshold if not question.sweep or question.threshold is not None else question.sweep[0]
    asked = Asked(found, axes, only, threshold, (), question.outcomes, question.age_bands, question.schemes)
    return _Plan(question, asked, populations)


def _has_groups_only(populations: Sequence[tuple[str, list[PopulationRow]]]) -> bool:
    """Whether there are populations, and all of them know the broad ethnic groups and no finer ones."""
    found = False
    for _, rows in populations:
        labels = {row.label("ethnicity") for row in rows if "ethnicity" in row.attributes}
        kinds = {each.kind for each in read(labels).places.values()} - {Kind.UNKNOWN, Kind.TOTAL}
        if kinds - {Kind.GROUP}:
            return False
        found = found or bool(kinds)
    return found


def _tables(
    plan: _Plan, counted: Tally, reference: Group, benchmarks: Sequence[Benchmark], manner: Manner, *, period: str = ""
) -> tuple[Table, ...]:
    """One table for each population; of a share one more, of its own base."""
    made = []
    for each in benchmarks:
        cells = counted.cells(each.labels, period)
        theirs = _reference_in(reference, counted.labels, each.labels)
        doubts = Doubts(tuple(_doubts(counted, each.labels, period, each)), each.doubts)
        outside = replace(manner, unit=_unit_outside(plan.measure, manner))
        spreads = counted.spreads(each.labels, period)
        made.append(build(cells, each.counts, each, theirs, outside, inside=False, doubts=doubts, spreads=spreads))
    cells = counted.cells(period=period)
    if plan.measure.is_share:
        bases = {cell.group: cell.base for cell in cells if None not in cell.group}
        about = Benchmark(INSIDE, None, "", plan.measure.of, bases)
        doubts = Doubts((*_doubts(counted, counted.labels, period, None), *_undecided(counted, period)))
        spreads = counted.spreads(counted.labels, period)
        made.append(build(cells, bases, about, reference, manner, inside=True, doubts=doubts, spreads=spreads))
    if not made:
        about = Benchmark("no population", None, "", "", {})
        made.append(build(cells, {}, about, reference, manner, inside=False))
    return tuple(made)


def _unit_outside(measure: Measure, manner: Manner) -> Unit:
    """What is counted of a population: people where no two of those counted are one, else events."""
    if manner.basis is Basis.PEOPLE and measure.shape is not Shape.EXPOSURE:
        return Unit.PEOPLE
    # Of entries whose person nobody knows most are still another's.
    is_near = manner.basis is Basis.EVENTS and measure.table == "entry"
    return measure.unit if is_near else Unit.EVENTS


def _doubts(counted: Tally, labels: Sequence[Labels], period: str, against: Benchmark | None) -> list[Doubt]:
    """Counts that may be of another group than their own label: what no scheme has, and the population has not."""
    groups: dict[int, set[str]] = {}
    if against is not None:
        for place in range(len(labels)):
            known = {group[place] for group in against.counts}
            groups[place] = {spot.key for spot in labels[place].spots.values() if spot.name in known}
    else:
        # Inside the register the labels of a list of its own are its groups.
        groups = {place: set(each.names) for place, each in enumerate(labels) if each.is_own_list}
    lines = ((line.values, line.counted[0], line.base) for line in counted.lines if line.period == period)
    return doubts_of_counts(lines, labels, groups)


def _undecided(counted: Tally, period: str) -> Iterator[Doubt]:
    """Those in scope without an outcome, all of whom may count in their group, or none."""
    for group, line in counted.grouped(counted.labels, period):
        if line.left_out:
            yield Doubt(group, 0, line.left_out)
            yield Doubt(group, line.left_out, line.left_out)


def _reference_in(reference: Group, before: Sequence[Labels], after: Sequence[Labels]) -> Group:
    """The reference group as it is called once the labels of the counts meet those of a population."""
    made: list[str | None] = []
    for name, old, new in zip(reference, before, after, strict=True):
        if name is None:
            made.append(None)
            continue
        labels = [label for label in old.spots if old.group(label) == name]
        made.append(next((new.group(label) for label in labels if new.group(label)), name))
    return tuple(made)


def _reference(plan: _Plan, counted: Tally, cells: Sequence[Cell]) -> tuple[Group, str]:
    """The group that others are compared with, and a sentence that says why it is this one."""
    groups = {cell.group for cell in cells if None not in cell.group}
    if plan.question.reference:
        return _given_reference(plan, counted, groups)
    chosen: list[str | None] = []
    for place, axis in enumerate(plan.asked.axes):
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
    name = name_of(tuple(each for each in reference if each is not None))
    where = f" within each {plan.question.within}" if plan.question.within else ""
    return reference, f"reference group: {name}{where} (default)"


def _given_reference(plan: _Plan, counted: Tally, groups: set[Group]) -> tuple[Group, str]:
    """The group that was named; of fewer parts than there are divisions, within each group of the others."""
    given, axes = plan.question.reference, plan.asked.axes
    text = f"--reference {','.join(given)}"
    if len(given) == 1 < len(axes):
        names = [only_name(labels, given[0]) for labels in counted.labels]
        places = [at for at, name in enumerate(names) if any(group[at] == name for group in groups)]
        if len(places) != 1:
            raise Refusal(
                "disparity-reference", text, "no column, or more than one, has such a group", "a group of one column"
            )
        inside = tuple(names[at] if at == places[0] else None for at in range(len(axes)))
        each = ", ".join(axis.name for at, axis in enumerate(axes) if at != places[0])
        return inside, f"reference group: {names[places[0]]} within each {each}"
    if len(given) != len(axes):
        wanted = f"one group for each of {', '.join(plan.question.by)}"
        raise Refusal("disparity-reference", text, f"{len(given)} groups", wanted)
    named = tuple(only_name(labels, value) for labels, value in zip(counted.labels, given, strict=True))
    known = {name_of(group).lower(): group for group in groups}
    population = {group for _, rows in plan.populations for row in rows if (group := row.groups)}
    found = known.get(name_of(named).lower())
    if found is None and not any(tuple(each) == given for each in population):
        wanted = "; ".join(sorted(name_of(group) for group in groups)[:20])
        raise Refusal("disparity-reference", text, "no such group was counted", wanted)
    return found or named, f"reference group: {name_of(found or named)}"


def _folds(plan: _Plan) -> list[str]:
    """What was put together because no population is finer."""
    pairs = zip(plan.question.by, plan.asked.axes, strict=True)
    return [
        f"{name}: counted by broad group, since no population is more detailed"
        for name, axis in pairs
        if axis.name != name
    ]


def _trend(plan: _Plan, opened: Opened, reference: Group) -> tuple[Step, ...]:
    question = plan.question
    first, last = span(opened.connection, opened.filled.columns, plan.measure, question.as_of)
    divided = periods(max(first, question.since or first), last, question.trend)
    if plan.measure.shape is not Shape.FLOW:
        divided = tuple(replace(each, last=min(each.last, question.as_of)) for each in divided)
    window = Window(question.as_of, question.since or first, question.trend, divided)
    counted = tally(opened.connection, opened.filled.columns, plan.asked, window)
    labels = [each.label for each in divided]
    handed_in = submitted(opened.connection, opened.filled.columns, plan.measure, labels, question.trend)
    steps = []
    for each in divided:
        if handed_in[each.label] is Submitted.GAP:
            steps.append(Step(each.label, Submitted.GAP, (), Missing(0, 0)))
            continue
        against = plan.benchmarks(each.last.year, counted.labels)
        tables = _tables(plan, counted, reference, against, plan.manner(counted), period=each.label)
        steps.append(Step(each.label, handed_in[each.label], tables, tables[0].missing))
    return tuple(steps)


def _sweep(plan: _Plan, opened: Opened, reference: Group, benchmarks: Sequence[Benchmark]) -> tuple[Step, ...]:
    question = plan.question
    asked = replace(plan.asked, threshold=None, thresholds=question.sweep)
    counted = tally(opened.connection, opened.filled.columns, asked, Window(question.as_of, question.since))
    steps = []
    for place, threshold in enumerate(question.sweep):
        tables = _tables(plan, counted.at(place), reference, benchmarks, plan.manner(counted))
        steps.append(Step(f"{threshold:g}", Submitted.WHOLE, tables, tables[0].missing))
    return tuple(steps)


def _repeats(plan: _Plan, opened: Opened) -> list[str]:
    """What must be read with every figure that counts rows of a table whose key repeats."""
    repeat = opened.filled.repeat_of(plan.measure.table)
    counts_rows = plan.measure.counts_encounters or plan.measure.shape is Shape.EXPOSURE
    if repeat is None or not counts_rows:
        return []
    what = repeat.table.replace("_", " ")
    return [
        f"{repeat.rows:,} rows are {repeat.keys:,} {repeat.noun}, by {repeat.column}, and one "
        f"of these appears in {repeat.most:,} rows: these figures count rows, not each {what} once"
    ]


def _lost(plan: _Plan, opened: Opened) -> list[str]:
    """What was lost in the mapping of the columns that the figures rest on."""
    axes = [*plan.asked.axes, *(axis for axis, _ in plan.asked.only)]
    used = {*plan.measure.needs, *plan.measure.dated, *(name for axis in axes for name in axis.columns)}
    return [each.loss for each in opened.filled.lost if each.name in used]
