"""Events are not people: intervals by person where the source says whose they are, and a warning where it does not."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from overt.disparities import Disparity, RateRow, as_csv, as_json, as_text, write_report
from overt.disparities._persons import PersonSpread
from overt.statistics import Counted, Unit, ratio_interval
from tests.disparity.conftest import Ask, population

BY = {"measure": "encounters", "by": ("ethnicity_self_group",)}
SIZES = {"White": [1] * 150 + [2] * 30 + [3] * 10 + [6] * 2, "Black": [1] * 120 + [2] * 50 + [4] * 10}


def _stops(
    sizes: dict[str, Sequence[int]], *, named: bool = True, **more: object
) -> dict[str, list[dict[str, object]]]:
    """Stops of people who have so many each."""
    rows = []
    for group, each in sizes.items():
        for person, many in enumerate(each):
            rows += [
                {
                    "encounter_id": f"{group}-{person}-{n}",
                    **({"subject_id": f"{group}-{person}"} if named else {}),
                    "ethnicity_self_group": group,
                    "occurred_on": f"2026-0{1 + (person + n) % 3}-01",
                    "no_further_action": str(person % 3 != 0).lower(),
                    **more,
                }
                for n in range(many)
            ]
    return {"encounter": rows}


def _row(found: Disparity, group: str, table: int = 0) -> RateRow:
    return next(row for row in found.tables[table].rows if row.group == group)


def _people(folder: Path) -> str:
    return population(folder / "people.csv", {"White": 8000, "Black": 2000})


def test_an_interval_by_person_is_that_of_resampling_people(ask: Ask, tmp_path: Path) -> None:
    """The log-Poisson interval with each group's dispersion, against people drawn with all their stops."""
    found = ask(_stops(SIZES), **BY, populations=(_people(tmp_path),))
    black = _row(found, "Black")
    counts = {group: np.array(sizes) for group, sizes in SIZES.items()}
    sums = {group: (sizes.sum(), (sizes**2).sum()) for group, sizes in counts.items()}
    many, squares = sums["Black"]
    assert black.dispersion == pytest.approx(squares / many - many / 2000)
    assert (black.people, str(black.basis)) == (180, "events, by person")
    random = np.random.default_rng(5)
    drawn = {g: random.poisson(1, (20_000, len(sizes))) @ sizes for g, sizes in counts.items()}
    limits = np.quantile((drawn["Black"] / 2000) / (drawn["White"] / 8000), [0.025, 0.975])
    assert (black.low, black.high) == pytest.approx(limits, rel=0.06)
    plain = ratio_interval(Counted(260, 2000), Counted(252, 8000), Unit.EVENTS)
    assert black.low < plain.low  # type: ignore[operator]
    assert black.high > plain.high  # type: ignore[operator]
    assert black.two_by_two is None
    assert any("512 encounters are of 372 people (1.38 each): intervals are by person" in each for each in found.notes)
    assert not any("not people" in each for each in found.warnings)


