"""How often the intervals of `overt sample estimate` hold the truth: kappa, AC1, and shares over several strata.

Draws samples from invented registers whose truth is known, and counts. The intervals are reckoned here once more
for many samples at once; before anything is counted they are compared with what the library gives for some.
coverage.py is the command.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator
from importlib.metadata import version

import numpy as np
from cells import MORE, PROVEN, Cell, broken, mostly, table
from scipy import stats

from overt.statistics import FEWEST_APART, FEWEST_OTHERS, FEWEST_ROWS, Count, ac1, binomial_limits, interval, kappa
from overt.statistics._samples import PROVEN as PROVEN_METHOD
from overt.statistics._survey import ADDED, is_offered, is_wide

SEED, TABLES, SAMPLES, DRAWS = 13, 2_000, 10_000, 400
SIZES = (20, 50, 100, 200, 1_000)
MARGINS = ((0.7, 0.3), (0.85, 0.15), (0.95, 0.05), (0.6, 0.3, 0.1), (0.75, 0.2, 0.05))
KAPPAS = (0.2, 0.6, 0.9)
FOUND = (1, 3, 10, 30, 100, 300, 1_000)
# Parts of the frame, and parts of the judged rows, of each stratum.
DESIGNS = {
    "two strata, proportional": ((0.7, 0.3), (0.7, 0.3)),
    "two strata, uneven": ((0.7, 0.3), (0.2, 0.8)),
    "two strata, very uneven": ((0.9, 0.1), (0.1, 0.9)),
    "five strata, uneven": ((0.4, 0.3, 0.15, 0.1, 0.05), (0.08, 0.18, 0.18, 0.24, 0.32)),
    "ten strata, proportional": ((0.1,) * 10, (0.1,) * 10),
}
PATTERNS = {"alike": (1.0, 1.0), "heavy strata least": (0.3, 1.7)}
MARK = "<!-- coverage of samples -->", "<!-- end of coverage of samples -->"


def coefficients(shares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Kappa and AC1 of many tables of shares."""
    rows, columns = shares.sum(-1), shares.sum(-2)
    observed = np.einsum("...ii->...", shares)
    by_chance, gwet = (rows * columns).sum(-1), _chance_of_ac1(shares)
    with np.errstate(all="ignore"):
        return (observed - by_chance) / (1 - by_chance), (observed - gwet) / (1 - gwet)


def _chance_of_ac1(shares: np.ndarray) -> np.ndarray:
    mean = (shares.sum(-1) + shares.sum(-2)) / 2
    return (mean * (1 - mean)).sum(-1) / (shares.shape[-1] - 1)


