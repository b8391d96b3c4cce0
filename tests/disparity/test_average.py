"""A ratio averaged within areas, beside the crude one; and funnels that do not take every difference for conduct."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from overt.disparities import as_json, as_text, report_files
from overt.disparities._average import _of_table as average_of_table
from overt.disparities._counts import GroupCount
from overt.disparities._funnel import Funnel, Point, draw, of_table
from overt.disparities._populations import Benchmark
from overt.disparities._standard import _of_table as standard_of_table
from overt.disparities._table import build
from overt.disparities._withheld import Manner
from overt.disparities._within import pairs_by_group
from overt.statistics import Counted, Unit, stratified_ratio
from tests.disparity.conftest import Ask

# Two forces with one ratio, 2, in each; Black people live where everybody is stopped more often.
STOPS = {"North": {"White": (40, 4_000), "Black": (20, 1_000)}, "South": {"White": (90, 900), "Black": (800, 4_000)}}


def stops(tables: dict[str, dict[str, tuple[int, int]]]) -> dict[str, list[dict[str, object]]]:
    """Stops, of which so many ended without further action: a share inside the register."""
    rows: list[dict[str, object]] = []
    for force, groups in tables.items():
        for group, (counted, of) in groups.items():
            for number in range(of):
                rows.append(
                    {
                        "force": force,
                        "ethnicity_self": group,
                        "no_further_action": str(number < counted).lower(),
                        "occurred_at": "2026-05-01",
                    }
                )
    return {"encounter": [{"encounter_id": f"S{place}", **row} for place, row in enumerate(rows)]}


def test_where_people_live_does_not_make_the_average(ask: Ask) -> None:
    """The crude ratio of the same numbers is nearly four."""
    found = ask(stops(STOPS), measure="no_further_action", by=("ethnicity_self", "force"), within="force",
                reference=("White",))  # fmt: skip
    (average,) = as_json(found)["averages"]
    assert average["ratio"] == pytest.approx(2.0)
    assert average["crude"] == pytest.approx((820 / 5_000) / (130 / 4_900))
    assert average["low"] < 2 < average["high"]
    assert (average["strata"], average["silent"], average["withheld"]) == (2, 0, 0)
    pairs = [tuple(Counted(*groups[group]) for group in ("Black", "White")) for groups in STOPS.values()]
    same = stratified_ratio(pairs, Unit.PEOPLE)  # type: ignore[arg-type]
    assert same is not None
    assert (average["low"], average["high"]) == pytest.approx((same.low, same.high))
    assert "The ratios differ no more than chance would make them" in as_text(found)
    assert "Without regard to force: 6.18 times" in as_text(found)
    assert b"averaged within force" in report_files(found)["report.html"]


def test_parts_that_differ_are_said_to_differ(ask: Ask) -> None:
    """One number for a ratio of 4 and a ratio of 1 says little."""
    unlike = {"North": {"White": (50, 1_000), "Black": (200, 1_000)}, "South": {"White": (90, 900), "Black": (90, 900)}}
    found = ask(stops(unlike), measure="no_further_action", by=("ethnicity_self", "force"), within="force",
                reference=("White",))  # fmt: skip
    assert "The ratios differ by more than chance would make them" in as_text(found)
    assert "p < 0.001" in as_text(found)


def test_a_part_without_one_side_is_counted_and_not_averaged(ask: Ask) -> None:
    """As is a question without parts, which has no average."""
    lopsided = {**STOPS, "East": {"White": (5, 50), "Black": (0, 0)}}
    found = ask(stops(lopsided), measure="no_further_action", by=("ethnicity_self", "force"), within="force",
                reference=("White",))  # fmt: skip
    assert as_json(found)["averages"][0]["strata"] == 2
    plain = ask(stops(STOPS), measure="no_further_action", by=("ethnicity_self",), reference=("White",))
    assert as_json(plain)["averages"] is None


def test_of_three_divisions_each_group_stands_beside_its_own_reference() -> None:
    """Black women beside White women and Black men beside White men, in funnels, averages and standardised rates."""
    cells, people = [], {}
    for place in (f"Area {number}" for number in range(4)):
        for sex, group, count in (
            ("men", "White", 400), ("men", "Black", 80), ("women", "White", 40), ("women", "Black", 24),
        ):  # fmt: skip
            people[group, sex, place] = 10_000.0 if group == "White" else 1_000.0
            cells.append(GroupCount((group, sex, place), "", count))
    table = build(
        cells, people, Benchmark("c", 2021, "", "", people), ("White", None, None), Manner(Unit.EVENTS), inside=False
    )
    pairs = pairs_by_group(table, 2)
    assert {group: {row.relative_rate for row, _ in of_group} for group, of_group in pairs.items()} == {
        "Black, men": {2.0}, "Black, women": {6.0},
    }  # fmt: skip
    assert {funnel.group: funnel.pooled for funnel in of_table(table, 2)} == {
        "Black, men": pytest.approx(2.0), "Black, women": pytest.approx(6.0),
    }  # fmt: skip
    averaged = {average.group: average.ratio for average in average_of_table(table, 2, "force", 0.95)}
    assert averaged == {"Black, men": pytest.approx(2.0), "Black, women": pytest.approx(6.0)}
    rates = {rate.group: rate.ratio for rate in standard_of_table(table, 2, "force", 0.95)}
    assert rates["Black, men"] == pytest.approx(2.0)
    assert rates["Black, women"] == pytest.approx(6.0)


def test_areas_that_all_differ_are_not_all_called_different() -> None:
    """Half of them lie outside the limits of chance; with one that is far away, that one is named."""
    random = np.random.default_rng(12)
    ratios = np.exp(random.normal(0, 0.3, 40))
    points = [Point(f"Area {place}", float(ratio), 20.0, 400) for place, ratio in enumerate(ratios)]
    funnel = Funnel("Black", "residents", "White", 1.0, (*points, Point("Far", math.exp(2.5), 20.0, 400)), 0)
    assert len(funnel.outside) > 15
    assert [point.area for point in funnel.different] == ["Far"]
    assert "limits widened by that 1 differ from the rest: Far (12.18)" in funnel.told
    assert "dis-widened" in str(draw(funnel, "f"))
    alike = Funnel("Black", "residents", "White", 1.0, tuple(Point(f"{n}", 1.0, 20.0, 9) for n in range(5)), 0)
    assert alike.spread.between == 0
    assert not alike.different
    assert "dis-widened" not in str(draw(alike, "f"))
    assert json.dumps(alike.p_values) == "[1.0, 1.0, 1.0, 1.0, 1.0]"