def test_the_dispersion_stands_with_the_interval_in_every_form(ask: Ask, tmp_path: Path) -> None:
    """Text, CSV, JSON and page, in the table and in the trend."""
    found = ask(_stops(SIZES), **BY, populations=(_people(tmp_path),), trend="month")
    assert "log-Poisson, events, by person, dispersion 1." in as_text(found)
    lines = list(csv.DictReader(io.StringIO(as_csv(found).decode())))
    assert {line["interval_of"] for line in lines} == {"events, by person"}
    assert all(line["dispersion"] for line in lines if line["low"])
    rows = [row for step in as_json(found)["trend"] for table in step["benchmarks"] for row in table["rows"]]
    assert all(row["dispersion"] for row in [*as_json(found)["rows"], *rows] if row["low"])
    write_report(found, tmp_path / "out")
    assert "events, by person, dispersion" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_without_a_person_a_warning_stands_beside_every_interval(ask: Ask, tmp_path: Path) -> None:
    """And no chi-squared is printed, which takes every stop for another person."""
    question = {**BY, "populations": (_people(tmp_path),), "trend": "month"}
    found = ask(_stops(SIZES, named=False), **question)
    assert any("these are encounters and not people" in each and "subject_id" in each for each in found.warnings)
    body = as_json(found)
    rows = [*body["rows"], *(row for step in body["trend"] for each in step["benchmarks"] for row in each["rows"])]
    assert {row["interval_of"] for row in rows} == {"events, not people"}
    assert not any("chi_squared" in row.get("two_by_two", {}) or "p_value" in row.get("two_by_two", {}) for row in rows)
    assert "odds_ratio_low" in body["rows"][1]["two_by_two"]
    intervals = [line for line in as_text(found).splitlines() if "log-" in line or "score" in line]
    assert intervals
    assert all("events, not people, 95% only if no one has several" in line for line in intervals)
    assert {row[name] for row in rows for name in ("cover", "rate_cover") if row["low"]} == {"not known"}
    assert {line["interval_of"] for line in csv.DictReader(io.StringIO(as_csv(found).decode()))} == {
        "events, not people"
    }
    write_report(found, tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert page.count("events, not people") > 6
    assert "No chi-squared test is given" in page
    assert ">Chi-squared<" not in page


def test_each_measure_of_events_says_so(ask: Ask) -> None:
    """Shares of stops, entries of a register that names nobody, and requests, of which the model says no person."""
    entries = {"entry": [{"entry_id": f"e{n}", "unit": "N" if n % 2 else "S", "score": n % 3} for n in range(60)]}
    requests = {"platform_request": [{"request_id": f"r{n}", "genre": "drill" if n % 2 else "news"} for n in range(60)]}
    asked = [
        (_stops(SIZES, named=False), "no_further_action", "ethnicity_self_group"),
        (entries, "zero_score", "unit"),
        (entries, "entries", "unit"),
        (requests, "platform_requests", "genre"),
    ]
    for tables, measure, by in asked:
        found = ask(tables, measure=measure, by=(by,))
        assert any("and not people" in each for each in found.warnings), measure
        assert not any(row.two_by_two and row.two_by_two.chi_squared for row in found.first.rows), measure


def test_where_everybody_has_one_they_are_people(ask: Ask, tmp_path: Path) -> None:
    """Nothing is lost for a source that names the people and has nobody twice."""
    found = ask(_stops({"White": [1] * 80, "Black": [1] * 40}), **BY, populations=(_people(tmp_path),))
    black = _row(found, "Black")
    assert (str(black.basis), black.dispersion) == ("people", None)
    assert black.two_by_two is not None
    plain = ratio_interval(Counted(40, 2000), Counted(80, 8000), Unit.PEOPLE)
    assert (black.low, black.high) == (plain.low, plain.high)


def test_few_people_give_no_interval_and_the_reason(ask: Ask, tmp_path: Path) -> None:
    """From 12 people nobody can tell how their number of stops varies; nor where one of them makes most of it."""
    sizes = {"White": SIZES["White"], "Black": [1] * 8 + [2] * 4, "Asian": [1] * 120 + [60]}
    people = population(tmp_path / "p.csv", {"White": 8000, "Black": 1000, "Asian": 900})
    found = ask(_stops(sizes), **BY, populations=(people,), draws=200)
    black, asian = _row(found, "Black"), _row(found, "Asian")
    assert black.relative_rate == pytest.approx((16 / 1000) / (252 / 8000))
    assert (black.low, black.rate.low, str(black.method)) == (None, None, "none")
    assert black.no_interval == "12 people are too few to tell how many encounters each has: 100 are needed"
    assert asian.no_interval.startswith("too few of the 121 people have most of the encounters")
    assert "no interval: 12 people are too few" in as_text(found)
    assert any(
        "no interval for Black, Asian" in each or "no interval for Asian, Black" in each for each in found.warnings
    )


def test_a_person_under_two_labels_of_one_group_is_one(ask: Ask, tmp_path: Path) -> None:
    """Labels are put together into groups before people are counted, and each area has its own."""
    rows = [
        {"encounter_id": f"{p}-{n}", "subject_id": f"p{p}", "ethnicity_self": label, "occurred_on": "2026-01-01"}
        for p in range(120)
        for n, label in enumerate(("W1", "W2"))
    ]
    rows += [
        {"encounter_id": f"b{p}", "subject_id": f"b{p}", "ethnicity_self": "B1", "occurred_on": "2026-01-01"}
        for p in range(120)
    ]
    found = ask({"encounter": rows}, **BY, populations=(population(tmp_path / "p.csv", {"White": 8e4, "Black": 8e3}),))
    assert _row(found, "White").people == 120
    assert _row(found, "White").dispersion == pytest.approx(2, rel=0.01)


def test_a_share_by_person_has_the_variance_of_people(ask: Ask) -> None:
    """Where all stops of a person end alike, they are worth one: the design effect against numpy."""
    found = ask(_stops(SIZES), measure="no_further_action", by=("ethnicity_self_group",))
    sizes, came = np.array(SIZES["Black"]), np.arange(180) % 3 != 0
    share = (sizes * came).sum() / sizes.sum()
    apart = (sizes * came - share * sizes) ** 2
    expected = apart.sum() * 180 / 179 / (sizes.sum() * share * (1 - share))
    black = _row(found, "Black")
    assert black.dispersion == pytest.approx(max(expected, 1))
    assert black.rate_per_1000 == pytest.approx(1000 * share)


def test_a_source_that_leaves_out_many_people_is_taken_for_events(ask: Ask) -> None:
    """Up to a twentieth each unnamed stop is taken for another person's, and said; beyond, none is by person."""
    for unnamed, basis in ((5, "events, by person"), (60, "events, not people")):
        tables = _stops(SIZES)
        for row in tables["encounter"][:unnamed]:
            row["subject_id"] = ""
        found = ask(tables, **BY)
        assert {str(row.basis) for row in found.first.rows} == {basis}
        said = [*found.notes, *found.warnings]
        assert any(f"{unnamed} name no one" in each or f"does not say whose {unnamed} of 512" in each for each in said)


@pytest.mark.parametrize("people", [(100, 400), (300, 300)])
def test_intervals_by_person_cover_what_they_say(people: tuple[int, int]) -> None:
    """1.3 stops a person, 2,000 registers: 93 to 97 % hold the truth. As if each were another person's, 88 % did."""
    random, held, before = np.random.default_rng(13), [], []
    for _ in range(2000):
        pair, plain = [], []
        for many in people:
            sizes = random.geometric(1 / 1.3, random.poisson(many)).astype(float)
            spread = PersonSpread(len(sizes), sizes.sum(), (sizes**2).sum(), (sizes**4).sum(), 0, 0, 0, 0, 0)
            pair.append(Counted(sizes.sum(), many * 1e4, spread.dispersion(many * 1e4)))
            plain.append(Counted(sizes.sum(), many * 1e4))
        for found, kept in ((pair, held), (plain, before)):
            limits = ratio_interval(found[0], found[1], Unit.EVENTS)
            kept.append((limits.low or 0) <= 1 <= (limits.high or 9))
    assert 0.93 <= np.mean(held) <= 0.97
    assert np.mean(before) < 0.9


def test_entries_of_a_register_are_by_person_too(ask: Ask) -> None:
    """Two entries of one person are no two people: the subject of the entry says so, and years at risk are no less."""
    subjects = [{"subject_id": f"s{n}", "sex": "male" if n % 2 else "female"} for n in range(1200)]
    entries = [
        {
            "entry_id": f"e{n}-{each}",
            "subject_id": f"s{n}",
            "status": "closed" if n % 5 == 0 else "active",
            "opened_on": "2025-01-01",
            "closed_on": "2026-01-01" if n % 5 == 0 else "",
            "score": 0 if n % 3 == 0 else 5,
        }
        for n in range(1200)
        for each in range(1 + n % 2)
    ]
    register = {"subject": subjects, "entry": entries}
    male = _row(ask(register, measure="zero_score", by=("sex",)), "male")
    assert (str(male.basis), male.people) == ("events, by person", 480)
    assert male.dispersion == pytest.approx(2, rel=0.05)
    closed = _row(ask(register, measure="time_to_removal", by=("sex",)), "male")
    assert closed.dispersion == pytest.approx(2, rel=0.3)
    listed = _row(ask(register, measure="listed", by=("sex",)), "male")
    assert (str(listed.basis), listed.people) == ("people", None)
