"""Populations: read strictly, met with the count by one rule, and never silently."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from overt.disparities import CodeList, Disparity
from overt.refusals import Refusal
from tests.disparity.conftest import Ask, population, write_table

STOPS = {
    "encounter": [
        {"encounter_id": f"c{n}", "ethnicity_self": code, "unit": unit, "sex": "male"}
        for n, (code, unit) in enumerate(
            [("W1", "North"), ("W3", "South"), ("B1", "North"), ("A4", "South"), ("NS", "North")]
        )
    ]
}


def _rows(found: Disparity) -> dict[str, tuple[int, float | None]]:
    return {row.group: (row.count, row.population) for row in found.first.rows}


def _file(path: Path, lines: list[tuple[object, ...]]) -> str:
    names = ("population_id", "area", "year", "attribute", "grp", "count")
    return str(write_table(path, [dict(zip(names, line, strict=True)) for line in lines]))


def _ask(ask: Ask, by: str = "ethnicity_self_group", **more: Any) -> Disparity:
    return ask(STOPS, measure="encounters", by=tuple(by.split(",")), **more)


def test_codes_and_words_of_a_population_meet_the_groups_of_the_count(ask: Ask, tmp_path: Path) -> None:
    """18+1 codes are put together as the count's are."""
    people = population(tmp_path / "p.csv", {"W1": 900, "W3": 100, "B1": 60, "B2": 40, "Asian": 50, "NS": 7})
    found = _ask(ask, populations=(people,))
    assert _rows(found) == {"White": (2, 1000), "Asian": (1, 50), "Black": (1, 100)}
    assert any("not in a group: NS" in note for note in found.first.notes)


def test_a_withheld_number_is_unknown_and_no_zero(ask: Ask, tmp_path: Path) -> None:
    """ "!" and "*" mark it; the sum it is in is not known either."""
    people = population(tmp_path / "p.csv", {"White": 1000, "B1": "!", "B2": 40, "Asian": "*"})
    found = _ask(ask, populations=(people,))
    assert _rows(found) == {"White": (2, 1000), "Asian": (1, None), "Black": (1, None)}
    assert any("2 numbers are withheld" in note for note in found.first.notes)


@pytest.mark.parametrize("count", ["many", "-5", "1.5"])
def test_what_is_no_number_is_refused(ask: Ask, tmp_path: Path, count: str) -> None:
    """By its row, as a spreadsheet shows it."""
    with pytest.raises(Refusal, match=r"disparity-population-count: p\.csv, row 3"):
        _ask(ask, populations=(population(tmp_path / "p.csv", {"White": 10, "Black": count}),))


def test_several_populations_stand_side_by_side(ask: Ask, tmp_path: Path) -> None:
    """One of them is not enough to be shown without a warning."""
    one = population(tmp_path / "a.csv", {"White": 1000, "Black": 100})
    two = population(tmp_path / "b.csv", {"White": 100, "Black": 100}, name="suspects")
    found = _ask(ask, populations=(one, two))
    assert [table.rows[-1].relative_rate for table in found.tables] == [5.0, 0.5]
    assert not any("the comparison population" in each for each in found.warnings)
    assert any(
        "the result depends on the comparison population (residents)" in each
        for each in _ask(ask, populations=(one,)).warnings
    )


def test_areas_are_chosen_added_up_or_met(ask: Ask, tmp_path: Path) -> None:
    """--area takes some; else they are added up, which is said; divided by unit each meets its own."""
    lines = [("r", area, 2021, "ethnicity", g, c) for area, g, c in [("North", "White", 10), ("South", "White", 30)]]
    people = _file(tmp_path / "p.csv", lines)
    assert _rows(_ask(ask, populations=(people,), areas=("north",)))["White"] == (2, 10)
    summed = _ask(ask, populations=(people,))
    assert _rows(summed)["White"] == (2, 40)
    assert "2 areas are added together" in summed.first.notes
    met = _rows(_ask(ask, "ethnicity_self_group,unit", populations=(people,)))
    assert (met["White, North"], met["White, South"]) == ((1, 10), (1, 30))
    with pytest.raises(Refusal, match="disparity-population-area"):
        _ask(ask, populations=(people,), areas=("East",))


