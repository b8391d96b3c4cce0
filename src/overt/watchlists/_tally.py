"""Counts of what a list hits, and nothing of which text it was.

Everything that is measured comes from these counts. Leaving a term out needs no second search: a
text is *decided* by a term when it would not be flagged without it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from overt.watchlists._corpus import Block
from overt.watchlists._matcher import Hits

# Sets of terms that hit a text together, for the learning curve: so many different ones are kept.
MOST_SETS = 500_000
NO, YES = 0, 1


def flags(hits: Hits, count: int, weights: np.ndarray, threshold: float | None) -> tuple[np.ndarray, np.ndarray]:
    """Which of `count` texts are flagged, and which hits decide that their text is.

    Without a threshold any hit flags a text; with one the weights of the different terms in it must reach it.
    """
    terms_hit = np.bincount(hits.text, minlength=count)
    if threshold is None:
        return terms_hit > 0, terms_hit[hits.text] == 1
    weight = weights[hits.term]
    total = np.bincount(hits.text, weights=weight, minlength=count)
    # Sums of decimal fractions are not exact; a list that says 0.3 means 0.1 + 0.2 too.
    need = threshold - 1e-9
    flagged = (total >= need) & (terms_hit > 0)
    return flagged, flagged[hits.text] & ((total[hits.text] - weight < need) | (terms_hit[hits.text] == 1))


@dataclass
class Tally:
    """Counts by whether a text is what the list is meant to find (the last axis: no, yes).

    `texts` and `flagged` are arrays of 2. `by` holds for each division two arrays of levels x 2: texts and
    flagged. `term` counts texts by term and label, `decided` those that a term alone decides. `term_by` are
    the wrong hits of each term by level of the first division. `together` counts texts by how many
    different terms hit them; `by_category` counts those hit by any term of a category (`categories` gives each
    term's, by place); `sets` counts the sets of terms themselves while there are not too many.
    """

    terms: int
    weights: np.ndarray
    threshold: float | None
    levels: Mapping[str, Sequence[str]]
    categories: np.ndarray
    texts: np.ndarray = field(init=False)
    flagged: np.ndarray = field(init=False)
    term: np.ndarray = field(init=False)
    decided: np.ndarray = field(init=False)
    by: dict[str, tuple[np.ndarray, np.ndarray]] = field(init=False)
    term_by: dict[str, np.ndarray] = field(init=False)
    by_category: np.ndarray = field(init=False)
    together: list[dict[int, int]] = field(init=False)
    sets: dict[tuple[int, bytes], int] = field(default_factory=dict)
    sets_whole: bool = True

    def __post_init__(self) -> None:
        self.texts, self.flagged = np.zeros(2, np.int64), np.zeros(2, np.int64)
        self.term, self.decided = np.zeros((self.terms, 2), np.int64), np.zeros((self.terms, 2), np.int64)
        self._place = {name: {level: at for at, level in enumerate(levels)} for name, levels in self.levels.items()}
        self.by = {
            name: (np.zeros((len(levels), 2), np.int64), np.zeros((len(levels), 2), np.int64))
            for name, levels in self.levels.items()
        }
        self.term_by = {name: np.zeros((self.terms, len(levels)), np.int64) for name, levels in self._crossed().items()}
        self.by_category = np.zeros((int(self.categories.max(initial=-1)) + 1, 2), np.int64)
        self.together = [{}, {}]

    def add(self, block: Block, hits: Hits) -> None:
        """Counts a block of texts and what was found in it."""
        count = len(block.texts)
        yes = np.array(block.positive, dtype=np.int64)
        flagged, decisive = flags(hits, count, self.weights, self.threshold)
        self.texts += np.bincount(yes, minlength=2)
        self.flagged += np.bincount(yes[flagged], minlength=2)
        self._count_terms(self.term, hits.term, yes[hits.text])
        self._count_terms(self.decided, hits.term[decisive], yes[hits.text[decisive]])
        width = len(self.by_category)
        pairs = np.unique(hits.text * width + self.categories[hits.term])
        cells = pairs % width * 2 + yes[pairs // width]
        self.by_category += np.bincount(cells, minlength=2 * width).reshape(-1, 2)
        for name, levels in block.by.items():
            at = np.array([self._place[name][level] for level in levels], dtype=np.int64)
            texts, hit = self.by[name]
            width = len(self._place[name])
            texts += np.bincount(at * 2 + yes, minlength=2 * width).reshape(-1, 2)
            hit += np.bincount((at * 2 + yes)[flagged], minlength=2 * width).reshape(-1, 2)
            if name in self.term_by:
                wrong = yes[hits.text] == NO
                np.add.at(self.term_by[name], (hits.term[wrong], at[hits.text[wrong]]), 1)
        self._count_together(hits, yes, count)

    def _crossed(self) -> Mapping[str, Sequence[str]]:
        """The divisions for which wrong hits are also counted by term: as many as fit in 64 MB."""
        return {name: levels for name, levels in self.levels.items() if self.terms * len(levels) <= 8_000_000}

    def _count_terms(self, into: np.ndarray, term: np.ndarray, yes: np.ndarray) -> None:
        into += np.bincount(term * 2 + yes, minlength=2 * self.terms).reshape(-1, 2)

    def _count_together(self, hits: Hits, yes: np.ndarray, count: int) -> None:
        terms_hit = np.bincount(hits.text, minlength=count)
        for label in (NO, YES):
            for size, texts in enumerate(np.bincount(terms_hit[yes == label]).tolist()):
                if texts:
                    self.together[label][size] = self.together[label].get(size, 0) + texts
        if not self.sets_whole or self.threshold is not None:
            return
        terms = hits.term.astype(np.int32).tobytes()
        ends = np.cumsum(terms_hit) * 4
        for text in np.flatnonzero(terms_hit).tolist():
            end = int(ends[text])
            key = int(yes[text]), terms[end - int(terms_hit[text]) * 4 : end]
            self.sets[key] = self.sets.get(key, 0) + 1
        if len(self.sets) > MOST_SETS:
            self.sets_whole = False
            self.sets.clear()
