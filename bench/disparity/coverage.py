"""How often the intervals that Overt prints hold the truth: every method that it offers, at counts from 1 to 1,000.

    .venv/bin/python bench/disparity/coverage.py --write

makes the tables of README.md in a few minutes; `--quick` draws a tenth of the samples. Rates are reckoned over all
outcomes; the rest is simulated, with the library's own functions. Kappa, AC1 and stratified shares are in samples.py.
Exits with status 1 where an interval holds the truth less or more often than it claims, and says where.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import samples
from cells import MORE, NO_LEVEL, Cell, broken, mostly, table
from scipy import stats

from overt.disparities._persons import PersonSpread
from overt.statistics import (
    Counted,
    Cover,
    Ratio,
    Unit,
    difference_cover,
    difference_interval,
    rate_cover,
    rate_interval,
    rate_method,
    ratio_interval,
    resample,
)

SEED, REGISTERS, DRAWS = 13, 4_000, 1_000
COUNTS = (1, 2, 3, 5, 10, 20, 30, 50, 100, 300, 1_000)
PEOPLE = 1e6
Pair = tuple[Counted, Counted]
MARK = "<!-- coverage of rates -->", "<!-- end of coverage of rates -->"
_WIDER = (Cover.MORE, Cover.AT_LEAST)


# --- rates ------------------------------------------------------------------------------------------------------------


def of_rate(mean: float) -> Cell:
    """A rate of events, over every count that can come."""
    counts = np.arange(int(stats.poisson.ppf(1e-9, mean)), int(stats.poisson.ppf(1 - 1e-9, mean)) + 1)
    return _reckoned(counts, stats.poisson.pmf(counts, mean), PEOPLE, Unit.EVENTS, mean / PEOPLE)


def of_share(share: float) -> Callable[[float], Cell]:
    """A share of people."""

    def reckoned(mean: float) -> Cell:
        base = round(mean / share)
        counts = np.arange(base + 1)
        return _reckoned(counts, stats.binom.pmf(counts, base, share), base, Unit.PEOPLE, share)

    return reckoned


def _reckoned(counts: np.ndarray, chances: np.ndarray, base: float, unit: Unit, truth: float) -> Cell:
    """The cover of every count that can come, each as often as it comes."""
    cells = [Counted(int(count), base) for count in counts]
    inside = [_within(rate_interval(each, unit), truth) for each in cells]
    wider = float(chances @ [rate_cover(rate_method(each, unit)) in _WIDER for each in cells])
    return Cell(1.0, float(chances @ inside), MORE if wider > 0.5 else "")


def _within(limits: tuple[float | None, float | None], truth: float) -> bool:
    low, high = limits
    return (low is None or low <= truth * (1 + 1e-12)) and (high is None or truth <= high * (1 + 1e-12))


# --- ratios and differences -------------------------------------------------------------------------------------------


@cache
def _ratio(group: Counted, reference: Counted, unit: Unit) -> Ratio:
    return ratio_interval(group, reference, unit)


def ratio_of(
    other: float | None, unit: Unit, share: float, random: np.random.Generator, times: int
) -> Callable[[float], Cell]:
    """A ratio whose truth is 1.6; `other` is the expected count of the reference group, `None` for the group's own."""

    def counted(mean: float) -> Cell:
        pairs = _pairs(mean, mean if other is None else other, share if unit is Unit.PEOPLE else 0.0, random, times)
        found = [_ratio(*pair, unit) for pair, _ in pairs]
        return _counted([None if each.low is None else each for each in found], 1.6)

    return counted


def _counted(found: Sequence[Ratio | None], truth: float) -> Cell:
    """The cover of what was drawn; `None` is a register without an interval."""
    given = [each for each in found if each is not None]
    held = [_within((each.low, each.high), truth) for each in given]
    wider = mostly(each.cover in _WIDER for each in given)
    return Cell(len(given) / len(found), float(np.mean(held)) if held else 0.0, wider, len(found))


def _pairs(
    mean: float, other: float, share: float, random: np.random.Generator, times: int
) -> list[tuple[Pair, float]]:
    """So many registers of two groups with the ratio 1.6: binomial of a share, else Poisson."""
    if share:
        bases = max(round(mean / (1.6 * share)), 1), max(round(other / share), 1)
        drawn = random.binomial(bases, (1.6 * share, share), (times, 2))
    else:
        bases = PEOPLE, PEOPLE * 1.6 * other / mean
        drawn = random.poisson((mean, other), (times, 2))
    return [((Counted(int(a), bases[0]), Counted(int(b), bases[1])), 1.6) for a, b in drawn]


