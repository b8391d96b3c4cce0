"""The attacker against real tables: people who come, go and grow older, and events counted over crossing periods."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter

import pytest

from overt.publication import Rule
from overt.publication._safe import SafeTopic, make_safe
from overt.publication._topics import AGES, DISCLOSURES, PEOPLE, PLATFORMS, TopicCounts
from overt.refusals import Refusal
from tests.publication.attacker import Attacker

Person = tuple[str, str, str, str, str]
DAY = dt.date(2021, 1, 1)
RULE = Rule()


def _person(source: random.Random) -> Person:
    """An invented person: some groups are rare, as they are in a register."""
    return (
        source.choice(["suspect"] * 12 + ["associate"] * 4 + ["victim", "witness"]),
        source.choice([*AGES, "18 to 24", "18 to 24", "not recorded"]),
        source.choice(["male"] * 12 + ["female"]),
        source.choice(["Black"] * 6 + ["White"] * 4 + ["Asian", "Mixed", "not recorded"]),
        source.choice(["IC1"] * 4 + ["IC3"] * 6 + ["IC4", "not recorded"]),
    )


def _people(source: random.Random, many: int) -> list[SafeTopic]:
    """Releases of a register whose people change from one to the next."""
    listed = [_person(source) for _ in range(source.randint(20, 90))]
    kept: list[SafeTopic] = []
    for time in range(many):
        added: list[Person] = listed
        removed: list[Person] = []
        stayed: list[Person] = []
        if time:
            going = {place for place in range(len(listed)) if source.random() < 0.1}
            removed = [each for place, each in enumerate(listed) if place in going]
            stayed = [each for place, each in enumerate(listed) if place not in going]
            added = [_person(source) for _ in range(source.randint(0, 12))]
            # One in ten is a band older than at the release before.
            stayed = [
                (each[0], AGES[-1] if source.random() < 0.1 else each[1], each[2], each[3], each[4]) for each in stayed
            ]
        listed = [*stayed, *added]
        counts: Counter[tuple[str, str, str]] = Counter()
        for part, people in (("stayed", stayed), ("added", added), ("removed", removed)):
            for person in people:
                for attribute, group in zip(PEOPLE.attributes, person, strict=True):
                    counts[part, attribute.name, group] += 1
        measures: dict[str, tuple[str, ...] | None] = {
            "listed": ("stayed", "added"),
            "added": ("added",) if time else None,
            "removed": ("removed",) if time else None,
        }
        counted = TopicCounts(PEOPLE, measures, ("stayed", "added", "removed"), dict(counts))
        since = DAY + dt.timedelta(days=90 * (time - 1)) if time else None
        period = (since, DAY + dt.timedelta(days=90 * time))
        kept.append(_published(counted, f"{time:04}", period, kept))
    return kept


def _published(
    counted: TopicCounts, release: str, period: tuple[dt.date | None, dt.date], kept: list[SafeTopic]
) -> SafeTopic:
    """The release; where nothing makes all of it safe, without who was added and removed."""
    try:
        return make_safe(counted, release, period, kept, RULE)
    except Refusal as refusal:
        assert refusal.code == "release-unsafe"
        less = counted.without(["people/added", "people/removed"])
        assert less is not None
        return make_safe(less, release, period, kept, RULE)


def _events(source: random.Random, many: int) -> list[SafeTopic]:
    """Releases about days in any order, whose periods lie inside one another or cross; each event has one day."""
    kinds = ["police"] * 8 + ["council"] * 4 + ["school", "health"]
    events = [(source.randint(1, 100), source.choice(kinds)) for _ in range(source.randint(20, 120))]
    kept: list[SafeTopic] = []
    for time in range(many):
        ends = source.randint(20, 100)
        begins = source.choice([None, source.randint(1, ends - 1)])
        edges = {edge for each in kept for edge in (each.since, each.day) if edge}
        numbers = {(edge - DAY).days for edge in edges}
        inside = sorted(edge for edge in numbers if (begins or 0) < edge < ends)
        cuts = [*inside, ends]
        counts: Counter[tuple[str, str, str]] = Counter()
        for on, kind in events:
            if (begins or 0) < on <= ends:
                part = str(_day(next(cut for cut in cuts if on <= cut)))
                counts[part, "recipient", kind] += 1
        parts = tuple(str(_day(cut)) for cut in cuts)
        counted = TopicCounts(DISCLOSURES, {"disclosures": parts}, parts, dict(counts))
        period = (_day(begins) if begins is not None else None, _day(ends))
        kept.append(make_safe(counted, f"{time:04}", period, kept, RULE))
    return kept


def _day(number: int) -> dt.date:
    return DAY + dt.timedelta(days=number)


def _given_away(kept: list[SafeTopic]) -> list[str]:
    """The small counts of any group in any part of which fewer values are left than a mark leaves."""
    attacker = Attacker([each.safe for each in kept])
    found = []
    for each in kept:
        for atom, count in each.safe.counts.items():
            if RULE.is_small(count) and attacker.learn({atom}).tells(RULE.safe_threshold - 1):
                found.append(atom)
        for cell in each.safe.cells:
            if RULE.is_small(cell.count) and attacker.learn(cell.cell.atoms).tells(RULE.safe_threshold - 1):
                found.append(f"{each.release} {cell.cell.name}")
    return found


@pytest.mark.parametrize("seed", range(6))
def test_people_are_not_given_away_by_three_releases(seed: int) -> None:
    """Listed, added and removed, by five attributes, laid over one another."""
    assert _given_away(_people(random.Random(seed), 3)) == []


@pytest.mark.parametrize("seed", range(12))
def test_events_are_not_given_away_by_crossing_periods(seed: int) -> None:
    """A period less another period is a period that nobody published."""
    assert _given_away(_events(random.Random(seed), 4)) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 160))
def test_people_are_not_given_away_by_six_releases(seed: int) -> None:
    """The same, longer."""
    assert _given_away(_people(random.Random(seed), 6)) == []


def test_what_was_recorded_late_breaks_no_release() -> None:
    """A later release that counts more for the same period is tied to the earlier one by what came late."""
    kept: list[SafeTopic] = []
    for release, count in (("0001", 20), ("0002", 23), ("0003", 18)):
        part = str(DAY)
        counts = {(part, "outcome", "removed"): count, (part, "genre", "drill"): count}
        counted = TopicCounts(PLATFORMS, {"requests": (part,)}, (part,), counts)
        kept.append(make_safe(counted, release, (None, DAY), kept, RULE))
    assert _given_away(kept) == []
