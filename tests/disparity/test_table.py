"""Groups against a population: shares, excess, index, and bounds held to every possible answer."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overt.disparities import Method
from overt.disparities._counts import Group, GroupCount
from overt.disparities._populations import Benchmark
from overt.disparities._table import RateTable, build
from overt.disparities._withheld import Manner
from overt.statistics import Unit
from tests.often import often

PEOPLE = Manner(Unit.PEOPLE)
WHITE: Group = ("White",)


def _built(counts: dict[Group, int], population: dict[Group, float | None], manner: Manner = PEOPLE) -> RateTable:
    about = Benchmark("residents", 2021, "Area", "file.csv", population)
    return build(
        [GroupCount(group, "", count) for group, count in counts.items()],
        population,
        about,
        WHITE,
        manner,
        inside=False,
    )


def _inside(cells: dict[Group, tuple[int, float]]) -> RateTable:
    bases: dict[Group, float | None] = {group: base for group, (_, base) in cells.items() if None not in group}
    about = Benchmark("inside the register", None, "", "", bases)
    made = [GroupCount(group, "", count, base) for group, (count, base) in cells.items()]
    return build(made, bases, about, WHITE, PEOPLE, inside=True)


def test_every_figure_of_a_row_is_what_its_name_says() -> None:
    """The Matrix in July 2016: 78 % Black where 13 % of residents are, an index of 6.0."""
    table = _built({WHITE: 13, ("Black",): 78, ("Other",): 9}, {WHITE: 59_000, ("Black",): 13_000, ("Other",): 28_000})
    row = next(each for each in table.rows if each.group == "Black")
    assert row.rate_per_1000 == pytest.approx(6)
    assert row.relative_rate == pytest.approx(78 / 13_000 / (13 / 59_000))
    assert row.excess == pytest.approx(78 - 13_000 * 13 / 59_000)
    assert row.representation == pytest.approx(6.0)
    assert row.difference_per_1000 == pytest.approx(6 - 13 / 59)
    assert row.share == row.share_known == 0.78


def test_representation_of_bostons_register_is_the_one_computed_from_what_was_published() -> None:
    """66 % Black of the listed and 25 % of residents is 2.6; 2 % white of 50 % is 0.04."""
    table = _built({WHITE: 2, ("Black",): 66, ("Other",): 32}, {WHITE: 50, ("Black",): 25, ("Other",): 25})
    index = {row.group: row.representation for row in table.rows}
    assert (round(index["Black"] or 0, 1), round(index["White"] or 0, 2)) == (2.6, 0.04)


def test_reference_is_one_and_comes_first() -> None:
    """The group that others are compared with has the ratio 1 and no interval."""
    first = _built({("Black",): 50, WHITE: 2}, {WHITE: 1000, ("Black",): 1000}).rows[0]
    assert (first.group, first.relative_rate, first.low, first.method) == ("White", 1.0, None, Method.NONE)


def test_no_group_is_dropped() -> None:
    """A group nobody was counted in is 0; one without a population is counted and has no rate."""
    table = _built({WHITE: 20, ("Arab",): 3}, {WHITE: 1000, ("Mixed",): 500, ("Black",): None})
    rows = {row.group: (row.count, row.rate_per_1000) for row in table.rows}
    assert rows == {"White": (20, 20.0), "Arab": (3, None), "Mixed": (0, 0.0), "Black": (0, None)}


def test_the_missing_are_counted_apart_and_in_the_share_of_all() -> None:
    """The share of all and the share of the known differ by them."""
    table = _built({WHITE: 40, ("Black",): 40, (None,): 20}, {WHITE: 1000, ("Black",): 1000})
    assert (table.missing.count, table.missing.total, table.missing.must_be_shown) == (20, 100, True)
    assert (table.rows[0].share, table.rows[0].share_known) == (0.4, 0.5)


@settings(max_examples=often(60))
@given(st.tuples(*[st.integers(0, 6)] * 4), st.tuples(*[st.integers(10, 60)] * 3))
def test_bounds_are_those_of_the_worst_and_best_case(counts: tuple[int, ...], people: tuple[int, ...]) -> None:
    """Every way to spread the missing over the groups, tried: none is outside, and both ends are reached."""
    groups: list[Group] = [WHITE, ("Black",), ("Asian",)]
    missing = counts[3]
    table = _built(
        {**dict(zip(groups, counts, strict=False)), (None,): missing},
        dict(zip(groups, map(float, people), strict=True)),
    )
    bound = next((each for each in table.bounds if each.group == "Black"), None)
    if bound is None:
        assert not missing
        return
    ratios = []
    for to_white, to_black in itertools.product(range(missing + 1), repeat=2):
        if to_white + to_black <= missing and counts[0] + to_white:
            ratios.append((counts[1] + to_black) / people[1] / ((counts[0] + to_white) / people[0]))
    if bound.relative_rate.high is not None:
        assert max(ratios) == pytest.approx(bound.relative_rate.high)
    if ratios and bound.relative_rate.low is not None:
        assert min(ratios) == pytest.approx(bound.relative_rate.low)


@settings(max_examples=often(60))
@given(st.tuples(*[st.integers(0, 4)] * 3), st.tuples(*[st.integers(0, 4)] * 3))
def test_bounds_of_a_share_count_who_was_spared_too(hits: tuple[int, ...], spared: tuple[int, ...]) -> None:
    """Inside a register the missing may be of those counted or of those not: all ways are tried."""
    groups: list[Group] = [WHITE, ("Black",), (None,)]
    cells = {group: (h, float(h + s)) for group, h, s in zip(groups, hits, spared, strict=True)}
    bound = next((each for each in _inside(cells).bounds if each.group == "Black"), None)
    ratios = []
    ways = itertools.product(range(hits[2] + 1), range(hits[2] + 1), range(spared[2] + 1), range(spared[2] + 1))
    for white_hit, black_hit, white_spared, black_spared in ways:
        if white_hit + black_hit > hits[2] or white_spared + black_spared > spared[2]:
            continue
        white, black = hits[0] + white_hit, hits[1] + black_hit
        white_of, black_of = white + spared[0] + white_spared, black + spared[1] + black_spared
        if white and black_of:
            ratios.append(black / black_of / (white / white_of))
    if bound and bound.relative_rate.high is not None and hits[0]:
        assert max(ratios) == pytest.approx(bound.relative_rate.high)
        assert bound.relative_rate.low is not None
        assert min(ratios) == pytest.approx(bound.relative_rate.low)


def test_bounds_of_an_intersection_use_what_is_known() -> None:
    """Who is known to be female and not of which ethnicity can be in no group of men."""
    table = build(
        [
            GroupCount(("White", "male"), "", 10),
            GroupCount(("Black", "male"), "", 10),
            GroupCount((None, "female"), "", 5),
        ],
        {("White", "male"): 100.0, ("Black", "male"): 100.0},
        Benchmark("residents", 2021, "", "", {}),
        ("White", "male"),
        PEOPLE,
        inside=False,
    )
    bound = next(each for each in table.bounds if each.group == "Black, male")
    assert (bound.relative_rate.low, bound.relative_rate.high) == (1.0, 1.0)
