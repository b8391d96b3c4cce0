"""Counts the topics of the public record from a snapshot, and from nothing else.

A day `since` begins the period, exclusive, and `day` ends it, inclusive. What happened is counted apart for
each stretch between the days of earlier releases, so that what those give away can be reckoned.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from overt.ages import age_in_duckdb
from overt.model import DUCKDB_TYPES, SUBJECT, TABLES
from overt.publication import _topics as topics
from overt.publication._topics import ALL, NOT_RECORDED, SEVERAL, Topic, TopicCounts

Connection = duckdb.DuckDBPyConnection
Key = tuple[str, str, str]


@contextmanager
def opened(snapshot: Path, day: dt.date | None = None, closed_then: Sequence[str] = ()) -> Iterator[Connection]:
    """The tables of a snapshot; one without a file has no rows.

    Entries that were closed on the day and opened again later are as they were on the day: `closed_then` names them.
    """
    with duckdb.connect() as connection:
        for name, table in TABLES.items():
            path = snapshot / f"{name}.parquet"
            if path.is_file():
                columns = "*"
                source = f"read_parquet('{_quoted(path)}')"
            else:
                columns = ", ".join(f"null::{DUCKDB_TYPES[column.kind]} as {column.name}" for column in table.columns)
                source = "range(0)"
            if name == "entry" and closed_then and path.is_file():
                connection.execute("create table closed_then (entry_id varchar)")
                connection.executemany("insert into closed_then values (?)", [[entry_id] for entry_id in closed_then])
                again = "entry_id in (select entry_id from closed_then)"
                columns = (
                    f"* replace (case when {again} then 'closed' else status end as status, "
                    f"case when {again} then date '{day}' else closed_on end as closed_on)"
                )
            connection.execute(f'create view "{name}" as select {columns} from {source}')
        yield connection


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def count_topics(
    connection: Connection,
    day: dt.date,
    since: dt.date | None,
    cuts: Iterable[dt.date] = (),
    people_since: TopicCounts | None = None,
) -> tuple[TopicCounts, ...]:
    """Every topic counted; `cuts` are days of earlier releases that may lie inside the period.

    `people_since` are the people as the bridge from the release before has them, where there is one.
    """
    inside = sorted({cut for cut in cuts if cut < day and (since is None or cut > since)})
    edges = [since, *inside, day]
    flows = (_flow(connection, topic, edges) for topic in topics.TOPICS.values() if topic.flow)
    counted = {
        topic_counted.topic.name: topic_counted
        for topic_counted in (*flows, people_since or people(connection, day, since), _due(connection, day))
    }
    return tuple(counted[name] for name in topics.TOPICS)


# --- people ---------------------------------------------------------------------------------------------------------

_LISTING = """
listing as (
    select subject_id, role, coalesce(opened_on, date '0001-01-01') as starts_on,
           case when closed_on is not null then closed_on
                when status = 'closed' then date '0001-01-01' else date '9999-12-31' end as ends_on
    from entry where subject_id is not null or not $named
)"""
_GROUPS = f"""
       case len(roles) when 0 then '{NOT_RECORDED}' when 1 then roles[1] else '{SEVERAL}' end as role,
       coalesce(case when birth_date is null then age_recorded
                     else {age_in_duckdb(SUBJECT.birth_date, "at_day")} end, -1) as age,
       coalesce(sex, '{NOT_RECORDED}') as sex,
       case ethnicity_self[1] when 'W' then 'White' when 'M' then 'Mixed' when 'A' then 'Asian' when 'B' then 'Black'
                              when 'O' then 'Other' else '{NOT_RECORDED}' end as ethnicity,
       coalesce(ethnicity_observed, '{NOT_RECORDED}') as observed"""
_PEOPLE = f"""
with {_LISTING},
listed as (
    select subject_id,
           bool_or(starts_on <= $day and ends_on > $day) as is_now,
           bool_or(starts_on <= $since and ends_on > $since) as was_then,
           list_distinct(list(role) filter (starts_on <= $day and ends_on > $day)) as roles_now,
           list_distinct(list(role) filter (starts_on <= $since and ends_on > $since)) as roles_then
    from listing group by subject_id
),
person as (
    select case when is_now and was_then then 'stayed' when is_now then 'added' else 'removed' end as part,
           case when is_now then roles_now else roles_then end as roles,
           case when is_now then $day else $since end as at_day, subject.*
    from listed left join subject using (subject_id)
    where is_now or was_then
)
select part, {_GROUPS}, count(*)
from person group by all
"""
_LISTED = f"""
with {_LISTING},
person as (
    select listing.subject_id as person, list_distinct(list(role)) as roles, $day as at_day
    from listing where starts_on <= $day and ends_on > $day group by 1
)
select person, {_GROUPS} from person left join subject on subject.subject_id = person.person
"""
# If there was no earlier release, no one was listed then.
NEVER = dt.date(1, 1, 1)
_MOST_OF_AGE = ((16, 0), (18, 1), (25, 2), (35, 3))


def people(connection: Connection, day: dt.date, since: dt.date | None, *, named: bool = False) -> TopicCounts:
    """The people listed on a day, and who came and went since another; `named` leaves out entries that name no one."""
    rows = connection.execute(_PEOPLE, {"day": day, "since": since or NEVER, "named": named}).fetchall()
    counts: Counter[Key] = Counter()
    for part, role, age, sex, ethnicity, observed, count in rows:
        groups = (role, _age_group(age), sex, ethnicity, observed)
        for attribute, group in zip(topics.PEOPLE.attributes, groups, strict=True):
            counts[part, attribute.name, group] += count
    measures: dict[str, tuple[str, ...] | None] = {
        "listed": ("stayed", "added"),
        "added": ("added",) if since else None,
        "removed": ("removed",) if since else None,
        **({} if named else dict.fromkeys(topics.BRIDGE_OF_PEOPLE)),
    }
    return _counted(topics.PEOPLE, measures, ("stayed", "added", "removed"), counts)


def listed(connection: Connection, day: dt.date) -> dict[str | None, tuple[str, ...]]:
    """Everyone listed on a day, with their group of each attribute. Entries that name no one are one person."""
    rows = connection.execute(_LISTED, {"day": day, "named": False}).fetchall()
    return {person: (role, _age_group(age), *others) for person, role, age, *others in rows}


def _age_group(age: int) -> str:
    if age < 0:
        return NOT_RECORDED
    return next((topics.AGES[place] for most, place in _MOST_OF_AGE if age < most), topics.AGES[-1])


# --- what is due ----------------------------------------------------------------------------------------------------

DUE_ROWS = f"""
select case when review_due_on is null then '{NOT_RECORDED}' when review_due_on < $day then 'overdue'
            when review_due_on <= $day + 90 then 'within 90 days' else 'later' end as due,
       entry_id as row_id, subject_id, cast(null as date) as on_day