def test_the_year_nearest_before_is_taken(ask: Ask, tmp_path: Path) -> None:
    """Years are never added up, and a later population is said to be one."""
    people = _file(tmp_path / "p.csv", [("r", "A", year, "ethnicity", "White", year) for year in (2011, 2021)])
    assert _rows(_ask(ask, populations=(people,), as_of=dt.date(2020, 1, 1)))["White"] == (2, 2011)
    assert _rows(_ask(ask, populations=(people,)))["White"] == (2, 2021)
    early = _ask(ask, populations=(people,), as_of=dt.date(2001, 1, 1))
    assert any("later than the events counted" in note for note in early.first.notes)


def test_a_population_divided_otherwise_is_refused(ask: Ask, tmp_path: Path) -> None:
    """It is said by what it is divided."""
    people = population(tmp_path / "p.csv", {"male": 10, "female": 10}, "sex")
    with pytest.raises(Refusal, match="disparity-population-groups") as caught:
        _ask(ask, populations=(people,))
    assert "sex" in caught.value.found


def test_an_intersection_meets_a_population_divided_by_both(ask: Ask, tmp_path: Path) -> None:
    """In whatever order its attributes stand."""
    people = population(tmp_path / "p.csv", {"male,White": 20, "male,Black": 5}, "sex, ethnicity")
    assert _rows(_ask(ask, "ethnicity_self_group,sex", populations=(people,)))["Black, male"] == (1, 5)


def test_part_of_a_count_is_held_against_that_part(ask: Ask, tmp_path: Path) -> None:
    """`only` narrows the population too where it can, and else says that it does not."""
    both = population(tmp_path / "p.csv", {"male,White": 20, "female,White": 30}, "sex,ethnicity")
    assert _rows(_ask(ask, populations=(both,), only=(("sex", "male"),)))["White"] == (2, 20)
    whole = population(tmp_path / "q.csv", {"White": 50})
    found = _ask(ask, populations=(whole,), only=(("sex", "male"),))
    assert any("not broken down by sex=male: used as given" in note for note in found.first.notes)


def test_codes_are_put_together_where_no_population_is_finer(ask: Ask, tmp_path: Path) -> None:
    """Asked by code and held against broad groups, the count is by broad group, and the notes say so."""
    people = population(tmp_path / "p.csv", {"White": 10, "Black": 5, "Asian": 4})
    found = _ask(ask, "ethnicity_self", populations=(people,))
    assert _rows(found) == {"White": (2, 10), "Asian": (1, 4), "Black": (1, 5)}
    assert any("counted by broad group" in note for note in found.notes)


def test_the_older_list_is_a_choice_whose_loss_is_named(ask: Ask, tmp_path: Path) -> None:
    """Counted in 16+1, travellers are in W9 and Chinese people in O1, and the notes say so."""
    people = population(tmp_path / "p.csv", {"W1": 10, "W9": 5, "O1": 4, "B1": 2})
    found = _ask(ask, "ethnicity_self", populations=(people,), codes=CodeList.SIXTEEN, reference=("W1",))
    assert _rows(found) == {"W1": (1, 10), "W9": (1, 5), "O1": (1, 4), "B1": (1, 2)}
    assert sum("ethnicity_self:" in note for note in found.notes) == 2


def test_a_population_of_the_register_itself_is_named(ask: Ask) -> None:
    """The table `population` of the source, by its id."""
    rows = [
        {"population_id": "census", "area": "A", "year": 2021, "attribute": "ethnicity", "grp": "White", "count": 9}
    ]
    found = ask(
        {**STOPS, "population": rows}, measure="encounters", by=("ethnicity_self_group",), populations=("census",)
    )
    assert (found.first.population, found.first.source) == ("census", "the register's own table")


def test_observed_against_a_census_is_said_to_be_two_questions(ask: Ask, tmp_path: Path) -> None:
    """A census asks people; an officer looks. And Mixed that nobody was counted as is no plain zero."""
    seen = {"encounter": [{"encounter_id": "c1", "ethnicity_observed": "IC1"}]}
    people = population(tmp_path / "p.csv", {"White": 10, "Mixed": 4})
    found = ask(seen, measure="encounters", by=("ethnicity_observed_group",), populations=(people,))
    assert any("These are different measures" in note for note in found.first.notes)
    assert any("no one was counted as Mixed" in each for each in found.warnings)


def test_more_than_one_for_each_person_is_said_to_be_a_rate(ask: Ask, tmp_path: Path) -> None:
    """And has no two-by-two table."""
    found = _ask(ask, populations=(population(tmp_path / "p.csv", {"White": 1, "Black": 1}),))
    assert any("a rate, not a probability" in each for each in found.warnings)
    assert all(row.two_by_two is None for row in found.first.rows)