def difference_of(random: np.random.Generator, times: int) -> Callable[[float], Cell]:
    """A difference from a rate half as high, of a population as large."""

    @cache
    def limits(a: int, b: int) -> tuple[float, float]:
        return difference_interval(Counted(a, PEOPLE), Counted(b, PEOPLE), Unit.EVENTS)[1:]

    def counted(mean: float) -> Cell:
        drawn = random.poisson((mean, mean / 2), (times, 2))
        held = float(np.mean([_within(limits(int(a), int(b)), mean / 2 / PEOPLE) for a, b in drawn]))
        wider = mostly(difference_cover(Counted(a, PEOPLE), Counted(b, PEOPLE)) in _WIDER for a, b in drawn)
        return Cell(1.0, held, wider, times)

    return counted


# --- resampled --------------------------------------------------------------------------------------------------------


def resampled(
    what: str, other: float | None, share: float, random: np.random.Generator, times: int
) -> Callable[[float], Cell]:
    """Percentile limits of a rate or of a ratio, all registers at once."""

    def counted(mean: float) -> Cell:
        pairs = _pairs(mean, mean if other is None else other, share, random, times)
        cells = [cell for pair, _ in pairs for cell in pair]
        references = [place | 1 for place in range(len(cells))]
        found = resample(cells, references, draws=DRAWS, seed=SEED, shares=bool(share))
        low, high = (found.rate if what == "rate" else found.ratio)[:, ::2]
        truth = 1.6 if what == "ratio" else 1.6 * share or mean / cells[0].population
        given = ~np.isnan(low)
        held = ((low <= truth) & (truth <= high))[given]
        return Cell(float(given.mean()), float(held.mean()) if given.any() else 0.0, times=times)

    return counted


# --- events by person -------------------------------------------------------------------------------------------------

SIZES: dict[str, tuple[float, Callable[[np.random.Generator, int], np.ndarray]]] = {
    "1.3 each": (1.3, lambda random, many: random.geometric(1 / 1.3, many)),
    "2 each": (2.0, lambda random, many: random.geometric(0.5, many)),
    "1 in 20 has ten": (
        1.45,
        lambda random, many: np.where(random.random(many) < 0.05, 1 + random.poisson(9, many), 1),
    ),
}


def by_person(
    sizes: str, what: str, other: float | None, random: np.random.Generator, times: int, *, plain: bool = False
) -> Callable[[float], Cell]:
    """Intervals of events, at an expected number of events; `plain` takes each for another person's."""
    each, draw = SIZES[sizes]

    def group(mean: float) -> tuple[Counted, bool]:
        had = draw(random, random.poisson(mean / each)).astype(float)
        spread = PersonSpread(len(had), had.sum(), (had**2).sum(), (had**4).sum(), 0, 0, 0, 0, 0)
        people = mean * 1e4
        return Counted(had.sum(), people, 1.0 if plain else spread.dispersion(people)), not spread.lacks(
            "", is_share=False
        )

    def counted(mean: float) -> Cell:
        held = []
        for _ in range(times):
            (mine, enough), (own, own_enough) = group(mean), group(mean if other is None else other)
            if what == "rate":
                if plain or enough:
                    held.append(_within(rate_interval(mine, Unit.EVENTS), 1e-4))
            elif plain or (enough and own_enough):
                found = ratio_interval(mine, own, Unit.EVENTS)
                held.append(_within((found.low, found.high), 1))
        return _of(held, times, NO_LEVEL if plain else "")

    return counted


def share_by_person(
    what: str, random: np.random.Generator, times: int, *, plain: bool = False
) -> Callable[[float], Cell]:
    """Shares of events, three in ten, where half of the people with several have the same outcome each time."""
    share = 0.3

    def group(mean: float) -> tuple[Counted, bool]:
        had = random.geometric(1 / 1.3, max(round(mean / share / 1.3), 1))
        alike = random.random(len(had)) < 0.5
        one, many = random.random(len(had)) < share, random.binomial(had, share)
        came = np.where(alike, had * one, many).astype(float)
        had = had.astype(float)
        spread = PersonSpread(int((came > 0).sum()), came.sum(), (came**2).sum(), 0, len(had), had.sum(),
                              (had**2).sum(), (had**4).sum(), float(came @ had))  # fmt: skip
        dispersion = 1.0 if plain else spread.dispersion(None)
        return Counted(came.sum(), had.sum(), dispersion), not spread.lacks("", is_share=True)

    def counted(mean: float) -> Cell:
        held = []
        for _ in range(times):
            (mine, enough), (own, own_enough) = group(mean), group(mean)
            if what == "rate" and (plain or enough):
                held.append(_within(rate_interval(mine, Unit.PEOPLE), share))
            elif what == "ratio" and (plain or (enough and own_enough)):
                found = ratio_interval(mine, own, Unit.PEOPLE)
                if found.low is not None:
                    held.append(_within((found.low, found.high), 1))
        return _of(held, times)

    return counted


def _of(held: Sequence[bool], times: int, claim: str = "") -> Cell:
    return Cell(len(held) / times, float(np.mean(held)) if held else 0.0, claim, times)


