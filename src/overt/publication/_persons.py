"""Counts for releases with noise, in which one person changes each table by a known number of rows and no more.

1.  Only rows that the register ties to a person are counted, and of one person in one table at most so many as the
    charter says. Which ones does not depend on anyone else: those whose keyed hashes are the lowest.
2.  The key is a secret of the snapshot, so that nobody can choose numbers by which rows are counted, and whoever holds
    the snapshot can count again.
3.  How many people had more rows is a count of people too, and gets noise like all others.

Not counted are authorities, requests to platforms and requests by people: the register does not say whose they are, so
that nothing bounds how many one person's are.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from overt.publication._count import DUE_ROWS, NEVER, Connection, people
from overt.publication._topics import LEFT_OUT, NOT_RECORDED, ROWS_OF_A_PERSON, TOPICS, Topic, TopicCounts

# Each row with its number, its person, the day that counts, and the attributes of its topic by their names.
_ROWS = {
    "sources": """
        select item_id as row_id, subject_id, coalesce(collected_on, item.recorded_at::date) as on_day,
               visibility, origin
        from item join entry using (entry_id)""",
    "reviews": """
        select review_id as row_id, subject_id, coalesce(done_at, review.recorded_at)::date as on_day, outcome
        from review join entry using (entry_id)""",
    "reviews-due": DUE_ROWS,
    "disclosures": """
        select disclosure_id as row_id, subject_id, coalesce(sent_at, disclosure.recorded_at)::date as on_day,
               recipient_kind as recipient
        from disclosure join entry using (entry_id)""",
}


@dataclass(frozen=True)
class PersonBound:
    """How many rows of one person a table counts at most, and the key by which they are chosen."""

    rows: int
    key: bytes


def count_persons(
    connection: Connection, day: dt.date, since: dt.date | None, bound: PersonBound, without: Collection[str] = ()
) -> list[TopicCounts]:
    """Every table of a release with noise, counted exactly, less what is left out."""
    whole = [people(connection, day, since, named=True)]
    whole += [_chosen(connection, TOPICS[name], (since, day), bound) for name in ROWS_OF_A_PERSON]
    whole.append(_left_out(connection, (since, day), bound))
    parts = (topic.without(without) for topic in whole)
    return [topic for topic in parts if topic is not None]


def _ranked(topic: Topic) -> str:
    """The rows of a topic on a day or in a period, each with its place among those of its person."""
    inside = "on_day > $since and on_day <= $day" if topic.flow else "$since <= $day"
    return f"""
        select *, row_number() over (
            partition by subject_id order by sha256(concat_ws(chr(31), $key, '{topic.name}', row_id)), row_id
        ) as place
        from ({_ROWS[topic.name]}) where subject_id is not null and {inside}
    """


def _parameters(period: tuple[dt.date | None, dt.date], bound: PersonBound) -> dict[str, object]:
    since, day = period
    return {"since": since or NEVER, "day": day, "key": bound.key.hex(), "most": bound.rows}


def _chosen(
    connection: Connection, topic: Topic, period: tuple[dt.date | None, dt.date], bound: PersonBound
) -> TopicCounts:
    names = [attribute.name for attribute in topic.attributes]
    sql = f"select {', '.join(names)}, count(*) from ({_ranked(topic)}) where place <= $most group by all"
    part = str(period[1])
    counts: Counter[tuple[str, str, str]] = Counter()
    for *groups, count in connection.execute(sql, _parameters(period, bound)).fetchall():
        for name, group in zip(names, groups, strict=True):
            counts[part, name, group or NOT_RECORDED] += count
    return TopicCounts(topic, {topic.unit: (part,)}, (part,), dict(counts))


def _left_out(connection: Connection, period: tuple[dt.date | None, dt.date], bound: PersonBound) -> TopicCounts:
    """The people of whom some table has more rows than are counted, by how many were left out in all."""
    more = " union all ".join(
        f"select subject_id, count(*) as many from ({_ranked(TOPICS[name])}) where place > $most group by 1"
        for name in ROWS_OF_A_PERSON
    )
    sql = f"""
        select case when many = 1 then '1' when many <= 5 then '2 to 5' else '6 and over' end, count(*)
        from (select sum(many) as many from ({more}) group by subject_id) group by 1
    """
    part, attribute = str(period[1]), LEFT_OUT.attributes[0].name
    numbers = connection.execute(sql, _parameters(period, bound)).fetchall()
    counts = {(part, attribute, str(group)): int(count) for group, count in numbers}
    return TopicCounts(LEFT_OUT, {LEFT_OUT.unit: (part,)}, (part,), counts)
