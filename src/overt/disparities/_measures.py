"""What can be counted, each by its name, and the one statement that counts it by group.

A measure says which rows are in scope, what of them is counted and, where it is a share inside the
register, of what. The statement returns groups and never a row; it runs on a connection that can read
and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from overt.disparities._measure_list import MEASURES, Measure, MeasureShape
from overt.disparities._persons import NOBODY
from overt.model import ENCOUNTER, ENTRY, TABLES
from overt.refusals import Refusal

Has = Callable[[str], bool]


def has_in(filled: Mapping[str, Collection[str]]) -> Has:
    """Whether a source that fills these columns, by table, has one that is named `table.column`."""

    def has(name: str) -> bool:
        table, _, column = name.partition(".")
        return column in filled.get(table, ())

    return has


# What releases mean by these words is another figure.
_IN_RELEASES = {"added": "opened", "removed": "closed"}


def find_measure(name: str) -> Measure:
    """The measure of that name; refuses one that there is not."""
    if name in _IN_RELEASES:
        fault = "this measure is used only in releases: people newly listed, or no longer listed"
        wanted = f"{_IN_RELEASES[name]}, which also counts people with another entry"
        raise Refusal("disparity-measure-unknown", f"--measure {name}", fault, wanted)
    if name not in MEASURES:
        raise Refusal(
            "disparity-measure-unknown", f"--measure {name}", "there is no measure with this name", ", ".join(MEASURES)
        )
    return MEASURES[name]


def missing_columns(measure: Measure, axes: Collection[tuple[str, ...]], has: Has) -> list[str]:
    """The columns that the source lacks for this measure divided so; of an axis one column is enough."""
    lacking = [name for name in measure.needs if not has(name)]
    return lacking + [columns[0] for columns in axes if not any(has(name) for name in columns)]


def person_sql(measure: Measure, has: Has) -> str:
    """SQL for whose a counted row is, each row that names nobody being another's; "" where the source cannot say."""
    if measure.counts_people or not measure.person or not has(measure.person):
        return ""
    key = TABLES[measure.table].key.path
    own = f"'{NOBODY}' || coalesce({key}, uuid()::varchar)" if has(key) else f"'{NOBODY}' || uuid()::varchar"
    return f"coalesce(nullif(trim({measure.person}), ''), {own})"


def count_column(has: Has, column: str) -> str:
    """How many encounters a row stands for."""
    return f"coalesce({column}, 1)" if has(column) else "1"


def statement(
    measure: Measure, axes: Mapping[str, str], has: Has, period: str, thresholds: int = 0, *, in_months: bool = False
) -> str:
    """The one statement: groups by `axes` (name → SQL) and period, with the count and, of a share, its base.

    With `in_months` only the months of the parameter `$months` count. The last number is how many in scope have no
    outcome that decides the share. `period` is "", "month", "quarter" or "year" and shapes the label of a flow. With
    `thresholds`, a share over a threshold is counted for each of that many parameters `$threshold_0`, ….
    """
    divided = [f"{sql} as axis_{place}" for place, sql in enumerate(axes.values())]
    label, source, where = _FROM[measure.shape](measure, has, period)
    columns = [*divided, f"{label} as period", *_sums(measure, has, thresholds), _left_out(measure, has)]
    held = f"{month_of(measure, has)} in (select unnest($months))" if in_months else ""
    scope = " and ".join(part for part in (where, measure.scope, held) if part)
    return f"select {', '.join(columns)} from {source}{measure.joins} where {scope or 'true'} group by all"


def dated_column(measure: Measure, has: Has) -> str | None:
    """The first of the measure's dates that the source fills."""
    return next((name for name in measure.dated if has(name)), None)


# Said here, since DuckDB 1 reads more than a month: of "2025-03-05" and another day behind it the first.
_MONTH = r"\s*[0-9]{1,4}[-/ \\][0-9]{1,2}"


def day_sql(column: str) -> str:
    """SQL for the day that a column of dates, times or months says; of a month its first."""
    if not column.endswith(".period"):
        return f"cast({column} as date)"
    return f"case when regexp_full_match({column}, '{_MONTH}') then try_cast({column} || '-01' as date) end"


def month_of(measure: Measure, has: Has) -> str | None:
    """SQL for the month of a row, as 2025-03; `None` where the source has no date."""
    column = dated_column(measure, has)
    return None if column is None else f"strftime({day_sql(column)}, '%Y-%m')"


