"""What a share means where the sought is rare, and how much a shorter list would still hit.

Warnings that are wrong at a prevalence: Bayes' theorem on recall and false-positive rate; its limits join exact limits
of 97.5 % of both, so that together they hold at 95 % or more.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scipy import stats

from overt.statistics import BOTH, exact_limits

METHOD = "Clopper-Pearson, exact"
# A corpus may not say who wrote a text, so nobody can reckon by author.
OF = "texts, not authors: each is taken for another author's, and limits are too narrow where an author has several"
FEWEST_POSITIVES = 20
"""Texts that are sought; from fewer the recall says too little to be carried over to another prevalence."""


@dataclass(frozen=True)
class AtPrevalence:
    """Of the warnings where one in `one_in` is what is sought, the share that is wrong."""

    one_in: int
    wrong: float | None
    low: float | None
    high: float | None

    @property
    def of_thousand(self) -> int | None:
        """The share as a natural frequency; never all or none of 1,000 where that is not so."""
        if self.wrong is None:
            return None
        rounded = round(1000 * self.wrong)
        return min(rounded, 999) if self.wrong < 1 else 1000


def at_prevalence(flagged: Sequence[int], of: Sequence[int], one_in: int) -> AtPrevalence:
    """`found` and `of` are wrong and right hits: (false positives, true positives), (negatives, positives).

    Gives no share where nothing is flagged or fewer than `FEWEST_POSITIVES` texts are sought.
    """
    prior = 1 / one_in
    if not of[0] or of[1] < FEWEST_POSITIVES or not sum(flagged):
        return AtPrevalence(one_in, None, None, None)
    low, high = exact_limits(flagged, of, BOTH)
    return AtPrevalence(
        one_in,
        _wrong(flagged[0] / of[0], flagged[1] / of[1], prior),
        _wrong(float(low[0]), float(high[1]), prior),
        _wrong(float(high[0]), float(low[1]), prior),
    )


def hit_by_chance(terms: int, sampled: int, together: dict[int, int]) -> float:
    """Of the texts hit, how many a random part of the list still hits: expected over all parts of `kept` terms.

    `together` counts texts by how many different terms hit them. A part misses a text when none of
    its terms is in it, which is a hypergeometric chance.
    """
    return math.fsum(
        texts * float(1 - stats.hypergeom.pmf(0, terms, size, sampled)) for size, texts in together.items() if size
    )


def _wrong(false_rate: float, recall: float, prior: float) -> float:
    wrong, right = false_rate * (1 - prior), recall * prior
    return wrong / (wrong + right) if wrong + right else 0.0
