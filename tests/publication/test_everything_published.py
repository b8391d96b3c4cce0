"""A stranger who holds everything that one register ever published recovers nothing between 1 and the threshold.

Releases on three days, rounded, with the gate's table; publishable audits of the register and of a snapshot of it. What
audits say on each of these days is known with the releases: their verdicts.
"""

from __future__ import annotations

import datetime as dt
import json
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from overt.audits import Request, SourceOptions, audit
from overt.gate import Admitted, Gate, Proposed
from overt.publication import DraftRequest, folder_of, snapshot_of
from overt.refusals import Refusal
from overt.register import Register
from tests.attempts import Count
from tests.audit.conftest import Silent
from tests.gate.conftest import disclosure, entry, item, open_register, subject
from tests.publication.conftest import FIRST, SECOND, release
from tests.publication.stranger import Stranger, part_of_release, read_people, read_table

VALUES = 7
DAYS = (FIRST, SECOND, dt.datetime(2022, 3, 2, 9, 0, tzinfo=dt.UTC))
# How the published groups are named, by what is recorded.
SEXES = {"male": "male", "female": "female", None: "not recorded"}
# A record for the person, one for the entry, and two items: as the charter has it.
RECORDS = 4


@dataclass(frozen=True)
class Person:
    """What is recorded of somebody invented, and at which release they were first listed."""

    number: int
    sex: str | None
    role: str
    time: int


def admit(register: Register, draw: random.Random, time: int, first: int) -> list[Person]:
    """New people before a release; a few are women, a few are witnesses, and of a few the sex is not recorded."""
    rare = draw.choice((0.02, 0.1, 0.3))
    unknown = draw.choice((0.0, 0.0, 0.1))
    made = []
    for number in range(first, first + draw.choice((draw.randint(1, 9), draw.randint(10, 40)))):
        sex = None if draw.random() < unknown else "female" if draw.random() < rare else "male"
        role = draw.choice(("witness", "victim")) if draw.random() < rare else "suspect"
        made.append(Person(number, sex, role, time))
    now = DAYS[time] - dt.timedelta(hours=1)
    records = [record for each in made for record in _records(each, (now - dt.timedelta(days=1)).date())]
    outcomes = Gate(register).admit(records, "P1001", now)
    assert [each for each in outcomes if not isinstance(each, Admitted)] == []
    Gate(register).admit([disclosure(each.number) for each in made if draw.random() < 0.2], "P1001", now)
    return made


def _records(person: Person, opened_on: dt.date) -> list[Proposed]:
    dates = {"opened_on": opened_on, "review_due_on": opened_on + dt.timedelta(days=60)}
    dates["delete_due_on"] = opened_on + dt.timedelta(days=700)
    listed = entry(person.number, role=person.role, **{name: str(day) for name, day in dates.items()})
    return [subject(person.number, sex=person.sex), listed, item(person.number, 0), item(person.number, 1)]


def release_of(register: Register, time: int) -> Mapping[str, bytes]:
    """The published site; where nothing makes all of it safe, with less in it."""
    for without in ((), ("people/added", "people/removed"), ("people/added", "people/removed", "disclosures")):
        try:
            made = release(register, DAYS[time], DraftRequest(without=without))
        except Refusal as refusal:
            assert refusal.code == "release-unsafe"
        else:
            site = folder_of(register, made.release) / "site"
            return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()}
    raise AssertionError("no release is safe")


def _audits(register: Register, time: int, folder: Path) -> None:
    """Publishable audits of what Overt keeps hold verdicts and no count."""
    newest = max(each.name for each in (register.folder / "releases").iterdir())
    for number, place in enumerate((register.folder, snapshot_of(register, newest))):
        out = folder / f"audit-{time}-{number}"
        audit(Request(SourceOptions(str(place)), ("core",), DAYS[time].date(), out=out, publishable=True), Silent())
        document = json.loads((out / "findings.json").read_bytes())
        assert document["findings"]
        for finding in document["findings"]:
            for name in ("examined", "breached", "unknown"):
                # A control of which no row is in scope has the verdict that says so.
                assert finding[name] is None or finding[name] == 0, (finding["control"], name)
            assert not finding["by_month"]
            assert not finding["by_unit"]
        assert all(value is None for value in document["run"]["rows"].values())


