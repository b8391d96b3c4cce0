"""Groups counted: one statement, its values read as groups, and what is missing kept apart."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from overt.ages import age_in_duckdb
from overt.disparity._axes import AGE_BANDS, Axis, band_of
from overt.disparity._measures import Measure, dated_column, missing_columns, statement
from overt.refusals import Refusal, raise_all

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Group = tuple[str | None, ...]
ALWAYS = dt.date(1, 1, 1)


@dataclass(frozen=True)
class Cell:
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
class Asked:
    """What is to be counted: the measure, its divisions, and the values that some rows must have."""

    measure: Measure
    axes: tuple[Axis, ...]
    only: tuple[tuple[Axis, str], ...] = ()
    threshold: float | None = None
    thresholds: tuple[float, ...] = ()
    outcomes: tuple[str, ...] = ()
    age_bands: tuple[int, ...] = AGE_BANDS


@dataclass(frozen=True)
class Tally:
    """Every cell counted, and what a reader must know of how its values were read."""

    cells: tuple[Cell, ...]
    notes: tuple[str, ...] = ()
    left_out: int = 0

    def in_period(self, label: str = "") -> list[Cell]:
        """The cells of one period."""
        return [each for each in self.cells if each.period == label]


def tally(connection: DuckDBPyConnection, filled: Mapping[str, Collection[str]], asked: Asked, window: Window) -> Tally:
    """Counts by one statement. Refuses, all at once, columns that the source does not fill."""

    def has(name: str) -> bool:
        table, _, column = name.partition(".")
        return column in filled.get(table, ())

    axes = [*asked.axes, *(axis for axis, _ in asked.only)]
    _check(asked, axes, has)
    expressions = {f"{place}": _expression(axis, has) for place, axis in enumerate(axes)}
    sql = statement(asked.measure, expressions, has, window.step, len(asked.thresholds))
    parameters = _parameters(sql, asked, window)
    rows = connection.execute(sql, parameters).fetchall()
    return _folded(rows, asked, axes, _notes(asked, has, rows, axes))


def _check(asked: Asked, axes: Sequence[Axis], has: Any) -> None:
    measure = asked.measure
    faults = [
        Refusal(
            "disparity-column-absent",
            f"--measure {measure.name}",
            f"the source does not fill {name}",
            f"a source or mapping that fills {name}",
            "overt map check says what is filled",
        )
        for name in dict.fromkeys(missing_columns(measure, [axis.columns for axis in axes], has))
    ]
    if measure.needs_threshold and asked.threshold is None and not asked.thresholds:
        faults.append(Refusal("disparity-needs", f"--measure {measure.name}", "no --threshold", "--threshold NUMBER"))
    if measure.needs_outcome and not asked.outcomes:
        wanted = "--outcome KIND, as outcome.kind has it: what the score was to foretell"
        faults.append(Refusal("disparity-needs", f"--measure {measure.name}", "no --outcome", wanted))
    if asked.thresholds and not measure.needs_threshold:
        faults.append(
            Refusal(
                "disparity-needs", "--sweep", f"{measure.name} has no threshold", "score_at_or_above, false_positive …"
            )
        )
    raise_all(faults)


def _expression(axis: Axis, has: Any) -> str:
    if axis.name != "age_band" or axis.columns[0] != "subject.birth_date":
        return next(name for name in axis.columns if has(name))
    born = age_in_duckdb("subject.birth_date", "moment.as_of")
    if not has("subject.birth_date"):
        return "subject.age_recorded"
    return f"coalesce({born}, subject.age_recorded)" if has("subject.age_recorded") else born


def _parameters(sql: str, asked: Asked, window: Window) -> dict[str, object]:
    """What the statement asks for, and nothing else: an engine refuses a parameter too many."""
    stock = window.step and asked.measure.shape != "flow"
    periods = window.periods if stock else (Period("", window.since or ALWAYS, window.until),)
    every: dict[str, object] = {
        "moments": [each.last for each in periods],
        "sinces": [each.first for each in periods],
        "labels": [each.label for each in periods],
        "all_time": window.since is None,
        "outcomes": list(asked.outcomes),
        **{f"threshold_{place}": value for place, value in enumerate(asked.thresholds)},
    }
    if asked.threshold is not None:
        every["threshold"] = asked.threshold
    words = set("".join(each if each.isalnum() or each in "_$" else " " for each in sql).split())
    return {name: value for name, value in every.items() if f"${name}" in words}


def _folded(rows: Iterable[tuple[Any, ...]], asked: Asked, axes: Sequence[Axis], notes: list[str]) -> Tally:
    """Rows of raw values put together by the groups that they stand for."""
    width, sums = len(axes), _Sums(len(asked.thresholds))
    kept, left_out = len(asked.axes), 0
    for row in rows:
        values = [_value(axis, value, asked.age_bands) for axis, value in zip(axes, row[:width], strict=True)]
        *counted, base = row[width + 1 :]
        if any(value != wanted for value, (_, wanted) in zip(values[kept:], asked.only, strict=True)):
            left_out += sum(int(each) for each in counted[:1])
            continue
        sums.add((tuple(values[:kept]), str(row[width] if row[width] is not None else "")), counted, base)
    if asked.only:
        said = ", ".join(f"{axis.name}={wanted}" for axis, wanted in asked.only)
        notes.append(f"only {said}; {left_out:,} counted elsewhere are not in these figures")
    return Tally(tuple(sums.cells()), tuple(notes), left_out)


@dataclass
class _Sums:
    thresholds: int
    counts: dict[tuple[Group, str], list[int]] = field(default_factory=dict)
    bases: dict[tuple[Group, str], float | None] = field(default_factory=lambda: defaultdict(lambda: None))

    def add(self, key: tuple[Group, str], counted: Sequence[Any], base: Any) -> None:
        had = self.counts.setdefault(key, [0] * len(counted))
        self.counts[key] = [old + int(new) for old, new in zip(had, counted, strict=True)]
        if base is not None:
            self.bases[key] = (self.bases[key] or 0) + float(base)

    def cells(self) -> Iterable[Cell]:
        for (group, period), counts in sorted(self.counts.items(), key=lambda each: _order(*each[0])):
            sweep = tuple(counts) if self.thresholds else ()
            yield Cell(group, period, counts[0], self.bases[group, period], sweep)


def _order(group: Group, period: str) -> tuple[str, tuple[tuple[bool, str], ...]]:
    return period, tuple((each is None, each or "") for each in group)


def _value(axis: Axis, value: object, bands: Sequence[int]) -> str | None:
    if axis.name == "age_band" and isinstance(value, int | float):
        return band_of(int(value), bands)
    return axis.read(value)


def _notes(asked: Asked, has: Any, rows: Sequence[tuple[Any, ...]], axes: Sequence[Axis]) -> list[str]:
    notes: list[str] = []
    for place, axis in enumerate(axes):
        notes += axis.losses({row[place] for row in rows})
    if asked.measure.dated and dated_column(asked.measure, has) is None:
        notes.append("the source has no date for this: every row is counted, whatever its day")
    return list(dict.fromkeys(notes))
