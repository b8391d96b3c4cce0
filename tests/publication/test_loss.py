"""What one person loses by releases with noise, measured by counting registers with and without the whole person.

The published epsilon is that of a person. For each question the change of its exact counts, divided by the scale of its
noise, is what it tells of the person; together they must not tell more than was published.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import random
from pathlib import Path
from typing import Any

import pytest

from overt.gate import Admitted, Gate, adopt
from overt.publication import DraftRequest, ReleaseDocument, folder_of, snapshot_of
from overt.publication._count import opened
from overt.publication._noise import GAUSSIAN, LAPLACE, NoiseRule, exact, questions_of
from overt.publication._office import Office, office_tables_of_rules, read_office
from overt.publication._persons import PersonBound, count_persons
from overt.refusals import Refusal
from overt.register import Register, RegisterSettings
from tests.attempts import Count
from tests.gate.conftest import CHARTERS, ORIGIN, disclosure, entropy, item
from tests.often import often
from tests.publication import neighbours
from tests.publication.conftest import EARLIER, FIRST, SECOND, fill, person, release
from tests.publication.test_noise import THIRD, with_noise

SOME = pytest.mark.parametrize("registers", [often(40, 14), pytest.param(1_000, marks=pytest.mark.slow)])
Answers = dict[tuple[str, str, str], tuple[dict[str, int], float]]
SECRET = bytes(range(32))
OFFICE = Office((("2021-06-01", "admitted", "", 7),), None, SECRET)


def answers(folder: Path, since: dt.date | None, day: dt.date, rule: NoiseRule, secret: bytes = SECRET) -> Answers:
    """The exact counts behind every question of a release, and the scale of the noise that they would get."""
    with opened(folder) as connection:
        counted = count_persons(connection, day, since, PersonBound(rule.person_rows or 1, secret))
    tables = {each.topic.name: each for each in counted}
    period = (str(since) if since else None, str(day))
    return {
        (each.table, each.column, each.attribute): (
            exact(tables[each.table], tables[each.table].measures[each.column] or (), each.attribute),
            each.scale,
        )
        for each in questions_of(counted, period, rule)
    }


def loss(one: Answers, other: Answers, mechanism: str = LAPLACE) -> float:
    """What all questions together tell of what is different: epsilon, or rho with Gaussian noise."""
    assert one.keys() == other.keys()
    assert [scale for _, scale in one.values()] == [scale for _, scale in other.values()]
    changes = [(neighbours.distance(numbers, other[key][0]), scale) for key, (numbers, scale) in one.items()]
    if mechanism == LAPLACE:
        return sum(change / scale for change, scale in changes)
    # All of a change may be in one number, so that its length is at most the sum.
    return sum(change**2 / (2 * scale**2) for change, scale in changes)


@SOME
def test_a_person_loses_no_more_than_epsilon(tmp_path: Path, registers: int, attempts: Count) -> None:
    """In random registers, with each mechanism, for random bounds, in first and later releases."""
    draw = random.Random(5)
    measured, most_of_all = 0, 0.0
    for _ in range(registers):
        rows = neighbours.invented(draw, draw.randint(1, 12))
        bound = draw.choice([1, 1, 2, 5])
        mechanism = draw.choice([LAPLACE, GAUSSIAN])
        rule = NoiseRule(mechanism, 1.0, 4.0, 1e-6 if mechanism == GAUSSIAN else None, bound)
        since = draw.choice([None, dt.date(2021, draw.randint(1, 11), 15)])
        whole = neighbours.write(rows, tmp_path / "whole", OFFICE.as_bytes())
        there = answers(whole, since, neighbours.LAST, rule)
        everybody = list(neighbours.people(rows))
        for who in draw.sample(everybody, min(2, len(everybody))):
            less = neighbours.write(neighbours.without(rows, who), tmp_path / "less", OFFICE.as_bytes())
            lost = loss(there, answers(less, since, neighbours.LAST, rule), mechanism)
            assert lost <= rule.whole * (1 + 1e-9), (who, lost)
            measured, most_of_all = measured + 1, max(most_of_all, lost / rule.whole)
    assert most_of_all > 0.5
    attempts("people taken out of a register with noise", measured)


@pytest.mark.parametrize("bound", [1, 3])
def test_the_extreme_person_loses_epsilon_exactly(tmp_path: Path, bound: int, attempts: Count) -> None:
    """Somebody with 30 entries and 12 of everything in each of them: what is published is what they lose."""
    draw = random.Random(9)
    rows = neighbours.invented(draw, 6)
    neighbours.add_person(rows, draw, "extreme", [12, 12, 12, 12], 30)
    rule = NoiseRule(LAPLACE, 1.0, 4.0, None, bound)
    since = dt.date(2021, 1, 2)
    there = answers(neighbours.write(rows, tmp_path / "a", OFFICE.as_bytes()), since, neighbours.LAST, rule)
    less = neighbours.write(neighbours.without(rows, "extreme"), tmp_path / "b", OFFICE.as_bytes())
    lost = loss(there, answers(less, since, neighbours.LAST, rule))
    assert 0.6 < lost <= 1 + 1e-9
    # Somebody who was added and has all of it loses everything that there is to lose.
    for each in rows["entry"]:
        if each["subject_id"] == "extreme":
            each.update(opened_on=dt.date(2021, 3, 1), closed_on=None, status="active")
    there = answers(neighbours.write(rows, tmp_path / "a", OFFICE.as_bytes()), since, neighbours.LAST, rule)
    assert loss(there, answers(less, since, neighbours.LAST, rule)) == pytest.approx(1)
    attempts("people taken out of a register with noise", 2)


def test_who_is_left_out_does_not_depend_on_others(tmp_path: Path) -> None:
    """Of each person the same rows are counted whoever else is there, and the key decides which."""
    draw = random.Random(3)
    rows = neighbours.invented(draw, 12)
    rule = NoiseRule(LAPLACE, 1.0, 4.0, None, 1)
    day = neighbours.LAST
    alone = {}
    for who in neighbours.people(rows):
        mine: neighbours.Rows = {name: [] for name in rows}
        others = neighbours.without(rows, who)
        for name, found in rows.items():
            mine[name] = [each for each in found if each not in others[name]]
        alone[who] = answers(neighbours.write(mine, tmp_path / "one", OFFICE.as_bytes()), None, day, rule)
    whole = answers(neighbours.write(rows, tmp_path / "all", OFFICE.as_bytes()), None, day, rule)
    for key, (numbers, _) in whole.items():
        for group, number in numbers.items():
            assert number == sum(found[key][0][group] for found in alone.values()), (key, group)
    keys = [bytes([number]) * 32 for number in range(4)]
    assert len({str(answers(tmp_path / "all", None, day, rule, key)) for key in keys}) > 1


def test_exact_tables_do_not_depend_on_anybody(tmp_path: Path) -> None:
    """What stands in a release without noise is the same without any of its people."""
    draw = random.Random(4)
    rows = neighbours.invented(draw, 12)
    rows["category"] = [{"category": "age", "title": "Age", "adopted_on": dt.date(2020, 9, 3)}]
    rows["spend"] = [{"year": 2021, "purpose": "staff", "amount_pence": 700_000}]
    found = set()
    for who in (None, *neighbours.people(rows)):
        kept = rows if who is None else neighbours.without(rows, who)
        with opened(neighbours.write(kept, tmp_path / "one", OFFICE.as_bytes())) as connection:
            found.add(str(office_tables_of_rules(connection, neighbours.LAST)))
    assert len(found) == 1


# --- whole releases ---------------------------------------------------------------------------------------------------


def _extreme(register: Register, number: int, now: dt.datetime) -> None:
    """A person with many items and disclosures, admitted by the gate."""
    records = [*person(number), *(item(number, place) for place in range(2, 9))]
    records += [disclosure(number, disclosure_id=f"D{number}-{place}") for place in range(5)]
    outcomes = Gate(register).admit(records, "P1001", now)
    assert all(isinstance(each, Admitted) for each in outcomes), outcomes


def test_all_releases_together_tell_no_more_than_was_published(tmp_path: Path, attempts: Count) -> None:
    """Three days, one of them again and one corrected: the sum over everything published, for every tenth person."""
    noise = 'mechanism = "discrete_laplace"\nepsilon = 1.0\nbudget = 9.0\nperson_rows = 2\n'
    with with_noise(tmp_path / "alpha", noise) as register:
        fill(register, range(1, 31), EARLIER)
        _extreme(register, 99, EARLIER + dt.timedelta(minutes=1))
        made = [release(register, FIRST)]
        fill(register, range(31, 41), SECOND - dt.timedelta(hours=1), "2021-09-20")
        made += [release(register, SECOND), release(register, SECOND, DraftRequest(FIRST.date()))]
        made += [release(register, SECOND, DraftRequest(FIRST.date(), "0001", "ten entries were recorded late"))]
        made += [release(register, THIRD)]
        total = made[-1].noise.total if made[-1].noise else math.nan
        assert total == pytest.approx(4)
        whole = neighbours.read(snapshot_of(register, made[-1].release))
        everybody = list(neighbours.people(whole))
        chosen = [*everybody[::10], *_with_most(whole)]
        worst = max(
            sum(lost(snapshot_of(register, each.release), each, who, tmp_path) for each in made) for who in chosen
        )
        assert 0.5 * total < worst <= total * (1 + 1e-6)
        attempts("people taken out of five releases with noise", len(chosen))


def _with_most(rows: neighbours.Rows) -> list[str]:
    entries = {each["entry_id"]: each["subject_id"] for each in rows["entry"]}
    sent = [entries[each["entry_id"]] for each in rows["disclosure"]]
    return [max(set(sent), key=sent.count)]


def lost(source: Path, document: ReleaseDocument, who: str, folder: Path) -> float:
    """What one release, made from a snapshot, told of a person by its own published scales."""
    office, _ = read_office(source)
    assert document.noise is not None
    rule, day = document.noise.rule, dt.date.fromisoformat(document.day)
    since = dt.date.fromisoformat(document.since) if document.since else None
    there = answers(source, since, day, rule, office.secret)
    rows = neighbours.read(source)
    less = answers(
        neighbours.write(neighbours.without(rows, who), folder / "less", b"{}"), since, day, rule, office.secret
    )
    new = [each for each in document.noise.questions if each.taken_from is None]
    keys = {(each.table, each.column, each.attribute): each.scale for each in new}
    return sum(neighbours.distance(there[key][0], less[key][0]) / scale for key, scale in keys.items())


def test_everything_else_in_a_release_is_the_same_without_a_person(tmp_path: Path) -> None:
    """Less the noisy numbers, what follows from them, and what the ledger shows, nothing of release.json differs."""
    found = []
    for number, people in enumerate((range(1, 31), range(1, 30))):
        with with_noise(tmp_path / str(number)) as register:
            fill(register, people, EARLIER)
            found.append(_rest(release(register, FIRST)))
    assert found[0] == found[1]


def _rest(document: ReleaseDocument) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(document.as_bytes())
    for name in ("leaves", "root", "digest", "office"):
        said["made_from"].pop(name)
    for each in said["noise"]["questions"]:
        each["numbers"] = sorted(each["numbers"])
    for table in said["tables"]:
        if table["protected"]:
            for row in table["rows"]:
                row["figures"] = {column: figure["mark"] for column, figure in row["figures"].items()}
    return said


def test_digests_of_a_snapshot_cannot_be_found_by_guessing(tmp_path: Path) -> None:
    """Whoever knows every row but one, and what the office counted, cannot try what that one is."""
    digests = set()
    for number in range(2):
        with with_noise(tmp_path / str(number)) as register:
            fill(register, range(1, 4), EARLIER)
            # Another register with the same rows has another secret.
            register.entropy = random.Random(number).randbytes
            made = release(register, FIRST)
            digests |= {made.made_from.digest, made.made_from.office}
    assert len(digests) == 4


def test_tables_that_name_nobody_and_verdicts_are_not_published(tmp_path: Path) -> None:
    """Nothing bounds what one person changes in them."""
    with with_noise(tmp_path / "alpha") as register:
        fill(register, range(1, 4), EARLIER)
        made = release(register, FIRST)
        names = {each.name for each in made.tables}
        assert names == {
            "people", "sources", "reviews", "reviews-due", "disclosures", "left-out", "categories", "spend"
        }  # fmt: skip
        with pytest.raises(Refusal, match="release-findings"):
            release(register, SECOND, DraftRequest(findings=b"{}"))


def test_release_by_another_rule_is_named_as_not_covered(tmp_path: Path) -> None:
    """A number about one person holds for what was published with noise, and says what it does not hold for."""
    settings = RegisterSettings("Alpha, a replay (synthetic)", ORIGIN, clock_ahead_days=3_650)
    with Register.create(tmp_path / "alpha", settings, entropy()) as register:
        adopt(register, CHARTERS[0].read_bytes(), "P1001", dt.datetime(2020, 8, 1, tzinfo=dt.UTC))
        noise = '[publication]\nmechanism = "discrete_laplace"\nepsilon = 1.0\nbudget = 4.0\n'
        text = CHARTERS[1].read_text(encoding="utf-8").replace("[publication]\n", noise)
        adopt(register, text.encode(), "P1001", dt.datetime(2021, 7, 1, tzinfo=dt.UTC))
        rounded = release(register, EARLIER, DraftRequest(dt.date(2021, 7, 15)))
        assert rounded.noise is None
        made = release(register, FIRST)
        assert made.noise is not None
        assert made.noise.not_covered == ("0001",)
        assert "release 0001" in (folder_of(register, made.release) / "site" / "index.html").read_text()
