"""How long each entry was seen on the list, read from the source: days, whether it was closed, and whose it is.

An entry is followed from the day it was opened to the day it was closed, or to the day asked about if it was not closed
by then. What has no such time is counted by its reason. No pseudonym is read: persons are numbered by the engine.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from overt.disparities._counts import Counting, GroupTally, expressions_of, read_rows
from overt.disparities._measures import Has, has_in, person_sql
from overt.disparities._persons import NOBODY, UNNAMED_LIMIT, Group, IntervalBasis
from overt.model import ENTRY
from overt.statistics import Stays

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from numpy.typing import NDArray

# Nobody is listed for so long: such a day stands for one that is not known.
_LONGEST = 36_525
FOLLOWED = "followed"
NO_START, TOO_OLD, REVERSED, NO_END = (
    "no day of opening",
    "opened more than 100 years before",
    "closed before it was opened",
    "closed without a day",
)
EARLIER = "opened before the first day asked about"
UNDATED = (NO_START, TOO_OLD, REVERSED, NO_END)
_LATER = "opened later"


@dataclass(frozen=True)
class StayRows:
    """The entries that are followed: their stays, and the place of each one's labels in `groups`.

    `left_out` has, for each group and reason, how many entries are not followed. `basis` says what the entries are:
    people where each has one.
    """

    stays: Stays
    place: NDArray[np.int64]
    groups: tuple[Group, ...]
    left_out: Mapping[tuple[Group, str], int]
    counted: GroupTally
    basis: IntervalBasis


def read_stays(
    connection: DuckDBPyConnection,
    filled: Mapping[str, Collection[str]],
    counting: Counting,
    as_of: dt.date,
    since: dt.date | None,
) -> StayRows:
    """The stays up to a day of the entries that a counting has in scope.

    With `since`, only entries opened on or after that day are followed.
    """
    has = has_in(filled)
    axes = expressions_of(counting, has)
    sql, parameters = _scoped(axes, has, since), _parameters(as_of, since)
    names = [f"axis_{place}" for place in axes]
    rows = connection.execute(
        f"{sql} select {', '.join(names)}, what, count(*), count(*), 0 from scoped where what <> '{_LATER}' group by"
        " all order by all",
        parameters,
    ).fetchall()
    counted = read_rows(rows, counting, has)
    lines = list(counted.grouped(counted.labels, FOLLOWED))
    groups = tuple(dict.fromkeys(group for group, _ in lines))
    number = {group: place for place, group in enumerate(groups)}
    left_out: dict[tuple[Group, str], int] = {}
    for reason in (*UNDATED, EARLIER):
        for group, line in counted.grouped(counted.labels, reason):
            left_out[group, reason] = left_out.get((group, reason), 0) + line.counted[0]
    keys = {f"keys_{place}": [line.key[place] for _, line in lines] for place in range(len(axes))}
    same = " and ".join(f"scoped.axis_{at}::varchar is not distinct from label.key_{at}" for at in axes)
    labels = ", ".join(f"unnest($keys_{place}::varchar[]) as key_{place}" for place in axes)
    found = connection.execute(
        f"{sql}, label as (select {labels}, unnest($places::bigint[]) as place)"
        " select place, days::bigint as days, ended, dense_rank() over (order by person) as person, unnamed"
        f" from scoped join label on {same} where what = '{FOLLOWED}'",
        {**parameters, **keys, "places": [number[group] for group, _ in lines]},
    ).fetchnumpy()
    stays = Stays(*(np.asarray(found[name]) for name in ("days", "ended", "person")))
    # A source without a column for it may have a person in several entries.
    unnamed = int(np.count_nonzero(found["unnamed"])) if person_sql(counting.measure, has) else len(stays)
    return StayRows(stays, np.asarray(found["place"]), groups, left_out, counted, _basis(stays, unnamed))


def _basis(stays: Stays, unnamed: int) -> IntervalBasis:
    if unnamed > UNNAMED_LIMIT * len(stays):
        return IntervalBasis.EVENTS
    return IntervalBasis.PEOPLE if stays.people == len(stays) else IntervalBasis.BY_PERSON


def _scoped(axes: Mapping[str, str], has: Has, since: dt.date | None) -> str:
    opened, closed = ENTRY.opened_on.path, ENTRY.closed_on.path
    undated = f"{closed} is null and {ENTRY.status.path} = 'closed'" if has(ENTRY.status.path) else "false"
    reasons = [
        (f"{opened} is null", NO_START),
        (f"{opened} > moment.as_of", _LATER),
        (f"{opened} < moment.as_of - {_LONGEST}", TOO_OLD),
        (f"{closed} < {opened}", REVERSED),
        (undated, NO_END),
        *([(f"{opened} < $since::date", EARLIER)] if since else []),
    ]
    what = " ".join(f"when {condition} then '{reason}'" for condition, reason in reasons)
    person = _person(has)
    divided = ", ".join(f"{sql} as axis_{place}" for place, sql in axes.items())
    return (
        f"with scoped as (select {divided}, case {what} else '{FOLLOWED}' end as what, {person} as person,"
        f" {person} like '{NOBODY}%' as unnamed, coalesce({closed} <= moment.as_of, false) as ended,"
        f" date_diff('day', {opened}, least(coalesce({closed}, moment.as_of), moment.as_of)) as days"
        " from (select $as_of::date as as_of) as moment cross join entry"
        " left join subject on subject.subject_id = entry.subject_id)"
    )


def _person(has: Has) -> str:
    """SQL for the person of an entry; one that names nobody counts as another person."""
    own = f"'{NOBODY}' || row_number() over ()"
    if not has(ENTRY.subject_id.path):
        return own
    return f"coalesce(nullif(trim({ENTRY.subject_id.path}), ''), {own})"


def _parameters(as_of: dt.date, since: dt.date | None) -> dict[str, Any]:
    return {"as_of": as_of, **({"since": since} if since else {})}