from entry
where coalesce(opened_on, $day) <= $day
  and case when closed_on is not null then closed_on > $day else coalesce(status, '') <> 'closed' end
"""
_DUE = f"select due, count(*) from ({DUE_ROWS}) group by 1"


def _due(connection: Connection, day: dt.date) -> TopicCounts:
    counts = {("now", "due", group): count for group, count in connection.execute(_DUE, {"day": day}).fetchall()}
    return _counted(topics.DUE, {"entries": ("now",)}, ("now",), counts)


# --- what happened --------------------------------------------------------------------------------------------------

# The day that counts, then one column for each attribute of the topic.
_FLOWS = {
    "sources": "select coalesce(collected_on, recorded_at::date), visibility, origin, count(*) from item group by all",
    "authorities": "select coalesce(granted_on, recorded_at::date), kind, count(*) from authority group by all",
    "reviews": "select coalesce(done_at, recorded_at)::date, outcome, count(*) from review group by all",
    "disclosures": "select coalesce(sent_at, recorded_at)::date, recipient_kind, count(*) from disclosure group by all",
    "platform-requests": "select coalesce(sent_on, recorded_at::date), outcome, genre, count(*) "
    "from platform_request group by all",
    "requests": """
        select coalesce(received_on, recorded_at::date), kind,
               case when answered_on is null or answered_on > $day then 'not yet answered' else outcome end,
               case when due_on is null then null
                    when answered_on <= $day and answered_on <= due_on then 'in time'
                    when answered_on <= $day then 'late'
                    when due_on >= $day then 'open and in time' else 'open and late' end,
               count(*)
        from request where kind is distinct from 'information' group by all""",
}


def _flow(connection: Connection, topic: Topic, edges: Sequence[dt.date | None]) -> TopicCounts:
    """Counts what happened in each stretch between two edges; a part is named by the last day of its stretch."""
    sql, day = _FLOWS[topic.name], edges[-1]
    rows: list[tuple[Any, ...]] = connection.execute(sql, {"day": day} if "$day" in sql else {}).fetchall()
    counts: Counter[Key] = Counter()
    for happened, *groups, count in rows:
        part = _stretch(happened, edges)
        if part is not None:
            for attribute, group in zip(topic.attributes, groups, strict=True):
                counts[part, attribute.name, group or NOT_RECORDED] += count
    parts = tuple(str(edge) for edge in edges[1:])
    counted = _counted(topic, {topic.unit: parts}, parts, counts)
    return replace(counted, largest=_largest(connection, topic, edges[0], edges[-1]))


# One row for each thing that can be one of several of one person: when, of whom, and its attributes.
_OF_WHOM = {
    "sources": """select coalesce(collected_on, item.recorded_at::date) as on_day,
        coalesce(subject_id, entry_id, item_id) as person, visibility, origin
        from item left join entry using (entry_id)""",
    "reviews": """select coalesce(done_at, review.recorded_at)::date as on_day,
        coalesce(subject_id, entry_id, review_id) as person, outcome
        from review left join entry using (entry_id)""",
    "disclosures": """select coalesce(sent_at, disclosure.recorded_at)::date as on_day,
        coalesce(subject_id, entry_id, disclosure_id) as person, recipient_kind as recipient
        from disclosure left join entry using (entry_id)""",
}
_TWO = 2


def _largest(
    connection: Connection, topic: Topic, since: dt.date | None, day: dt.date | None
) -> dict[tuple[str, str], tuple[int, int]]:
    """How many of each group the two people with most have, and how many there are."""
    if topic.name not in _OF_WHOM:
        return {}
    largest: dict[tuple[str, str], tuple[int, int]] = {}
    for attribute, column in ((ALL, f"'{ALL}'"), *((dimension.name, dimension.name) for dimension in topic.attributes)):
        sql = f"""
            with counted as (
                select coalesce({column}, '{NOT_RECORDED}') as grp, person, count(*) as n
                from ({_OF_WHOM[topic.name]}) where on_day > $since and on_day <= $day group by all
            ),
            ranked as (select grp, n, row_number() over (partition by grp order by n desc) as place from counted)
            select grp, sum(n) filter (place <= {_TWO}), sum(n) from ranked group by grp
        """
        rows = connection.execute(sql, {"since": since or dt.date.min, "day": day}).fetchall()
        largest |= {(attribute, str(group)): (int(two), int(everything)) for group, two, everything in rows}
    return largest


def _stretch(happened: dt.date | None, edges: Sequence[dt.date | None]) -> str | None:
    first = edges[0]
    if happened is None or (first is not None and happened <= first):
        return None
    return next((str(edge) for edge in edges[1:] if edge is not None and happened <= edge), None)


def _counted(
    topic: Topic, measures: dict[str, tuple[str, ...] | None], parts: tuple[str, ...], counts: dict[Key, int]
) -> TopicCounts:
    # What is "not asked" never depends on what was counted: that nobody's sex is written down is a figure as well.
    return TopicCounts(topic, measures, parts, dict(counts))