def _learned(stranger: Stranger, sites: list[Mapping[str, bytes]], people: list[Person]) -> tuple[list[str], int]:
    """What is recovered of the people, and how many small numbers there were."""
    asking = stranger.solver()
    found, tried = [], 0
    for time in range(len(sites)):
        counts: Counter[tuple[str, str, str]] = Counter()
        for each in people:
            if each.time <= time:
                part = "added" if each.time == time else "stayed"
                counts[part, "sex", SEXES[each.sex]] += 1
                counts[part, "role", each.role] += 1
        for (part, attribute, group), count in counts.items():
            standing = [part_of_release(time, one, attribute, group) for one in ("stayed", "added")]
            small = [([part_of_release(time, part, attribute, group)], count)]
            small.append((standing, counts["stayed", attribute, group] + counts["added", attribute, group]))
            for parts, number in small:
                if 1 <= number <= VALUES:
                    tried += 1
                    if asking.learn(parts).tells(VALUES):
                        found.append(f"{time}: {parts} is {number}")
    return found, tried


def _verdicts(stranger: Stranger, time: int, people: list[Person]) -> None:
    """Whether anybody's sex or role is not recorded is the verdict of a control, met or breached."""
    for attribute, some in (("sex", any(each.sex is None for each in people)), ("role", False)):
        parts = [part_of_release(time, part, attribute, "not recorded") for part in ("stayed", "added")]
        stranger.told(parts, *((1, float("inf")) if some else (0, 0)))


def _gate(stranger: Stranger, site: Mapping[str, bytes], time: int) -> None:
    """Records admitted in the period: four at least for everybody who was added."""
    figures = read_table(site, "gate")
    outcomes = [group for attribute, group, _ in figures if attribute == "outcome"]
    for group in outcomes:
        stranger.figure([f"gate/{time}/{group}"], figures["outcome", group, "records"], 80, 50)
    stranger.figure([f"gate/{time}/{group}" for group in outcomes], figures["all", "all", "records"], 80, 50)
    row = {f"gate/{time}/admitted": 1}
    row |= {part_of_release(time, "added", "sex", group): -RECORDS for group in SEXES.values()}
    stranger.rows.append((row, 0, float("inf")))


def _recovered(seed: int, folder: Path, *, audited: bool = True) -> tuple[list[str], int]:
    """What is recovered of one register, and how many small numbers it had. The verdicts of its audits are told to the
    stranger in any case; `audited` makes the audits themselves, and sees that they hold nothing else.
    """
    draw, people, sites, stranger = random.Random(seed), [], [], Stranger()
    with open_register(folder / "alpha") as register:
        for time in range(len(DAYS)):
            people += admit(register, draw, time, 1 + len(people))
            sites.append(release_of(register, time))
            _verdicts(stranger, time, people)
            _gate(stranger, sites[-1], time)
        if audited:
            _audits(register, len(DAYS) - 1, folder)
    read_people(stranger, sites)
    return _learned(stranger, sites, people)


def test_stranger_recovers_nothing_of_all_that_a_register_published(tmp_path: Path, attempts: Count) -> None:
    """One register on three days."""
    found, tried = _recovered(1, tmp_path)
    attempts("small numbers of a register's releases and audits asked for by integer programming", tried)
    assert found == []
    assert tried > 0


@pytest.mark.slow
@pytest.mark.parametrize("block", range(100))
def test_stranger_recovers_nothing_of_all_that_a_thousand_registers_published(
    block: int, tmp_path: Path, attempts: Count
) -> None:
    """Ten registers at a time; the first of them is audited too."""
    for seed in range(100 + 10 * block, 110 + 10 * block):
        found, tried = _recovered(seed, tmp_path / str(seed), audited=seed % 10 == 0)
        attempts("whole registers read by the stranger", 1)
        attempts("small numbers of a register's releases and audits asked for by integer programming", tried)
        assert found == [], seed


def _leaves(site: Mapping[str, bytes]) -> int:
    return int(json.loads(site["release.json"])["made_from"]["leaves"])


@pytest.mark.slow
def test_the_size_of_the_ledger_gives_nobody_away(tmp_path: Path) -> None:
    """The stranger keeps a register without anybody, and sees how much of the ledger's growth is not people."""
    draw, people, sites, stranger = random.Random(2), [], [], Stranger()
    with open_register(tmp_path / "alpha") as register, open_register(tmp_path / "own") as own:
        alone = [release_of(own, time) for time in range(len(DAYS))]
        for time in range(len(DAYS)):
            people += admit(register, draw, time, 1 + len(people))
            sites.append(release_of(register, time))
            _verdicts(stranger, time, people)
            _gate(stranger, sites[-1], time)
    for time in range(1, len(DAYS)):
        entered = _leaves(sites[time]) - _leaves(sites[time - 1]) - _leaves(alone[time]) + _leaves(alone[time - 1])
        row = {part_of_release(time, "added", "sex", group): RECORDS for group in SEXES.values()}
        stranger.rows.append((row, 0, entered))
    read_people(stranger, sites)
    assert _learned(stranger, sites, people)[0] == []