def _sums(measure: Measure, has: Has, thresholds: int) -> list[str]:
    if measure.shape is MeasureShape.EXPOSURE:
        closed = "entry.closed_on between moment.since and moment.as_of"
        until = "least(coalesce(entry.closed_on, moment.as_of), moment.as_of)"
        years = f"date_diff('day', greatest(entry.opened_on, moment.since), {until})"
        return [
            f"count(*) filter (where {closed}) as counted",
            f"sum(greatest({years}, 0)) / 365.25 as base",
        ]
    total = _total_of(measure, has)
    if thresholds:
        hits = [measure.hit.replace("$threshold", f"$threshold_{place}") for place in range(thresholds)]
        return [*[f"{total(hit)} as counted_{place}" for place, hit in enumerate(hits)], f"{total('')} as base"]
    if measure.is_share:
        return [f"{total(measure.hit)} as counted", f"{total(_recorded(measure, has))} as base"]
    return [f"{total('')} as counted", "null as base"]


def _left_out(measure: Measure, has: Has) -> str:
    """How many in scope have no outcome that decides the share."""
    recorded = _recorded(measure, has)
    count = _total_of(measure, has)(f"not coalesce({recorded}, false)") if recorded else "0"
    return f"{count} as left_out"


def _recorded(measure: Measure, has: Has) -> str:
    return " or ".join(sql for column, sql in measure.recorded if has(column))


def _total_of(measure: Measure, has: Has) -> Callable[[str], str]:
    """SQL for the number of those that meet a condition, or of all for none: of encounters by what a row stands for."""
    if measure.counts_encounters:
        rows = count_column(has, ENCOUNTER.row_count.path)
        return lambda condition: f"coalesce(sum({rows}) filter (where {condition}), 0)" if condition else f"sum({rows})"
    key = measure.counts or TABLES[measure.table].key.path
    return lambda condition: f"count(distinct {key})" + (f" filter (where {condition})" if condition else "")


_SUBJECT = " left join subject on subject.subject_id = entry.subject_id"
_MOMENT = (
    "(select unnest($moments::date[]) as as_of, unnest($sinces::date[]) as since, unnest($labels::varchar[]) as label)"
    " as moment"
)


def _stock_from(measure: Measure, has: Has, period: str) -> tuple[str, str, str]:
    conditions = []
    if has(ENTRY.opened_on.path):
        conditions.append("(entry.opened_on is null or entry.opened_on <= moment.as_of)")
    if has(ENTRY.closed_on.path):
        conditions.append("(entry.closed_on is null or entry.closed_on > moment.as_of)")
    if has(ENTRY.status.path):
        # Closed today, but on a later day than the one asked about: then it was active.
        closed_later = " or entry.closed_on > moment.as_of" if has(ENTRY.closed_on.path) else ""
        conditions.append(f"(entry.status is distinct from 'closed'{closed_later})")
    return "moment.label", f"{_MOMENT} cross join entry{_SUBJECT}", " and ".join(conditions)


def _exposure_from(measure: Measure, has: Has, period: str) -> tuple[str, str, str]:
    source = f"{_MOMENT} cross join entry{_SUBJECT}"
    # An entry that is closed without a day gives no time: it would seem to be open still.
    undated = " and not (entry.status = 'closed' and entry.closed_on is null)" if has(ENTRY.status.path) else ""
    return "moment.label", source, f"entry.opened_on <= moment.as_of{undated}"


def _flow_from(measure: Measure, has: Has, period: str) -> tuple[str, str, str]:
    source = measure.table
    if measure.table == "entry":
        source = f"entry{_SUBJECT}"
    source = f"{_MOMENT} cross join {source}"
    column = dated_column(measure, has)
    if column is None:
        return "moment.label", source, ""
    day = day_sql(column)
    label = _LABELS[period].format(day=day) if period else "moment.label"
    inside = f"{day} between moment.since and moment.as_of"
    # What has no date counts in a total over all time, and in no period.
    undated = "" if period or not measure.dated or measure.table == "entry" else f" or ({day} is null and $all_time)"
    return label, source, f"({inside}{undated})"


_LABELS = {
    "month": "strftime({day}, '%Y-%m')",
    "quarter": "strftime({day}, '%Y-Q') || quarter({day})",
    "year": "strftime({day}, '%Y')",
}
_FROM = {MeasureShape.STOCK: _stock_from, MeasureShape.FLOW: _flow_from, MeasureShape.EXPOSURE: _exposure_from}