def exact(tables: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Whether so few rows of each table were marked differently that the limits of AC1 are exact, and these limits."""
    total = tables.sum((1, 2))
    apart = total - np.einsum("...ii->...", tables)
    scale = 1 - _chance_of_ac1(tables / total[:, None, None])
    with np.errstate(invalid="ignore"):
        least = np.where(apart == 0, 0.0, stats.beta.ppf(0.025, apart, total - apart + 1))
        most = np.where(apart == total, 1.0, stats.beta.ppf(0.975, apart + 1, total - apart))
    return apart < FEWEST_APART, 1 - most / scale, 1 - least / scale


def resampled(tables: np.ndarray, random: np.random.Generator, draws: int = DRAWS) -> tuple[np.ndarray, np.ndarray]:
    """Kappa and AC1 of the Bayesian bootstrap's draws of each table."""
    weights = random.gamma((tables + 1 / tables.shape[-1] ** 2)[:, None], size=(len(tables), draws, *tables.shape[1:]))
    return coefficients(weights / weights.sum((2, 3), keepdims=True))


def agreement_rows(times: int) -> Iterator[list[str | Cell]]:
    """Each truth, and for each size the part of samples with an interval and its cover."""
    random = np.random.default_rng(SEED)
    for margin in MARGINS:
        for truth in KAPPAS:
            shares = (1 - truth) * np.outer(margin, margin) + truth * np.diag(margin)
            true = [float(each) for each in coefficients(shares)]
            cells: list[list[Cell]] = [[], []]
            for size in SIZES:
                tables = random.multinomial(size, shares.ravel(), size=times).reshape(times, *shares.shape)
                # A mark that nobody used makes AC1 another coefficient: such samples are left out.
                tables = tables[((tables.sum(1) + tables.sum(2)) > 0).all(1)]
                most = np.maximum(tables.sum(1).max(1), tables.sum(2).max(1))
                given = [
                    (size >= FEWEST_ROWS) & (size - most >= FEWEST_OTHERS),
                    np.full(len(tables), size >= FEWEST_ROWS),
                ]
                if size < FEWEST_ROWS:
                    cells[0].append(Cell(0, 0))
                    cells[1].append(Cell(0, 0))
                    continue
                drawn = resampled(tables, random)
                below = [(drawn[place] < true[place]).mean(1) for place in (0, 1)]
                inside = [(each >= 0.025) & (each <= 0.975) for each in below]
                few, low, high = exact(tables)
                inside[1] = np.where(few, (low <= true[1]) & (true[1] <= high), inside[1])
                for place, claim in ((0, ""), (1, mostly(few))):
                    part, held = float(given[place].mean()), inside[place][given[place]]
                    cells[place].append(Cell(part, float(held.mean()) if part else 0.0, claim, len(tables)))
            marks = " / ".join(f"{each:g}" for each in margin)
            for name, at, row in zip(("kappa", "AC1"), true, cells, strict=True):
                yield [name, marks, f"{at:.2f}", *row]


def limits(frame: np.ndarray, judged: np.ndarray, found: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The survey limits of many samples of one design, in shares."""
    part, left = frame / frame.sum(), 1 - judged / frame
    quantile = stats.t.ppf(0.975, judged.sum() - len(judged)) / stats.norm.ppf(0.975)

    def upper(found: np.ndarray) -> np.ndarray:
        own = found / judged
        share = (part * own).sum(1)
        spread = np.where(judged == 1, (own - share[:, None]) ** 2, own * (1 - own) / np.maximum(judged - 1, 1))
        weight = np.where(found < judged, part / judged * np.sqrt(left), 0).max(1)
        variance = ((part**2 * left * spread).sum(1) + ADDED * weight**2) * quantile**2
        mean = share + ADDED * weight
        with np.errstate(all="ignore"):
            rows = mean * (1 - mean) / variance
            reached = stats.beta.ppf(0.975, rows * mean, rows * (1 - mean))
        return np.where((found == judged).all(1) | (mean >= 1), 1.0, reached)

    return 1 - upper(judged - found), upper(found)


def whole_rows(
    low: np.ndarray, high: np.ndarray, frame: np.ndarray, judged: np.ndarray, found: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Limits in rows, never against what was seen."""
    rows, seen = frame.sum(), found.sum(1)
    slack = 1e-9 * rows
    low, high = np.ceil(low * rows - slack), np.floor(high * rows + slack)
    return np.maximum(low, seen), np.minimum(high, rows - (judged.sum() - seen))


def strata(name: str, pattern: str, rate: float, expected: int) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """Rows, judged rows and inadequate rows of each stratum; `None` where a stratum would have no judged row."""
    parts, drawn = map(np.array, DESIGNS[name])
    judged = np.rint(drawn * expected / rate).astype(int)
    if (judged < 1).any():
        return None
    frame = np.rint(parts * 20 * max(judged.sum(), 50)).astype(int)
    frame = np.maximum(frame, judged + 1)
    slope = np.linspace(*PATTERNS[pattern], len(parts))
    slope *= expected / rate / (judged * slope).sum()
    return frame, judged, np.rint(np.minimum(frame * rate * slope, frame)).astype(int)


def share_rows(times: int) -> Iterator[list[str | Cell]]:
    """Each design and rate, and for each expected number of found rows the cover and the method."""
    random = np.random.default_rng(SEED)
    for name in DESIGNS:
        for pattern in PATTERNS:
            for rate in (0.1, 0.3):
                cells: list[str | Cell] = []
                for expected in FOUND:
                    made = strata(name, pattern, rate, expected)
                    cells.append("–" if made is None else _cover(made, times, random))
                yield [name, pattern, f"{rate:.0%}", *cells]


def _cover(made: tuple[np.ndarray, np.ndarray, np.ndarray], times: int, random: np.random.Generator) -> Cell:
    frame, judged, bad = made
    truth = bad.sum()
    whole = [Count(int(a), int(b), 0) for a, b in zip(frame, judged, strict=True)]
    found = np.stack([random.hypergeometric(m, n - m, k, times) for n, k, m in zip(frame, judged, bad, strict=True)], 1)
    if is_offered(whole):
        low, high = whole_rows(*limits(frame, judged, found), frame, judged, found)
        some = found[:200]
        wide = [
            is_wide([Count(int(n), int(k), int(x)) for n, k, x in zip(frame, judged, each, strict=True)])
            for each in some
        ]
        return Cell(1.0, float(((low <= truth) & (truth <= high)).mean()), mostly(wide, MORE), times)
    held = 0
    for each, often in zip(*np.unique(found, axis=0, return_counts=True), strict=True):
        one = interval([Count(int(n), int(k), int(x)) for n, k, x in zip(frame, judged, each, strict=True)])
        assert one.method == PROVEN_METHOD
        held += int(often) * (one.low <= truth <= one.high)
    return Cell(1.0, held / times, PROVEN, times)


def check() -> None:
    """Compares what is reckoned here with what the library gives; raises where they differ."""
    random = np.random.default_rng(SEED)
    for marks in ([[40, 8], [5, 20]], [[70, 3, 2], [4, 20, 1], [0, 2, 9]]):
        drawn = resampled(np.array([marks]), random, 40_000)
        for measure, values in zip((kappa, ac1), drawn, strict=True):
            between = measure(marks).interval
            assert between is not None
            assert np.allclose(between, np.quantile(values[0], [0.025, 0.975]), atol=0.015)
    few, low, high = exact(np.array([[[60, 1], [2, 37]]]))
    assert few.all()
    assert np.allclose(ac1([[60, 1], [2, 37]]).interval or (), (low[0], high[0]), atol=1e-9)
    for name in DESIGNS:
        made = strata(name, "alike", 0.1, 30)
        assert made is not None
        frame, judged, _ = made
        found = random.binomial(judged, 0.1, size=(20, len(judged)))
        low, high = whole_rows(*limits(frame, judged, found), frame, judged, found)
        for each, least, most in zip(found, low, high, strict=True):
            one = interval([Count(int(n), int(k), int(x)) for n, k, x in zip(frame, judged, each, strict=True)])
            assert (one.low, one.high) == (least, most)
    assert np.allclose(binomial_limits(3, 40), stats.binomtest(3, 40).proportion_ci(method="exact"), atol=1e-9)


Page = tuple[str, list[str]]  # the tables as Markdown, and the cells whose cover is not what is claimed


def made_on() -> str:
    """The versions that a table was made with."""
    return (
        f"Python {platform.python_version()}, numpy {version('numpy')}, scipy {version('scipy')}, {platform.platform()}"
    )


def page(times: int, tables: int) -> Page:
    """The two tables, with what they were made on."""
    heads = (
        ["interval", "marks used", "truth", *(f"{size:,} rows" for size in SIZES)],
        ["strata", "rates", "of all", *(f"{count:,} found" for count in FOUND)],
    )
    rows = list(agreement_rows(tables)), list(share_rows(times))
    about = f"{made_on()}; seed {SEED}; {tables:,} samples a cell for kappa and AC1, {times:,} for shares."
    parts = [f"{about}\nIn per cent; 95 is meant.", *map(table, heads, rows)]
    return "\n\n".join(parts), [each for made, head in zip(rows, heads, strict=True) for each in broken(made, head)]