# --- the page ---------------------------------------------------------------------------------------------------------


def rows(times: int) -> Iterator[list[str | Cell]]:
    """Each method and what it is of, with its cover at each expected count."""
    random = np.random.default_rng(SEED)
    few = max(times // 2, 100)
    made: list[tuple[str, str, Callable[[float], Cell]]] = [
        ("rate", "events of a population", of_rate),
        ("rate", "people, 3 in 10", of_share(0.3)),
        ("rate", "people, 1 in 20", of_share(0.05)),
    ]
    for unit, what in ((Unit.EVENTS, "events"), (Unit.PEOPLE, "people, 3 in 10")):
        for other, against in ((None, "as many"), (10, "10"), (1_000, "1,000")):
            made.append(("ratio", f"{what}, against {against}", ratio_of(other, unit, 0.3, random, few)))
    made.append(("difference", "events, against half as many", difference_of(random, times)))
    for share, what in ((0.0, "events"), (0.3, "people, 3 in 10")):
        made.append(("resampled rate", what, resampled("rate", None, share, random, times)))
        made += [
            ("resampled ratio", f"{what}, against {against}", resampled("ratio", other, share, random, times))
            for other, against in ((None, "as many"), (1_000, "1,000"))
        ]
    for sizes in SIZES:
        made.append(("rate by person", f"events, {sizes}", by_person(sizes, "rate", None, random, few)))
        made += [
            ("ratio by person", f"events, {sizes}, against {against}", by_person(sizes, "ratio", other, random, few))
            for other, against in ((None, "as many"), (1_000, "1,000"))
        ]
    made += [
        ("rate by person", "share of events, 1.3 each", share_by_person("rate", random, few)),
        ("ratio by person", "share of events, 1.3 each, against as many", share_by_person("ratio", random, few)),
    ]
    for what in ("rate", "ratio"):
        plain = by_person("1.3 each", what, None, random, few, plain=True)
        made.append((f"{what}, with a warning", "events, 1.3 each, nobody knows whose", plain))
    for what, of, cover in made:
        yield [what, of, *(cover(count) for count in COUNTS)]


def check() -> None:
    """Compares the exact limits with scipy's and resampled limits with those of rows; raises where they differ."""
    for count in (0, 3, 9):
        garwood = stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0.0, stats.chi2.ppf(0.975, 2 * count + 2) / 2
        found = rate_interval(Counted(count, 100), Unit.EVENTS)
        assert np.allclose(np.array(found) * 100, garwood, rtol=1e-9), count
        exact = stats.binomtest(count, 40).proportion_ci(method="exact")
        assert np.allclose(rate_interval(Counted(count, 40), Unit.PEOPLE), exact, atol=1e-9), count
    wilson = stats.binomtest(15, 40).proportion_ci(method="wilson")
    assert np.allclose(rate_interval(Counted(15, 40), Unit.PEOPLE), wilson, atol=1e-12)
    percentiles = stats.poisson.ppf([0.025, 0.975], 50) / 100
    drawn = resample([Counted(50, 100)], [-1], draws=40_000, seed=SEED, shares=False).rate[:, 0]
    assert np.allclose(drawn, percentiles, atol=0.011)
    assert math.isnan(resample([Counted(9, 100)], [-1], draws=100, seed=SEED, shares=False).rate[0, 0])


def page(times: int) -> samples.Page:
    """The table, with what it was made on."""
    columns = ["interval", "of", *(f"{count:,} expected" for count in COUNTS)]
    drawn = f"{times:,} registers a cell, half as many for ratios of formulas and by person"
    about = f"{samples.made_on()}; seed {SEED}; {drawn}."
    made = list(rows(times))
    return f"{about}\nIn per cent; 95 is meant.\n\n{table(columns, made)}", broken(made, columns)


def main() -> int:
    """Checks, counts, prints, with `--write` puts the tables into README.md; 1 where an interval breaks its word."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--write", action="store_true", help="put the tables into README.md")
    given.add_argument("--quick", action="store_true", help="draw a tenth of the samples")
    asked = given.parse_args()
    check()
    samples.check()
    part = 10 if asked.quick else 1
    pages = {MARK: page(REGISTERS // part), samples.MARK: samples.page(samples.SAMPLES // part, samples.TABLES // part)}
    for (first, last), (text, _) in pages.items():
        print(text, end="\n\n")
        if asked.write:
            readme = Path(__file__).with_name("README.md")
            before, rest = readme.read_text(encoding="utf-8").split(first)
            readme.write_text(f"{before}{first}\n\n{text}\n\n{last}{rest.split(last)[1]}", encoding="utf-8")
    wrong = [each for _, found in pages.values() for each in found]
    print("\n".join(f"breaks its word: {each}" for each in wrong) or "Every interval keeps its word.")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
