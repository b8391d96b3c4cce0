"""Counts and a population whose labels differ: each person once, and no figure that an unplaced label could turn."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from overt.disparities._axes import find_axis
from overt.disparities._counts import Group, GroupCount
from overt.disparities._divide import Divided, Named, divide, doubts_of_counts
from overt.disparities._funnel import draw, of_table
from overt.disparities._labels import read_labels
from overt.disparities._populations import Benchmark, PopulationRow
from overt.disparities._table import RateRow, build
from overt.disparities._withheld import Doubts, Manner
from overt.refusals import Refusal
from overt.statistics import Unit

FIVE = {"White": 400, "Black": 120, "Asian": 60, "Mixed": 20, "Other": 10}
CENSUS = {
    "Asian, Asian British or Asian Welsh: Chinese": 1000,
    "Asian, Asian British or Asian Welsh: Indian": 7000,
    "Black, Black British, Black Welsh, Caribbean or African: African": 7000,
    "Black, Black British, Black Welsh, Caribbean or African: Other Black": 1000,
    "Mixed or Multiple ethnic groups: White and Asian": 2000,
    "White: English, Welsh, Scottish, Northern Irish or British": 70_000,
    "White: Roma": 10_000,
    "Other ethnic group: Arab": 2000,
}


def _divided(
    counts: Mapping[str, int], people: Mapping[str, int | None], by: str = "ethnicity_self_group"
) -> tuple[Divided, list[str]]:
    axis = find_axis("encounter", by)
    rows = [PopulationRow("c", "N", 2021, axis.attribute, grp, count) for grp, count in people.items()]
    notes: list[str] = []
    labels = [read_labels(axis, counts, "counts")]
    return divide(rows, labels, Named("c"), notes), notes


def _table(
    counts: Mapping[str, int], people: Mapping[str, int | None], by: str = "ethnicity_self_group"
) -> dict[str, RateRow]:
    found, _ = _divided(counts, people, by)
    (labels,) = found.counted
    assert not labels.is_own_list
    cells: dict[str | None, int] = {}
    for label, count in counts.items():
        cells[labels.group(label)] = cells.get(labels.group(label), 0) + count
    known = {spot.key for spot in labels.spots.values() if (spot.name,) in found.counts}
    doubts = doubts_of_counts([((label,), count, None) for label, count in counts.items()], [labels], {0: known})
    table = build(
        [GroupCount((group,), "", count) for group, count in cells.items()],
        found.counts,
        Benchmark("c", 2021, "N", "", found.counts),
        ("White",),
        Manner(Unit.EVENTS),
        inside=False,
        doubts=Doubts(tuple(doubts), found.doubts),
    )
    return {row.group: row for row in table.rows}


def test_a_census_in_its_own_words_gives_what_five_rows_give() -> None:
    """The ratio of the case: 3.00, and not 0.075."""
    five = {"White": 80_000, "Mixed": 2000, "Asian": 8000, "Black": 8000, "Other": 2000}
    rows = _table(FIVE, CENSUS)
    assert rows["Black"].relative_rate == pytest.approx(3.0)
    assert rows == _table(FIVE, five)


def test_a_total_is_left_out_and_a_difference_is_said() -> None:
    """It is no group; where the groups do not add up to it, a note says so."""
    found, notes = _divided(FIVE, {"White": 80_000, "Black": 8000, "Total": 88_000})
    assert set(found.counts) == {("White",), ("Black",)}
    assert any("Total (88,000) is a total" in note and "add up" not in note for note in notes)
    _, notes = _divided(FIVE, {"White": 80_000, "Black": 8000, "Total": 99_000})
    assert any("the groups add up to 88,000" in note for note in notes)


def test_a_group_beside_its_parts_is_counted_once() -> None:
    """The sums are checked first; a part that is withheld leaves the whole."""
    parts = {"White: Irish": 2000, "White: Other White": 8000, "White: Roma": 70_000}
    found, notes = _divided(FIVE, {"White": 80_000, **parts, "Black": 8000})
    assert found.counts["White",] == 80_000
    assert "White appears with its parts, and is counted once" in notes
    withheld: dict[str, int | None] = {**parts, "White: Irish": None}
    found, _ = _divided(FIVE, {"White": 80_000, **withheld, "Black": 8000})
    assert found.counts["White",] == 80_000
    found, notes = _divided(FIVE, {"White": 50_000, **parts, "Black": 8000})
    assert found.counts["White",] is None
    assert any("it is not known which is right" in note for note in notes)


def test_other_beside_arab_is_what_is_left() -> None:
    """In a list without headings it is a part like the others."""
    people = {"White British": 60_000, "White Irish": 2000, "Black African": 8000, "Indian": 5000, "Arab": 600}
    found, _ = _divided(FIVE, {**people, "Other Black": 500, "Other Ethnic Group": 900})
    assert found.counts["Other",] == 1500


def test_an_unplaced_label_takes_away_only_the_figure_that_it_could_turn() -> None:
    """Few people under it leave the ratio, many withhold it; the label stays a group of its own."""
    people = {"White": 80_000, "Black": 8000, "Martian": 100}
    rows = _table({"White": 400, "Black": 120}, people)
    assert rows["Black"].relative_rate == pytest.approx(3.0)
    rows = _table({"White": 400, "Black": 120}, {**people, "Martian": 40_000})
    assert (rows["Black"].relative_rate, rows["Black"].rate_per_1000) == (None, None)
    assert "may lie between" in rows["Black"].withheld
    assert rows["Martian"].population == 40_000
    # The same label on both sides is a group like any other.
    rows = _table({"White": 400, "Black": 120, "Martian": 9}, {**people, "Martian": 40_000})
    assert rows["Black"].relative_rate == pytest.approx(3.0)


def test_an_unplaced_label_of_the_counts_withholds_as_well() -> None:
    """As many counts as could be of the reference group."""
    rows = _table({"White": 400, "Black": 120, "Both": 900}, {"White": 80_000, "Black": 8000})
    assert rows["Black"].withheld


def test_hispanic_is_never_in_a_race() -> None:
    """White Hispanic and Black Hispanic are Hispanic where the population does not divide them."""
    counts = {"WHITE": 90, "BLACK": 600, "WHITE HISPANIC": 250, "BLACK HISPANIC": 100}
    rows = _table(counts, {"White": 30_000, "Black": 20_000, "Hispanic": 28_000})
    assert rows["Hispanic"].count == 350
    assert rows["Black"].relative_rate == pytest.approx(10.0)


def test_chinese_is_on_one_side_where_the_population_has_it() -> None:
    """O1 of the older list against a census of 2021."""
    people = {
        "White: Irish": 80_000,
        "Asian, Asian British or Asian Welsh: Chinese": 5000,
        "Other ethnic group: Arab": 900,
    }
    found, notes = _divided({"W1": 10, "W9": 2, "A1": 3, "O1": 7, "O9": 4}, people)
    assert found.counted[0].group("O1") == "Asian"
    assert any("Chinese is counted in Asian on both sides" in note for note in notes)


def test_sex_is_one_group_whatever_its_case() -> None:
    """Male and male."""
    found, _ = _divided({"Male": 140, "Female": 30}, {"male": 5000, "female": 5000, "All persons": 10_000}, "sex")
    assert found.counts == {("male",): 5000, ("female",): 5000}


def test_age_bands_that_nest_are_added_up_and_those_that_cross_are_refused() -> None:
    """Single years and five-year bands into the bands of the count."""
    years: dict[str, int | None] = {f"Aged {age} years": 10 for age in range(10, 18)}
    found, _ = _divided({"10-17": 5, "18-24": 9}, {**years, "Aged 18 to 24 years": 70}, "age_band")
    assert found.counts == {("10-17",): 80, ("18-24",): 70}
    with pytest.raises(Refusal, match="disparity-bands-cross"):
        _divided({"10-17": 5, "18-24": 9}, {"15-19": 50, "Aged 20 to 24 years": 70}, "age_band")
    del years["Aged 10 years"]
    found, notes = _divided({"10-17": 5}, years, "age_band")
    assert ("10-17",) not in found.counts
    assert any("has no rate" in note for note in notes)


def test_the_words_of_a_list_that_is_in_no_scheme_are_its_groups() -> None:
    """High and Low are no torn groups; nothing is withheld for them."""
    labels = read_labels(find_axis("encounter", "ethnicity_observed"), {"High": 3, "Low": 2}, "counts")
    assert labels.is_own_list
    found, _ = _divided({"High": 3, "Low": 2}, {"High": 30, "Low": 20, "Middle": 9}, "ethnicity_observed")
    assert found.doubts == ()
    assert [label for label, _ in labels.account.unplaced] == ["High", "Low"]


def test_a_reference_is_found_within_each_area_and_held_against_all_in_a_funnel() -> None:
    """Twelve areas alike and one that is not."""
    places = [f"Area {number}" for number in range(13)]
    cells = [
        GroupCount((group, place), "", count) for place in places for group, count in (("White", 400), ("Black", 90))
    ]
    cells[-1] = GroupCount(("Black", "Area 12"), "", 400)
    people: dict[Group, float | None] = {("White", place): 80_000.0 for place in places}
    people |= {("Black", place): 6000.0 for place in places}
    table = build(
        cells, people, Benchmark("c", 2021, "", "", people), ("White", None), Manner(Unit.EVENTS), inside=False
    )
    assert [row.group for row in table.rows[:2]] == ["White, Area 0", "Black, Area 0"]
    assert table.rows[1].relative_rate == pytest.approx(3.0)
    assert sum(row.is_reference for row in table.rows) == 13
    (funnel,) = of_table(table, 1)
    assert [point.area for point in funnel.outside] == ["Area 12"]
    assert "Area 12" in str(draw(funnel, "f"))


def test_a_label_is_not_cut_at_its_comma() -> None:
    """Of one attribute the whole is the label; of two, quotes hold it together."""
    alone = PopulationRow("c", "N", 2021, "ethnicity", "White: English, Welsh", 1)
    assert alone.groups == ("White: English, Welsh",)
    both = PopulationRow("c", "N", 2021, "ethnicity,sex", '"White: English, Welsh", male', 1)
    assert both.groups == ("White: English, Welsh", "male")
