"""Resampling group counts: Poisson, or binomial where people are counted once each; none of too few."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from overt.disparities import BoundLimits, as_csv, as_json, as_text
from overt.statistics import Counted, Unit, ratio_interval, resample
from tests.disparity.conftest import Ask, write_table


def test_resampling_counts_gives_the_limits_of_resampling_rows() -> None:
    """The same quantiles as drawing the rows themselves, within what 4,000 draws can tell."""
    hits, bases = [30, 90], [200, 400]
    group = np.repeat([0, 1], bases)
    hit = np.concatenate([np.repeat([1, 0], [h, b - h]) for h, b in zip(hits, bases, strict=True)])
    random, ratios = np.random.default_rng(3), []
    for _ in range(4000):
        drawn = random.integers(0, 600, 600)
        of = np.bincount(group[drawn], minlength=2)
        ratios.append(np.divide.reduce(np.bincount(group[drawn], hit[drawn], 2) / of))
    found = resample([Counted(30, 200), Counted(90, 400)], [1, 1], draws=4000, seed=1, shares=True)
    assert found.ratio[:, 0] == pytest.approx(np.quantile(ratios, [0.025, 0.975]), rel=0.03)


def test_the_same_seed_gives_the_same_limits() -> None:
    """And another seed others."""
    cells = [Counted(517, 10_000), Counted(5021, 90_000)]
    one, two, other = (resample(cells, [1, 1], draws=500, seed=seed, shares=False).ratio[:, 0] for seed in (1, 1, 2))
    assert np.array_equal(one, two)
    assert not np.array_equal(one, other)


def test_large_counts_resample_to_the_interval_of_the_formula() -> None:
    """Percentiles of 10,000 draws and the log-Wald limits agree to about a hundredth."""
    cells = [Counted(2224, 29_200), Counted(1905, 161_400)]
    found = resample(cells, [1, 1], draws=10_000, seed=1, shares=False)
    formula = ratio_interval(*cells, Unit.EVENTS)
    assert found.ratio[:, 0] == pytest.approx([formula.low, formula.high], rel=0.01)


@pytest.mark.parametrize(("means", "fewest"), [((300, 20), 0.93), ((20, 300), 0.93), ((1000, 1000), 0.93)])
def test_limits_of_a_rate_cover_what_they_say(means: tuple[float, float], fewest: float) -> None:
    """Also of the group that is most of all: a total held fixed made its rate look known (42 to 65 %)."""
    drawn = np.random.default_rng(11).poisson(means, size=(400, 2))
    held = []
    for seed, counts in enumerate(drawn):
        cells = [Counted(int(count), 1e6) for count in counts]
        found = resample(cells, [1, 1], draws=1000, seed=seed, shares=False)
        given = ~np.isnan(found.rate[0])
        held += list(((found.rate[0] * 1e6 <= means) & (found.rate[1] * 1e6 >= means))[given])
    assert fewest <= np.mean(held) <= 0.985


def _stops(places: dict[str, dict[str, int]]) -> dict[str, list[dict[str, object]]]:
    rows = [(force, group) for force, groups in places.items() for group, many in groups.items() for _ in range(many)]
    return {
        "encounter": [
            {"encounter_id": f"c{n}", "force": force, "ethnicity_self_group": group, "occurred_on": "2026-03-01"}
            for n, (force, group) in enumerate(rows)
        ]
    }


def test_each_area_has_resampled_limits_beside_its_own_reference_group(ask: Ask, tmp_path: Path) -> None:
    """`--within` with `--bootstrap` gave none and said nothing. Where counts are few it says so."""
    counts = {"North": (40, 80), "South": (90, 30), "East": (30, 4)}
    rows = [(f, g, n) for f, pair in counts.items() for g, n in zip(("White", "Black"), pair, strict=True)]
    table = [
        {"encounter_id": f"{f}-{g}-{n}", "force": f, "ethnicity_self_group": g, "occurred_on": "2026-03-01"}
        for f, g, many in rows
        for n in range(many)
    ]
    people = [
        {"population_id": "r", "area": f, "year": 2021, "attribute": "ethnicity", "grp": g, "count": c}
        for f in counts
        for g, c in (("White", 4000), ("Black", 1000))
    ]
    found = ask({"encounter": table}, measure="encounters", by=("ethnicity_self_group", "force"), within="force",
                populations=(str(write_table(tmp_path / "p.csv", people)),), draws=2000)  # fmt: skip
    limits = {row.group: row.resampled or BoundLimits(None, None) for row in found.first.rows}
    for group, ratio in (("Black, North", 8.0), ("Black, South", 4 / 3)):
        assert (limits[group].low or 9) < ratio < (limits[group].high or 0), group
    assert limits["Black, East"] == BoundLimits(None, None)
    assert any("resampled limits for Black, East" in each and "fewer than 10" in each for each in found.warnings)
    row = next(each for each in as_json(found)["rows"] if each["group"] == "Black, East")
    assert row["bootstrap"]["withheld"].startswith("fewer than 10")
    assert "resampled: " in as_text(found)
    assert "resampled_low" in as_csv(found).decode().partition("\n")[0]


def test_periods_and_thresholds_are_resampled_as_the_whole_is(ask: Ask) -> None:
    """Each step has its own limits."""
    rows = [("White", 40), ("Black", 20)]
    table = [
        {"encounter_id": f"{g}-{n}-{m}", "ethnicity_self_group": g, "occurred_on": m, "no_further_action": n % 2}
        for g, many in rows
        for n in range(many)
        for m in ("2026-03-01", "2026-04-01")
    ]
    question = {"measure": "no_further_action", "by": ("ethnicity_self_group",), "draws": 500}
    found = ask({"encounter": table}, **question, trend="month")
    black = [row for step in found.trend for row in step.tables[0].rows if row.group == "Black"]
    assert [bool(row.resampled and row.resampled.low) for row in black] == [True, True]
