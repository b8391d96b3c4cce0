"""How the people listed at one release became those listed at the next.

Whoever was listed at the release before, as it was known then, stayed in their group, moved to another, was removed, or
was erased since, so that nothing more is known of them than that a number is gone. Whoever is listed now and was not
then was added by the day of opening, or again after a removal, or was there then and was recorded late.

Of whoever had several entries, of which one was erased, more is known than that: they are counted, and in another group
than the release before had them in. Where pseudonyms were put under another key, the entries say who is who.

So what the release before counted is always stayed + moved out + removed + erased, and what this one counts is stayed +
moved in + added + recorded late, in each group of each attribute, exactly.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from overt.gate import PublishedCount
from overt.model import PUBLISHED_COUNT
from overt.private import private_folder
from overt.publication._count import Connection, Key, listed, opened
from overt.publication._office import Office, closed_then
from overt.publication._safe import SafeTopic
from overt.publication._topics import PEOPLE, SEVERAL, TopicCounts
from overt.register import SNAPSHOTS_FOLDER, Register, snapshot

Counts = Mapping[Key, int]
# Of which parts each column is made.
MEASURES = {
    "listed": ("stayed", "moved in", "added", "late"),
    "added": ("added",),
    "removed": ("removed",),
    "listed before": ("stayed", "moved out", "removed", "erased"),
    "recorded late": ("late",),
    "erased": ("erased",),
}
PARTS = ("stayed", "moved in", "moved out", "added", "late", "removed", "erased")


@contextmanager
def as_known(register: Register, moment: dt.datetime, day: dt.date) -> Iterator[Connection]:
    """The register as it was known at a moment, about a day, while it is needed; less what was erased since."""
    home = register.folder / SNAPSHOTS_FOLDER
    private_folder(home)
    with tempfile.TemporaryDirectory(prefix=".bridge-", dir=home) as folder:
        place = Path(folder) / "then"
        snapshot(register, moment, place)
        with opened(place, day, closed_then(register, moment, day)) as connection:
            yield connection


def bridge(then: Connection, now: Connection, people: SafeTopic, since: dt.date, day: dt.date) -> Counts:
    """The people of both releases by part, attribute and group; `kept` is what the release before counted."""
    renamed = _renamed(then, now)
    before = {renamed.get(person, person): groups for person, groups in listed(then, since).items()}
    after, late = listed(now, day), _recorded_late(then, now, since, day)
    counts: Counter[Key] = Counter()
    for place, attribute in enumerate(dimension.name for dimension in PEOPLE.attributes):
        stood: Counter[str] = Counter()
        for person, groups in before.items():
            group, new = groups[place], after.get(person)
            stood[group] += 1
            part = "removed" if new is None else "stayed" if new[place] == group else "moved out"
            counts[part, attribute, group] += 1
        for person, groups in after.items():
            if person not in before:
                counts["late" if person in late else "added", attribute, groups[place]] += 1
            elif before[person][place] != groups[place]:
                counts["moved in", attribute, groups[place]] += 1
        _take_what_is_gone(counts, attribute, _counted_then(people, attribute), stood)
    return {key: count for key, count in counts.items() if count}


def _recorded_late(then: Connection, now: Connection, since: dt.date, day: dt.date) -> set[str | None]:
    """People with an entry that the previous release would have counted, and that was not known then."""
    known = {row[0] for row in then.execute("select entry_id from entry").fetchall()}
    entries_and_people = now.execute(_OPEN_THEN, {"day": day, "since": since}).fetchall()
    return {person for entry, person in entries_and_people if entry not in known}


_OPEN_THEN = """
    select entry_id, subject_id from entry
    where coalesce(opened_on, $since) <= $since and coalesce(closed_on > $day, coalesce(status, '') <> 'closed')
