"""Measures a disparity: what is counted, by what, against which populations; tables, trend and sweep out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from overt.audit import Opened
from overt.disparity._axes import AGE_BANDS, ETHNICITY, find_axis
from overt.disparity._counts import Asked, Cell, Group, Window, tally
from overt.disparity._ethnicity import GROUPS, CodeList, is_unknown
from overt.disparity._intervals import LEVEL, Method
from overt.disparity._measures import Measure, Shape, find_measure
from overt.disparity._periods import STEPS, Submitted, periods, span, submitted
from overt.disparity._populations import Benchmark, PopulationRow, benchmark, read_populations
from overt.disparity._table import Manner, Missing, Table, build, name_of
from overt.refusals import Refusal

INSIDE = "inside the register"
# A cell that crosses more attributes is so often one person that it is no statistic.
MOST_DIVISIONS = 3
# Beyond so many comparisons a reader who looks for the one that stands out will find one.
MANY = 10
_WHITE = ("White", "W1", "IC1", "White British", "Caucasian", "WHITE", "WHI")


@dataclass(frozen=True)
class Question:
    """What is asked. `by` are names of divisions; `populations` are files, FILE:MAPPING.sql or names.

    `since` and the day asked about bound flows. `trend` is a step of time or "", `sweep` are
    thresholds; `reference` is a group in the order of `by`, or empty for the default.
    """

    measure: str
    by: tuple[str, ...]
    as_of: dt.date
    populations: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    reference: tuple[str, ...] = ()
    only: tuple[tuple[str, str], ...] = ()
    since: dt.date | None = None
    threshold: float | None = None
    sweep: tuple[float, ...] = ()
    outcomes: tuple[str, ...] = ()
    trend: str = ""
    codes: CodeList | None = None
    age_bands: tuple[int, ...] = AGE_BANDS
    level: float = LEVEL
    method: Method | None = None
    draws: int = 0
    seed: int = 1


@dataclass(frozen=True)
class Step:
    """One period of a trend, or one threshold of a sweep, with its tables in the order of the main ones.

    `tables` is empty where nothing was submitted.
    """

    label: str
    submitted: Submitted
    tables: tuple[Table, ...]
    missing: Missing


@dataclass(frozen=True)
class Disparity:
    """The answer: one table for each population, the first of them the one that was named first.

    `warnings` are what must be read with the figures; `notes` what was taken for granted.
    """

    question: Question
    measure: Measure
    register: str
    source_digest: str
    synthetic: bool
    tables: tuple[Table, ...]
    missing: Missing
    trend: tuple[Step, ...] = ()
    sweep: tuple[Step, ...] = ()
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def first(self) -> Table:
        """The table against the population that was named first."""
        return self.tables[0]


@dataclass(frozen=True)
class _Plan:
    """A question with everything that it names found and read."""

    question: Question
    asked: Asked
    populations: list[tuple[str, list[PopulationRow]]] = field(default_factory=list)

    @property
    def measure(self) -> Measure:
        return self.asked.measure

    def manner(self, whole: bool) -> Manner:
        asked = self.question
        # Each two-by-two table is read by a person: a trend, a sweep or an intersection has too many of them.
        few = len(asked.by) == 1
        draws = asked.draws if whole else 0
        return Manner(self.measure.unit, asked.level, asked.method, draws, asked.seed, whole and few)

    def benchmarks(self, year: int) -> list[Benchmark]:
        only = self.asked.only
        areas, axes = self.question.areas, self.asked.axes
        return [benchmark(rows, source, axes, only=only, areas=areas, year=year) for source, rows in self.populations]


def measure(question: Question, opened: Opened) -> Disparity:
    """The disparity of a source opened for reading. Refuses a question that the source or a population cannot answer.

    Groups are counted by one statement; nothing of a single person leaves the engine.
    """
    plan = _plan(question, opened)
    window = Window(question.as_of, question.since)
    counted = tally(opened.connection, opened.filled.columns, plan.asked, window)
    cells = counted.in_period()
    if not cells:
        raise Refusal("disparity-nothing-counted", f"--measure {question.measure}", "no row is in scope", "some rows")
    reference, said = _reference(plan, cells)
    benchmarks = plan.benchmarks(question.as_of.year)
    tables = _tables(plan, cells, reference, benchmarks, plan.manner(True))
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
        (*_repeats(plan, opened), *_lost(plan, opened), *_warnings(plan, tables, cells, reference)),
        tuple(dict.fromkeys([said, *_folds(plan), *opened.notes, *counted.notes])),
    )


def _plan(question: Question, opened: Opened) -> _Plan:
    found = find_measure(question.measure)
    if not question.by or len(set(question.by)) != len(question.by):
        raise Refusal(
            "disparity-by-unknown", "--by", "no division, or one twice", "one or more, as in ethnicity_self,sex"
        )
    many = len(question.by) + len(question.only)
    if many > MOST_DIVISIONS:
        wanted = f"{MOST_DIVISIONS} at most: more would single people out"
        raise Refusal("disparity-too-fine", "--by and --only", f"{many} divisions", wanted)
    populations = read_populations(question.populations, opened.connection, opened.filled.columns)
    folded = _has_groups_only(populations) and not question.codes
    names = [f"{name}_group" if folded and name in ETHNICITY else name for name in question.by]
    axes = tuple(find_axis(found.table, name, question.codes) for name in names)
    only = tuple((find_axis(found.table, name, question.codes), value) for name, value in question.only)
    if question.trend and question.trend not in STEPS:
        raise Refusal("disparity-needs", "--trend", question.trend, ", ".join(STEPS))
    threshold = question.threshold if not question.sweep or question.threshold is not None else question.sweep[0]
    asked = Asked(found, axes, only, threshold, (), question.outcomes, question.age_bands)
    return _Plan(question, asked, populations)


def _has_groups_only(populations: Sequence[tuple[str, list[PopulationRow]]]) -> bool:
    """Whether there are populations, and all of them know the broad ethnic groups and no finer ones."""
    groups = {
        group
        for _, rows in populations
        for row in rows
        for attribute, group in zip(row.attributes, row.groups, strict=False)
        if attribute == "ethnicity" and not is_unknown(group)
    }
    return bool(groups) and all(group in GROUPS for group in groups)


def _tables(
    plan: _Plan, cells: Sequence[Cell], reference: Group, benchmarks: Sequence[Benchmark], manner: Manner
) -> tuple[Table, ...]:
    """One table for each population; of a share one more, of its own base."""
    made = [build(cells, each.counts, each, reference, manner, inside=False) for each in benchmarks]
    if plan.measure.is_share:
        bases = {cell.group: cell.base for cell in cells if None not in cell.group}
        about = Benchmark(INSIDE, None, "", plan.measure.of, bases)
        made.append(build(cells, bases, about, reference, manner, inside=True))
    if not made:
        about = Benchmark("no population", None, "", "", {})
        made.append(build(cells, {}, about, reference, manner, inside=False))
    return tuple(made)


def _reference(plan: _Plan, cells: Sequence[Cell]) -> tuple[Group, str]:
    """The group that others are compared with, and a sentence that says why it is this one."""
    groups = {cell.group for cell in cells if None not in cell.group}
    if plan.question.reference:
        return _given_reference(plan, groups)
    chosen: list[str] = []
    for place, axis in enumerate(plan.asked.axes):
        sizes: dict[str, float] = {}
        for cell in cells:
            if (value := cell.group[place]) is not None:
                sizes[value] = sizes.get(value, 0) + (cell.base or cell.count)
        white = next((each for each in _WHITE if each in sizes), None) if axis.is_ethnicity else None
        chosen.append(white or max(sorted(sizes), key=lambda value: sizes[value], default="none"))
    reference = tuple(chosen)
    return reference, f"compared with {name_of(reference)}, since no reference group was named"


def _given_reference(plan: _Plan, groups: set[Group]) -> tuple[Group, str]:
    given, axes = plan.question.reference, plan.asked.axes
    if len(given) != len(axes):
        wanted = f"one group for each of {', '.join(plan.question.by)}"
        raise Refusal("disparity-reference", f"--reference {','.join(given)}", f"{len(given)} groups", wanted)
    read = tuple(axis.read(value) for axis, value in zip(axes, given, strict=True))
    known = {name_of(group).lower(): group for group in groups}
    population = {group for _, rows in plan.populations for row in rows if (group := row.groups)}
    found = known.get(name_of(read).lower())
    if found is None and not any(tuple(each) == given for each in population):
        wanted = "; ".join(sorted(name_of(group) for group in groups)[:20])
        raise Refusal("disparity-reference", f"--reference {','.join(given)}", "no such group was counted", wanted)
    return found or read, f"compared with {name_of(found or read)}, as asked"


def _folds(plan: _Plan) -> list[str]:
    """What was put together because no population is finer."""
    pairs = zip(plan.question.by, plan.asked.axes, strict=True)
    return [
        f"{name}: counted by broad group, since no population is finer" for name, axis in pairs if axis.name != name
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
        cells = counted.in_period(each.label)
        tables = _tables(plan, cells, reference, plan.benchmarks(each.last.year), plan.manner(False))
        steps.append(Step(each.label, handed_in[each.label], tables, tables[0].missing))
    return tuple(steps)


def _sweep(plan: _Plan, opened: Opened, reference: Group, benchmarks: Sequence[Benchmark]) -> tuple[Step, ...]:
    question = plan.question
    asked = Asked(
        plan.measure, plan.asked.axes, plan.asked.only, None, question.sweep, question.outcomes, question.age_bands
    )
    counted = tally(opened.connection, opened.filled.columns, asked, Window(question.as_of, question.since))
    steps = []
    for place, threshold in enumerate(question.sweep):
        cells = [Cell(cell.group, "", cell.sweep[place], cell.base) for cell in counted.cells]
        tables = _tables(plan, cells, reference, benchmarks, plan.manner(False))
        steps.append(Step(f"{threshold:g}", Submitted.WHOLE, tables, tables[0].missing))
    return tuple(steps)


def _repeats(plan: _Plan, opened: Opened) -> list[str]:
    """What must be read with every figure that counts rows of a table whose key repeats."""
    repeat = opened.filled.repeat_of(plan.measure.table)
    counts_rows = plan.measure.table == "encounter" or plan.measure.shape is Shape.EXPOSURE
    if repeat is None or not counts_rows:
        return []
    what = repeat.table.replace("_", " ")
    return [
        f"{repeat.rows:,} rows are {repeat.keys:,} {repeat.noun}, by {repeat.column}, and one "
        f"of these stands in {repeat.most:,} rows: these figures count rows, and are no counts of each {what} once"
    ]


def _lost(plan: _Plan, opened: Opened) -> list[str]:
    """What was lost in the mapping of the columns that the figures rest on."""
    axes = [*plan.asked.axes, *(axis for axis, _ in plan.asked.only)]
    used = {*plan.measure.needs, *plan.measure.dated, *(name for axis in axes for name in axis.columns)}
    return [each.loss for each in opened.filled.lost if each.name in used]


def _warnings(plan: _Plan, tables: Sequence[Table], cells: Sequence[Cell], reference: Group) -> list[str]:
    said = []
    outside = [table for table in tables if table.population not in (INSIDE, "no population")]
    if len(outside) == 1:
        said.append(f"one population ({outside[0].population}) decides this answer: another may give another")
    if not outside and not plan.measure.is_share:
        said.append("no population was named: these are counts and shares of what was counted, and no rates")
    for table in tables:
        if table.missing.must_be_shown:
            said.append(
                f"{table.missing.count:,} of {table.missing.total:,} ({table.missing.share:.1%}) have no known group: "
                "read every figure with its bounds"
            )
            break
    for table in outside:
        over = [row.group for row in table.rows if row.rate_per_1000 and row.rate_per_1000 > 1000]
        if over:
            said.append(
                f"more than one for each person of {', '.join(over)} in {table.population}: a rate, no probability"
            )
        compared = sum(row.low is not None for row in table.rows)
        if compared > MANY:
            level = f"{plan.question.level:.0%}"
            said.append(
                f"{compared} ratios to {table.population}: by chance alone some {level} intervals miss the truth"
            )
        unmatched = [row.group for row in table.rows if row.count and row.population is None]
        if unmatched:
            said.append(
                f"{table.population} has no number for {', '.join(unmatched[:12])}: counted, and without a rate"
            )
        unseen = [row.group for row in table.rows if not row.count]
        if unseen and any(axis.name.startswith("ethnicity_observed") for axis in plan.asked.axes):
            said.append(
                f"nobody was counted as {', '.join(unseen[:12])}: where officers have no code for it, "
                "that was not asked and is no zero"
            )
        if not any(row.is_reference and row.rate_per_1000 for row in table.rows):
            said.append(f"{table.population} gives the reference group {table.reference} no rate: nothing is compared")
    return said