"""


def _renamed(then: Connection, now: Connection) -> dict[str | None, str | None]:
    """The earlier pseudonyms that are no longer in use, with those that all of their entries have now."""
    people = {row[0] for row in now.execute("select subject_id from subject").fetchall()}
    names = dict(now.execute("select entry_id, subject_id from entry").fetchall())
    new_names: dict[str | None, set[str | None]] = {}
    for entry, person in then.execute("select entry_id, subject_id from entry").fetchall():
        if person is not None and person not in people and entry in names:
            new_names.setdefault(person, set()).add(names[entry])
    return {person: next(iter(new)) for person, new in new_names.items() if len(new) == 1}


def _take_what_is_gone(counts: Counter[Key], attribute: str, counted: Counter[str], stood: Counter[str]) -> None:
    """Of each group, what the release before counted and is not there any more.

    A person of whom one entry of several was erased stands in another group than they were counted in. Of a role that
    is "more than one" before any other: erasing an entry changes nothing else of a person who stays.
    """
    gone = counted - stood
    for group, many in (stood - counted).items():
        for _ in range(min(many, gone.total())):
            was = SEVERAL if gone[SEVERAL] else max(gone, key=lambda group: gone[group])
            gone[was] -= 1
            part = next(part for part in ("stayed", "moved out", "removed") if counts[part, attribute, group])
            counts[part, attribute, group] -= 1
            counts["moved out" if part == "stayed" else part, attribute, was] += 1
            counts["moved in", attribute, group] += part == "stayed"
    for group, many in gone.items():
        counts["erased", attribute, group] += many


def _counted_then(people: SafeTopic, attribute: str) -> Counter[str]:
    standing = next(parts for parts in people.counted.measures.values() if parts)
    counts: Counter[str] = Counter()
    for (part, name, group), count in people.counted.counts.items():
        if name == attribute and part in standing:
            counts[group] += count
    return counts


def people_since(office: Office) -> TopicCounts | None:
    """The people as the bridge beside a snapshot has them; none where there is no bridge."""
    if not office.bridge:
        return None
    counts = {(part, name, group): n for part, name, group, n in office.bridge}
    return TopicCounts(PEOPLE, dict(MEASURES), PARTS, counts)


def standing(office: Office) -> Counter[tuple[str, str]]:
    """How many of each group stand on the day, by the bridge."""
    counts: Counter[tuple[str, str]] = Counter()
    for part, name, group, count in office.bridge:
        if part in MEASURES["listed"]:
            counts[name, group] += count
    return counts


def standing_now(connection: Connection, day: dt.date) -> Counter[tuple[str, str]]:
    """How many of each group stand on the day, counted."""
    names = [attribute.name for attribute in PEOPLE.attributes]
    return Counter(pair for groups in listed(connection, day).values() for pair in zip(names, groups, strict=True))


def bridges(release: str, people: SafeTopic, since: dt.date, day: dt.date) -> Iterator[PublishedCount]:
    """The bridge of everyone and of each group as rows that a control reads: exact, and only for the controller."""
    if "erased" not in people.counted.parts:
        return
    everybody: Counter[str] = Counter()
    groups: dict[tuple[str, str], Counter[str]] = {}
    first = people.counted.topic.attributes[0].name
    for (part, attribute, group), count in people.counted.counts.items():
        groups.setdefault((attribute, group), Counter())[part] += count
        # Who moved between groups is among everybody as before.
        everybody["stayed" if part == "moved in" else part] += count if attribute == first else 0
    del everybody["moved out"]
    for (attribute, group), parts in ((("all", "all"), everybody), *sorted(groups.items())):
        yield PublishedCount(
            f"{release} {attribute} {group}",
            f"people, {attribute}: {group}",
            since,
            day,
            {
                PUBLISHED_COUNT.opening: _sum(parts, "listed before"),
                PUBLISHED_COUNT.added: parts["added"],
                PUBLISHED_COUNT.recorded_late: parts["late"],
                PUBLISHED_COUNT.moved_in: parts["moved in"],
                PUBLISHED_COUNT.removed: parts["removed"],
                PUBLISHED_COUNT.erased: parts["erased"],
                PUBLISHED_COUNT.moved_out: parts["moved out"],
                PUBLISHED_COUNT.closing: _sum(parts, "listed"),
            },
            f"release {release}",
        )


def _sum(parts: Counter[str], column: str) -> int:
    return sum(parts[part] for part in MEASURES[column])
